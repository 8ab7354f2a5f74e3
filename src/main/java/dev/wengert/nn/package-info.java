/** Layers: formulas with {@link dev.wengert.autodiff.Parameter}s of their own. */
package dev.wengert.nn;
