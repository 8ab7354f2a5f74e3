package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.loop.Scan;
import dev.wengert.autodiff.op.AddWindows;
import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Concat;
import dev.wengert.autodiff.op.Convolution;
import dev.wengert.autodiff.op.CumSum;
import dev.wengert.autodiff.op.Draw;
import dev.wengert.autodiff.op.ElementwiseOp;
import dev.wengert.autodiff.op.Elu;
import dev.wengert.autodiff.op.Erfcx;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.FoldKey;
import dev.wengert.autodiff.op.Gaps;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Independent;
import dev.wengert.autodiff.op.LinearOp;
import dev.wengert.autodiff.op.LogBeta;
import dev.wengert.autodiff.op.LogCumSumExp;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.MomentRatio;
import dev.wengert.autodiff.op.Nonzero;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.PairOp;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Polygamma;
import dev.wengert.autodiff.op.Power;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.autodiff.op.ScatterAdd;
import dev.wengert.autodiff.op.ScatterAddAlong;
import dev.wengert.autodiff.op.Signs;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.Strided;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.autodiff.op.TotalWeight;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.VariablePower;
import dev.wengert.autodiff.op.Where;
import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Pairs;
import dev.wengert.kernel.Powers;
import dev.wengert.kernel.Trigonometric;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * A table of first-order bounds of the absolute errors of operations. Each row adds the stated rounding error of the kernel and the effect
 * of errors of the operands. For an operation without a row, no bound is known.
 */
final class Bounds {

    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    private Bounds() {}

    /**
     * The bounds for an operation.
     *
     * @param y the result
     * @param out the shape of the result
     * @param x the operands
     * @param dx bounds of the errors of the operands
     * @param s the shapes of the operands
     * @return a bound for each element of the result; or null if there is no row
     */
    static double[] of(Op op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        if (MatrixForms.has(op)) {
            return MatrixBounds.of(op, y, out, x, dx, s);
        }
        if (op == Independent.INDEPENDENT) {
            return dx[0].clone();
        }
        if (op instanceof Gaps) {
            double[] dy = new double[y.length];
            int n = s[0].extent(-1);
            Arrays.setAll(dy, k -> {
                int vector = k / (n * n) * n;
                double moved = dx[0][vector + k % n] + dx[0][vector + k / n % n];
                return y[k] == 0 ? 0 : y[k] * y[k] * moved + 1.5 * Math.ulp(y[k]);
            });
            return dy;
        }
        if (op instanceof Scan) {
            return Unrolled.bounds(op, x, dx, s);
        }
        if (op instanceof Sum sum) {
            return Sums.bound(sum, out, x, dx, s, out.size() == 0 ? 0 : s[0].size() / out.size(), 1);
        }
        if (op instanceof ScatterAdd sum) {
            return Sums.bound(sum, out, x, dx, s, s[1].size(), 1);
        }
        if (op instanceof ScatterAddAlong sum) {
            return LineBounds.added(sum, out, x, dx, s);
        }
        if (op instanceof TakeAlong take) {
            return LineBounds.taken(take, y, out, x, dx, s);
        }
        if (op instanceof AddWindows sum) {
            return Sums.bound(sum, out, x, dx, s, s[0].extent(-1), 1);
        }
        if (op instanceof CumSum sum) {
            return Sums.bound(sum, out, x, dx, s, out.extent(sum.axis()), 1);
        }
        if (op instanceof Argsort || op instanceof Ranks) {
            return LineBounds.order(op, y, out, x[0], dx[0]);
        }
        if (op instanceof Recurrence || op instanceof LogCumSumExp) {
            return LineBounds.scan(op, y, out, x, dx);
        }
        if (op instanceof SumOfParts sum) {
            int parts = sum.places().size();
            int rows = Arrays.stream(s).skip(parts).mapToInt(Shape::size).sum();
            return Sums.bound(sum, out, x, dx, s, parts + rows, parts);
        }
        if (op instanceof Concat || op instanceof LinearOp && op != Identity.IDENTITY) {
            return moved((Primitive) op, out, x, dx, s);
        }
        if (op instanceof Max max) {
            double[] dy = new double[out.size()];
            Strided.max(dx[0], s[0], dy, max.to());
            return dy;
        }
        if (op instanceof Slope slope && slope.of() instanceof Max max) {
            return slope(max, y, x[0], dx[0], s[0]);
        }
        if (op instanceof Norm norm) {
            double terms = out.size() == 0 ? 0 : s[0].size() / out.size();
            double[] dy = norm.eval(out, dx, s); // of the errors, which is never less than the error of the norm
            Arrays.setAll(dy, i -> (1 + 1e-9) * dy[i] + (terms + 8) / 2 * Math.ulp(y[i]));
            return dy;
        }
        if (op instanceof Nonzero nonzero) {
            double[] sizes = new double[out.size()];
            double[] errors = new double[out.size()];
            Strided.max(Sums.abs(x[0]), s[0], sizes, nonzero.to());
            Strided.max(dx[0], s[0], errors, nonzero.to());
            Arrays.setAll(errors, i -> errors[i] > 0 && sizes[i] <= errors[i] ? 1 : 0);
            return errors;
        }
        if (op instanceof OneHot
                || op instanceof Signs
                || op instanceof Draw
                || op instanceof FoldKey
                || op instanceof AllFinite) {
            return new double[out.size()];
        }
        if (op instanceof MatMul || op instanceof Convolution) {
            return product((Primitive) op, out, x, dx, s);
        }
        if (op instanceof Affine) {
            double[] dy = product(MatMul.MATMUL, out, x, dx, s);
            Arrays.setAll(dy, i -> dy[i] + dx[2][i % dx[2].length] + Math.ulp(y[i]));
            return dy;
        }
        if (op instanceof SoftmaxOp softmax) {
            return SoftmaxBounds.bound(softmax, y, x, dx, s[0]);
        }
        return elements(op, y, out, x, dx, s);
    }

