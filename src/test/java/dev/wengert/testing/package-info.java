/**
 * jqwik arbitraries for numerical work: doubles with the values at which floating point breaks, shapes, tensors, logits and targets.
 * jqwik's own doubles have two decimals and no special values.
 */
package dev.wengert.testing;
