package dev.wengert.math;

import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Holds doubles to exact numbers within bounds, stated as so many u = 2⁻⁵³ of a scale; numbers below the normal range have four
 * spacings of the subnormal doubles beside (MATH.md §9).
 */
final class Accuracy {

    private static final BigDecimal U = Exact.of(Exact.U);
    private static final BigDecimal SPACING = Exact.of(Double.MIN_VALUE);
    private static final int SPACINGS = 4;

    /** A number that belongs to a class of a sample. */
    interface Entry {
        BigDecimal of(ExactSoftmax row, int j);
    }

    private Accuracy() {}

    /** Each element of a matrix of samples by classes. */
    static void close(String what, Tensor actual, List<ExactSoftmax> rows, double units, Entry exact, Entry scale) {
        for (int i = 0; i < rows.size(); i++) {
            ExactSoftmax row = rows.get(i);
            for (int j = 0; j < row.q; j++) {
                String name = what + "[" + i + ", " + j + "]";
                double factor = row.absS.doubleValue() * manyClasses(row.q);
                close(name, actual.get(i, j), exact.of(row, j), units, scale.of(row, j), factor);
            }
        }
    }

    /** Each element of a matrix of samples by classes, relative to itself. */
    static void close(String what, Tensor actual, List<ExactSoftmax> rows, double units, Entry exact) {
        close(what, actual, rows, units, exact, exact);
    }

    /** Within {@code units·u·|exact|}. */
    static void close(String what, double actual, BigDecimal exact, double units) {
        close(what, actual, exact, units, exact);
    }

    /** Within {@code units·u·|scale|}. */
    static void close(String what, double actual, BigDecimal exact, double units, BigDecimal scale) {
        close(what, actual, exact, units, scale, 1);
    }

    /** Within {@code units·u·|scale|}, where what is below the normal range was multiplied by a factor afterwards. */
    static void close(String what, double actual, BigDecimal exact, double units, BigDecimal scale, double factor) {
        if (!Double.isFinite(actual)) {
            throw new AssertionError(what + ": got " + actual + ", exact " + round(exact));
        }
        BigDecimal error = Exact.of(actual).subtract(exact).abs();
        BigDecimal floor = SPACING.multiply(BigDecimal.valueOf(SPACINGS * Math.max(1, factor)));
        BigDecimal bound =
                U.multiply(BigDecimal.valueOf(units)).multiply(scale.abs()).add(floor);
        if (error.compareTo(bound) > 0) {
            throw new AssertionError(what + ": got " + actual + ", exact " + round(exact) + ", off by " + round(error)
                    + ", allowed " + round(bound) + " (" + units + " u of " + round(scale) + ")");
        }
    }

    /** A sum of q subnormal exponentials has half a spacing from each: with more than eight classes that is more than four. */
    static double manyClasses(int q) {
        return Math.max(1, q / (2.0 * SPACINGS));
    }

    /** At most a bound, with so many u of a scale for rounding. */
    static void atMost(String what, double actual, BigDecimal bound, double units, BigDecimal scale) {
        BigDecimal slack = U.multiply(BigDecimal.valueOf(units))
                .multiply(scale.abs())
                .add(SPACING.multiply(BigDecimal.valueOf(SPACINGS)));
        if (!(actual <= Double.MAX_VALUE) || Exact.of(actual).compareTo(bound.add(slack)) > 0) {
            throw new AssertionError(
                    what + ": got " + actual + ", must be at most " + round(bound) + " + " + round(slack));
        }
    }

    private static BigDecimal round(BigDecimal x) {
        return x.round(new MathContext(20));
    }
}