    /** The errors are moved as the elements are, because moving adds no error. */
    private static double[] moved(Primitive op, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[][] moved = dx.clone();
        if (op instanceof Gather) {
            moved[1] = x[1];
        }
        return op.eval(out, moved, s);
    }

    /**
     * If the errors are large enough that several elements could be the largest, the slope of each of them is unknown: it may be off by 1.
     */
    private static double[] slope(Max of, double[] y, double[] x, double[] dx, Shape s) {
        int[] at = Origins.broadcast(new Shape[] {of.to()}, s)[0];
        double[] largest = new double[of.to().size()];
        double[] reach = new double[largest.length];
        int[] candidates = new int[largest.length];
        Strided.max(x, s, largest, of.to());
        Strided.max(dx, s, reach, of.to());
        for (int k = 0; k < at.length; k++) {
            candidates[at[k]] += largest[at[k]] - x[k] <= 2 * reach[at[k]] ? 1 : 0;
        }
        double[] dy = new double[at.length];
        for (int k = 0; k < dy.length; k++) {
            boolean candidate = largest[at[k]] - x[k] <= 2 * reach[at[k]];
            dy[k] = reach[at[k]] > 0 && candidate && candidates[at[k]] > 1 ? 1 : Math.ulp(y[k]) / 2;
        }
        return dy;
    }

    /** {@code |A|·dB + dA·(|B| + dB) + (k + 2)u·|A|·|B|} for a product with k terms an element. */
    private static double[] product(Primitive op, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int k = Sums.terms(op, s);
        double[] left = Sums.abs(x[0]);
        double[] right = Sums.abs(x[1]);
        Shape[] pair = {s[0], s[1]};
        double[] sizes = op.eval(out, new double[][] {left, right}, pair);
        double[] dy = new double[out.size()];
        Arrays.setAll(dy, i -> (k + 2) * 0x1p-53 * sizes[i]);
        if (!isExact(dx[1])) {
            double[] errors = op.eval(out, new double[][] {left, dx[1]}, pair);
            Arrays.setAll(right, i -> right[i] + dx[1][i]);
            Arrays.setAll(dy, i -> dy[i] + errors[i]);
        }
        if (!isExact(dx[0])) {
            double[] errors = op.eval(out, new double[][] {dx[0], right}, pair);
            Arrays.setAll(dy, i -> dy[i] + errors[i]);
        }
        return dy;
    }

