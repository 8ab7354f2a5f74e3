package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.loop.Scan;
import dev.wengert.autodiff.op.AddWindows;
import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Concat;
import dev.wengert.autodiff.op.Convolution;
import dev.wengert.autodiff.op.Draw;
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
import dev.wengert.autodiff.op.ScatterAdd;
import dev.wengert.autodiff.op.ScatterAddAlong;
import dev.wengert.autodiff.op.Signs;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.autodiff.op.TotalWeight;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.VariablePower;
import dev.wengert.autodiff.op.Where;
import dev.wengert.kernel.Gammas;
import dev.wengert.kernel.Pairs;
import dev.wengert.kernel.Powers;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of exact forms: it computes operations to many digits. Each row is the mathematical function, not the algorithm of the kernel. An
 * operation without a row has no exact form.
 */
final class ExactForms {

    private ExactForms() {}

    /**
     * The value of an operation.
     *
     * @param out the shape of the result
     * @param x the operands
     * @param s the shapes of the operands
     * @param a the arithmetic to use
     * @return the result in row-major order; or null if there is no row
     */
    static BigReal[] of(Op op, Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        return of(op, out, x, s, a, Earlier.NOTHING);
    }

    /** The same, if an operation was evaluated earlier. */
    static BigReal[] of(Op op, Shape out, BigReal[][] x, Shape[] s, BigArithmetic a, Earlier earlier) {
        if (!(op instanceof Primitive)) {
            return null;
        }
        if (MatrixForms.has(op)) {
            return MatrixForms.exact(op, x, s, a);
        }
        if (op == Independent.INDEPENDENT) {
            return x[0].clone();
        }
        if (op instanceof Gaps gaps) {
            BigReal[] y = new BigReal[out.size()];
            int n = s[0].extent(-1);
            Arrays.setAll(y, k -> {
                int vector = k / (n * n) * n;
                BigReal gap = a.sub(x[0][vector + k % n], x[0][vector + k / n % n]);
                boolean same = k % n == k / n % n;
                boolean zero = gaps.singular() && (x[0][vector + k % n].isZero() || x[0][vector + k / n % n].isZero());
                return zero || gap.isZero() && !same
                        ? BigReal.of(Double.NaN)
                        : same ? BigReal.ZERO : a.div(BigReal.ONE, gap);
            });
            return y;
        }
        if (op instanceof Scan) {
            return Unrolled.exact(op, x, s, a);
        }
        if (op instanceof Sum sum) {
            return Sums.exact(out, x, Origins.broadcast(new Shape[] {sum.to()}, s[0]), a);
        }
        if (op instanceof ScatterAdd) {
            return Sums.exact(out, x, new int[][] {Origins.rows(out, x[1], s[0], s[1])}, a);
        }
        if (op instanceof ScatterAddAlong sum) {
            return Sums.exact(out, x, new int[][] {Origins.along(sum.axis(), out, x[1], s[0])}, a);
        }
        if (LineForms.axis(op) >= 0) {
            return LineForms.exact(op, out, x, a);
        }
        if (op instanceof SumOfParts sum) {
            return Sums.exact(out, x, Origins.parts(sum, x, s), a);
        }
        if (op instanceof AddWindows sum) {
            return Sums.exact(out, x, new int[][] {Origins.windows(sum, out, s[0])}, a);
        }
        if (op instanceof Concat || op instanceof LinearOp && op != Identity.IDENTITY) {
            return moved((Primitive) op, out, x, s);
        }
        if (op instanceof Max max) {
            return max(max, x[0], s[0]);
        }
        if (op instanceof Norm norm) {
            return norm(norm, out, x[0], s[0], a);
        }
        if (op instanceof Nonzero nonzero) {
            BigReal[] largest = max(new Max(nonzero.to()), sizes(x[0]), s[0]);
            Arrays.setAll(largest, k -> largest[k].signum() > 0 || largest[k].isNaN() ? BigReal.ONE : BigReal.ZERO);
            return largest;
        }
        if (op instanceof Slope slope && slope.of() instanceof Max max) {
            return slope(max, x[0], s[0], a);
        }
        if (op instanceof OneHot
                || op instanceof Signs
                || op instanceof Draw
                || op instanceof FoldKey
                || op instanceof AllFinite) {
            double[][] numbers = Arrays.stream(x).map(Origins::toDoubles).toArray(double[][]::new);
            return exactly(((Primitive) op).eval(out, numbers, s));
        }
        if (op instanceof Convolution convolution) {
            return ConvolutionForms.exact(convolution, out, x, s, a);
        }
        if (op instanceof MatMul product) {
            return product(product, out, x, s, a, earlier);
        }
        if (op instanceof Affine) {
            return product(MatMul.MATMUL, out, x, s, a, earlier);
        }
        if (op instanceof SoftmaxOp softmax) {
            return SoftmaxForms.exact(softmax, out, x, s[0], a);
        }
        return ((Primitive) op).elementwise() ? elements(op, out, x, s, a, earlier) : null;
    }

