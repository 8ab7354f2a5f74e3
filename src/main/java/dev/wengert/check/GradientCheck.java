package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A check of the derivatives of a function at a point: of each of its operations alone, and of the whole, order by order.
 *
 * <pre>{@code
 * GradientReport report = GradientCheck.of(x -> x.matmul(w).softmax().log().sum()).at(x0).order(2).run();
 * report.verify();
 * }</pre>
 *
 * <p>No tolerance decides. Every comparison has a bound: the truncation and the rounding of the differences, and the rounding of the
 * rule's value. A difference beyond the bound is a FAIL. A difference within it is a PASS if the bound is narrow enough. If not, the
 * comparison is repeated in arbitrary-precision arithmetic; it is INCONCLUSIVE if the allowed digits do not suffice.
 *
 * <p>The function is run at the point. The check examines the tape of that run and the tapes of its derivatives. It then calls the
 * function many times more: at the point, close to it on both sides (one element after another if all entries are checked), and
 * further away. The function must give the same result for the same input at every call, and should have no other effects. The check
 * verifies at the beginning and at the end that it does give the same result.
 *
 * <p>The function may ask for values. A value that was read is a constant on the tape, wherever it goes: into a variable, a
 * {@code double}, a field of an operation, or the rule of one. The function then has another tape close by. A slope that the tape does
 * not have is a FAIL; it is of second or third order if a rule read the value. A branch in Java may lead elsewhere close by: that is
 * no fault if all slopes agree. If the function bends or jumps at the point, the check is INCONCLUSIVE.
 *
 * <p>All orders are compared again at a random point close by, along two directions, of the whole and of each custom operation: a rule may
 * be right at the point alone. A function that takes no point close by is INCONCLUSIVE.
 *
 * <p>An input through which no derivative passes, and of which the function takes no other value close by, is held fixed, as a label.
 *
 * <p>A check is immutable: each method that changes an option returns another check. The same check gives the same report.
 */
public final class GradientCheck {

    private static final int ALL_ENTRIES_UP_TO = 200;

    private static final int LEAST_DIGITS = Judge.FIRST_DIGITS;
    private static final int MOST_DIGITS = 100_000;

    private final Function<List<Variable>, Variable> f;
    private final List<Tensor> x;
    private final List<Parameter> parameters;
    private final Op op;
    private final Consumer<Options> choices;

    /** What is known before the run. */
    private final List<String> facts;

    /** The defaults, which the choices change when the check is run; the names are those of the methods below. */
    private static final class Options {
        private int order = 2;
        private int highestOrder = 3;
        private boolean nearby = true;
        private final Set<String> elements = new TreeSet<>();
        private double accuracy = 1e-6;
        private int directions = 3;
        private Boolean allEntries; // null: it depends on the number of elements
        private int digits = 400;
        private double low = Double.NEGATIVE_INFINITY;
        private double high = Double.POSITIVE_INFINITY;
        private long seed = 0x5EED;
        private boolean strict;
        private boolean reproducer = true;
        private final Set<String> intended = new HashSet<>();
        private DoubleConsumer progress = done -> {};
        private Duration timeLimit = Duration.ofNanos(Long.MAX_VALUE);
        private LongSupplier clock = System::nanoTime;
    }

    private GradientCheck(
            Function<List<Variable>, Variable> f,
            List<Tensor> x,
            List<Parameter> parameters,
            Op op,
            Consumer<Options> choices,
            List<String> facts) {
        this.f = f;
        this.x = x;
        this.parameters = parameters;
        this.op = op;
        this.choices = choices;
        this.facts = facts;
    }

    private static GradientCheck first(
            Function<List<Variable>, Variable> f, List<Tensor> x, List<Parameter> parameters) {
        return new GradientCheck(f, x, parameters, null, o -> {}, List.of());
    }

    /**
     * A check of a function of one variable.
     *
     * @param f the function; if it returns a tensor, a random cotangent makes it a number
     * @return a check that wants a point
     */
    public static GradientCheck of(UnaryOperator<Variable> f) {
        Given.value("of", "the function", f);
        return first(x -> f.apply(only(x)), null, List.of());
    }

    /**
     * A check of a gradient that comes from elsewhere.
     *
     * @param f the function of a point
     * @param gradient its gradient, with an element for each of the point's
     * @return the function, which wants a point, and takes a Hessian
     */
    public static External external(ToDoubleFunction<double[]> f, UnaryOperator<double[]> gradient) {
        return external(f).gradient(gradient);
    }

