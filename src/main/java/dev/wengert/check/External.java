package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * A function on arrays with derivatives that come from elsewhere: a formula, a program in C or Python, another framework. It is checked as
 * any other, up to the order of the derivatives that were given, and asked for nothing beyond.
 *
 * <pre>{@code
 * GradientCheck.external(x -> x[0] * x[0] * x[1], x -> new double[] {2 * x[0] * x[1], x[0] * x[0]})
 *         .at(3, 4)
 *         .run()
 *         .verify();
 * }</pre>
 *
 * <p>Function and derivatives must give the same result for the same point; they get an array of their own at every call. If the error of
 * the function is not stated, its noise is measured. An instance is immutable: each method returns another.
 */
public final class External {

    /** An operation on a vector, with its derivative if there is one: the gradient of a number, the Jacobian of a vector. */
    private record Operation(
            String label, Function<double[], double[]> f, Shape out, Operation derivative, double ulps, double scale)
            implements CustomOp, ExactForm {

        @Override
        public Shape shape(Shape... x) {
            return out;
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] y = f.apply(x.get(0).toArray());
            if (y == null || y.length != out.size()) {
                throw new IllegalArgumentException("external: the " + label + " must have " + out.size()
                        + (out.size() == 1 ? " element" : " elements") + " at this point, got "
                        + (y == null ? "null" : Integer.toString(y.length)));
            }
            return Tensor.of(out, y);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            if (derivative == null) {
                throw new IllegalStateException("external: no derivative of the " + label + " was given");
            }
            Variable slopes = derivative.apply(x.get(0));
            return out.rank() == 0 ? g.mul(slopes) : g.matmul(slopes);
        }
    }

    /** A linear operation and its transpose. */
    private record Linear(Operation forward, Operation transpose) implements CustomOp, ExactForm {

        @Override
        public Shape shape(Shape... x) {
            return forward.out;
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return forward.eval(x);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return new Linear(transpose, forward).apply(g);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return apply(t);
        }

        @Override
        public String label() {
            return forward.label;
        }

        @Override
        public double ulps() {
            return forward.ulps;
        }

        @Override
        public double scale() {
            return forward.scale;
        }
    }

    private enum Kind {
        NUMBER,
        VECTOR,
        LINEAR
    }

    private final Kind kind;
    private final Function<double[], double[]> f;

    /** The gradient, the Jacobian row by row, or the transpose; null if it was not given. */
    private final Function<double[], double[]> derivative;

    private final Function<double[], double[]> hessian;
    private final double ulps;
    private final double scale;

    private External(
            Kind kind,
            Function<double[], double[]> f,
            Function<double[], double[]> derivative,
            Function<double[], double[]> hessian,
            double ulps,
            double scale) {
        this.kind = kind;
        this.f = f;
        this.derivative = derivative;
        this.hessian = hessian;
        this.ulps = ulps;
        this.scale = scale;
    }

    static External number(ToDoubleFunction<double[]> f) {
        return new External(Kind.NUMBER, x -> new double[] {f.applyAsDouble(x)}, null, null, Double.NaN, 0);
    }

    static External vector(UnaryOperator<double[]> f, Function<double[], double[][]> jacobian) {
        return new External(Kind.VECTOR, f, x -> flat("Jacobian", jacobian.apply(x)), null, Double.NaN, 0);
    }

    static External linear(UnaryOperator<double[]> a, UnaryOperator<double[]> transpose) {
        return new External(Kind.LINEAR, a, transpose, null, Double.NaN, 0);
    }

    /** A matrix row by row. */
    private static double[] flat(String what, double[][] matrix) {
        if (matrix == null) {
            return null;
        }
        for (double[] row : matrix) {
            if (row == null || row.length != matrix[0].length) {
                throw new IllegalArgumentException("external: all rows of the " + what
                        + " must have the same number of elements, got " + matrix[0].length + " and "
                        + (row == null ? "null" : Integer.toString(row.length)));
            }
        }
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    private void requireNumber(String caller) {
        if (kind != Kind.NUMBER) {
            throw new IllegalStateException(caller + ": the function must give a number, got one that gives a vector");
        }
    }

    /**
     * Gives the gradient.
     *
     * @param gradient computes it from a point, with an element for each of the point's
     * @return the function with its gradient
     * @throws IllegalStateException if the function does not give a number
     */
    public External gradient(UnaryOperator<double[]> gradient) {
        Given.value("gradient", "the gradient", gradient);
        requireNumber("gradient");
        return new External(kind, f, gradient, hessian, ulps, scale);
    }

    /**
     * Gives the matrix of second derivatives, so that order 2 is checked, too.
     *
     * @param hessian computes it from a point, row by row
     * @return the function with its Hessian
     * @throws IllegalStateException if the function does not give a number
     */
    public External hessian(Function<double[], double[][]> hessian) {
        Given.value("hessian", "the Hessian", hessian);
        requireNumber("hessian");
        return new External(kind, f, derivative, x -> flat("Hessian", hessian.apply(x)), ulps, scale);
    }

    /**
     * States the error of the function's values, which is measured otherwise. If it is stated too small, right gradients do not pass.
     *
     * @param relative the largest error, relative to a value, such as 1e-7 for single precision
     * @return the function with its error
     * @throws IllegalArgumentException unless the error is 0 or more, and less than 1
     */
    public External error(double relative) {
        return error(relative, scale);
    }

    /**
     * States the error of the function's values relative to a size that they may cancel from.
     *
     * @param relative the largest error, relative to a value or the scale, whichever is larger
     * @param scale the size of the terms that a value is made of
     * @return the function with its error
     * @throws IllegalArgumentException unless the error is 0 or more, and less than 1, and the scale is 0 or more, and finite
     */
    public External error(double relative, double scale) {
        if (!(relative >= 0 && relative < 1)) {
            throw new IllegalArgumentException(
                    "error: the relative error must be 0 or more, and less than 1, got " + relative);
        }
        if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("error: the scale must be 0 or more, and finite, got " + scale);
        }
        return new External(kind, f, derivative, hessian, relative * 0x1p53, scale);
    }

    /**
     * Chooses the point.
     *
     * @param x its elements
     * @return a check of all derivatives that were given; its order can be lowered, not raised
     * @throws IllegalStateException if no gradient was given
     * @throws IllegalArgumentException if the point is empty, or a result has another number of elements than it must have here
     */
    public GradientCheck at(double... x) {
        Given.value("at", "the point", x);
        if (derivative == null) {
            throw new IllegalStateException(
                    "at: there must be a gradient to check; give it with gradient(…), or its numbers with atNumbers(…)");
        }
        return check(x.clone(), derivative, hessian, true);
    }

    /**
     * Chooses the only point at which the gradient is known. Nothing is checked close by.
     *
     * @param x the point
     * @param gradient the gradient there, with an element for each of the point's
     * @return a check of first order
     * @throws IllegalStateException if the function does not give a number
     * @throws IllegalArgumentException if the point is empty, or the gradient has another number of elements
     */
    public GradientCheck atNumbers(double[] x, double[] gradient) {
        Given.value("atNumbers", "the point", x);
        double[] g = Given.value("atNumbers", "the gradient", gradient).clone();
        requireNumber("atNumbers");
        return check(x.clone(), point -> g, null, false);
    }

    private GradientCheck check(
            double[] x, Function<double[], double[]> first, Function<double[], double[]> second, boolean alsoNearby) {
        if (x.length == 0) {
            throw new IllegalArgumentException("at: the point must have at least 1 element, got none");
        }
        int n = x.length;
        double[] y = f.apply(x.clone());
        if (y == null || y.length == 0) {
            throw new IllegalArgumentException("external: the function must have at least 1 element at this point, got "
                    + (y == null ? "null" : "none"));
        }
        Shape vector = Shape.of(n);
        Tensor point = Tensor.of(vector, x);
        CustomOp function;
        int order;
        if (kind == Kind.LINEAR) {
            Operation forward = new Operation("function", f, Shape.of(y.length), null, ulps, scale);
            Operation transpose = new Operation("transpose", first, vector, null, ulps, scale);
            transpose.eval(List.of(Tensor.of(y)));
            function = new Linear(forward, transpose);
            order = 2;
        } else {
            Operation curvature =
                    second == null ? null : new Operation("Hessian", second, Shape.of(n, n), null, Double.NaN, 0);
            Operation slopes = kind == Kind.NUMBER
                    ? new Operation("gradient", first, vector, curvature, Double.NaN, 0)
                    : new Operation("Jacobian", first, Shape.of(y.length, n), null, Double.NaN, 0);
            Shape out = kind == Kind.NUMBER ? Shape.of() : Shape.of(y.length);
            function = new Operation("function", f, out, slopes, ulps, scale);
            slopes.eval(List.of(point));
            if (curvature != null) {
                curvature.eval(List.of(point));
            }
            order = second == null ? 1 : 2;
        }
        return GradientCheck.of(a -> function.apply(a))
                .limited(order, alsoNearby)
                .at(point);
    }
}