    // ---- operations that move elements ----

    /**
     * Lets the double kernel move the numbers of the elements, and then puts the elements in their places. Number 0 stands for a zero that
     * the kernel adds.
     */
    private static BigReal[] moved(Primitive op, Shape out, BigReal[][] x, Shape[] s) {
        double[][] numbers = new double[x.length][];
        List<BigReal> elements = new ArrayList<>(List.of(BigReal.ZERO));
        for (int i = 0; i < x.length; i++) {
            boolean index = i == 1 && (op instanceof Gather || op instanceof TakeAlong);
            numbers[i] = index ? Origins.toDoubles(x[i]) : Origins.numbers(x[i].length, elements.size());
            elements.addAll(Arrays.asList(x[i]));
        }
        return Arrays.stream(op.eval(out, numbers, s))
                .mapToObj(v -> elements.get((int) v))
                .toArray(BigReal[]::new);
    }

    private static BigReal[] exactly(double[] y) {
        return Arrays.stream(y).mapToObj(BigReal::of).toArray(BigReal[]::new);
    }

    // ---- maxima and norms over axes, and products ----

    private static BigReal[] max(Max op, BigReal[] x, Shape s) {
        int[] at = Origins.broadcast(new Shape[] {op.to()}, s)[0];
        BigReal[] y = new BigReal[op.to().size()];
        Arrays.fill(y, BigReal.NEGATIVE_INFINITY);
        for (int k = 0; k < at.length; k++) {
            y[at[k]] = x[k].isNaN() || y[at[k]].lessThan(x[k]) ? x[k] : y[at[k]];
        }
        return y;
    }

    private static BigReal[] sizes(BigReal[] x) {
        return Arrays.stream(x).map(BigReal::abs).toArray(BigReal[]::new);
    }

    private static BigReal[] norm(Norm op, Shape out, BigReal[] x, Shape s, BigArithmetic a) {
        BigReal p = BigReal.of(op.p());
        BigReal[] powers = sizes(x);
        Arrays.setAll(powers, k -> a.pow(powers[k], p));
        int[][] to = Origins.broadcast(new Shape[] {op.to()}, s);
        BigReal[] y = Sums.exact(out, new BigReal[][] {powers}, to, a);
        Arrays.setAll(y, k -> op.p() == 2 ? a.sqrt(y[k]) : a.pow(y[k], a.div(BigReal.ONE, p)));
        return y;
    }

    private static BigReal[] slope(Max of, BigReal[] x, Shape s, BigArithmetic a) {
        int[] at = Origins.broadcast(new Shape[] {of.to()}, s)[0];
        BigReal[] largest = max(of, x, s);
        int[] ties = new int[largest.length];
        for (int k = 0; k < x.length; k++) {
            ties[at[k]] += x[k].sameAs(largest[at[k]]) ? 1 : 0;
        }
        BigReal[] y = new BigReal[x.length];
        Arrays.setAll(
                y,
                k -> largest[at[k]].isNaN()
                        ? BigReal.NaN
                        : x[k].sameAs(largest[at[k]]) ? a.div(BigReal.ONE, BigReal.of(ties[at[k]])) : BigReal.ZERO);
        return y;
    }

