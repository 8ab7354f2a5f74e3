package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a matter of choice, or of infinity: kinks, ties, the ends of the line, zeros with signs, and 0·∞. */
class OpConventionsTest {

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    /** A function of one number, and its value and first two derivatives at a point. */
    private record Line(String name, UnaryOperator<Variable> f, double x, double y, double first, double second) {
        @Override
        public String toString() {
            return name + " at " + x;
        }
    }

    private static Line at(String name, double x, UnaryOperator<Variable> f, double y, double first, double second) {
        return new Line(name, f, x, y, first, second);
    }

    static Stream<Line> kinks() {
        return Stream.of(
                at("relu", 0, Variable::relu, 0, 0, 0),
                at("relu", -0.0, Variable::relu, 0, 0, 0),
                at("abs", 0, Variable::abs, 0, 0, 0),
                at("abs", -0.0, Variable::abs, 0, 0, 0),
                at("sign", 0, Variable::sign, 0, 0, 0),
                at("sign", -0.0, Variable::sign, -0.0, 0, 0),
                at("leakyRelu", 0, x -> x.leakyRelu(0.1), 0, 0.1, 0),
                at("leakyRelu", -0.0, x -> x.leakyRelu(0.1), -0.0, 0.1, 0),
                at("elu", 0, x -> x.elu(2), 0, 2, 2),
                at("elu", -0.0, x -> x.elu(2), -0.0, 2, 2),
                at("clamp at the lower bound", -1, x -> x.clamp(-1, 1), -1, 1, 0),
                at("clamp at the upper bound", 1, x -> x.clamp(-1, 1), 1, 1, 0),
                at("clamp to a point", 1, x -> x.clamp(1, 1), 1, 1, 0),
                at("maximum with a number", 3, x -> x.maximum(3), 3, 0.5, 0),
                at("minimum with a number", 3, x -> x.minimum(3), 3, 0.5, 0),
                at("maximum of signed zeros", -0.0, x -> x.maximum(0), 0, 0.5, 0),
                at("minimum of signed zeros", 0, x -> x.minimum(-0.0), -0.0, 0.5, 0),
                at("the power 0", 0, x -> x.pow(0), 1, 0, 0),
                at("the power 1", 0, x -> x.pow(1), 0, 1, 0),
                at("the power 2", 0, x -> x.pow(2), 0, 0, 2),
                at("a whole power below 0", -2, x -> x.pow(3), -8, 12, -12));
    }

