/**
 * The heart: variables, operations, tapes, plans, and the verbs of differentiation.
 *
 * <p>Begin with {@link dev.wengert.autodiff.Variable} and {@link dev.wengert.autodiff.Autodiff}.
 */
package dev.wengert.autodiff;
