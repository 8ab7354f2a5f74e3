/** Data sets: labels and one-hot vectors, shuffled batches, and strict readers for CSV and IDX files. */
package dev.wengert.data;
