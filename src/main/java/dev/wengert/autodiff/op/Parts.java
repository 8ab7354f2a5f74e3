package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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

        private int end() {
            return place.from() + g.shape().extent(place.axis());
        }

        private boolean overlaps(int from, int to) {
            return Math.max(from, place.from()) < Math.min(to, end());
        }

        /** The common part of two slices along one axis, as a part of the other one. */
        private Part within(int first, int last) {
            int start = Math.max(first, place.from());
            int end = Math.min(last, end());
            boolean all = start == place.from() && end == end();
            Variable common = all ? g : g.slice(place.axis(), start - place.from(), end - place.from());
            return slice(place.axis(), start - first, common);
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

    /** The numbers of the parts in the order in which they start, and the farthest end of each and those before; null before a search. */
    private Integer[] byStart;

    private int[] reach;

    /** No part yet of a variable of a shape. */
    public Parts(Shape whole) {
        this.whole = whole;
    }

    /** Adds a part behind those that are there. */
    public void add(Part part) {
        parts.add(part);
        byStart = null;
    }

    /** Whether there is none. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Whether a part may be anywhere along an axis: all but the slices along it may. */
    public boolean areAnywhere(int axis) {
        return axis != sortedAlong(axis);
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

    /** Whether a sum of parts has none in a slice. That is known from its operation, and needs no value. */
    static boolean leavesOut(Variable sum, int axis, int from, int to) {
        Op op = sum.op().orElse(null);
        if (op instanceof Pad pad) {
            int end = sum.shape().extent(pad.axis()) - pad.after();
            return pad.axis() == axis && (to <= pad.before() || end <= from);
        }
        return op instanceof SumOfParts parts && parts.leavesOut(axis, from, to, sum.inputs());
    }

    /** The sum of the slices along an axis within one of them, of its shape; or null if nothing of it is there. */
    public Variable slice(int axis, int from, int to) {
        Parts within = new Parts(new Slice(axis, from, to).shape(whole));
        for (int number : meeting(from, to)) {
            within.add(parts.get(number).within(from, to));
        }
        return within.isEmpty() ? null : within.sum();
    }

    /** The numbers of the slices that share an element with one along the same axis, in their order. */
    private int[] meeting(int from, int to) {
        int end = 0;
        for (int half = Integer.highestOneBit(byStart.length); half > 0; half /= 2) {
            boolean before = end + half <= byStart.length && start(end + half - 1) < to;
            end += before ? half : 0;
        }
        int begin = end;
        while (begin > 0 && reach[begin - 1] > from) {
            begin--;
        }
        return Arrays.stream(byStart, begin, end)
                .mapToInt(number -> number)
                .filter(number -> parts.get(number).overlaps(from, to))
                .sorted()
                .toArray();
    }

    private int start(int k) {
        return parts.get(byStart[k]).place.from();
    }

    /** Sorts the parts by where they start, if all are slices along an axis, and returns it; or −1. */
    private int sortedAlong(int axis) {
        if (byStart == null) {
            if (!parts.stream().allMatch(part -> part.place.axis() == axis)) {
                return -1;
            }
            byStart = IntStream.range(0, parts.size()).boxed().toArray(Integer[]::new);
            Arrays.sort(
                    byStart,
                    Comparator.comparingInt(number -> parts.get(number).place.from()));
            reach = new int[byStart.length];
            for (int k = 0; k < reach.length; k++) {
                reach[k] = Math.max(
                        k == 0 ? 0 : reach[k - 1], parts.get(byStart[k]).end());
            }
        }
        return parts.get(0).place.axis();
    }
}
