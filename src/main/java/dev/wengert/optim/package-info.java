/** Optimisers: how parameters follow their gradients. */
package dev.wengert.optim;
