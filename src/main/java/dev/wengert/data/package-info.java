/** Data sets: splits, folds and shuffled batches, one-hot vectors, fitted preprocessing, windows, and strict readers for CSV and IDX files. */
package dev.wengert.data;
