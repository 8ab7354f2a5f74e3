package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;

/**
 * Derivatives of random formulas up to order four, by Hipparchus's Taylor coefficients: an oracle that shares neither code nor method.
 *
 * <p>The oracle is after wrong rules, not after rounding. Intermediate derivatives up to order four are below 10⁴ and arguments away
 * from poles and kinks, so that a rounding is amplified by 10⁴ a level at most over a few levels; a wrong rule is off by a good part of
 * the value itself, and {@link #TOLERANCE} of the largest derivative is far from both.
 */
class HipparchusOracleProperties {

    private static final int ORDER = 4;
    private static final double TOLERANCE = 0x1p-30;

    @Provide
    Arbitrary<Formula.At> formulas() {
        return new Formula.Arbitrary(4);
    }

    static DerivativeStructure oracle(Formula.At at) {
        DSFactory factory = new DSFactory(2, ORDER);
        return at.formula().of(factory.variable(0, at.x()), factory.variable(1, at.y()));
    }

    private static void agree(String what, double actual, double expected, DerivativeStructure oracle) {
        agree(what, actual, expected, largest(oracle));
    }

    private static void agree(String what, double actual, double expected, double largest) {
        assertThat(Math.abs(actual - expected))
                .as("%s: %s, by Hipparchus %s", what, actual, expected)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(1, largest));
    }

    private static double largest(DerivativeStructure oracle) {
        return Arrays.stream(oracle.getAllDerivatives()).map(Math::abs).max().orElseThrow();
    }

    /** The formula as a function of a point [x, y]. */
    private static UnaryOperator<Variable> function(Formula f) {
        return point ->
                f.of(point.slice(0, 0, 1).reshape(), point.slice(0, 1, 2).reshape());
    }

    private static Tensor point(Formula.At at) {
        return Tensor.of(at.x(), at.y());
    }

    @Property(tries = 500)
    void valueAndGradient(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        Variable value = function(at.formula()).apply(Variable.of(point(at)));
        agree("f", value.item(), oracle.getValue(), oracle);
        Tensor gradient = grad(function(at.formula())).apply(point(at));
        agree("∂f/∂x", gradient.get(0), oracle.getPartialDerivative(1, 0), oracle);
        agree("∂f/∂y", gradient.get(1), oracle.getPartialDerivative(0, 1), oracle);
    }

    @Property(tries = 500)
    void gradientByForwardMode(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        Tensor dx = jvp(function(at.formula()), point(at), Tensor.of(1, 0));
        Tensor dy = jvp(function(at.formula()), point(at), Tensor.of(0, 1));
        agree("∂f/∂x", dx.item(), oracle.getPartialDerivative(1, 0), oracle);
        agree("∂f/∂y", dy.item(), oracle.getPartialDerivative(0, 1), oracle);
    }

    @Property(tries = 500)
    void secondOrder(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        Tensor h = hessian(function(at.formula())).apply(point(at));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                agree("H", h.get(i, j), oracle.getPartialDerivative(2 - i - j, i + j), oracle);
            }
        }
    }

    @Property(tries = 300)
    void thirdOrder(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        Tensor third = jacobian(hessian(function(at.formula()))).apply(point(at));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                for (int k = 0; k < 2; k++) {
                    agree("T", third.get(i, j, k), oracle.getPartialDerivative(3 - i - j - k, i + j + k), oracle);
                }
            }
        }
    }

    /** Reverse mode all the way: the gradient of the gradient of the gradient of the gradient, in x and then in y. */
    @Property(tries = 300)
    void fourthOrderByReverseModeAlone(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        Formula f = at.formula();
        UnaryOperator<Variable> inX = x -> f.of(x, Variable.of(at.y()));
        Tensor fourth = grad(grad(grad(grad(inX)))).apply(Tensor.scalar(at.x()));
        agree("∂⁴f/∂x⁴", fourth.item(), oracle.getPartialDerivative(4, 0), oracle);
        UnaryOperator<Variable> mixed =
                y -> grad(grad((Variable x) -> f.of(x, y))).apply(Variable.of(at.x()));
        agree(
                "∂⁴f/∂x²∂y²",
                grad(grad(mixed)).apply(Tensor.scalar(at.y())).item(),
                oracle.getPartialDerivative(2, 2),
                oracle);
    }

    /** Forward mode all the way. */
    @Property(tries = 300)
    void fourthOrderByForwardModeAlone(@ForAll("formulas") Formula.At at) {
        DerivativeStructure oracle = oracle(at);
        UnaryOperator<Variable> f = function(at.formula());
        Variable dx = Variable.of(Tensor.of(1, 0));
        Variable dy = Variable.of(Tensor.of(0, 1));
        UnaryOperator<Variable> first = p -> jvp(f, p, dx);
        UnaryOperator<Variable> second = p -> jvp(first, p, dx);
        UnaryOperator<Variable> third = p -> jvp(second, p, dy);
        double fourth = jvp(third, Variable.of(point(at)), dx).item();
        agree("∂⁴f/∂x³∂y", fourth, oracle.getPartialDerivative(3, 1), oracle);
    }

    /** Four points at once, x as a column against y as a row: the gradient in x_i is a weighted sum over row i of the grid. */
    @Property(tries = 200)
    void overAGridOfPoints(@ForAll("formulas") Formula.At first, @ForAll("formulas") Formula.At second) {
        Formula f = first.formula();
        double[] x = {first.x(), second.x()};
        double[] y = {first.y(), second.y()};
        double[][] weights = {{1, 16}, {256, 4096}};
        Variable row = Variable.of(Tensor.of(y));
        Tensor gradient = grad(column ->
                        f.of(column, row).mul(Variable.of(Tensor.of(weights))).sum())
                .apply(Tensor.of(x).reshape(2, 1));
        for (int i = 0; i < 2; i++) {
            double expected = 0;
            double largest = 1;
            for (int j = 0; j < 2; j++) {
                DerivativeStructure oracle = oracle(new Formula.At(f, x[i], y[j]));
                Assume.that(oracle != null);
                expected += weights[i][j] * oracle.getPartialDerivative(1, 0);
                largest = Math.max(largest, weights[i][j] * largest(oracle));
            }
            agree("∂f/∂x", gradient.get(i, 0), expected, largest);
        }
    }
}
