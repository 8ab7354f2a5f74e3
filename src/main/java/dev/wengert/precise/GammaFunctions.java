package dev.wengert.precise;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * The logarithm of the gamma function and its derivatives, by Stirling's series behind a shift: {@code ψ⁽ⁿ⁾} for n ≥ 0, and {@code ln|Γ|}
 * for n = −1.
 */
final class GammaFunctions {

    /** Extra digits inside a computation. */
    private static final int GUARD = 10;

    private static final BigReal HALF = BigReal.of(0.5);

    private final int n;
    private final int digits;
    private final BigArithmetic a;

    /** The size of the largest term that was added, as a power of ten. */
    private int largest = Integer.MIN_VALUE;

    private GammaFunctions(int n, int digits, int lost) {
        this.n = n;
        this.digits = digits + lost + GUARD;
        this.a = new BigArithmetic(this.digits);
    }

    /** The function at a number that is no pole, to one unit in the last of so many digits. Where terms cancel, it computes with more. */
    static BigReal value(int n, BigReal x, int digits) {
        for (int lost = 0; ; ) {
            GammaFunctions f = new GammaFunctions(n, digits, lost);
            BigReal y = f.value(x);
            int cancelled = y.isZero() ? f.digits : Math.max(0, f.largest - magnitude(y));
            if (cancelled <= lost + GUARD / 2) {
                return new BigArithmetic(digits).add(y, BigReal.ZERO);
            }
            lost = cancelled;
        }
    }

    private static int magnitude(BigReal x) {
        return x.toBigDecimal().precision() - x.toBigDecimal().scale();
    }

    private BigReal noted(BigReal term) {
        if (!term.isZero()) {
            largest = Math.max(largest, magnitude(term));
        }
        return term;
    }

    private BigReal value(BigReal x) {
        if (x.signum() > 0) {
            return positive(x);
        }
        BigDecimal v = x.toBigDecimal();
        BigReal fromBelow = BigReal.of(v.subtract(v.setScale(0, RoundingMode.FLOOR)));
        BigReal toAbove = BigReal.of(v.setScale(0, RoundingMode.CEILING).subtract(v));
        BigReal reflected = BigReal.of(BigDecimal.ONE.subtract(v));
        if (n > 0) {
            // the sum over all whole numbers, less those on the other side
            BigReal others = a.sub(positive(toAbove), positive(reflected));
            return a.add(positive(fromBelow), n % 2 == 0 ? others.neg() : others);
        }
        boolean above = fromBelow.lessThan(toAbove);
        BigReal angle = a.mul(a.pi(), above ? fromBelow : toAbove);
        BigReal sine = a.sin(angle);
        if (n == 0) {
            BigReal cotangent = noted(a.div(a.mul(a.pi(), a.cos(angle)), sine));
            return above ? a.sub(positive(reflected), cotangent) : a.add(positive(reflected), cotangent);
        }
        return a.sub(noted(a.log(a.div(a.pi(), sine))), positive(reflected));
    }

    private BigReal positive(BigReal x) {
        BigReal enough = BigReal.of(digits / 2 + n + 5);
        BigReal shift = n < 0 ? BigReal.ONE : BigReal.ZERO;
        BigReal at = x;
        for (int j = 0; at.lessThan(enough); j++) {
            shift = n < 0 ? a.mul(shift, at) : a.add(shift, noted(a.div(BigReal.ONE, a.pow(at, BigReal.of(n + 1)))));
            at = a.add(x, BigReal.of(j + 1));
        }
        if (n < 0) {
            BigReal logarithm = noted(a.log(shift));
            BigReal main = a.sub(a.mul(a.sub(at, HALF), a.log(at)), at);
            BigReal constant = a.mul(HALF, a.log(a.mul(BigReal.of(2), a.pi())));
            return a.sub(a.add(a.add(noted(main), constant), series(at)), logarithm);
        }
        if (n == 0) {
            return a.sub(a.sub(noted(a.log(at)), series(at)), shift);
        }
        BigReal factorial = BigReal.ONE;
        for (int k = 2; k < n; k++) {
            factorial = a.mul(factorial, BigReal.of(k));
        }
        BigReal first = a.div(factorial, a.pow(at, BigReal.of(n)));
        BigReal sum = noted(a.add(a.mul(a.mul(factorial, BigReal.of(n)), shift), a.add(first, series(at))));
        return n % 2 == 0 ? sum.neg() : sum;
    }

    /**
     * The asymptotic series {@code Σ B_2k (2k+n−1)!/((2k)! x^(2k+n))}, for n ≥ 0 with the term {@code n!/(2x^(n+1))} before it. The terms
     * shrink until they are far below the last digit, because x is large enough.
     */
    private BigReal series(BigReal x) {
        int count = digits;
        BigInteger[] tangent = tangentNumbers(count);
        BigReal square = a.mul(x, x);
        BigReal power = a.div(BigReal.ONE, a.pow(x, BigReal.of(n)));
        BigReal sum = BigReal.ZERO;
        if (n >= 0) {
            sum = a.div(a.mul(HALF, power), x);
            for (int k = 2; k <= n; k++) {
                sum = a.mul(sum, BigReal.of(k));
            }
        }
        BigReal factorials = BigReal.ONE; // (2k+n−1)!/(2k−1)!, for k = 1
        for (int k = 2; k <= n + 1; k++) {
            factorials = a.mul(factorials, BigReal.of(k));
        }
        for (int k = 1; k <= count; k++) {
            power = a.div(power, square);
            BigInteger four = BigInteger.ONE.shiftLeft(2 * k);
            BigReal bernoulli = a.div(
                    BigReal.of(new BigDecimal(k % 2 == 0 ? tangent[k].negate() : tangent[k])),
                    BigReal.of(new BigDecimal(four.multiply(four.subtract(BigInteger.ONE)))));
            BigReal term = a.mul(a.mul(bernoulli, factorials), power);
            BigReal next = a.add(sum, term);
            if (next.sameAs(sum)) {
                return sum;
            }
            sum = next;
            factorials = a.div(
                    a.mul(factorials, BigReal.of((2.0 * k + n) * (2.0 * k + n + 1))),
                    BigReal.of(2.0 * k * (2 * k + 1)));
        }
        return sum;
    }

    /** The tangent numbers T_1, T_2, …: {@code B_2k/(2k) = (−1)^(k−1) T_k/(4ᵏ(4ᵏ − 1))} (R. P. Brent and D. Harvey, 2013). */
    private static BigInteger[] tangentNumbers(int count) {
        BigInteger[] t = new BigInteger[count + 1];
        t[1] = BigInteger.ONE;
        for (int k = 2; k <= count; k++) {
            t[k] = t[k - 1].multiply(BigInteger.valueOf(k - 1));
        }
        for (int k = 2; k <= count; k++) {
            for (int j = k; j <= count; j++) {
                t[j] = t[j - 1].multiply(BigInteger.valueOf(j - k)).add(t[j].multiply(BigInteger.valueOf(j - k + 2)));
            }
        }
        return t;
    }
}
