package dev.wengert.functional;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.loop.Loop;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

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
 * flow of its first run, and must not ask for the value of its argument. No derivative passes to the start, but it stays on the graph, because
 * a plan needs it: to begin where another solution ended, start at {@code Variable.of(z.value())}.
 */
public final class Implicit {

    private static final int ITERATIONS = 100_000;

    /** An iteration within its rounding ends when it came no closer for so long. */
    private static final int PATIENCE = 50;

    private Implicit() {}

    /**
     * The solution of {@code f(z) = 0} near a start, by Newton's method, which halves a step that does not bring f nearer to 0. It is found
     * when each element of f is 0 within the bound of its rounding. The method solves linear systems with the whole Jacobian, so it is for
     * some hundred unknowns at most.
     *
     * @param f the function; its result has as many elements as its argument
     * @param start where to begin, and the shape of z; no derivative passes to it
     * @return z
     * @throws ShapeException if f returns more or fewer elements than z has
     * @throws ArithmeticException if the method finds no root, or the Jacobian is singular on the way
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
        return new Root(Loop.alone(body)).apply(operands(start, body));
    }

    /**
     * The solution of {@code z = f(z)}, by iteration from a start; f must be a contraction near z. It is found when each element changes by
     * no more than its rounding, and the change shrinks no more. If errors shrink by a factor ρ in each step, the last digits are off by
     * about 1/(1 − ρ) times the rounding of f. The adjoint is a fixed point as well, and is found by iteration.
     *
     * @param f the function; its result has the shape of its argument
     * @param start where to begin, and the shape of z; no derivative passes to it
     * @return z
     * @throws ShapeException if f returns another shape
     * @throws ArithmeticException if the iteration does not converge
     */
    public static Variable fixedPoint(UnaryOperator<Variable> f, Variable start) {
        return fixedPoint("fixedPoint", f, start);
    }

