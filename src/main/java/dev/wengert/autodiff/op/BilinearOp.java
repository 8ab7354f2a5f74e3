package dev.wengert.autodiff.op;

/** Products of matrices: linear in each operand, and closed under differentiation. */
public sealed interface BilinearOp extends Primitive permits MatMul, Affine {}
