/** The operations of the library, and their rules for derivatives. */
package dev.wengert.autodiff.op;
