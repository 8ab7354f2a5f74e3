package dev.wengert.autodiff;

import java.util.List;

/**
 * The state of the forward sweep at one step of a tape: it holds the tangents of the step's operands, and takes the tangent of its result.
 *
 * <p>The sweep reuses this object: it describes another step as soon as {@link Op#pushforward} has returned.
 */
public final class Tangents {

    private final Tape tape;

    /** By the number of an input or step: its tangent, or null. */
    private final Variable[] t;

    // the current step: its number, its result, and the start of its operands' numbers
    private int number;
    private Variable y;
    private int start;

    private Tangents(Tape tape) {
        this.tape = tape;
        this.t = new Variable[tape.inputs().size() + tape.count];
    }

    /** Computes the tangents of a tape's outputs from the tangents of its inputs. */
    static List<Variable> sweep(Tape tape, List<Variable> inputs) {
        Tangents sweep = new Tangents(tape);
        for (int i = 0; i < inputs.size(); i++) {
            sweep.t[i] = inputs.get(i);
        }
        for (int number = inputs.size(); number < sweep.t.length; number++) {
            sweep.number = number;
            sweep.y = tape.nodes[number];
            sweep.start = tape.starts[number];
            sweep.y.opOrNull().pushforward(sweep);
        }
        Variable[] outputs = new Variable[tape.outputs().size()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = sweep.at(tape.result(i));
        }
        return Sweep.withZeros(outputs, tape.outputs());
    }

    private Variable at(int k) {
        return k == Tape.CONSTANT ? null : t[k];
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
     * The tangent of an operand.
     *
     * @param i which input
     * @return its tangent, of its shape; or null if it has none
     */
    public Variable t(int i) {
        return at(tape.operands[start + i]);
    }

    /**
     * Adds to the tangent of the result.
     *
     * @param i the operand whose tangent contributes
     * @param tangent of the shape of {@link #y}, or of a shape that broadcasts to it; or null for none
     */
    public void add(int i, Variable tangent) {
        if (tangent != null) {
            Variable whole = Sweep.broadcast(y.opOrNull(), i, tangent, y.shape());
            t[number] = t[number] == null ? whole : t[number].add(whole);
        }
    }
}
