/** Real numbers to any number of digits, with infinities and NaN: the reference for the double kernels. */
package dev.wengert.precise;