    /** A product of matrices; with a third operand, that is added to each row. */
    private static BigReal[] product(MatMul op, Shape out, BigReal[][] x, Shape[] s, BigArithmetic a, Earlier earlier) {
        int n = out.extent(-2);
        int m = out.extent(-1);
        int k = Sums.terms(op, s);
        BigReal[] y = new BigReal[out.size()];
        for (int e = 0; e < y.length; e++) {
            int left = MatMul.offset(s[0], out, e / (n * m));
            int right = MatMul.offset(s[1], out, e / (n * m));
            int i = e / m % n;
            int j = e % m;
            int p = left + (op.transposeLeft() ? i : i * k);
            int q = right + (op.transposeRight() ? j * k : j);
            int across = op.transposeLeft() ? n : 1;
            int down = op.transposeRight() ? 1 : m;
            boolean biased = x.length > 2;
            if (earlier.same(x, 0, p, across, k)
                    && earlier.same(x, 1, q, down, k)
                    && (!biased || earlier.same(x, 2, j, 1, 1))) {
                y[e] = earlier.element(e);
            } else {
                BigReal dot = a.dot(x[0], p, across, x[1], q, down, k);
                y[e] = biased ? a.add(dot, x[2][j]) : dot;
            }
        }
        return y;
    }

    // ---- functions of one element of each operand ----

    private static BigReal[] elements(Op op, Shape out, BigReal[][] x, Shape[] s, BigArithmetic a, Earlier earlier) {
        int[][] at = Origins.broadcast(s, out);
        BigReal[] y = new BigReal[out.size()];
        BigReal[] v = new BigReal[x.length];
        for (int k = 0; k < y.length; k++) {
            boolean same = true;
            for (int i = 0; i < v.length; i++) {
                v[i] = x[i][at[i][k]];
                same &= earlier.same(x, i, at[i][k], 1, 1);
            }
            y[k] = same ? earlier.element(k) : element(op, v, a);
            if (y[k] == null) {
                return null;
            }
        }
        return y;
    }

    private static BigReal element(Op op, BigReal[] v, BigArithmetic a) {
        if (op instanceof UnaryOp unary) {
            return unary(unary, v[0], a);
        }
        if (op instanceof BinaryOp binary) {
            return switch (binary) {
                case ADD -> a.add(v[0], v[1]);
                case SUB -> a.sub(v[0], v[1]);
                case MUL -> a.mul(v[0], v[1]);
                case DIV -> a.div(v[0], v[1]);
            };
        }
        if (op instanceof PairOp pair) {
            return pair(pair, v[0], v[1], a);
        }
        if (op instanceof NumberOp number) {
            BigReal c = BigReal.of(number.c());
            return switch (number.kind()) {
                case ADD -> a.add(v[0], c);
                case MUL -> a.mul(c, v[0]);
                case DIV -> a.div(v[0], c);
                case RDIV -> a.div(c, v[0]);
            };
        }
        if (op instanceof Power power) {
            return a.pow(
                    v[0],
                    Double.isFinite(power.n())
                            ? BigReal.of(new BigDecimal(power.n()).add(new BigDecimal(power.low())))
                            : BigReal.of(power.n()));
        }
        if (op instanceof VariablePower power) {
            return power(power.j(), power.k(), v[0], v[1], a);
        }
        if (op instanceof Elu elu) {
            return elu(elu, v[0], a);
        }
        if (op instanceof Erfcx erfcx) {
            return erfcx(erfcx.order(), v[0], a);
        }
        if (op instanceof MomentRatio ratio) {
            return momentRatio(ratio.n(), v[0], a);
        }
        if (op instanceof Polygamma gamma) {
            return gamma.n() < 0 ? a.lgamma(v[0]) : a.polygamma(gamma.n(), v[0]);
        }
        if (op instanceof LogBeta beta) {
            return lbeta(beta, v[0], v[1], a);
        }
        if (op instanceof PiecewiseLinear f) {
            return v[0].isNaN() ? v[0] : linear(f, v[0], a);
        }
        if (op instanceof Slope slope && slope.of() instanceof PiecewiseLinear f) {
            return v[0].isNaN() ? v[0] : slope(f, v[0]);
        }
        if (op instanceof Choice choice) {
            boolean first = choice == Choice.MAXIMUM ? v[1].lessThan(v[0]) : v[0].lessThan(v[1]);
            return v[0].isNaN() || v[1].isNaN() ? BigReal.NaN : first ? v[0] : v[1];
        }
        if (op == Comparison.MOD_PIECE) {
            return modPiece(v[0], v[1]);
        }
        if (op instanceof Comparison comparison) {
            return BigReal.of(compare(comparison, v[0], v[1]));
        }
        if (op == Gate.GATE) {
            return v[0].isZero() ? BigReal.ZERO : a.mul(v[0], v[1]);
        }
        if (op == Where.WHERE) {
            return v[0].isNaN() ? BigReal.NaN : v[v[0].isZero() ? 2 : 1];
        }
        if (op instanceof Flat flat && flat != Flat.DETACH) {
            return v[0].isFinite()
                    ? flat(flat, v[0].toBigDecimal())
                    : flat == Flat.SIGN ? BigReal.of(v[0].signum()) : v[0];
        }
        return op == Flat.DETACH || op == Identity.IDENTITY || op instanceof TotalWeight ? v[0] : null;
    }

