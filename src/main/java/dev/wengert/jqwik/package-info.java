/**
 * jqwik arbitraries for property tests of numerical code: doubles with the values at which floating point breaks, shapes, tensors, logits and
 * targets. jqwik's own doubles have two decimals and no special values, and no failing case of them shrinks to fewer classes.
 *
 * <pre>{@code
 * @Provide
 * Arbitrary<Classification> batches() {
 *     return Classifications.of(Logits.upTo(4, 7).atLeast(2), Targets.ONE_HOT);
 * }
 *
 * @Property
 * void gradientsOfARowSumToZero(@ForAll("batches") Classification c) { … }
 * }</pre>
 *
 * <p>This package alone needs jqwik ({@code net.jqwik:jqwik}, tested with 1.9.3), which whoever uses it depends on in test scope; without jqwik
 * the rest of the library works as it is. On the class path nothing else is to be done. Tests that run on the module path, with jqwik on the
 * class path as Surefire puts it there, need {@code --add-reads dev.wengert=ALL-UNNAMED}.
 */
package dev.wengert.jqwik;
