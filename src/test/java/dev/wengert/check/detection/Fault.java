package dev.wengert.check.detection;

import dev.wengert.autodiff.Variable;
import java.util.List;

/**
 * One way in which the rules of an operation can be wrong.
 *
 * @param kind how it is called
 * @param order the lowest order of derivative that it makes wrong
 * @param place where it can be
 * @param vjp the wrong vjp of one operand
 * @param jvp the wrong jvp of one operand
 */
record Fault(String kind, int order, Place place, OperandRule vjp, OperandRule jvp) {

    /** Whether a fault can be in the rules of a step for one of its operands. */
    interface Place {
        boolean fits(Variable step, int operand);
    }

    /** A rule for one operand: what {@code Op.vjp} and {@code Op.jvp} are. */
    interface OperandRule {
        Variable apply(Spoiled op, int i, Variable perturbation, Variable y, List<Variable> x);
    }

    /** The right vjp. */
    static final OperandRule VJP = (op, i, g, y, x) -> op.right().vjp(i, g, y, x);
    /** The right jvp. */
    static final OperandRule JVP = (op, i, t, y, x) -> op.right().jvp(i, t, y, x);
}
