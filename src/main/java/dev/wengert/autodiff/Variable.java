package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Broadcast;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Cholesky;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Concat;
import dev.wengert.autodiff.op.Conv;
import dev.wengert.autodiff.op.CumSum;
import dev.wengert.autodiff.op.Determinant;
import dev.wengert.autodiff.op.Draw;
import dev.wengert.autodiff.op.Eigh;
import dev.wengert.autodiff.op.Einsum;
import dev.wengert.autodiff.op.Elu;
import dev.wengert.autodiff.op.Erfcx;
import dev.wengert.autodiff.op.Factored;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Flip;
import dev.wengert.autodiff.op.FoldKey;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.LeastSquaresOp;
import dev.wengert.autodiff.op.LogBeta;
import dev.wengert.autodiff.op.LogCumSumExp;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.autodiff.op.Matrices;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.Operands;
import dev.wengert.autodiff.op.PairOp;
import dev.wengert.autodiff.op.Pairwise;
import dev.wengert.autodiff.op.Permute;
import dev.wengert.autodiff.op.Pieces;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Polygamma;
import dev.wengert.autodiff.op.Pooling;
import dev.wengert.autodiff.op.Power;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Product;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.ScatterAdd;
import dev.wengert.autodiff.op.ScatterAddAlong;
import dev.wengert.autodiff.op.Single;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.Snapshots;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.Solve;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.autodiff.op.Triangle;
import dev.wengert.autodiff.op.TriangularSolve;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.VariablePower;
import dev.wengert.autodiff.op.Where;
import dev.wengert.autodiff.op.Windows;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An immutable node of the graph: a tensor, the operation that computed it, and that operation's operands.
 *
 * <p>Every method that returns a {@code Variable} computes its value at once. A variable is not marked as differentiable: the inputs are
 * chosen when a derivative is asked for (see {@link Autodiff}). A graph lives as long as one of its nodes is referenced; there is nothing
 * to close.
 *
 * <p>Binary operations broadcast as NumPy does: shapes are aligned at the last axis, and extents must be equal or 1. Axes may be negative,
 * counting from the end. Variables have identity equality, and may be shared between threads.
 */
public final class Variable {

    private static final Shape SCALAR = Shape.of();
    private static final Variable[] NONE = {};

    private final Op op;

    /** The operands, if there are one or two. */
    private final Variable first;

    private final Variable second;

    /** The value; null for a number until its tensor is needed. Threads that race to create it create equal tensors. */
    private Tensor tensor;

    /** The value of a number, that is, of a variable of rank 0. */
    private final double number;

    private final int depth;

    /** Index (plus 1) given by the latest search. It may be stale, and never affects a result. */
    private int mark;

    /** Rare fields, kept apart so that nodes stay small: the size of a node decides the speed of programs on single numbers. */
    private final Extras extras;

    /**
     * The rare fields of a node.
     *
     * @param many the operands, if there are more than two
     * @param parameter the parameter, if the node is its leaf
     * @param recording whether the value must not be read
     * @param site the line of code that made the node, if it is traced
     */
    private record Extras(List<Variable> many, Parameter parameter, boolean recording, StackTraceElement site) {}

    /** A leaf. */
    Variable(Tensor tensor, Parameter parameter) {
        this(null, NONE, Given.value("variable", "its value", tensor), parameter, 0, false, false);
    }

    /** The result of an operation on numbers. */
    private Variable(Op op, Variable first, Variable second, double number) {
        this.op = op;
        this.first = first;
        this.second = second;
        this.number = number;
        this.depth = 1 + (second == null ? first.depth : Math.max(first.depth, second.depth));
        this.extras = first.extras == null && (second == null || second.extras == null)
                ? null
                : extras(
                        null,
                        null,
                        first.isRecording() || second != null && second.isRecording(),
                        first.isTraced() || second != null && second.isTraced());
    }

    private Variable(
            Op op, Variable[] x, Tensor tensor, Parameter parameter, int depth, boolean recording, boolean traced) {
        boolean few = x.length == 1 || x.length == 2;
        this.op = op;
        this.first = few ? x[0] : null;
        this.second = x.length == 2 ? x[1] : null;
        this.tensor = tensor;
        this.number = tensor.shape().rank() == 0 ? TensorArrays.of(tensor)[0] : 0;
        this.depth = depth;
        this.extras = extras(x.length > 2 ? List.of(x) : null, parameter, recording, traced);
    }

    /** A copy with other rare fields. */
    private Variable(Variable of, Extras extras) {
        this.op = of.op;
        this.first = of.first;
        this.second = of.second;
        this.tensor = of.tensor;
        this.number = of.number;
        this.depth = of.depth;
        this.extras = extras;
    }

    private static Extras extras(List<Variable> many, Parameter parameter, boolean recording, boolean traced) {
        return many == null && parameter == null && !recording && !traced
                ? null
                : new Extras(many, parameter, recording, traced ? Sites.caller() : null);
    }

    /** A leaf whose value must not be read, nor the value of any node computed from it. */
    static Variable recording(Tensor tensor) {
        return recording(tensor, false);
    }

    /** The same; nodes computed from it remember the line of code that made them, if it is traced. */
    static Variable recording(Tensor tensor, boolean traced) {
        return new Variable(null, NONE, tensor, null, 0, true, traced);
    }

    /** A leaf that is traced: each node computed from it remembers the line of code that made it. */
    static Variable traced(Tensor tensor, Parameter parameter) {
        return new Variable(null, NONE, tensor, parameter, 0, false, true);
    }

    /** Applies an operation to one operand. */
    private static Variable node(Single op, Variable x) {
        return isNumber(x) ? new Variable(op, x, null, op.at(x.number)) : compute(op, x);
    }

    /** Applies an operation to two operands. */
    private static Variable node(Pairwise op, Variable a, Variable b) {
        return isNumber(a) && isNumber(b) ? new Variable(op, a, b, op.at(a.number, b.number)) : compute(op, a, b);
    }

    /** Applies an operation to its operands. */
    static Variable node(Op op, Variable... x) {
        if (Given.value("apply", "the array of operands", x).length == 1 && op instanceof Single single) {
            return node(single, x[0]);
        }
        return x.length == 2 && op instanceof Pairwise pairwise ? node(pairwise, x[0], x[1]) : compute(op, x.clone());
    }

    private static Variable compute(Op op, Variable... x) {
        int n = x.length;
        Shape[] shapes = new Shape[n];
        int depth = 0;
        boolean recording = false;
        boolean traced = false;
        for (int i = 0; i < n; i++) {
            Variable input = x[i];
            if (input == null) {
                throw Operands.missing(Text.name(op.label()), i);
            }
            shapes[i] = input.shape();
            depth = Math.max(depth, input.depth);
            recording |= input.isRecording();
            traced |= input.isTraced();
        }
        Shape shape = Snapshots.shape(op, shapes);
        Tensor value;
        if (op instanceof Primitive primitive) {
            double[][] operands = new double[n][];
            for (int i = 0; i < n; i++) {
                operands[i] = TensorArrays.of(x[i].tensor());
            }
            value = TensorArrays.wrap(shape, primitive.eval(shape, operands, shapes));
        } else {
            List<Tensor> operands = Arrays.stream(x).map(Variable::tensor).toList();
            value = Snapshots.value((CustomOp) op, shape, operands);
        }
        return new Variable(op, x, value, null, depth + 1, recording, traced);
    }

    /**
     * A leaf with a value.
     *
     * @param value the value
     * @return a variable that came from nowhere
     */
    public static Variable of(Tensor value) {
        return new Variable(value, null);
    }

    /**
     * A leaf with a single number, of shape [].
     *
     * @param value the value
     * @return a variable that came from nowhere
     */
    public static Variable of(double value) {
        return of(Tensor.scalar(value));
    }

    /**
     * The value.
     *
     * @return the value
     * @throws IllegalStateException while the variable is being recorded: the value would be frozen into the plan
     */
    public Tensor value() {
        if (isRecording()) {
            throw new IllegalStateException(
                    "value: a variable that is being recorded has no value yet, and a plan would freeze"
                            + " what is read here; use operations such as where, gt and maximum, or differentiate eagerly");
        }
        return tensor();
    }

    /**
     * The value of a variable with one element.
     *
     * @return the number
     * @throws IllegalStateException while the variable is being recorded
     * @throws ShapeException if there are more elements or none
     */
    public double item() {
        return value().item();
    }

    /** The value, for the library only: it may be read even in a recording, but must not decide what is recorded. */
    Tensor tensor() {
        Tensor present = tensor;
        if (present == null) {
            present = Tensor.scalar(number);
            tensor = present;
        }
        return present;
    }

    /**
     * The shape of the value.
     *
     * @return the shape
     */
    public Shape shape() {
        Tensor present = tensor;
        return present == null ? SCALAR : present.shape();
    }

    private static boolean isNumber(Variable x) {
        return x != null && x.shape().rank() == 0;
    }

    /**
     * The operation that this variable came from.
     *
     * @return the operation, or empty for a leaf
     */
    public Optional<Op> op() {
        return Optional.ofNullable(op);
    }

    /**
     * The operands of the operation.
     *
     * @return the operands in order, none for a leaf
     */
    public List<Variable> inputs() {
        return second != null
                ? List.of(first, second)
                : first != null ? List.of(first) : operands() == 0 ? List.of() : extras.many;
    }

    /** The number of operands. */
    int operands() {
        return second != null ? 2 : first != null ? 1 : extras == null || extras.many == null ? 0 : extras.many.size();
    }

    /** Operand i. */
    Variable operand(int i) {
        return first == null ? extras.many.get(i) : i == 0 ? first : second;
    }

    /**
     * The parameter whose leaf this variable is, or was.
     *
     * @return the parameter, or empty
     */
    public Optional<Parameter> parameter() {
        return Optional.ofNullable(parameterOrNull());
    }

    /**
     * The line of code, outside the library, that made this variable.
     *
     * @return the line, or empty unless the variable belongs to a {@linkplain Tape#trace trace}
     */
    public Optional<StackTraceElement> site() {
        return Optional.ofNullable(extras).map(Extras::site).filter(s -> s != Sites.UNKNOWN);
    }

    /** This result, with the line of code that made another one, if that is known. */
    Variable from(Variable step) {
        StackTraceElement site = step.extras == null ? null : step.extras.site;
        if (site == null || !isTraced()) {
            return this;
        }
        return new Variable(this, new Extras(extras.many, null, isRecording(), site));
    }

    Op opOrNull() {
        return op;
    }

    Parameter parameterOrNull() {
        return extras == null ? null : extras.parameter;
    }

    /** 0 for a leaf, else 1 plus the largest depth of the operands. */
    int depth() {
        return depth;
    }

    /** 0 if no search has found this node. */
    int mark() {
        return mark;
    }

    void mark(int mark) {
        this.mark = mark;
    }

    /**
     * Whether this variable is being recorded, by {@link Tape#record} or as the body of a loop: then it has no value yet.
     *
     * @return true if {@link #value} throws
     */
    public boolean isRecording() {
        return extras != null && extras.recording;
    }

    boolean isTraced() {
        return extras != null && extras.site != null;
    }

    /** The operation (or the parameter's name), the shape and the value; never the operands. */
    @Override
    public String toString() {
        String from = Text.name(
                op != null ? op.label() : parameter().map(Parameter::name).orElse("leaf"));
        return "Variable(" + from + " " + shape() + (isRecording() ? ", being recorded)" : ")\n" + tensor());
    }

