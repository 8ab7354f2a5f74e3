package dev.wengert.check;

import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/** A derivative as the rules give it: its components, bounds of their errors, and the components to many digits. */
final class Rule {

    private final double[] value;
    private final double[] rounding;
    private final double typical;
    private final Function<BigArithmetic, BigReal[]> exact;

    Rule(double[] value, double[] rounding, Function<BigArithmetic, BigReal[]> exact) {
        this(value, rounding, 0, exact);
    }

    private Rule(double[] value, double[] rounding, double typical, Function<BigArithmetic, BigReal[]> exact) {
        this.value = value;
        this.rounding = rounding;
        this.typical = typical;
        this.exact = exact;
    }

    /** The same, as a sum of terms that may cancel: a sum of their size with random signs is typically that large. */
    Rule typically(double size) {
        return new Rule(value, rounding, size, exact);
    }

    /** The values of variables that a sweep computed as a derivative of a program. */
    static Rule of(List<Variable> computed, Program differentiated) {
        return new Rule(
                Program.values(computed), Program.rounding(computed), a -> Program.exact(computed, differentiated, a));
    }

    /** A derivative of 0, in one component. */
    static Rule nothing() {
        return new Rule(new double[1], new double[1], a -> new BigReal[] {BigReal.ZERO});
    }

    /** The number of components. */
    int size() {
        return value.length;
    }

    double value(int component) {
        return value[component];
    }

    /** A bound of the error of the value. */
    double rounding(int component) {
        return rounding[component];
    }

    /** The size of a sum that is typical of terms like those of the value, if it has such terms; or 0. */
    double typical() {
        return typical;
    }

    /** The components, computed to a number of digits; null if an operation has no exact form or the computation fails. */
    double[] exact(int digits) {
        try {
            BigReal[] values = exact.apply(new BigArithmetic(digits));
            double[] rounded = new double[values.length];
            for (int c = 0; c < rounded.length; c++) {
                rounded[c] = values[c].toDouble();
            }
            return rounded;
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException beyond) {
            return null;
        }
    }
}
