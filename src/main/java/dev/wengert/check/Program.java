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
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A tape as a function from one vector to another. The elements of all inputs stand in a row, and so do those of all outputs. */
final class Program {

    /** So many evaluations are kept: the center, both sides, and one more are asked for several times. */
    private static final int KEPT = 4;

    private final Tape tape;
    private final int outputs;
    private final Deque<Point> latest = new ArrayDeque<>();
    private BigReal[] center;
    private ExactEvaluation exactCenter;
    private long effort;

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
        List<Tensor> exact =
                program.tape.inputs().stream().map(v -> Tensor.zeros(v.shape())).toList();
        return program.errors(() -> new Evaluation(program.tape), exact);
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

    /** The evaluation at a point, which may be one of the latest. */
    private Evaluation at(double[] x) {
        Point point = latest.stream()
                .filter(p -> Arrays.equals(p.x, x))
                .findFirst()
                .orElseGet(() -> new Point(x.clone(), new Evaluation(tape, split(x))));
        latest.remove(point);
        latest.addFirst(point);
        if (latest.size() > KEPT) {
            latest.removeLast();
        }
        return point.evaluation;
    }

    /** A point and the evaluation there. */
    private static final class Point {
        private final double[] x;
        private final Evaluation evaluation;

        Point(double[] x, Evaluation evaluation) {
            this.x = x;
            this.evaluation = evaluation;
        }
    }

    /** The outputs. All are NaN at a point that the program refuses. */
    double[] evaluate(double[] x) {
        try {
            return flatten(at(x).outputs());
        } catch (RuntimeException refused) {
            double[] nothing = new double[outputs];
            Arrays.fill(nothing, Double.NaN);
            return nothing;
        }
    }

    /** Bounds of the errors of {@link #evaluate}, if x itself is wrong by up to dx. All are infinite at a point that the program refuses. */
    double[] errors(double[] x, double[] dx) {
        return errors(() -> at(x), split(dx));
    }

    private double[] errors(Supplier<Evaluation> evaluation, List<Tensor> dx) {
        try {
            return flatten(evaluation.get().errorBounds(dx));
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
        return at(x).branches();
    }

    /** The elements of the inputs at which the tape was made, as they stand in exact evaluations. */
    private BigReal[] center() {
        if (center == null) {
            center = Arrays.stream(point(tape)).mapToObj(BigReal::of).toArray(BigReal[]::new);
        }
        return center;
    }

    /** The outputs in high precision at the inputs at which the tape was made. */
    BigReal[] evaluate(BigArithmetic arithmetic) {
        return evaluate(center(), arithmetic);
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
        if (2
                        * IntStream.range(0, x.length)
                                .filter(i -> x[i].sameAs(center()[i]))
                                .count()
                < x.length) {
            return counted(new ExactEvaluation(tape, split(x), arithmetic));
        }
        if (exactCenter == null || exactCenter.digits() != arithmetic.digits()) {
            exactCenter = counted(new ExactEvaluation(tape, split(center()), arithmetic));
        }
        return counted(exactCenter.at(split(x)));
    }

    private ExactEvaluation counted(ExactEvaluation evaluation) {
        effort += evaluation.effort();
        return evaluation;
    }

    /** The effort of all exact evaluations so far. */
    long effort() {
        return effort;
    }

    private List<BigReal[]> split(BigReal[] x) {
        List<BigReal[]> inputs = new ArrayList<>();
        int at = 0;
        for (Variable v : tape.inputs()) {
            int size = v.shape().size();
            inputs.add(Arrays.copyOfRange(x, at, at + size));
            at += size;
        }
        return inputs;
    }

    /** The branches of an evaluation close to a point x, if x is wrong by up to dx; see {@link ExactEvaluation#branches}. */
    List<List<Integer>> branches(ExactEvaluation evaluation, double[] x, double[] dx, double share) {
        return evaluation.branches(at(x), split(dx), share);
    }

    /** The labels of custom operations that state no error, and whose values are noisier than is assumed. */
    List<String> noisy() {
        return at(point(tape)).noisy().stream().map(Blame::name).distinct().toList();
    }
}