    static Stream<Line> ends() {
        return Stream.of(
                at("exp", -INF, Variable::exp, 0, 0, 0),
                at("exp", INF, Variable::exp, INF, INF, INF),
                at("expm1", -INF, Variable::expm1, -1, 0, 0),
                at("log", INF, Variable::log, INF, 0, 0),
                at("log", 0, Variable::log, -INF, INF, -INF),
                at("log1p", -1, Variable::log1p, -INF, INF, -INF),
                at("sqrt", INF, Variable::sqrt, INF, 0, 0),
                at("sqrt", 0, Variable::sqrt, 0, INF, -INF),
                at("reciprocal", INF, Variable::reciprocal, 0, 0, 0),
                at("reciprocal", 0, Variable::reciprocal, INF, -INF, INF),
                at("tanh", -INF, Variable::tanh, -1, 0, 0),
                at("tanh", INF, Variable::tanh, 1, 0, 0),
                at("sigmoid", -INF, Variable::sigmoid, 0, 0, 0),
                at("sigmoid", INF, Variable::sigmoid, 1, 0, 0),
                at("softplus", -INF, Variable::softplus, 0, 0, 0),
                at("softplus", INF, Variable::softplus, INF, 1, 0),
                at("erf", -INF, Variable::erf, -1, 0, 0),
                at("erf", INF, Variable::erf, 1, 0, 0),
                at("gelu", -INF, Variable::gelu, 0, 0, 0),
                at("gelu", INF, Variable::gelu, INF, 1, 0),
                at("erfc", -INF, Variable::erfc, 2, 0, 0),
                at("erfc", INF, Variable::erfc, 0, 0, 0),
                at("erfcx", -INF, Variable::erfcx, INF, -INF, INF),
                at("erfcx", INF, Variable::erfcx, 0, 0, 0),
                at("erfinv", 1, Variable::erfinv, INF, INF, INF),
                at("erfinv", -1, Variable::erfinv, -INF, INF, -INF),
                at("erfinv beyond 1", 1.5, Variable::erfinv, NAN, NAN, NAN),
                at("normalCdf", -INF, Variable::normalCdf, 0, 0, 0),
                at("normalCdf", INF, Variable::normalCdf, 1, 0, 0),
                at("logNormalCdf", -INF, Variable::logNormalCdf, -INF, INF, -1),
                at("logNormalCdf", INF, Variable::logNormalCdf, -0.0, 0, 0),
                at("lgamma", 0, Variable::lgamma, INF, NAN, INF),
                at("lgamma", -3, Variable::lgamma, INF, NAN, INF),
                at("lgamma", INF, Variable::lgamma, INF, INF, 0),
                at("digamma", 0, Variable::digamma, NAN, INF, NAN),
                at("digamma", -3, Variable::digamma, NAN, INF, NAN),
                at("digamma", INF, Variable::digamma, INF, 0, 0),
                at("polygamma(2)", -3, x -> x.polygamma(2), NAN, INF, NAN),
                at("polygamma(2)", INF, x -> x.polygamma(2), 0, 0, 0),
                at("lbeta", 0, x -> x.lbeta(Variable.of(1)), INF, -INF, INF),
                at("lbeta below 0", -1, x -> x.lbeta(Variable.of(1)), NAN, NAN, NAN),
                at("elu", -INF, x -> x.elu(2), -2, 0, 0),
                at("elu", INF, x -> x.elu(2), INF, 1, 0),
                at("relu", -INF, Variable::relu, 0, 0, 0),
                at("relu", INF, Variable::relu, INF, 1, 0),
                at("leakyRelu", -INF, x -> x.leakyRelu(0.1), -INF, 0.1, 0),
                at("abs", -INF, Variable::abs, INF, -1, 0),
                at("clamp", -INF, x -> x.clamp(-1, 1), -1, 0, 0),
                at("clamp", INF, x -> x.clamp(-1, 1), 1, 0, 0),
                at("maximum with −∞", 3, x -> x.maximum(-INF), 3, 1, 0),
                at("maximum of infinities", INF, x -> x.maximum(INF), INF, 0.5, 0),
                at("minimum with −∞", 3, x -> x.minimum(-INF), -INF, 0, 0),
                at("sin has no limit", INF, Variable::sin, NAN, NAN, NAN),
                at("sqrt below 0", -1, Variable::sqrt, NAN, NAN, NAN),
                at("a fractional power below 0", -1, x -> x.pow(0.5), NAN, NAN, NAN),
                at("log below 0: 1/x goes on", -1, Variable::log, NAN, -1, -1));
    }

    static Stream<Line> lines() {
        return Stream.concat(kinks(), ends());
    }

    @ParameterizedTest
    @MethodSource("lines")
    void inReverseMode(Line line) {
        Tensor x = Tensor.scalar(line.x());
        requireSame(line.f().apply(Variable.of(x)).item(), line.y());
        requireEqual(Autodiff.grad(line.f()).apply(x).item(), line.first());
        requireEqual(Autodiff.grad(Autodiff.grad(line.f())).apply(x).item(), line.second());
    }

    @ParameterizedTest
    @MethodSource("lines")
    void inForwardMode(Line line) {
        UnaryOperator<Variable> first = x -> Autodiff.jvp(line.f(), x, Variable.of(1));
        requireEqual(tangent(line.f(), line.x()), line.first());
        requireEqual(tangent(first, line.x()), line.second());
    }

    private static double tangent(UnaryOperator<Variable> f, double x) {
        return Autodiff.jvp(f, Tensor.scalar(x), Tensor.scalar(1)).item();
    }

    /** Values, with the signs of their zeros. */
    private static void requireSame(Double actual, Double expected) {
        assertThat(actual).isEqualTo(expected);
    }