    private static BigReal unary(UnaryOp op, BigReal x, BigArithmetic a) {
        return switch (op) {
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
            case ERFC -> a.erfc(x);
            case ERFINV -> a.erfinv(x);
            case ERFINV_SLOPE -> {
                BigReal p = a.erfinv(x);
                yield a.div(a.mul(a.exp(a.mul(p, p)), a.sqrt(a.pi())), BigReal.of(2));
            }
            case NORMAL_PDF -> a.div(a.exp(a.div(a.mul(x, x), BigReal.of(-2))), a.sqrt(a.mul(BigReal.of(2), a.pi())));
            case NORMAL_CDF -> normalCdf(x, a);
            case LOG_NORMAL_CDF -> logNormalCdf(x, a);
            case GELU -> x.sameAs(BigReal.NEGATIVE_INFINITY) ? BigReal.ZERO : a.mul(x, normalCdf(x, a));
            case TAN -> a.div(a.sin(x), a.cos(x));
            case ASIN -> a.asin(x);
            case ASIN_SLOPE -> a.div(BigReal.ONE, a.sqrt(oneMinusSquare(x, a)));
            case ACOS -> a.acos(x);
            case ATAN -> a.atan(x);
            case ATAN_SLOPE -> a.div(BigReal.ONE, a.add(BigReal.ONE, a.mul(x, x)));
            case SINH -> hyperbolic(x, -1, a);
            case COSH -> hyperbolic(x, 1, a);
            case ASINH -> {
                BigReal z = x.abs();
                BigReal root = a.sqrt(a.add(BigReal.ONE, a.mul(z, z)));
                BigReal y = a.log1p(a.add(z, a.mul(z, a.div(z, a.add(BigReal.ONE, root)))));
                yield !x.isFinite() ? x : x.signum() < 0 ? y.neg() : y;
            }
            case ASINH_SLOPE -> a.div(BigReal.ONE, a.sqrt(a.add(BigReal.ONE, a.mul(x, x))));
            case ACOSH -> {
                BigReal less = a.sub(x, BigReal.ONE);
                yield a.log1p(a.add(less, a.sqrt(a.mul(less, a.add(x, BigReal.ONE)))));
            }
            case ACOSH_SLOPE ->
                x.lessThan(BigReal.ONE)
                        ? BigReal.NaN
                        : a.div(BigReal.ONE, a.sqrt(oneMinusSquare(x, a).neg()));
            case ATANH -> {
                BigReal z = x.abs();
                BigReal y = a.div(a.log1p(a.div(a.mul(BigReal.of(2), z), a.sub(BigReal.ONE, z))), BigReal.of(2));
                yield x.signum() < 0 ? y.neg() : y;
            }
            case ATANH_SLOPE -> BigReal.ONE.lessThan(x.abs()) ? BigReal.NaN : a.div(BigReal.ONE, oneMinusSquare(x, a));
            case LOG2 -> a.div(a.log(x), a.log(BigReal.of(2)));
            case LOG10 -> a.div(a.log(x), a.log(BigReal.of(10)));
            case RSQRT -> a.div(BigReal.ONE, a.sqrt(x));
            case SILU -> x.sameAs(BigReal.NEGATIVE_INFINITY) ? BigReal.ZERO : a.mul(x, a.sigmoid(x));
            case TANH_SOFTPLUS -> a.tanh(a.log1p(a.exp(x)));
            case MISH -> x.sameAs(BigReal.NEGATIVE_INFINITY) ? BigReal.ZERO : a.mul(x, a.tanh(a.log1p(a.exp(x))));
            case SOFTSIGN -> x.isFinite() ? a.div(x, a.add(BigReal.ONE, x.abs())) : BigReal.of(x.signum());
            default -> null;
        };
    }

