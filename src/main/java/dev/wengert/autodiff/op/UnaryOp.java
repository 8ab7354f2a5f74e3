package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Angles;
import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Trigonometric;
import dev.wengert.tensor.Shape;

/**
 * Smooth functions of one operand: each has a line for its value and a line for its partial derivative.
 *
 * <p>A partial is as accurate as its function. {@code tanh′} is {@code sech²(x)}: {@code 1 − y²} has no correct digit at x = 20. {@code
 * sigmoid′} is {@code σ(x)σ(−x)}. {@code gelu′} uses the normal distribution, whose left tail keeps its relative accuracy. There are
 * switches instead of lambdas, because linking eighty lambdas takes tens of milliseconds at the first gradient.
 */
public enum UnaryOp implements ElementwiseOp, Single {
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
    /** 1 − erf(x). */
    ERFC,
    ERFINV,
    /** √π/2·exp(erfinv(x)²), the derivative of erfinv. */
    ERFINV_SLOPE,
    /** φ(x) = exp(−x²/2)/√(2π). */
    NORMAL_PDF,
    /** Φ(x) = ∫φ. */
    NORMAL_CDF,
    /** ln Φ(x). */
    LOG_NORMAL_CDF,
    /** x·Φ(x). */
    GELU,
    TAN,
    ASIN,
    /** 1/√(1 − x²), the derivative of asin. */
    ASIN_SLOPE,
    ACOS,
    ATAN,
    /** 1/(1 + x²), the derivative of atan. */
    ATAN_SLOPE,
    SINH,
    COSH,
    ASINH,
    /** 1/√(x² + 1), the derivative of asinh. */
    ASINH_SLOPE,
    ACOSH,
    /** 1/√(x² − 1), the derivative of acosh. */
    ACOSH_SLOPE,
    ATANH,
    /** 1/(1 − x²), the derivative of atanh. */
    ATANH_SLOPE,
    LOG2,
    LOG10,
    /** 1/√x. */
    RSQRT,
    /** x·sigmoid(x). */
    SILU,
    /** tanh(softplus(x)) = mish(x)/x. */
    TANH_SOFTPLUS,
    /** x·tanh(softplus(x)). */
    MISH,
    /** x/(1 + |x|). */
    SOFTSIGN;

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
            case TAN -> Elementary.tan(x);
            case ASIN -> Angles.asin(x);
            case ASIN_SLOPE -> Trigonometric.asinSlope(x);
            case ACOS -> Angles.acos(x);
            case ATAN -> Angles.atan(x);
            case ATAN_SLOPE -> Trigonometric.atanSlope(x);
            case SINH -> Trigonometric.sinh(x);
            case COSH -> Trigonometric.cosh(x);
            case ASINH -> Trigonometric.asinh(x);
            case ASINH_SLOPE -> Trigonometric.asinhSlope(x);
            case ACOSH -> Trigonometric.acosh(x);
            case ACOSH_SLOPE -> Trigonometric.acoshSlope(x);
            case ATANH -> Trigonometric.atanh(x);
            case ATANH_SLOPE -> Trigonometric.atanhSlope(x);
            case LOG2 -> Elementary.log2(x);
            case LOG10 -> Elementary.log10(x);
            case RSQRT -> 1.0 / Math.sqrt(x);
            case SILU -> Elementary.silu(x);
            case TANH_SOFTPLUS -> Elementary.tanhSoftplus(x);
            case MISH -> Elementary.mish(x);
            case SOFTSIGN -> Elementary.softsign(x);
            default -> Single.super.at(x);
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
            case SOFTPLUS -> Elementwise.softplus(x, y, n, work);
            case ERF -> Elementwise.erf(x, y, n);
            case ERF_SLOPE -> {
                Elementwise.gaussian(x, y, n);
                Elementwise.scale(y, TWO_OVER_SQRT_PI, y, n);
            }
            case ERFC -> Elementwise.erfc(x, y, n);
            case ERFINV -> Elementwise.erfinv(x, y, n);
            case ERFINV_SLOPE -> Elementwise.erfinvSlope(x, y, n);
            case NORMAL_PDF -> Elementwise.normalPdf(x, y, n);
            case NORMAL_CDF -> Elementwise.normalCdf(x, y, n);
            case LOG_NORMAL_CDF -> Elementwise.logNormalCdf(x, y, n);
            case GELU -> Elementwise.gelu(x, y, n, work);
            default -> {
                for (int l = 0; l < n; l++) {
                    y[l] = at(x[l]); // a call an element is little beside these functions
                }
            }
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return this == SOFTPLUS || this == GELU ? Elementwise.workLengths(s[0].size()) : Single.super.workLengths(s);
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
            case ERFC -> ERF_SLOPE.apply(x).neg();
            case ERFINV -> ERFINV_SLOPE.apply(x);
            case ERFINV_SLOPE -> x.erfinv().mul(y.square()).mul(2);
            case NORMAL_PDF -> finite(x).mul(y).neg();
            case NORMAL_CDF -> NORMAL_PDF.apply(x);
            case LOG_NORMAL_CDF -> new MomentRatio(0).apply(x);
            case GELU -> NORMAL_CDF.apply(x).add(finite(x).mul(NORMAL_PDF.apply(x)));
            case TAN -> y.square().add(1);
            case ASIN -> ASIN_SLOPE.apply(x);
            case ACOS -> ASIN_SLOPE.apply(x).neg();
            case ASIN_SLOPE -> x.mul(y).mul(y).mul(y);
            case ATAN -> ATAN_SLOPE.apply(x);
            case ATAN_SLOPE -> finite(x).mul(y).mul(y).mul(-2);
            case SINH -> x.cosh();
            case COSH -> x.sinh();
            case ASINH -> ASINH_SLOPE.apply(x);
            case ACOSH -> ACOSH_SLOPE.apply(x);
            case ASINH_SLOPE, ACOSH_SLOPE -> finite(x).mul(y).mul(y).mul(y).neg();
            case ATANH -> ATANH_SLOPE.apply(x);
            case ATANH_SLOPE -> x.mul(y).mul(y).mul(2);
            case LOG2 -> x.rdiv(Elementary.LOG2_E);
            case LOG10 -> x.rdiv(Elementary.LOG10_E);
            case RSQRT -> y.div(x).mul(-0.5);
            case SILU -> x.sigmoid().add(finite(y).mul(x.neg().sigmoid()));
            case TANH_SOFTPLUS -> y.mul(ofTanhSoftplus(x));
            case MISH -> TANH_SOFTPLUS.apply(x).add(finite(y).mul(ofTanhSoftplus(x)));
            case SOFTSIGN -> x.abs().add(1).reciprocal().square();
        };
    }

    /** The derivative of the logarithm of tanh(softplus(x)): 4c²/((1 + c)(1 + c²)) with c = 1/(1 + exp(x)). */
    private static Variable ofTanhSoftplus(Variable x) {
        Variable c = x.neg().sigmoid();
        Variable square = c.square();
        return square.mul(4).div(c.add(1).mul(square.add(1)));
    }

    /** x limited to ±1e170, beyond which x³ is infinite: for infinite x, x·exp(−x²) must be 0, whereas ∞·0 is NaN. */
    private static Variable finite(Variable x) {
        return x.clamp(-1e170, 1e170);
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return this == NEG ? d.neg() : d.mul(partial(x, y));
    }

    /** As the default, which the compiler does not specialise: most steps are of this class, and here it knows push. */
    @Override
    public void pullback(Cotangents c) {
        c.add(0, push(0, c.g(), c.y(), c.x(0), null)); // the operand leads to an input, or this would be no step
    }

    @Override
    public String label() {
        return label;
    }
}
