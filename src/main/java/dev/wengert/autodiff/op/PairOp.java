package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Angles;
import dev.wengert.kernel.Pairs;

/** Functions of two operands that broadcast against each other, beside arithmetic. */
public enum PairOp implements ElementwiseOp, Pairwise {
    /** What remains of a divided by b, with the sign of b. It jumps where a is a multiple of b; there its slopes are those on the side of larger a/b. */
    MOD,
    /** The angle of the point (b, a). */
    ATAN2,
    /** a/(a² + b²), the derivative of atan2; 0 at the origin. */
    ATAN2_SLOPE,
    /** √(a² + b²). */
    HYPOT,
    /** a/√(a² + b²), the derivative of hypot; 0 at the origin. */
    HYPOT_SLOPE,
    /** log(exp(a) + exp(b)). */
    LOG_ADD_EXP,
    /** exp(a)/(exp(a) + exp(b)), the derivative of logAddExp; ½ where a = b. */
    LOG_ADD_EXP_SLOPE,
    /** a·log(b), 0 where a is 0. */
    XLOGY,
    /** a/b, 0 where a is 0. */
    XDIVY;

    private final String label = Labels.camelCase(this);

    @Override
    public double at(double a, double b) {
        return switch (this) {
            case MOD -> Pairs.mod(a, b);
            case ATAN2 -> Angles.atan2(a, b);
            case ATAN2_SLOPE -> Pairs.atan2Slope(a, b);
            case HYPOT -> Pairs.hypot(a, b);
            case HYPOT_SLOPE -> Pairs.hypotSlope(a, b);
            case LOG_ADD_EXP -> Pairs.logAddExp(a, b);
            case LOG_ADD_EXP_SLOPE -> Pairs.logAddExpSlope(a, b);
            case XLOGY -> Pairs.xlogy(a, b);
            case XDIVY -> Pairs.xdivy(a, b);
        };
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        for (int l = 0; l < n; l++) {
            y[k + l] = at(a[i + l * di], b[j + l * dj]);
        }
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable a, Variable b) {
        return this == MOD && i == 0 ? d : d.mul(partial(i, y, i == 0 ? a : b, i == 0 ? b : a));
    }

    /** The partial derivative in one of the operands, given that and the other one. */
    private Variable partial(int i, Variable y, Variable x, Variable other) {
        return switch (this) {
            case MOD -> {
                Variable divisor = finite(x);
                yield finite(y).div(divisor).sub(other.div(divisor)).round();
            }
            case ATAN2 -> {
                Variable slope = ATAN2_SLOPE.apply(other, x);
                yield i == 0 ? slope : slope.neg();
            }
            case ATAN2_SLOPE -> {
                Variable r = x.hypot(other);
                Variable product = i == 0
                        ? share(other.sub(x), r).mul(share(other.add(x), r))
                        : HYPOT_SLOPE
                                .apply(x, other)
                                .mul(HYPOT_SLOPE.apply(other, x))
                                .mul(-2);
                yield XDIVY.apply(XDIVY.apply(product, r), r);
            }
            case HYPOT -> HYPOT_SLOPE.apply(x, other);
            case HYPOT_SLOPE -> {
                Variable second = HYPOT_SLOPE.apply(i == 0 ? other : x, i == 0 ? x : other);
                Variable r = x.hypot(other);
                yield i == 0
                        ? second.mul(XDIVY.apply(second, r))
                        : XDIVY.apply(y.mul(second), r).neg();
            }
            case LOG_ADD_EXP -> LOG_ADD_EXP_SLOPE.apply(x, other);
            case LOG_ADD_EXP_SLOPE -> {
                Variable slope = y.mul(LOG_ADD_EXP_SLOPE.apply(i == 0 ? other : x, i == 0 ? x : other));
                yield i == 0 ? slope : slope.neg();
            }
            case XLOGY -> i == 0 ? other.log() : XDIVY.apply(other, x);
            case XDIVY -> i == 0 ? other.reciprocal() : XDIVY.apply(y, x).neg();
        };
    }

    /** A sum or difference of two sides, divided by the hypotenuse, which overflows where they do. */
    private static Variable share(Variable x, Variable r) {
        return XDIVY.apply(finite(x), r);
    }

    private static Variable finite(Variable x) {
        return x.clamp(-Double.MAX_VALUE, Double.MAX_VALUE);
    }

    @Override
    public Comparison branch() {
        return this == MOD ? Comparison.MOD_PIECE : null;
    }

    @Override
    public String label() {
        return label;
    }
}
