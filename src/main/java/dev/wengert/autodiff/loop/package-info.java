/** Operations that run a program many times, and programs as drafts of the compiler. */
package dev.wengert.autodiff.loop;
