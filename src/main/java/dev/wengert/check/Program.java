package dev.wengert.check;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.accuracy.ExactEvaluation;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** A tape as a function from one vector to another. The elements of all inputs stand in a row, and so do those of all outputs. */
final class Program {

    private final Tape tape;
    private final int outputs;

    Program(Tape tape) {
        this.tape = tape;
        this.outputs = size(tape.outputs());
    }

    Tape tape() {
        return tape;
    }

    /** The number of elements of all outputs. */
    int outputs() {
        return outputs;
    }

    /** The number of elements of all steps. */
    int elements() {
        return size(tape.steps());
    }

    /** The elements of the inputs at which the tape was made. */
    static double[] point(Tape tape) {
        return values(tape.inputs());
    }

    /** The tape of one step on its own: the same operation at the same operands, which are its inputs. */
    static Tape alone(Variable step) {
        List<Variable> operands =
                step.inputs().stream().map(v -> Variable.of(v.value())).toList();
        Variable y = step.op().orElseThrow().apply(operands.toArray(Variable[]::new));
        return Tape.between(operands, List.of(y));
    }

    /** The elements of some variables in a row. */
    static double[] values(List<Variable> x) {
        return flatten(x.stream().map(Variable::value).toList());
    }

    /**
     * Bounds of the rounding errors of computed variables. Every operation that led to them counts: values that a sweep computed from
     * constants were rounded, too.
     */
    static double[] rounding(List<Variable> computed) {
        Program program = from(Set.of(), computed);
        double[] x = point(program.tape);
        return program.errors(x, new double[x.length]);
    }

    /**
     * Computes variables again, to many digits, from the constants and inputs that led to them.
     *
     * @param differentiated the program whose derivative the variables are. Its constants are taken as their doubles, and not computed
     *     again
     */
    static BigReal[] exact(List<Variable> computed, Program differentiated, BigArithmetic arithmetic) {
        return from(differentiated.constants(), computed).evaluate(arithmetic);
    }

    /** Operands of the steps that are neither inputs nor steps. */
    private Set<Variable> constants() {
        Set<Variable> constants = Collections.newSetFromMap(new IdentityHashMap<>());
        tape.steps().forEach(step -> constants.addAll(step.inputs()));
        tape.inputs().forEach(constants::remove);
        tape.steps().forEach(constants::remove);
        return constants;
    }

    /** The program that computes variables from leaves, and from given variables whose values are kept. */
    private static Program from(Set<Variable> given, List<Variable> computed) {
        Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Variable> leaves = new ArrayList<>();
        Deque<Variable> open = new ArrayDeque<>(computed);
        while (!open.isEmpty()) {
            Variable v = open.pop();
            if (seen.add(v)) {
                if (v.op().isEmpty() || given.contains(v)) {
                    leaves.add(v);
                } else {
                    v.inputs().forEach(open::push);
                }
            }
        }
        return new Program(Tape.between(leaves, computed));
    }

    private static int size(List<Variable> x) {
        return x.stream().mapToInt(v -> v.shape().size()).sum();
    }

    private static double[] flatten(List<Tensor> x) {
        int size = 0;
        for (Tensor t : x) {
            size += t.shape().size();
        }
        double[] flat = new double[size];
        int at = 0;
        for (Tensor t : x) {
            System.arraycopy(t.toArray(), 0, flat, at, t.shape().size());
            at += t.shape().size();
        }
        return flat;
    }

    /** A vector as tensors of the shapes of some variables. */
    static List<Tensor> split(double[] vector, List<Variable> like) {
        List<Tensor> tensors = new ArrayList<>();
        int at = 0;
        for (Variable v : like) {
            Shape shape = v.shape();
            tensors.add(Tensor.of(shape, Arrays.copyOfRange(vector, at, at + shape.size())));
            at += shape.size();
        }
        return tensors;
    }

    /** A vector as variables of the shapes of others. */
    static List<Variable> variables(double[] vector, List<Variable> like) {
        return split(vector, like).stream().map(Variable::of).toList();
    }

    private List<Tensor> split(double[] x) {
        return split(x, tape.inputs());
    }

