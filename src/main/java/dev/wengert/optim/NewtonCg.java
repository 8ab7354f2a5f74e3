package dev.wengert.optim;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Minimises a function by Newton's method with conjugate gradients in a trust region: each step solves for the Newton step by exact products
 * of the Hessian with vectors, and ends at the boundary of the region where the step would leave it or the curvature is not positive
 * (T. Steihaug, The conjugate gradient method and trust regions in large scale optimization, 1983; J. Nocedal and S. J. Wright, Numerical
 * Optimization, 2nd edition, 2006, algorithms 4.1 and 7.2). No matrix is formed. Near a minimum it converges quadratically.
 *
 * <p>Where the gradient vanishes it looks for negative curvature in the directions that conjugate gradients reach from a fixed vector, and
 * leaves a saddle that shows it.
 *
 * <p>The function must be twice differentiable and the same at each call. It is recorded and replayed, so its Java control flow is frozen;
 * a function that reads values to decide what to compute fails with a message of {@link Variable#value}, and works {@linkplain #eager()
 * eagerly}. Results are the same to the last bit in each run.
 */
public final class NewtonCg {

    private static final String MINIMISE = "minimise";
    private static final double LARGEST_RADIUS = 1e10;
    private static final double LEAST_RATIO = 1e-4;

    /** Parts of the value below this are rounding. */
    private static final double ROUNDING = 10 * 0x1p-52;

    /** Curvature below this part of the largest is taken for zero. */
    private static final double FLAT = 1e-10;

    /** How often the gradient may fail to halve where all changes of the value are rounding. */
    private static final int MOST_STALLS = 3;

    private static final int MOST_PROBES = 50;

    private final Limits limits;
    private final double radius;

    /** At most 1000 steps, with 1e-8 as the tolerance of the gradient and 1 as the first radius. */
    public NewtonCg() {
        this(new Limits(1000, 1e-8, 0, false), 1);
    }

    private NewtonCg(Limits limits, double radius) {
        this.limits = limits;
        this.radius = radius;
    }

    /**
     * The same with another limit of iterations.
     *
     * @param most the most steps, at least 1
     * @return the optimiser
     */
    public NewtonCg iterations(int most) {
        return new NewtonCg(limits.iterations(most), radius);
    }

    /**
     * The same with another tolerance of the gradient.
     *
     * @param tolerance the search ends where no element of the gradient is larger
     * @return the optimiser
     */
    public NewtonCg gradientTolerance(double tolerance) {
        return new NewtonCg(limits.gradient("gradientTolerance", tolerance), radius);
    }

    /**
     * The same with another first radius of the trust region, which then grows and shrinks.
     *
     * @param length the longest first step
     * @return the optimiser
     */
    public NewtonCg radius(double length) {
        if (!(length > 0 && length <= LARGEST_RADIUS)) {
            throw new IllegalArgumentException(
                    "radius: the radius must be positive and at most " + LARGEST_RADIUS + ", got " + length);
        }
        return new NewtonCg(limits, length);
    }

    /**
     * The same for a function whose Java control flow depends on values: it is run anew at each point, not replayed.
     *
     * @return the optimiser
     */
    public NewtonCg eager() {
        return new NewtonCg(limits.eagerly(), radius);
    }

    /**
     * Minimises a function.
     *
     * @param f a function that returns a single number
     * @param start where the search begins, of any shape
     * @return where it ended
     * @throws ShapeException if f returns anything but one number
     * @throws IllegalArgumentException if the start is empty or not finite
     * @throws ArithmeticException if the value or the gradient at the start is not finite
     */
    public Minimum minimise(UnaryOperator<Variable> f, Tensor start) {
        return minimise(new Objective(Start.of(MINIMISE, f, start), limits.eager()));
    }

