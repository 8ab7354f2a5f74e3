package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

class RateProperties {

    @Property
    void theNextScheduleStartsAgain(
            @ForAll @LongRange(min = 0) long steps,
            @ForAll @LongRange(min = 0) long into,
            @ForAll @IntRange(min = 1) int period) {
        Rate first = Rate.linear(0.1, 0.5, period);
        Rate next = Rate.cosine(0.5, period, 0.1);
        Rate both = first.then(steps, next);
        if (into < steps) {
            assertThat(both.at(into)).isEqualTo(first.at(into));
        }
        if (into <= Long.MAX_VALUE - steps) {
            assertThat(both.at(steps + into)).isEqualTo(next.at(into));
        }
    }

    /** A sequence of three, put together from either side. */
    @Property
    void sequencesAssociate(
            @ForAll @IntRange(max = 50) int a,
            @ForAll @IntRange(max = 50) int b,
            @ForAll @IntRange(max = 200) int step) {
        Rate x = Rate.exponential(1, 0.9);
        Rate y = Rate.linear(0, 1, 10);
        Rate z = Rate.cosine(1, 7);
        assertThat(x.then(a, y).then(a + b, z).at(step))
                .isEqualTo(x.then(a, y.then(b, z)).at(step));
    }

    @Property
    void aCosineHasExactEndsAndFalls(
            @ForAll @DoubleRange(min = 1, max = 2) @Scale(16) double digits,
            @ForAll @IntRange(min = -900, max = 900) int exponent,
            @ForAll @DoubleRange(min = 0, max = 1) @Scale(16) double part,
            @ForAll @IntRange(min = 1, max = 1000) int steps) {
        double rate = Math.scalb(digits, exponent);
        double min = rate * part;
        falls(Rate.cosine(rate, steps, min), rate, min, steps);
        Rate cosine = Rate.cosine(rate, steps, min);
        for (long step = 0; step <= steps; step++) {
            assertThat(cosine.at(2L * steps - step)).isEqualTo(cosine.at(step));
            assertThat(cosine.at(2L * steps + step)).isEqualTo(cosine.at(step));
        }
    }

    @Property
    void aLineHasExactEndsAndIsMonotonic(
            @ForAll @DoubleRange(min = 0, max = 2) @Scale(16) double from,
            @ForAll @DoubleRange(min = 0, max = 2) @Scale(16) double to,
            @ForAll @IntRange(min = -900, max = 900) int exponent,
            @ForAll @IntRange(min = 1, max = 1000) int steps) {
        double high = Math.scalb(Math.max(from, to), exponent);
        double low = Math.scalb(Math.min(from, to), exponent);
        falls(Rate.linear(high, low, steps), high, low, steps);
        Rate up = Rate.linear(low, high, steps);
        falls(step -> up.at(steps - step), high, low, steps);
    }

    @Property
    void powersFallToZero(
            @ForAll @DoubleRange(min = 1e-3, max = 10) @Scale(3) double power,
            @ForAll @IntRange(min = 1, max = 1000) int steps) {
        falls(Rate.polynomial(0.3, steps, power), 0.3, 0, steps);
    }

    @Property
    void oneCycleTurnsAtTheHighestRate(
            @ForAll @IntRange(min = 2, max = 1000) int half, @ForAll boolean threePhase, @ForAll boolean linear) {
        OneCycle cycle = new OneCycle(0.3, 4L * half).pctStart(0.25);
        cycle = threePhase ? cycle.threePhase() : cycle;
        OneCycle shape = linear ? cycle.linear() : cycle;
        falls(step -> shape.at(half - 1 - step), 0.3, 0.3 / 25, half - 1);
        falls(step -> shape.at(half - 1 + step), 0.3, 0.3 / 25 / 1e4, 3 * half);
        Rate momentum = shape.momentum(0.85, 0.95);
        falls(momentum, 0.95, 0.85, half - 1);
        falls(step -> momentum.at(4L * half - 1 - step), 0.95, 0.85, 3 * half);
    }

    /** From one number to another in some steps, never up. */
    private static void falls(Rate rate, double from, double to, int steps) {
        assertThat(rate.at(0)).isEqualTo(from);
        assertThat(rate.at(steps)).isEqualTo(to);
        for (int step = 0; step < steps; step++) {
            assertThat(rate.at(step + 1)).isLessThanOrEqualTo(rate.at(step));
        }
    }
}
