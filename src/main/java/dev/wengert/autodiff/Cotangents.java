package dev.wengert.autodiff;

import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of the reverse sweep at one step of a tape: it holds the cotangent of the step's result, and takes the cotangents of its
 * operands.
 *
 * <p>Each use of the result contributes to its cotangent. Uses that read a slice or rows contribute a part. {@link #slice} returns the
 * cotangent of a slice, or null if no part overlaps it. So an operation that packs several results into one variable learns which were
 * used. {@link #g} is the whole cotangent: all parts, added in order of arrival.
 *
 * <p>The sweep reuses this object: it describes another step as soon as {@link Op#pullback} has returned.
 */
public final class Cotangents {

    private final Tape tape;

    /** By the number of an input or step: the sum of its cotangents, if there was no part; else null. */
    private final Variable[] sums;

    /** By the number of an input or step: the list of its cotangents, if there was a part; else null. */
    private final List<SumOfParts.Part>[] parts;

    // the current step: its result, the start of its operands' numbers, and its cotangent, whole or in parts
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

    /** Computes the cotangents of a tape's inputs from the cotangents of its outputs. */
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

    /** Goes to an input or step; returns whether it has a cotangent. */
    private boolean goTo(int number) {
        y = tape.nodes[number];
        start = tape.starts[number];
        g = sums[number];
        read = parts[number];
        sums[number] = null; // not read again
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
     * Whether an operand depends on an input of the tape. Otherwise its cotangent need not be computed.
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
     * @return the sum of all contributions, of the shape of {@link #y}
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
     * @return the sum of all contributions to the slice, of extent {@code to − from} along the axis; or null if nothing of the slice was
     *     read
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
     * Adds to the cotangent of an operand.
     *
     * @param i which input
     * @param cotangent of the input's shape, or of a shape that reduces to it; or null for none
     */
    public void add(int i, Variable cotangent) {
        int number = tape.operands[start + i];
        if (number != Tape.CONSTANT && cotangent != null) {
            addTo(number, Sweep.reduce(y.opOrNull(), i, cotangent, y.operand(i).shape()));
        }
    }

    /**
     * Adds to the cotangent of a slice of an operand. It stays a part: all parts of an operand are finally added into one array.
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
     * Adds to the cotangents of some rows of an operand. They stay a part: all parts of an operand are finally added into one array.
     *
     * @param i which input
     * @param index the rows along the first axis
     * @param cotangent of the index' shape followed by the shape of a row
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
