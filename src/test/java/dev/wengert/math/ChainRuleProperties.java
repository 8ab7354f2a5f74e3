package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.gradients;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.autodiff.Autodiff.valueAndGrad;
import static dev.wengert.autodiff.Autodiff.vjp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Shapes;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * The calculus itself, as relations between derivatives of different functions: no reference is needed, and no closed form.
 *
 * <p>Both sides of a relation are sums of a few products of numbers below 100 (arguments are at most 2, matrices at most 3 by
 * integers), so they agree to {@link #TOLERANCE} = 2¹² u of the largest term; a wrong rule is off by a good part of it.
 */
class ChainRuleProperties {

    private static final int MOST = 4;
    private static final double TOLERANCE = 0x1p12 * Exact.U;

    /** A point of one to four coordinates. */
    @Provide
    Arbitrary<Tensor> points() {
        return Tensors.of(Shapes.upTo(1, MOST).atLeast(1), Doubles.between(-2, 2));
    }

    /** Vectors and matrices to cut from. */
    @Provide
    Arbitrary<Tensor> matrices() {
        return Tensors.of(Shape.of(MOST, MOST), Doubles.between(-2, 2));
    }

    private static Tensor vector(Tensor matrix, Tensor like) {
        return matrix.row(0).rows(0, like.shape().size());
    }

    /** Both sides, to the tolerance of the largest number on either or in a scale. */
    private static void agree(Tensor left, Tensor right, double... scale) {
        assertThat(left.shape()).isEqualTo(right.shape());
        double[] l = left.toArray();
        double[] r = right.toArray();
        double largest = 1;
        for (double[] numbers : List.of(l, r, scale)) {
            largest = Math.max(
                    largest, Arrays.stream(numbers).map(Math::abs).max().orElse(0));
        }
        for (int i = 0; i < l.length; i++) {
            assertThat(Math.abs(l[i] - r[i]))
                    .as("element %d: %s and %s", i, l[i], r[i])
                    .isLessThanOrEqualTo(TOLERANCE * largest);
        }
    }

    /** The same numbers; signed zeros are equal. */
    private static void same(Tensor left, Tensor right) {
        assertThat(left.map(v -> v + 0.0)).isEqualTo(right.map(v -> v + 0.0));
    }

    private static double largest(Tensor t) {
        return Arrays.stream(t.toArray()).map(Math::abs).max().orElse(0);
    }

    private static Tensor plus(Tensor a, Tensor b) {
        return Variable.of(a).add(Variable.of(b)).value();
    }

    private static Tensor times(Tensor a, double c) {
        return a.map(v -> v * c);
    }

    private static double dot(Tensor a, Tensor b) {
        return Variable.of(a).mul(Variable.of(b)).sum().item();
    }

    // ---- composition ----

    /** ∇(f∘A)(x) = Aᵀ∇f(Ax). */
    @Property
    void theGradientOfACompositionWithAMatrixIsPulledBackByIt(
            @ForAll Smooth f,
            @ForAll("points") Tensor x,
            @ForAll("matrices") Tensor matrix,
            @ForAll @IntRange(min = 1, max = MOST) int m) {
        Variable a = Variable.of(Layers.cut(matrix, m, x.shape().size()));
        Tensor composed = grad(v -> f.of(a.matmul(v))).apply(x);
        Tensor inner = grad(f::of).apply(a.matmul(Variable.of(x)).value());
        agree(composed, a.transpose().matmul(Variable.of(inner)).value(), 2 * m * largest(inner));
    }

    /** ∇²(f∘A)(x) = Aᵀ ∇²f(Ax) A. */
    @Property(tries = 100)
    void theHessianOfACompositionWithAMatrixIsACongruence(
            @ForAll Smooth f,
            @ForAll("points") Tensor x,
            @ForAll("matrices") Tensor matrix,
            @ForAll @IntRange(min = 1, max = MOST) int m) {
        Variable a = Variable.of(Layers.cut(matrix, m, x.shape().size()));
        Tensor composed = hessian(v -> f.of(a.matmul(v))).apply(x);
        Tensor inner = hessian(f::of).apply(a.matmul(Variable.of(x)).value());
        agree(composed, a.transpose().matmul(Variable.of(inner)).matmul(a).value(), 4 * m * m * largest(inner));
    }

    /** ∇f(x + c) is ∇f at x + c. */
    @Property
    void aShiftedFunctionHasAShiftedGradient(
            @ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Variable c = Variable.of(vector(matrix, x));
        assertThat(grad(v -> f.of(v.add(c))).apply(x))
                .isEqualTo(grad(f::of).apply(Variable.of(x).add(c).value()));
    }

    /** ∇φ(f(x)) = φ′(f(x))∇f(x). */
    @Property
    void anOuterFunctionScalesTheGradient(@ForAll Smooth f, @ForAll("points") Tensor x) {
        Tensor composed = grad(v -> f.of(v).sin()).apply(x);
        ValueAndGradient<Tensor> inner = valueAndGrad(f::of, x);
        agree(
                composed,
                times(inner.gradient(), Math.cos(inner.value().item())),
                largest(inner.gradient()) * (1 + Math.abs(inner.value().item())));
    }

    /** ∇f(g(x)) = J_gᵀ ∇f(g(x)), with a nonlinear inner function. */
    @Property
    void gradientsPullBackThroughJacobians(
            @ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Variable a = Variable.of(Layers.cut(matrix, MOST, x.shape().size()));
        UnaryOperator<Variable> g = v -> a.matmul(v).tanh();
        Tensor composed = grad(v -> f.of(g.apply(v))).apply(x);
        Tensor inner = grad(f::of).apply(g.apply(Variable.of(x)).value());
        Tensor j = jacobian(g).apply(x);
        agree(composed, Variable.of(j).transpose().matmul(Variable.of(inner)).value(), 8 * largest(inner));
    }

    /** Of a function of two arguments, at the same point in both places: the partial gradients add. */
    @Property
    void whatIsUsedTwiceGetsBothGradients(@ForAll Smooth f, @ForAll Smooth h, @ForAll("points") Tensor x) {
        Variable point = Variable.of(x);
        List<Variable> partial = gradients(v -> f.of(v.get(0)).mul(h.of(v.get(1))), List.of(point, point));
        Tensor total = grad(v -> f.of(v).mul(h.of(v))).apply(x);
        agree(
                total,
                partial.get(0).add(partial.get(1)).value(),
                largest(partial.get(0).value()));
    }

    // ---- linearity ----

    @Property
    void theGradientOfASumIsTheSumOfTheGradients(@ForAll Smooth f, @ForAll Smooth h, @ForAll("points") Tensor x) {
        Tensor gf = grad(f::of).apply(x);
        agree(grad(v -> f.of(v).add(h.of(v))).apply(x), plus(gf, grad(h::of).apply(x)), largest(gf));
    }

    @Property
    void theProductRule(@ForAll Smooth f, @ForAll Smooth h, @ForAll("points") Tensor x) {
        ValueAndGradient<Tensor> a = valueAndGrad(f::of, x);
        ValueAndGradient<Tensor> b = valueAndGrad(h::of, x);
        Tensor left = times(a.gradient(), b.value().item());
        Tensor right = times(b.gradient(), a.value().item());
        agree(grad(v -> f.of(v).mul(h.of(v))).apply(x), plus(left, right), largest(left), largest(right));
    }

    @Property
    void theQuotientRule(@ForAll Smooth f, @ForAll Smooth h, @ForAll("points") Tensor x) {
        UnaryOperator<Variable> below = v -> h.of(v).square().add(1);
        ValueAndGradient<Tensor> a = valueAndGrad(f::of, x);
        ValueAndGradient<Tensor> b = valueAndGrad(below, x);
        double d = b.value().item();
        Tensor left = times(a.gradient(), 1 / d);
        Tensor right = times(b.gradient(), -a.value().item() / d / d);
        agree(grad(v -> f.of(v).div(below.apply(v))).apply(x), plus(left, right), largest(left), largest(right));
    }

    /** The pullback is additive in the cotangent; with a power of two as a factor it is homogeneous to the last bit. */
    @Property
    void thePullbackIsLinear(@ForAll Curve f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tape tape = tape(f, x);
        Shape y = tape.outputs().get(0).shape();
        Variable g = Variable.of(Tensor.of(y, firsts(matrix, y.size())));
        Variable h = Variable.of(Tensor.of(y, firsts(matrix.row(1).reshape(1, MOST), y.size())));
        Tensor ofG = tape.pullback(List.of(g)).get(0).value();
        Tensor ofH = tape.pullback(List.of(h)).get(0).value();
        agree(tape.pullback(List.of(g.add(h))).get(0).value(), plus(ofG, ofH), largest(ofG));
        same(tape.pullback(List.of(g.mul(-8))).get(0).value(), times(ofG, -8));
        same(tape.pullback(List.of(g.mul(0))).get(0).value(), Tensor.zeros(x.shape()));
    }

    @Property
    void thePushforwardIsLinear(@ForAll Curve f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tape tape = tape(f, x);
        Variable t = Variable.of(vector(matrix, x));
        Variable s = Variable.of(matrix.row(1).rows(0, x.shape().size()));
        Tensor ofT = tape.pushforward(List.of(t)).get(0).value();
        Tensor ofS = tape.pushforward(List.of(s)).get(0).value();
        agree(tape.pushforward(List.of(t.add(s))).get(0).value(), plus(ofT, ofS), largest(ofT));
        same(tape.pushforward(List.of(t.mul(-8))).get(0).value(), times(ofT, -8));
    }

    private static Tape tape(Curve f, Tensor x) {
        Variable input = Variable.of(x);
        return Tape.between(input, f.of(input));
    }

    private static double[] firsts(Tensor matrix, int n) {
        double[] all = matrix.toArray();
        double[] first = new double[n];
        Arrays.setAll(first, i -> all[i % all.length]);
        return first;
    }

    // ---- two modes, two orders ----

    /** Functions of a vector that return a vector or a matrix. */
    enum Curve {
        SOFTMAX(Variable::softmax),
        LOG_SOFTMAX(Variable::logSoftmax),
        SOFTMIN(Variable::softmin),
        TANH(Variable::tanh),
        OUTER(x -> x.reshape(-1, 1).matmul(x.reshape(1, -1))),
        STANDARDISED(x -> x.sub(x.mean()).div(x.variance().add(1).sqrt())),
        GELU(Variable::gelu),
        JOINED(x -> Variable.concat(0, x.exp(), x.slice(0, 0, 1).sin())),
        GATHERED(x -> x.gather(Variable.of(Tensor.of(0, 0))).square()),
        SCATTERED(x -> x.square().slice(0, 0, 1).scatterAdd(Variable.of(Tensor.of(1)), 3)),
        GRADIENT(x -> grad((Variable v) -> v.logSumExp().mul(v.square().sum())).apply(x));

        private final UnaryOperator<Variable> f;

        Curve(UnaryOperator<Variable> f) {
            this.f = f;
        }

        Variable of(Variable x) {
            return f.apply(x);
        }
    }

    /** ⟨g, Jt⟩ = ⟨Jᵀg, t⟩. */
    @Property
    void forwardAndReverseModeAreAdjoint(
            @ForAll Curve f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor t = vector(matrix, x);
        Tensor forward = jvp(f::of, x, t);
        Tensor g = Tensor.of(forward.shape(), firsts(matrix, forward.shape().size()));
        Tensor reverse = vjp(f::of, x, g);
        agree(
                Tensor.scalar(dot(g, forward)),
                Tensor.scalar(dot(reverse, t)),
                32 * largest(forward),
                32 * largest(reverse));
    }

    /** t ↦ Jt is linear, and pulled back it is g ↦ Jᵀg; that is linear too, and pulled back it is t ↦ Jt again. */
    @Property
    void eachModeDifferentiatedInItsVectorIsTheOther(
            @ForAll Curve f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor t = vector(matrix, x);
        Variable point = Variable.of(x);
        Tensor forward = jvp(f::of, x, t);
        Tensor g = Tensor.of(forward.shape(), firsts(matrix, forward.shape().size()));
        Tensor reverse = vjp(f::of, x, g);
        agree(vjp(v -> jvp(f::of, point, v), t, g), reverse, largest(forward));
        agree(vjp(v -> vjp(f::of, point, v), g, t), forward, largest(reverse));
    }

    /** The same where point and vector are one: d/dx [J(x)·x] along t is (d/dx J)(x, t)·x + J·t, here by both modes. */
    @Property
    void whatIsPushedForwardMayDependOnThePoint(
            @ForAll Curve f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor t = vector(matrix, x);
        UnaryOperator<Variable> alongItself = v -> jvp(f::of, v, v);
        Tensor forward = jvp(alongItself, x, t);
        Tensor g = Tensor.of(forward.shape(), firsts(matrix, forward.shape().size()));
        Tensor reverse = vjp(alongItself, x, g);
        agree(
                Tensor.scalar(dot(g, forward)),
                Tensor.scalar(dot(reverse, t)),
                32 * largest(forward),
                32 * largest(reverse));
    }

    /** Row by row in reverse mode and column by column in forward mode: one Jacobian. */
    @Property
    void theJacobianIsTheSameByRowsAndByColumns(@ForAll Curve f, @ForAll("points") Tensor x) {
        Tensor j = jacobian(f::of).apply(x);
        int n = x.shape().size();
        int m = j.shape().size() / n;
        Tensor matrix = j.reshape(m, n);
        Shape y = f.of(Variable.of(x)).shape();
        for (int i = 0; i < m; i++) {
            agree(vjp(f::of, x, unit(y, i)), matrix.row(i), largest(matrix));
        }
        for (int k = 0; k < n; k++) {
            int column = k;
            double[] entries = new double[m];
            Arrays.setAll(entries, i -> matrix.get(i, column));
            agree(jvp(f::of, x, unit(x.shape(), k)).reshape(m), Tensor.of(entries), largest(matrix));
        }
    }

    private static Tensor unit(Shape shape, int i) {
        double[] unit = new double[shape.size()];
        unit[i] = 1;
        return Tensor.of(shape, unit);
    }

    @Property
    void theHessianIsSymmetric(@ForAll Smooth f, @ForAll("points") Tensor x) {
        Tensor h = hessian(f::of).apply(x);
        agree(h, Variable.of(h).transpose().value());
    }

    /** Forward over reverse, reverse over reverse, reverse over forward: one Hessian-vector product. */
    @Property
    void allOrdersOfModesGiveOneHessianVectorProduct(
            @ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor v = vector(matrix, x);
        Variable direction = Variable.of(v);
        Tensor forwardOverReverse = hvp(f::of, x, v);
        Tensor reverseOverReverse = grad(p ->
                        grad((Variable z) -> f.of(z)).apply(p).mul(direction).sum())
                .apply(x);
        Tensor reverseOverForward =
                grad(p -> jvp((Variable z) -> f.of(z), p, direction)).apply(x);
        Tensor h = hessian(f::of).apply(x);
        double scale = 8 * largest(h);
        agree(reverseOverReverse, forwardOverReverse, scale);
        agree(reverseOverForward, forwardOverReverse, scale);
        agree(Variable.of(h).matmul(direction).value(), forwardOverReverse, scale);
    }

    /** Forward mode over forward mode: the second derivative along a line is vᵀHv. */
    @Property
    void forwardOverForwardIsTheQuadraticForm(
            @ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor v = vector(matrix, x);
        Variable direction = Variable.of(v);
        Tensor twice = jvp(p -> jvp((Variable z) -> f.of(z), p, direction), x, v);
        Tensor h = hvp(f::of, x, v);
        agree(
                twice,
                Tensor.scalar(dot(h, v)),
                8 * largest(h),
                32 * largest(hessian(f::of).apply(x)));
    }

    /** Mixed partial derivatives do not depend on their order, with respect to two arguments of different shapes. */
    @Property
    void mixedPartialDerivativesCommute(
            @ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Tensor a = Layers.cut(matrix, 2, x.shape().size());
        Tensor xFirst = jacobian(w -> grad((Variable v) -> f.of(w.matmul(v))).apply(Variable.of(x)))
                .apply(a);
        Tensor aFirst = jacobian(v -> grad((Variable w) -> f.of(w.matmul(v))).apply(Variable.of(a)))
                .apply(x);
        int n = x.shape().size();
        Variable swapped = Variable.of(aFirst).permute(2, 0, 1);
        assertThat(xFirst.shape()).isEqualTo(Shape.of(n, 2, n));
        agree(xFirst, swapped.value());
    }

    @Property(tries = 50)
    void thirdDerivativesAreSymmetric(@ForAll Smooth f, @ForAll("points") Tensor x) {
        Variable third = Variable.of(jacobian(hessian(f::of)).apply(x));
        agree(third.permute(1, 0, 2).value(), third.value());
        agree(third.permute(2, 1, 0).value(), third.value());
        agree(third.permute(0, 2, 1).value(), third.value());
    }

    // ---- Taylor ----

    /**
     * The remainder f(x + hv) − f(x) − h⟨g,v⟩ − ½h²⟨v,Hv⟩ − ⅙h³T(v,v,v) falls by 2⁴ where h is halved, or is lost in rounding: a wrong
     * derivative of order k would make it fall by 2ᵏ.
     */
    @Property
    void remaindersFallAsTaylorSays(@ForAll Smooth f, @ForAll("points") Tensor x, @ForAll("matrices") Tensor matrix) {
        Variable v = Variable.of(vector(matrix, x));
        UnaryOperator<Variable> line = t -> f.of(Variable.of(x).add(v.mul(t)));
        Derivative first = grad(line);
        Derivative second = grad(first);
        Derivative third = grad(second);
        double[] d = {
            line.apply(Variable.of(0)).item(),
            first.apply(Variable.of(0)).item(),
            second.apply(Variable.of(0)).item(),
            third.apply(Variable.of(0)).item(),
            grad(third).apply(Variable.of(0)).item(),
            grad(grad(third)).apply(Variable.of(0)).item()
        };
        double h = 0x1p-10;
        double remainder = line.apply(Variable.of(h)).item() - (d[0] + h * (d[1] + h / 2 * (d[2] + h / 3 * d[3])));
        double next = Math.pow(h, 4) / 24 * (d[4] + h / 5 * d[5]);
        double rounding = 0x1p8 * Exact.U * (1 + Math.abs(d[0]) + Math.abs(d[1]));
        double sixth = Math.pow(h, 5) * (1 + Math.abs(d[4]) + Math.abs(d[5]));
        assertThat(Math.abs(remainder - next)).isLessThanOrEqualTo(rounding + sixth);
    }

    /** Euler: for f(cx) = cᵏf(x), ⟨∇f(x), x⟩ = k·f(x). */
    @Property
    void homogeneousFunctions(@ForAll("points") Tensor x, @ForAll @IntRange(min = 1, max = 5) int k) {
        UnaryOperator<Variable> f =
                v -> v.pow(k).sum().add(v.slice(0, 0, 1).reshape().pow(k).mul(2));
        ValueAndGradient<Tensor> both = valueAndGrad(f, x);
        agree(
                Tensor.scalar(dot(both.gradient(), x)),
                both.value().map(value -> k * value),
                2 * largest(both.gradient()));
    }

    /** exp(log x), log(exp x), √(x²) and 1/(1/x) are x for x > 0: derivative 1, and 0 after it. */
    @Property
    void inverseFunctionsUndoEachOther(@ForAll("positive") double at, @ForAll Inverses pair) {
        Tensor x = Tensor.scalar(at);
        Derivative first = grad(pair.roundTrip);
        assertThat(first.apply(x).item()).isCloseTo(1, offset(8 * Exact.U * (1 + Math.abs(Math.log(at)))));
        double second = grad(first).apply(x).item();
        assertThat(Math.abs(second)).isLessThanOrEqualTo(64 * Exact.U * (1 + 1 / at));
    }

    @Provide
    Arbitrary<Double> positive() {
        return Doubles.between(0.25, 4);
    }

    enum Inverses {
        EXP_LOG(x -> x.log().exp()),
        LOG_EXP(x -> x.exp().log()),
        ROOT_SQUARE(x -> x.square().sqrt()),
        SQUARE_ROOT(x -> x.sqrt().square()),
        RECIPROCALS(x -> x.reciprocal().reciprocal()),
        EXPM1_LOG1P(x -> x.log1p().expm1()),
        POWERS(x -> x.pow(3).pow(1.0 / 3));

        private final UnaryOperator<Variable> roundTrip;

        Inverses(UnaryOperator<Variable> roundTrip) {
            this.roundTrip = roundTrip;
        }
    }

    /** What the inner derivative captures is a constant to it: d/dx [x·d/dy (x + y)] = 1, not 2. */
    @Example
    void innerAndOuterDerivativesAreNotConfused() {
        Derivative outer = grad(x -> x.mul(grad((Variable y) -> x.add(y)).apply(Variable.of(1))));
        assertThat(outer.apply(Tensor.scalar(5)).item()).isEqualTo(1);
    }

    /** The inner derivative at the outer variable is a function of it: d/dx [x·2x] = 4x. */
    @Property
    void theInnerPointMayBeTheOuterVariable(@ForAll("positive") double at) {
        Derivative outer = grad(x -> x.mul(grad((Variable y) -> y.square()).apply(x)));
        assertThat(outer.apply(Tensor.scalar(at)).item()).isCloseTo(4 * at, offset(8 * Exact.U * at));
    }
}
