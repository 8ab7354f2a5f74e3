/** Optimisers: rules by which parameters follow their gradients. */
package dev.wengert.optim;
