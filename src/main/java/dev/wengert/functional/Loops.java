package dev.wengert.functional;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.loop.Loop;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Loops as one operation. A Java loop records all operations of all its steps; these record one step, and run it again and again. So a graph
 * and a plan of a thousand steps are as small as those of one, and are made as fast.
 *
 * <pre>{@code
 * // an Euler method: y' = f(y), 1,000 steps
 * Variable y = Loops.iterate(v -> v.add(f.apply(v).mul(h)), y0, 1000);
 *
 * // a recurrent network over the rows of xs [T, n]: all states [T, m]
 * Variable states = Loops.scan((h, x) -> x.matmul(u.variable()).add(h.matmul(w.variable())).tanh(), h0, xs);
 * }</pre>
 *
 * <p>The function of a step is run once, to record it. Parameters and variables that it uses from outside are operands of the loop, and
 * have derivatives. Like a recording, it has the Java control flow of that one run, and must not ask for the value of its arguments.
 *
 * <p>The derivative of a loop is a loop, of every order, in reverse and in forward mode. The gradient keeps the carry before each step, and
 * computes the rest of a step again. <b>A scan within a scan is checkpointing</b>: the outer one keeps its carries, and the inner one, of
 * √T steps, is computed again; then T steps need memory for 2·√T carries. A value and a first tangent have the bits of a Java loop. So has a
 * gradient of last carries; other gradients and higher orders are added in another order.
 */
public final class Loops {

    private Loops() {}

    /** A step of {@link #scan(Step, List, List)}. */
    @FunctionalInterface
    public interface Step {

        /**
         * Takes the step.
         *
         * @param carry what the step before returned, at first the initial values
         * @param x a row of each stacked operand
         * @return the next carries, of the same shapes, and results that are stacked
         */
        Result apply(List<Variable> carry, List<Variable> x);
    }

    /**
     * What a step returns, and what a loop returns.
     *
     * @param carry the carries after the step, or after the last step
     * @param ys the results of the step, or those of all steps, stacked along axis 0
     */
    public record Result(List<Variable> carry, List<Variable> ys) {

        /**
         * Results.
         *
         * @param carry the carries
         * @param ys the results; none if the carries are all that matters
         */
        public Result {
            carry = Given.list("scan: carry", Variable.class, carry);
            ys = Given.list("scan: result", Variable.class, ys);
        }
    }

