package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Parts;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.Objects;

/**
 * The state of the reverse sweep at one step of a tape: it holds the cotangent of the step's result, and takes the cotangents of its
 * operands.
 *
 * <p>Each use of the result contributes to its cotangent. A use that read a slice or rows contributes a part. {@link #slice} returns the
 * cotangent of a slice, or null if no part overlaps it. So an operation that packs several results into one variable learns which were
 * used. {@link #g} is the whole cotangent: all parts, added in order of arrival.
 */
public final class Cotangents extends Sweep {

    /** By the number of an input or step: the sum of its cotangents, if there was no part; else null. */
    private final Variable[] sums;

    /** By the number of an input or step: its cotangents, if there was a part; else null. There is no array before the first part. */
    private Parts[] parts;

    // the cotangent of the current step, whole or in parts
    private Variable g;
    private Parts arrived;

    private Cotangents(Tape tape) {
        super(tape);
        this.sums = new Variable[tape.inputs().size() + tape.count];
    }

    /** Computes the cotangents of a tape's inputs from the cotangents of its outputs. */
    static List<Variable> sweep(Tape tape, List<Variable> outputs) {
        Cotangents sweep = new Cotangents(tape);
        for (int i = 0; i < outputs.size(); i++) {
            sweep.addTo(tape.result(i), outputs.get(i));
        }
        int n = tape.inputs().size();
        for (int number = n + tape.count - 1; number >= n; number--) {
            if (sweep.goTo(number)) {
                sweep.op().pullback(sweep);
            }
        }
        Variable[] inputs = new Variable[n];
        for (int i = 0; i < n; i++) {
            inputs[i] = sweep.goTo(i) ? sweep.g() : null;
        }
        return withZeros(inputs, tape.inputs());
    }

    /** Goes to an input or step; returns whether it has a cotangent. */
    private boolean goTo(int number) {
        enter(number);
        g = sums[number];
        arrived = partsAt(number);
        sums[number] = null; // not read again
        if (arrived != null) {
            parts[number] = null;
        }
        return g != null || arrived != null;
    }

    private Parts partsAt(int number) {
        return parts == null ? null : parts[number];
    }

    /**
     * Whether an operand depends on an input of the tape. Otherwise its cotangent need not be computed.
     *
     * @param i which input
     * @return false for a constant
     */
    public boolean wants(int i) {
        return number(i) != Tape.CONSTANT;
    }

    /**
     * The cotangent of the result.
     *
     * @return the sum of all contributions, of the shape of {@link #y}
     */
    public Variable g() {
        if (g == null) {
            g = arrived.sum();
        }
        return g;
    }

    /**
     * The cotangent of a slice of the result. Slices of the result along the axis are told apart from each other; whatever else was made
     * of it, a gather, a reshape, a slice along another axis, counts as a reading of the whole.
     *
     * @param axis the axis
     * @param from the first element along it
     * @param to one past the last
     * @return the sum of all contributions to the slice, of extent {@code to − from} along the axis; or null if nothing of the slice was
     *     read
     */
    public Variable slice(int axis, int from, int to) {
        int along = y().shape().axis("slice", axis);
        boolean apart = arrived != null && !arrived.areAnywhere(along);
        return apart ? arrived.slice(along, from, to) : g().slice(along, from, to);
    }

    /**
     * Adds to the cotangent of an operand.
     *
     * @param i which input
     * @param cotangent of the input's shape, or of a shape that reduces to it; or null for none
     */
    public void add(int i, Variable cotangent) {
        int number = number(i);
        if (number != Tape.CONSTANT && cotangent != null) {
            addTo(number, reduce(op(), i, cotangent, x(i).shape()));
        }
    }

    /**
     * Adds to the cotangent of a slice of an operand. It stays a part: all parts of an operand are finally added into one array.
     *
     * @param i which input
     * @param axis the axis
     * @param from the first element along it
     * @param cotangent of the shape of the slice; or null where nothing passes
     */
    public void addSlice(int i, int axis, int from, Variable cotangent) {
        if (cotangent != null) {
            addPart(i, Parts.Part.slice(x(i).shape().axis("vjp of " + Text.name(op().label()), axis), from, cotangent));
        }
    }

    /**
     * Adds to the cotangents of some rows of an operand. They stay a part: all parts of an operand are finally added into one array.
     *
     * @param i which input
     * @param index the rows along the first axis
     * @param cotangent of the shape of the index, followed by that of a row; or null where nothing passes
     */
    public void addRows(int i, Variable index, Variable cotangent) {
        Objects.requireNonNull(
                index, () -> "vjp of " + Text.name(op().label()) + ": the index of rows must be a variable, got null");
        if (cotangent != null) {
            addPart(i, Parts.Part.rows(index, cotangent));
        }
    }

    private void addPart(int i, Parts.Part part) {
        int number = number(i);
        if (number == Tape.CONSTANT) {
            return;
        }
        Shape shape = x(i).shape();
        if (!part.fits(shape)) {
            throw new ShapeException(
                    "vjp of " + Text.name(op().label()) + ", input " + i,
                    "the cotangent of a part must be a part of the input",
                    "cotangent " + part.g().shape() + " and input " + shape);
        }
        if (parts == null) {
            parts = new Parts[sums.length];
        }
        if (parts[number] == null) {
            parts[number] = new Parts(shape);
            if (sums[number] != null) {
                parts[number].add(Parts.Part.whole(sums[number]));
                sums[number] = null;
            }
        }
        parts[number].add(part);
    }

    private void addTo(int number, Variable cotangent) {
        if (number == Tape.CONSTANT) {
            return;
        }
        Parts before = partsAt(number);
        if (before != null) {
            before.add(Parts.Part.whole(cotangent));
        } else {
            sums[number] = sums[number] == null ? cotangent : sums[number].add(cotangent);
        }
    }
}
