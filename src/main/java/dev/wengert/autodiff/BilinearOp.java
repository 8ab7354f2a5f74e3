package dev.wengert.autodiff;

/** Products of matrices: linear in each operand, and closed under differentiation. */
sealed interface BilinearOp extends Primitive permits MatMul, Affine {}