    /** The outputs. All are NaN at a point that the program refuses. */
    double[] evaluate(double[] x) {
        try {
            return flatten(new Evaluation(tape, split(x)).outputs());
        } catch (RuntimeException refused) {
            double[] nothing = new double[outputs];
            Arrays.fill(nothing, Double.NaN);
            return nothing;
        }
    }

    /** Bounds of the errors of {@link #evaluate}, if x itself is wrong by up to dx. All are infinite at a point that the program refuses. */
    double[] errors(double[] x, double[] dx) {
        try {
            return flatten(new Evaluation(tape, split(x)).errorBounds(split(dx)));
        } catch (RuntimeException refused) {
            double[] unknown = new double[outputs];
            Arrays.fill(unknown, Double.POSITIVE_INFINITY);
            return unknown;
        }
    }

    /**
     * The outputs that do not depend on the inputs that a direction moves. Fill the moving inputs with NaN: an output that stays a
     * number does not depend on them. Every operation of the library hands NaN on, except comparisons; so the results of comparisons
     * must not change. In a program with other operations, or one that refuses NaN, no output counts as independent.
     */
    boolean[] independent(double[] x, double[] direction) {
        boolean[] independent = new boolean[outputs];
        if (hidesKinks()) {
            return independent;
        }
        double[] poisoned = x.clone();
        Arrays.setAll(poisoned, i -> direction[i] == 0 ? x[i] : Double.NaN);
        try {
            if (sameOrNaN(branches(x), branches(poisoned))) {
                double[] before = evaluate(x);
                double[] after = evaluate(poisoned);
                for (int c = 0; c < outputs; c++) {
                    independent[c] = Double.compare(before[c], after[c]) == 0 && Double.isFinite(before[c]);
                }
            }
        } catch (RuntimeException refused) {
            return independent;
        }
        return independent;
    }

    private static boolean sameOrNaN(List<Tensor> before, List<Tensor> after) {
        double[] a = flatten(before);
        double[] b = flatten(after);
        return IntStream.range(0, a.length).allMatch(k -> Double.isNaN(b[k]) || a[k] == b[k]);
    }

    /** Whether the program has operations of which {@link #branches} cannot report the branch. */
    boolean hidesKinks() {
        return tape.steps().stream().anyMatch(s -> s.op().orElseThrow() instanceof CustomOp);
    }

    List<Tensor> branches(double[] x) {
        return new Evaluation(tape, split(x)).branches();
    }

    /** The outputs in high precision at the inputs at which the tape was made. */
    BigReal[] evaluate(BigArithmetic arithmetic) {
        return evaluate(Arrays.stream(point(tape)).mapToObj(BigReal::of).toArray(BigReal[]::new), arithmetic);
    }

    /**
     * The outputs in high precision. This may take long.
     *
     * @throws CancellationException if the thread was interrupted
     */
    BigReal[] evaluate(BigReal[] x, BigArithmetic arithmetic) {
        return values(exactly(x, arithmetic));
    }

    /** The outputs of an evaluation in a row. */
    static BigReal[] values(ExactEvaluation evaluation) {
        return evaluation.outputs().stream().flatMap(Arrays::stream).toArray(BigReal[]::new);
    }

    /**
     * Evaluates in high precision. This may take long.
     *
     * @throws CancellationException if the thread was interrupted
     */
    ExactEvaluation exactly(BigReal[] x, BigArithmetic arithmetic) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the gradient check was interrupted");
        }
        List<BigReal[]> inputs = new ArrayList<>();
        int at = 0;
        for (Variable v : tape.inputs()) {
            int size = v.shape().size();
            inputs.add(Arrays.copyOfRange(x, at, at + size));
            at += size;
        }
        return new ExactEvaluation(tape, inputs, arithmetic);
    }

    /** The branches of an evaluation close to a point x, if x is wrong by up to dx; see {@link ExactEvaluation#branches}. */
    List<List<Integer>> branches(ExactEvaluation evaluation, double[] x, double[] dx, double share) {
        return evaluation.branches(new Evaluation(tape, split(x)), split(dx), share);
    }

    /** The labels of custom operations that state no error, and whose values are noisier than is assumed. */
    List<String> noisy() {
        return new Evaluation(tape, split(point(tape)))
                .noisy().stream().map(Blame::name).distinct().toList();
    }
}
