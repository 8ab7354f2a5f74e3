/**
 * The gradient checker: compares what the rules say with what the function does, and decides by error bounds.
 *
 * <p>Begin with {@link dev.wengert.check.GradientCheck}.
 */
package dev.wengert.check;
