package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Reductions;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

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

        /** Whether a part of a shape, rows with an index of a shape, is a part of a whole. */
        boolean fits(Shape part, Shape index, Shape whole) {
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
                    && from <= whole.extent(axis) - part.extent(axis);
        }

        /** Reads this place of a whole. */
        private Variable of(Variable whole, Variable part, Variable index) {
            return isRows()
                    ? whole.gather(index)
                    : isSlice() ? whole.slice(axis, from, from + part.shape().extent(axis)) : whole;
        }
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

    private Parts.Part part(int i, int index, Variable g, List<Variable> x) {
        return new Parts.Part(places.get(i), g, places.get(i).isRows() ? x.get(index) : null);
    }

    /** The part of g at the place of operand i. */
    private Variable read(int i, int index, Variable g, List<Variable> x) {
        return places.get(i).of(g, x.get(i), places.get(i).isRows() ? x.get(index) : null);
    }

    /** As the vjps, in one walk along the parts, back as a sweep goes; nothing passes to a slice of which nothing was read. */
    @Override
    public void pullback(Cotangents c) {
        int next = c.operands();
        for (int i = places.size() - 1; i >= 0; i--) {
            Place place = places.get(i);
            next -= place.isRows() ? 1 : 0;
            if (c.wants(i)) {
                int to = place.isSlice() ? place.from + c.x(i).shape().extent(place.axis) : 0;
                c.add(i, place.isSlice() ? c.slice(place.axis, place.from, to) : read(i, next, c.g(), c.x()));
            }
        }
    }

    /** Adds the jvps in one pass over the result. */
    @Override
    public void pushforward(Tangents t) {
        List<Variable> x = t.x();
        Parts present = new Parts(to);
        int next = places.size();
        for (int i = 0; i < places.size(); i++) {
            if (t.t(i) != null) {
                present.add(part(i, next, t.t(i), x));
            }
            next += places.get(i).isRows() ? 1 : 0;
        }
        if (!present.isEmpty()) {
            t.add(0, present.sum());
        }
    }

    /** Whether no part can have an element of a slice, which is zeros then, whatever the parts are. */
    boolean leavesOut(int axis, int from, int to, List<Variable> x) {
        IntPredicate meets = i -> {
            Place place = places.get(i);
            boolean apart = place.axis == axis
                    && (to <= place.from || place.from + x.get(i).shape().extent(axis) <= from);
            return !apart;
        };
        // the last part that begins before the end, if they are in order: so one is found soon if there is one
        int near = 0;
        for (int half = Integer.highestOneBit(places.size()); half > 0; half /= 2) {
            near += near + half < places.size() && places.get(near + half).from < to ? half : 0;
        }
        return !meets.test(near) && IntStream.range(0, places.size()).noneMatch(meets);
    }

    @Override
    public boolean passes(int i) {
        return i < places.size();
    }

    @Override
    public String label() {
        return NAME + to;
    }
}