    private static Variable fixedPoint(String label, UnaryOperator<Variable> f, Variable start) {
        Tape body = body(label, f, start);
        Shape next = body.outputs().get(0).shape();
        if (!next.equals(start.shape())) {
            throw new ShapeException(
                    label,
                    "the function must return the shape of its argument",
                    next + " for argument " + start.shape());
        }
        return new FixedPoint(Loop.alone(body), label).apply(operands(start, body));
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

    /** Adds the tangents that come from all operands but the start: {@code ∂f/∂c ċ} at z; null if there is none. */
    private static Variable fromCaptured(Tape body, Tangents t) {
        List<Variable> captured = t.x().subList(1, t.operands());
        Variable sum = null;
        for (int i = 1; i < t.operands(); i++) {
            if (t.t(i) != null) {
                Variable part = fromCaptured(body, i, t.t(i), t.y(), captured);
                sum = sum == null ? part : sum.add(part);
            }
        }
        return sum;
    }

    /** {@code ∂f/∂c ċ} at z for one captured variable. */
    private static Variable fromCaptured(Tape body, int i, Variable tangent, Variable z, List<Variable> captured) {
        return Autodiff.jvp(
                c -> {
                    List<Variable> with = new ArrayList<>(captured);
                    with.set(i - 1, c);
                    return run(body, z, with);
                },
                captured.get(i - 1),
                tangent);
    }

    /** The Jacobian of f in z, [n, n]. */
    static Variable jacobian(Tape body, Variable z, List<Variable> captured) {
        int n = z.shape().size();
        return Autodiff.jacobian(v -> run(body, v, captured)).apply(z).reshape(n, n);
    }

    static Variable flat(Variable x) {
        return x.reshape(x.shape().size());
    }

    /** The solution z of an equation in z and c. The operands are the start, through which nothing passes, then c. */
    private sealed interface Solution extends CustomOp {

        /** f, with the inputs z and c. */
        Tape body();

        /** The cotangents of c. */
        List<Variable> cotangents(Variable g, Variable z, List<Variable> x);

        /** The tangent of z, if that of f at a fixed z is v. */
        Variable tangent(Variable v, Variable z, List<Variable> captured);

        @Override
        default boolean passes(int i) {
            return i > 0;
        }

        @Override
        default Variable vjp(int i, Variable g, Variable z, List<Variable> x) {
            return i == 0 ? null : cotangents(g, z, x).get(i - 1);
        }

        @Override
        default Variable jvp(int i, Variable t, Variable z, List<Variable> x) {
            List<Variable> captured = x.subList(1, x.size());
            return i == 0 ? null : tangent(fromCaptured(body(), i, t, z, captured), z, captured);
        }

        @Override
        default void pullback(Cotangents c) {
            if (IntStream.range(1, c.operands()).anyMatch(c::wants)) {
                add(c, cotangents(c.g(), c.y(), c.x()));
            }
        }

        @Override
        default void pushforward(Tangents t) {
            Variable v = fromCaptured(body(), t);
            if (v != null) {
                t.add(1, tangent(v, t.y(), t.x().subList(1, t.operands())));
            }
        }
    }

    /** z with f(z, c) = 0. The operands are the start, then c. */
    private record Root(Tape body) implements Solution {

        @Override
        public Shape shape(Shape... x) {
            Bodies.shape("root", body, x);
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return new Newton(body, x).root();
        }

        /** {@code −(∂f/∂c)ᵀ μ}, where {@code (∂f/∂z)ᵀ μ = g}. */
        @Override
        public List<Variable> cotangents(Variable g, Variable z, List<Variable> x) {
            List<Variable> captured = x.subList(1, x.size());
            Variable mu = Solve.of(jacobian(body, z, captured).transpose(), flat(g))
                    .neg()
                    .reshape(body.outputs().get(0).shape());
            return toCaptured(body, z, captured, mu);
        }

        /** {@code −(∂f/∂z)⁻¹ v}. */
        @Override
        public Variable tangent(Variable v, Variable z, List<Variable> captured) {
            return Solve.of(jacobian(body, z, captured), flat(v)).neg().reshape(z.shape());
        }

        @Override
        public String label() {
            return "root";
        }
    }

    /** z with z = f(z, c). The operands are the start, then c. */
    private record FixedPoint(Tape body, String label) implements Solution {

        @Override
        public Shape shape(Shape... x) {
            return Bodies.shape(label, body, x);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Tensor z = x.get(0);
            Tensor best = z;
            double least = Double.POSITIVE_INFINITY;
            int since = 0;
            for (int k = 0; k < ITERATIONS; k++) {
                BoundedValue value = new BoundedValue(body, z, x);
                Tensor next = Tensor.of(z.shape(), value.f());
                if (!Arrays.stream(value.f()).allMatch(Double::isFinite)) {
                    throw new ArithmeticException(label + ": the iteration must stay finite, and did not after "
                            + (k + 1) + " steps; the function is no contraction here");
                }
                double change = change(z, value);
                since = change < least ? 0 : since + 1;
                if (change < least) {
                    least = change;
                    best = next;
                }
                if (change == 0 || least <= 1 && since >= PATIENCE) {
                    return best;
                }
                z = next;
            }
            throw new ArithmeticException(label + ": the iteration must converge within " + ITERATIONS
                    + " steps, and did not; the function is no contraction here, or a slow one");
        }

        /** The largest change of an element beside the rounding of both. */
        private static double change(Tensor z, BoundedValue value) {
            double[] before = z.toArray();
            double largest = 0;
            for (int i = 0; i < before.length; i++) {
                double change = Math.abs(value.f()[i] - before[i]);
                largest = Math.max(largest, change == 0 ? 0 : change / (2 * value.bound()[i] + Math.ulp(value.f()[i])));
            }
            return largest;
        }

        /** {@code (∂f/∂c)ᵀ λ}, where {@code λ = g + (∂f/∂z)ᵀ λ}. */
        @Override
        public List<Variable> cotangents(Variable g, Variable z, List<Variable> x) {
            List<Variable> captured = x.subList(1, x.size());
            Variable lambda = fixedPoint(
                    "adjoint of fixedPoint",
                    l -> Autodiff.vjp(v -> run(body, v, captured), z, l).add(g),
                    g.detach());
            return toCaptured(body, z, captured, lambda);
        }

        /** ż with {@code ż = ∂f/∂z ż + v}. */
        @Override
        public Variable tangent(Variable v, Variable z, List<Variable> captured) {
            return fixedPoint(
                    "tangent of fixedPoint",
                    t -> Autodiff.jvp(u -> run(body, u, captured), z, t).add(v),
                    v.detach());
        }
    }
}