    private static boolean isExact(double[] dx) {
        for (double error : dx) {
            if (error != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The bounds for a comparison of operands with a selection of their elements. An element that equals its selection is the one that was
     * selected, whatever its error, unless another could have been.
     *
     * @param selection which operand is the selection
     */
    static double[] mask(int selection, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int[][] at = Origins.broadcast(s, out);
        int[] candidates = new int[x[selection].length];
        boolean[] candidate = new boolean[out.size()];
        for (int k = 0; k < candidate.length; k++) {
            double apart = Math.abs(x[0][at[0][k]] - x[1][at[1][k]]);
            candidate[k] = apart <= dx[0][at[0][k]] + dx[1][at[1][k]];
            candidates[at[selection][k]] += candidate[k] ? 1 : 0;
        }
        double[] dy = new double[candidate.length];
        for (int k = 0; k < dy.length; k++) {
            boolean known = dx[0][at[0][k]] + dx[1][at[1][k]] == 0;
            dy[k] = candidate[k] && !known && candidates[at[selection][k]] > 1 ? 1 : 0;
        }
        return dy;
    }

    // ---- functions of one element of each operand ----

    /** The bound at one element, given its value y, its operands v, and the bounds d of their errors. */
    private interface Row {
        double bound(double y, double[] v, double[] d);
    }

    private static double[] elements(Op op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        Row row = row(op);
        if (row == null) {
            return null;
        }
        int[][] at = Origins.broadcast(s, out);
        double[] dy = new double[out.size()];
        double[] v = new double[x.length];
        double[] d = new double[x.length];
        for (int k = 0; k < dy.length; k++) {
            for (int i = 0; i < v.length; i++) {
                v[i] = x[i][at[i][k]];
                d[i] = dx[i][at[i][k]];
            }
            dy[k] = row.bound(y[k], v, d);
        }
        return dy;
    }

    private static Row row(Op op) {
        if (op == PairOp.MOD) {
            return (y, v, d) -> {
                double q = v[0] / v[1];
                double moved = d[0] + Math.abs(q) * d[1];
                return Math.ulp(y) / 2 + (wholes(v, d) == 0 ? moved + d[1] : Math.abs(v[1]) + d[1]);
            };
        }
        if (op == Comparison.MOD_PIECE) {
            return (y, v, d) -> 2 * wholes(v, d);
        }
        if (op instanceof Polygamma gamma) {
            return (y, v, d) -> rounding(gamma, y, v) + (d[0] == 0 ? 0 : spread(gamma, v[0], d[0]));
        }
        if (op == UnaryOp.TAN) {
            return (y, v, d) -> rounding(UnaryOp.TAN, y, v) + (d[0] == 0 ? 0 : spreadOfTangent(y, d[0]));
        }
        if (op instanceof TotalWeight) {
            return (y, v, d) -> d[0];
        }
        if (op instanceof ElementwiseOp smooth) {
            return op instanceof UnaryOp unary && !hasRow(unary)
                    ? null
                    : (y, v, d) -> Spread.exactInfinity(y, v, d)
                            ? 0
                            : rounding(smooth, y, v) + Spread.of(smooth, y, v, d) + jump(smooth, v, d);
        }
        if (op instanceof PiecewiseLinear f) {
            boolean rounds = f.kind() == PiecewiseLinear.Kind.LEAKY_RELU;
            return (y, v, d) -> steepest(f, v[0], d[0]) * d[0] + (rounds ? Math.ulp(y) / 2 : 0);
        }
        if (op instanceof Slope slope && slope.of() instanceof PiecewiseLinear f) {
            double jump = jump(f);
            return (y, v, d) -> d[0] > 0 && kinkWithin(f, d[0], v[0]) ? jump : 0;
        }
        if (op instanceof Choice) {
            return (y, v, d) -> Math.abs(v[0] - v[1]) > d[0] + d[1] ? (y == v[0] ? d[0] : d[1]) : Math.max(d[0], d[1]);
        }
        if (op instanceof Comparison) {
            // if the errors exceed the difference of the operands, the answer is unknown
            return (y, v, d) -> d[0] + d[1] > 0 && Math.abs(v[0] - v[1]) <= d[0] + d[1] ? 1 : 0;
        }
        if (op == Gate.GATE) {
            return (y, v, d) -> {
                double passed = v[0] == 0 ? 0 : Math.abs(v[0]) * d[1] + Math.ulp(y) / 2;
                return d[0] == 0 ? passed : passed + d[0] * (Math.abs(v[1]) + d[1]);
            };
        }
        if (op == Where.WHERE) {
            return (y, v, d) -> d[0] == 0 ? d[v[0] == 0 ? 2 : 1] : Math.max(d[1], d[2]) + Math.abs(v[1] - v[2]);
        }
        if (op == Flat.SIGN) {
            return (y, v, d) -> d[0] > 0 && Math.abs(v[0]) <= d[0] ? 2 : 0;
        }
        if (op instanceof Flat flat && flat != Flat.DETACH) {
            return (y, v, d) -> d[0] == 0 ? 0 : steps(flat, v[0], d[0]);
        }
        return op == Flat.DETACH || op == Identity.IDENTITY ? (y, v, d) -> d[0] : null;
    }

    /** At most {@code (1 + y²)·t/(1 − |y|t)} with {@code t = tan d}; infinite if a pole may be near. */
    private static double spreadOfTangent(double y, double d) {
        double t = 1.001 * d;
        double share = Math.abs(y) * t;
        return d < 0x1p-5 && share < 0.5 ? 1.001 * (1 + y * y) * t / (1 - share) : Double.POSITIVE_INFINITY;
    }

    /** How many whole numbers the errors of its operands carry their quotient across. */
    private static double wholes(double[] v, double... d) {
        double q = v[0] / v[1];
        double apart = d[0] + d[1] == 0 ? 0 : (d[0] + Math.abs(q) * d[1]) / (Math.abs(v[1]) - d[1]);
        return apart == 0 ? 0 : apart > 0 ? Math.ceil(q + apart) - Math.floor(q - apart) - 1 : Double.POSITIVE_INFINITY;
    }

    // ---- smooth functions ----

    /** Whether both halves of the row are there. */
    private static boolean hasRow(UnaryOp op) {
        return !Double.isNaN(ulps(op)) && !Double.isNaN(partial(op, 0.5, 0.5));
    }

    /** The stated rounding error of a kernel at x, where its result is y. */
    private static double rounding(ElementwiseOp op, double y, double... x) {
        if (op instanceof UnaryOp unary) {
            return ulps(unary) * Math.ulp(y);
        }
        if (op instanceof Power power) {
            return (power.low() == 0 ? 1 : 2) * Math.ulp(y);
        }
        if (op instanceof VariablePower power) {
            return Powers.error(power.j(), power.k(), x[0], x[1], new double[power.k() + 1]);
        }
        if (op instanceof PairOp pair) {
            return rounding(pair, y, x[0], x[1]);
        }
        if (op instanceof Erfcx erfcx) {
            return ulpsOfProduct(erfcx.order()) * Math.ulp(y);
        }
        if (op instanceof MomentRatio ratio) {
            return ulpsOfProduct(ratio.n()) * Math.ulp(y);
        }
        if (op instanceof Polygamma gamma) {
            return rounding(gamma.n(), x[0], y);
        }
        if (op instanceof LogBeta beta) {
            return rounding(beta, x[0], x[1], y);
        }
        return op instanceof Elu ? 2 * Math.ulp(y) : Math.ulp(y) / 2;
    }

    private static double rounding(PairOp op, double y, double a, double b) {
        return switch (op) {
            case MOD, XDIVY -> Math.ulp(y) / 2;
            case ATAN2, HYPOT -> Math.ulp(y);
            case HYPOT_SLOPE, XLOGY -> 2 * Math.ulp(y);
            case ATAN2_SLOPE -> 4 * Math.ulp(y);
            case LOG_ADD_EXP ->
                Math.ulp(y) / 2 + (a == b ? Math.ulp(1.0) / 4 : 2 * Math.ulp(Elementary.exp(-Math.abs(a - b))));
            case LOG_ADD_EXP_SLOPE -> 3 * Math.ulp(y);
        };
    }

    private static double ulpsOfProduct(int n) {
        return n == 0 ? 3 : n == 1 ? 5 : 4 + Math.scalb(1.0, Math.min(2 * n, 1000));
    }

    /** Five ulps, but for large orders, which are exponentials; below 0 some ulps of the terms of the reflection. */
    private static double rounding(int n, double x, double y) {
        if (!(x < 0)) {
            double logarithm = n > 170 ? (n + 1) * (Math.abs(Elementary.log(x)) + Elementary.log(n + 1)) : 0;
            return (5 + 4 * logarithm) * Math.ulp(y);
        }
        double reflected = new Polygamma(n).at(n < 0 ? -x : 1 - x);
        double terms = Math.abs(y) + 2 * Math.abs(reflected) + (n < 0 ? 1 : 0);
        if (n >= 0) {
            terms += Math.abs(new Polygamma(n + 1).at(1 - x)) * (1 - x); // 1 − x is rounded
        }
        if (n > 0) {
            terms += 2 * Math.abs(new Polygamma(n).at(x - Math.floor(x)));
        }
        return (8 + n) * 0x1p-53 * terms;
    }

    /** Between two poles, the size of the slope has its maximum at an end of an interval. */
    private static double spread(Polygamma op, double x, double d) {
        double pole = x > 0 ? x : Math.abs(x - Math.rint(x));
        if (!(2 * d < pole)) {
            return Double.POSITIVE_INFINITY;
        }
        Polygamma slope = new Polygamma(op.n() + 1);
        return (1 + 0x1p-6) * d * Math.max(Math.abs(slope.at(x - d)), Math.abs(slope.at(x + d)));
    }

    /** Four ulps, for the value of the terms that may cancel; for mixed derivatives also the rounding of the sum. */
    private static double rounding(LogBeta op, double a, double b, double y) {
        if (op.j() > 0 || op.k() > 0) {
            return (op.j() > 0 && op.k() > 0 ? 4 + 2 * (op.j() + op.k()) : 4) * Math.ulp(y);
        }
        double small = Math.min(a, b);
        double large = Math.max(a, b);
        double terms = Math.abs(y);
        if (small < 8) {
            terms += 2 * Math.abs(Polygamma.LGAMMA.at(small));
            terms += large < 8 ? 2 * Math.abs(Polygamma.LGAMMA.at(large)) : 2 * small;
        }
        return 0x1p-51 * terms;
    }

    /** The errors in ulps that {@link dev.wengert.kernel.Elementwise} states; NaN for a function without a row. */
    private static double ulps(UnaryOp op) {
        return switch (op) {
            case NEG -> 0;
            case SQRT, SQUARE -> 0.5;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, SIGMOID -> 1;
            case TAN, ASIN, ACOS, ATAN, LOG2, LOG10 -> 1;
            case TANH, SOFTPLUS, SINH, COSH, ASINH, ACOSH, ATANH, RSQRT, SOFTSIGN -> 2;
            case ASIN_SLOPE, ATAN_SLOPE, ASINH_SLOPE, ACOSH_SLOPE, ATANH_SLOPE -> 2;
            case SECH2, ERF, ERF_SLOPE, ERFC, ERFINV, NORMAL_PDF, NORMAL_CDF, LOG_NORMAL_CDF -> 3;
            case GELU, SILU, TANH_SOFTPLUS -> 3;
            case MISH, ERFINV_SLOPE -> 4;
            default -> Double.NaN;
        };
    }

    /** The partial derivative in operand {@code i}, up to its sign; infinite at poles. It is written independently of the rules. */
    static double partial(ElementwiseOp op, int i, double y, double... x) {
        if (op instanceof UnaryOp unary) {
            return partial(unary, x[0], y);
        }
        if (op instanceof BinaryOp binary) {
            return switch (binary) {
                case ADD, SUB -> 1;
                case MUL -> x[1 - i];
                case DIV -> i == 0 ? 1 / x[1] : y / x[1];
            };
        }
        if (op instanceof PairOp pair) {
            return partial(pair, i, y, x[0], x[1]);
        }
        if (op instanceof NumberOp number) {
            return switch (number.kind()) {
                case ADD -> 1;
                case MUL -> number.c();
                case DIV -> 1 / number.c();
                case RDIV -> y / x[0];
            };
        }
        if (op instanceof Power power) {
            return power.n() * StrictMath.pow(x[0], power.n() - 1);
        }
        if (op instanceof Elu elu) {
            return x[0] > 0 ? (elu.order() == 0 ? 1 : 0) : elu.alpha() * Elementary.exp(x[0]);
        }
        if (op instanceof Erfcx erfcx) {
            return new Erfcx(erfcx.order() + 1).at(x[0]);
        }
        if (op instanceof MomentRatio ratio) {
            // between 0 and 1
            double next = new MomentRatio(ratio.n() + 1).at(x[0]);
            return y == 0 || next == 0 ? 0 : ratio.n() == 0 ? y * next : y * (next - y);
        }
        if (op instanceof Polygamma gamma) {
            return new Polygamma(gamma.n() + 1).at(x[0]);
        }
        if (op instanceof LogBeta beta) {
            return (i == 0 ? new LogBeta(beta.j() + 1, beta.k()) : new LogBeta(beta.j(), beta.k() + 1)).at(x[0], x[1]);
        }
        VariablePower power = (VariablePower) op;
        int j = power.j() + (i == 0 ? 1 : 0);
        int k = power.k() + (i == 0 ? 0 : 1);
        return Powers.derivative(j, k, x[0], x[1], new double[power.k() + 2]);
    }

    /** For functions of the plane no more than the largest size that the slope has at this distance from the origin. */
    private static double partial(PairOp op, int i, double y, double a, double b) {
        return switch (op) {
            case MOD -> i == 0 ? 1 : Math.abs(a / b) + 1;
            case HYPOT -> 1;
            case ATAN2, HYPOT_SLOPE -> 1 / Pairs.hypot(a, b);
            case ATAN2_SLOPE -> 1 / Pairs.hypot(a, b) / Pairs.hypot(a, b);
            case LOG_ADD_EXP -> a == b ? 0.5 : 1 / (1 + Elementary.exp(i == 0 ? b - a : a - b));
            case LOG_ADD_EXP_SLOPE -> a == b ? 0.25 : y / (1 + Elementary.exp(a - b));
            case XLOGY ->
                i == 0
                        ? (b > 0 ? Elementary.log(b) : Double.POSITIVE_INFINITY)
                        : b > 0 ? a / b : Double.POSITIVE_INFINITY;
            case XDIVY -> i == 0 ? 1 / b : b == 0 ? Double.POSITIVE_INFINITY : a / b / b;
        };
    }

    private static double partial(UnaryOp op, double x, double y) {
        return switch (op) {
            case NEG -> 1;
            case EXP -> y;
            case EXPM1 -> y + 1;
            case LOG -> x > 0 ? 1 / x : Double.POSITIVE_INFINITY;
            case LOG1P -> x > -1 ? 1 / (1 + x) : Double.POSITIVE_INFINITY;
            case SQRT -> y > 0 ? 0.5 / y : Double.POSITIVE_INFINITY;
            case SQUARE -> 2 * x;
            case SIN -> Elementary.cos(x);
            case COS -> Elementary.sin(x);
            case TANH -> {
                double e = Elementary.exp(-2 * Math.abs(x));
                yield 4 * e / ((1 + e) * (1 + e));
            }
            case SECH2, ERF_SLOPE -> 2 * x * y;
            case SIGMOID -> y / (1 + Elementary.exp(x));
            case SOFTPLUS -> 1 / (1 + Elementary.exp(-x));
            case ERF, ERFC -> TWO_OVER_SQRT_PI * Elementary.exp(-x * x);
            case ERFINV -> Elementary.exp(y * y) / TWO_OVER_SQRT_PI;
            case ERFINV_SLOPE -> 2 * y * y * Math.sqrt(Math.max(0, Elementary.log(TWO_OVER_SQRT_PI * y)));
            case NORMAL_PDF -> x * y;
            case NORMAL_CDF -> normalPdf(x);
            case LOG_NORMAL_CDF -> x < -10 ? -x - 1 / x : normalPdf(x) / Elementary.exp(y);
            case GELU -> (x == 0 ? 0.5 : y / x) + x * normalPdf(x);
            case TAN -> 1 + y * y;
            case ASIN, ACOS -> Math.abs(x) < 1 ? 1 / Math.sqrt((1 - x) * (1 + x)) : Double.POSITIVE_INFINITY;
            case ASIN_SLOPE -> Math.abs(x) < 1 ? x * y * y * y : Double.POSITIVE_INFINITY;
            case ATAN -> 1 / (1 + x * x);
            case ATAN_SLOPE -> 2 * x * y * y;
            case SINH -> Trigonometric.cosh(x);
            case COSH -> Trigonometric.sinh(x);
            case ASINH -> 1 / Math.sqrt(1 + x * x);
            case ASINH_SLOPE -> x * y * y * y;
            case ACOSH -> x > 1 ? 1 / Math.sqrt(x - 1) / Math.sqrt(x + 1) : Double.POSITIVE_INFINITY;
            case ACOSH_SLOPE -> x > 1 ? x * y * y * y : Double.POSITIVE_INFINITY;
            case ATANH -> Math.abs(x) < 1 ? 1 / ((1 - x) * (1 + x)) : Double.POSITIVE_INFINITY;
            case ATANH_SLOPE -> Math.abs(x) < 1 ? 2 * x * y * y : Double.POSITIVE_INFINITY;
            case LOG2 -> x > 0 ? Elementary.LOG2_E / x : Double.POSITIVE_INFINITY;
            case LOG10 -> x > 0 ? Elementary.LOG10_E / x : Double.POSITIVE_INFINITY;
            case RSQRT -> x > 0 ? 0.5 * y / x : Double.POSITIVE_INFINITY;
            case SILU -> {
                double s = 1 / (1 + Elementary.exp(-x));
                yield s * (1 + x / (1 + Elementary.exp(x)));
            }
            case TANH_SOFTPLUS -> y * ofTanhSoftplus(x);
            case MISH -> x == 0 ? 0.6 : y / x * (1 + x * ofTanhSoftplus(x));
            case SOFTSIGN -> 1 / (1 + Math.abs(x)) / (1 + Math.abs(x));
            default -> Double.NaN;
        };
    }

    /** 4(1 + e)/((2 + e)(2 + 2e + e²)), the relative slope of tanh(softplus(x)), with e = exp(x). */
    private static double ofTanhSoftplus(double x) {
        double e = Elementary.exp(Math.min(x, 300));
        return 4 * (1 + e) / (2 + e) / (2 + e * (2 + e));
    }

    private static double normalPdf(double x) {
        return TWO_OVER_SQRT_PI / Math.sqrt(8) * Elementary.exp(-x * x / 2);
    }

    /** The distance from 0 within which the size of the partials may have a turning point other than 0; 0 for most operations. */
    static double lastTurn(ElementwiseOp op) {
        if (!(op instanceof UnaryOp unary)) {
            return op instanceof VariablePower || op == PairOp.LOG_ADD_EXP_SLOPE ? Double.POSITIVE_INFINITY : 0;
        }
        return switch (unary) {
            case SIN, COS, TAN -> Double.POSITIVE_INFINITY;
            case SECH2, ERF_SLOPE, NORMAL_PDF, GELU, ATAN_SLOPE, ASINH_SLOPE -> 2;
            case SILU, TANH_SOFTPLUS, MISH -> 3;
            default -> 0;
        };
    }

    // ---- functions with kinks ----

    /** The jump of a value that the errors of its operands may cross: that of derivatives of elu at 0, or the cut of atan2. */
    private static double jump(ElementwiseOp op, double[] x, double... d) {
        boolean across = d[0] > 0 && Math.abs(x[0]) <= d[0];
        if (op == PairOp.ATAN2) {
            return across && x[1] <= d[1] ? 2 * Math.PI : 0;
        }
        if (!(op instanceof Elu elu) || !across || elu.order() == 0) {
            return 0;
        }
        return Math.abs((elu.order() == 1 ? 1 : 0) - elu.alpha());
    }

    /** The largest change of a rounding within a distance of x. */
    private static double steps(Flat op, double x, double distance) {
        double[] ends = new double[2];
        double[][] at = {{x - distance, x + distance}};
        op.eval(ends, Shape.of(2), at, new Shape[] {Shape.of(2)}, new double[0][]);
        return ends[1] - ends[0];
    }

    /** The largest distance between the slopes on two sides of a kink. */
    private static double jump(PiecewiseLinear f) {
        return switch (f.kind()) {
            case ABS -> 2;
            case RELU, CLAMP -> 1;
            case LEAKY_RELU -> Math.abs(1 - f.a());
        };
    }

    /** The largest size of the slope within a distance of x. */
    private static double steepest(PiecewiseLinear f, double x, double distance) {
        return switch (f.kind()) {
            case ABS -> 1;
            case RELU -> x + distance < 0 ? 0 : 1;
            case LEAKY_RELU -> Math.max(1, Math.abs(f.a()));
            case CLAMP -> x + distance < f.a() || x - distance > f.b() ? 0 : 1;
        };
    }

    /** Whether a kink lies within a distance of x, so that the slope is unknown. */
    private static boolean kinkWithin(PiecewiseLinear f, double distance, double x) {
        return f.kind() == PiecewiseLinear.Kind.CLAMP
                ? Math.abs(x - f.a()) <= distance || Math.abs(x - f.b()) <= distance
                : Math.abs(x) <= distance;
    }
}
