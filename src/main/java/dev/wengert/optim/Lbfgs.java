package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Minimises a function by L-BFGS: quasi-Newton steps from the last few steps and the changes of the gradient along them, with a line search
 * for the strong Wolfe conditions (J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.5, 3.6, 7.4 and
 * 7.5). With the same options it takes the steps of PyTorch's L-BFGS.
 *
 * <pre>{@code
 * Minimum m = new Lbfgs().minimise(x -> x.sub(3).square().sum(), Tensor.of(0, 0));
 * Minimum fitted = new Lbfgs().minimise(() -> model.apply(x).crossEntropyWithLabels(y), model.parameters());
 * }</pre>
 *
 * <p>The function must be smooth and the same at each call. It is recorded and replayed, so its Java control flow is frozen; a function that
 * reads values to decide what to compute fails with a message of {@link Variable#value}, and works {@linkplain #eager() eagerly}. Results
 * are the same to the last bit in each run.
 *
 * <p>The tolerances are absolute, as in PyTorch.
 */
public final class Lbfgs {

    private static final String MINIMISE = "minimise";

    private final Limits limits;
    private final int history;
    private final int evaluations;
    private final double rate;
    private final boolean fixed;

    /** L-BFGS that remembers 10 steps and takes at most 1000, with 1e-8 as the tolerance of the gradient and 0 as that of changes. */
    public Lbfgs() {
        this(new Limits(1000, 1e-8, 0, false), 10, Integer.MAX_VALUE, 1, false);
    }

    private Lbfgs(Limits limits, int history, int evaluations, double rate, boolean fixed) {
        this.limits = limits;
        this.history = history;
        this.evaluations = evaluations;
        this.rate = rate;
        this.fixed = fixed;
    }

    /**
     * The same with another history.
     *
     * @param steps how many steps are remembered, at least 1
     * @return the optimiser
     */
    public Lbfgs history(int steps) {
        return new Lbfgs(limits, Limits.positive("history", "the number of steps", steps), evaluations, rate, fixed);
    }

    /**
     * The same with another limit of iterations.
     *
     * @param most the most steps of one call, at least 1
     * @return the optimiser
     */
    public Lbfgs iterations(int most) {
        return new Lbfgs(limits.iterations(most), history, evaluations, rate, fixed);
    }

    /**
     * The same with a limit of evaluations. It is looked at after each step, so that a line search can exceed it.
     *
     * @param most the number of evaluations after which a call ends, at least 1; that at the start counts, even if a state brings it along
     * @return the optimiser
     */
    public Lbfgs evaluations(int most) {
        return new Lbfgs(
                limits, history, Limits.positive("evaluations", "the number of evaluations", most), rate, fixed);
    }

    /**
     * The same with another tolerance of the gradient.
     *
     * @param tolerance the search ends where no element of the gradient is larger
     * @return the optimiser
     */
    public Lbfgs gradientTolerance(double tolerance) {
        return new Lbfgs(limits.gradient("gradientTolerance", tolerance), history, evaluations, rate, fixed);
    }

    /**
     * The same with another tolerance of changes.
     *
     * @param tolerance the search ends if no element of the point, or if the value, changes by more
     * @return the optimiser
     */
    public Lbfgs changeTolerance(double tolerance) {
        return new Lbfgs(limits.change(tolerance), history, evaluations, rate, fixed);
    }

    /**
     * The same with another first step length. It is 1 by default; the very first step is shorter where the gradient is large.
     *
     * @param rate the length that the line search tries first, in units of the quasi-Newton step
     * @return the optimiser
     */
    public Lbfgs rate(double rate) {
        Given.positive("rate", "the rate", rate);
        return new Lbfgs(limits, history, evaluations, rate, fixed);
    }

    /**
     * The same without a line search: each step has the length of the rate, whatever the value does.
     *
     * @return the optimiser
     */
    public Lbfgs fixedStep() {
        return new Lbfgs(limits, history, evaluations, rate, true);
    }

    /**
     * The same for a function whose Java control flow depends on values: it is run anew at each point, not replayed.
     *
     * @return the optimiser
     */
    public Lbfgs eager() {
        return new Lbfgs(limits.eagerly(), history, evaluations, rate, fixed);
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
        return minimise(Start.of(MINIMISE, f, start));
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
        Minimum minimum = minimise(Start.of(MINIMISE, f, Start.distinct(MINIMISE, parameters)));
        Parameter.setAll(f.split(minimum.point()));
        return minimum;
    }

    private Minimum minimise(Start start) {
        Objective f = new Objective(start, limits.eager());
        return run(f, start(f, start)).minimum();
    }

    /**
     * The state before the first step, for {@link #resume}.
     *
     * @param f a function that returns a single number
     * @param start where the search begins, of any shape
     * @return the state
     * @throws ShapeException if f returns anything but one number
     * @throws IllegalArgumentException if the start is empty or not finite
     * @throws ArithmeticException if the value or the gradient at the start is not finite
     */
    public LbfgsState start(UnaryOperator<Variable> f, Tensor start) {
        Start checked = Start.of("start", f, start);
        return start(new Objective(checked, limits.eager()), checked);
    }

    private static LbfgsState start(Objective f, Start start) {
        double[] gradient = new double[start.point().shape().size()];
        double value = f.valueAtStart(gradient);
        return new LbfgsState(
                new Minimum(start.point(), value, f.tensor(gradient), 0, 1, StopReason.ITERATIONS),
                List.of(),
                List.of());
    }

    /**
     * Goes on from a state, for as many iterations and evaluations as one call may use. Calls one after the other take the same steps as a
     * single one with all iterations.
     *
     * @param f the function that the state is of
     * @param state where to go on
     * @return the state at the end
     * @throws ShapeException if f returns anything but one number
     */
    public LbfgsState resume(UnaryOperator<Variable> f, LbfgsState state) {
        LbfgsState from = Given.value("resume", "the state", state);
        return run(new Objective(Start.of("resume", f, from.minimum().point()), limits.eager()), from);
    }

    private LbfgsState run(Objective f, LbfgsState from) {
        Minimum begin = from.minimum();
        LbfgsHistory pairs = new LbfgsHistory(history, from.steps(), from.changes());
        Trial here = new Trial(
                0, begin.value(), 0, begin.point().toArray(), begin.gradient().toArray());
        int before = f.evaluations();
        int taken = 0;
        StopReason reason = isFlat(here) ? StopReason.GRADIENT : null;
        while (reason == null) {
            double[] direction = pairs.direction(here.gradient);
            double slope = Vectors.dot(here.gradient, direction);
            if (!Double.isFinite(slope)) {
                reason = StopReason.NOT_FINITE;
                break;
            }
            if (slope >= -limits.change()) {
                reason = StopReason.VALUE;
                break;
            }
            boolean first = begin.iterations() + taken == 0;
            double length = first ? Math.min(1, 1 / Vectors.sumOfMagnitudes(here.gradient)) * rate : rate;
            Trial origin = new Trial(0, here.value, slope, here.x, here.gradient);
            LineSearch search = new LineSearch(f, origin, direction, limits.change());
            Trial there = fixed ? search.finite(length, 0) : search.run(length);
            if (there == null || there == origin) {
                reason = there == null ? StopReason.NOT_FINITE : StopReason.LINE_SEARCH;
                break;
            }
            taken++;
            double[] step = Vectors.scale(there.t, direction);
            pairs.add(step, Vectors.add(there.gradient, -1, here.gradient));
            reason = reason(here, there, step, taken, 1 + f.evaluations() - before);
            here = there;
        }
        Minimum end = new Minimum(
                f.tensor(here.x),
                here.value,
                f.tensor(here.gradient),
                begin.iterations() + taken,
                begin.evaluations() + f.evaluations() - before,
                reason);
        return new LbfgsState(end, pairs.steps(), pairs.changes());
    }

    private boolean isFlat(Trial here) {
        return Vectors.largest(here.gradient) <= limits.gradient();
    }

    /** Why to stop after a step; null to go on. */
    private StopReason reason(Trial here, Trial there, double[] step, int taken, int evaluated) {
        if (isFlat(there)) {
            return StopReason.GRADIENT;
        }
        if (Vectors.largest(step) <= limits.change()) {
            return StopReason.STEP;
        }
        if (Math.abs(there.value - here.value) <= limits.change()) {
            return StopReason.VALUE;
        }
        if (taken >= limits.iterations()) {
            return StopReason.ITERATIONS;
        }
        return evaluated >= evaluations ? StopReason.EVALUATIONS : null;
    }
}