    // ---- elementwise, smooth ----

    /**
     * {@code −x}.
     *
     * @return the negative
     */
    public Variable neg() {
        return node(UnaryOp.NEG, this);
    }

    /**
     * {@code eˣ}. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the exponential
     */
    public Variable exp() {
        return node(UnaryOp.EXP, this);
    }

    /**
     * {@code eˣ − 1}, accurate near 0. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the exponential less one
     */
    public Variable expm1() {
        return node(UnaryOp.EXPM1, this);
    }

    /**
     * ln x; −∞ at 0, NaN below. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the natural logarithm
     */
    public Variable log() {
        return node(UnaryOp.LOG, this);
    }

    /**
     * {@code ln(1 + x)}, accurate near 0. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the logarithm of 1 + x
     */
    public Variable log1p() {
        return node(UnaryOp.LOG1P, this);
    }

    /**
     * √x; NaN below 0. The derivative at 0 is ∞. The error is at most 0.5 ulps, that of the derivative 2.
     *
     * @return the square root
     */
    public Variable sqrt() {
        return node(UnaryOp.SQRT, this);
    }

    /**
     * {@code x²}. The error is at most 0.5 ulps, that of the derivative 0.
     *
     * @return the square
     */
    public Variable square() {
        return node(UnaryOp.SQUARE, this);
    }

    /**
     * {@code sin x}, with x in radians. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the sine
     */
    public Variable sin() {
        return node(UnaryOp.SIN, this);
    }

    /**
     * {@code cos x}, with x in radians. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the cosine
     */
    public Variable cos() {
        return node(UnaryOp.COS, this);
    }

    /**
     * {@code tan x}, with x in radians. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the tangent
     */
    public Variable tan() {
        return node(UnaryOp.TAN, this);
    }

    /**
     * arcsin x, in radians; NaN beyond ±1. The derivative at ±1 is ∞. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the angle, from −π/2 to π/2
     */
    public Variable asin() {
        return node(UnaryOp.ASIN, this);
    }

    /**
     * arccos x, in radians; NaN beyond ±1. The derivative at ±1 is −∞. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the angle, from 0 to π
     */
    public Variable acos() {
        return node(UnaryOp.ACOS, this);
    }

    /**
     * arctan x, in radians. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the angle, from −π/2 to π/2
     */
    public Variable atan() {
        return node(UnaryOp.ATAN, this);
    }

    /**
     * {@code (eˣ − e⁻ˣ)/2}; it overflows only where the result does. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the hyperbolic sine
     */
    public Variable sinh() {
        return node(UnaryOp.SINH, this);
    }

    /**
     * {@code (eˣ + e⁻ˣ)/2}; it overflows only where the result does. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the hyperbolic cosine
     */
    public Variable cosh() {
        return node(UnaryOp.COSH, this);
    }

    /**
     * arsinh x, accurate near 0, without overflow. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the inverse hyperbolic sine
     */
    public Variable asinh() {
        return node(UnaryOp.ASINH, this);
    }

    /**
     * arcosh x, accurate near 1; NaN below 1. The derivative at 1 is ∞. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the inverse hyperbolic cosine
     */
    public Variable acosh() {
        return node(UnaryOp.ACOSH, this);
    }

    /**
     * artanh x, accurate near 0; ±∞ at ±1, NaN beyond. The derivative at ±1 is ∞. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the inverse hyperbolic tangent
     */
    public Variable atanh() {
        return node(UnaryOp.ATANH, this);
    }

    /**
     * log₂ x, exact at powers of two; −∞ at 0, NaN below. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the binary logarithm
     */
    public Variable log2() {
        return node(UnaryOp.LOG2, this);
    }

    /**
     * log₁₀ x, exact at powers of ten; −∞ at 0, NaN below. The error is at most 1 ulp, that of the derivative 1.
     *
     * @return the decimal logarithm
     */
    public Variable log10() {
        return node(UnaryOp.LOG10, this);
    }

    /**
     * 1/√x; ∞ at 0, NaN below. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the reciprocal of the square root
     */
    public Variable rsqrt() {
        return node(UnaryOp.RSQRT, this);
    }

    /**
     * tanh x. The derivative, sech²x, is accurate even where tanh saturates. The error is at most 2 ulps, that of the derivative 3.
     *
     * @return the hyperbolic tangent
     */
    public Variable tanh() {
        return node(UnaryOp.TANH, this);
    }

    /**
     * {@code 1/(1 + e⁻ˣ)}. The error is at most 1 ulp, that of the derivative 2.
     *
     * @return the logistic function
     */
    public Variable sigmoid() {
        return node(UnaryOp.SIGMOID, this);
    }

    /**
     * log(1 + eˣ), without overflow. The error is at most 2 ulps, that of the derivative 1.
     *
     * @return the softplus
     */
    public Variable softplus() {
        return node(UnaryOp.SOFTPLUS, this);
    }

    /**
     * log(1/(1 + e⁻ˣ)), accurate on both sides. The error is at most 2 ulps, that of the derivative 1.
     *
     * @return the logarithm of the logistic function
     */
    public Variable logSigmoid() {
        return neg().softplus().neg();
    }

    /**
     * x/(1 + e⁻ˣ), also called swish; 0 at −∞. The error is at most 3 ulps.
     *
     * @return the sigmoid linear unit
     */
    public Variable silu() {
        return node(UnaryOp.SILU, this);
    }

    /**
     * x·tanh(log(1 + eˣ)) (Misra 2019); 0 at −∞. The error is at most 4 ulps.
     *
     * @return the value
     */
    public Variable mish() {
        return node(UnaryOp.MISH, this);
    }

    /**
     * x/(1 + |x|); ±1 at ±∞. The second derivative at 0 is 0. The error is at most 2 ulps, that of the derivative 4.
     *
     * @return the softsign
     */
    public Variable softsign() {
        return node(UnaryOp.SOFTSIGN, this);
    }

    /**
     * {@code 2/√π ∫₀ˣ exp(−t²) dt}. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the error function
     */
    public Variable erf() {
        return node(UnaryOp.ERF, this);
    }

    /**
     * {@code 1 − erf x}, with all its digits for large x. The error is at most 3 ulps, that of the derivative 2.
     *
     * @return the complementary error function
     */
    public Variable erfc() {
        return node(UnaryOp.ERFC, this);
    }

    /**
     * {@code exp(x²)·erfc x}: about {@code 1/(x√π)} for large x; infinite below −26.63. The error is at most 3 ulps, that of the derivative
     * 6.
     *
     * @return the scaled complementary error function
     */
    public Variable erfcx() {
        return node(new Erfcx(0), this);
    }

    /**
     * The number whose error function is x: ±∞ at ±1, NaN outside. The error is at most 2 ulps, that of the derivative 4.
     *
     * @return the inverse of the error function
     */
    public Variable erfinv() {
        return node(UnaryOp.ERFINV, this);
    }

    /**
     * {@code Φ(x) = ∫₋∞ˣ exp(−t²/2)/√(2π) dt}, with all its digits for very negative x. The error is at most 3 ulps, that of the derivative
     * 2.
     *
     * @return the standard normal distribution function
     */
    public Variable normalCdf() {
        return node(UnaryOp.NORMAL_CDF, this);
    }

    /**
     * {@code ln Φ(x)}, also where Φ is 0 in doubles: about {@code −x²/2} for very negative x. The error is at most 3 ulps, that of
     * the derivative 3.
     * The derivative is {@code φ(x)/Φ(x)}.
     *
     * @return the logarithm of the standard normal distribution function
     */
    public Variable logNormalCdf() {
        return node(UnaryOp.LOG_NORMAL_CDF, this);
    }

    /**
     * {@code ln|Γ(x)|}; the sign of Γ, which is negative between −1 and 0, −3 and −2, and so on, is dropped. It is +∞ at 0, −1, −2, … and
     * at ±∞. The derivative is {@link #digamma}. For positive x the error is at most 3 ulps, that of the derivative 3, also beside the
     * zeros 1 and 2; beside the zeros below 0 it is small compared with {@code ln Γ(−x)}.
     *
     * @return the logarithm of the size of the gamma function
     */
    public Variable lgamma() {
        return node(Polygamma.LGAMMA, this);
    }

    /**
     * {@code ψ(x) = Γ′(x)/Γ(x)}; NaN at 0, −1, −2, … For positive x the error is at most 3 ulps, that of the derivative 4, also beside the
     * zero 1.4616…; beside the zeros below 0 it is small compared with {@code ψ(1 − x)}.
     *
     * @return the digamma function
     */
    public Variable digamma() {
        return node(Polygamma.DIGAMMA, this);
    }

    /**
     * The n-th derivative of {@link #digamma}. At 0, −1, −2, … it is +∞ for odd n and NaN for even n. For positive x and n up to 100
     * the error is at most 5 ulps, that of the derivative 5.
     *
     * @param n the order; 0 for digamma itself, 1 for trigamma
     * @return the polygamma function
     * @throws IllegalArgumentException if n is negative
     */
    public Variable polygamma(int n) {
        return node(Polygamma.of(n), this);
    }

    /**
     * {@code ln B(x, b) = ln Γ(x) + ln Γ(b) − ln Γ(x + b)}, without the cancellation of this formula for large numbers. It is +∞ if x or b
     * is 0, and NaN if one is negative. The error is at most 4 ulps of {@code ln Γ} of the operands below 8, and of the result, that of the
     * derivatives 5.
     *
     * @param b the second operand
     * @return the logarithm of the beta function
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable lbeta(Variable b) {
        return node(new LogBeta(0, 0), this, b);
    }

    /**
     * x·Φ(x), where Φ is the standard normal distribution function; the exact form, no approximation (Hendrycks and Gimpel 2016). The error
     * is at most 3 ulps.
     *
     * @return the Gaussian error linear unit
     */
    public Variable gelu() {
        return node(UnaryOp.GELU, this);
    }

    /**
     * {@code x/(1 + exp(−2√(2/π)(x + 0.044715x³)))}: the approximation of {@link #gelu} by tanh (Hendrycks and Gimpel 2016), with which
     * many models were trained.
     *
     * @return the approximate Gaussian error linear unit
     */
    public Variable geluTanh() {
        return mul(clamp(-100, 100)
                .square()
                .mul(0.044715)
                .add(1)
                .mul(clamp(-100, 100))
                .mul(1.5957691216057308)
                .sigmoid());
    }

    /**
     * {@code 1/x}. The error is at most 0.5 ulps, that of the derivative 2.
     *
     * @return the reciprocal
     */
    public Variable reciprocal() {
        return rdiv(1);
    }

    /**
     * {@code xⁿ} for a constant exponent; NaN for x below 0 unless n is a whole number. {@code x⁰} is 1, with derivative 0, everywhere.
     * As in IEEE 754-2019, 1 to any power is 1, NaN included, and so is −1 to an infinite one. The error is at most 1 ulp, that of the
     * derivative 2.
     *
     * @param n the exponent
     * @return the power
     */
    public Variable pow(double n) {
        return node(new Power(n), this);
    }

