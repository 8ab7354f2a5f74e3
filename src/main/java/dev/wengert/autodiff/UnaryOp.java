package dev.wengert.autodiff;

import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/**
 * Smooth functions of one operand: a line for the loop, a line for the partial derivative.
 *
 * <p>A partial is as accurate as its function. {@code tanh′} is {@code sech²(x)} and not {@code 1 − y²}, which has lost all
 * digits at x = 20; {@code sigmoid′} is {@code σ(x)σ(−x)}; {@code gelu′} goes through the normal distribution, whose left tail
 * keeps its relative accuracy. A switch rather than a pair of lambdas a constant: linking eighty lambdas costs tens of
 * milliseconds at the first gradient.
 */
enum UnaryOp implements ElementwiseOp {
    NEG,
    EXP,
    EXPM1,
    LOG,
    LOG1P,
    SQRT,
    SQUARE,
    SIN,
    COS,
    TANH,
    /** sech²(x), the derivative of tanh. */
    SECH2,
    SIGMOID,
    SOFTPLUS,
    ERF,
    /** 2/√π·exp(−x²), the derivative of erf. */
    ERF_SLOPE,
    /** φ(x) = exp(−x²/2)/√(2π). */
    NORMAL_PDF,
    /** Φ(x) = ∫φ. */
    NORMAL_CDF,
    /** x·Φ(x). */
    GELU;

    private final String label = Labels.camelCase(this);

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    @Override
    public double at(double x) {
        return switch (this) {
            case NEG -> -x;
            case EXP -> Elementary.exp(x);
            case EXPM1 -> Elementary.expm1(x);
            case LOG -> Elementary.log(x);
            case LOG1P -> Elementary.log1p(x);
            case SQRT -> Math.sqrt(x);
            case SQUARE -> x * x;
            case SIN -> Elementary.sin(x);
            case COS -> Elementary.cos(x);
            case TANH -> Elementary.tanh(x);
            case SECH2 -> Elementary.sech2(x);
            case SIGMOID -> Elementary.sigmoid(x);
            case SOFTPLUS -> Elementary.softplus(x);
            default -> ElementwiseOp.super.at(x);
        };
    }

    @Override
    public void eval(double[] y, Shape out, double[][] operands, Shape[] s, double[][] work) {
        double[] x = operands[0];
        int n = out.size();
        switch (this) {
            case NEG -> Elementwise.neg(x, y, n);
            case EXP -> Elementwise.exp(x, y, n);
            case EXPM1 -> Elementwise.expm1(x, y, n);
            case LOG -> Elementwise.log(x, y, n);
            case LOG1P -> Elementwise.log1p(x, y, n);
            case SQRT -> Elementwise.sqrt(x, y, n);
            case SQUARE -> Elementwise.square(x, y, n);
            case SIN -> Elementwise.sin(x, y, n);
            case COS -> Elementwise.cos(x, y, n);
            case TANH -> Elementwise.tanh(x, y, n);
            case SECH2 -> Elementwise.sech2(x, y, n);
            case SIGMOID -> Elementwise.sigmoid(x, y, n);
            case SOFTPLUS -> Elementwise.softplus(x, y, n);
            case ERF -> Elementwise.erf(x, y, n);
            case ERF_SLOPE -> {
                Elementwise.gaussian(x, y, n);
                Elementwise.scale(y, TWO_OVER_SQRT_PI, y, n);
            }
            case NORMAL_PDF -> Elementwise.normalPdf(x, y, n);
            case NORMAL_CDF -> Elementwise.normalCdf(x, y, n);
            case GELU -> Elementwise.gelu(x, y, n);
            default -> throw new AssertionError(this);
        }
    }

    /** dy/dx. */
    private Variable partial(Variable x, Variable y) {
        return switch (this) {
            case NEG -> throw new AssertionError("neg has a rule of its own");
            case EXP -> y;
            case EXPM1 -> x.exp();
            case LOG -> x.reciprocal();
            case LOG1P -> x.add(1).reciprocal();
            case SQRT -> y.rdiv(0.5);
            case SQUARE -> x.mul(2);
            case SIN -> x.cos();
            case COS -> x.sin().neg();
            case TANH -> SECH2.apply(x);
            case SECH2 -> x.tanh().mul(y).mul(-2);
            case SIGMOID -> y.mul(x.neg().sigmoid());
            case SOFTPLUS -> x.sigmoid();
            case ERF -> ERF_SLOPE.apply(x);
            case ERF_SLOPE -> finite(x).mul(y).mul(-2);
            case NORMAL_PDF -> finite(x).mul(y).neg();
            case NORMAL_CDF -> NORMAL_PDF.apply(x);
            case GELU -> NORMAL_CDF.apply(x).add(finite(x).mul(NORMAL_PDF.apply(x)));
        };
    }

