package dev.wengert.autodiff;

import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Linear operations of one operand (a second, if there is one, holds indices): the whole rule is another operation, the
 * {@link #transpose}, and a tangent passes as the operand did.
 */
sealed interface LinearOp extends Primitive
        permits Identity, Sum, Broadcast, Reshape, Permute, Slice, Pad, Concat, Gather, ScatterAdd {

    /** The transpose, for an operand of shape {@code x}. */
    LinearOp transpose(Shape x);

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return transpose(x.get(0).shape()).apply(g);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return apply(t);
    }
}

/** {@code y = x}: an alias, from which a gradient can be asked without asking for it at x. */
enum Identity implements LinearOp {
    IDENTITY;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        System.arraycopy(x[0], 0, y, 0, out.size());
    }

    @Override
    public LinearOp transpose(Shape x) {
        return this;
    }

    @Override
    public String label() {
        return "identity";
    }
}

/** Sums over the axes that broadcasting {@code to} to the shape of x repeats. */
record Sum(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (!to.broadcastsTo(x[0])) {
            throw new ShapeException(
                    "sum", "the result must broadcast to the operand", "result " + to + " and operand " + x[0]);
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.sum(x[0], s[0], y, 0, to);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Broadcast(x);
    }

    @Override
    public String label() {
        return "sum" + to;
    }
}

/** Repeats x along axes of extent 1 or missing, as NumPy does. */
record Broadcast(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (!x[0].broadcastsTo(to)) {
            throw new ShapeException(
                    "broadcastTo",
                    "extents must be equal or 1, aligned at the last axis",
                    "operand " + x[0] + " and target " + to);
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.broadcast(x[0], s[0], y, to);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Sum(x);
    }

    @Override
    public String label() {
        return "broadcastTo" + to;
    }
}

/** The same elements in row-major order under another shape. */
record Reshape(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (x[0].size() != to.size()) {
            throw new ShapeException(
                    "reshape",
                    "the number of elements must stay the same",
                    "operand " + x[0] + " (" + x[0].size() + ") and target " + to + " (" + to.size() + ")");
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        System.arraycopy(x[0], 0, y, 0, out.size());
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Reshape(x);
    }

    @Override
    public String label() {
        return "reshape" + to;
    }
}

/** Reorders the axes: axis d of the result is axis {@code axes.get(d)} of x. */
record Permute(Axes axes) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].permute("permute", axes.toArray());
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.permute(x[0], s[0], axes, y, out);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Permute(axes.inverse());
    }

    @Override
    public String label() {
        return "permute" + axes;
    }
}

/** The elements {@code from..to-1} along an axis. */
record Slice(int axis, int from, int to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        int extent = x[0].extent(axis);
        if (from < 0 || from > to || to > extent) {
            throw new ShapeException(
                    "slice",
                    "bounds must satisfy 0 <= from <= to <= " + extent + " at axis " + axis,
                    "from " + from + ", to " + to + " and operand " + x[0]);
        }
        return x[0].with(axis, to - from);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Blocks.copy(
                x[0],
                Blocks.inner(s[0], axis),
                from * Blocks.width(s[0], axis),
                y,
                Blocks.inner(out, axis),
                0,
                Blocks.outer(s[0], axis),
                Blocks.inner(out, axis));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Pad(axis, from, x.extent(axis) - to);
    }

    @Override
    public String label() {
        return "slice(" + axis + ", " + from + ", " + to + ")";
    }
}

/** Adds zeros along an axis, {@code before} and {@code after}. */
record Pad(int axis, int before, int after) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].with(axis, before + x[0].extent(axis) + after);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Arrays.fill(y, 0, out.size(), 0.0);
        Blocks.copy(
                x[0],
                Blocks.inner(s[0], axis),
                0,
                y,
                Blocks.inner(out, axis),
                before * Blocks.width(out, axis),
                Blocks.outer(s[0], axis),
                Blocks.inner(s[0], axis));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Slice(axis, before, before + x.extent(axis));
    }

    @Override
    public String label() {
        return "pad(" + axis + ", " + before + ", " + after + ")";
    }
}

