package dev.wengert.autodiff;

import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The Jacobian of a function, computed by forward mode column by column, or by reverse mode row by row if there are fewer rows.
 *
 * <p>Applied to variables, it is one graph with the products for all basis vectors, so that it can be differentiated. Applied to tensors,
 * it records one product and replays it for each basis vector. A replay runs the sweep only, since everything that does not depend on the
 * vector is a constant.
 */
record Jacobian(String verb, UnaryOperator<Variable> f, Mode mode) implements Derivative {

    /** How to compute a Jacobian; ANY is the mode that needs fewer products. */
    enum Mode {
        ANY,
        FORWARD,
        REVERSE
    }

    /** From this many products on, recording pays. */
    private static final int MANY = 16;

    @Override
    public Variable apply(Variable x) {
        Tape tape = Autodiff.trace(verb, f, x);
        requireMatrix(shape(tape), x.shape());
        return all(tape, x.shape());
    }

    @Override
    public Tensor apply(Tensor x) {
        Tape tape = Autodiff.trace(verb, f, Variable.of(x));
        requireMatrix(shape(tape), x.shape());
        return canReplay(tape, x.shape())
                ? replayed(tape, x.shape())
                : all(tape, x.shape()).value();
    }

    private void requireMatrix(Shape y, Shape x) {
        if ((long) y.size() * x.size() > Shape.MAX_SIZE) {
            throw new ShapeException(
                    verb,
                    "the matrix must have at most " + Shape.MAX_SIZE + " elements"
                            + " (jvp, vjp and hvp multiply by the matrix without making it)",
                    "one of " + y.size() + " by " + x.size());
        }
    }

    private static Shape shape(Tape tape) {
        return tape.outputs().get(0).shape();
    }

    private boolean isReverse(Tape tape, Shape x) {
        return mode == Mode.REVERSE || mode == Mode.ANY && shape(tape).size() < x.size();
    }

    /** The product with a basis vector, or the product with its transpose. */
    private static Variable product(Tape tape, boolean reverse, Variable unit) {
        return (reverse ? tape.pullback(List.of(unit)) : tape.pushforward(List.of(unit))).get(0);
    }

    private Variable all(Tape tape, Shape x) {
        Shape y = shape(tape);
        boolean reverse = isReverse(tape, x);
        Shape shape = reverse ? y : x;
        int n = shape.size();
        if (n == 0) {
            return Variable.of(Tensor.zeros(y.concat(x)));
        }
        Variable[] products = new Variable[n];
        for (int i = 0; i < n; i++) {
            double[] unit = new double[n];
            unit[i] = 1;
            Variable product = product(tape, reverse, Variable.of(TensorArrays.wrap(shape, unit)));
            products[i] = product.reshape(product.shape().size());
        }
        return Variable.stack(reverse ? 0 : 1, products).reshape(y.concat(x));
    }

    /**
     * A program with custom operations is not replayed: their rules may read the values of perturbations, so they must run for each
     * product.
     */
    private boolean canReplay(Tape tape, Shape x) {
        return (isReverse(tape, x) ? shape(tape) : x).size() >= MANY
                && !tape.outputs().get(0).isRecording()
                && tape.steps().stream().noneMatch(step -> step.opOrNull() instanceof CustomOp);
    }

    private Tensor replayed(Tape tape, Shape x) {
        Shape y = shape(tape);
        boolean reverse = isReverse(tape, x);
        Shape shape = reverse ? y : x;
        Variable direction = Variable.recording(Tensor.zeros(shape));
        Plan plan = Tape.between(direction, product(tape, reverse, direction)).compile();
        int n = shape.size();
        int length = (reverse ? x : y).size();
        double[] unit = new double[n];
        double[][] products = new double[reverse ? 1 : Rows.COLUMNS][length];
        double[] jacobian = new double[n * length];
        for (int i = 0; i < n; i++) {
            unit[i] = 1;
            plan.set(0, unit);
            unit[i] = 0;
            plan.run();
            int k = i % products.length;
            plan.get(0, products[k]);
            if (reverse) {
                System.arraycopy(products[k], 0, jacobian, i * length, length);
            } else if (k == Rows.COLUMNS - 1 || i == n - 1) {
                Rows.setColumns(products, 0, k + 1, jacobian, n, i - k, length);
            }
        }
        return TensorArrays.wrap(y.concat(x), jacobian);
    }
}
