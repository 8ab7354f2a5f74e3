/** What outlives a program: the weights of models, and their files. */
package dev.wengert.io;