    /**
     * Minimises the loss of a model with the generalised Gauss-Newton matrix ({@link Autodiff#ggnvp}) in the place of the Hessian. For a
     * convex loss it has no negative curvature.
     *
     * @param model a function of the parameters, such as the outputs for all examples
     * @param loss a function of what the model returns, a single number
     * @param start where the search begins, of any shape
     * @return where it ended
     * @throws ShapeException if the loss is anything but one number
     * @throws IllegalArgumentException if the start is empty or not finite
     * @throws ArithmeticException if the value or the gradient at the start is not finite
     */
    public Minimum minimise(UnaryOperator<Variable> model, UnaryOperator<Variable> loss, Tensor start) {
        Given.value(MINIMISE, "the model", model);
        Given.value(MINIMISE, "the loss", loss);
        UnaryOperator<Variable> f = x -> loss.apply(Given.result(MINIMISE, "a variable", model.apply(x)));
        return minimise(new Objective(
                Start.of(MINIMISE, f, start), limits.eager(), (x, v) -> Autodiff.ggnvp(model, loss, x, v)));
    }

    /**
     * Minimises a loss of parameters, and sets them to the minimum: all of them, or, if anything is thrown, none.
     *
     * @param loss computes a single number from the parameters. It is run once, as a {@link ParameterFunction} is
     * @param parameters the parameters that are set; all others are constants
     * @return where the search ended; the point is the flat vector of all elements, in the order of the parameters
     * @throws ShapeException if the loss is anything but one number
     * @throws IllegalArgumentException if there are no parameters, or they are not finite
     * @throws ArithmeticException if the loss or the gradient at the start is not finite
     */
    public Minimum minimise(Supplier<Variable> loss, Collection<Parameter> parameters) {
        ParameterFunction f = Start.function(MINIMISE, loss, parameters);
        Minimum minimum =
                minimise(new Objective(Start.of(MINIMISE, f, Start.distinct(MINIMISE, parameters)), limits.eager()));
        Parameter.setAll(f.split(minimum.point()));
        return minimum;
    }

    private Minimum minimise(Objective f) {
        return new Search(f).run();
    }

    /** One search. */
    private final class Search {
        private final Objective f;
        private double[] x;
        private double[] gradient;
        private double value;
        private double radius = NewtonCg.this.radius;

        Search(Objective f) {
            this.f = f;
            this.x = f.start();
            this.gradient = new double[x.length];
            this.value = f.valueAtStart(gradient);
        }

        Minimum run() {
            StopReason reason = null;
            double least = Double.POSITIVE_INFINITY;
            int stalls = 0;
            int taken = 0;
            while (reason == null) {
                double norm = Vectors.norm(gradient);
                boolean flat = Vectors.largest(gradient) <= limits.gradient();
                double[] step = flat ? downhill() : inner(gradient, norm, norm * Math.min(0.5, Math.sqrt(norm)));
                double promised = step == null ? 0 : promised(step);
                boolean halved = norm <= least / 2;
                least = halved ? norm : least;
                stalls = halved || promised > ROUNDING * Math.abs(value) ? 0 : stalls + 1;
                if (step == null) {
                    reason = StopReason.GRADIENT;
                } else if (taken >= limits.iterations()) {
                    reason = flat ? StopReason.GRADIENT : StopReason.ITERATIONS;
                } else if (!Double.isFinite(promised)) {
                    reason = StopReason.NOT_FINITE;
                } else if (stalls > MOST_STALLS) {
                    reason = StopReason.VALUE;
                } else {
                    reason = tried(step, promised);
                    taken++;
                }
            }
            return new Minimum(f.tensor(x), value, f.tensor(gradient), taken, f.evaluations(), reason);
        }

        /** How much the quadratic model falls along a step. */
        private double promised(double[] step) {
            return -Vectors.dot(gradient, step) - 0.5 * Vectors.dot(step, f.product(x, step));
        }