    private static BigReal oneMinusSquare(BigReal x, BigArithmetic a) {
        return a.mul(a.sub(BigReal.ONE, x), a.add(BigReal.ONE, x));
    }

    /** {@code (eˣ ± e⁻ˣ)/2}. */
    private static BigReal hyperbolic(BigReal x, double sign, BigArithmetic a) {
        BigReal even = a.div(a.add(a.exp(x), a.exp(x.neg())), BigReal.of(2));
        return sign > 0 ? even : x.isFinite() ? a.mul(a.tanh(x), even) : x;
    }

    private static BigReal normalCdf(BigReal x, BigArithmetic a) {
        return a.div(a.erfc(a.div(x.neg(), a.sqrt(BigReal.of(2)))), BigReal.of(2));
    }

    private static BigReal pair(PairOp op, BigReal x, BigReal y, BigArithmetic a) {
        boolean finite = x.isFinite() && y.isFinite();
        return switch (op) {
            case MOD ->
                finite && !y.isZero() ? BigReal.of(mod(x.toBigDecimal(), y.toBigDecimal())) : atDoubles(op, x, y);
            case ATAN2 -> finite && !y.isZero() ? angle(x, y, a) : atDoubles(op, x, y);
            case HYPOT -> finite ? a.sqrt(a.add(a.mul(x, x), a.mul(y, y))) : atDoubles(op, x, y);
            case HYPOT_SLOPE ->
                finite && !x.isZero() ? a.div(x, a.sqrt(a.add(a.mul(x, x), a.mul(y, y)))) : atDoubles(op, x, y);
            case ATAN2_SLOPE -> finite && !x.isZero() ? a.div(x, a.add(a.mul(x, x), a.mul(y, y))) : atDoubles(op, x, y);
            case LOG_ADD_EXP -> {
                boolean first = y.lessThan(x);
                BigReal high = first ? x : y;
                yield finite ? a.add(high, a.log1p(a.exp(a.sub(first ? y : x, high)))) : atDoubles(op, x, y);
            }
            case LOG_ADD_EXP_SLOPE -> finite ? a.sigmoid(a.sub(x, y)) : atDoubles(op, x, y);
            case XLOGY -> x.isZero() && !y.isNaN() ? x : a.mul(x, a.log(y));
            case XDIVY -> x.isZero() && !y.isNaN() ? x : a.div(x, y);
        };
    }

    /** At zeros and infinities the function is a fact, or an angle that the doubles know to half an ulp. */
    private static BigReal atDoubles(PairOp op, BigReal x, BigReal y) {
        return BigReal.of(op.at(x.toDouble(), y.toDouble()));
    }

    private static BigDecimal mod(BigDecimal x, BigDecimal y) {
        BigDecimal m = x.remainder(y);
        return m.signum() * y.signum() < 0 ? m.add(y) : m;
    }

    private static BigReal modPiece(BigReal x, BigReal y) {
        if (!x.isFinite() || !y.isFinite() || y.isZero()) {
            return BigReal.of(Pairs.modPiece(x.toDouble(), y.toDouble()));
        }
        BigDecimal m = mod(x.toBigDecimal(), y.toBigDecimal());
        BigDecimal whole = x.toBigDecimal().subtract(m).divideToIntegralValue(y.toBigDecimal());
        return BigReal.of(whole.add(whole).add(m.signum() == 0 ? BigDecimal.ZERO : BigDecimal.ONE));
    }

    private static BigReal angle(BigReal y, BigReal x, BigArithmetic a) {
        BigReal angle = a.atan(a.div(y, x));
        return x.signum() > 0 ? angle : a.add(angle, y.signum() < 0 ? a.pi().neg() : a.pi());
    }

    private static BigReal logNormalCdf(BigReal x, BigArithmetic a) {
        if (!(x.signum() < 0)) {
            return x.isNaN() ? x : a.log1p(normalCdf(x.neg(), a).neg());
        }
        BigReal scaled = a.erfcx(a.div(x.neg(), a.sqrt(BigReal.of(2))));
        return a.add(a.div(a.mul(x, x), BigReal.of(-2)), a.log(a.div(scaled, BigReal.of(2))));
    }

