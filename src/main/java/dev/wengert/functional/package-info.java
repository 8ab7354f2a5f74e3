/**
 * Functions of functions: a loss as a function of its parameters, roots and fixed points with implicit derivatives, and functions with
 * derivatives of their own.
 */
package dev.wengert.functional;