    /**
     * {@code xⁿ}, differentiable in x and n. At x = 0, derivatives in n are 0 if {@code xⁿ} is finite. For x below 0, the power is NaN
     * unless n is a whole number, and derivatives in n are NaN. The error is at most 1 ulp, that of the derivatives 3.
     *
     * @param n the exponents
     * @return the power
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable pow(Variable n) {
        return node(new VariablePower(0, 0), this, n);
    }

    /**
     * The exponential linear unit (Clevert et al. 2015): x above 0, else {@code α(eˣ − 1)}. Its derivative at 0 is α. The error is at most
     * 1 ulp, that of the derivative 1.
     *
     * @param alpha minus the limit at −∞
     * @return the unit's value
     * @throws IllegalArgumentException if alpha is negative, NaN or infinite
     */
    public Variable elu(double alpha) {
        return node(new Elu(alpha, 0), this);
    }

    /**
     * The continuously differentiable exponential linear unit (Barron 2017): x above 0, else {@code α(exp(x/α) − 1)}. Its second derivative
     * at 0 is {@code 1/α}. The error is at most 1 ulp, that of the derivative 1.
     *
     * @param alpha minus the limit at −∞
     * @return the unit's value
     * @throws IllegalArgumentException unless alpha is finite and above 0
     */
    public Variable celu(double alpha) {
        return Elu.celu(this, alpha);
    }

    /**
     * The scaled exponential linear unit (Klambauer et al. 2017): {@code λx} above 0, else {@code λα(eˣ − 1)}, with λ = 1.0507009873554805
     * and α = 1.6732632423543772. Its derivative at 0 is λα. The error is at most 2 ulps, that of the derivative 2.
     *
     * @return the unit's value
     */
    public Variable selu() {
        return elu(1.6732632423543772).mul(1.0507009873554805);
    }

    // ---- elementwise, with kinks ----

    /**
     * {@code |x|}; the derivative at 0 is 0.
     *
     * @return the absolute value
     */
    public Variable abs() {
        return node(PiecewiseLinear.ABS, this);
    }

    /**
     * The sign: −1, 0 or 1; its derivative is 0.
     *
     * @return the sign
     */
    public Variable sign() {
        return node(Flat.SIGN, this);
    }

    /**
     * {@code max(x, 0)}; the derivative at 0 is 0.
     *
     * @return the rectified value
     */
    public Variable relu() {
        return node(PiecewiseLinear.RELU, this);
    }

    /**
     * x above 0, else {@code slope·x}; the derivative at 0 is the slope.
     *
     * @param slope the slope below 0
     * @return the value
     * @throws IllegalArgumentException if the slope is NaN or infinite
     */
    public Variable leakyRelu(double slope) {
        return node(new PiecewiseLinear(PiecewiseLinear.Kind.LEAKY_RELU, slope, 0), this);
    }

    /**
     * x limited to an interval; the derivative is 1 inside and at both bounds, 0 outside.
     *
     * @param low the lower bound
     * @param high the upper bound
     * @return the value
     * @throws IllegalArgumentException unless {@code low <= high}
     */
    public Variable clamp(double low, double high) {
        return PiecewiseLinear.clamp(this, low, high);
    }

    /**
     * x limited to [0, 6]; the derivative is 1 inside and at both bounds, 0 outside.
     *
     * @return the value
     */
    public Variable relu6() {
        return clamp(0, 6);
    }

    /**
     * x limited to [−1, 1]; the derivative is 1 inside and at both bounds, 0 outside.
     *
     * @return the value
     */
    public Variable hardtanh() {
        return clamp(-1, 1);
    }

    /**
     * {@code (x + 3)/6} limited to [0, 1]; the derivative is ⅙ inside and at both bounds, 0 outside.
     *
     * @return the value
     */
    public Variable hardsigmoid() {
        return add(3).clamp(0, 6).div(6);
    }

    /**
     * x times {@link #hardsigmoid} (Howard et al. 2019): 0 below −3, x above 3. Its derivative is −½ at −3, and 3/2 at 3.
     *
     * @return the value
     */
    public Variable hardswish() {
        return mul(hardsigmoid());
    }

    /**
     * The largest whole number up to x; its derivative is 0 everywhere.
     *
     * @return ⌊x⌋
     */
    public Variable floor() {
        return node(Flat.FLOOR, this);
    }

    /**
     * The smallest whole number from x on; its derivative is 0 everywhere.
     *
     * @return ⌈x⌉
     */
    public Variable ceil() {
        return node(Flat.CEIL, this);
    }

    /**
     * The whole number nearest to x, the even one at a tie; its derivative is 0 everywhere.
     *
     * @return the rounded value
     */
    public Variable round() {
        return node(Flat.ROUND, this);
    }

    /**
     * x without its fraction, that is, rounded towards 0; its derivative is 0 everywhere.
     *
     * @return the whole part
     */
    public Variable trunc() {
        return node(Flat.TRUNC, this);
    }

    // ---- arithmetic ----

    /**
     * {@code x + other}. The error is at most 0.5 ulps, that of the derivatives 0.
     *
     * @param other the other operand
     * @return the sum
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable add(Variable other) {
        return node(BinaryOp.ADD, this, other);
    }

    /**
     * {@code x + c}.
     *
     * @param c the number
     * @return the sum
     */
    public Variable add(double c) {
        return node(NumberOp.add(c), this);
    }

    /**
     * {@code x − other}. The error is at most 0.5 ulps, that of the derivatives 0.
     *
     * @param other the other operand
     * @return the difference
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable sub(Variable other) {
        return node(BinaryOp.SUB, this, other);
    }

    /**
     * {@code x − c}.
     *
     * @param c the number
     * @return the difference
     */
    public Variable sub(double c) {
        return node(NumberOp.add(-c), this);
    }

    /**
     * {@code c − x}.
     *
     * @param c the number
     * @return the difference
     */
    public Variable rsub(double c) {
        return neg().add(c);
    }

    /**
     * {@code x·other}, element by element. The error is at most 0.5 ulps, that of the derivatives 0.
     *
     * @param other the other operand
     * @return the product
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable mul(Variable other) {
        return node(BinaryOp.MUL, this, other);
    }

    /**
     * {@code x·c}.
     *
     * @param c the number
     * @return the product
     */
    public Variable mul(double c) {
        return node(NumberOp.mul(c), this);
    }

    /**
     * {@code x/other}, element by element. The error is at most 0.5 ulps, that of the derivatives 2.
     *
     * @param other the other operand
     * @return the quotient
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable div(Variable other) {
        return node(BinaryOp.DIV, this, other);
    }

    /**
     * {@code x/c}.
     *
     * @param c the number
     * @return the quotient
     */
    public Variable div(double c) {
        return node(NumberOp.div(c), this);
    }

    /**
     * {@code c/x}.
     *
     * @param c the number
     * @return the quotient
     */
    public Variable rdiv(double c) {
        return node(NumberOp.rdiv(c), this);
    }

    /**
     * The angle of the point (x, this), in radians. At the origin, where it jumps, both derivatives are 0. The error is at most 2
     * ulps, that of the derivatives 5.
     *
     * @param x the first coordinate
     * @return the angle, from −π to π
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable atan2(Variable x) {
        return node(PairOp.ATAN2, this, x);
    }

    /**
     * √(x² + other²), without overflow or underflow on the way. At the origin, the derivatives are 0. The error is at most 1 ulp, that of
     * the derivatives 3.
     *
     * @param other the other side
     * @return the length of the hypotenuse
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable hypot(Variable other) {
        return node(PairOp.HYPOT, this, other);
    }

    /**
     * log(eˣ + exp(other)), without overflow; −∞ where both are −∞. The derivatives add up to 1; where the operands are equal, also if they
     * are infinite, they are ½ each. The error is half an ulp, and two ulps of {@code exp(−|x − other|)}; that of the derivatives 2 ulps.
     *
     * @param other the other operand
     * @return the logarithm of the sum of the exponentials
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable logAddExp(Variable other) {
        return node(PairOp.LOG_ADD_EXP, this, other);
    }

    /**
     * x·log(other), 0 where x is 0, unless other is NaN. The derivative in x is log(other), at 0 as well; the one in other is x/other, and
     * 0 where x is 0. The error is at most 2 ulps, that of the derivatives 1.
     *
     * @param other the argument of the logarithm
     * @return the product with the logarithm
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable xlogy(Variable other) {
        return node(PairOp.XLOGY, this, other);
    }

    /**
     * What remains of x divided by other, with the sign of other, as in NumPy and Python; NaN for division by 0 and of infinity. Divided by
     * infinity, x remains if the signs agree, and infinity if not. The derivative in x is 1, the one in other is {@code −⌊x/other⌋}, at the
     * jumps as well.
     *
     * @param other the divisor
     * @return the remainder
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable mod(Variable other) {
        return node(PairOp.MOD, this, other);
    }

    /**
     * What remains of x divided by a number, with the sign of the number; the derivative is 1.
     *
     * @param c the divisor
     * @return the remainder
     */
    public Variable mod(double c) {
        return mod(of(c));
    }

    /**
     * The larger of x and other; NaN if either is NaN. At a tie, the derivative is ½ in each.
     *
     * @param other the other operand
     * @return the maximum
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable maximum(Variable other) {
        return node(Choice.MAXIMUM, this, other);
    }

    /**
     * The larger of x and a number; at a tie the derivative is ½.
     *
     * @param c the number
     * @return the maximum
     */
    public Variable maximum(double c) {
        return maximum(of(c));
    }

    /**
     * The smaller of x and other; NaN if either is NaN. At a tie, the derivative is ½ in each.
     *
     * @param other the other operand
     * @return the minimum
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable minimum(Variable other) {
        return node(Choice.MINIMUM, this, other);
    }

    /**
     * The smaller of x and a number; at a tie the derivative is ½.
     *
     * @param c the number
     * @return the minimum
     */
    public Variable minimum(double c) {
        return minimum(of(c));
    }

    // ---- masks ----

    /**
     * Where {@code x > other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable gt(Variable other) {
        return node(Comparison.GT, this, other);
    }

    /**
     * Where {@code x > c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable gt(double c) {
        return gt(of(c));
    }

    /**
     * Where {@code x ≥ other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable ge(Variable other) {
        return node(Comparison.GE, this, other);
    }

    /**
     * Where {@code x ≥ c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable ge(double c) {
        return ge(of(c));
    }

    /**
     * Where {@code x < other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable lt(Variable other) {
        return node(Comparison.LT, this, other);
    }

    /**
     * Where {@code x < c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable lt(double c) {
        return lt(of(c));
    }

    /**
     * Where {@code x ≤ other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable le(Variable other) {
        return node(Comparison.LE, this, other);
    }

    /**
     * Where {@code x ≤ c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable le(double c) {
        return le(of(c));
    }

    /**
     * Where {@code x = other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable eq(Variable other) {
        return node(Comparison.EQ, this, other);
    }

    /**
     * Where {@code x = c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable eq(double c) {
        return eq(of(c));
    }

    /**
     * Where {@code x ≠ other}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param other the other operand
     * @return the mask
     * @throws ShapeException if the shapes do not broadcast
     */
    public Variable ne(Variable other) {
        return node(Comparison.NE, this, other);
    }

    /**
     * Where {@code x ≠ c}, as a mask of 1 and 0; its derivative is 0.
     *
     * @param c the number
     * @return the mask
     */
    public Variable ne(double c) {
        return ne(of(c));
    }

