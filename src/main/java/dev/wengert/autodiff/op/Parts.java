package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The parts of one variable that have come together, in the order in which they came: slices, rows, and wholes. */
public final class Parts {

    /** What is added, and where; the index of rows, else null. */
    public record Part(SumOfParts.Place place, Variable g, Variable index) {

        public static Part whole(Variable g) {
            return new Part(SumOfParts.Place.WHOLE, g, null);
        }

        public static Part slice(int axis, int from, Variable g) {
            return new Part(new SumOfParts.Place(axis, from), g, null);
        }

        public static Part rows(Variable index, Variable g) {
            return new Part(SumOfParts.Place.ROWS, g, index);
        }

        /** Whether it is a part of a variable of a shape. */
        public boolean fits(Shape whole) {
            return place.fits(g.shape(), index == null ? null : index.shape(), whole);
        }

        /** Whether it may share an element with a slice. */
        private boolean meets(int axis, int from, int to) {
            return place.axis() != axis || place.from() < to && from < end();
        }

        /** Whether it is a part of a slice. */
        private boolean isInside(int axis, int from, int to) {
            return place.axis() == axis && from <= place.from() && end() <= to;
        }

        private int end() {
            return place.from() + g.shape().extent(place.axis());
        }

        /** A slice, moved along its axis. */
        private Part moved(int by) {
            return slice(place.axis(), place.from() + by, g);
        }

        /** The whole, zero but for this part. */
        Variable alone(Shape to) {
            if (place.isRows()) {
                return new ScatterAdd(to.extent(0)).apply(g, index);
            }
            return g.shape().equals(to)
                    ? g
                    : new Pad(place.axis(), place.from(), to.extent(place.axis()) - end()).apply(g);
        }
    }

    private final Shape whole;
    private final List<Part> parts = new ArrayList<>();

    /** No part yet of a variable of a shape. */
    public Parts(Shape whole) {
        this.whole = whole;
    }

    /** Adds a part behind those that are there. */
    public void add(Part part) {
        parts.add(part);
    }

    /** Whether there is none. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The sum of the parts, at least one. */
    public Variable sum() {
        if (parts.size() == 1) {
            return parts.get(0).alone(whole);
        }
        List<Variable> operands = new ArrayList<>();
        parts.forEach(part -> operands.add(part.g));
        parts.stream().filter(part -> part.index != null).forEach(part -> operands.add(part.index));
        SumOfParts op = new SumOfParts(whole, parts.stream().map(Part::place).toList());
        return op.apply(operands.toArray(Variable[]::new));
    }

    /** The sum of the parts of a slice, of its shape; or null if there is none. */
    public Variable slice(int axis, int from, int to) {
        Parts met = new Parts(whole);
        Parts inside = new Parts(whole.with(axis, to - from));
        for (Part part : parts) {
            if (part.meets(axis, from, to)) {
                met.add(part);
                if (part.isInside(axis, from, to)) {
                    inside.add(part.moved(-from));
                }
            }
        }
        if (met.isEmpty()) {
            return null;
        }
        return inside.parts.size() == met.parts.size()
                ? inside.sum()
                : met.sum().slice(axis, from, to);
    }
}
