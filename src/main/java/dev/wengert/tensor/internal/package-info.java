/** The way past the copies of {@link dev.wengert.tensor.Tensor}, for this module alone: the package is not exported. */
package dev.wengert.tensor.internal;