    /**
     * {@code mask ≠ 0 ? a : b}, with broadcasting. The derivative is 0 in the operand that is not chosen, even if it would be infinite.
     *
     * @param mask the mask, such as {@code x.gt(0)}; a NaN in it gives NaN
     * @param a taken where the mask is not 0
     * @param b taken where the mask is 0
     * @return the choice
     * @throws ShapeException if the shapes do not broadcast
     */
    public static Variable where(Variable mask, Variable a, Variable b) {
        return Where.of(mask, a, b);
    }

    /**
     * The same value as a constant: no derivative passes through it.
     *
     * @return the constant
     */
    public Variable detach() {
        return node(Flat.DETACH, this);
    }

    // ---- reductions ----

    /**
     * The sum of all elements.
     *
     * @return a number, of shape []
     */
    public Variable sum() {
        return shape().rank() == 0 ? this : new Sum(Shape.of()).apply(this);
    }

    /**
     * The sum over the axes, which disappear.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable sum(int... axes) {
        return sum(false, axes);
    }

    /**
     * The sum over the axes.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable sum(boolean keepExtents, int... axes) {
        return Sum.over(this, keepExtents, axes);
    }

    /**
     * The mean over the axes, which disappear; NaN over no elements.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable mean(int... axes) {
        return mean(false, axes);
    }

    /**
     * The mean over the axes; NaN over no elements.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable mean(boolean keepExtents, int... axes) {
        return Sum.mean(this, keepExtents, axes);
    }

    /**
     * The variance over the axes, which disappear: the mean of the squared differences from the mean, divided by n as in NumPy.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable variance(int... axes) {
        return variance(false, axes);
    }

    /**
     * The variance over the axes: the mean of the squared differences from the mean, divided by n as in NumPy.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable variance(boolean keepExtents, int... axes) {
        return variance(0, keepExtents, axes);
    }

    /**
     * The variance over the axes: the sum of the squared differences from the mean, divided by n − ddof as in NumPy, or by 0 if that is
     * negative.
     *
     * @param ddof the degrees of freedom that are lost: 1 for the unbiased estimate from a sample
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     * @throws IllegalArgumentException if ddof is negative
     */
    public Variable variance(int ddof, boolean keepExtents, int... axes) {
        return Sum.variance(this, ddof, keepExtents, axes);
    }

    /**
     * The standard deviation over the axes, which disappear: the root of the {@link #variance}. Where all elements are equal, it is exactly
     * 0, with derivative 0.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable std(int... axes) {
        return std(0, false, axes);
    }

    /**
     * The standard deviation over the axes: the root of the sum of the squared differences from the mean, divided by n − ddof as in NumPy,
     * or by 0 if that is negative. It neither overflows nor underflows. Where all elements are equal, it is exactly 0, with derivative 0.
     *
     * @param ddof the degrees of freedom that are lost: 1 for a sample
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     * @throws IllegalArgumentException if ddof is negative
     */
    public Variable std(int ddof, boolean keepExtents, int... axes) {
        return Norm.std(this, ddof, keepExtents, axes);
    }

    /**
     * The product over the axes, which disappear; 1 over no elements. The derivative in an element is the product of the others: right
     * where some are 0, since nothing is divided.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable prod(int... axes) {
        return prod(false, axes);
    }

    /**
     * The product over the axes; 1 over no elements.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable prod(boolean keepExtents, int... axes) {
        return Product.over(this, keepExtents, axes);
    }

    /**
     * The p-norm over the axes, which disappear: {@code (Σ |x|ᵖ)^(1/p)}, and for {@code p = ∞} the largest size.
     *
     * @param p 1 or more
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     * @throws IllegalArgumentException if p is below 1 or NaN
     * @see #norm(double, boolean, int...)
     */
    public Variable norm(double p, int... axes) {
        return norm(p, false, axes);
    }

    /**
     * The p-norm over the axes, without overflow and underflow; 0 over no elements. Its derivative is {@code sign(x)·(|x|/‖x‖)^(p−1)}, which
     * is {@code x/‖x‖} for {@code p = 2}, and 0 where all elements are 0. For {@code p = ∞} it is split evenly among ties. Unless p is even, the
     * higher derivatives in an element that is 0 are 0, also for p below 2, where the second one grows without bound near 0.
     *
     * @param p 1 or more; 2 for the Euclidean length, infinite for the largest size
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     * @throws IllegalArgumentException if p is below 1 or NaN
     */
    public Variable norm(double p, boolean keepExtents, int... axes) {
        return Norm.over(this, p, keepExtents, axes);
    }

    /**
     * The largest element over the axes, which disappear; NaN if an element is NaN. The derivative is split evenly among ties.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable max(int... axes) {
        return max(false, axes);
    }

    /**
     * The largest element over the axes; NaN if an element is NaN. The derivative is split evenly among ties.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable max(boolean keepExtents, int... axes) {
        return Max.over(this, keepExtents, axes);
    }

    /**
     * The smallest element over the axes, which disappear; NaN if an element is NaN. The derivative is split evenly among ties.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable min(int... axes) {
        return min(false, axes);
    }

    /**
     * The smallest element over the axes; NaN if an element is NaN. The derivative is split evenly among ties.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable min(boolean keepExtents, int... axes) {
        return Max.min(this, keepExtents, axes);
    }

    /**
     * The median over the axes, which disappear: the {@link #quantile} of ½.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable median(int... axes) {
        return median(false, axes);
    }

    /**
     * The median over the axes: the {@link #quantile} of ½.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     */
    public Variable median(boolean keepExtents, int... axes) {
        return Argsort.quantile("median", this, 0.5, keepExtents, axes);
    }

    /**
     * The quantile over the axes, which disappear.
     *
     * @param q from 0, for the smallest element, to 1, for the largest
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     * @throws IllegalArgumentException if q is not in 0..1
     * @see #quantile(double, boolean, int...)
     */
    public Variable quantile(double q, int... axes) {
        return quantile(q, false, axes);
    }

    /**
     * The quantile over the axes, interpolated linearly as NumPy does by default: of n sorted elements that at {@code q(n − 1)}; NaN if an
     * element is NaN. The derivative goes to the one or two elements that it is made of; of equal elements the first come first.
     *
     * @param q from 0, for the smallest element, to 1, for the largest
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice, or there is nothing to choose from
     * @throws IllegalArgumentException if q is not in 0..1
     */
    public Variable quantile(double q, boolean keepExtents, int... axes) {
        return Argsort.quantile("quantile", this, q, keepExtents, axes);
    }

    // ---- matrices ----

    /**
     * The matrix product, as in NumPy: of matrices, of stacks of matrices whose leading extents broadcast, and of vectors. A vector is a
     * row on the left and a column on the right, and its axis disappears.
     *
     * @param right the right operand
     * @return the product
     * @throws ShapeException if columns of the left differ from rows of the right
     */
    public Variable matmul(Variable right) {
        return MatMul.of(this, right);
    }

    /**
     * The fully connected layer {@code x·W + b}, with the same bits as {@code matmul(weight).add(bias)}.
     *
     * @param weight [d, q]
     * @param bias [q] or [1, q], added to every row
     * @return [.., q] for x of shape [.., d]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable affine(Variable weight, Variable bias) {
        return Affine.of(this, weight, bias);
    }

    /**
     * The Cholesky factors L of matrices, lower triangles with {@code LLᵀ = (A + Aᵀ)/2}. So each element of A counts, and the gradient is
     * symmetric.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖LLᵀ − A‖ ≤ 2nu‖A‖}.
     *
     * @return the factors, of the same shape [.., n, n]
     * @throws ShapeException if the last two extents differ
     * @throws ArithmeticException if a matrix is not positive definite; the message names the pivot
     */
    public Variable cholesky() {
        return Cholesky.CHOLESKY.apply(this);
    }

    /**
     * The solutions X of {@code TX = B} for triangles T of these matrices. What lies on the other side of the diagonal is not read.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖TX − B‖ ≤ nu(‖T‖‖X‖ + ‖B‖)}.
     *
     * @param b the right sides [.., n, q], or one vector [n]
     * @param upper whether T is the upper triangle, else the lower one
     * @return the solutions, of the shape of b with the leading extents of both
     * @throws ShapeException if the shapes do not fit
     * @throws ArithmeticException if there is a 0 in the diagonal
     */
    public Variable triangularSolve(Variable b, boolean upper) {
        return Matrices.solve(new TriangularSolve(upper, false), this, b);
    }

    /**
     * The solutions X of {@code AX = B} for these matrices A, by LU factors with exchanges of rows. The factors are computed once for the
     * value and its derivatives.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖AX − B‖ ≤ nu(‖A‖‖X‖ + ‖B‖)}.
     *
     * @param b the right sides [.., n, q], or one vector [n]
     * @return the solutions, of the shape of b with the leading extents of both
     * @throws ShapeException if the shapes do not fit
     * @throws ArithmeticException if a matrix is singular; the message names the pivot
     */
    public Variable solve(Variable b) {
        return Matrices.solve(new Solve(false, new Factored.Memory()), this, b);
    }

    /**
     * The X with the least {@code ‖AX − B‖}, column by column, for these matrices A: linear regression. Orthogonal factors, and residuals in
     * two doubles, make the solution nearly as accurate as the elements of A allow.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖Aᵀ(B − AX)‖ ≤ mu‖Aᵀ‖(‖A‖‖X‖ + ‖B‖)}.
     *
     * @param b the right sides [.., m, q], or one vector [m], for matrices [.., m, n] with {@code m ≥ n}
     * @return the solutions [.., n, q], or [n]
     * @throws ShapeException if the shapes do not fit
     * @throws ArithmeticException if a column of A depends on those before it; the message names it
     */
    public Variable lstsq(Variable b) {
        return Matrices.solve(new LeastSquaresOp(false, new Factored.Memory()), this, b);
    }

    /**
     * The inverses of these matrices. Where a solution is wanted, {@link #solve} is more accurate and faster.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖AX − I‖ ≤ nu‖A‖‖X‖}.
     *
     * @return the inverses, of the same shape [.., n, n]
     * @throws ShapeException if the last two extents differ
     * @throws ArithmeticException if a matrix is singular; the message names the pivot
     */
    public Variable inverse() {
        return Matrices.inverse(this);
    }

    /**
     * The eigenvalues and eigenvectors of the symmetric matrices {@code (A + Aᵀ)/2}, by rotations. The largest element of each vector is
     * positive.
     *
     * <p>First derivatives of values are right where values are equal. Derivatives of vectors, and second derivatives of values, exist only
     * where all values differ: reverse mode refuses equal ones, and in forward mode the derivatives of vectors are NaN there.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖V·diag(λ)·Vᵀ − A‖ ≤ 4nu‖A‖} for symmetric A, and {@code ‖VᵀV − I‖ ≤ 8nu}.
     *
     * @return the values in ascending order, and the vectors as columns
     * @throws ShapeException if the last two extents differ
     */
    public Eigen eigh() {
        return Matrices.eigen(Eigh.EIGH.apply(this), shape());
    }

    /**
     * The factors of {@code A = QR} of these matrices, by reflections: Q has orthonormal columns, and R is an upper triangle. The diagonal of R
     * is not negative, so the factors of independent columns are unique; LAPACK, and so NumPy and PyTorch, leave the signs open.
     *
     * <p>Derivatives of every order exist where the first {@code min(m, n)} columns are independent; elsewhere they are refused.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖QR − A‖ ≤ 2cu‖A‖} and {@code ‖QᵀQ − I‖ ≤ 4cu}, with {@code c = max(m, n)}.
     *
     * @return Q [.., m, k] and R [.., k, n] for matrices [.., m, n], with {@code k = min(m, n)}
     * @throws ShapeException if there are fewer than two axes
     */
    public Qr qr() {
        return Matrices.qr(this);
    }

