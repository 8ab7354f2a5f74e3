package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A program that is run once for each row of its operands, as one operation.
 *
 * <p>The inputs of the body are carries, rows, then constants. Its outputs are the next carries, rows of stacked results, then terms of
 * sums. The operands of the loop are the first carries, the stacked rows, and the constants. Its result packs, one behind the other:
 * for each carry its values before, between and after all steps, {@code length + 1} rows; for each stacked result {@code length} rows; and the sums.
 *
 * <p>The form is closed: the gradient is a loop in the other direction, which exchanges stacked operands with stacked results, and constants
 * with sums; the tangent is a loop in the same direction. Both run the body again on the carries that were kept.
 *
 * @param body the program, without constants of its own
 * @param carries the number of carries
 * @param xs the number of stacked operands
 * @param ys the number of stacked results
 * @param length the number of steps
 * @param reverse whether the rows are taken from the last to the first
 */
public record Scan(Tape body, int carries, int xs, int ys, int length, boolean reverse) implements Primitive {

    /** The number of sums. */
    int sums() {
        return body.outputs().size() - carries - ys;
    }

    /** The row of step k. */
    int at(int k) {
        return reverse ? length - 1 - k : k;
    }

    /** The place of the carries before the step of row t, among all that are kept. */
    int before(int t) {
        return reverse ? t + 1 : t;
    }

    /** The place of the carries after it. */
    int after(int t) {
        return reverse ? t : t + 1;
    }

    private boolean isSum(int result) {
        return result >= carries + ys;
    }

    /** Where the rows of a result of the body begin. */
    int offset(int result) {
        return (int) IntStream.range(0, result).mapToLong(this::size).sum();
    }

    private long size(int result) {
        long size = body.outputs().get(result).shape().size();
        return isSum(result) ? size : size * (result < carries ? length + 1L : length);
    }

    @Override
    public Shape shape(Shape... x) {
        List<Variable> inputs = body.inputs();
        Primitive.arity(this, inputs.size(), x);
        for (int i = 0; i < x.length; i++) {
            Shape each = inputs.get(i).shape();
            Shape want = i >= carries && i < carries + xs ? stacked(length, each) : each;
            if (!x[i].equals(want)) {
                throw new ShapeException(label(), "operand " + i + " must have shape " + want, x[i].toString());
            }
        }
        long size =
                IntStream.range(0, body.outputs().size()).mapToLong(this::size).sum();
        if (size > Shape.MAX_SIZE) {
            throw new ShapeException(
                    label(),
                    "all carries and results of all steps together must have at most " + Shape.MAX_SIZE + " elements",
                    Long.toString(size),
                    "a scan within a scan keeps fewer");
        }
        return Shape.of((int) size);
    }

    /** The shape of some rows. */
    static Shape stacked(int rows, Shape each) {
        int[] extents = new int[each.rank() + 1];
        extents[0] = rows;
        System.arraycopy(each.toArray(), 0, extents, 1, each.rank());
        return Shape.of(extents);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        kernel().eval(y, out, x, s, work);
    }

    @Override
    public Kernel kernel() {
        return new ScanKernel(this);
    }

    /** Applies an operation; if it is a loop, with all its steps as operations of their own. */
    public static Variable unrolled(Op op, Variable... x) {
        return op instanceof Scan scan ? scan.unrolled(List.of(x)) : op.apply(x);
    }

