/** Knowledge of the operations beyond their rules: exact forms, error bounds and branches, for the checker. */
package dev.wengert.accuracy;
