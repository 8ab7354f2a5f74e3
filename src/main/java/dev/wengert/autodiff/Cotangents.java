package dev.wengert.autodiff;

import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reverse mode at one step of a tape: the cotangent that has arrived at its result, and where the cotangents of its operands go.
 *
 * <p>A cotangent arrives from everything that used the result. Of a result that was read by slices, or row by row, it arrives in
 * parts, and {@link #slice} tells whether a slice was read at all: that is how an operation of several results, packed into one
 * variable, learns which of them count. {@link #g} is the whole: all parts, added in the order in which they arrived.
 *
 * <p>The object belongs to the sweep, and means another step as soon as {@link Op#pullback} has returned.
 */
public final class Cotangents {

    private final Tape tape;

    /** By the number of an input or step: the sum of what has arrived, if nothing of it was a part; else null. */
    private final Variable[] sums;

    /** By the number of an input or step: what has arrived, if something of it was a part; else null. */
    private final List<SumOfParts.Part>[] parts;

    // the step: its result, the place of its operands' numbers, and what has arrived
    private Variable y;
    private int start;
    private Variable g;
    private List<SumOfParts.Part> read;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
    private Cotangents(Tape tape) {
        this.tape = tape;
        int n = tape.inputs().size() + tape.count;
        this.sums = new Variable[n];
        this.parts = new List[n];
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
                sweep.y.opOrNull().pullback(sweep);
            }
        }
        Variable[] inputs = new Variable[n];
        for (int i = 0; i < n; i++) {
            inputs[i] = sweep.goTo(i) ? sweep.g() : null;
        }
        return Sweep.withZeros(inputs, tape.inputs());
    }

    /** Goes to an input or step; returns whether anything has arrived there. */
    private boolean goTo(int number) {
        y = tape.nodes[number];
        start = tape.starts[number];
        g = sums[number];
        read = parts[number];
        sums[number] = null; // nothing reads them again
        parts[number] = null;
        return g != null || read != null;
    }

    /**
     * The result of the step.
     *
     * @return the output
     */
    public Variable y() {
        return y;
    }

    /**
     * The operands of the step.
     *
     * @return the inputs
     */
    public List<Variable> x() {
        return y.inputs();
    }

    /**
     * An operand of the step.
     *
     * @param i which input
     * @return the input
     */
    public Variable x(int i) {
        return y.operand(i);
    }

    /**
     * The number of operands.
     *
     * @return how many inputs the step has
     */
    public int operands() {
        return y.operands();
    }

    /**
     * Whether the cotangent of an operand leads to an input of the tape. Of any other it need not be computed.
     *
     * @param i which input
     * @return false for a constant
     */
    public boolean wants(int i) {
        return tape.operands[start + i] != Tape.CONSTANT;
    }

    /**
     * The cotangent of the result.
     *
     * @return all that has arrived, of the shape of {@link #y}
     */
    public Variable g() {
        if (g == null) {
            g = SumOfParts.of(y.shape(), read);
        }
        return g;
    }

    /**
     * The cotangent of a slice of the result.
     *
     * @param axis the axis, from 0
     * @param from the first element along it
     * @param to one past the last
     * @return what has arrived there, of extent {@code to − from} along the axis; or null if nothing of the slice was read
     */
    public Variable slice(int axis, int from, int to) {
        if (read == null) {
            return g.slice(axis, from, to);
        }
        List<SumOfParts.Part> met = new ArrayList<>();
        boolean inside = true;
        for (SumOfParts.Part part : read) {
            if (part.meets(axis, from, to)) {
                met.add(part);
                inside &= part.isInside(axis, from, to);
            }
        }
        if (met.isEmpty()) {
            return null;
        }
        if (!inside) {
            return SumOfParts.of(y.shape(), met).slice(axis, from, to);
        }
        met.replaceAll(part -> part.moved(-from));
        return SumOfParts.of(y.shape().with(axis, to - from), met);
    }

    /**
     * Hands a cotangent on to an operand, to be added to what others hand on.
     *
     * @param i which input
     * @param cotangent of the shape of the input, or of one that reduces to it; or null where nothing passes
     */
    public void add(int i, Variable cotangent) {
        int number = tape.operands[start + i];
        if (number != Tape.CONSTANT && cotangent != null) {
            addTo(number, Sweep.reduce(y.opOrNull(), i, cotangent, y.operand(i).shape()));
        }
    }

    /**
     * Hands the cotangent of a slice of an operand on. It stays a part: many of them are added into one array at last.
     *
     * @param i which input
     * @param axis the axis, from 0
     * @param from the first element along it
     * @param cotangent of the shape of the slice
     */
    public void addSlice(int i, int axis, int from, Variable cotangent) {
        addPart(i, SumOfParts.Part.slice(axis, from, cotangent));
    }

    /**
     * Hands the cotangents of some rows of an operand on. They stay a part: many of them are added into one array at last.
     *
     * @param i which input
     * @param index the rows along the first axis
     * @param cotangent of the shape of the index, followed by that of a row
     */
    public void addRows(int i, Variable index, Variable cotangent) {
        addPart(i, SumOfParts.Part.rows(index, cotangent));
    }

    private void addPart(int i, SumOfParts.Part part) {
        int number = tape.operands[start + i];
        if (number == Tape.CONSTANT) {
            return;
        }
        Shape shape = y.operand(i).shape();
        if (!part.fits(shape)) {
            throw new ShapeException(
                    "vjp of " + y.opOrNull().label() + ", input " + i,
                    "the cotangent of a part must be a part of the input",
                    "cotangent " + part.g().shape() + " and input " + shape);
        }
        if (parts[number] == null) {
            parts[number] = new ArrayList<>();
            if (sums[number] != null) {
                parts[number].add(SumOfParts.Part.whole(sums[number]));
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
            parts[number].add(SumOfParts.Part.whole(cotangent));
        } else {
            sums[number] = sums[number] == null ? cotangent : sums[number].add(cotangent);
        }
    }
}
