package dev.wengert.jqwik;

import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCases;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * An arbitrary that shrinks values, not the choices that made them. A subclass draws a value, and lists for any value the simpler
 * values that are one step away.
 *
 * <p>So a value is shrunk by its structure: a class of a classification problem, for example, leaves its logits and its targets at
 * once. Shrinking ends when no single step leads to a simpler failing value. jqwik itself draws again from smaller parameters; that
 * ends as soon as the new draw happens not to fail.
 *
 * @param <T> the type of the values, immutable, with equality by content
 */
@SuppressWarnings("exports") // only users of this package require jqwik
public abstract class SimplifyingArbitrary<T> implements Arbitrary<T> {

    /** For subclasses. */
    protected SimplifyingArbitrary() {}

    /**
     * Draws a value. It must draw special values often enough: there are no edge cases beside the draws.
     *
     * @param random the only source of randomness
     * @return a value of this set
     */
    public abstract T draw(RandomGenerator random);

    /**
     * The simplifications of a value in one step, the boldest step first. All must belong to this set. A value that is not simpler by
     * {@link #complexity} does no harm and is skipped.
     *
     * @param value a value of this set
     * @return values of this set
     */
    public abstract Stream<T> simpler(T value);

    /**
     * The complexity of a value.
     *
     * @param value a value of this set
     * @return numbers that are not negative; they are compared one after another, from the first
     */
    public abstract long[] complexity(T value);

    @Override
    public final net.jqwik.api.RandomGenerator<T> generator(int genSize) {
        return (Random random) -> new Simplified(draw(random));
    }

    @Override
    public final EdgeCases<T> edgeCases(int maxEdgeCases) {
        return EdgeCases.none();
    }

    /** A value with the steps that lead from it. */
    private final class Simplified implements Shrinkable<T> {
        private final T value;
        private final ShrinkingDistance distance;

        Simplified(T value) {
            this.value = value;
            this.distance = ShrinkingDistance.of(complexity(value));
        }

        @Override
        public T value() {
            return value;
        }

        @Override
        public Stream<Shrinkable<T>> shrink() {
            return simpler(value)
                    .map(Simplified::new)
                    .filter(s -> s.distance.compareTo(distance) < 0)
                    .map(s -> s);
        }

        @Override
        public ShrinkingDistance distance() {
            return distance;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SimplifyingArbitrary<?>.Simplified
                    && ((SimplifyingArbitrary<?>.Simplified) other).value.equals(value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public String toString() {
            return value + " at " + distance;
        }
    }
}
