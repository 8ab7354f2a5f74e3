package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A function that was run as a loop, and its results. */
public final class Loop {

    /** One step as a function of variables. */
    @FunctionalInterface
    public interface Step {
        Results apply(List<Variable> carry, List<Variable> x, List<Variable> constants);
    }

    /** What a step computes: the next carries, rows of stacked results, and terms of sums. */
    public record Results(List<Variable> carry, List<Variable> ys, List<Variable> sums) {}

    private final Scan scan;
    private final Scan.Packed packed;

    private Loop(Scan scan, Variable packed) {
        this.scan = scan;
        this.packed = Scan.packed(packed);
    }

    /**
     * Runs a function as a loop.
     *
     * @param step the function. What it captures from outside becomes a constant operand
     * @param carry the first carries, of the shapes that the function keeps
     * @param xs stacked rows
     * @param constants the same in all steps
     * @param length the number of steps, and of rows
     * @param reverse whether the rows are taken from the last to the first
     */
    public static Loop run(
            Step step, List<Variable> carry, List<Variable> xs, List<Variable> constants, int length, boolean reverse) {
        List<Variable> arguments = new ArrayList<>(carry);
        xs.forEach(x -> arguments.add(length == 0 ? Variable.of(Tensor.zeros(each(x))) : row(x, 0)));
        arguments.addAll(constants);
        int rows = carry.size() + xs.size();
        Recorder recorder = new Recorder(step, carry.size(), rows);
        Tape recorded = Tape.closure(recorder, arguments);
        BitSet used = used(recorded);
        used.set(0, carry.size());
        List<Variable> inputs = new ArrayList<>();
        List<Variable> operands = new ArrayList<>();
        for (int i = 0; i < recorded.inputs().size(); i++) {
            if (used.get(i)) {
                Variable input = recorded.inputs().get(i);
                inputs.add(input);
                boolean stacked = i >= carry.size() && i < rows;
                operands.add(stacked ? xs.get(i - carry.size()) : i < arguments.size() ? arguments.get(i) : input);
            }
        }
        Tape body = alone(Tape.between(inputs, recorded.outputs()));
        int stacked = used.get(carry.size(), rows).cardinality();
        Scan scan = new Scan(body, carry.size(), stacked, recorder.ys, length, reverse);
        return new Loop(scan, scan.apply(operands.toArray(new Variable[0])));
    }

    /** The function of a step as one of all arguments. It remembers how many results are stacked. */
    private static final class Recorder implements Function<List<Variable>, List<Variable>> {
        private final Step step;
        private final int carries;
        private final int rows;
        private int ys;

        Recorder(Step step, int carries, int rows) {
            this.step = step;
            this.carries = carries;
            this.rows = rows;
        }

        @Override
        public List<Variable> apply(List<Variable> x) {
            Results results = step.apply(x.subList(0, carries), x.subList(carries, rows), x.subList(rows, x.size()));
            ys = results.ys.size();
            List<Variable> all = new ArrayList<>(results.carry);
            all.addAll(results.ys);
            all.addAll(results.sums);
            return all;
        }
    }

    /** The same closure, but with placeholders for what it captured: so an operation, and a plan, does not hold the graph around it. */
    public static Tape alone(Tape closure) {
        boolean holds = closure.inputs().stream().anyMatch(input -> input.op().isPresent());
        return holds ? Tape.closure(closure::apply, closure.inputs()) : closure;
    }

    /** The inputs that a program uses. */
    private static BitSet used(Tape tape) {
        BitSet used = new BitSet();
        for (int k = 0; k < tape.steps().size(); k++) {
            for (int i = 0; i < tape.steps().get(k).inputs().size(); i++) {
                used.set(tape.operand(k, i));
            }
        }
        IntStream.range(0, tape.outputs().size()).forEach(i -> used.set(tape.result(i)));
        return used;
    }

    /** The shape of a row. */
    private static Shape each(Variable stacked) {
        int[] extents = stacked.shape().toArray();
        return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    }

    /** A row of a stacked variable. */
    static Variable row(Variable stacked, int t) {
        return stacked.slice(0, t, t + 1).reshape(each(stacked));
    }

    /** Some rows of a stacked variable. */
    static Variable rows(Variable stacked, int from, int to) {
        boolean all = from == 0 && to == stacked.shape().extent(0);
        return all ? stacked : stacked.slice(0, from, to);
    }

    /**
     * Rows of steps that were taken apart, and behind them, in the order of execution, those of a loop.
     *
     * @param apart a row for each step; null for zeros
     * @param rest the rows of the loop, stacked; null for zeros
     * @param left the number of rows of the loop
     * @param each the shape of a row
     * @param reverse whether the rows go from the last to the first
     * @return all rows, stacked; null if all are null
     */
    static Variable join(List<Variable> apart, Variable rest, int left, Shape each, boolean reverse) {
        if (rest == null && apart.stream().allMatch(Objects::isNull)) {
            return null;
        }
        List<Variable> rows = new ArrayList<>();
        for (Variable row : apart) {
            rows.add(row == null ? zeros(1, each) : row.reshape(Scan.stacked(1, each)));
        }
        if (left > 0) {
            rows.add(rest == null ? zeros(left, each) : rest);
        }
        if (reverse) {
            Collections.reverse(rows);
        }
        return rows.size() == 1 ? rows.get(0) : Variable.concat(0, rows.toArray(new Variable[0]));
    }

    private static Variable zeros(int rows, Shape each) {
        return Variable.of(Tensor.zeros(Scan.stacked(rows, each)));
    }

    /** The carry after the last step. */
    public Variable last(int i) {
        return scan.last(packed, i);
    }

    /** The carries after all steps, by row. */
    public Variable carries(int i) {
        int from = scan.reverse() ? 0 : 1;
        return scan.rows(packed, i, from, from + scan.length());
    }

    /** A stacked result. */
    public Variable stacked(int i) {
        return scan.rows(packed, scan.carries() + i, 0, scan.length());
    }

    /** A sum over all steps. */
    public Variable sum(int i) {
        return scan.sum(packed, scan.carries() + scan.ys() + i);
    }
}