    /** Derivatives; their zeros may have any sign. */
    private static void requireEqual(double actual, double expected) {
        assertThat(Tensor.ulpDistance(actual, expected))
                .as("%s is %s", actual, expected)
                .isZero();
    }

    /**
     * A function that selects before or after one of infinite slope.
     *
     * @param reverse its derivative in reverse mode
     * @param forward the same in forward mode
     */
    private record Trap(String name, UnaryOperator<Variable> f, double x, double y, double reverse, double forward) {
        @Override
        public String toString() {
            return name + " at " + x;
        }
    }

    private static Trap trap(
            String name, double x, UnaryOperator<Variable> f, double y, double reverse, double forward) {
        return new Trap(name, f, x, y, reverse, forward);
    }

    /**
     * Selecting is not multiplying: an infinite perturbation that meets a mask is dropped. One that was dropped, and then meets an
     * infinite slope, is 0·∞ = NaN by the chain rule of smooth functions. So reverse mode is safe where the selection comes
     * first, forward mode where it comes last, and both where the slope is finite.
     */
    static Stream<Trap> traps() {
        Variable one = Variable.of(1);
        return Stream.of(
                trap("relu(x).log()", -1, x -> x.relu().log(), -INF, 0, NAN),
                trap("relu(x).sqrt()", -1, x -> x.relu().sqrt(), 0, 0, NAN),
                trap("relu(x).reciprocal()", -1, x -> x.relu().reciprocal(), INF, 0, NAN),
                trap("leakyRelu(0)(x).log()", -1, x -> x.leakyRelu(0).log(), -INF, 0, NAN),
                trap("clamp(x, 0, 1).log()", -1, x -> x.clamp(0, 1).log(), -INF, 0, NAN),
                trap("maximum(x, 0).log()", -1, x -> x.maximum(0).log(), -INF, 0, NAN),
                trap("minimum(x, 0).log()", 1, x -> x.minimum(0).log(), -INF, 0, NAN),
                trap(
                        "where(x > 0, x, 0).log()",
                        -1,
                        x -> Variable.where(x.gt(0), x, Variable.of(0)).log(),
                        -INF,
                        0,
                        NAN),
                trap("sign(x − 1).sqrt()", 1, x -> x.sub(1).sign().sqrt(), 0, 0, 0),
                trap("x.detach().log()", 0, x -> x.detach().log(), -INF, 0, 0),
                trap("where(x > 0, x.log(), 1)", 0, x -> Variable.where(x.gt(0), x.log(), one), 1, NAN, 0),
                trap(
                        "where(x > 0, exp(−1000x), 1)",
                        -1,
                        x -> Variable.where(x.gt(0), x.mul(-1000).exp(), one),
                        1,
                        NAN,
                        0),
                trap(
                        "where(x > 0, x, 1).log()",
                        0,
                        x -> Variable.where(x.gt(0), x, one).log(),
                        0,
                        0,
                        0),
                trap("where(x > 0, x.log(), x)", -1, x -> Variable.where(x.gt(0), x.log(), x), -1, 1, 1));
    }

    @ParameterizedTest
    @MethodSource("traps")
    void zeroTimesInfinity(Trap trap) {
        Tensor x = Tensor.scalar(trap.x());
        requireSame(trap.f().apply(Variable.of(x)).item(), trap.y());
        requireEqual(Autodiff.grad(trap.f()).apply(x).item(), trap.reverse());
        requireEqual(tangent(trap.f(), trap.x()), trap.forward());
    }

    // ---- powers with a variable exponent: value, ∂x, ∂n, ∂x∂x, ∂x∂n, ∂n∂n ----

    private record Powers(double x, double n, double... expected) {
        @Override
        public String toString() {
            return x + "^" + n;
        }
    }