    /**
     * The singular value decomposition {@code A = U·diag(s)·Vᵀ} of these matrices, by rotations. The largest element of each of the longer
     * vectors is positive: of the left ones, unless there are more columns than rows.
     *
     * <p>First derivatives of values are right where values are equal, and 0 for a value of 0, as that of {@code |x|}. Derivatives of vectors,
     * and second derivatives of values, exist only where all values differ and none is 0: reverse mode refuses others, and in forward mode
     * the derivatives of vectors are NaN there.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * {@code ‖U·diag(s)·Vᵀ − A‖ ≤ 2cu‖A‖} and {@code ‖UᵀU − I‖, ‖VᵀV − I‖ ≤ 4cu}, with {@code c = max(m, n)}.
     *
     * @return U [.., m, k], the values [.., k] in descending order, and Vᵀ [.., k, n], for matrices [.., m, n] with {@code k = min(m, n)}
     * @throws ShapeException if there are fewer than two axes
     */
    public Svd svd() {
        return Matrices.svd(this);
    }

    /**
     * The singular values of these matrices: those of {@link #svd}. Each is off by little beside the largest; the smallest of a Hilbert
     * matrix of 8 rows, 10⁻¹⁰, has a relative error below 10⁻⁷. Columns of different scales cost no digits.
     *
     * @return the values [.., min(m, n)] in descending order
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable singularValues() {
        return Matrices.singularValues(this);
    }

    /**
     * The determinants of these matrices. At a singular matrix there is a value, and no derivative.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * the relative error is at most {@code nu‖A‖‖A⁻¹‖}.
     *
     * @return the determinants [..]
     * @throws ShapeException if the last two extents differ
     */
    public Variable det() {
        return new Determinant(false, new Factored.Memory()).apply(this);
    }

    /**
     * The logarithms of the sizes of the determinants, {@code ln|det A|}; −∞ for a singular matrix, which has no derivative. The sign is
     * that of {@link #det}.
     *
     * <p>Measured with {@code u = 2⁻⁵³}, in norms of row sums, for matrices of up to 150 rows:
     * the error is at most {@code nu‖A‖‖A⁻¹‖ + 4u|logDet|}.
     *
     * @return the logarithms [..]
     * @throws ShapeException if the last two extents differ
     */
    public Variable logDet() {
        return new Determinant(true, new Factored.Memory()).apply(this);
    }

    /**
     * Sums of products over indices, in Einstein's notation as in NumPy: {@code einsum("ij,jk->ik", a, b)} is a matrix product, {@code
     * "bij,bj->bi"} one for each b, {@code "ii"} a trace, {@code "ij->ji"} a transposition. Each letter is an axis; a letter that is not in
     * the result is summed over. Without an arrow the result has the letters that appear once, in order. Operands are multiplied from left
     * to right, as matrix products.
     *
     * @param equation letters for each operand, and for the result
     * @param x the operands
     * @return the result, with an axis for each letter behind the arrow
     * @throws IllegalArgumentException if the equation is none, or has not as many groups as operands
     * @throws ShapeException if an operand has not as many axes as letters, or axes of a letter differ in extent
     */
    public static Variable einsum(String equation, Variable... x) {
        return Einsum.of(equation, x);
    }

    /**
     * The product of all elements of two variables, summed over the last axes of this and the first of the other: 1 for a product of
     * matrices, 0 for an outer product.
     *
     * @param other the other factor
     * @param axes how many axes are summed over
     * @return the product, with the other axes of this and then those of the other
     * @throws ShapeException if these axes differ in extent, or there are fewer
     */
    public Variable tensordot(Variable other, int axes) {
        return Einsum.tensordot(this, other, axes);
    }

    /**
     * Swaps the last two axes.
     *
     * @return the transposed matrix, or stack of matrices
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable transpose() {
        return Permute.transpose(this);
    }

    /**
     * Reorders the axes.
     *
     * @param axes axis d of the result is axis {@code axes[d]} of this variable
     * @return the reordered variable
     * @throws ShapeException unless every axis is named once
     */
    public Variable permute(int... axes) {
        return Permute.of(this, axes);
    }

    // ---- convolution and pooling ----

    /**
     * The convolution of signals, as {@code conv1d} of PyTorch: kernels are not flipped. {@code .add(bias.reshape(-1, 1))} adds a bias. The stride is 1, and there is no padding.
     *
     * @param weight [out, channels/groups, length]
     * @return the result for this variable, which is [batch, channels, length]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable conv1d(Variable weight) {
        return Conv.of(1, this, weight, 1, 0, 1, 1);
    }

    /**
     * The same with a stride and a padding.
     *
     * @param weight [out, channels/groups, length]
     * @param stride the step from output to output
     * @param padding how many zeros stand before the first element, and behind the last; they are multiplied as elements are
     * @return the result
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if the stride is not positive or the padding negative
     */
    public Variable conv1d(Variable weight, int stride, int padding) {
        return Conv.of(1, this, weight, stride, padding, 1, 1);
    }

    /**
     * The same with all options, in the order of PyTorch.
     *
     * @param weight [out, channels/groups, length]
     * @param stride the step from output to output
     * @param padding how many zeros stand before the first element, and behind the last; they are multiplied as elements are
     * @param dilation the distance of the kernel's elements
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @return [batch, out, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable conv1d(Variable weight, int stride, int padding, int dilation, int groups) {
        return Conv.of(1, this, weight, stride, padding, dilation, groups);
    }

    /**
     * The convolution of images, as {@code conv2d} of PyTorch: kernels are not flipped. {@code .add(bias.reshape(-1, 1, 1))} adds a bias. The stride is 1, and there is no padding.
     *
     * @param weight [out, channels/groups, height, width]
     * @return the result for this variable, which is [batch, channels, height, width]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable conv2d(Variable weight) {
        return Conv.of(2, this, weight, 1, 0, 1, 1);
    }

    /**
     * The same with a stride and a padding.
     *
     * @param weight [out, channels/groups, height, width]
     * @param stride the step from output to output
     * @param padding how many zeros stand before the first element, and behind the last; they are multiplied as elements are
     * @return the result
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if the stride is not positive or the padding negative
     */
    public Variable conv2d(Variable weight, int stride, int padding) {
        return Conv.of(2, this, weight, stride, padding, 1, 1);
    }

    /**
     * The same with all options, in the order of PyTorch, equal for both axes.
     *
     * @param weight [out, channels/groups, height, width]
     * @param stride the step from output to output
     * @param padding how many zeros stand before the first element, and behind the last; they are multiplied as elements are
     * @param dilation the distance of the kernel's elements
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @return [batch, out, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable conv2d(Variable weight, int stride, int padding, int dilation, int groups) {
        return Conv.of(2, this, weight, stride, padding, dilation, groups);
    }

    /**
     * The same with options of their own for both axes: one number in an array for both, or one for each.
     *
     * @param weight [out, channels/groups, height, width]
     * @param stride the step from output to output
     * @param padding how many zeros stand before the first element, and behind the last; they are multiplied as elements are
     * @param dilation the distance of the kernel's elements
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @return [batch, out, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range, or an array has another length
     */
    public Variable conv2d(Variable weight, int[] stride, int[] padding, int[] dilation, int groups) {
        return Conv.of(2, this, weight, stride, padding, dilation, groups);
    }

    /**
     * The convolution of signals whose result has the extents of the operand, as {@code conv1d} of PyTorch with {@code padding="same"}: as many zeros stand before the first element as behind the last, or, for a kernel of even extent, one more behind. The stride is 1.
     *
     * @param weight [out, channels, length]
     * @return [batch, out, length] for this variable, which is [batch, channels, length]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable convSame1d(Variable weight) {
        return Conv.same(1, this, weight, 1, 1);
    }

    /**
     * The same with a dilation and groups.
     *
     * @param weight [out, channels/groups, length]
     * @param dilation the distance of the kernel's elements
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @return [batch, out, length]
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable convSame1d(Variable weight, int dilation, int groups) {
        return Conv.same(1, this, weight, dilation, groups);
    }

    /**
     * The convolution of images whose result has the extents of the operand, as {@code conv2d} of PyTorch with {@code padding="same"}: as many zeros stand before the first element as behind the last, or, for a kernel of even extent, one more behind. The stride is 1.
     *
     * @param weight [out, channels, height, width]
     * @return [batch, out, height, width] for this variable, which is [batch, channels, height, width]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable convSame2d(Variable weight) {
        return Conv.same(2, this, weight, 1, 1);
    }

    /**
     * The same with a dilation and groups.
     *
     * @param weight [out, channels/groups, height, width]
     * @param dilation the distance of the kernel's elements
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @return [batch, out, height, width]
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable convSame2d(Variable weight, int dilation, int groups) {
        return Conv.same(2, this, weight, dilation, groups);
    }

    /**
     * The transposed convolution of signals, as {@code conv_transpose1d} of PyTorch: the transpose of {@link #conv1d(Variable)} as a linear map. The stride is 1, and there is no padding.
     *
     * @param weight [channels, out/groups, length]
     * @return the result for this variable, which is [batch, channels, length]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable convTranspose1d(Variable weight) {
        return Conv.transposed(1, this, weight, 1, 0, 0, 1, 1);
    }

    /**
     * The same with a stride and a padding.
     *
     * @param weight [channels, out/groups, length]
     * @param stride the step from element to element
     * @param padding how many elements are left out at the start, and at the end
     * @return the result
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if the stride is not positive or the padding negative
     */
    public Variable convTranspose1d(Variable weight, int stride, int padding) {
        return Conv.transposed(1, this, weight, stride, padding, 0, 1, 1);
    }

    /**
     * The same with all options, in the order of PyTorch.
     *
     * @param weight [channels, out/groups, length]
     * @param stride the step from element to element
     * @param padding how many elements are left out at the start, and at the end
     * @param outputPadding how many elements the result is longer at the end; less than the stride
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @param dilation the distance of the kernel's elements
     * @return [batch, out, ..]; an extent n becomes {@code (n − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1}
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable convTranspose1d(
            Variable weight, int stride, int padding, int outputPadding, int groups, int dilation) {
        return Conv.transposed(1, this, weight, stride, padding, outputPadding, groups, dilation);
    }

    /**
     * The transposed convolution of images, as {@code conv_transpose2d} of PyTorch: the transpose of {@link #conv2d(Variable)} as a linear map. The stride is 1, and there is no padding.
     *
     * @param weight [channels, out/groups, height, width]
     * @return the result for this variable, which is [batch, channels, height, width]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable convTranspose2d(Variable weight) {
        return Conv.transposed(2, this, weight, 1, 0, 0, 1, 1);
    }

    /**
     * The same with a stride and a padding.
     *
     * @param weight [channels, out/groups, height, width]
     * @param stride the step from element to element
     * @param padding how many elements are left out at the start, and at the end
     * @return the result
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if the stride is not positive or the padding negative
     */
    public Variable convTranspose2d(Variable weight, int stride, int padding) {
        return Conv.transposed(2, this, weight, stride, padding, 0, 1, 1);
    }

