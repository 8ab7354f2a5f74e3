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
 * <p>This package alone needs jqwik ({@code net.jqwik:jqwik}, tested with 1.9.3). Its users depend on jqwik in test scope. The rest of the
 * library works without jqwik. On the class path nothing else is needed. If tests run on the module path and jqwik is on the class path, as
 * with Surefire, they need {@code --add-reads dev.wengert=ALL-UNNAMED}.
 */
package dev.wengert.jqwik;