    /**
     * A check of derivatives that come from elsewhere, and are given next.
     *
     * @param f the function of a point
     * @return the function, which wants a gradient, or its numbers
     */
    public static External external(ToDoubleFunction<double[]> f) {
        return External.number(Given.value("external", "the function", f));
    }

    /**
     * A check of a Jacobian that comes from elsewhere.
     *
     * @param f the function from a point to a vector of m elements
     * @param jacobian its Jacobian: m rows, and a column for each element of the point
     * @return the function, which wants a point
     */
    public static External externalJacobian(UnaryOperator<double[]> f, Function<double[], double[][]> jacobian) {
        Given.value("externalJacobian", "the function", f);
        return External.vector(f, Given.value("externalJacobian", "the Jacobian", jacobian));
    }

    /**
     * A check of a linear function and its transpose, which are also called forward operator and adjoint.
     *
     * @param a the function A, from n to m elements
     * @param transpose the transpose Aᵀ, from m to n elements
     * @return the function, which wants a point
     */
    public static External adjoint(UnaryOperator<double[]> a, UnaryOperator<double[]> transpose) {
        Given.value("adjoint", "the function", a);
        return External.linear(a, Given.value("adjoint", "the transpose", transpose));
    }

    /** The same check up to an order, of a function whose derivatives may be known at the point alone. */
    GradientCheck limited(int highest, boolean nearby) {
        return with(o -> {
            o.order = highest;
            o.highestOrder = highest;
            o.nearby = nearby;
            o.reproducer = false;
        });
    }

    private static Variable only(List<Variable> x) {
        if (x.size() != 1) {
            throw new IllegalArgumentException("at: a function of one variable must have a point of one tensor, got "
                    + x.size() + "; use ofAll for a function of several");
        }
        return x.get(0);
    }

    /**
     * A check of a function of several variables.
     *
     * @param f the function; if it returns a tensor, a random cotangent makes it a number
     * @return a check that wants a point
     */
    public static GradientCheck ofAll(Function<List<Variable>, Variable> f) {
        Given.value("ofAll", "the function", f);
        return first(x -> f.apply(new Arguments<>("at", "a tensor", x)), null, List.of());
    }

