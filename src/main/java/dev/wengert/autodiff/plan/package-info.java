/** The compiler of plans. It works on kernels and shapes, and knows no variables. */
package dev.wengert.autodiff.plan;