    /**
     * Takes a step for each row of stacked operands.
     *
     * @param f the step
     * @param init the initial carries
     * @param xs the stacked operands, at least one, each with as many rows along axis 0
     * @return the last carries, and the results of all steps
     * @throws ShapeException if the operands differ in their number of rows, or a carry changes its shape
     */
    public static Result scan(Step f, List<Variable> init, List<Variable> xs) {
        List<Variable> rows = Given.list("scan: stacked operand", Variable.class, xs);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "scan: there must be a stacked operand, which says how many steps there are, got none;"
                            + " or give the number of steps in place of the operands");
        }
        return run(f, init, rows, length("scan", rows));
    }

    /**
     * Takes a number of steps.
     *
     * @param f the step; its list of rows is empty
     * @param init the initial carries
     * @param length the number of steps, at least 0
     * @return the last carries, and the results of all steps
     * @throws ShapeException if a carry changes its shape
     */
    public static Result scan(Step f, List<Variable> init, int length) {
        return run(f, init, List.of(), steps("scan", length));
    }

    /**
     * Takes a step for each row of a stacked operand, and keeps the states: a recurrent network.
     *
     * @param f the next state, from the state and a row
     * @param init the initial state
     * @param xs the rows, along axis 0
     * @return the states after each step, stacked along axis 0
     * @throws ShapeException if there is no axis 0, or the state changes its shape
     */
    public static Variable scan(BinaryOperator<Variable> f, Variable init, Variable xs) {
        Given.value("scan", "the function", f);
        Step step = (carry, x) -> {
            Variable next = f.apply(carry.get(0), x.get(0));
            return new Result(List.of(Given.result("scan", "a variable", next)), List.of());
        };
        List<Variable> rows = List.of(Given.value("scan", "the stacked operand", xs));
        List<Variable> carry = List.of(Given.value("scan", "the initial state", init));
        return loop("scan", step, carry, rows, length("scan", rows)).carries(0);
    }

    /**
     * Applies a function again and again.
     *
     * @param f the next state, of the same shape
     * @param init the initial state
     * @param length the number of steps, at least 0
     * @return the state after the last step
     * @throws ShapeException if the state changes its shape
     */
    public static Variable iterate(UnaryOperator<Variable> f, Variable init, int length) {
        Given.value("iterate", "the function", f);
        Step step = (carry, x) ->
                new Result(List.of(Given.result("iterate", "a variable", f.apply(carry.get(0)))), List.of());
        List<Variable> carry = List.of(Given.value("iterate", "the initial state", init));
        return loop("iterate", step, carry, List.of(), steps("iterate", length)).last(0);
    }

    /**
     * Applies a function to each row. It is a loop: where an operation that works on all rows at once can be had, such as a matrix product,
     * that is faster. What is natural here is what differs from row to row, such as the gradient for each example of a batch.
     *
     * @param f a function of one row
     * @param xs the rows, along axis 0
     * @return the results, stacked along axis 0
     * @throws ShapeException if there is no axis 0
     */
    public static Variable map(UnaryOperator<Variable> f, Variable xs) {
        Given.value("map", "the function", f);
        List<Variable> rows = List.of(Given.value("map", "the stacked operand", xs));
        return mapList(x -> List.of(Given.result("map", "a variable", f.apply(x.get(0)))), rows)
                .get(0);
    }

    /**
     * Applies a function to the rows of several operands.
     *
     * @param f a function of a row of each
     * @param xs the stacked operands, at least one, each with as many rows along axis 0
     * @return the results, stacked along axis 0
     * @throws ShapeException if the operands differ in their number of rows
     */
    public static List<Variable> mapList(Function<List<Variable>, List<Variable>> f, List<Variable> xs) {
        List<Variable> rows = Given.list("map: stacked operand", Variable.class, xs);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("map: there must be a stacked operand, got none");
        }
        Given.value("map", "the function", f);
        int[] results = new int[1];
        Loop.Step step = (carry, x, constants) -> {
            List<Variable> ys = f.apply(new Arguments<>("map", "a stacked operand", x));
            List<Variable> given = Given.list("map: result", Variable.class, ys);
            results[0] = given.size();
            return new Loop.Results(List.of(), given, List.of());
        };
        Loop loop = Loop.run(step, List.of(), rows, List.of(), length("map", rows), false);
        return IntStream.range(0, results[0]).mapToObj(loop::stacked).toList();
    }

    /**
     * The same function, of which the gradient keeps the arguments and nothing else: it computes the function again. That takes time, and
     * saves the memory for what lies between.
     *
     * @param f the function
     * @return a function with the same values and derivatives
     */
    public static UnaryOperator<Variable> checkpoint(UnaryOperator<Variable> f) {
        Given.value("checkpoint", "the function", f);
        Function<List<Variable>, List<Variable>> list =
                checkpointList(x -> List.of(Given.result("checkpoint", "a variable", f.apply(x.get(0)))));
        return x -> list.apply(List.of(Given.value("checkpoint", "the argument", x)))
                .get(0);
    }

    /**
     * The same function of several variables, of which the gradient keeps the arguments and nothing else.
     *
     * @param f the function
     * @return a function with the same values and derivatives
     */
    public static Function<List<Variable>, List<Variable>> checkpointList(Function<List<Variable>, List<Variable>> f) {
        Given.value("checkpoint", "the function", f);
        return arguments -> {
            List<Variable> given = Given.list("checkpoint: argument", Variable.class, arguments);
            int[] results = new int[1];
            Loop.Step step = (carry, x, constants) -> {
                List<Variable> ys = f.apply(new Arguments<>("checkpoint", "an argument", constants));
                List<Variable> sums = Given.list("checkpoint: result", Variable.class, ys);
                results[0] = sums.size();
                return new Loop.Results(List.of(), List.of(), sums);
            };
            Loop loop = Loop.run(step, List.of(), List.of(), given, 1, false);
            return IntStream.range(0, results[0]).mapToObj(loop::sum).toList();
        };
    }

    /**
     * Applies a function as long as a condition holds. How often depends on values, so this is an ordinary Java loop, which a {@linkplain
     * Tape#record recording} refuses. Derivatives are those of the steps that were taken; they need memory for all of them.
     *
     * @param condition whether another step is to be taken, from the value of the state
     * @param f the next state
     * @param init the initial state
     * @return the first state for which the condition does not hold
     * @throws IllegalStateException if the state is being recorded
     */
    public static Variable whileLoop(Predicate<Tensor> condition, UnaryOperator<Variable> f, Variable init) {
        Given.value("whileLoop", "the condition", condition);
        Given.value("whileLoop", "the function", f);
        Variable state = Given.value("whileLoop", "the initial state", init);
        while (condition.test(valueOf(state))) {
            state = Given.result("whileLoop", "a variable", f.apply(state));
        }
        return state;
    }

    private static Tensor valueOf(Variable state) {
        if (state.isRecording()) {
            throw new IllegalStateException("whileLoop: the number of steps depends on values, which are not known in a"
                    + " recording; take a fixed number with iterate or scan, or loop outside of the recording");
        }
        return state.value();
    }

    private static Result run(Step f, List<Variable> init, List<Variable> xs, int length) {
        Given.value("scan", "the function", f);
        List<Variable> carry = Given.list("scan: initial carry", Variable.class, init);
        int[] results = new int[1];
        Step counting = (state, x) -> {
            Result result = Given.result("scan", "carries and results", f.apply(state, x));
            results[0] = result.ys.size();
            return result;
        };
        Loop loop = loop("scan", counting, carry, xs, length);
        return new Result(
                IntStream.range(0, carry.size()).mapToObj(loop::last).toList(),
                IntStream.range(0, results[0]).mapToObj(loop::stacked).toList());
    }

    private static Loop loop(String caller, Step f, List<Variable> init, List<Variable> xs, int length) {
        Loop.Step step = (carry, x, constants) -> {
            Result result = f.apply(
                    new Arguments<>(caller, "an initial carry", carry),
                    new Arguments<>(caller, "a stacked operand", x));
            requireSame(caller, init, result.carry);
            return new Loop.Results(result.carry, result.ys, List.of());
        };
        return Loop.run(step, init, xs, List.of(), length, false);
    }

    private static void requireSame(String caller, List<Variable> init, List<Variable> next) {
        if (next.size() != init.size()) {
            throw new IllegalArgumentException(caller + ": a step must return as many carries as it takes, got "
                    + next.size() + " for " + init.size());
        }
        for (int i = 0; i < next.size(); i++) {
            Shape before = init.get(i).shape();
            if (!next.get(i).shape().equals(before)) {
                throw new ShapeException(
                        caller,
                        "a carry must keep its shape",
                        "carry " + i + " " + before + " and after a step "
                                + next.get(i).shape());
            }
        }
    }

    /** The number of rows that all have. */
    private static int length(String caller, List<Variable> xs) {
        for (int i = 0; i < xs.size(); i++) {
            Shape shape = xs.get(i).shape();
            if (shape.rank() == 0) {
                throw new ShapeException(
                        caller, "a stacked operand must have rows along axis 0", "operand " + i + " " + shape);
            }
            if (shape.extent(0) != xs.get(0).shape().extent(0)) {
                throw new ShapeException(
                        caller,
                        "stacked operands must have the same number of rows",
                        "operand 0 " + xs.get(0).shape() + " and operand " + i + " " + shape);
            }
        }
        return xs.get(0).shape().extent(0);
    }

    private static int steps(String caller, int length) {
        if (length < 0) {
            throw new IllegalArgumentException(caller + ": the number of steps must be at least 0, got " + length);
        }
        return length;
    }
}