    /**
     * A check of the loss of a model with respect to its parameters, at their present values.
     *
     * @param loss computes the loss
     * @param parameters the parameters
     * @return a check
     * @throws IllegalArgumentException if there are no parameters
     */
    public static GradientCheck model(Supplier<Variable> loss, Collection<Parameter> parameters) {
        Given.value("model", "the loss", loss);
        List<Parameter> all = Given.list("model: parameter", Parameter.class, parameters);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("model: there must be at least one parameter, got none;"
                    + " give those of the model, or check a function with of(…)");
        }
        return first(x -> loss.get(), List.of(), all);
    }

    /**
     * A check of a single operation. Operands through which it passes no perturbation, such as labels, are held fixed. If it passes
     * none through any operand, the operation must be flat.
     *
     * @param op the operation
     * @return a check that wants a point, one tensor for each operand
     */
    public static GradientCheck op(Op op) {
        Given.value("op", "the operation", op);
        GradientCheck check = ofAll(x -> op.apply(x.toArray(Variable[]::new)));
        return new GradientCheck(check.f, null, List.of(), op, check.choices, List.of());
    }

    /** This check of an operation, with those operands held fixed through which no perturbation passes. */
    private GradientCheck withFixedOperands() {
        Variable[] all = x.stream().map(Variable::of).toArray(Variable[]::new);
        Variable y = op.apply(all);
        Variable g = Variable.of(Tensor.ones(y.shape()));
        int[] moving =
                IntStream.range(0, all.length).filter(i -> passes(i, g, y)).toArray();
        if (moving.length == 0) {
            return new GradientCheck(f, x, parameters, null, choices, facts); // an operation without rules must be flat
        }
        Function<List<Variable>, Variable> f = args -> {
            Variable[] operands = all.clone();
            for (int k = 0; k < moving.length; k++) {
                operands[moving[k]] = args.get(k);
            }
            return op.apply(operands);
        };
        List<Tensor> point = Arrays.stream(moving).mapToObj(x::get).toList();
        List<String> fixed = IntStream.range(0, all.length)
                .filter(i -> Arrays.stream(moving).noneMatch(m -> m == i))
                .mapToObj(
                        i -> "operand " + i
                                + " passes no derivative: it is held fixed, and nothing is tested there; ofAll(…) moves it, too")
                .toList();
        return new GradientCheck(f, point, parameters, null, choices, fixed);
    }

    /** Whether a rule passes a perturbation for an operand. A rule that throws counts as passing one. */
    private boolean passes(int i, Variable g, Variable y) {
        try {
            return op.vjp(i, g, y, y.inputs()) != null || op.jvp(i, y.inputs().get(i), y, y.inputs()) != null;
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException thrown) {
            return true;
        }
    }

    /**
     * Chooses the point.
     *
     * @param point one tensor for each argument of the function
     * @return the check at that point
     * @throws IllegalArgumentException if there is no tensor, or the check is that of a model
     */
    public GradientCheck at(Tensor... point) {
        List<Tensor> arguments = Given.array("at: argument", Tensor.class, point);
        if (!parameters.isEmpty()) {
            throw new IllegalArgumentException("at: a model must be checked at the present values of its parameters,"
                    + " got a point of " + arguments.size() + " tensors; leave at(…) out");
        }
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "at: the point must have a tensor for each argument of the function, got none");
        }
        return new GradientCheck(f, arguments, parameters, op, choices, facts);
    }

    /** The same check after one more choice. */
    private GradientCheck with(Consumer<Options> choice) {
        return new GradientCheck(f, x, parameters, op, choices.andThen(choice), facts);
    }

    /**
     * Chooses the highest order of derivative that is checked. The default is 2.
     *
     * @param highest 1, 2 or 3
     * @return the changed check
     * @throws IllegalArgumentException for another number
     */
    public GradientCheck order(int highest) {
        if (highest < 1 || highest > 3) {
            throw new IllegalArgumentException("order: the order must be 1, 2 or 3, got " + highest);
        }
        return with(o -> o.order = highest);
    }

    /**
     * Chooses the relative accuracy that the bound of an entry must reach for a PASS. The default is 1e-6. The slope g·d along a random
     * direction is a sum of terms that may cancel; the bound is held against {@code √Σ(gᵢdᵢ)²}, a typical size of such a sum, where that is
     * larger.
     *
     * @param relative such as 1e-9
     * @return the changed check
     * @throws IllegalArgumentException unless it is greater than 0 and less than 1
     */
    public GradientCheck accuracy(double relative) {
        if (!(relative > 0 && relative < 1)) {
            throw new IllegalArgumentException("accuracy: the relative accuracy must be greater than 0 and less than 1,"
                    + " got " + relative + "; choose one such as 1e-6");
        }
        return with(o -> o.accuracy = relative);
    }

    /**
     * Checks random directions instead of all entries. The default for more than 200 elements is 3 directions.
     *
     * @param count the number of directions
     * @return the changed check
     * @throws IllegalArgumentException for less than one
     */
    public GradientCheck directions(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("directions: there must be at least 1 direction, got " + count
                    + "; without any the whole is not checked");
        }
        return with(o -> {
            o.directions = count;
            o.allEntries = false;
        });
    }

    /**
     * Chooses the largest number of digits for entries that doubles cannot decide. The default is 400. The effort that may be spent
     * on these entries grows with the square of this number; entries beyond the effort are inconclusive.
     *
     * @param digits the largest number of digits, from 100 to 100,000; or 0 for doubles alone
     * @return the changed check
     * @throws IllegalArgumentException for another number
     */
    public GradientCheck highPrecision(int digits) {
        if (digits != 0 && (digits < LEAST_DIGITS || digits > MOST_DIGITS)) {
            throw new IllegalArgumentException("highPrecision: the number of digits must be from " + LEAST_DIGITS
                    + " to " + MOST_DIGITS + ", or 0 for none, got " + digits);
        }
        return with(o -> o.digits = digits);
    }

    /**
     * Chooses the seed of all random directions and cotangents.
     *
     * @param number the seed
     * @return the changed check
     */
    public GradientCheck seed(long number) {
        return with(o -> o.seed = number);
    }

    /**
     * Checks every entry on its own, also if there are more than 200.
     *
     * @return the changed check
     */
    public GradientCheck allEntries() {
        return with(o -> o.allEntries = true);
    }

    /**
     * Checks some elements, each on its own, instead of random directions. The others are moved only along directions close by.
     *
     * @param names names as they stand in reports: {@code x[0, 2]} or {@code one.weight[3, 1]} for an element, {@code x} or {@code
     *     one.weight} for all elements of an input; they are looked up when the check is run
     * @return the changed check
     * @throws IllegalArgumentException if no name is given
     */
    public GradientCheck elements(String... names) {
        List<String> chosen = Given.array("elements: name", String.class, names);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "elements: there must be at least 1 name, got none; allEntries() checks all");
        }
        return with(o -> o.elements.addAll(chosen));
    }

    /**
     * Keeps all points at which the function is evaluated within bounds.
     *
     * @param lowest the lowest value of an element
     * @param highest the highest value of an element
     * @return the changed check
     * @throws IllegalArgumentException unless the lowest is less than the highest
     */
    public GradientCheck domain(double lowest, double highest) {
        if (!(lowest < highest)) {
            throw new IllegalArgumentException("domain: the lowest value must be less than the highest, got " + lowest
                    + " and " + highest + "; use an infinity where there is no bound");
        }
        return with(o -> {
            o.low = lowest;
            o.high = highest;
        });
    }

    /**
     * Makes {@link GradientReport#verify} throw for anything but a PASS without kinks, of which no value {@linkplain
     * GradientReport#lost() lost} all its digits.
     *
     * @return the changed check
     */
    public GradientCheck strict() {
        return with(o -> o.strict = true);
    }

    /**
     * Names operations that stop the gradient by intention, such as {@code detach}. Their results are taken for constants: neither the
     * rules nor the differences see what they were computed from.
     *
     * @param labels the labels of the operations, as the tape prints them
     * @return the changed check
     */
    public GradientCheck intended(String... labels) {
        List<String> names = Given.array("intended: label", String.class, labels);
        return with(o -> o.intended.addAll(names));
    }

    /**
     * Leaves out the search for a small program that fails in the same way, which comes after the verdict and may take longer.
     *
     * @return the changed check
     */
    public GradientCheck withoutReproducer() {
        return with(o -> o.reproducer = false);
    }

    /**
     * Limits the time. When it is up, the comparison that is running is finished; then the report has what was compared before, and is
     * INCONCLUSIVE unless that has a FAIL. How far a check gets depends on the machine.
     *
     * @param limit a time greater than 0
     * @return the changed check
     * @throws IllegalArgumentException for another time
     */
    public GradientCheck timeLimit(Duration limit) {
        Given.value("timeLimit", "the limit", limit);
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("timeLimit: the limit must be greater than 0, got " + limit);
        }
        return with(o -> o.timeLimit = limit);
    }

    /** Chooses the clock, in nanoseconds. */
    GradientCheck clock(LongSupplier nanoTime) {
        return with(o -> o.clock = nanoTime);
    }

    /**
     * Reports progress.
     *
     * @param listener receives from time to time the part of the check that is done, from 0 to 1
     * @return the changed check
     */
    public GradientCheck onProgress(DoubleConsumer listener) {
        Given.value("onProgress", "the listener", listener);
        return with(o -> o.progress = listener);
    }

    /**
     * Does the check.
     *
     * @return the report
     * @throws IllegalStateException if there is no point
     * @throws IllegalArgumentException if the function does not accept the point, the point is outside of the domain, the order is
     *     higher than that of the derivatives from elsewhere, or no input has the name of an element
     * @throws java.util.concurrent.CancellationException if the thread was interrupted
     */
    public GradientReport run() {
        if (x == null) {
            throw new IllegalStateException("run: there must be a point to check at; choose one with at(…)");
        }
        if (op != null) {
            return withFixedOperands().run();
        }
        Options options = new Options();
        choices.accept(options);
        x.forEach(point -> requireInside(point, options));
        parameters.forEach(p -> requireInside(p.value(), options));
        if (options.order > options.highestOrder) {
            throw new IllegalArgumentException("run: the order must be at most " + options.highestOrder
                    + ", the highest of which a derivative was given, got " + options.order);
        }
        return new CheckRun(
                        f,
                        x,
                        parameters,
                        settings(options),
                        options.seed,
                        options.strict,
                        options.intended,
                        facts,
                        options.progress,
                        options.timeLimit,
                        options.clock)
                .run(options.reproducer);
    }

    private static void requireInside(Tensor point, Options options) {
        for (double v : point.toArray()) {
            if (v < options.low || v > options.high) {
                throw new IllegalArgumentException("run: the point must be inside of the domain [" + options.low + ", "
                        + options.high + "], got " + v + "; choose another point, or a wider domain");
            }
        }
    }

    private Settings settings(Options options) {
        int size = x.stream().mapToInt(t -> t.shape().size()).sum()
                + parameters.stream().mapToInt(p -> p.value().shape().size()).sum();
        boolean all = options.allEntries != null
                ? options.allEntries
                : options.elements.isEmpty() && size <= ALL_ENTRIES_UP_TO;
        return new Settings(
                options.order,
                options.accuracy,
                options.directions,
                all,
                options.digits,
                options.low,
                options.high,
                options.nearby,
                options.elements);
    }
}
