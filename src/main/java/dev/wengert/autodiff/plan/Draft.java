package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that is being compiled. Passes may replace its steps by others that compute the same bits. */
public final class Draft {

    /** Equal constants of at most this size are merged. */
    private static final int SMALL = 256;

    /** An input, a constant, or the result of a step. */
    public static final class Value {

        /** The kernel that computes the step; null for an input or a constant. */
        final Kernel kernel;

        final Value[] x;
        final Shape shape;

        /** The elements of a constant, else null. */
        final double[] constant;

        /** The value that replaces this one in the current rewriting. */
        private Value becomes = this;

        /** Whether an output depends on it. */
        private boolean live;

        /** Its index in the tables of an {@link Assembler}. */
        int number;

        private Value(Kernel kernel, Value[] x, Shape shape, double[] constant) {
            this.kernel = kernel;
            this.x = x;
            this.shape = shape;
            this.constant = constant;
        }

        boolean isStep() {
            return kernel != null;
        }

        int size() {
            return shape.size();
        }

        /** The value with the same elements behind all reshapes; usually itself. */
        Value root() {
            Value root = this;
            while (root.kernel instanceof Reshape) {
                root = root.x[0];
            }
            return root;
        }

        /** Whether this is a constant whose elements all have the bits of the first. */
        boolean isUniform() {
            if (constant == null || constant.length == 0) {
                return false;
            }
            long bits = Double.doubleToLongBits(constant[0]);
            for (double v : constant) {
                if (Double.doubleToLongBits(v) != bits) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A rule that replaces steps by others. */
    interface Rewrite {
        /**
         * Returns the replacement of a step: the step itself, an earlier value, or a step that the rewrite {@linkplain Draft#add adds}.
         *
         * @param step the step, whose operands have already been replaced
         */
        Value apply(Value step);
    }

    private static final Value[] NONE = {};

    private final List<Value> inputs = new ArrayList<>();
    private List<Value> steps = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final Map<Tensor, Value> small = new HashMap<>();

    /** Adds an input behind the present ones. */
    public Value input(Shape shape) {
        Value input = new Value(null, NONE, shape, null);
        inputs.add(input);
        return input;
    }

    /** A constant; equal small constants are merged. */
    public Value constant(Tensor tensor) {
        Value value = constant(tensor.shape(), TensorArrays.of(tensor));
        if (value.size() > SMALL) {
            return value;
        }
        Value equal = small.putIfAbsent(tensor, value);
        return equal == null ? value : equal;
    }

    /** Makes a value the next output. */
    public void output(Value value) {
        outputs.add(value);
    }

    List<Value> inputs() {
        return inputs;
    }

    /** The steps in execution order. */
    List<Value> steps() {
        return steps;
    }

    List<Value> outputs() {
        return outputs;
    }

    /** Adds a step behind the present ones. */
    public Value add(Kernel kernel, Shape shape, Value... x) {
        Value step = new Value(kernel, x, shape, null);
        steps.add(step);
        return step;
    }

    /** A constant, not merged. */
    static Value constant(Shape shape, double[] elements) {
        return new Value(null, NONE, shape, elements);
    }

    /** Replaces every step by its replacement under a rule, in execution order, and drops steps that no output needs any more. */
    void rewrite(Rewrite rule) {
        List<Value> before = steps;
        steps = new ArrayList<>(before.size());
        for (Value step : before) {
            Value[] x = replaced(step.x);
            Value same = x == step.x ? step : new Value(step.kernel, x, step.shape, null);
            Value result = rule.apply(same);
            if (result == same) {
                steps.add(same);
            }
            step.becomes = result;
        }
        outputs.replaceAll(output -> output.becomes);
        prune();
    }

    /** The replacements of some values; the same array if none was replaced. */
    private static Value[] replaced(Value[] x) {
        Value[] result = x;
        for (int i = 0; i < x.length; i++) {
            if (x[i].becomes != x[i]) {
                result = result == x ? x.clone() : result;
                result[i] = x[i].becomes;
            }
        }
        return result;
    }

    private void prune() {
        for (Value step : steps) {
            step.becomes = step;
            step.live = false;
        }
        for (Value output : outputs) {
            output.live = true;
        }
        int count = 0;
        for (int k = steps.size() - 1; k >= 0; k--) {
            Value step = steps.get(k);
            if (step.live) {
                count++;
                for (Value x : step.x) {
                    x.live = true;
                }
            }
        }
        if (count < steps.size()) {
            steps.removeIf(step -> !step.live);
        }
    }
}
