package dev.wengert.autodiff;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.gradients;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.autodiff.Autodiff.valueAndGrad;
import static dev.wengert.autodiff.Autodiff.vjp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AutodiffTest {

    private static final Variable ONE = Variable.of(1);

    private static Tensor scalar(double value) {
        return Tensor.scalar(value);
    }

    private static Derivative derivative(UnaryOperator<Variable> f) {
        return grad(f);
    }

    /** The derivative of a function of one number, by forward mode. */
    private static Derivative tangent(UnaryOperator<Variable> f) {
        return x -> jvp(f, x, ONE);
    }

    private static double at(UnaryOperator<Variable> f, double x) {
        return f.apply(Variable.of(x)).item();
    }

    @Nested
    class Verbs {

        @Test
        void gradTakesAMethodReference() {
            assertThat(grad(Variable::sum).apply(Tensor.of(1, 2))).isEqualTo(Tensor.ones(2));
            assertThat(grad(Variable::sin).apply(scalar(0))).isEqualTo(scalar(1));
        }

        @Test
        void tensorsGiveTensorsAndVariablesVariables() {
            Derivative cosine = grad(Variable::sin);
            Tensor y = cosine.apply(scalar(1));
            Variable v = cosine.apply(Variable.of(1));
            assertThat(v.value()).isEqualTo(y).isEqualTo(scalar(StrictMath.cos(1)));
        }

        @Test
        void valueAndGradGivesBoth() {
            Tensor x = Tensor.of(3, 4);
            ValueAndGradient<Tensor> both = valueAndGrad(v -> v.square().sum(), x);
            assertThat(both.value()).isEqualTo(scalar(25));
            assertThat(both.gradient()).isEqualTo(Tensor.of(6, 8));
            assertThat(valueAndGrad(v -> v.square().sum(), Variable.of(x))
                            .value()
                            .item())
                    .isEqualTo(25);
        }

        @Test
        void aSingleNumberMayHaveAxes() {
            assertThat(grad(x -> x.square().sum(true, 0, 1)).apply(Tensor.of(new double[][] {{1, 2}})))
                    .isEqualTo(Tensor.of(new double[][] {{2, 4}}));
        }

        @Test
        void vjpIsARowOfTheJacobianAndJvpAColumn() {
            UnaryOperator<Variable> f =
                    x -> Variable.concat(0, x.square(), x.sum().reshape(1));
            Tensor x = Tensor.of(1, 2);
            assertThat(jacobian(f).apply(x)).isEqualTo(Tensor.of(new double[][] {{2, 0}, {0, 4}, {1, 1}}));
            assertThat(vjp(f, x, Tensor.of(0, 10, 1))).isEqualTo(Tensor.of(1, 41));
            assertThat(jvp(f, x, Tensor.of(0, 10))).isEqualTo(Tensor.of(0, 40, 10));
        }

        @Test
        void theResultsOfVariablesCanBeDifferentiatedWithRespectToAllOperands() {
            Variable x = Variable.of(3);
            Variable g = Variable.of(5);
            Variable w = Variable.of(7);
            Variable pulled = vjp(v -> v.square().mul(w), x, g);
            List<Variable> d = gradients(pulled, List.of(x, g, w));
            assertThat(d.stream().map(Variable::item)).containsExactly(2.0 * 5 * 7, 2.0 * 3 * 7, 2.0 * 3 * 5);
            Variable pushed = jvp(v -> v.square().mul(w), x, g);
            List<Variable> e = gradients(pushed, List.of(x, g, w));
            assertThat(e.stream().map(Variable::item)).containsExactly(2.0 * 5 * 7, 2.0 * 3 * 7, 2.0 * 3 * 5);
        }

        @Test
        void theDerivativeAtAnInnerNodeContinuesToItsOwnInputs() {
            Variable u = Variable.of(0.5);
            Variable slope = grad(Variable::exp).apply(u.square());
            assertThat(gradients(slope, List.of(u)).get(0).item()).isEqualTo(StrictMath.exp(0.25));
        }
    }

    @Nested
    class SeveralInputs {

        @Test
        void eachGetsItsGradient() {
            List<Variable> g = gradients(
                    x -> x.get(0).mul(x.get(1)).sum(), List.of(Variable.of(Tensor.of(1, 2)), Variable.of(10)));
            assertThat(g.get(0).value()).isEqualTo(Tensor.of(10, 10));
            assertThat(g.get(1).value()).isEqualTo(scalar(3));
        }

        @Test
        void tensorsGiveTensors() {
            List<Tensor> g = gradients(x -> x.get(0).mul(x.get(1)).sum(), Tensor.of(1, 2), scalar(10));
            assertThat(g).containsExactly(Tensor.of(10, 10), scalar(3));
        }

        @Test
        void theSameVariableInTwoPlacesIsTwoArguments() {
            Variable x = Variable.of(3);
            List<Variable> g = gradients(v -> v.get(0).mul(v.get(1).square()), List.of(x, x));
            assertThat(g.stream().map(Variable::item)).containsExactly(9.0, 18.0);
        }

        @Test
        void anUnusedArgumentGivesZeros() {
            List<Variable> g =
                    gradients(v -> v.get(0).square(), List.of(Variable.of(3), Variable.of(Tensor.ones(2, 2))));
            assertThat(g.get(1).value()).isEqualTo(Tensor.zeros(2, 2));
        }

        @Test
        void theListOfArgumentsCannotBeChanged() {
            gradients(
                    v -> {
                        assertThat(v).isUnmodifiable();
                        return v.get(0);
                    },
                    List.of(ONE));
        }

        @Test
        void variablesOfAGraphThatExists() {
            Variable a = Variable.of(3);
            Variable b = a.square();
            Variable y = a.mul(b);
            assertThat(gradients(y, List.of(a, b)).stream().map(Variable::item)).containsExactly(9.0, 3.0);
            assertThat(gradients(y, List.of(a)).get(0).item()).isEqualTo(27);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> gradients(y, List.of(a, a)))
                    .withMessage("gradients: every input must be given once, got input 1 again");
        }
    }

    @Nested
    class GradientsOfParameters {

        private final Parameter w = new Parameter("w", Tensor.of(1, 2));
        private final Parameter b = new Parameter("b", scalar(3));
        private final Parameter unused = new Parameter("unused", Tensor.ones(2, 2));

        private Variable loss() {
            return w.variable().mul(b.variable()).square().sum();
        }

        @Test
        void oneForEachInTheirOrder() {
            Map<Parameter, Tensor> g = gradients(loss(), List.of(b, unused, w));
            assertThat(g).containsOnlyKeys(b, unused, w);
            assertThat(g.keySet()).containsExactly(b, unused, w);
            assertThat(g.get(w)).isEqualTo(Tensor.of(18, 36));
            assertThat(g.get(b)).isEqualTo(scalar(30));
            assertThat(g.get(unused)).isEqualTo(Tensor.zeros(2, 2));
        }

        @Test
        void anyCollectionMayNameThemAndMoreThanOnce() {
            assertThat(gradients(loss(), Set.of(w))).containsExactly(Map.entry(w, Tensor.of(18, 36)));
            assertThat(gradients(loss(), List.of(w, w))).containsExactly(Map.entry(w, Tensor.of(18, 36)));
            assertThat(gradients(loss(), Set.<Parameter>of())).isEmpty();
        }

        @Test
        void theyAreThoseOfTheLeaves() {
            Variable loss = loss();
            List<Variable> g = gradients(loss, List.of(w.variable(), b.variable()));
            assertThat(gradients(loss, List.of(w, b)).values())
                    .containsExactly(g.get(0).value(), g.get(1).value());
        }

        @Test
        void aParameterThatWasSetSinceTheLossIsAnError() {
            Variable loss = loss();
            w.set(Tensor.of(5, 5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> gradients(loss, List.of(b, w)))
                    .withMessage("gradients: parameter w was set after the output was computed from its old value;"
                            + " compute the output again, with variable() taken anew");
            assertThat(gradients(loss, List.of(b)).get(b))
                    .as("the other is not concerned")
                    .isEqualTo(scalar(30));
            assertThat(gradients(loss(), List.of(w)).get(w)).isEqualTo(Tensor.of(90, 90));
        }

        @Test
        void aParameterOfWhichOneUseIsOldIsAnError() {
            Variable old = w.variable().sum();
            w.set(Tensor.of(5, 5));
            Variable loss = w.variable().sum().mul(old);
            assertThatIllegalStateException()
                    .isThrownBy(() -> gradients(loss, List.of(w)))
                    .withMessage("gradients: parameter w was set after the output was computed from its old value;"
                            + " compute the output again, with variable() taken anew");
        }

        @Test
        void anOldUseThroughWhichNoDerivativePassesIsNone() {
            Variable x = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            List<UnaryOperator<Variable>> uses = List.of(
                    v -> v.square().detach(),
                    Variable::detach,
                    Variable::sign,
                    v -> v.gt(Variable.of(0.5)),
                    v -> Variable.where(v, x, x.neg()),
                    v -> v.mul(0).oneHot(2),
                    v -> x.gather(v.mul(0)),
                    v -> x.scatterAdd(v.mul(0), 2),
                    v -> x.crossEntropyWithLabels(v.mul(0)),
                    v -> x.nll(v.mul(0)));
            for (UnaryOperator<Variable> use : uses) {
                w.set(Tensor.of(2, 4));
                Variable old = use.apply(w.variable()).sum();
                w.set(Tensor.of(3, 3));
                Variable loss = w.variable().mul(old).sum();
                double value = old.item();
                assertThat(gradients(loss, List.of(w)).get(w)).isEqualTo(Tensor.of(value, value));
            }
        }

        /** Truncated back-propagation through time. */
        @Test
        void detachEndsTheSearch() {
            Parameter u = new Parameter("u", scalar(0.5));
            Variable state = Variable.of(1);
            double cut = 1;
            for (int chunk = 0; chunk < 4000; chunk++) {
                Variable start = state.detach();
                Variable again = Variable.of(cut);
                for (int step = 0; step < 10; step++) {
                    start = start.mul(u.variable()).tanh();
                    again = again.mul(u.variable()).tanh();
                }
                Tensor g = gradients(start, List.of(u)).get(u);
                assertThat(g).isEqualTo(gradients(again, List.of(u)).get(u));
                u.set(scalar(u.value().item() - 1e-3 * g.item()));
                state = start;
                cut = again.item();
            }
        }

        @Test
        void aLeafThatWasKeptWhileItsParameterMovedOnIsAnErrorNotZeros() {
            Variable kept = w.variable();
            w.set(Tensor.of(5, 5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> gradients(loss(), List.of(kept)))
                    .withMessage("gradients: parameter w was set after its leaf was taken as an input;"
                            + " take variable() again");
        }

        @Test
        void aLossThatIsBeingRecordedHasGradientsAsVariablesOnly() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(
                            x -> {
                                gradients(loss().mul(x), List.of(w));
                                return x;
                            },
                            scalar(1)))
                    .withMessage("gradients: a variable that is being recorded has no value yet, so its gradients with"
                            + " respect to parameters are no tensors; in a recording use gradients(loss, variables)"
                            + " with the parameters' variable()");
        }

        @Test
        void theLossMustBeASingleNumber() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> gradients(w.variable(), List.of(w)))
                    .withMessage("gradients: the function must return a single number, got [2];"
                            + " sum it, or use vjp with a cotangent");
        }
    }

    @Nested
    class Errors {

        private final Tensor x = Tensor.ones(4, 3);

        @Test
        void gradNeedsASingleNumber() {
            Map<String, Function<Tensor, Object>> verbs = Map.of(
                    "grad", v -> grad(Variable::sin).apply(v),
                    "valueAndGrad", v -> valueAndGrad(Variable::sin, v),
                    "hessian", v -> hessian(Variable::sin).apply(v),
                    "hvp", v -> hvp(Variable::sin, v, v));
            verbs.forEach((name, verb) -> assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> verb.apply(x))
                    .withMessage(name + ": the function must return a single number, got [4, 3];"
                            + " sum it, or use vjp with a cotangent"));
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> gradients(v -> v.get(0), List.of(Variable.of(x))))
                    .withMessage("gradients: the function must return a single number, got [4, 3];"
                            + " sum it, or use vjp with a cotangent");
        }

        @Test
        void noNumberIsNotASingleNumber() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> grad(Variable::sin).apply(Tensor.zeros(0)))
                    .withMessage("grad: the function must return a single number, got [0];"
                            + " sum it, or use vjp with a cotangent");
        }

        @Test
        void perturbationsMustHaveTheirShapes() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> vjp(Variable::sin, x, Tensor.ones(3)))
                    .withMessage("vjp: the cotangent must have the shape of its output,"
                            + " got cotangent 0 [3] and output [4, 3]");
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> jvp(Variable::sin, x, Tensor.ones(3)))
                    .withMessage("jvp: the tangent must have the shape of its input,"
                            + " got tangent 0 [3] and input [4, 3]");
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> hvp(Variable::sum, x, Tensor.ones(3)))
                    .withMessage("hvp: the tangent must have the shape of its input,"
                            + " got tangent 0 [3] and input [4, 3]");
        }
    }

    @Nested
    class Constants {

        @Test
        void aConstantFunctionHasZerosForDerivatives() {
            UnaryOperator<Variable> constant = x -> Variable.of(7);
            Tensor x = Tensor.of(1, 2);
            assertThat(grad(constant).apply(x)).isEqualTo(Tensor.zeros(2));
            assertThat(jvp(constant, x, x)).isEqualTo(scalar(0));
            assertThat(jacobian(v -> Variable.of(Tensor.ones(3))).apply(x)).isEqualTo(Tensor.zeros(3, 2));
            assertThat(hessian(constant).apply(x)).isEqualTo(Tensor.zeros(2, 2));
            assertThat(hvp(constant, x, x)).isEqualTo(Tensor.zeros(2));
            assertThat(grad(grad(grad(constant))).apply(scalar(1))).isEqualTo(scalar(0));
        }

        @Test
        void theIdentityHasTheSeedForDerivative() {
            Tensor x = Tensor.of(1, 2);
            assertThat(vjp(v -> v, x, Tensor.of(3, 4))).isEqualTo(Tensor.of(3, 4));
            assertThat(jvp(v -> v, x, Tensor.of(3, 4))).isEqualTo(Tensor.of(3, 4));
            assertThat(jacobian(v -> v).apply(x)).isEqualTo(Tensor.eye(2));
            assertThat(at(grad(grad(v -> v)), 5)).isZero();
        }

        @Test
        void detachMakesAConstant() {
            assertThat(at(grad(x -> x.mul(x.detach())), 3)).isEqualTo(3);
            assertThat(at(tangent(x -> x.mul(x.detach())), 3)).isEqualTo(3);
            assertThat(at(grad(grad(x -> x.square().mul(x.detach()))), 3)).isEqualTo(6);
        }

        @Test
        void whatTheFunctionCapturesIsConstant() {
            Variable c = Variable.of(5);
            Variable computed = c.exp();
            assertThat(at(grad(x -> x.mul(c).add(computed)), 3)).isEqualTo(5);
        }
    }

    /** Siskind and Pearlmutter, Perturbation confusion and referential transparency, 2005; Manzyuk et al., 2019. */
    @Nested
    class PerturbationConfusion {

        @Test
        void theClassicInEveryCombinationOfModes() {
            List<UnaryOperator<UnaryOperator<Variable>>> modes =
                    List.of(AutodiffTest::derivative, AutodiffTest::tangent);
            for (UnaryOperator<UnaryOperator<Variable>> outer : modes) {
                for (UnaryOperator<UnaryOperator<Variable>> inner : modes) {
                    // d/dx (x · d/dy (x + y)) = 1; confused it is 2
                    UnaryOperator<Variable> f =
                            outer.apply(x -> x.mul(inner.apply(y -> x.add(y)).apply(ONE)));
                    assertThat(at(f, 1)).isEqualTo(1);
                    // d/dx (x · d/dy (x·y)) at y = 2 is d/dx x² = 2x
                    UnaryOperator<Variable> g =
                            outer.apply(x -> x.mul(inner.apply(y -> x.mul(y)).apply(Variable.of(2))));
                    assertThat(at(g, 3)).isEqualTo(6);
                }
            }
        }

        @Test
        void aClosureThatCapturesThePointOfDifferentiationHoldsAConstant() {
            Variable x = Variable.of(3);
            assertThat(grad(y -> x.mul(y)).apply(x).item()).isEqualTo(3);
            assertThat(jvp(y -> x.mul(y), x, ONE).item()).isEqualTo(3);
            assertThat(grad(y -> x.square()).apply(x).item()).isZero();
        }

        @Test
        void nestedClosuresThatDifferentiateAtTheOuterPoint() {
            // f(x) = x · d/dy (x·y)|y=x = x², so f′ = 2x and f″ = 2
            UnaryOperator<Variable> f = x -> x.mul(grad(y -> x.mul(y)).apply(x));
            assertThat(at(f, 5)).isEqualTo(25);
            assertThat(at(grad(f), 5)).isEqualTo(10);
            assertThat(at(tangent(f), 5)).isEqualTo(10);
            assertThat(at(grad(grad(f)), 5)).isEqualTo(2);
            // g(x) = d/dy (x·y²)|y=x = 2x², g′ = 4x; the derivative of y ↦ y³ alone would be 3x²
            UnaryOperator<Variable> g = x -> grad(y -> x.mul(y.square())).apply(x);
            assertThat(at(g, 5)).isEqualTo(50);
            assertThat(at(grad(g), 5)).isEqualTo(20);
            assertThat(at(tangent(g), 5)).isEqualTo(20);
        }

        @Test
        void threeLevelsEachSeeingTheOthers() {
            // d/dz (x·y·z + z²·x) = xy + 2zx at z = y: 3xy; d/dy at y = x: 3x; d/dx (x · 3x) = 6x
            UnaryOperator<Variable> f = grad(x -> x.mul(grad(y ->
                            grad(z -> x.mul(y).mul(z).add(z.square().mul(x))).apply(y))
                    .apply(x)));
            assertThat(at(f, 2)).isEqualTo(12);
        }

        @Test
        void aDerivativeThatReturnsAFunction() {
            // s(f)(x) = d/du f(x + u) at 0; s(s(f)) = f″, where a tag that is used twice gives 0 or f′
            UnaryOperator<UnaryOperator<Variable>> s = f -> x -> jvp(u -> f.apply(x.add(u)), Variable.of(0), ONE);
            assertThat(at(s.apply(s.apply(v -> v.pow(3))), 2)).isEqualTo(12);
            UnaryOperator<UnaryOperator<Variable>> reverse =
                    f -> x -> grad(u -> f.apply(x.add(u))).apply(Variable.of(0));
            assertThat(at(reverse.apply(s.apply(v -> v.pow(3))), 2)).isEqualTo(12);
            assertThat(at(s.apply(reverse.apply(v -> v.pow(3))), 2)).isEqualTo(12);
        }

        @Test
        void theOuterDerivativeSeesThePointOfTheInnerOne() {
            // h(x) = f′(x²) with f = exp: h′ = 2x·exp(x²)
            UnaryOperator<Variable> h = x -> grad(Variable::exp).apply(x.square());
            assertThat(at(grad(h), 0.5)).isEqualTo(StrictMath.exp(0.25));
        }
    }

    @Nested
    class HigherOrder {

        private void ordersAgree(
                UnaryOperator<Variable> f, double ulps, List<DoubleUnaryOperator> derivatives, double... points) {
            for (double x : points) {
                UnaryOperator<Variable> reverse = f;
                UnaryOperator<Variable> forward = f;
                UnaryOperator<Variable> mixed = f;
                for (int order = 0; order < derivatives.size(); order++) {
                    double expected = derivatives.get(order).applyAsDouble(x);
                    for (UnaryOperator<Variable> g : List.of(reverse, forward, mixed)) {
                        assertThat(Tensor.ulpDistance(at(g, x), expected))
                                .as("order %s at %s: %s instead of %s", order, x, at(g, x), expected)
                                .isLessThanOrEqualTo(ulps);
                    }
                    reverse = grad(reverse);
                    forward = tangent(forward);
                    mixed = order % 2 == 0 ? grad(mixed) : tangent(mixed);
                }
            }
        }

        @Test
        void ofTheSine() {
            DoubleUnaryOperator sin = StrictMath::sin;
            DoubleUnaryOperator cos = StrictMath::cos;
            DoubleUnaryOperator minusSin = x -> -StrictMath.sin(x);
            DoubleUnaryOperator minusCos = x -> -StrictMath.cos(x);
            ordersAgree(Variable::sin, 0, List.of(sin, cos, minusSin, minusCos, sin, cos, minusSin), 0, 0.7, -2, 100);
        }

        @Test
        void ofTheExponentialFunction() {
            DoubleUnaryOperator exp = StrictMath::exp;
            ordersAgree(Variable::exp, 0, List.of(exp, exp, exp, exp, exp, exp, exp), 0, 1.5, -30, 700);
        }

        @Test
        void ofTheReciprocal() {
            // n!/xⁿ⁺¹ by at most a dozen roundings an order
            ordersAgree(
                    Variable::reciprocal,
                    64,
                    List.of(
                            x -> 1 / x,
                            x -> -1 / (x * x),
                            x -> 2 / (x * x * x),
                            x -> -6 / (x * x * x * x),
                            x -> 24 / (x * x * x * x * x),
                            x -> -120 / (x * x * x * x * x * x),
                            x -> 720 / (x * x * x * x * x * x * x)),
                    1,
                    -0.3,
                    7);
        }

        @Test
        void ofAPolynomial() {
            // whole numbers, so exact
            UnaryOperator<Variable> p =
                    x -> x.pow(5).mul(2).sub(x.pow(3)).add(x.mul(x)).add(7);
            List<DoubleUnaryOperator> derivatives = List.of(
                    x -> 2 * x * x * x * x * x - x * x * x + x * x + 7,
                    x -> 10 * x * x * x * x - 3 * x * x + 2 * x,
                    x -> 40 * x * x * x - 6 * x + 2,
                    x -> 120 * x * x - 6,
                    x -> 240 * x,
                    x -> 240,
                    x -> 0);
            ordersAgree(p, 0, derivatives, 0, 1, -2, 3, 10);
            UnaryOperator<Variable> horner =
                    x -> x.square().mul(2).sub(1).mul(x).add(1).mul(x).mul(x).add(7);
            ordersAgree(horner, 0, derivatives, 0, 1, -2, 3, 10);
        }

        @Test
        void ofAFunctionOfManyNumbersComposeToo() {
            // Σ x⁴: third directional derivative along v is 24 Σ x v³
            UnaryOperator<Variable> f = x -> x.pow(4).sum();
            Variable v = Variable.of(Tensor.of(1, 2));
            UnaryOperator<Variable> third = x -> jvp(u -> jvp(w -> jvp(f, w, v), u, v), x, v);
            assertThat(third.apply(Variable.of(Tensor.of(5, -1))).item()).isEqualTo(24 * (5 - 8));
            assertThat(jacobian(hessian(f)).apply(Tensor.of(5, -1)))
                    .isEqualTo(Tensor.of(Shape.of(2, 2, 2), 120, 0, 0, 0, 0, 0, 0, -24));
        }
    }

    @Nested
    class Jacobians {

        private final SplittableRandom random = new SplittableRandom(11);

        private Tensor byReverse(UnaryOperator<Variable> f, Tensor x) {
            Shape y = f.apply(Variable.of(x)).shape();
            List<Double> rows = new ArrayList<>();
            for (int i = 0; i < y.size(); i++) {
                double[] unit = new double[y.size()];
                unit[i] = 1;
                for (double d : vjp(f, x, Tensor.of(y, unit)).toArray()) {
                    rows.add(d);
                }
            }
            double[] values = rows.stream().mapToDouble(d -> d).toArray();
            return Tensor.of(y.concat(x.shape()), values);
        }

        private Tensor byForward(UnaryOperator<Variable> f, Tensor x) {
            Shape y = f.apply(Variable.of(x)).shape();
            int m = y.size();
            int n = x.shape().size();
            double[] values = new double[m * n];
            for (int j = 0; j < n; j++) {
                double[] unit = new double[n];
                unit[j] = 1;
                double[] column = jvp(f, x, Tensor.of(x.shape(), unit)).toArray();
                for (int i = 0; i < m; i++) {
                    values[i * n + j] = column[i];
                }
            }
            return Tensor.of(y.concat(x.shape()), values);
        }

        private void check(UnaryOperator<Variable> f, Tensor x, boolean reverse) {
            Tensor jacobian = jacobian(f).apply(x);
            assertThat(jacobian).isEqualTo(reverse ? byReverse(f, x) : byForward(f, x));
            double[] forward = byForward(f, x).toArray();
            double[] backward = byReverse(f, x).toArray();
            for (int i = 0; i < forward.length; i++) {
                // sums of a few products of size 1 at most, in two orders
                assertThat(forward[i]).isCloseTo(backward[i], within(0x1p-50));
            }
        }

        private final UnaryOperator<Variable> wide =
                x -> x.reshape(6).slice(0, 0, 5).tanh().matmul(Variable.of(Tensor.of(new double[][] {
                    {0.1, -0.2}, {0.3, 0.4}, {-0.5, 0.1}, {0.2, 0.2}, {0.3, -0.1}
                })));

        private final UnaryOperator<Variable> tall = x ->
                Variable.stack(0, x.sin(), x.cos(), x.softmax(), x.mul(x.sum()).mul(0.1));

        @Test
        void moreInputsThanOutputsGoByReverseMode() {
            check(wide, Tensor.random(random, 2, 3), true);
        }

        @Test
        void moreOutputsThanInputsGoByForwardMode() {
            check(tall, Tensor.random(random, 3), false);
        }

        /** Knows forward mode only. */
        private record ForwardOnly() implements CustomOp {
            @Override
            public Shape shape(Shape... x) {
                return x[0];
            }

            @Override
            public Tensor eval(List<Tensor> x) {
                return x.get(0).map(v -> 2 * v);
            }

            @Override
            public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                throw new AssertionError("reverse mode");
            }

            @Override
            public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
                return t.mul(2);
            }
        }

        @Test
        void asManyInputsAsOutputsGoByForwardMode() {
            assertThat(jacobian(x -> new ForwardOnly().apply(x)).apply(Tensor.ones(2)))
                    .isEqualTo(Tensor.of(new double[][] {{2, 0}, {0, 2}}));
        }

        @Test
        void ofOneNumberToOneNumber() {
            assertThat(jacobian(Variable::square).apply(scalar(3))).isEqualTo(scalar(6));
        }

        @Test
        void theShapeIsThatOfTheResultThenThatOfTheArgument() {
            assertThat(jacobian(wide).apply(Tensor.ones(2, 3)).shape()).isEqualTo(Shape.of(2, 2, 3));
            assertThat(jacobian(tall).apply(Tensor.ones(3)).shape()).isEqualTo(Shape.of(4, 3, 3));
            assertThat(jacobian(x -> x.sum(true, 0)).apply(Tensor.ones(2, 1)).shape())
                    .isEqualTo(Shape.of(1, 1, 2, 1));
        }

        @Test
        void ofNothing() {
            assertThat(jacobian(x -> x).apply(Tensor.zeros(0, 2))).isEqualTo(Tensor.zeros(0, 2, 0, 2));
            assertThat(jacobian(Variable::sum).apply(Tensor.zeros(0))).isEqualTo(Tensor.zeros(0));
            assertThat(jacobian(x -> x.slice(0, 0, 0)).apply(Tensor.zeros(3))).isEqualTo(Tensor.zeros(0, 3));
            assertThat(hessian(Variable::sum).apply(Tensor.zeros(0))).isEqualTo(Tensor.zeros(0, 0));
        }

        @Test
        void canBeDifferentiated() {
            // J = diag(3x²), Σ J = 3 Σ x², with gradient 6x
            Derivative g = grad(x -> jacobian(v -> v.pow(3)).apply(x).sum());
            assertThat(g.apply(Tensor.of(1, -2))).isEqualTo(Tensor.of(6, -12));
        }
    }

    @Nested
    class Hessians {

        private final SplittableRandom random = new SplittableRandom(12);

        private final UnaryOperator<Variable> f =
                x -> x.matmul(x.reshape(4).reshape(2, 2).transpose())
                        .tanh()
                        .logSumExp()
                        .add(x.sum().sin())
                        .mul(x.square().mean().add(1).log());

        @Test
        void areExactForAQuadraticForm() {
            Variable a = Variable.of(Tensor.of(new double[][] {{1, 2}, {4, 8}}));
            Derivative h = hessian(x -> x.matmul(a).matmul(x));
            assertThat(h.apply(Tensor.of(3, 5))).isEqualTo(Tensor.of(new double[][] {{2, 6}, {6, 16}}));
        }

        @Test
        void areSymmetricAndMultiplyVectorsAsHvpDoes() {
            for (int i = 0; i < 20; i++) {
                Tensor x = Tensor.normal(random, 2, 2);
                Tensor v = Tensor.normal(random, 2, 2);
                Variable h = Variable.of(hessian(f).apply(x).reshape(4, 4));
                double scale = h.abs().max().item();
                // some thirty roundings between the two ways
                double bound = 100 * scale * 0x1p-53;
                Tensor asymmetry = h.sub(h.transpose()).abs().max().value();
                assertThat(asymmetry.item()).isLessThanOrEqualTo(bound);
                Variable product = h.matmul(Variable.of(v.reshape(4)));
                Variable direct = Variable.of(hvp(f, x, v).reshape(4));
                double length = Variable.of(v).abs().sum().item();
                assertThat(product.sub(direct).abs().max().item()).isLessThanOrEqualTo(bound * length);
            }
        }

        @Test
        void theGradientOfAGradientPenaltyIsTwiceTheHessianTimesTheGradient() {
            Tensor x = Tensor.normal(random, 2, 2);
            Tensor penalty = grad(v -> grad(f).apply(v).square().sum()).apply(x);
            Tensor expected = Variable.of(hvp(f, x, grad(f).apply(x))).mul(2).value();
            double scale = Variable.of(expected).abs().max().item();
            assertThat(Variable.of(penalty)
                            .sub(Variable.of(expected))
                            .abs()
                            .max()
                            .item())
                    .isLessThanOrEqualTo(200 * scale * 0x1p-53);
        }
    }

    /** The list of limitations.md, and what to write instead. */
    @Test
    void theSlopeOfAQuotientIsBeyondDoublesWhereYOverBIs() {
        quotient(
                x -> x.reciprocal().log(),
                1e-200,
                Double.NEGATIVE_INFINITY,
                x -> x.log().neg(),
                -1e200);
        quotient(x -> x.neg().exp().add(1).reciprocal(), -400, 0, Variable::sigmoid, 1.9151695967140057e-174);
        quotient(x -> x.reciprocal().sqrt(), 1e-200, Double.NEGATIVE_INFINITY, x -> x.pow(-0.5), -5e299);
        quotient(x -> x.reciprocal().reciprocal(), 1e-200, Double.NaN, x -> x.mul(1), 1);
        quotient(x -> x.reciprocal().reciprocal(), 1e200, Double.NaN, x -> x.mul(1), 1);
    }

    private static void quotient(
            UnaryOperator<Variable> f, double x, double slope, UnaryOperator<Variable> instead, double right) {
        assertThat(grad(f).apply(scalar(x))).isEqualTo(scalar(slope));
        assertThat(grad(instead).apply(scalar(x)).item()).isCloseTo(right, withinPercentage(1e-12));
    }

    /** 0·∞ is NaN: whether one appears depends on what is multiplied. See limitations.md. */
    @Nested
    class ZeroTimesInfinity {

        private final Tensor minusOneAndTwo = Tensor.of(-1, 2);

        @Test
        void aClosedGateHoldsBackAnInfiniteCotangent() {
            assertThat(grad(x -> x.relu().log().sum()).apply(minusOneAndTwo)).isEqualTo(Tensor.of(0, 0.5));
            assertThat(grad(x -> x.maximum(0).log().sum()).apply(minusOneAndTwo))
                    .isEqualTo(Tensor.of(0, 0.5));
            assertThat(grad(x -> x.clamp(0, 10).sqrt().log().sum()).apply(Tensor.of(-1, 4)))
                    .isEqualTo(Tensor.of(0, 0.125));
            assertThat(grad(x -> x.abs().sqrt().sum()).apply(Tensor.of(0, 4))).isEqualTo(Tensor.of(0, 0.25));
            assertThat(grad(x -> Variable.concat(0, x, Variable.of(Tensor.of(0)))
                                    .max()
                                    .log())
                            .apply(Tensor.of(-1)))
                    .isEqualTo(Tensor.of(0));
        }

        @Test
        void aSelectionHoldsBackWhatWasNotChosen() {
            UnaryOperator<Variable> safe = x -> {
                Variable positive = x.gt(0);
                return Variable.where(positive, Variable.where(positive, x, ONE).log(), x)
                        .sum();
            };
            assertThat(grad(safe).apply(Tensor.of(0, 2))).isEqualTo(Tensor.of(1, 0.5));
            assertThat(jvp(safe, Tensor.of(0, 2), Tensor.of(10, 10))).isEqualTo(scalar(15));
            UnaryOperator<Variable> unsafe =
                    x -> Variable.where(x.gt(0), x.log(), x).sum();
            assertThat(grad(unsafe).apply(Tensor.of(-1, 2)))
                    .as("the logarithm is asked for its slope where it was not chosen: 0·(1/x) is fine")
                    .isEqualTo(Tensor.of(1, 0.5));
            assertThat(grad(unsafe).apply(Tensor.of(0)))
                    .as("0·(1/0) is not, so choose before the function")
                    .isEqualTo(Tensor.of(Double.NaN));
        }

        @Test
        void aTangentOfZeroMeetsAnInfiniteSlopeInForwardMode() {
            assertThat(jvp(x -> x.relu().log(), minusOneAndTwo, Tensor.ones(2)))
                    .as("reverse mode has 0 here: its gate comes last")
                    .isEqualTo(Tensor.of(Double.NaN, 0.5));
        }

        @Test
        void smoothFunctionsFollowTheChainRule() {
            assertThat(at(grad(x -> x.sqrt().mul(0)), 0)).isNaN();
            assertThat(at(grad(Variable::sqrt), 0)).isInfinite();
            assertThat(at(grad(x -> Variable.where(x.gt(0), x, ONE).sqrt()), 0)).isZero();
        }

        @Test
        void anInfinityThatIsNotPartOfTheFunctionDoesNotMatter() {
            Variable infinite = Variable.of(Double.POSITIVE_INFINITY);
            assertThat(at(grad(x -> x.mul(2).add(infinite)), 1)).isEqualTo(2);
            assertThat(grad(x -> Variable.where(x.gt(0), x, infinite).sum()).apply(minusOneAndTwo))
                    .isEqualTo(Tensor.of(0, 1));
        }
    }

    @Nested
    class Replayed {

        private final Tensor x = Tensor.normal(new SplittableRandom(3), 20);
        private final Tensor square = Tensor.normal(new SplittableRandom(4), 20, 20);

        private Variable loss(Variable v) {
            Variable o = v.matmul(Variable.of(square)).add(v.tanh());
            return o.crossEntropy(Variable.of(square.row(0)))
                    .add(v.relu().mul(v.sin()).sum());
        }

        /** The value alone is replayed, the variable is not. */
        @Test
        void jacobiansAndHessiansHaveTheBitsOfTheirGraphs() {
            UnaryOperator<Variable> wide = v -> v.reshape(4, 5).softmax().matmul(Variable.of(square.rows(0, 5)));
            UnaryOperator<Variable> narrow = v -> v.exp().slice(0, 0, 17).mul(v.sum());
            UnaryOperator<Variable> flat = v -> v.sign();
            for (UnaryOperator<Variable> f : List.of(wide, narrow, flat, grad(this::loss))) {
                Derivative jacobian = jacobian(f);
                assertThat(jacobian.apply(x))
                        .isEqualTo(jacobian.apply(Variable.of(x)).value());
            }
            assertThat(hessian(this::loss).apply(x))
                    .isEqualTo(hessian(this::loss).apply(Variable.of(x)).value());
        }

        @Test
        void aFunctionMustReturnAVariable() {
            Map<String, ThrowingCallable> calls = Map.of(
                    "grad", () -> grad(v -> null).apply(x),
                    "hessian", () -> hessian(v -> null).apply(x),
                    "gradients", () -> Autodiff.gradients(v -> null, x),
                    "record", () -> Tape.record(v -> null, x));
            calls.forEach((verb, call) -> assertThatNullPointerException()
                    .isThrownBy(call)
                    .withMessage(verb + ": the function must return a variable, got null"));
            assertThatNullPointerException()
                    .isThrownBy(() -> Tape.record(v -> Arrays.asList(v.get(0), null), List.of(x)))
                    .withMessage("record: output 1 must be a variable, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> Tape.record(v -> null, List.of(x)))
                    .withMessage("record: outputs must be given, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> grad(null))
                    .withMessage("grad: the function must be given, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> vjp(Variable::sin, Variable.of(x), null))
                    .withMessage("vjp: cotangent 0 must be a variable, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> hvp(Variable::sum, Variable.of(x), null))
                    .withMessage("hvp: tangent 0 must be a variable, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> Tape.record(v -> v, (Tensor) null))
                    .withMessage("record: example 0 must be a tensor, got null");
            Variable v = Variable.of(x);
            assertThatNullPointerException()
                    .isThrownBy(() -> Autodiff.gradients(v.sum(), Arrays.asList(v, null)))
                    .withMessage("gradients: input 1 must be a variable, got null");
        }

        @Test
        void aMatrixThatIsTooLargeIsRefused() {
            String message = "hessian: the matrix must have at most 2147483639 elements"
                    + " (jvp, vjp and hvp multiply by the matrix without making it), got one of ";
            Derivative hessian = hessian(v -> v.square().sum());
            for (int n : new int[] {46341, 65536, 100_000}) { // squares that wrap to less than 0, to 0, and to more
                Tensor many = Tensor.zeros(n);
                String got = n + " by " + n;
                assertThatExceptionOfType(ShapeException.class)
                        .isThrownBy(() -> hessian.apply(many))
                        .withMessage(message + got);
                assertThatExceptionOfType(ShapeException.class)
                        .isThrownBy(() -> hessian.apply(Variable.of(many)))
                        .withMessage(message + got);
            }
        }

        @Test
        void theHessianInsideAnotherDerivativeCanBeDifferentiated() {
            UnaryOperator<Variable> trace =
                    v -> hessian(u -> u.pow(4).sum()).apply(v).sum();
            assertThat(grad(trace).apply(Tensor.arange(20)))
                    .isEqualTo(Variable.of(Tensor.arange(20)).mul(24).value());
        }

        @Test
        void aCapturedVariableThatIsBeingRecordedIsStillRefused() {
            Tape.record(
                    v -> {
                        Derivative jacobian = jacobian(u -> u.mul(v));
                        assertThatIllegalStateException()
                                .isThrownBy(() -> jacobian.apply(x))
                                .withMessageStartingWith("value: a variable that is being recorded has no value yet");
                        return v;
                    },
                    x);
        }

        @Test
        void rulesOfCustomOperationsMayLookAtPerturbations() {
            record Curious() implements CustomOp {
                @Override
                public Shape shape(Shape... s) {
                    return s[0];
                }

                @Override
                public Tensor eval(List<Tensor> in) {
                    return in.get(0);
                }

                @Override
                public Variable vjp(int i, Variable g, Variable y, List<Variable> in) {
                    return Variable.of(g.value());
                }

                @Override
                public Variable jvp(int i, Variable t, Variable y, List<Variable> in) {
                    return Variable.of(t.value());
                }
            }
            assertThat(jacobian(v -> new Curious().apply(v)).apply(x)).isEqualTo(Tensor.eye(20));
        }
    }
}
