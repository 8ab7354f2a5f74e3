package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
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
                at("relu6 at the lower bound", 0, Variable::relu6, 0, 1, 0),
                at("relu6 at the upper bound", 6, Variable::relu6, 6, 1, 0),
                at("hardtanh at the lower bound", -1, Variable::hardtanh, -1, 1, 0),
                at("hardtanh at the upper bound", 1, Variable::hardtanh, 1, 1, 0),
                at("hardsigmoid at the lower bound", -3, Variable::hardsigmoid, 0, 1.0 / 6, 0),
                at("hardsigmoid at the upper bound", 3, Variable::hardsigmoid, 1, 1.0 / 6, 0),
                at("hardswish at the lower bound", -3, Variable::hardswish, -0.0, -0.5, 1.0 / 3),
                at("hardswish at the upper bound", 3, Variable::hardswish, 3, 1.5, 1.0 / 3),
                at("geluTanh far below", -1e200, Variable::geluTanh, -0.0, 0, 0),
                at("geluTanh far above", 1e200, Variable::geluTanh, 1e200, 1, 0),
                at("celu", 0, x -> x.celu(2), 0, 1, 0.5),
                at(
                        "selu",
                        0,
                        Variable::selu,
                        0,
                        1.0507009873554805 * 1.6732632423543772,
                        1.0507009873554805 * 1.6732632423543772),
                at("softsign", 0, Variable::softsign, 0, 1, 0),
                at("floor", 2, Variable::floor, 2, 0, 0),
                at("floor between", -0.5, Variable::floor, -1, 0, 0),
                at("ceil", 2, Variable::ceil, 2, 0, 0),
                at("ceil between", -0.5, Variable::ceil, -0.0, 0, 0),
                at("round at a tie", 2.5, Variable::round, 2, 0, 0),
                at("round at the next tie", 3.5, Variable::round, 4, 0, 0),
                at("round below a half", 0.49999999999999994, Variable::round, 0, 0, 0),
                at("trunc", -2.75, Variable::trunc, -2, 0, 0),
                at("trunc above -1", -0.25, Variable::trunc, -0.0, 0, 0),
                at("clamp to a point", 1, x -> x.clamp(1, 1), 1, 1, 0),
                at("maximum with a number", 3, x -> x.maximum(3), 3, 0.5, 0),
                at("minimum with a number", 3, x -> x.minimum(3), 3, 0.5, 0),
                at("maximum of signed zeros", -0.0, x -> x.maximum(0), 0, 0.5, 0),
                at("minimum of signed zeros", 0, x -> x.minimum(-0.0), -0.0, 0.5, 0),
                at("the power 0", 0, x -> x.pow(0), 1, 0, 0),
                at("the power 1", 0, x -> x.pow(1), 0, 1, 0),
                at("the power 2", 0, x -> x.pow(2), 0, 0, 2),
                at("the power ∞ of 1", 1, x -> x.pow(INF), 1, INF, INF),
                at("the power ∞ of −1", -1, x -> x.pow(INF), 1, INF, INF),
                at("the power −∞ of −1", -1, x -> x.pow(-INF), 1, -INF, INF),
                at("the power NaN of 1", 1, x -> x.pow(NAN), 1, NAN, NAN),
                at("the power ∞ below 1", 0.5, x -> x.pow(INF), 0, 0, 0),
                at("the power −∞ above 1", 2, x -> x.pow(-INF), 0, 0, 0),
                at("the power ∞ above 1", 2, x -> x.pow(INF), INF, INF, INF),
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
                at("tan has no limit", INF, Variable::tan, NAN, NAN, NAN),
                at("asin", 1, Variable::asin, Math.PI / 2, INF, INF),
                at("asin", -1, Variable::asin, -Math.PI / 2, INF, -INF),
                at("asin beyond 1", 2, Variable::asin, NAN, NAN, NAN),
                at("acos", 1, Variable::acos, 0, -INF, -INF),
                at("acos", -1, Variable::acos, Math.PI, -INF, INF),
                at("acos beyond 1", 2, Variable::acos, NAN, NAN, NAN),
                at("atan", -INF, Variable::atan, -Math.PI / 2, 0, 0),
                at("atan", INF, Variable::atan, Math.PI / 2, 0, 0),
                at("sinh", -INF, Variable::sinh, -INF, INF, -INF),
                at("cosh", -INF, Variable::cosh, INF, -INF, INF),
                at("asinh", -INF, Variable::asinh, -INF, 0, 0),
                at("asinh", INF, Variable::asinh, INF, 0, 0),
                at("acosh", 1, Variable::acosh, 0, INF, -INF),
                at("acosh", INF, Variable::acosh, INF, 0, 0),
                at("acosh below 1", 0.5, Variable::acosh, NAN, NAN, NAN),
                at("acosh below -1", -2, Variable::acosh, NAN, NAN, NAN),
                at("atanh", 1, Variable::atanh, INF, INF, INF),
                at("atanh", -1, Variable::atanh, -INF, INF, -INF),
                at("atanh beyond 1", 2, Variable::atanh, NAN, NAN, NAN),
                at("log2", 0, Variable::log2, -INF, INF, -INF),
                at("log2", INF, Variable::log2, INF, 0, 0),
                at("log10", 0, Variable::log10, -INF, INF, -INF),
                at("rsqrt", 0, Variable::rsqrt, INF, -INF, INF),
                at("rsqrt", INF, Variable::rsqrt, 0, 0, 0),
                at("rsqrt below 0", -1, Variable::rsqrt, NAN, NAN, NAN),
                at("logSigmoid", -INF, Variable::logSigmoid, -INF, 1, 0),
                at("logSigmoid", INF, Variable::logSigmoid, -0.0, 0, 0),
                at("silu", -INF, Variable::silu, -0.0, 0, 0),
                at("silu", INF, Variable::silu, INF, 1, 0),
                at("mish", -INF, Variable::mish, -0.0, 0, 0),
                at("mish", INF, Variable::mish, INF, 1, 0),
                at("softsign", -INF, Variable::softsign, -1, 0, 0),
                at("softsign", INF, Variable::softsign, 1, 0, 0),
                at("celu", -INF, x -> x.celu(2), -2, 0, 0),
                at("celu", INF, x -> x.celu(2), INF, 1, 0),
                at("floor", INF, Variable::floor, INF, 0, 0),
                at("round", -INF, Variable::round, -INF, 0, 0),
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
                new Powers(1, INF, 1, INF, 0, INF, NAN, 0),
                new Powers(1, -INF, 1, -INF, 0, INF, NAN, 0),
                new Powers(2, INF, INF, INF, INF, INF, INF, INF),
                new Powers(2, -INF, 0, 0, 0, 0, 0, 0),
                new Powers(0.5, INF, 0, 0, 0, 0, 0, 0),
                new Powers(0.5, -INF, INF, -INF, -INF, INF, INF, INF),
                new Powers(0, INF, 0, 0, 0, 0, 0, 0),
                new Powers(1, NAN, 1, NAN, NAN, NAN, NAN, NAN),
                new Powers(-1, INF, 1, INF, NAN, INF, NAN, NAN),
                new Powers(-0.5, INF, 0, 0, NAN, 0, NAN, NAN),
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

    /** A function of two numbers, with its value and first derivatives at a point. */
    private record Pair(PairOp op, double a, double b, double y, double inA, double inB) {}

    static Stream<Pair> pairs() {
        return Stream.of(
                new Pair(PairOp.ATAN2, 0, 0, 0, 0, 0),
                new Pair(PairOp.ATAN2, 0, -1, Math.PI, -1, 0),
                new Pair(PairOp.ATAN2, -0.0, -1, -Math.PI, -1, 0),
                new Pair(PairOp.ATAN2, 1, INF, 0, 0, 0),
                new Pair(PairOp.ATAN2, INF, 1, Math.PI / 2, 0, 0),
                new Pair(PairOp.ATAN2, INF, -INF, 3 * Math.PI / 4, NAN, NAN),
                new Pair(PairOp.HYPOT, 0, 0, 0, 0, 0),
                new Pair(PairOp.HYPOT, -3, 0, 3, -1, 0),
                new Pair(PairOp.HYPOT, -INF, 1, INF, -1, 0),
                new Pair(PairOp.HYPOT, INF, INF, INF, NAN, NAN),
                new Pair(PairOp.LOG_ADD_EXP, -INF, -INF, -INF, 0.5, 0.5),
                new Pair(PairOp.LOG_ADD_EXP, INF, INF, INF, 0.5, 0.5),
                new Pair(PairOp.LOG_ADD_EXP, -INF, 2, 2, 0, 1),
                new Pair(PairOp.LOG_ADD_EXP, INF, 2, INF, 1, 0),
                new Pair(PairOp.LOG_ADD_EXP, INF, -INF, INF, 1, 0),
                new Pair(PairOp.XLOGY, 0, 0, 0, -INF, 0),
                new Pair(PairOp.XLOGY, 0, INF, 0, INF, 0),
                new Pair(PairOp.XLOGY, 2, 0, -INF, -INF, INF),
                new Pair(PairOp.XLOGY, 0, NAN, NAN, NAN, NAN),
                new Pair(PairOp.XLOGY, 2, -1, NAN, NAN, -2),
                new Pair(PairOp.MOD, 5, 3, 2, 1, -1),
                new Pair(PairOp.MOD, -5, 3, 1, 1, 2),
                new Pair(PairOp.MOD, 5, -3, -1, 1, 2),
                new Pair(PairOp.MOD, -6, 3, 0, 1, 2),
                new Pair(PairOp.MOD, 6, -3, -0.0, 1, 2),
                new Pair(PairOp.MOD, 5, INF, 5, 1, 0),
                new Pair(PairOp.MOD, -5, INF, INF, 1, 1),
                new Pair(PairOp.MOD, 5, -INF, -INF, 1, 1),
                new Pair(PairOp.MOD, 0x1.8p1023, -0x1p1023, -0x1p1022, 1, 2),
                new Pair(PairOp.MOD, INF, 3, NAN, 1, NAN),
                new Pair(PairOp.MOD, 5, 0, NAN, 1, NAN));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void functionsOfTwoNumbersAtTheirEdges(Pair p) {
        Variable a = Variable.of(p.a());
        Variable b = Variable.of(p.b());
        Variable y = p.op().apply(a, b);
        requireSame(y.item(), p.y());
        List<Variable> slopes = Autodiff.gradients(y, List.of(a, b));
        requireEqual(slopes.get(0).item(), p.inA());
        requireEqual(slopes.get(1).item(), p.inB());
    }

    /** Where x² + y² is 0 or infinite in doubles. */
    @Test
    void anglesAndLengthsKeepTheirSlopesAtEveryScale() {
        for (double scale : new double[] {0x1p-1060, 0x1p-600, 1, 0x1p600, 0x1p1020}) {
            Variable a = Variable.of(3 * scale);
            Variable b = Variable.of(4 * scale);
            Variable length = a.hypot(b);
            requireSame(length.item(), 5 * scale);
            assertThat(Autodiff.gradients(length, List.of(a, b)))
                    .extracting(Variable::item)
                    .containsExactly(0.6, 0.8);
            Variable angle = a.atan2(b);
            requireEqual(Autodiff.gradients(angle, List.of(a)).get(0).item(), 0.8 / (5 * scale));
        }
    }

    /** f_aa, f_ab, f_ba and f_bb, one by one: in a matrix, an infinite entry times 0 would be NaN. */
    private static List<Double> secondPartials(BinaryOperator<Variable> f, double a, double b) {
        Variable x = Variable.of(a);
        Variable y = Variable.of(b);
        return Autodiff.gradients(f.apply(x, y), List.of(x, y)).stream()
                .flatMap(slope -> Stream.of(x, y)
                        .map(v -> Autodiff.gradients(slope, List.of(v)).get(0).item() + 0.0))
                .toList();
    }

    /** The terms of the mixed derivative (y² − x²)/r⁴ of an angle may be infinite one by one, and so may be a factor of a term that is 0. */
    @Test
    void secondDerivativesOfAnglesAndLengthsWhereTermsOverflow() {
        double near = 0x1p-515 * (1 + 0x1p-30);
        List<Double> mixed = secondPartials(Variable::atan2, near, 0x1p-515);
        assertThat(mixed.get(1)).isCloseTo(0x1.fffffff4p998, within(0x4p946)); // by mpmath, to 4 ulps
        assertThat(mixed.get(2)).isCloseTo(0x1.fffffff4p998, within(0x4p946));
        assertThat(secondPartials(Variable::atan2, 0x1p-600, 0x1p-600)).containsExactly(-INF, 0.0, 0.0, INF);
        assertThat(secondPartials(Variable::atan2, 0, 0x1p-1060)).containsExactly(0.0, -INF, -INF, 0.0);
        assertThat(secondPartials(Variable::atan2, 0x1p-1060, 0)).containsExactly(0.0, INF, INF, 0.0);
        assertThat(secondPartials(Variable::atan2, 0x1.8p1023, 0x1.8p1023)).containsOnly(0.0);
        assertThat(secondPartials(Variable::atan2, 0, 0)).containsOnly(0.0);
        assertThat(secondPartials(Variable::hypot, 0, 0x1p-1060)).containsExactly(INF, 0.0, 0.0, 0.0);
        assertThat(secondPartials(Variable::hypot, 0x1p-1060, 0)).containsExactly(0.0, 0.0, 0.0, INF);
    }

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