    /**
     * The same with all options, in the order of PyTorch, equal for both axes.
     *
     * @param weight [channels, out/groups, height, width]
     * @param stride the step from element to element
     * @param padding how many elements are left out at the start, and at the end
     * @param outputPadding how many elements the result is longer at the end; less than the stride
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @param dilation the distance of the kernel's elements
     * @return [batch, out, ..]; an extent n becomes {@code (n − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1}
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable convTranspose2d(
            Variable weight, int stride, int padding, int outputPadding, int groups, int dilation) {
        return Conv.transposed(2, this, weight, stride, padding, outputPadding, groups, dilation);
    }

    /**
     * The same with options of their own for both axes: one number in an array for both, or one for each.
     *
     * @param weight [channels, out/groups, height, width]
     * @param stride the step from element to element
     * @param padding how many elements are left out at the start, and at the end
     * @param outputPadding how many elements the result is longer at the end; less than the stride
     * @param groups into how many groups the channels are divided, each with kernels of its own
     * @param dilation the distance of the kernel's elements
     * @return [batch, out, ..]; an extent n becomes {@code (n − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1}
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if a number is out of range, or an array has another length
     */
    public Variable convTranspose2d(
            Variable weight, int[] stride, int[] padding, int[] outputPadding, int groups, int[] dilation) {
        return Conv.transposed(2, this, weight, stride, padding, outputPadding, groups, dilation);
    }

    /**
     * The largest elements of windows of signals, side by side: the stride is the kernel. What is left over at the end is not read.
     *
     * @param kernel the extent of a window
     * @return [batch, channels, ..] for this variable, which is [batch, channels, length]
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if the kernel is not positive
     */
    public Variable maxPool1d(int kernel) {
        return Pooling.max(1, this, kernel, kernel, 0, 1, false);
    }

    /**
     * The largest elements of windows of signals. Padding is −∞. Ties share the derivative evenly, as in {@link #max}; PyTorch gives it to the first.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable maxPool1d(int kernel, int stride, int padding) {
        return Pooling.max(1, this, kernel, stride, padding, 1, false);
    }

    /**
     * The same with all options, in the order of PyTorch.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param dilation the distance of the elements of a window
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable maxPool1d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
        return Pooling.max(1, this, kernel, stride, padding, dilation, ceilMode);
    }

    /**
     * The largest elements of windows of images, side by side: the stride is the kernel. What is left over at the end is not read.
     *
     * @param kernel the extent of a window
     * @return [batch, channels, ..] for this variable, which is [batch, channels, height, width]
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if the kernel is not positive
     */
    public Variable maxPool2d(int kernel) {
        return Pooling.max(2, this, kernel, kernel, 0, 1, false);
    }

    /**
     * The largest elements of windows of images. Padding is −∞. Ties share the derivative evenly, as in {@link #max}; PyTorch gives it to the first.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable maxPool2d(int kernel, int stride, int padding) {
        return Pooling.max(2, this, kernel, stride, padding, 1, false);
    }

    /**
     * The same with all options, in the order of PyTorch, equal for both axes.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param dilation the distance of the elements of a window
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable maxPool2d(int kernel, int stride, int padding, int dilation, boolean ceilMode) {
        return Pooling.max(2, this, kernel, stride, padding, dilation, ceilMode);
    }

    /**
     * The same with options of their own for both axes: one number in an array for both, or one for each.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param dilation the distance of the elements of a window
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − dilation·(kernel − 1) − 1)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range, or an array has another length
     */
    public Variable maxPool2d(int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        return Pooling.max(2, this, kernel, stride, padding, dilation, ceilMode);
    }

    /**
     * The means of windows of signals, side by side: the stride is the kernel. What is left over at the end is not read.
     *
     * @param kernel the extent of a window
     * @return [batch, channels, ..] for this variable, which is [batch, channels, length]
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if the kernel is not positive
     */
    public Variable avgPool1d(int kernel) {
        return Pooling.mean(1, this, kernel, kernel, 0, false, true);
    }

    /**
     * The means of windows of signals. Padding is zeros. Padding counts, as in PyTorch.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable avgPool1d(int kernel, int stride, int padding) {
        return Pooling.mean(1, this, kernel, stride, padding, false, true);
    }

    /**
     * The same with all options, in the order of PyTorch.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element; what lies behind the padding does not count
     * @param countIncludePad whether padding counts
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable avgPool1d(int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
        return Pooling.mean(1, this, kernel, stride, padding, ceilMode, countIncludePad);
    }

    /**
     * The means of windows of images, side by side: the stride is the kernel. What is left over at the end is not read.
     *
     * @param kernel the extent of a window
     * @return [batch, channels, ..] for this variable, which is [batch, channels, height, width]
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if the kernel is not positive
     */
    public Variable avgPool2d(int kernel) {
        return Pooling.mean(2, this, kernel, kernel, 0, false, true);
    }

    /**
     * The means of windows of images. Padding is zeros. Padding counts, as in PyTorch.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable avgPool2d(int kernel, int stride, int padding) {
        return Pooling.mean(2, this, kernel, stride, padding, false, true);
    }

    /**
     * The same with all options, in the order of PyTorch, equal for both axes.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element; what lies behind the padding does not count
     * @param countIncludePad whether padding counts
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range
     */
    public Variable avgPool2d(int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
        return Pooling.mean(2, this, kernel, stride, padding, ceilMode, countIncludePad);
    }

    /**
     * The same with options of their own for both axes: one number in an array for both, or one for each.
     *
     * @param kernel the extent of a window
     * @param stride the step from window to window
     * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
     * @param ceilMode whether a last window, too, that begins in the operand and ends behind it gives an element; what lies behind the padding does not count
     * @param countIncludePad whether padding counts
     * @return [batch, channels, ..]; an extent n becomes {@code (n + 2·padding − kernel)/stride + 1}, rounded down, or up with {@code ceilMode} if such a window is left
     * @throws ShapeException if the shape does not fit
     * @throws IllegalArgumentException if a number is out of range, or an array has another length
     */
    public Variable avgPool2d(int[] kernel, int[] stride, int[] padding, boolean ceilMode, boolean countIncludePad) {
        return Pooling.mean(2, this, kernel, stride, padding, ceilMode, countIncludePad);
    }

    /**
     * The windows along an axis, as {@code unfold} of PyTorch's tensors: the axis counts the windows, and a new last axis their elements.
     *
     * @param axis the axis
     * @param size the number of elements of a window
     * @param step the step from window to window
     * @return a variable with an axis more; an extent n becomes {@code (n − size)/step + 1}, rounded down
     * @throws ShapeException if the axis is out of range, size or step is not positive, or no window fits
     */
    public Variable windows(int axis, int size, int step) {
        return Windows.of(this, axis, size, step);
    }

    // ---- shapes and pieces ----

    /**
     * The same elements, in row-major order, under another shape.
     *
     * @param extents the new extents; one of them may be −1, and is computed from the others
     * @return the reshaped variable
     * @throws ShapeException if the number of elements differs
     */
    public Variable reshape(int... extents) {
        return reshape(shape().reshape("reshape", extents));
    }

    /**
     * The same elements, in row-major order, under another shape.
     *
     * @param shape the new shape
     * @return the reshaped variable
     * @throws ShapeException if the number of elements differs
     */
    public Variable reshape(Shape shape) {
        return Given.value("reshape", "the shape", shape).equals(shape()) ? this : new Reshape(shape).apply(this);
    }

    /** Sums over the axes that are repeated when {@code shape} is broadcast to this variable's shape. */
    Variable sumTo(Shape shape) {
        return new Sum(shape).apply(this);
    }

    /**
     * Repeats elements along axes of extent 1, and along new leading axes.
     *
     * @param shape the new shape
     * @return the repeated variable
     * @throws ShapeException if this shape does not broadcast to the new one
     */
    public Variable broadcastTo(Shape shape) {
        return Given.value("broadcastTo", "the shape", shape).equals(shape()) ? this : new Broadcast(shape).apply(this);
    }

    /**
     * Repeats elements along axes of extent 1, and along new leading axes.
     *
     * @param extents the new extents
     * @return the repeated variable
     * @throws ShapeException if this shape does not broadcast to the new one
     */
    public Variable broadcastTo(int... extents) {
        return broadcastTo(Shape.of("broadcastTo", extents));
    }

    /**
     * The elements {@code from..to-1} along an axis.
     *
     * @param axis the axis
     * @param from the first
     * @param to one past the last
     * @return the slice, of extent {@code to − from} along the axis
     * @throws ShapeException if the axis or the bounds are out of range
     */
    public Variable slice(int axis, int from, int to) {
        return new Slice(shape().axis("slice", axis), from, to).apply(this);
    }

    /**
     * The elements at one index of an axis, without the axis: {@code x.select(1, -1)} of [n, steps, d] is the last step, [n, d].
     *
     * @param axis the axis
     * @param index the index, from 0; −1 is the last
     * @return the elements, of the shape without the axis
     * @throws ShapeException if the axis or the index is out of range
     */
    public Variable select(int axis, int index) {
        return Pieces.select(this, axis, index);
    }

    /**
     * Joins variables along an existing axis.
     *
     * @param axis the axis
     * @param x the operands, at least one
     * @return the joined variable
     * @throws ShapeException if the operands differ in another axis
     */
    public static Variable concat(int axis, Variable... x) {
        return Concat.of(axis, x);
    }

    /**
     * Joins variables of one shape along a new axis.
     *
     * @param axis the position of the new axis in the result
     * @param x the operands, at least one
     * @return the joined variable, with one more axis
     * @throws ShapeException if the shapes differ
     */
    public static Variable stack(int axis, Variable... x) {
        return Concat.stack(axis, x);
    }

    /**
     * The elements as one axis, in row-major order.
     *
     * @return a vector; of a number, the vector of one element
     */
    public Variable flatten() {
        return reshape(-1);
    }

    /**
     * Joins the axes from one on into one.
     *
     * @param axis the first axis to join
     * @return the flattened variable, whose last axis is this one
     * @throws ShapeException if the axis is out of range
     */
    public Variable flatten(int axis) {
        return Pieces.flatten(this, axis);
    }

    /**
     * Adds an axis of extent 1.
     *
     * @param axis its position in the result; negative from the end of the result
     * @return the same elements with one more axis
     * @throws ShapeException if the position is out of range
     */
    public Variable expandDims(int axis) {
        return Pieces.expandDims(this, axis);
    }

    /**
     * Drops axes of extent 1.
     *
     * @param axes the axes; none for all of extent 1
     * @return the same elements with fewer axes
     * @throws ShapeException if an axis is out of range, is named twice, or has another extent
     */
    public Variable squeeze(int... axes) {
        return Pieces.squeeze(this, axes);
    }

    /**
     * Cuts this variable into parts of given sizes along an axis; {@link #concat} joins them again. The gradient of all parts together
     * costs no more than that of the whole.
     *
     * @param axis the axis
     * @param sizes the extents of the parts, which add up to that of the axis
     * @return the parts in order
     * @throws ShapeException if the axis is out of range, a size is negative, or they add up to another extent
     */
    public List<Variable> split(int axis, int... sizes) {
        return Pieces.split(this, axis, sizes);
    }

    /**
     * Cuts this variable into parts of one size along an axis.
     *
     * @param axis the axis
     * @param parts the number of parts, which divides the extent of the axis
     * @return the parts in order
     * @throws ShapeException if the axis is out of range, or there are no such parts
     */
    public List<Variable> chunk(int axis, int parts) {
        return Pieces.chunk(this, axis, parts);
    }