    /** {@code f⁽ⁿ⁾ = 2x·f⁽ⁿ⁻¹⁾ + 2(n − 1)·f⁽ⁿ⁻²⁾}, with so many digits that enough are left. */
    private static BigReal erfcx(int order, BigReal x, BigArithmetic a) {
        if (!x.isFinite()) {
            return x.signum() > 0 ? BigReal.ZERO : order % 2 == 0 ? x.abs() : x;
        }
        BigArithmetic b = new BigArithmetic(a.digits() + lost(order, x));
        BigReal before = BigReal.ZERO;
        BigReal y = b.erfcx(x);
        for (int k = 1; k <= order; k++) {
            BigReal other = k == 1 ? b.div(BigReal.of(-2), b.sqrt(b.pi())) : b.mul(BigReal.of(2 * (k - 1)), before);
            before = y;
            y = b.add(b.mul(b.mul(BigReal.of(2), x), y), other);
        }
        return a.add(y, BigReal.ZERO);
    }

    /** The digits that n steps of a recurrence lose, each of which cancels as x² does. */
    private static int lost(int n, BigReal x) {
        return 10 + n * (2 + 2 * Math.max(0, magnitude(x)));
    }

    /** {@code φ/Φ} and then {@code r_n = x + (n − 1)/r_(n−1)}. */
    private static BigReal momentRatio(int n, BigReal x, BigArithmetic a) {
        if (!x.isFinite()) {
            return x.isNaN() ? x : x.signum() < 0 == (n == 0) ? BigReal.POSITIVE_INFINITY : BigReal.ZERO;
        }
        BigArithmetic b = new BigArithmetic(a.digits() + lost(n, x));
        BigReal root = b.sqrt(BigReal.of(2));
        BigReal ratio = b.div(b.div(root, b.sqrt(b.pi())), b.erfcx(b.div(x.neg(), root)));
        for (int k = 1; k <= n; k++) {
            ratio = b.add(x, k == 1 ? ratio : b.div(BigReal.of(k - 1), ratio));
        }
        return a.add(ratio, BigReal.ZERO);
    }

    /** Differences of {@code ln Γ} or polygamma, with so many digits that enough are left. */
    private static BigReal lbeta(LogBeta op, BigReal p, BigReal q, BigArithmetic a) {
        if (!p.isFinite() || !q.isFinite() || p.signum() <= 0 || q.signum() <= 0) {
            return BigReal.of(Gammas.lbeta(op.j(), op.k(), p.toDouble(), q.toDouble()));
        }
        BigReal sum = BigReal.of(p.toBigDecimal().add(q.toBigDecimal()));
        int n = op.j() + op.k() - 1;
        if (op.j() > 0 && op.k() > 0) {
            return a.polygamma(n, sum).neg();
        }
        BigReal y = BigReal.ZERO;
        for (int digits = a.digits() + 10; digits <= 2_000; digits *= 2) {
            BigArithmetic b = new BigArithmetic(digits);
            BigReal terms = n < 0 ? b.add(b.lgamma(p), b.lgamma(q)) : b.polygamma(n, op.j() > 0 ? p : q);
            BigReal last = n < 0 ? b.lgamma(sum) : b.polygamma(n, sum);
            y = b.sub(terms, last);
            if (y.isZero()
                    ? digits > 4 * a.digits()
                    : last.isZero() || magnitude(last) - magnitude(y) < digits - a.digits()) {
                break;
            }
        }
        return a.add(y, BigReal.ZERO);
    }

    private static int magnitude(BigReal x) {
        return x.toBigDecimal().precision() - x.toBigDecimal().scale();
    }

    private static BigReal elu(Elu op, BigReal x, BigArithmetic a) {
        if (x.isNaN()) {
            return x;
        }
        if (x.signum() > 0) {
            return op.order() == 0 ? x : op.order() == 1 ? BigReal.ONE : BigReal.ZERO;
        }
        return a.mul(BigReal.of(op.alpha()), op.order() == 0 ? a.expm1(x) : a.exp(x));
    }

    private static BigReal linear(PiecewiseLinear op, BigReal x, BigArithmetic a) {
        BigReal low = BigReal.of(op.a());
        BigReal high = BigReal.of(op.b());
        return switch (op.kind()) {
            case ABS -> x.abs();
            case RELU -> x.signum() > 0 ? x : BigReal.ZERO;
            case LEAKY_RELU -> x.signum() > 0 ? x : a.mul(low, x);
            case CLAMP -> x.lessThan(low) ? low : high.lessThan(x) ? high : x;
        };
    }

