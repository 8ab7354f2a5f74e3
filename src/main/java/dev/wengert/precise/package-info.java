/** Real numbers to as many digits as are asked for, with infinities and NaN: what the double kernels are held against. */
package dev.wengert.precise;