    /**
     * The slices along an axis, without the axis; {@link #stack} joins them again.
     *
     * @param axis the axis
     * @return as many variables as the axis has elements
     * @throws ShapeException if the axis is out of range
     */
    public List<Variable> unstack(int axis) {
        return Pieces.unstack(this, axis);
    }

    /**
     * Repeats the whole along each axis, as NumPy does: for [a, b] and two repeats, the result is {@code a b a b}. The transpose adds up
     * the copies.
     *
     * @param repeats the number of copies along each of the last axes; more repeats than axes add leading axes
     * @return the repeated variable
     * @throws ShapeException if a number is negative, or the result too large
     */
    public Variable tile(int... repeats) {
        return Pieces.tile(this, repeats);
    }

    /**
     * Adds zeros along an axis. The transpose is a slice.
     *
     * @param axis the axis
     * @param before the number of zeros before the first element
     * @param after the number of zeros behind the last element
     * @return the longer variable
     * @throws ShapeException if the axis is out of range, or the result too large
     * @throws IllegalArgumentException if a number is negative
     */
    public Variable pad(int axis, int before, int after) {
        return Pieces.pad(this, axis, before, after);
    }

    /**
     * Adds elements of one value along an axis.
     *
     * @param axis the axis
     * @param before how many before the first element
     * @param after how many behind the last element
     * @param value their value, a constant
     * @return the longer variable
     * @throws ShapeException if the axis is out of range, or the result too large
     * @throws IllegalArgumentException if a number is negative
     */
    public Variable pad(int axis, int before, int after, double value) {
        return Pieces.pad(this, axis, before, after, value);
    }

    /**
     * Puts the elements along axes in the opposite order.
     *
     * @param axes the axes; none for all
     * @return the reversed variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable flip(int... axes) {
        return Flip.over(this, axes);
    }

    /**
     * Moves the elements along an axis; those that leave at one end come in at the other.
     *
     * @param axis the axis
     * @param shift how far, towards higher indices; negative towards lower ones
     * @return the shifted variable
     * @throws ShapeException if the axis is out of range
     */
    public Variable roll(int axis, int shift) {
        return Pieces.roll(this, axis, shift);
    }

    /**
     * The lower triangles of matrices, which are the last two axes, with the main diagonal.
     *
     * @return the triangles
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable tril() {
        return tril(0);
    }

    /**
     * The upper triangles of matrices, which are the last two axes, with the main diagonal.
     *
     * @return the triangles
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable triu() {
        return triu(0);
    }

    /**
     * The lower triangles of matrices, which are the last two axes. What is outside becomes 0, even NaN and ∞.
     *
     * @param k the diagonal that is kept with all left of it: 0 for the main one, 1 for the next to the right
     * @return the triangles
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable tril(int k) {
        return new Triangle(false, k).apply(this);
    }

    /**
     * The upper triangles of matrices, which are the last two axes. What is outside becomes 0, even NaN and ∞.
     *
     * @param k the diagonal that is kept with all right of it: 0 for the main one, 1 for the next to the right
     * @return the triangles
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable triu(int k) {
        return new Triangle(true, k).apply(this);
    }

    /**
     * The diagonals of matrices, which are the last two axes. The transpose of this is {@link #diag}.
     *
     * @return the vectors [.., min(n, m)] for matrices [.., n, m]
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable diagonal() {
        return diagonal(0);
    }

    /**
     * Diagonals of matrices, which are the last two axes, beside the main ones.
     *
     * @param k the diagonal: 0 for the main one, 1 for the next to the right, −1 for the next to the left
     * @return the vectors, of extent 0 for a diagonal outside of the matrix
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable diagonal(int k) {
        return Pieces.diagonal("diagonal", this, k);
    }

    /**
     * The matrices with these vectors, which are the last axis, in their diagonals, and 0 elsewhere.
     *
     * @return the matrices [.., n, n] for vectors [.., n]
     * @throws ShapeException if there is no axis, or the result is too large
     */
    public Variable diag() {
        return diag(0);
    }

    /**
     * The matrices with these vectors, which are the last axis, in a diagonal, and 0 elsewhere. {@link #diagonal(int)} takes them out again.
     *
     * @param k the diagonal: 0 for the main one, 1 for the next to the right, −1 for the next to the left
     * @return the matrices [.., n + |k|, n + |k|] for vectors [.., n]
     * @throws ShapeException if there is no axis, or the result is too large
     */
    public Variable diag(int k) {
        return Pieces.diag(this, k);
    }

    /**
     * The sums of the diagonals of matrices, which are the last two axes.
     *
     * @return one number for each matrix
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable trace() {
        return trace(0);
    }

    /**
     * The sums of diagonals of matrices, which are the last two axes; 0 for a diagonal outside of the matrix.
     *
     * @param k the diagonal: 0 for the main one, 1 for the next to the right, −1 for the next to the left
     * @return one number for each matrix
     * @throws ShapeException if there are fewer than two axes
     */
    public Variable trace(int k) {
        return Pieces.trace(this, k);
    }

    /**
     * The products of all pairs of elements: {@code y_ij = x_i·other_j}. Leading axes broadcast.
     *
     * @param other the other operand
     * @return [.., n, m] for operands [.., n] and [.., m]
     * @throws ShapeException if an operand has no axis, or the leading extents do not broadcast
     */
    public Variable outer(Variable other) {
        return Pieces.outer(this, other);
    }

    /**
     * The rows along the first axis that an index names, in its order; it may name a row more than once.
     *
     * @param index whole numbers from 0, less than the first extent, of any shape; no derivative passes through it
     * @return the rows; the result has the shape of the index followed by the shape of one row
     * @throws ShapeException if this variable has no axis
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable gather(Variable index) {
        return Gather.GATHER.apply(this, index);
    }

    /**
     * The transpose of {@link #gather}: adds the rows of this variable to rows of zeros.
     *
     * @param index whole numbers in {@code 0..rows-1}; its extents are the leading extents of this variable
     * @param rows the number of rows of the result
     * @return the result
     * @throws ShapeException if the shapes do not fit
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable scatterAdd(Variable index, int rows) {
        return new ScatterAdd(rows).apply(this, index);
    }

    /**
     * The slices along an axis that an index names, in its order, as NumPy's take; it may name a slice more than once.
     *
     * @param axis the axis
     * @param index whole numbers from 0, less than the extent of the axis, of any shape; no derivative passes through it
     * @return the slices; in the shape of the result, that of the index stands in the place of the axis
     * @throws ShapeException if the axis is out of range
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable gather(int axis, Variable index) {
        return Gather.along(this, axis, index);
    }

    /**
     * The elements along an axis that an index names, one by one: for axis 0 of a matrix, {@code y_ij = x_(index_ij)j}. Its transpose is
     * {@link #scatterAddAlong}.
     *
     * @param axis the axis
     * @param index whole numbers from 0, less than the extent of the axis; its shape is that of this variable but for the extent of the
     *     axis; no derivative passes through it
     * @return the elements, of the shape of the index
     * @throws ShapeException if the axis is out of range, or the shapes do not fit
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable takeAlong(int axis, Variable index) {
        return TakeAlong.of(this, axis, index);
    }

    /**
     * The transpose of {@link #takeAlong}: adds the elements of this variable to zeros.
     *
     * @param axis the axis
     * @param index whole numbers in {@code 0..extent-1}, of the shape of this variable
     * @param extent the extent of the result along the axis
     * @return the result
     * @throws ShapeException if the axis is out of range, or the shapes do not fit
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable scatterAddAlong(int axis, Variable index, int extent) {
        return ScatterAddAlong.of(this, axis, index, extent);
    }

    /**
     * One element of each row, which is the last axis.
     *
     * @param index one whole number for each row, from 0, less than the last extent; no derivative passes through it
     * @return the elements, of the shape of the index
     * @throws ShapeException unless the index has the shape of this variable without its last axis
     * @throws IllegalArgumentException if an entry of the index is not such a number
     */
    public Variable pick(Variable index) {
        return TakeAlong.pick(this, index);
    }

    /**
     * The elements in ascending order along an axis. NaNs come last. The derivative follows the elements; equal ones keep their order, so
     * at a tie it is one of those around it.
     *
     * @param axis the axis
     * @return the sorted variable
     * @throws ShapeException if the axis is out of range
     */
    public Variable sort(int axis) {
        return sort(axis, false);
    }

    /**
     * The elements in order along an axis. NaNs come last in either order. The derivative follows the elements; equal ones keep their
     * order, so at a tie it is one of those around it.
     *
     * @param axis the axis
     * @param descending whether the largest comes first
     * @return the sorted variable
     * @throws ShapeException if the axis is out of range
     */
    public Variable sort(int axis, boolean descending) {
        return Argsort.sort(this, axis, descending);
    }

    /**
     * The indices that {@link #sort} along an axis; their derivative is 0.
     *
     * @param axis the axis
     * @return whole numbers from 0, of this shape, for {@link #takeAlong}
     * @throws ShapeException if the axis is out of range
     */
    public Variable argsort(int axis) {
        return argsort(axis, false);
    }

    /**
     * The indices that {@link #sort} along an axis; their derivative is 0.
     *
     * @param axis the axis
     * @param descending whether the index of the largest comes first
     * @return whole numbers from 0, of this shape, for {@link #takeAlong}
     * @throws ShapeException if the axis is out of range
     */
    public Variable argsort(int axis, boolean descending) {
        return Argsort.of(this, axis, descending);
    }

    /**
     * The k largest elements along an axis, the largest first; of equal ones the first. A NaN counts as less than every number.
     *
     * @param axis the axis
     * @param k how many, from 0 to the extent of the axis
     * @return the elements, of extent k along the axis
     * @throws ShapeException if the axis or k is out of range
     */
    public Variable topK(int axis, int k) {
        return Argsort.topK(this, axis, k);
    }

    /**
     * The indices of the k largest elements along an axis, as {@link #topK} has them; their derivative is 0.
     *
     * @param axis the axis
     * @param k how many, from 0 to the extent of the axis
     * @return whole numbers from 0, of extent k along the axis, for {@link #takeAlong}
     * @throws ShapeException if the axis or k is out of range
     */
    public Variable argTopK(int axis, int k) {
        return Argsort.argTopK(this, axis, k);
    }

    /**
     * Class indices as rows with 1 at the class and 0 elsewhere; no derivative passes.
     *
     * @param classes the number of classes, at least 1
     * @return the rows; the result has one more axis, of extent {@code classes}
     * @throws IllegalArgumentException if an element is not a whole number in {@code 0..classes-1}, or there is no class
     */
    public Variable oneHot(int classes) {
        return OneHot.of(this, classes);
    }

    // ---- chance ----

    /**
     * Random numbers, uniform in [0, 1), as {@link dev.wengert.tensor.Key#uniform} draws them. No derivative passes to the key.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @param extents the extents of the result
     * @return the numbers
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none
     */
    public static Variable uniform(Variable key, int... extents) {
        return Draw.of(Draw.Kind.UNIFORM, key, extents);
    }

    /**
     * Random numbers, normal with mean 0 and standard deviation 1, as {@link dev.wengert.tensor.Key#normal} draws them. No derivative
     * passes to the key. A sample with a mean and a deviation that are differentiated is {@code mean.add(deviation.mul(normal))}.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @param extents the extents of the result
     * @return the numbers
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none
     */
    public static Variable normal(Variable key, int... extents) {
        return Draw.of(Draw.Kind.NORMAL, key, extents);
    }

