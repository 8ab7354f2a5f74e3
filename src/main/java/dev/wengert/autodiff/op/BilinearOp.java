package dev.wengert.autodiff.op;

/** Matrix products: linear in each operand, with derivatives that are matrix products again. */
public sealed interface BilinearOp extends Primitive permits MatMul, Affine {}
