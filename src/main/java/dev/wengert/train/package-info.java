/** Training: how good a model is. */
package dev.wengert.train;
