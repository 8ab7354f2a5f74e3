package dev.wengert.optim;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Nonlinear least squares by the method of Levenberg and Marquardt, with the exact Jacobian: Gauss-Newton steps, kept within a region in
 * which the linear model holds. The region is an ellipsoid whose axes follow the columns of the Jacobian, and the damping is found from its
 * radius (J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978). Each step solves the damped least squares by
 * Householder's reflections, without the product {@code JᵀJ}.
 *
 * <pre>{@code
 * LeastSquaresFit fit = new LevenbergMarquardt().fit(b -> model(b, x).sub(y), start);
 * Tensor parameters = fit.point();
 * Tensor deviations = fit.deviations();
 * }</pre>
 *
 * <p>The residuals must be smooth. They are recorded and replayed, so their Java control flow is frozen; a function that reads values to
 * decide what to compute fails with a message of {@link Variable#value}, and works {@linkplain #eager() eagerly}. Results are the same to the
 * last bit in each run.
 */
public final class LevenbergMarquardt {

    private static final String FIT = "fit";
    private static final double FIRST_RADIUS = 100;
    private static final double LEAST_RATIO = 1e-4;

    /** How often the offset may fail to halve, and the value to fall by more than rounding. */
    private static final int MOST_STALLS = 3;

    private final Limits limits;

    /** At most 1000 steps, and a tolerance of 1e-10. */
    public LevenbergMarquardt() {
        this(new Limits(1000, 1e-10, 0, false));
    }

    private LevenbergMarquardt(Limits limits) {
        this.limits = limits;
    }

    /**
     * The same with another limit of iterations.
     *
     * @param most the most steps, at least 1
     * @return the optimiser
     */
    public LevenbergMarquardt iterations(int most) {
        return new LevenbergMarquardt(limits.iterations(most));
    }

    /**
     * The same with another tolerance. The search ends where the part of the residuals that the Jacobian can reach is within the tolerance of
     * the part that it cannot, each per degree of freedom: the parameters are then as near to the minimum as that part of their standard
     * deviations (D. M. Bates and D. G. Watts, A relative offset orthogonality convergence criterion for nonlinear least squares, 1981).
     * Where the residuals can vanish it ends with the rounding of the parameters.
     *
     * @param tolerance the relative offset
     * @return the optimiser
     */
    public LevenbergMarquardt tolerance(double tolerance) {
        return new LevenbergMarquardt(limits.gradient("tolerance", tolerance));
    }

    /**
     * The same for residuals whose Java control flow depends on values: they are run anew at each point, not replayed.
     *
     * @return the optimiser
     */
    public LevenbergMarquardt eager() {
        return new LevenbergMarquardt(limits.eagerly());
    }

    /**
     * Fits a point by least squares.
     *
     * @param residuals a function that returns the residuals, in any shape
     * @param start where the search begins, of any shape
     * @return where it ended
     * @throws IllegalArgumentException if the start is empty or not finite, or there are no residuals
     * @throws ArithmeticException if a residual or an element of the Jacobian at the start is not finite
     */
    public LeastSquaresFit fit(UnaryOperator<Variable> residuals, Tensor start) {
        return fit(Start.of(FIT, residuals, start));
    }

    /**
     * Fits parameters by least squares, and sets them: all of them, or, if anything is thrown, none.
     *
     * @param residuals computes the residuals from the parameters. It is run once, as a {@link ParameterFunction} is
     * @param parameters the parameters that are set; all others are constants
     * @return where the search ended; the point is the flat vector of all elements, in the order of the parameters
     * @throws IllegalArgumentException if there are no parameters or no residuals, or a parameter is not finite
     * @throws ArithmeticException if a residual or an element of the Jacobian at the start is not finite
     */
    public LeastSquaresFit fit(Supplier<Variable> residuals, Collection<Parameter> parameters) {
        ParameterFunction f = Start.function(FIT, residuals, parameters);
        LeastSquaresFit fit = fit(Start.of(FIT, f, Start.distinct(FIT, parameters)));
        Parameter.setAll(f.split(fit.point()));
        return fit;
    }

    private LeastSquaresFit fit(Start start) {
        return new Search(start).run();
    }

    /** One search. */
    private final class Search {
        private final Start start;
        private final Residuals f;
        private final int n;
        private double[] x;
        private double[] r;
        private double norm;
        private Triangle triangle;

        /** The lengths of the axes of the region are the radius over these. */
        private final double[] scale;

        private double radius;
        private double lambda;

        /** How much of the value is rounding: what a change of each parameter in its last digit does to it. */
        private double rounding;

        Search(Start start) {
            this.start = start;
            this.f = new Residuals(start, limits.eager());
            this.x = start.point().toArray();
            this.n = x.length;
            this.scale = new double[n];
        }

        LeastSquaresFit run() {
            r = f.atStart(x);
            norm = Vectors.norm(r);
            linearise(f.jacobianAtStart(x));
            double[] scaled = scaled(x);
            radius = FIRST_RADIUS * (Vectors.norm(scaled) > 0 ? Vectors.norm(scaled) : 1);
            StopReason reason = null;
            double least = Double.POSITIVE_INFINITY;
            double lowest = Double.POSITIVE_INFINITY;
            int stalls = 0;
            int taken = 0;
            while (reason == null) {
                double offset = triangle.reached() / norm;
                boolean halved = offset <= least / 2;
                least = halved ? offset : least;
                boolean lower = norm < lowest;
                lowest = Math.min(norm, lowest);
                stalls = halved || lower && offset * offset > rounding ? 0 : stalls + 1;
                if (isFlat(offset)) {
                    reason = StopReason.GRADIENT;
                } else if (taken >= limits.iterations()) {
                    reason = StopReason.ITERATIONS;
                } else if (rounding >= 1 || stalls > MOST_STALLS) {
                    reason = StopReason.VALUE;
                } else {
                    reason = step(taken == 0);
                    taken++;
                }
            }
            double[] gradient = Vectors.scale(2, triangle.slope());
            Minimum minimum =
                    new Minimum(tensor(x), Vectors.dot(r, r), tensor(gradient), taken, f.evaluations(), reason);
            return new LeastSquaresFit(minimum, r.length, triangle);
        }

        private Tensor tensor(double[] v) {
            return Tensor.of(start.point().shape(), v);
        }

        /** Whether the offset per degree of freedom is within the tolerance. */
        private boolean isFlat(double offset) {
            double rest = 1 - offset * offset;
            return norm == 0
                    || offset == 0
                    || r.length > n
                            && offset * Math.sqrt((r.length - n) / (double) n)
                                    <= limits.gradient() * Math.sqrt(Math.max(0, rest));
        }

        private double[] scaled(double[] v) {
            double[] product = new double[n];
            for (int i = 0; i < n; i++) {
                product[i] = scale[i] * v[i];
            }
            return product;
        }

        private void linearise(double[] jacobian) {
            triangle = Triangle.of(jacobian, r, n);
            double[] columns = new double[n];
            for (int i = 0; i < n; i++) {
                double column = triangle.norm(i);
                scale[i] = Math.max(scale[i], column > 0 || scale[i] > 0 ? column : 1);
                columns[i] = column * x[i];
            }
            rounding = 0x1p-52 * (1 + 2 * Vectors.norm(columns) / norm);
        }

        /** Takes a step that lowers the value; says why if there is none. */
        private StopReason step(boolean first) {
            boolean finite = false;
            boolean fitted = first;
            while (true) {
                double[] p = damped();
                double length = Vectors.norm(scaled(p));
                if (fitted) {
                    radius = Math.min(radius, length);
                    fitted = false;
                }
                double[] there = Vectors.add(x, 1, p);
                double[] residuals = f.at(there);
                double size = Vectors.norm(residuals);
                double linear = triangle.norm(p) / norm;
                double damping = Math.sqrt(lambda) * length / norm;
                double promised = linear * linear + 2 * damping * damping;
                double ratio = size / norm;
                boolean usable = Double.isFinite(ratio);
                double gained = usable && 0.1 * ratio < 1 ? 1 - ratio * ratio : -1;
                double quality = (gained + rounding) / (promised + rounding);
                if (!(quality > 0.25)) {
                    double slope = -(linear * linear + damping * damping);
                    double shrink = gained >= 0 ? 0.5 : 0.5 * slope / (slope + 0.5 * gained);
                    shrink = 0.1 * ratio >= 1 || !usable || !(shrink >= 0.1) ? 0.1 : shrink;
                    radius = shrink * Math.min(radius, length / 0.1);
                    lambda /= shrink;
                } else if (lambda == 0 || quality >= 0.75) {
                    radius = length / 0.5;
                    lambda *= 0.5;
                }
                if (usable && quality >= LEAST_RATIO) {
                    double[] jacobian = f.jacobian(there);
                    if (Vectors.isFinite(jacobian)) {
                        x = there;
                        r = residuals;
                        norm = size;
                        linearise(jacobian);
                        return length <= 0x1p-53 * Vectors.norm(scaled(x)) ? StopReason.STEP : null;
                    }
                    usable = false;
                    radius = 0.1 * Math.min(radius, length);
                    lambda *= 10;
                }
                finite |= usable;
                if (!(radius > 0x1p-53 * Vectors.norm(scaled(x)) && radius >= Double.MIN_NORMAL)) {
                    return finite ? StopReason.STEP : StopReason.NOT_FINITE;
                }
            }
        }

        /** The step of about the length of the radius, or the shorter one of Gauss and Newton; finds λ by Moré's iteration. */
        private double[] damped() {
            double lower = 0;
            if (triangle.dependent() < 0) {
                double[] p = triangle.step();
                double length = Vectors.norm(scaled(p));
                if (length <= 1.1 * radius) {
                    lambda = 0;
                    return p;
                }
                lower = (length - radius) / radius / curvature(triangle, p, length);
            }
            double[] slope = triangle.slope();
            for (int i = 0; i < n; i++) {
                slope[i] /= scale[i];
            }
            double size = Vectors.norm(slope);
            double upper = size / radius;
            lambda = Math.min(Math.max(lambda, lower), upper);
            double last = Double.POSITIVE_INFINITY;
            for (int k = 1; ; k++) {
                if (lambda == 0) {
                    lambda = Math.max(Double.MIN_NORMAL, 0.001 * upper);
                }
                Triangle damped = triangle.damped(lambda, scale);
                double[] p = damped.step();
                double length = Vectors.norm(scaled(p));
                double over = length - radius;
                if (Math.abs(over) <= 0.1 * radius || (lower == 0 && over <= last && last < 0) || k == 10) {
                    return p;
                }
                last = over;
                double change = over / radius / curvature(damped, p, length);
                if (over > 0) {
                    lower = Math.max(lower, lambda);
                } else {
                    upper = Math.min(upper, lambda);
                }
                lambda = Math.max(lower, lambda + change);
            }
        }

        /** {@code ‖R⁻ᵀD²p‖² / ‖Dp‖²}: how fast the length falls with λ. */
        private double curvature(Triangle of, double[] p, double length) {
            double norm = Vectors.norm(of.transposedSolve(Vectors.scale(1 / length, scaled(scaled(p)))));
            return norm * norm;
        }
    }

    /** The residuals and their Jacobian, recorded and replayed, or run anew each time. */
    private static final class Residuals {
        private final Start start;
        private final boolean eager;
        private Plan values;
        private Plan jacobians;
        private int count;
        private int evaluations;

        Residuals(Start start, boolean eager) {
            this.start = start;
            this.eager = eager;
        }

        int evaluations() {
            return evaluations;
        }

        /** The residuals at the start, which must be finite. */
        double[] atStart(double[] x) {
            count = start.apply(Variable.of(start.point())).shape().size();
            if (count == 0) {
                throw new IllegalArgumentException(start.caller() + ": the function must return residuals, got none");
            }
            double[] r = at(x);
            require("residuals", "residual", r, 1);
            return r;
        }

        double[] jacobianAtStart(double[] x) {
            double[] jacobian = jacobian(x);
            require("Jacobian", "a derivative of residual", jacobian, x.length);
            return jacobian;
        }

        private void require(String what, String element, double[] v, int columns) {
            for (int i = 0; i < v.length; i++) {
                if (!Double.isFinite(v[i])) {
                    throw new ArithmeticException(start.caller() + ": the " + what
                            + " at the start must be finite, got " + v[i] + " as " + element + " " + i / columns);
                }
            }
        }

        double[] at(double[] x) {
            evaluations++;
            if (eager) {
                return start.apply(Variable.of(Tensor.of(start.point().shape(), x)))
                        .value()
                        .toArray();
            }
            if (values == null) {
                values = Objective.recorded(in -> List.of(start.apply(in.get(0))), List.of(start.point()));
            }
            return replayed(values, x, count);
        }

        /** The Jacobian, row by row. */
        double[] jacobian(double[] x) {
            if (eager) {
                return Autodiff.jacobian(start::apply)
                        .apply(Tensor.of(start.point().shape(), x))
                        .toArray();
            }
            if (jacobians == null) {
                jacobians = Objective.recorded(
                        in -> List.of(Autodiff.jacobian(start::apply).apply(in.get(0))), List.of(start.point()));
            }
            return replayed(jacobians, x, count * x.length);
        }

        private static double[] replayed(Plan plan, double[] x, int size) {
            double[] y = new double[size];
            plan.set(0, x);
            plan.run();
            plan.get(0, y);
            return y;
        }
    }
}
