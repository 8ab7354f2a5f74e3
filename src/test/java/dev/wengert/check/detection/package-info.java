/** The catalogue of seeded faults, and the command that scores the gradient checker and others' acceptance rules on it. */
package dev.wengert.check.detection;