    static Stream<Powers> powers() {
        return Stream.of(
                new Powers(0, 0, 1, 0, 0, 0, INF, 0),
                new Powers(0, 0.5, 0, INF, 0, -INF, -INF, 0),
                new Powers(0, 1, 0, 1, 0, 0, 1, 0),
                new Powers(0, 1.5, 0, 0, 0, INF, 0, 0),
                new Powers(0, 2, 0, 0, 0, 2, 0, 0),
                new Powers(-0.0, 3, -0.0, 0, 0, 0, 0, 0),
                new Powers(0, -1, INF, -INF, -INF, INF, INF, INF),
                new Powers(INF, 2, INF, INF, INF, 2, INF, INF),
                new Powers(INF, -1, 0, 0, 0, 0, 0, 0),
                new Powers(INF, 0.5, INF, 0, INF, 0, 0, INF),
                new Powers(-2, 3, -8, 12, NAN, -12, NAN, NAN),
                new Powers(-2, -1, -0.5, -0.25, NAN, -0.25, NAN, NAN),
                new Powers(-2, 0.5, NAN, NAN, NAN, NAN, NAN, NAN));
    }

    @ParameterizedTest
    @MethodSource("powers")
    void variablePowersAtTheEdge(Powers p) {
        Variable x = Variable.of(p.x());
        Variable n = Variable.of(p.n());
        Variable y = x.pow(n);
        List<Variable> first = Autodiff.gradients(y, List.of(x, n));
        List<Variable> second = Autodiff.gradients(first.get(0), List.of(x, n));
        Variable last = Autodiff.gradients(first.get(1), List.of(n)).get(0);
        requireSame(y.item(), p.expected()[0]);
        List<Variable> derivatives = List.of(first.get(0), first.get(1), second.get(0), second.get(1), last);
        for (int k = 0; k < derivatives.size(); k++) {
            requireEqual(derivatives.get(k).item(), p.expected()[k + 1]);
        }
    }

    // ---- ties and masks among several elements ----

    private static Tensor gradient(UnaryOperator<Variable> f, double... x) {
        return Autodiff.grad(f).apply(Tensor.of(x));
    }

    private static final double THIRD = 1.0 / 3;

    @Test
    void maximaOverAxesAreSplitEvenlyAmongTies() {
        assertThat(gradient(x -> x.max(), 1, 3, 3, 2, 3)).isEqualTo(Tensor.of(0, THIRD, THIRD, 0, THIRD));
        assertThat(gradient(x -> x.min(), 1, 3, 1, 2).ulpDistance(Tensor.of(0.5, 0, 0.5, 0)))
                .isZero();
        assertThat(gradient(x -> x.max(), 0.0, -0.0)).isEqualTo(Tensor.of(0.5, 0.5));
    }

    @Test
    void infiniteMaximaAreMaximaLikeOthers() {
        assertThat(gradient(x -> x.max(), -INF, 1, INF)).isEqualTo(Tensor.of(0, 0, 1));
        assertThat(gradient(x -> x.max(), -INF, -INF)).isEqualTo(Tensor.of(0.5, 0.5));
        assertThat(gradient(x -> x.min(), -INF, 1, INF).ulpDistance(Tensor.of(1, 0, 0)))
                .isZero();
    }

    @Test
    void anInfiniteCotangentGoesToTheMaximumOnly() {
        assertThat(gradient(x -> x.max().exp(), 1, 800, -INF)).isEqualTo(Tensor.of(0, INF, 0));
    }

    @Test
    void aNanAmongOthersIsTheirMaximumAndHasNoDerivative() {
        assertThat(Variable.of(Tensor.of(1, NAN, 2)).max().item()).isNaN();
        assertThat(Variable.of(Tensor.of(1, NAN, 2)).min().item()).isNaN();
        assertThat(gradient(x -> x.max(), 1, NAN, 2)).isEqualTo(Tensor.of(NAN, NAN, NAN));
    }

    @Test
    void atATieOfTwoOperandsEachTakesHalf() {
        Variable a = Variable.of(Tensor.of(1, 2, -INF));
        Variable b = Variable.of(Tensor.of(1, 3, -INF));
        List<Variable> larger = Autodiff.gradients(a.maximum(b).sum(), List.of(a, b));
        List<Variable> smaller = Autodiff.gradients(a.minimum(b).sum(), List.of(a, b));
        assertThat(larger.get(0).value()).isEqualTo(Tensor.of(0.5, 0, 0.5));
        assertThat(larger.get(1).value()).isEqualTo(Tensor.of(0.5, 1, 0.5));
        assertThat(smaller.get(0).value()).isEqualTo(Tensor.of(0.5, 1, 0.5));
        assertThat(smaller.get(1).value()).isEqualTo(Tensor.of(0.5, 0, 0.5));
    }

