/**
 * The gradient checker: compares the derivatives that the rules give with differences of the function, and decides by error bounds.
 *
 * <p>Begin with {@link dev.wengert.check.GradientCheck}.
 */
package dev.wengert.check;
