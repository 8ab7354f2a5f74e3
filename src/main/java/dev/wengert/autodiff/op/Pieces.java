package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Functions that change shapes, cut and repeat, composed of operations that move elements. */
public final class Pieces {

    private Pieces() {}

    /** Joins the axes from {@code axis} on into one. */
    public static Variable flatten(Variable x, int axis) {
        Shape s = x.shape();
        int from = s.axis("flatten", axis);
        int[] extents = Arrays.copyOf(s.toArray(), from + 1);
        extents[from] = Blocks.inner(s, from);
        return x.reshape(Shape.of("flatten", extents));
    }

    /** Puts a new axis of extent 1 at a position of the result. */
    public static Variable expandDims(Variable x, int axis) {
        Shape s = x.shape();
        int at = Shape.of(1).concat("expandDims", s).axis("expandDims", axis);
        int[] extents = new int[s.rank() + 1];
        Arrays.setAll(extents, d -> d == at ? 1 : s.extent(d < at ? d : d - 1));
        return x.reshape(Shape.of("expandDims", extents));
    }

    /** Drops axes of extent 1: those named, or all such. */
    public static Variable squeeze(Variable x, int... axes) {
        Shape s = x.shape();
        int[] named = Operands.axes("squeeze", axes);
        s.reduce("squeeze", false, named);
        boolean[] drop = new boolean[s.rank()];
        for (int axis : named) {
            int at = s.axis("squeeze", axis);
            if (s.extent(at) != 1) {
                throw new ShapeException(
                        "squeeze",
                        "the extent at each named axis must be 1",
                        s.extent(at) + " at axis " + at + " of shape " + s);
            }
            drop[at] = true;
        }
        int[] kept = IntStream.range(0, s.rank())
                .filter(d -> named.length > 0 ? !drop[d] : s.extent(d) != 1)
                .map(s::extent)
                .toArray();
        return x.reshape(Shape.of("squeeze", kept));
    }

    /** Cuts into parts of given sizes along an axis. */
    public static List<Variable> split(Variable x, int axis, int... sizes) {
        int at = x.shape().axis("split", axis);
        int extent = x.shape().extent(at);
        int[] parts = Given.value("split", "the array of sizes", sizes).clone();
        if (IntStream.of(parts).anyMatch(size -> size < 0)
                || IntStream.of(parts).asLongStream().sum() != extent) {
            throw new ShapeException(
                    "split",
                    "sizes must be 0 or more and add up to the extent " + extent + " at axis " + at,
                    Text.numbers(parts));
        }
        List<Variable> pieces = new ArrayList<>();
        int from = 0;
        for (int size : parts) {
            pieces.add(x.slice(at, from, from + size));
            from += size;
        }
        return List.copyOf(pieces);
    }

    /** Cuts into parts of one size along an axis. */
    public static List<Variable> chunk(Variable x, int axis, int parts) {
        int at = x.shape().axis("chunk", axis);
        int extent = x.shape().extent(at);
        if (parts < 1 || extent % parts != 0) {
            throw new ShapeException(
                    "chunk",
                    "the number of parts must be 1 or more and divide the extent " + extent + " at axis " + at,
                    Integer.toString(parts));
        }
        int size = extent / parts;
        return IntStream.range(0, parts)
                .mapToObj(i -> x.slice(at, i * size, (i + 1) * size))
                .toList();
    }

    /** The slice of extent 1 at an index, without the axis. */
    public static Variable select(Variable x, int axis, int index) {
        Shape s = x.shape();
        int at = s.axis("select", axis);
        int extent = s.extent(at);
        int from = index < 0 ? index + extent : index;
        if (from < 0 || from >= extent) {
            throw new ShapeException(
                    "select",
                    extent == 0
                            ? "there must be an element at axis " + at + " of shape " + s
                            : "the index must be from " + -extent + " to " + (extent - 1) + " at axis " + at
                                    + " of shape " + s,
                    Integer.toString(index));
        }
        return x.slice(at, from, from + 1).reshape(s.reduce("select", false, at));
    }

    /** The slices of extent 1 along an axis, without the axis. */
    public static List<Variable> unstack(Variable x, int axis) {
        int at = x.shape().axis("unstack", axis);
        return IntStream.range(0, x.shape().extent(at))
                .mapToObj(i -> select(x, at, i))
                .toList();
    }

    /** Repeats the whole along each axis; repeats are aligned at the last axis. */
    public static Variable tile(Variable x, int... repeats) {
        int[] times = Given.value("tile", "the array of repeats", repeats).clone();
        Shape s = x.shape();
        int rank = Math.max(s.rank(), times.length);
        int[] apart = new int[2 * rank];
        int[] repeated = new int[2 * rank];
        int[] result = new int[rank];
        for (int d = 0; d < rank; d++) {
            int own = d - (rank - s.rank());
            int time = d - (rank - times.length);
            int extent = own < 0 ? 1 : s.extent(own);
            int n = time < 0 ? 1 : times[time];
            if (n < 0) {
                throw new ShapeException("tile", "repeats must be 0 or more", Text.numbers(times));
            }
            apart[2 * d] = 1;
            apart[2 * d + 1] = extent;
            repeated[2 * d] = n;
            repeated[2 * d + 1] = extent;
            result[d] = (int) Math.min((long) n * extent, Integer.MAX_VALUE);
        }
        Shape shape = Shape.of("tile", result);
        return x.reshape(Shape.of("tile", apart))
                .broadcastTo(Shape.of("tile", repeated))
                .reshape(shape);
    }

