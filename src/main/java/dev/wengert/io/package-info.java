/** What outlives a program, or comes from another one: weights of models, arrays, and figures, and their files. */
package dev.wengert.io;
