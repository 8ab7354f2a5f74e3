package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Joins operands along an axis. It is linear in each operand, and its transpose in an operand is a slice. */
public record Concat(int axis) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        if (x.length == 0) {
            throw none("concat");
        }
        long extent = 0;
        for (Shape s : x) {
            if (s.rank() != x[0].rank() || !s.with(axis, 0).equals(x[0].with(axis, 0))) {
                throw new ShapeException(
                        "concat", "operands must agree but for axis " + axis, String.join(" and ", names(x)));
            }
            extent += s.extent(axis);
        }
        return x[0].with("concat", axis, (int) Math.min(extent, Integer.MAX_VALUE));
    }

    private static List<String> names(Shape... x) {
        List<String> names = new ArrayList<>();
        for (Shape s : x) {
            names.add(s.toString());
        }
        return names;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int width = Blocks.inner(out, axis);
        int rows = Blocks.outer(out, axis);
        int offset = 0;
        for (int i = 0; i < x.length; ) {
            int inner = Blocks.inner(s[i], axis);
            if (inner == 1) {
                int count = columns(s, i);
                Rows.setColumns(x, i, count, y, width, offset, rows);
                offset += count;
                i += count;
            } else {
                Blocks.copy(x[i], inner, 0, y, width, offset, rows, inner);
                offset += inner;
                i++;
            }
        }
    }

    /** Returns the number of operands from i on that are single columns, at most {@link Rows#COLUMNS}. */
    private int columns(Shape[] s, int i) {
        int end = i;
        while (end < Math.min(s.length, i + Rows.COLUMNS) && Blocks.inner(s[end], axis) == 1) {
            end++;
        }
        return end - i;
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

    /** Does what the vjps do, in one walk along the axis. An operand of which nothing was read gets no cotangent. */
    @Override
    public void pullback(Cotangents c) {
        int from = 0;
        for (int i = 0; i < c.operands(); i++) {
            int to = from + c.x(i).shape().extent(axis);
            if (c.wants(i)) {
                c.add(i, c.slice(axis, from, to));
            }
            from = to;
        }
    }

    /** As the sum of the jvps, in one pass over the result. */
    @Override
    public void pushforward(Tangents t) {
        Parts present = new Parts(t.y().shape());
        int from = 0;
        for (int i = 0; i < t.operands(); i++) {
            if (t.t(i) != null) {
                present.add(Parts.Part.slice(axis, from, t.t(i)));
            }
            from += t.x(i).shape().extent(axis);
        }
        if (!present.isEmpty()) {
            t.add(0, present.sum());
        }
    }

    /** Joins operands along an existing axis. */
    public static Variable of(int axis, Variable... x) {
        Variable[] operands = Given.value("concat", "the array of operands", x).clone();
        return new Concat(first("concat", operands).shape().axis("concat", axis)).apply(operands);
    }

    /** Joins operands of one shape along a new axis. */
    public static Variable stack(int axis, Variable... x) {
        Variable[] operands = Given.value("stack", "the array of operands", x).clone();
        Operands.require("stack", 0, operands);
        Shape shape = first("stack", operands).shape();
        for (Variable v : operands) {
            if (!v.shape().equals(shape)) {
                throw new ShapeException("stack", "operands must have the same shape", shape + " and " + v.shape());
            }
        }
        int at = Shape.of(1).concat("stack", shape).axis("stack", axis);
        int[] extents = new int[shape.rank() + 1];
        Arrays.setAll(extents, d -> d == at ? 1 : shape.extent(d < at ? d : d - 1));
        Variable[] single = new Variable[operands.length];
        Arrays.setAll(single, i -> operands[i].reshape(extents));
        return of(at, single);
    }

    private static Variable first(String op, Variable... x) {
        if (x.length == 0) {
            throw none(op);
        }
        if (x[0] == null) {
            throw Operands.missing(op, 0);
        }
        return x[0];
    }

    private static IllegalArgumentException none(String op) {
        return new IllegalArgumentException(op + ": there must be at least one operand, got none");
    }

    @Override
    public String label() {
        return "concat(" + axis + ")";
    }
}