    /** x, but for infinities: ∞·0 would be NaN where x·exp(−x²) is 0. */
    private static Variable finite(Variable x) {
        return x.clamp(-1e100, 1e100);
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return this == NEG ? d.neg() : d.mul(partial(x, y));
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... operands) {
        BigReal x = operands[0];
        return switch (this) {
            case NEG -> x.neg();
            case EXP -> a.exp(x);
            case EXPM1 -> a.expm1(x);
            case LOG -> a.log(x);
            case LOG1P -> a.log1p(x);
            case SQRT -> a.sqrt(x);
            case SQUARE -> a.mul(x, x);
            case SIN -> a.sin(x);
            case COS -> a.cos(x);
            case TANH -> a.tanh(x);
            case SECH2 -> {
                BigReal e = a.exp(a.mul(BigReal.of(-2), x.abs()));
                BigReal z = a.add(BigReal.ONE, e);
                yield a.div(a.mul(BigReal.of(4), e), a.mul(z, z));
            }
            case SIGMOID -> a.sigmoid(x);
            case SOFTPLUS -> {
                BigReal rest = a.log1p(a.exp(x.abs().neg()));
                yield x.signum() > 0 ? a.add(x, rest) : rest;
            }
            case ERF -> a.erf(x);
            case ERF_SLOPE -> a.div(a.mul(BigReal.of(2), a.exp(a.mul(x, x).neg())), a.sqrt(a.pi()));
            case NORMAL_PDF -> a.div(a.exp(a.div(a.mul(x, x), BigReal.of(-2))), a.sqrt(a.mul(BigReal.of(2), a.pi())));
            case NORMAL_CDF -> normalCdf(a, x);
            case GELU -> x.sameAs(BigReal.NEGATIVE_INFINITY) ? BigReal.ZERO : a.mul(x, normalCdf(a, x));
        };
    }

    private static BigReal normalCdf(BigArithmetic a, BigReal x) {
        return a.div(a.erfc(a.div(x.neg(), a.sqrt(BigReal.of(2)))), BigReal.of(2));
    }

    @Override
    public double slope(int i, double y, double... operands) {
        double x = operands[0];
        return switch (this) {
            case NEG -> 1;
            case EXP -> y;
            case EXPM1 -> y + 1;
            case LOG -> x > 0 ? 1 / x : Double.POSITIVE_INFINITY;
            case LOG1P -> x > -1 ? 1 / (1 + x) : Double.POSITIVE_INFINITY;
            case SQRT -> y > 0 ? 0.5 / y : Double.POSITIVE_INFINITY;
            case SQUARE -> 2 * x;
            case SIN -> Elementary.cos(x);
            case COS -> Elementary.sin(x);
            case TANH -> sech2(x);
            case SECH2, ERF_SLOPE -> 2 * x * y;
            case SIGMOID -> y / (1 + Elementary.exp(x));
            case SOFTPLUS -> 1 / (1 + Elementary.exp(-x));
            case ERF -> TWO_OVER_SQRT_PI * Elementary.exp(-x * x);
            case NORMAL_PDF -> x * y;
            case NORMAL_CDF -> normalPdf(x);
            case GELU -> (x == 0 ? 0.5 : y / x) + x * normalPdf(x);
        };
    }

    @Override
    public double lastTurn() {
        return switch (this) {
            case SIN, COS -> Double.POSITIVE_INFINITY;
            case SECH2, ERF_SLOPE, NORMAL_PDF, GELU -> 2;
            default -> 0;
        };
    }

    private static double sech2(double x) {
        double e = Elementary.exp(-2 * Math.abs(x));
        return 4 * e / ((1 + e) * (1 + e));
    }

    private static double normalPdf(double x) {
        return TWO_OVER_SQRT_PI / Math.sqrt(8) * Elementary.exp(-x * x / 2);
    }

    @Override
    public double rounding(double y, double... x) {
        return ulps() * Math.ulp(y);
    }

    /** What {@link Elementwise} states of its functions. */
    private double ulps() {
        return switch (this) {
            case NEG -> 0;
            case SQRT, SQUARE -> 0.5;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, SIGMOID -> 1;
            case TANH, SOFTPLUS -> 2;
            case SECH2, ERF, ERF_SLOPE, NORMAL_PDF, NORMAL_CDF, GELU -> 3;
        };
    }

    @Override
    public String label() {
        return label;
    }
}
