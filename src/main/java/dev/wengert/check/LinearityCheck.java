package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Checks that each rule r of an operation is linear in the cotangent or tangent u that it carries. Checks r(0) = 0, r(cu) = c·r(u) for
 * several c, −1 among them, and r(u + v) = r(u) + r(v).
 */
final class LinearityCheck {

    /** Powers of two and their negatives, because these cause no rounding. The last is larger than any usual limit for clipping. */
    private static final double[] FACTORS = {-1, 0x1p20, 0x1p100};

    /** Rules that are not linear are farther off than this share. */
    private static final double SMALL = 1e-9;

    private LinearityCheck() {}

    /**
     * A rule that is not linear.
     *
     * @param rule {@code vjp} or {@code jvp}
     * @param operand the number of the operand
     */
    record Nonlinear(String rule, int operand) {

        String what() {
            String carried = rule.equals("vjp") ? "cotangent" : "tangent";
            return rule + ", input " + operand + ": it must be linear in the " + carried + ", and 0 for 0";
        }
    }

    /** The first rule that is not linear, of the operation that made y. Its operands must be leaves. */
    static Optional<Nonlinear> of(Variable y, Variable cotangent) {
        Op op = y.op().orElseThrow();
        List<Variable> x = y.inputs();
        SplittableRandom random = new SplittableRandom(1);
        Variable other = normal(random, y);
        for (int i = 0; i < x.size(); i++) {
            int operand = i;
            if (!isLinear(g -> op.vjp(operand, g, y, x), cotangent, other)) {
                return Optional.of(new Nonlinear("vjp", i));
            }
            if (!isLinear(t -> op.jvp(operand, t, y, x), normal(random, x.get(i)), normal(random, x.get(i)))) {
                return Optional.of(new Nonlinear("jvp", i));
            }
        }
        return Optional.empty();
    }

    private static Variable normal(SplittableRandom random, Variable like) {
        return Variable.of(Tensor.normal(random, like.shape().toArray()));
    }

    private static boolean isLinear(UnaryOperator<Variable> rule, Variable u, Variable v) {
        Variable once = rule.apply(u);
        if (once == null) {
            return true;
        }
        double[] a = once.value().toArray();
        double[] none = values(rule, Variable.of(Tensor.zeros(u.shape())));
        for (double factor : FACTORS) {
            double[] b = values(rule, u.mul(factor));
            for (int k = 0; k < a.length; k++) {
                double slack = Math.abs(factor) * (SMALL * Math.abs(a[k]) + Double.MIN_NORMAL);
                boolean linear = Math.abs(b[k] - factor * a[k]) <= slack;
                if (Double.isFinite(factor * a[k])
                        && Double.isFinite(b[k])
                        && !(linear && (none[k] == 0 || Double.isNaN(none[k])))) {
                    return false;
                }
            }
        }
        return isAdditive(rule, once, u, v);
    }

    private static double[] values(UnaryOperator<Variable> rule, Variable u) {
        return rule.apply(u).value().toArray();
    }

    /** Whether {@code J(u + v) − Ju − Jv} is 0 within its rounding, or within a small share of the largest element. */
    private static boolean isAdditive(UnaryOperator<Variable> rule, Variable once, Variable u, Variable v) {
        Variable other = rule.apply(v);
        Variable rest = rule.apply(u.add(v)).sub(once).sub(other);
        double[] value = rest.value().toArray();
        double[] rounding = Program.rounding(List.of(rest));
        double slack = SMALL * (largest(once) + largest(other)) + Double.MIN_NORMAL;
        for (int k = 0; k < value.length; k++) {
            if (Math.abs(value[k]) > rounding[k] + slack && Double.isFinite(value[k])) {
                return false;
            }
        }
        return true;
    }

    private static double largest(Variable v) {
        return Arrays.stream(v.value().toArray())
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }
}
