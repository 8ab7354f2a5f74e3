package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Bounds of the errors of one operation without a row, estimated from its values: the effect of errors of the operands, and the rounding of
 * the operation itself.
 *
 * <p>The operation may state its rounding. If it does not, it is taken to be {@link #ASSUMED_ULPS} ulps, or more if the values are seen to
 * be noisier: the noise is what high differences leave of values close by (J. J. Moré and S. M. Wild, Estimating computational noise, SIAM
 * Journal on Scientific Computing 33, 2011). A result that is a copy of an element of an operand, as that of a maximum, is not rounded.
 */
final class Estimate {

    private static final double ASSUMED_ULPS = 16;

    private static final double AMPLIFICATION = 0x1p20;

    /**
     * The distances of the points whose differences show the noise, relative to each element. Coarse values are equal at the first, and may
     * be at equal distances at another.
     */
    private static final double[] DISTANCES = {0x1p-22, 0x1p-10, 0x1.6fp-11};

    /** The number of differences between those points. */
    private static final int DIFFERENCES = 9;

    /** The first order of differences that have nothing of a smooth function left, and the last of which there are enough. */
    private static final int FIRST_ORDER = 5;

    private static final int LAST_ORDER = 7;

    /** Noise is seen if it is the same in all these orders, up to this factor. */
    private static final double ALIKE = 64;

    /** The largest error is taken to be this many times the standard deviation of the noise. */
    private static final double LARGEST = 8;

    private final Op op;
    private final double[] y;
    private final Shape out;
    private final double[][] x;
    private final Shape[] s;

    Estimate(Op op, double[] y, Shape out, double[][] x, Shape[] s) {
        this.op = op;
        this.y = y;
        this.out = out;
        this.x = x;
        this.s = s;
    }

    /**
     * A bound for each element of the result: twice the largest change when the operands move by their errors, amplified and with four
     * patterns of signs, plus the rounding.
     *
     * @param dx bounds of the errors of the operands
     */
    double[] bounds(double[][] dx) {
        double[] dy = rounding();
        double[] change = new double[y.length];
        for (int sign = 0; sign < 4 && moves(dx); sign++) {
            double[][] moved = new double[x.length][];
            for (int i = 0; i < x.length; i++) {
                moved[i] = x[i].clone();
                for (int j = 0; j < moved[i].length; j++) {
                    boolean plus = sign < 2 ? sign == 0 : (i + j) % 2 == sign - 2;
                    moved[i][j] += (plus ? AMPLIFICATION : -AMPLIFICATION) * dx[i][j];
                }
            }
            double[] z = eval(moved);
            for (int j = 0; j < dy.length; j++) {
                change[j] = Math.max(change[j], 2 * Math.abs(z[j] - y[j]) / AMPLIFICATION);
            }
        }
        Arrays.setAll(dy, j -> dy[j] + change[j]);
        return dy;
    }

    private static boolean moves(double[][] dx) {
        return Arrays.stream(dx).flatMapToDouble(Arrays::stream).anyMatch(d -> d != 0);
    }

    private double[] eval(double[][] operands) {
        return Kernel.of(op).eval(out, operands, s);
    }

    private double[] rounding() {
        double[] error = new double[y.length];
        if (op instanceof ExactForm form && !Double.isNaN(form.ulps())) {
            Arrays.setAll(error, j -> form.ulps() * Math.ulp(Math.max(Math.abs(y[j]), form.scale())));
        } else if (!selects()) {
            double[] noise = noise();
            double[] assumed = assumed();
            Arrays.setAll(error, j -> Math.max(assumed[j], noise[j]));
        }
        return error;
    }

    /** The size of the largest operand, which hides in a result of 0 that cancelled. */
    private double largest() {
        return Arrays.stream(x)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .filter(v -> v <= Double.MAX_VALUE)
                .max()
                .orElse(0);
    }

    /** Whether the operation does not state its rounding, and its values show more than is assumed. */
    boolean isNoisy() {
        if (op instanceof ExactForm form && !Double.isNaN(form.ulps())) {
            return false;
        }
        double[] noise = noise();
        double[] assumed = assumed();
        return IntStream.range(0, noise.length).anyMatch(j -> noise[j] > assumed[j]);
    }

    /** What is assumed of the rounding of each element. A result of 0 may have cancelled. */
    private double[] assumed() {
        double hidden = 0x1p-53 * largest();
        return Arrays.stream(y)
                .map(v -> ASSUMED_ULPS * (v == 0 ? hidden : Math.ulp(v)))
                .toArray();
    }

    /** Whether every element of the result is 0 or a copy of an element of an operand, here and close by, and not all are 0. */
    boolean selects() {
        SplittableRandom random = new SplittableRandom(2);
        double[] result = y;
        double[][] operands = x;
        for (int trial = 0; trial < 4; trial++) {
            if (!areCopies(result, operands)) {
                return false;
            }
            operands = scaled(j -> 1 + 0x1p-10 * random.nextDouble(-1, 1));
            try {
                result = eval(operands);
            } catch (RuntimeException refused) {
                return false;
            }
        }
        return true;
    }

    private static boolean areCopies(double[] result, double[][] operands) {
        TreeSet<Double> elements = new TreeSet<>();
        for (double[] operand : operands) {
            for (double v : operand) {
                elements.add(v + 0.0); // −0.0 and 0.0 are the same
            }
        }
        return Arrays.stream(result).anyMatch(v -> v != 0)
                && Arrays.stream(result).allMatch(v -> v == 0 || elements.contains(v));
    }

    private interface Factor {
        double of(int j);
    }

    private double[][] scaled(Factor factor) {
        double[][] scaled = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = x[i].clone();
            for (int j = 0; j < scaled[i].length; j++) {
                scaled[i][j] *= factor.of(j);
            }
        }
        return scaled;
    }

    /** The noise of each element, on the side that has less: on the other there may be a kink. */
    private double[] noise() {
        double[] outwards = new double[y.length];
        double[] inwards = new double[y.length];
        for (double distance : DISTANCES) {
            double[] farther = noise(distance);
            double[] nearer = noise(-distance);
            Arrays.setAll(outwards, j -> Math.max(outwards[j], farther[j]));
            Arrays.setAll(inwards, j -> Math.max(inwards[j], nearer[j]));
        }
        Arrays.setAll(outwards, j -> Math.min(outwards[j], inwards[j]));
        return outwards;
    }

    private double[] noise(double distance) {
        double[] each = new SplittableRandom(3).doubles(64, 0.5, 1).toArray();
        double[][] values = new double[DIFFERENCES + 1][];
        values[0] = y;
        double[] noise = new double[y.length];
        try {
            for (int k = 1; k <= DIFFERENCES; k++) {
                double step = k * distance;
                values[k] = eval(scaled(j -> 1 + step * each[j % each.length]));
            }
        } catch (RuntimeException refused) {
            return noise;
        }
        double[] t = new double[values.length];
        for (int j = 0; j < noise.length; j++) {
            for (int k = 0; k < t.length; k++) {
                t[k] = values[k][j];
            }
            noise[j] = LARGEST * deviation(t);
        }
        return noise;
    }

    /** The standard deviation of the noise in values at equal distances; 0 if none is seen, or a value is not finite. */
    private static double deviation(double[] t) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        double factor = 1;
        for (int k = 1; k <= LAST_ORDER; k++) {
            double squares = 0;
            for (int m = 0; m + k < t.length; m++) {
                t[m] = t[m + 1] - t[m];
                squares += t[m] * t[m];
            }
            factor *= k / (2.0 * (2 * k - 1)); // (k!)²/(2k)!, the share of the noise in the square of a difference
            if (k >= FIRST_ORDER) {
                double deviation = Math.sqrt(factor * squares / (t.length - k));
                largest = Math.max(largest, deviation);
                smallest = Math.min(smallest, deviation);
            }
        }
        return largest <= Math.min(ALIKE * smallest, Double.MAX_VALUE) ? largest : 0;
    }
}
