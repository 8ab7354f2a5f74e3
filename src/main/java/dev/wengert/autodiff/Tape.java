package dev.wengert.autodiff;

import dev.wengert.autodiff.loop.Scan;
import dev.wengert.autodiff.op.Operands;
import dev.wengert.autodiff.plan.Pass;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An immutable straight-line program: the operations between chosen inputs and outputs, in execution order (a Wengert list, after R. E.
 * Wengert, A simple automatic derivative evaluation program, 1964).
 *
 * <p>The tape has the operations on paths from inputs to outputs; everything else that the outputs use is a constant. The inputs are
 * independent of each other: the search stops at each of them. The order is structural: from the first output on, operands are visited from
 * left to right, and each node follows its operands. So it does not depend on when, or on which thread, a node was made.
 *
 * <p>{@link #pullback} and {@link #pushforward} are the two sweeps of automatic differentiation. They return ordinary variables, so a
 * derivative can be differentiated again.
 */
public final class Tape {

    /** The number of a constant: a node that depends on no input. */
    static final int CONSTANT = -1;

    private final List<Variable> inputs;

    /** By number: the inputs, then the steps. */
    final Variable[] nodes;

    /** The number of steps. */
    final int count;

    /** The numbers of all operands; those of step {@code number} begin at {@code starts[number]}. */
    final int[] operands;

    final int[] starts;
    private final List<Variable> outputs;
    private final int[] results;

    Tape(
            List<Variable> inputs,
            Variable[] nodes,
            int count,
            int[] operands,
            int[] starts,
            List<Variable> outputs,
            int[] results) {
        this.inputs = inputs;
        this.nodes = nodes;
        this.count = count;
        this.operands = operands;
        this.starts = starts;
        this.outputs = outputs;
        this.results = results;
    }

    /**
     * The program that computes one variable from another.
     *
     * @param input the input of the program
     * @param output the output of the program
     * @return the tape
     */
    public static Tape between(Variable input, Variable output) {
        return between(Collections.singletonList(input), Collections.singletonList(output));
    }

    /**
     * The program that computes some variables from others.
     *
     * @param inputs the inputs; the search goes no further than an input
     * @param outputs the outputs; an output may be an input, or a constant
     * @return the tape
     * @throws IllegalArgumentException if an input is given twice
     * @throws IllegalStateException if an input is the leaf of a parameter, and the outputs were computed from another leaf, because the
     *     parameter was set in between
     */
    public static Tape between(List<Variable> inputs, List<Variable> outputs) {
        return between("between", inputs, outputs);
    }

    /** The program that computes some variables from others; errors name the method that the user called. */
    static Tape between(String caller, List<Variable> inputs, List<Variable> outputs) {
        List<Variable> from = Given.list(caller + ": input", Variable.class, inputs);
        List<Variable> to = Given.list(caller + ": output", Variable.class, outputs);
        return new Search(caller, from, to).run(to);
    }

    /**
     * Records a function of one variable, so that it can be {@linkplain #compile() compiled} and replayed.
     *
     * <p>The function is run once, on the example. That run freezes shapes, Java control flow, and every value that is neither an input nor
     * a {@link Parameter}. Asking a variable that is being recorded for its value is an error.
     *
     * @param f the function
     * @param example an input of the shape that all later inputs will have
     * @return the tape; its inputs are the input of f, then the parameters that f reached
     * @throws IllegalStateException if f uses an old value of a parameter, or asks for a value that it must not see
     */
    public static Tape record(UnaryOperator<Variable> f, Tensor example) {
        return Recording.of(Recording.single(f), Collections.singletonList(example));
    }

    /**
     * Records a function of one variable twice, and refuses it if the two recordings differ in anything that would be frozen.
     *
     * @param f the function
     * @param example an input
     * @param other another input of the same shape
     * @return the tape
     * @throws ShapeException if the examples differ in their shape
     * @throws IllegalStateException if a step, a constant, a parameter or an output differs between the recordings
     */
    public static Tape record(UnaryOperator<Variable> f, Tensor example, Tensor other) {
        return Recording.of(Recording.single(f), Collections.singletonList(example), Collections.singletonList(other));
    }

    /**
     * Records a function of several variables with several results, such as a loss and its gradients.
     *
     * @param f the function
     * @param examples one input each, of the shapes that all later inputs will have
     * @return the tape; its inputs are the inputs of f, then the parameters that f reached
     * @throws IllegalStateException if f uses an old value of a parameter, or asks for a value that it must not see
     */
    public static Tape record(Function<List<Variable>, List<Variable>> f, List<Tensor> examples) {
        return Recording.of(f, examples);
    }

    /**
     * Records a function of several variables twice, and refuses it if the two recordings differ in anything that would be frozen.
     *
     * @param f the function
     * @param examples one input each
     * @param others other inputs of the same shapes
     * @return the tape
     * @throws IllegalArgumentException if there are more or fewer examples than others
     * @throws ShapeException if the examples of an input differ in their shape
     * @throws IllegalStateException if a step, a constant, a parameter or an output differs between the recordings
     */
    public static Tape record(Function<List<Variable>, List<Variable>> f, List<Tensor> examples, List<Tensor> others) {
        return Recording.of(f, examples, others);
    }

    /**
     * Reverse mode: the cotangents of the inputs, {@code Σ J_iᵀ g_i} over the outputs.
     *
     * @param cotangents one for each output, of its shape
     * @return one for each input, of its shape; zeros for an input that no output depends on
     * @throws ShapeException if a cotangent has another shape than its output
     */
    public List<Variable> pullback(List<Variable> cotangents) {
        return Sweep.pullback("pullback", this, cotangents);
    }

    /**
     * Forward mode: the tangents of the outputs, {@code Σ J_i t_i} over the inputs.
     *
     * @param tangents one for each input, of its shape
     * @return one for each output, of its shape; zeros for an output that depends on no input
     * @throws ShapeException if a tangent has another shape than its input
     */
    public List<Variable> pushforward(List<Variable> tangents) {
        return Sweep.pushforward("pushforward", this, tangents);
    }

    /**
     * Runs this program on other variables. The results are ordinary variables, which can be differentiated with respect to what they were
     * computed from. So a loss that was computed from parameters is a function of any others in their place:
     *
     * <pre>{@code
     * Tape tape = Tape.between(List.of(w.variable(), b.variable()), List.of(loss));
     * Variable elsewhere = tape.apply(List.of(w.variable().add(step), b.variable())).get(0);
     * }</pre>
     *
     * <p>Constants keep their values, and Java control flow is what it was when the tape was made.
     *
     * @param x one for each input, of its shape
     * @return one for each output
     * @throws ShapeException if a variable has another shape than its input
     */
    public List<Variable> apply(List<Variable> x) {
        List<Variable> given = Given.list("apply: value", Variable.class, x);
        Operands.requireShapes("apply", "value", "input", Sweep.shapes(inputs), Sweep.shapes(given));
        return apply(given, Op::apply);
    }

    /**
     * This program with all steps of its loops written out, for a look into them. It computes the same bits, and has the same inputs.
     *
     * @return a tape without loops; this one if it has none
     */
    public Tape unrolled() {
        boolean loops = steps().stream().anyMatch(step -> step.opOrNull() instanceof Scan);
        return loops ? between(inputs, apply(inputs, Scan::unrolled)) : this;
    }

    private List<Variable> apply(List<Variable> x, BiFunction<Op, Variable[], Variable> run) {
        Variable[] values = Arrays.copyOf(x.toArray(new Variable[0]), inputs.size() + count);
        for (int number = inputs.size(); number < values.length; number++) {
            Variable step = nodes[number];
            Variable[] of = new Variable[step.operands()];
            for (int i = 0; i < of.length; i++) {
                int from = operands[starts[number] + i];
                of[i] = from == CONSTANT ? step.operand(i) : values[from];
            }
            values[number] = run.apply(step.opOrNull(), of).from(step);
        }
        return IntStream.range(0, results.length)
                .mapToObj(i -> results[i] == CONSTANT ? outputs.get(i) : values[results[i]])
                .toList();
    }

    /**
     * Records a function as a program of its own, without constants: each variable that the function captures from outside becomes an input
     * behind its arguments, parameters and numbers included. An operation that runs such a program can have all of them as operands, so
     * that no gradient is lost.
     *
     * @param f the function; it must not ask for the value of its arguments
     * @param x arguments, of the shapes that all later ones will have
     * @return the tape; its inputs are placeholders for the arguments, then the captured variables themselves
     * @throws IllegalStateException if f asks for a value that it must not see
     */
    public static Tape closure(Function<List<Variable>, List<Variable>> f, List<Variable> x) {
        return Recording.closure(f, x);
    }

    /**
     * Runs a function eagerly and keeps its tape, on which each step remembers the line of code that made it ({@link Variable#site}).
     * Unlike in a {@linkplain #record recording}, values may be read.
     *
     * <p>While f runs, the parameters have other leaves with the same values, so no other thread must use the model.
     *
     * @param f the function
     * @param x the point
     * @param parameters the parameters that are also inputs; all others are constants
     * @return the tape; its inputs are the inputs of f, then the parameters
     */
    public static Tape trace(
            Function<List<Variable>, List<Variable>> f, List<Tensor> x, Collection<Parameter> parameters) {
        return Recording.trace(f, x, parameters);
    }

    /**
     * Traces a function as {@link #trace(Function, List, Collection)} does, while its parameters have other values.
     *
     * @param f the function
     * @param x the point
     * @param parameters the parameters that are also inputs, and their values while f runs
     * @return the tape; its inputs are the inputs of f, then the parameters
     * @throws ShapeException if a value has another shape than its parameter
     */
    public static Tape trace(
            Function<List<Variable>, List<Variable>> f, List<Tensor> x, Map<Parameter, Tensor> parameters) {
        return Recording.trace(f, x, parameters);
    }

    /**
     * Compiles this program for replay.
     *
     * @return a plan with buffers of its own; it can be compiled more than once, for more than one thread
     */
    public Plan compile() {
        return new Plan(this, List.of(), EnumSet.allOf(Pass.class));
    }

    /**
     * Compiles this program for replay, and assigns its last outputs to parameters: one run of the plan is then a whole training step,
     * without a copy of the parameters outside the plan.
     *
     * <pre>{@code
     * Tape tape = Tape.record(x -> {
     *     Variable loss = x.get(0).matmul(w.variable()).sub(x.get(1)).square().mean();
     *     Variable g = Autodiff.gradients(loss, List.of(w.variable())).get(0);
     *     return List.of(loss, w.variable().sub(g.mul(0.1)));
     * }, List.of(features, targets));
     * Plan step = tape.compile(List.of(w));             // its output is the loss
     * }</pre>
     *
     * <p>The parameters are set when everything has been computed: all new values come from the old ones, and a run that throws sets none.
     * {@link Parameter#value()} copies the value from the plan when it is called; that tensor does not change in later runs. If a parameter
     * is set between runs, or assigned by another plan, the next run reads the new value.
     *
     * @param assigned the parameters, one for each of the last outputs, in order; the other outputs remain outputs of the plan
     * @return a plan with buffers of its own; it can be compiled more than once, for more than one thread
     * @throws IllegalArgumentException if there are fewer outputs than parameters, or a parameter is given twice
     * @throws ShapeException if an output has another shape than its parameter
     */
    public Plan compile(List<Parameter> assigned) {
        List<Parameter> parameters = Given.list("compile: parameter", Parameter.class, assigned);
        int first = outputs.size() - parameters.size();
        if (first < 0) {
            throw new IllegalArgumentException(
                    "compile: there must be an output for each parameter that is assigned, got " + parameters.size()
                            + " parameters and " + outputs.size() + " outputs");
        }
        Set<Parameter> distinct = new HashSet<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Shape output = outputs.get(first + i).shape();
            if (!output.equals(parameter.shape())) {
                throw new ShapeException(
                        "compile",
                        "a parameter must be assigned what has its shape",
                        "parameter " + parameter + " and output " + (first + i) + " " + output);
            }
            if (!distinct.add(parameter)) {
                throw new IllegalArgumentException(
                        "compile: a parameter can be assigned once, got " + Text.name(parameter.name()) + " again");
            }
        }
        return new Plan(this, parameters, EnumSet.allOf(Pass.class));
    }

    /**
     * The inputs of the program.
     *
     * @return the inputs
     */
    public List<Variable> inputs() {
        return inputs;
    }

    /**
     * The steps of the program.
     *
     * @return the result of each operation, in execution order
     */
    public List<Variable> steps() {
        return Collections.unmodifiableList(Arrays.asList(nodes).subList(inputs.size(), inputs.size() + count));
    }

    /**
     * The outputs of the program.
     *
     * @return the outputs
     */
    public List<Variable> outputs() {
        return outputs;
    }

    /**
     * The operation of a step.
     *
     * @param k which step, from 0
     * @return the operation that computes it
     */
    public Op op(int k) {
        return nodes[inputs.size() + Given.index("op", "step", k, count)].opOrNull();
    }

    /**
     * The number of an operand of a step. The inputs are numbered first, then the steps.
     *
     * @param k which step, from 0
     * @param i which of its operands
     * @return the number of the input or step; negative for a constant
     */
    public int operand(int k, int i) {
        Variable y = nodes[inputs.size() + Given.index("operand", "step", k, count)];
        return operands[starts[inputs.size() + k] + Given.index("operand", "operand", i, y.operands())];
    }

    /**
     * The number of an output. The inputs are numbered first, then the steps.
     *
     * @param i which output
     * @return the number of the input or step; negative for a constant
     */
    public int result(int i) {
        return results[Given.index("result", "output", i, results.length)];
    }

    /** Whether the other tape is the same program: the same operations in the same order, for inputs of the same shapes and the same constants. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tape tape
                && Sweep.shapes(inputs).equals(Sweep.shapes(tape.inputs))
                && program().equals(tape.program());
    }

    @Override
    public int hashCode() {
        return program().hashCode();
    }

    /** The operations, each followed by its operands: numbers, or constants themselves; then the outputs. */
    private List<Object> program() {
        List<Object> program = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            Variable step = nodes[inputs.size() + k];
            program.add(step.opOrNull());
            for (int i = 0; i < step.operands(); i++) {
                program.add(operand(k, i) == CONSTANT ? step.operand(i) : (Object) operand(k, i));
            }
        }
        for (int i = 0; i < results.length; i++) {
            program.add(results[i] == CONSTANT ? outputs.get(i) : (Object) results[i]);
        }
        return program;
    }

    /**
     * The program as text, with lines such as {@code %2 = matmul(%0, %1)  [4, 3]}. The inputs are numbered first, then the steps, then the
     * constants.
     */
    @Override
    public String toString() {
        return new TapePrinter(this).text();
    }

    /**
     * The program as a graph in the DOT language of Graphviz.
     *
     * @return the text of a file
     */
    public String toDot() {
        return new TapePrinter(this).flowchart().dot();
    }

    /**
     * The program as a Mermaid flowchart.
     *
     * @return the text of a file
     */
    public String toMermaid() {
        return new TapePrinter(this).flowchart().mermaid();
    }

    /**
     * The program as a picture that needs nothing else: no program, no font, no script. A node that is used far from where it was computed
     * is shown again there, by its number.
     *
     * @return the text of an SVG file
     */
    public String toSvg() {
        return new TapePrinter(this).flowchart().svg();
    }
}