/** Joins operands along an axis: linear in each of them, with one slice an operand as the transpose. */
record Concat(int axis) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        int extent = 0;
        for (Shape s : x) {
            if (s.rank() != x[0].rank() || !s.with(axis, 0).equals(x[0].with(axis, 0))) {
                throw new ShapeException(
                        "concat", "operands must agree but for axis " + axis, String.join(" and ", names(x)));
            }
            extent += s.extent(axis);
        }
        return x[0].with(axis, extent);
    }

    private static List<String> names(Shape... x) {
        List<String> names = new ArrayList<>();
        for (Shape s : x) {
            names.add(s.toString());
        }
        return names;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        int offset = 0;
        for (int i = 0; i < x.length; i++) {
            int inner = Blocks.inner(s[i], axis);
            Blocks.copy(x[i], inner, 0, y, Blocks.inner(out, axis), offset, Blocks.outer(out, axis), inner);
            offset += inner;
        }
    }

    /** The transpose for a single operand; of several, each has its own slice. */
    @Override
    public LinearOp transpose(Shape x) {
        return new Slice(axis, 0, x.extent(axis));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        int from = start(i, x);
        return new Slice(axis, from, from + x.get(i).shape().extent(axis)).apply(g);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        int before = start(i, x);
        int extent = t.shape().extent(axis);
        return new Pad(axis, before, y.shape().extent(axis) - before - extent).apply(t);
    }

    private int start(int i, List<Variable> x) {
        int start = 0;
        for (Variable operand : x.subList(0, i)) {
            start += operand.shape().extent(axis);
        }
        return start;
    }

    @Override
    public String label() {
        return "concat(" + axis + ")";
    }
}

/** The rows of x that the second operand, indices of any shape, names. */
enum Gather implements LinearOp {
    GATHER;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (x[0].rank() == 0) {
            throw new ShapeException("gather", "the operand must have rows", "operand [] and index " + x[1]);
        }
        return x[1].concat(Blocks.row(x[0]));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        int n = s[1].size();
        Indices.check("gather", "index", x[1], n, s[0].extent(0));
        Rows.gather(x[0], x[1], y, n, Blocks.width(s[0], 0));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new ScatterAdd(x.extent(0));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : transpose(x.get(0).shape()).apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    @Override
    public String label() {
        return "gather";
    }
}

/** Adds the rows of x to the rows that the second operand names, of {@code rows} rows of zeros. */
record ScatterAdd(int rows) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Shape index = x[1];
        boolean fits = x[0].rank() >= index.rank();
        for (int d = 0; fits && d < index.rank(); d++) {
            fits = x[0].extent(d) == index.extent(d);
        }
        if (!fits) {
            throw new ShapeException(
                    "scatterAdd",
                    "the extents of the operand must start with those of the index",
                    "operand " + x[0] + " and index " + index);
        }
        int[] extents = x[0].toArray();
        int[] row = Arrays.copyOfRange(extents, index.rank(), extents.length);
        return Shape.of(rows).concat(Shape.of(row));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        int n = s[1].size();
        Indices.check("scatterAdd", "index", x[1], n, rows);
        Arrays.fill(y, 0, out.size(), 0.0);
        Rows.scatterAdd(x[0], x[1], y, n, Blocks.width(out, 0));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return Gather.GATHER;
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : Gather.GATHER.apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    @Override
    public String label() {
        return "scatterAdd(" + rows + ")";
    }
}

/** An array seen from one axis: {@code outer} blocks, each of {@code extent × width} = {@code inner} neighbouring elements. */
final class Blocks {

    private Blocks() {}

    static int outer(Shape s, int axis) {
        int outer = 1;
        for (int d = 0; d < axis; d++) {
            outer *= s.extent(d);
        }
        return outer;
    }

    static int width(Shape s, int axis) {
        int width = 1;
        for (int d = axis + 1; d < s.rank(); d++) {
            width *= s.extent(d);
        }
        return width;
    }

    static int inner(Shape s, int axis) {
        return s.extent(axis) * width(s, axis);
    }

    /** The shape of one row: all extents but the first. */
    static Shape row(Shape s) {
        int[] extents = s.toArray();
        return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    }

    /** Copies {@code outer} runs of n elements, from every {@code stepX} elements of x to every {@code stepY} of y. */
    static void copy(double[] x, int stepX, int i, double[] y, int stepY, int k, int outer, int n) {
        for (int block = 0; block < outer; block++) {
            System.arraycopy(x, i + block * stepX, y, k + block * stepY, n);
        }
    }
}