    private static BigReal slope(PiecewiseLinear of, BigReal x) {
        return switch (of.kind()) {
            case ABS -> BigReal.of(x.signum());
            case RELU -> x.signum() > 0 ? BigReal.ONE : BigReal.ZERO;
            case LEAKY_RELU -> x.signum() > 0 ? BigReal.ONE : BigReal.of(of.a());
            case CLAMP -> x.lessThan(BigReal.of(of.a())) || BigReal.of(of.b()).lessThan(x) ? BigReal.ZERO : BigReal.ONE;
        };
    }

    private static BigReal flat(Flat op, BigDecimal x) {
        BigDecimal floor = x.setScale(0, RoundingMode.FLOOR);
        BigDecimal ceil = x.setScale(0, RoundingMode.CEILING);
        BigDecimal nearest = x.setScale(0, RoundingMode.HALF_EVEN);
        boolean tie = x.subtract(nearest).abs().compareTo(new BigDecimal("0.5")) == 0;
        BigDecimal y = switch (op) {
            case SIGN -> BigDecimal.valueOf(x.signum());
            case FLOOR -> floor;
            case CEIL -> ceil;
            case ROUND -> nearest;
            case TRUNC -> x.signum() < 0 ? ceil : floor;
            case FLOOR_PIECE -> floor.add(ceil);
            case ROUND_PIECE -> tie ? floor.add(ceil) : nearest.add(nearest);
            case DETACH -> x;
        };
        return BigReal.of(y);
    }

    private static double compare(Comparison op, BigReal p, BigReal q) {
        boolean less = p.lessThan(q);
        boolean more = q.lessThan(p);
        boolean same = p.sameAs(q);
        return switch (op) {
            case GT -> more ? 1 : 0;
            case GE -> more || same ? 1 : 0;
            case LT -> less ? 1 : 0;
            case LE -> less || same ? 1 : 0;
            case EQ -> same ? 1 : 0;
            case NE -> same ? 0 : 1;
            case MAXIMUM_SLOPE -> more ? 1 : same ? 0.5 : less ? 0 : Double.NaN;
            case MINIMUM_SLOPE -> less ? 1 : same ? 0.5 : more ? 0 : Double.NaN;
            case MOD_PIECE -> throw new AssertionError("modPiece has a form of its own");
        };
    }

    /** The sum over d that {@link Powers#derivative} states, with its conventions. */
    private static BigReal power(int j, int k, BigReal x, BigReal e, BigArithmetic a) {
        if (k > 0 && x.signum() < 0 || j + k > 0 && e.isNaN()) {
            return BigReal.NaN;
        }
        BigReal power = a.pow(x, a.sub(e, BigReal.of(j)));
        if (power.isZero() || j + k == 0) {
            return power;
        }
        BigReal[] factor = new BigReal[k + 1];
        Arrays.setAll(factor, d -> d == 0 ? BigReal.ONE : BigReal.ZERO);
        for (int r = 0; r < j; r++) {
            BigReal shifted = a.sub(e, BigReal.of(r));
            for (int d = k; d > 0; d--) {
                BigReal scaled = factor[d].isZero() ? BigReal.ZERO : a.mul(factor[d], shifted);
                factor[d] = a.add(scaled, a.mul(BigReal.of(d), factor[d - 1]));
            }
            factor[0] = a.mul(factor[0], shifted);
        }
        BigReal log = k == 0 ? BigReal.ZERO : a.log(x);
        boolean finiteAtZero = x.isZero() && (BigReal.of(j).lessThan(e) || e.sameAs(BigReal.of(j)));
        BigReal sum = BigReal.ZERO;
        double binomial = 1;
        for (int d = 0; d <= k; d++) {
            if (!factor[d].isZero() && !(d < k && finiteAtZero)) {
                BigReal logs = a.pow(log, BigReal.of(k - d));
                BigReal term = a.mul(a.mul(BigReal.of(binomial), factor[d]), a.mul(power, logs));
                if (x.isZero()) {
                    return term;
                }
                sum = a.add(sum, term);
            }
            binomial = binomial * (k - d) / (d + 1);
        }
        return sum;
    }
}
