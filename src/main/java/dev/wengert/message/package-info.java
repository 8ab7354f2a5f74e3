/** What errors say of the arguments that they refuse, and how text from outside stands in them: the package is not exported. */
package dev.wengert.message;
