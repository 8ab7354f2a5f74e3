/** The operations: what each computes, and how perturbations pass through it. */
package dev.wengert.autodiff.op;
