/** What outlives a program: the weights of models. */
package dev.wengert.io;
