/**
 * Training: a {@link dev.wengert.train.Trainer} with validation, early stopping and checkpoints, what is found before it begins, what becomes
 * of it, and how good a model is.
 */
package dev.wengert.train;
