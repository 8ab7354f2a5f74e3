package dev.wengert.accuracy;

import dev.wengert.precise.BigReal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;

/**
 * A function of t from −1 to 1, as the polynomial through its exact values at Chebyshev's points. The coefficients are pairs of doubles,
 * so that a value with 30 digits takes a tenth of a microsecond.
 */
final class LocalPolynomial {

    /** The degree is one less. */
    static final int NODES = 14;

    /** The places where a function must be known: the nodes, and two more where the polynomial is checked. */
    static final double[] PLACES = new double[NODES + 2];

    static {
        for (int k = 0; k < NODES; k++) {
            PLACES[k] = StrictMath.cos((2 * k + 1) * Math.PI / (2 * NODES));
        }
        PLACES[NODES] = 1;
        PLACES[NODES + 1] = -0.2;
    }

    private static final MathContext DIGITS = new MathContext(50);

    private final int exponent;
    private final double[] high = new double[NODES];
    private final double[] low = new double[NODES];
    private final double checked;

    /**
     * The polynomial through values.
     *
     * @param y the values at the places, finite
     */
    LocalPolynomial(BigReal[] y) {
        exponent = Arrays.stream(y).mapToInt(LocalPolynomial::exponent).max().orElseThrow();
        BigDecimal[] scaled = Arrays.stream(y).map(v -> scaled(v, exponent)).toArray(BigDecimal[]::new);
        BigDecimal[] c = coefficients(scaled);
        for (int k = 0; k < NODES; k++) {
            high[k] = c[k].doubleValue();
            low[k] = c[k].subtract(new BigDecimal(high[k])).doubleValue();
        }
        checked = Math.max(difference(scaled, NODES), difference(scaled, NODES + 1));
    }

    /** The largest difference from a value that the polynomial was not made of, in terms of the largest value. */
    double checked() {
        return checked;
    }

    private double difference(BigDecimal[] scaled, int k) {
        double[] p = at(PLACES[k]);
        return scaled[k]
                .subtract(new BigDecimal(p[0]))
                .subtract(new BigDecimal(p[1]))
                .abs()
                .doubleValue();
    }

    /** The exponent of a power of two of about the size of y; it may be off by a few. */
    private static int exponent(BigReal y) {
        BigDecimal v = y.toBigDecimal();
        return y.isZero() ? Double.MIN_EXPONENT : (int) Math.floor((v.precision() - v.scale()) / 0.30103);
    }

    private static BigDecimal scaled(BigReal y, int exponent) {
        BigDecimal power = new BigDecimal(BigInteger.TWO.pow(Math.abs(exponent)));
        return exponent > 0
                ? y.toBigDecimal().divide(power, DIGITS)
                : y.toBigDecimal().multiply(power, DIGITS);
    }

    /** By Newton's divided differences, and the expansion of his form. */
    private static BigDecimal[] coefficients(BigDecimal[] y) {
        BigDecimal[] t = Arrays.stream(PLACES).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new);
        BigDecimal[] d = Arrays.copyOf(y, NODES);
        for (int order = 1; order < NODES; order++) {
            for (int k = NODES - 1; k >= order; k--) {
                d[k] = d[k].subtract(d[k - 1]).divide(t[k].subtract(t[k - order]), DIGITS);
            }
        }
        BigDecimal[] c = new BigDecimal[NODES];
        Arrays.fill(c, BigDecimal.ZERO);
        for (int k = NODES - 1; k >= 0; k--) {
            for (int i = NODES - 1; i >= 0; i--) {
                BigDecimal shifted = i == 0 ? d[k] : c[i - 1];
                c[i] = shifted.subtract(t[k].multiply(c[i], DIGITS), DIGITS);
            }
        }
        return c;
    }

    /** The value, over the power of two, as two doubles. */
    private double[] at(double t) {
        double[] pair = new double[2];
        evaluate(t, pair);
        return pair;
    }

    private void evaluate(double t, double[] pair) {
        double p = high[NODES - 1];
        double q = low[NODES - 1];
        for (int k = NODES - 2; k >= 0; k--) {
            double product = p * t;
            double rest = Math.fma(p, t, -product) + q * t;
            double sum = product + high[k];
            double part = sum - product;
            rest += (product - (sum - part)) + (high[k] - part) + low[k];
            p = sum + rest;
            q = rest - (p - sum);
        }
        pair[0] = p;
        pair[1] = q;
    }

    /**
     * The errors of computed values, in ulps of the exact ones.
     *
     * @param t the places
     * @param y the computed values
     * @return the errors; infinite for a value that is NaN, or infinite where the exact one does not overflow
     */
    double[] ulps(double[] t, double[] y) {
        double[] ulps = new double[t.length];
        double least = Math.scalb(Double.MIN_VALUE, -exponent);
        double[] pair = new double[2];
        for (int k = 0; k < t.length; k++) {
            evaluate(t[k], pair);
            if (Double.isFinite(y[k])) {
                double error = Math.abs(Math.scalb(y[k], -exponent) - pair[0] - pair[1]);
                ulps[k] = error / Math.max(Math.ulp(pair[0]), least);
            } else {
                ulps[k] = y[k] == Math.scalb(pair[0], exponent) ? 0 : Double.POSITIVE_INFINITY;
            }
        }
        return ulps;
    }
}
