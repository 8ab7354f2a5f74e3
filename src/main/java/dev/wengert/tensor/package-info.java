/**
 * Values: {@link dev.wengert.tensor.Shape}, {@link dev.wengert.tensor.Tensor} and the errors of shapes. Everything here
 * is immutable and independent of derivatives.
 */
package dev.wengert.tensor;
