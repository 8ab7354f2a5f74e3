/** What is known of the operations beside their rules: exact forms, error bounds and branches, for the checker. */
package dev.wengert.accuracy;
