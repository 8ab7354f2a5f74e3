package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Reductions;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of parts (slices, rows, and wholes), which are added to zeros in order. The operands are the parts, followed by the indices of
 * the parts that are rows. It is the transpose of reading many parts of one variable, in one pass.
 */
public record SumOfParts(Shape to, List<Place> places) implements Primitive {

    private static final String NAME = "sumOfParts";

    /** The place of a part: the slice that starts at {@code from} along {@code axis}, the whole, or the rows that an index names. */
    public record Place(int axis, int from) {
        private static final int ANY = -1;
        private static final int NAMED = -2;

        public static final Place WHOLE = new Place(ANY, 0);
        public static final Place ROWS = new Place(NAMED, 0);

        public boolean isRows() {
            return axis == NAMED;
        }

        public boolean isSlice() {
            return axis >= 0;
        }

        /** Whether a part fits into a whole, by their shapes; {@code index} is the shape of the index of rows, else null. */
        private boolean fits(Shape part, Shape index, Shape whole) {
            if (isRows()) {
                return whole.rank() > 0 && part.equals(index.concat(Blocks.row(whole)));
            }
            if (!isSlice()) {
                return part.equals(whole);
            }
            return axis < whole.rank()
                    && part.rank() == whole.rank()
                    && part.equals(whole.with(axis, part.extent(axis)))
                    && from >= 0
                    && from + part.extent(axis) <= whole.extent(axis);
        }

        /** Reads this place of a whole. */
        private Variable of(Variable whole, Variable part, Variable index) {
            return isRows()
                    ? whole.gather(index)
                    : isSlice() ? whole.slice(axis, from, from + part.shape().extent(axis)) : whole;
        }
    }

    /** A part and its place; {@code index} is the index of rows, else null. */
    public record Part(Place place, Variable g, Variable index) {

        public static Part whole(Variable g) {
            return new Part(Place.WHOLE, g, null);
        }

        public static Part slice(int axis, int from, Variable g) {
            return new Part(new Place(axis, from), g, null);
        }

        public static Part rows(Variable index, Variable g) {
            return new Part(Place.ROWS, g, index);
        }

        /** Whether it fits into a variable of this shape. */
        public boolean fits(Shape whole) {
            return place.fits(g.shape(), index == null ? null : index.shape(), whole);
        }

        /** Whether it may overlap a slice. */
        public boolean meets(int axis, int from, int to) {
            return place.axis != axis || place.from < to && from < end();
        }

        /** Whether it lies inside a slice. */
        public boolean isInside(int axis, int from, int to) {
            return place.axis == axis && from <= place.from && end() <= to;
        }

        private int end() {
            return place.from + g.shape().extent(place.axis);
        }

        /** This slice, moved along its axis. */
        public Part moved(int by) {
            return slice(place.axis, place.from + by, g);
        }

        private Variable alone(Shape to) {
            if (place.isRows()) {
                return new ScatterAdd(to.extent(0)).apply(g, index);
            }
            return g.shape().equals(to) ? g : new Pad(place.axis, place.from, to.extent(place.axis) - end()).apply(g);
        }
    }

    /** The sum of one or more parts, of shape {@code to}. */
    public static Variable of(Shape to, List<Part> parts) {
        if (parts.size() == 1) {
            return parts.get(0).alone(to);
        }
        List<Variable> operands = new ArrayList<>();
        parts.forEach(part -> operands.add(part.g));
        parts.stream().filter(part -> part.index != null).forEach(part -> operands.add(part.index));
        SumOfParts op = new SumOfParts(to, parts.stream().map(Part::place).toList());
        return op.apply(operands.toArray(Variable[]::new));
    }

    @Override
    public Shape shape(Shape... x) {
        int next = places.size();
        Primitive.arity(this, next + (int) places.stream().filter(Place::isRows).count(), x);
        for (int i = 0; i < places.size(); i++) {
            if (!places.get(i).fits(x[i], places.get(i).isRows() ? x[next++] : null, to)) {
                throw new ShapeException(
                        label(),
                        "every part must be a part of the result",
                        "part " + i + " " + x[i] + " and result " + to);
            }
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Arrays.fill(y, 0, out.size(), 0.0);
        int next = places.size();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            if (place.isRows()) {
                int n = s[next].size();
                Indices.check(NAME, "index", x[next], n, out.extent(0));
                Rows.addRows(x[i], x[next++], y, n, Blocks.width(out, 0));
            } else if (place.isSlice()) {
                int inner = Blocks.inner(out, place.axis);
                int offset = place.from * Blocks.width(out, place.axis);
                Blocks.add(x[i], Blocks.inner(s[i], place.axis), y, inner, offset, Blocks.outer(out, place.axis));
            } else {
                Reductions.addTo(x[i], 0, y, 0, out.size());
            }
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i < places.size() ? read(i, index(i), g, x) : null;
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i < places.size() ? part(i, index(i), t, x).alone(to) : null;
    }

    /** The number of the operand that holds the index of part i, if it is rows. */
    private int index(int i) {
        return places.size()
                + (int) places.subList(0, i).stream().filter(Place::isRows).count();
    }

    private Part part(int i, int index, Variable g, List<Variable> x) {
        return new Part(places.get(i), g, places.get(i).isRows() ? x.get(index) : null);
    }

    /** The part of g at the place of operand i. */
    private Variable read(int i, int index, Variable g, List<Variable> x) {
        return places.get(i).of(g, x.get(i), places.get(i).isRows() ? x.get(index) : null);
    }

    /** Does what the vjps do, in one walk along the parts. */
    @Override
    public void pullback(Cotangents c) {
        List<Variable> x = c.x();
        int next = places.size();
        for (int i = 0; i < places.size(); i++) {
            if (c.wants(i)) {
                c.add(i, read(i, next, c.g(), x));
            }
            next += places.get(i).isRows() ? 1 : 0;
        }
    }

    /** Adds the jvps in one pass over the result. */
    @Override
    public void pushforward(Tangents t) {
        List<Variable> x = t.x();
        List<Part> present = new ArrayList<>();
        int next = places.size();
        for (int i = 0; i < places.size(); i++) {
            if (t.t(i) != null) {
                present.add(part(i, next, t.t(i), x));
            }
            next += places.get(i).isRows() ? 1 : 0;
        }
        if (!present.isEmpty()) {
            t.add(0, of(to, present));
        }
    }

    @Override
    public String label() {
        return NAME + to;
    }
}