    /**
     * Random numbers of the standard Gumbel distribution, {@code −ln(−ln u)}. Added to logits, they make the largest a sample of the
     * softmax. No derivative passes to the key.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @param extents the extents of the result
     * @return the numbers
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none
     */
    public static Variable gumbel(Variable key, int... extents) {
        return Draw.of(Draw.Kind.GUMBEL, key, extents);
    }

    /**
     * The numbers 0..n−1 in random order, as {@link dev.wengert.tensor.Key#permutation} draws them. No derivative passes to the key.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @param n how many
     * @return the permutation, of shape [n]: an index for {@link #gather}
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none, or n is negative
     */
    public static Variable permutation(Variable key, int n) {
        return Draw.permutation(key, n);
    }

    /**
     * Another key, for a number such as that of a layer or a step, as {@link dev.wengert.tensor.Key#fold} makes it.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}
     * @param number a whole number from 0 to 2⁵³, of shape []
     * @return the key of that number
     * @throws ShapeException if an operand has another shape
     * @throws IllegalArgumentException if the key is none, or the number is no such number
     */
    public static Variable foldKey(Variable key, Variable number) {
        return FoldKey.FOLD_KEY.apply(key, number);
    }

    /**
     * Another key, for a constant number.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}
     * @param number 0 or more
     * @return the key of that number
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none, or the number is negative
     */
    public static Variable foldKey(Variable key, int number) {
        return foldKey(key, of(number));
    }

    /**
     * Ones with the probabilities in this variable, and zeros: an element is 1 if 32 random bits, as a number in [0, 1), are less. No
     * derivative passes.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @return ones and zeros, of this shape
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none
     */
    public Variable bernoulli(Variable key) {
        return Draw.bernoulli(this, key);
    }

    /**
     * A class for each row, with the probabilities {@code softmax(x)} over the last axis: the first at which the sum of the probabilities
     * exceeds a uniform number, one of {@link #uniform} for each row, times their whole sum. A class at −∞ is never drawn. No derivative
     * passes; samples with one are made by {@link #gumbel}.
     *
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @return whole numbers from 0; the last axis disappears. NaN for a row without a distribution
     * @throws ShapeException if the key has another shape than [2], or there is no class
     * @throws IllegalArgumentException if the key is none
     */
    public Variable categorical(Variable key) {
        return Draw.categorical(this, key);
    }

    /**
     * Dropout (G. E. Hinton and others, 2012): each element becomes 0 with probability p, and is divided by 1 − p otherwise, so that its
     * mean stays. The derivative passes through what is kept.
     *
     * @param p the probability, from 0 to 1
     * @param key two whole numbers, {@code Variable.of(key.tensor())}; as an input of a plan it draws anew at each run
     * @return the result, of this shape
     * @throws ShapeException if the key has another shape than [2]
     * @throws IllegalArgumentException if the key is none, or p is no probability
     */
    public Variable dropout(double p, Variable key) {
        return Draw.dropout(this, p, key);
    }

    // ---- scans ----

    /**
     * The sums of the elements up to each one, and with it, along an axis. The transpose adds from each one on.
     *
     * @param axis the axis
     * @return the sums, of this shape
     * @throws ShapeException if the axis is out of range
     */
    public Variable cumSum(int axis) {
        return new CumSum(shape().axis("cumSum", axis), false).apply(this);
    }

    /**
     * The products of the elements up to each one, and with it, along an axis. Derivatives are right where elements are 0, and cost as much
     * as the products.
     *
     * @param axis the axis
     * @return the products, of this shape
     * @throws ShapeException if the axis is out of range
     */
    public Variable cumProd(int axis) {
        return Recurrence.cumProd(this, axis);
    }

    /**
     * {@code log(exp(x_0) + … + exp(x_i))} for each i along an axis, without overflow. An x of −∞ adds nothing, and has derivative 0 behind
     * other elements.
     *
     * @param axis the axis
     * @return the logarithms, of this shape
     * @throws ShapeException if the axis is out of range
     */
    public Variable logCumSumExp(int axis) {
        return new LogCumSumExp(shape().axis("logCumSumExp", axis)).apply(this);
    }

    /**
     * The linear recurrence {@code h_i = a_i·h_(i−1) + b_i} along an axis, where {@code h_(−1)} is the initial value. Its derivatives are
     * recurrences of the same kind, and cost as much as the recurrence.
     *
     * @param axis the axis
     * @param a the factors, of the shape of b
     * @param b the inputs
     * @param initial the value before the first one, of the shape of b without the axis
     * @return all h, of the shape of b
     * @throws ShapeException if the axis is out of range, or the shapes do not fit
     */
    public static Variable linearRecurrence(int axis, Variable a, Variable b, Variable initial) {
        return Recurrence.of(axis, a, b, initial);
    }

    // ---- the softmax family ----

    /**
     * {@code p_j = exp(x_j)/Σ exp(x_k)} over the last axis (MATH.md §3, §9). A class at −∞ has probability 0.
     *
     * @return the probabilities
     * @throws ShapeException if there is no axis
     */
    public Variable softmax() {
        return SoftmaxOp.SOFTMAX.apply(this);
    }

    /**
     * The same over an axis.
     *
     * @param axis the axis
     * @return the probabilities
     * @throws ShapeException if the axis is out of range
     */
    public Variable softmax(int axis) {
        return Permute.along("softmax", this, axis, Variable::softmax);
    }

    /**
     * {@code log softmax(x)} over the last axis, accurate where the probability is near 1 or underflows.
     *
     * @return the log-probabilities
     * @throws ShapeException if there is no axis
     */
    public Variable logSoftmax() {
        return SoftmaxOp.LOG_SOFTMAX.apply(this);
    }

    /**
     * The same over an axis.
     *
     * @param axis the axis
     * @return the log-probabilities
     * @throws ShapeException if the axis is out of range
     */
    public Variable logSoftmax(int axis) {
        return Permute.along("logSoftmax", this, axis, Variable::logSoftmax);
    }

    /**
     * {@code softmax(−x)} over the last axis.
     *
     * @return the probabilities
     * @throws ShapeException if there is no axis
     */
    public Variable softmin() {
        return softmin(-1);
    }

    /**
     * The same over an axis.
     *
     * @param axis the axis
     * @return the probabilities
     * @throws ShapeException if the axis is out of range
     */
    public Variable softmin(int axis) {
        return Permute.along("softmin", this, axis, x -> x.neg().softmax());
    }

    /**
     * {@code L(x) = log Σ exp(x_k)}, without overflow, over the axes, which disappear.
     *
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable logSumExp(int... axes) {
        return logSumExp(false, axes);
    }

    /**
     * {@code L(x) = log Σ exp(x_k)}, without overflow, over the axes.
     *
     * @param keepExtents whether the axes stay, with extent 1
     * @param axes the axes; none for all
     * @return the reduced variable
     * @throws ShapeException if an axis is out of range or named twice
     */
    public Variable logSumExp(boolean keepExtents, int... axes) {
        return SoftmaxOp.logSumExp(this, keepExtents, axes);
    }

    /**
     * RealSoftMax over the last axis, {@code L(λx)/λ = log(Σ exp(λx_k))/λ}. It exceeds the maximum of q elements by at most {@code
     * log(q)/λ}, and tends to it as λ grows (MATH.md §8). Differentiable in x and in λ.
     *
     * @param lambda the inverse temperature, one positive number of shape []
     * @return the smooth maximum; the last axis disappears
     * @throws ShapeException if x has no axis, or lambda has one
     * @throws IllegalArgumentException if lambda is not positive
     */
    public Variable realSoftMax(Variable lambda) {
        return SoftmaxOp.realSoftMax(this, lambda);
    }

    /**
     * RealSoftMax over the last axis with a constant λ.
     *
     * @param lambda the inverse temperature, positive
     * @return the smooth maximum; the last axis disappears
     * @throws ShapeException if x has no axis
     * @throws IllegalArgumentException if lambda is not positive
     */
    public Variable realSoftMax(double lambda) {
        return realSoftMax(of(lambda));
    }

    /**
     * The mean cross-entropy between these logits and target distributions: {@code −Σ_j y_j log softmax(x)_j} over the last axis, averaged
     * over the rows. For n rows of targets that sum to 1, with {@code p = softmax(x)}, its gradient is {@code (p − y)/n}, and the diagonal
     * of its Hessian {@code p(1 − p)/n}. Both have the accuracy of MATH.md §9 even where a textbook formula has lost all digits.
     *
     * @param targets one distribution for each row, of the shape of the logits; rows need not sum to 1
     * @return a number, of shape []
     * @throws ShapeException if the shapes differ
     */
    public Variable crossEntropy(Variable targets) {
        return crossEntropy(targets, Reduction.MEAN);
    }

    /**
     * The cross-entropy between these logits and target distributions, over the last axis.
     *
     * @param targets one distribution for each row, of the shape of the logits; rows need not sum to 1
     * @param reduction the way to combine the losses of the rows
     * @return a number, of shape []; for NONE, one number for each row
     * @throws ShapeException if the shapes differ
     */
    public Variable crossEntropy(Variable targets, Reduction reduction) {
        return SoftmaxOp.crossEntropy(this, targets, reduction);
    }

    /**
     * The mean cross-entropy between these logits and class indices: {@code −log softmax(x)_c}, averaged over the rows.
     *
     * @param labels one class for each row: whole numbers from 0; no derivative passes through them
     * @return a number, of shape []
     * @throws ShapeException unless labels has the shape of the logits without their last axis
     * @throws IllegalArgumentException if a label is no class
     */
    public Variable crossEntropyWithLabels(Variable labels) {
        return crossEntropyWithLabels(labels, Reduction.MEAN);
    }

    /**
     * The cross-entropy between these logits and class indices.
     *
     * @param labels one class for each row: whole numbers from 0; no derivative passes through them
     * @param reduction the way to combine the losses of the rows
     * @return a number, of shape []; for NONE, one number for each row
     * @throws ShapeException unless labels has the shape of the logits without their last axis
     * @throws IllegalArgumentException if a label is no class
     */
    public Variable crossEntropyWithLabels(Variable labels, Reduction reduction) {
        return SoftmaxOp.crossEntropyWithLabels(this, labels, reduction);
    }

    /**
     * The mean negative log-likelihood of class indices under these log-probabilities: {@code −x_c}, averaged over the rows.
     *
     * @param labels one class for each row: whole numbers from 0; no derivative passes through them
     * @return a number, of shape []
     * @throws ShapeException unless labels has the shape of the log-probabilities without their last axis
     * @throws IllegalArgumentException if a label is no class
     */
    public Variable nll(Variable labels) {
        return nll(labels, Reduction.MEAN);
    }

    /**
     * The negative log-likelihood of class indices under these log-probabilities.
     *
     * @param labels one class for each row: whole numbers from 0; no derivative passes through them
     * @param reduction the way to combine the losses of the rows
     * @return a number, of shape []; for NONE, one number for each row
     * @throws ShapeException unless labels has the shape of the log-probabilities without their last axis
     * @throws IllegalArgumentException if a label is no class
     */
    public Variable nll(Variable labels, Reduction reduction) {
        return SoftmaxOp.nll(this, labels, reduction);
    }
}