        /** Takes a step, or shrinks the region; says why if it has shrunk to nothing. */
        private StopReason tried(double[] step, double promised) {
            double length = Vectors.norm(step);
            double[] there = Vectors.add(x, 1, step);
            double[] slope = new double[x.length];
            double lower = f.value(there, slope);
            boolean finite = Double.isFinite(lower) && Vectors.isFinite(slope);
            double rounding = ROUNDING * Math.abs(value);
            double quality =
                    finite && promised + rounding > 0 ? (value - lower + rounding) / (promised + rounding) : -1;
            if (!(quality >= 0.25)) {
                radius = 0.25 * length;
            } else if (quality > 0.75 && length >= 0.99 * radius) {
                radius = Math.min(2 * radius, LARGEST_RADIUS);
            }
            if (quality >= LEAST_RATIO) {
                x = there;
                value = lower;
                gradient = slope;
                return null;
            }
            if (radius > 0x1p-53 * Vectors.norm(x) && radius > Double.MIN_NORMAL) {
                return null;
            }
            return finite ? StopReason.STEP : StopReason.NOT_FINITE;
        }

        /** Steihaug's conjugate gradients for the minimum of {@code gᵀp + pᵀHp/2} within the region. */
        private double[] inner(double[] g, double norm, double tolerance) {
            double unit =
                    Math.scalb(1.0, Math.getExponent(norm)); // in which the squares of a large gradient are finite
            double[] p = new double[g.length];
            double[] r = Vectors.scale(1 / unit, g);
            double[] d = Vectors.scale(-1, r);
            double square = Vectors.dot(r, r);
            for (int k = 0; k < 2 * g.length; k++) {
                double[] hd = f.product(x, d);
                double curvature = Vectors.dot(d, hd);
                if (!(curvature > 0)) {
                    return toBoundary(p, d);
                }
                double alpha = square / curvature;
                double[] next = Vectors.add(p, alpha * unit, d);
                if (!(Vectors.norm(next) < radius)) {
                    return toBoundary(p, d);
                }
                p = next;
                r = Vectors.add(r, alpha, hd);
                double last = square;
                square = Vectors.dot(r, r);
                if (Math.sqrt(square) * unit <= tolerance) {
                    return p;
                }
                d = Vectors.add(Vectors.scale(-1, r), square / last, d);
            }
            return p;
        }

        /** {@code p + τd} with τ ≥ 0 and the length of the radius. */
        private double[] toBoundary(double[] p, double[] d) {
            double length = Vectors.norm(d);
            double[] unit = Vectors.scale(1 / length, d);
            double along = Vectors.dot(p, unit);
            double rest = Math.max(0, radius * radius - Vectors.dot(p, p));
            return Vectors.add(p, Math.sqrt(along * along + rest) - along, unit);
        }

        /** A step of negative curvature, as long as the radius, that does not lead uphill; null if none is found. */
        private double[] downhill() {
            double[] r = new double[x.length];
            for (int i = 0; i < r.length; i++) {
                r[i] = 0.5
                        + (i + 1)
                                * 0.6180339887498949
                                % 1; // a vector that no symmetry of the function is likely to have
            }
            double[] d = Vectors.scale(-1, r);
            double first = Vectors.dot(r, r);
            double square = first;
            double largest = 0;
            for (int k = 0; k < Math.min(r.length, MOST_PROBES) && square > 1e-20 * first; k++) {
                double[] hd = f.product(x, d);
                double curvature = Vectors.dot(d, hd) / Vectors.dot(d, d);
                largest = Math.max(largest, Math.abs(curvature));
                if (!(Math.abs(curvature) > FLAT * largest)) {
                    return null; // flat: higher derivatives decide
                }
                if (curvature < 0) {
                    double[] step = Vectors.scale(radius / Vectors.norm(d), d);
                    return Vectors.dot(gradient, step) > 0 ? Vectors.scale(-1, step) : step;
                }
                double alpha = square / (curvature * Vectors.dot(d, d));
                r = Vectors.add(r, alpha, hd);
                double last = square;
                square = Vectors.dot(r, r);
                d = Vectors.add(Vectors.scale(-1, r), square / last, d);
            }
            return null;
        }
    }
}
