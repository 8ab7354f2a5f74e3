/** The compiler of plans: kernels and shapes, and no variable. */
package dev.wengert.autodiff.plan;