    private Variable unrolled(List<Variable> x) {
        Tape step = body.unrolled();
        Variable[] carry = x.subList(0, carries).toArray(new Variable[0]);
        List<List<Variable>> parts = new ArrayList<>();
        for (int i = 0; i < body.outputs().size(); i++) {
            parts.add(new ArrayList<>(i < carries ? List.of(carry[i]) : List.of()));
        }
        for (int k = 0; k < length; k++) {
            List<Variable> inputs = new ArrayList<>(List.of(carry));
            for (int i = carries; i < x.size(); i++) {
                inputs.add(i < carries + xs ? Loop.row(x.get(i), at(k)) : x.get(i));
            }
            List<Variable> results = step.apply(inputs);
            for (int i = 0; i < results.size(); i++) {
                List<Variable> part = parts.get(i);
                if (isSum(i) && k > 0) {
                    part.set(0, part.get(0).add(results.get(i)));
                } else {
                    part.add(results.get(i));
                }
                if (i < carries) {
                    carry[i] = results.get(i);
                }
            }
        }
        List<Variable> packed = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Variable> part = parts.get(i);
            if (reverse) {
                Collections.reverse(part);
            }
            part.forEach(v -> packed.add(v.reshape(v.shape().size())));
            if (part.isEmpty()) {
                packed.add(Variable.of(Tensor.zeros((int) size(i))));
            }
        }
        return Variable.concat(0, packed.toArray(new Variable[0]));
    }

    /** What reads a part of a packed variable; null for a part that is absent. */
    interface Packed {
        Variable slice(int from, int to);
    }

    static Packed packed(Variable v) {
        return (from, to) -> v.slice(0, from, to);
    }

    /** Some rows of a result of the body, stacked; of the carries there is one more than steps. Null if they are absent. */
    Variable rows(Packed packed, int result, int from, int to) {
        Shape each = body.outputs().get(result).shape();
        int at = offset(result);
        Variable part = packed.slice(at + from * each.size(), at + to * each.size());
        return part == null ? null : part.reshape(stacked(to - from, each));
    }

    /** A row of a result of the body. */
    Variable row(Packed packed, int result, int t) {
        Variable row = rows(packed, result, t, t + 1);
        return row == null ? null : row.reshape(body.outputs().get(result).shape());
    }

    /** A sum. */
    Variable sum(Packed packed, int result) {
        Shape shape = body.outputs().get(result).shape();
        Variable part = packed.slice(offset(result), offset(result) + shape.size());
        return part == null ? null : part.reshape(shape);
    }

    /** The carry after the last step. */
    Variable last(Packed packed, int carry) {
        return row(packed, carry, length == 0 ? 0 : after(at(length - 1)));
    }

    @Override
    public void pullback(Cotangents c) {
        Variable[] cotangents = new Pullback(this, (from, to) -> c.slice(0, from, to), c.y(), c.x(), c::wants).run();
        for (int i = 0; i < cotangents.length; i++) {
            c.add(i, cotangents[i]);
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return new Pullback(this, packed(g), y, x, k -> k == i).run()[i];
    }

    @Override
    public void pushforward(Tangents t) {
        Variable[] tangents = IntStream.range(0, t.operands()).mapToObj(t::t).toArray(Variable[]::new);
        t.add(0, new Pushforward(this, tangents, t.y(), t.x()).run());
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Variable[] tangents = new Variable[x.size()];
        tangents[i] = t;
        return new Pushforward(this, tangents, y, x).run();
    }

    /** For each result of the body, the inputs from which a derivative passes to it. */
    BitSet[] sources() {
        int n = body.inputs().size();
        BitSet[] of = new BitSet[n + body.steps().size()];
        for (int number = 0; number < of.length; number++) {
            of[number] = new BitSet();
            if (number < n) {
                of[number].set(number);
                continue;
            }
            int step = number - n;
            int operands = body.steps().get(step).inputs().size();
            for (int i = 0; i < operands; i++) {
                if (body.op(step).passes(i)) {
                    of[number].or(of[body.operand(step, i)]);
                }
            }
        }
        return IntStream.range(0, body.outputs().size())
                .mapToObj(i -> of[body.result(i)])
                .toArray(BitSet[]::new);
    }

    @Override
    public boolean passes(int i) {
        return Arrays.stream(sources()).anyMatch(from -> from.get(i));
    }

    @Override
    public String label() {
        return "scan(" + length + ")";
    }
}
