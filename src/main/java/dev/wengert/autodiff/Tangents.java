package dev.wengert.autodiff;

import java.util.List;

/**
 * The state of the forward sweep at one step of a tape: it holds the tangents of the step's operands, and takes the tangent of its
 * result.
 */
public final class Tangents extends Sweep {

    /** By the number of an input or step: its tangent, or null. */
    private final Variable[] t;

    /** The number of the step. */
    private int number;

    private Tangents(Tape tape) {
        super(tape);
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
            sweep.enter(number);
            sweep.op().pushforward(sweep);
        }
        Variable[] outputs = new Variable[tape.outputs().size()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = sweep.at(tape.result(i));
        }
        return withZeros(outputs, tape.outputs());
    }

    private Variable at(int k) {
        return k == Tape.CONSTANT ? null : t[k];
    }

    /**
     * The tangent of an operand.
     *
     * @param i which input
     * @return its tangent, of its shape; or null if it has none
     */
    public Variable t(int i) {
        return at(number(i));
    }

    /**
     * Adds to the tangent of the result.
     *
     * @param i the operand whose tangent contributes
     * @param tangent of the shape of {@link #y}, or of a shape that broadcasts to it; or null for none
     */
    public void add(int i, Variable tangent) {
        if (tangent != null) {
            Variable whole = broadcast(op(), i, tangent, y().shape());
            t[number] = t[number] == null ? whole : t[number].add(whole);
        }
    }
}
