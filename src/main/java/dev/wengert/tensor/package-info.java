/** Immutable values: a shape and row-major doubles, without a graph. */
package dev.wengert.tensor;
