package dev.wengert.functional;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Solutions of equations, differentiated without a look at the steps of the solver, by the implicit function theorem. The derivative passes
 * to every variable that the function captures, parameters included:
 *
 * <pre>{@code
 * Variable root = Implicit.root(z -> z.square().sub(theta), Variable.of(1.5));     // √θ
 * Variable y = Implicit.fixedPoint(z -> layer.apply(z).add(x).tanh(), Variable.of(Tensor.zeros(n)));
 * }</pre>
 *
 * <p>There are derivatives of every order, and a plan that replays the operation solves the equation anew. The function has the Java control
 * flow of its first run, and must not ask for the value of its argument. No derivative passes to the start.
 */
public final class Implicit {

    /** A step of this relative size is rounding. */
    private static final double ROUNDING = 0x1p-52;

    /** If steps are below this relative size and shrink no more, they are rounding, too. */
    private static final double STAGNANT = 1e-9;

    private static final int NEWTON_STEPS = 100;
    private static final int HALVINGS = 40;
    private static final int ITERATIONS = 100_000;

    private Implicit() {}

    /**
     * The solution of {@code f(z) = 0} near a start, by Newton's method, which halves a step that does not bring f nearer to 0. It solves
     * linear systems with the whole Jacobian, so it is for some hundred unknowns at most.
     *
     * @param f the function; its result has as many elements as its argument
     * @param start where to begin, and the shape of z; no derivative passes to it
     * @return z
     * @throws ShapeException if f returns more or fewer elements than z has
     * @throws ArithmeticException if the method does not converge, or the Jacobian is singular on the way
     */
    public static Variable root(UnaryOperator<Variable> f, Variable start) {
        Tape body = body("root", f, start);
        Shape residual = body.outputs().get(0).shape();
        if (residual.size() != start.shape().size()) {
            throw new ShapeException(
                    "root",
                    "the function must return as many numbers as there are unknowns",
                    residual + " for unknowns " + start.shape());
        }
        return new Root(body).apply(operands(start, body));
    }

    /**
     * The solution of {@code z = f(z)}, by iteration from a start; f must be a contraction near z. The adjoint is a fixed point as well,
     * and is found by iteration, so no matrix is made.
     *
     * @param f the function; its result has the shape of its argument
     * @param start where to begin, and the shape of z; no derivative passes to it
     * @return z
     * @throws ShapeException if f returns another shape
     * @throws ArithmeticException if the iteration does not converge
     */
    public static Variable fixedPoint(UnaryOperator<Variable> f, Variable start) {
        Tape body = body("fixedPoint", f, start);
        Shape next = body.outputs().get(0).shape();
        if (!next.equals(start.shape())) {
            throw new ShapeException(
                    "fixedPoint",
                    "the function must return the shape of its argument",
                    next + " for argument " + start.shape());
        }
        return new FixedPoint(body).apply(operands(start, body));
    }

    private static Tape body(String caller, UnaryOperator<Variable> f, Variable start) {
        Given.value(caller, "the function", f);
        Given.value(caller, "the start", start);
        return Tape.closure(z -> List.of(Given.result(caller, "a variable", f.apply(z.get(0)))), List.of(start));
    }

    private static Variable[] operands(Variable start, Tape body) {
        return Bodies.operands(
                List.of(start), body.inputs().subList(1, body.inputs().size()));
    }

    /** f at z, with captured variables in place of its own. */
    private static Variable run(Tape body, Variable z, List<Variable> captured) {
        return body.apply(List.of(Bodies.operands(List.of(z), captured))).get(0);
    }

    /** The cotangents of the captured variables, {@code (∂f/∂c)ᵀ μ} at z. */
    private static List<Variable> toCaptured(Tape body, Variable z, List<Variable> captured, Variable mu) {
        return Autodiff.gradients(c -> run(body, z, c).mul(mu).sum(), captured);
    }

    /** Adds the cotangents of all operands but the start. */
    private static void add(Cotangents c, List<Variable> cotangents) {
        for (int i = 1; i < c.operands(); i++) {
            if (c.wants(i)) {
                c.add(i, cotangents.get(i - 1));
            }
        }
    }

    private static double largest(Tensor x) {
        double largest = 0;
        for (double v : x.toArray()) {
            largest = Math.max(largest, Math.abs(v)); // NaN stays
        }
        return largest;
    }

    private static Variable flat(Variable x) {
        return x.reshape(x.shape().size());
    }

    /** z with f(z, c) = 0. The operands are the start, then c. */
    private record Root(Tape body) implements CustomOp {

        @Override
        public Shape shape(Shape... x) {
            Bodies.shape("root", body, x);
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            List<Variable> captured =
                    x.subList(1, x.size()).stream().map(Variable::of).toList();
            Variable z = Variable.of(x.get(0));
            Variable residual = run(body, z, captured);
            double before = Double.POSITIVE_INFINITY;
            for (int k = 0; k < NEWTON_STEPS; k++) {
                double size = largest(residual.value());
                if (size == 0) {
                    return z.value();
                }
                Variable step = Solve.of(jacobian(z, captured), flat(residual)).reshape(z.shape());
                double length = largest(step.value());
                Variable next = z.sub(step);
                Variable there = run(body, next, captured);
                double scale = largest(next.value());
                boolean small = length <= STAGNANT * scale && Double.isFinite(length);
                if (small && (length <= ROUNDING * scale || length >= before / 2)) {
                    return largest(there.value()) <= size ? next.value() : z.value();
                }
                for (int h = 0; h < HALVINGS && !(largest(there.value()) <= size); h++) {
                    step = step.mul(0.5);
                    next = z.sub(step);
                    there = run(body, next, captured);
                }
                if (!(largest(there.value()) <= size)) {
                    if (small) {
                        return z.value();
                    }
                    throw new ArithmeticException(
                            "root: a step of Newton's method must bring the function nearer to 0, got none after " + k
                                    + " steps, where it is " + size + "; start closer to a root");
                }
                before = length;
                z = next;
                residual = there;
            }
            throw new ArithmeticException("root: Newton's method must converge within " + NEWTON_STEPS
                    + " steps, and the last one moved by " + before + "; start closer to a root");
        }