    @Test
    void aNanIsEqualToNothing() {
        Variable x = Variable.of(Tensor.of(1, NAN));
        assertThat(x.eq(x).value()).isEqualTo(Tensor.of(1, 0));
        assertThat(x.ne(x).value()).isEqualTo(Tensor.of(0, 1));
        assertThat(x.ge(x).value()).isEqualTo(Tensor.of(1, 0));
        assertThat(x.lt(2).value()).isEqualTo(Tensor.of(1, 0));
    }

    @Test
    void aNanInAMaskIsANanInValueAndDerivatives() {
        Variable mask = Variable.of(Tensor.of(1, 0, NAN));
        Variable a = Variable.of(Tensor.of(2, 3, 4));
        Variable b = Variable.of(Tensor.of(5, 6, 7));
        Variable y = Variable.where(mask, a, b);
        assertThat(y.value()).isEqualTo(Tensor.of(2, 6, NAN));
        List<Variable> g = Autodiff.gradients(y.sum(), List.of(a, b));
        assertThat(g.get(0).value()).isEqualTo(Tensor.of(1, 0, NAN));
        assertThat(g.get(1).value()).isEqualTo(Tensor.of(0, 1, NAN));
    }

    @Test
    void aGateDropsInfinities() {
        Variable mask = Variable.of(Tensor.of(0, -0.0, 1, 0));
        assertThat(Gate.GATE
                        .apply(mask, Variable.of(Tensor.of(INF, NAN, INF, 2)))
                        .value())
                .isEqualTo(Tensor.of(0, 0, INF, 0));
    }

    /** Masked classes have log-probability −∞; a label elsewhere does not touch them. */
    @Test
    void nllTakesTheLabelledEntryOnly() {
        Variable x = Variable.of(Tensor.of(new double[][] {{-INF, -1, NAN}}));
        Variable y = x.nll(Variable.of(Tensor.of(1)));
        assertThat(y.item()).isEqualTo(1);
        assertThat(Autodiff.gradients(y, List.of(x)).get(0).value()).isEqualTo(Tensor.of(new double[][] {{0, -1, 0}}));
    }

    @Test
    void theMeanOfNothingIsNan() {
        Variable x = Variable.of(Tensor.zeros(2, 0));
        assertThat(x.sum(1).value()).isEqualTo(Tensor.of(0, 0));
        assertThat(x.mean(1).value()).isEqualTo(Tensor.of(NAN, NAN));
        assertThat(x.mean().item()).isNaN();
        assertThat(x.mean(0).value()).isEqualTo(Tensor.zeros(0));
        assertThat(x.variance(1).value()).isEqualTo(Tensor.of(NAN, NAN));
        assertThat(x.logSumExp(1).value()).isEqualTo(Tensor.of(-INF, -INF));
        assertThat(x.crossEntropy(x).item()).as("two rows without classes").isZero();
        assertThat(Autodiff.grad(v -> v.mean()).apply(Tensor.zeros(0))).isEqualTo(Tensor.zeros(0));
    }

    // ---- indices ----

    @Test
    void replayChecksIndices() {
        Tensor x = Tensor.of(1, 2, 3);
        Plan gather = Tape.record(v -> List.of(v.get(0).gather(v.get(1))), List.of(x, Tensor.of(0, 2)))
                .compile();
        assertThat(gather.run(x, Tensor.of(2, 1))).containsExactly(Tensor.of(3, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gather.run(x, Tensor.of(0, 3)))
                .withMessage("gather: every index must be a whole number in 0..2, got 3.0 at position 1");
        Plan scatter = Tape.record(v -> v.oneHot(2), Tensor.of(0, 1)).compile();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scatter.run(Tensor.of(0.5, 1)))
                .withMessage("oneHot: every class must be a whole number in 0..1, got 0.5 at position 0");
    }
}
