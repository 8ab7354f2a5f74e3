package dev.wengert.optim;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** A function that returns a number, with its derivatives at points of plain arrays: recorded once and replayed, or run anew each time. */
final class Objective {

    private final Start start;
    private final BinaryOperator<Variable> product;
    private final boolean eager;
    private Plan gradients;
    private Plan products;
    private int evaluations;

    Objective(Start start, boolean eager) {
        this(start, eager, null);
    }

    /**
     * A function, and a matrix at each point, such as its Hessian.
     *
     * @param product the product of the matrix at a point with a vector; null for the Hessian
     */
    Objective(Start start, boolean eager, BinaryOperator<Variable> product) {
        this.start = start;
        this.eager = eager;
        this.product = product == null ? (x, v) -> Autodiff.hvp(this::number, x, v) : product;
    }

    private Variable number(Variable x) {
        Variable y = start.apply(x);
        if (y.shape().size() != 1) {
            throw new ShapeException(
                    start.caller(),
                    "the function must return a single number",
                    y.shape().toString(),
                    "sum it");
        }
        return y;
    }

    /** The value at a point; writes the gradient. */
    double value(double[] x, double[] gradient) {
        evaluations++;
        double[] value = new double[1];
        if (eager) {
            ValueAndGradient<Tensor> both = Autodiff.valueAndGrad(this::number, tensor(x));
            value[0] = both.value().item();
            System.arraycopy(both.gradient().toArray(), 0, gradient, 0, gradient.length);
        } else {
            if (gradients == null) {
                gradients = recorded(
                        in -> {
                            ValueAndGradient<Variable> both = Autodiff.valueAndGrad(this::number, in.get(0));
                            return List.of(both.value(), both.gradient());
                        },
                        List.of(start.point()));
            }
            gradients.set(0, x);
            gradients.run();
            gradients.get(0, value);
            gradients.get(1, gradient);
        }
        return value[0];
    }

    /** The value at the start, which must be finite, as must be the gradient. */
    double valueAtStart(double[] gradient) {
        double value = value(start.point().toArray(), gradient);
        if (!Double.isFinite(value)) {
            throw new ArithmeticException(
                    start.caller() + ": the value of the function at the start must be finite, got " + value);
        }
        if (!Vectors.isFinite(gradient)) {
            throw new ArithmeticException(start.caller()
                    + ": the gradient of the function at the start must be finite, got " + start.notFinite(gradient));
        }
        return value;
    }

    /** The product of the matrix at a point with a vector. */
    double[] product(double[] x, double[] v) {
        if (eager) {
            return product.apply(Variable.of(tensor(x)), Variable.of(tensor(v)))
                    .value()
                    .toArray();
        }
        if (products == null) {
            products =
                    recorded(in -> List.of(product.apply(in.get(0), in.get(1))), List.of(start.point(), start.point()));
        }
        double[] y = new double[x.length];
        products.set(0, x);
        products.set(1, v);
        products.run();
        products.get(0, y);
        return y;
    }

    /** A plan of a function that is the same in each recording. */
    static Plan recorded(Function<List<Variable>, List<Variable>> f, List<Tensor> examples) {
        return Tape.record(f, examples, examples).compile();
    }

    /** The elements of the start. */
    double[] start() {
        return start.point().toArray();
    }

    /** How often the value was computed. */
    int evaluations() {
        return evaluations;
    }

    /** Numbers in the shape of the start. */
    Tensor tensor(double[] x) {
        return Tensor.of(start.point().shape(), x);
    }
}
