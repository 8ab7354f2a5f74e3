package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Parts;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.Objects;

/**
 * Reverse mode at one step of a tape: the cotangent that has arrived at its result, and where the cotangents of its operands go.
 *
 * <p>A cotangent arrives from everything that used the result. Of a result that was read by slices, or row by row, it arrives in
 * parts, and {@link #slice} tells whether a slice was read at all: that is how an operation of several results, packed into one
 * variable, learns which of them count. {@link #g} is the whole: all parts, added in the order in which they arrived.
 */
public final class Cotangents extends Sweep {

    /** By the number of an input or step: the sum of what has arrived, if nothing of it was a part; else null. */
    private final Variable[] sums;

    /** By the number of an input or step: what has arrived, if something of it was a part; else null. */
    private final Parts[] parts;

    // what has arrived at the step
    private Variable g;
    private Parts read;

    private Cotangents(Tape tape) {
        super(tape);
        int n = tape.inputs().size() + tape.count;
        this.sums = new Variable[n];
        this.parts = new Parts[n];
    }

    /** The whole sweep: from the cotangents of the outputs of a tape to those of its inputs. */
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

    /** Goes to an input or step; returns whether anything has arrived there. */
    private boolean goTo(int number) {
        enter(number);
        g = sums[number];
        read = parts[number];
        sums[number] = null; // nothing reads them again
        parts[number] = null;
        return g != null || read != null;
    }

    /**
     * Whether the cotangent of an operand leads to an input of the tape. Of any other it need not be computed.
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
     * @return all that has arrived, of the shape of {@link #y}
     */
    public Variable g() {
        if (g == null) {
            g = read.sum();
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
     * @return what has arrived there, of extent {@code to − from} along the axis; or null if nothing of the slice was read
     */
    public Variable slice(int axis, int from, int to) {
        int along = y().shape().axis("slice", axis);
        boolean apart = read != null && !read.areAnywhere(along);
        return apart ? read.slice(along, from, to) : g().slice(along, from, to);
    }

    /**
     * Hands a cotangent on to an operand, to be added to what others hand on.
     *
     * @param i which input
     * @param cotangent of the shape of the input, or of one that reduces to it; or null where nothing passes
     */
    public void add(int i, Variable cotangent) {
        int number = number(i);
        if (number != Tape.CONSTANT && cotangent != null) {
            addTo(number, reduce(op(), i, cotangent, x(i).shape()));
        }
    }

    /**
     * Hands the cotangent of a slice of an operand on. It stays a part: many of them are added into one array at last.
     *
     * @param i which input
     * @param axis the axis
     * @param from the first element along it
     * @param cotangent of the shape of the slice; or null where nothing passes
     */
    public void addSlice(int i, int axis, int from, Variable cotangent) {
        if (cotangent != null) {
            addPart(i, Parts.Part.slice(x(i).shape().axis("vjp of " + op().label(), axis), from, cotangent));
        }
    }

    /**
     * Hands the cotangents of some rows of an operand on. They stay a part: many of them are added into one array at last.
     *
     * @param i which input
     * @param index the rows along the first axis
     * @param cotangent of the shape of the index, followed by that of a row; or null where nothing passes
     */
    public void addRows(int i, Variable index, Variable cotangent) {
        Objects.requireNonNull(
                index, () -> "vjp of " + op().label() + ": the index of rows must be a variable, got null");
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
                    "vjp of " + op().label() + ", input " + i,
                    "the cotangent of a part must be a part of the input",
                    "cotangent " + part.g().shape() + " and input " + shape);
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
        if (parts[number] != null) {
            parts[number].add(Parts.Part.whole(cotangent));
        } else {
            sums[number] = sums[number] == null ? cotangent : sums[number].add(cotangent);
        }
    }
}