    /** Adds zeros along an axis. */
    public static Variable pad(Variable x, int axis, int before, int after) {
        int at = padded(x, axis, before, after);
        return before == 0 && after == 0 ? x : new Pad(at, before, after).apply(x);
    }

    /** Adds elements of one value along an axis. */
    public static Variable pad(Variable x, int axis, int before, int after, double value) {
        int at = padded(x, axis, before, after);
        Shape s = x.shape();
        return Variable.concat(
                at,
                Variable.of(Tensor.full(s.with(at, before), value)),
                x,
                Variable.of(Tensor.full(s.with(at, after), value)));
    }

    /** The axis, if the result has a shape. */
    private static int padded(Variable x, int axis, int before, int after) {
        int at = x.shape().axis("pad", axis);
        if (before < 0 || after < 0) {
            throw new IllegalArgumentException(
                    "pad: before and after must be 0 or more, got before " + before + " and after " + after);
        }
        long extent = (long) before + x.shape().extent(at) + after;
        x.shape().with("pad", at, (int) Math.min(extent, Integer.MAX_VALUE));
        return at;
    }

    /** Moves the elements along an axis; those that leave at one end come in at the other. */
    public static Variable roll(Variable x, int axis, int shift) {
        int at = x.shape().axis("roll", axis);
        int extent = x.shape().extent(at);
        int by = extent == 0 ? 0 : Math.floorMod(shift, extent);
        return by == 0 ? x : Variable.concat(at, x.slice(at, extent - by, extent), x.slice(at, 0, extent - by));
    }

    // With n zeros behind it, a matrix of n rows is one of rows that are longer by 1, and its diagonal is their first
    // column.

    /** The diagonals of matrices, k to the right of the main one; none of them reaches a diagonal outside. */
    public static Variable diagonal(String op, Variable x, int k) {
        Shape s = x.shape();
        if (s.rank() < 2) {
            throw new ShapeException(op, "the operand must have at least two axes", "operand " + s);
        }
        if (k != 0) {
            int axis = k > 0 ? -1 : -2;
            int extent = s.extent(axis);
            int cut = (int) Math.min(extent, Math.abs((long) k));
            return diagonal(op, x.slice(axis, cut, extent), 0);
        }
        int n = Math.min(s.extent(-2), s.extent(-1));
        Shape vectors = s.reduce(op, false, -1).with(-1, n);
        Variable square = s.extent(-2) > n ? x.slice(-2, 0, n) : s.extent(-1) > n ? x.slice(-1, 0, n) : x;
        return pad(square.reshape(vectors.with(op, -1, n * n)), -1, 0, n)
                .reshape(vectors.concat(op, Shape.of(n + 1)))
                .slice(-1, 0, 1)
                .reshape(vectors);
    }

    /** The sums of the diagonals of matrices. */
    public static Variable trace(Variable x, int k) {
        return diagonal("trace", x, k).sum(-1);
    }

    /** The matrices with these vectors in their diagonals, k to the right of the main one. */
    public static Variable diag(Variable x, int k) {
        Shape s = x.shape();
        if (s.rank() == 0) {
            throw new ShapeException("diag", "the operand must have at least one axis", "operand []");
        }
        int n = s.extent(-1);
        if (k != 0) {
            int all = (int) Math.min(n + Math.abs((long) k), Integer.MAX_VALUE);
            s.with("diag", -1, all).concat("diag", Shape.of(all)); // refuses what is too large
            int before = Math.max(0, k);
            int after = Math.max(0, -k);
            return pad(pad(diag(x, 0), -1, before, after), -2, after, before);
        }
        Shape matrices = s.concat("diag", Shape.of(n));
        return pad(expandDims(x, -1), -1, 0, n)
                .reshape(s.with("diag", -1, n * (n + 1)))
                .slice(-1, 0, n * n)
                .reshape(matrices);
    }

    /** The products of all pairs of elements along the last axes. */
    public static Variable outer(Variable x, Variable other) {
        Operands.require("outer", 1, other);
        if (x.shape().rank() == 0 || other.shape().rank() == 0) {
            throw new ShapeException(
                    "outer",
                    "operands must have at least one axis",
                    "left " + x.shape() + " and right " + other.shape(),
                    "use mul to scale");
        }
        Variable columns = expandDims(x, -1);
        Variable rows = expandDims(other, -2);
        Shape.broadcast("outer", columns.shape(), rows.shape());
        return columns.mul(rows);
    }
}