        /** The Jacobian of f in z, [n, n]. */
        private Variable jacobian(Variable z, List<Variable> captured) {
            int n = z.shape().size();
            return Autodiff.jacobian(v -> run(body, v, captured)).apply(z).reshape(n, n);
        }

        /** {@code −(∂f/∂c)ᵀ μ}, where {@code (∂f/∂z)ᵀ μ = g}. */
        private List<Variable> cotangents(Variable g, Variable z, List<Variable> x) {
            List<Variable> captured = x.subList(1, x.size());
            Variable mu = Solve.of(jacobian(z, captured).transpose(), flat(g))
                    .neg()
                    .reshape(body.outputs().get(0).shape());
            return toCaptured(body, z, captured, mu);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable z, List<Variable> x) {
            return i == 0 ? null : cotangents(g, z, x).get(i - 1);
        }

        @Override
        public void pullback(Cotangents c) {
            add(c, cotangents(c.g(), c.y(), c.x()));
        }

        @Override
        public String label() {
            return "root";
        }
    }

    /** z with z = f(z, c). The operands are the start, then c. */
    private record FixedPoint(Tape body) implements CustomOp {

        @Override
        public Shape shape(Shape... x) {
            return Bodies.shape("fixedPoint", body, x);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            List<Variable> captured =
                    x.subList(1, x.size()).stream().map(Variable::of).toList();
            Variable z = Variable.of(x.get(0));
            double before = Double.POSITIVE_INFINITY;
            for (int k = 0; k < ITERATIONS; k++) {
                Variable next = run(body, z, captured);
                double length = largest(next.sub(z).value());
                double scale = largest(next.value());
                if (Double.isNaN(length) || scale == Double.POSITIVE_INFINITY) {
                    throw new ArithmeticException("fixedPoint: the iteration must stay finite, got "
                            + (Double.isNaN(length) ? "NaN" : "infinity") + " after " + (k + 1)
                            + " steps; the function is no contraction here");
                }
                if (length <= ROUNDING * scale || length <= STAGNANT * scale && length >= before) {
                    return next.value();
                }
                before = length;
                z = next;
            }
            throw new ArithmeticException("fixedPoint: the iteration must converge within " + ITERATIONS
                    + " steps, and the last one moved by " + before + "; the function is no contraction here");
        }

        /** {@code (∂f/∂c)ᵀ λ}, where {@code λ = g + (∂f/∂z)ᵀ λ}. */
        private List<Variable> cotangents(Variable g, Variable z, List<Variable> x) {
            List<Variable> captured = x.subList(1, x.size());
            Variable lambda = fixedPoint(
                    l -> Autodiff.vjp(v -> run(body, v, captured), z, l).add(g), g.detach());
            return toCaptured(body, z, captured, lambda);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable z, List<Variable> x) {
            return i == 0 ? null : cotangents(g, z, x).get(i - 1);
        }

        @Override
        public void pullback(Cotangents c) {
            add(c, cotangents(c.g(), c.y(), c.x()));
        }

        @Override
        public String label() {
            return "fixedPoint";
        }
    }

    /** x with Ax = b, by elimination with partial pivoting. It is closed under differentiation. */
    private record Solve() implements CustomOp {

        private static final Solve SOLVE = new Solve();

        static Variable of(Variable a, Variable b) {
            return SOLVE.apply(a, b);
        }

        @Override
        public Shape shape(Shape... x) {
            return x[1];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            int n = x.get(1).shape().size();
            double[] a = x.get(0).toArray();
            double[] b = x.get(1).toArray();
            for (int k = 0; k < n; k++) {
                int pivot = k;
                for (int i = k + 1; i < n; i++) {
                    pivot = Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k]) ? i : pivot;
                }
                if (a[pivot * n + k] == 0) {
                    throw new ArithmeticException(
                            "root: the Jacobian must not be singular, got pivot " + k + " of " + n + " equal to 0");
                }
                swap(a, k * n, pivot * n, n);
                swap(b, k, pivot, 1);
                for (int i = k + 1; i < n; i++) {
                    double factor = a[i * n + k] / a[k * n + k];
                    for (int j = k + 1; j < n; j++) {
                        a[i * n + j] -= factor * a[k * n + j];
                    }
                    b[i] -= factor * b[k];
                }
            }
            for (int k = n - 1; k >= 0; k--) {
                for (int j = k + 1; j < n; j++) {
                    b[k] -= a[k * n + j] * b[j];
                }
                b[k] /= a[k * n + k];
            }
            return Tensor.of(b);
        }

        private static void swap(double[] a, int i, int j, int n) {
            for (int l = 0; l < n; l++) {
                double v = a[i + l];
                a[i + l] = a[j + l];
                a[j + l] = v;
            }
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable b = of(x.get(0).transpose(), g);
            return i == 1 ? b : b.reshape(-1, 1).mul(y.reshape(1, -1)).neg();
        }

        @Override
        public String label() {
            return "solve";
        }
    }
}
