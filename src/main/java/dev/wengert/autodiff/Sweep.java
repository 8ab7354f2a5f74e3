package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Operands;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A sweep over a tape, at one of its steps: it tells {@link Op#pullback} and {@link Op#pushforward} about the step.
 *
 * <p>The sweep reuses the object: it describes another step as soon as the operation has returned.
 */
public abstract sealed class Sweep permits Cotangents, Tangents {

    final Tape tape;

    /** The result of the step, and the place of its operands' numbers on the tape. */
    private Variable y;

    private int start;

    Sweep(Tape tape) {
        this.tape = tape;
    }

    /** Goes to an input or step. */
    final void enter(int number) {
        y = tape.nodes[number];
        start = tape.starts[number];
    }

    final Op op() {
        return y.opOrNull();
    }

    /** The number of an operand on the tape. */
    final int number(int i) {
        if (i < 0 || i >= y.operands()) {
            throw new IllegalArgumentException(
                    Text.name(op().label()) + ": an operand must be one of 0.." + (y.operands() - 1) + ", got " + i);
        }
        return tape.operands[start + i];
    }

    /**
     * The result of the step.
     *
     * @return the output
     */
    public final Variable y() {
        return y;
    }

    /**
     * The operands of the step.
     *
     * @return the inputs
     */
    public final List<Variable> x() {
        return y.inputs();
    }

    /**
     * An operand of the step.
     *
     * @param i which input
     * @return the input
     */
    public final Variable x(int i) {
        number(i); // refuses what is no operand
        return y.operand(i);
    }

    /**
     * The number of operands.
     *
     * @return how many inputs the step has
     */
    public final int operands() {
        return y.operands();
    }

    // ---- at the edges of both sweeps ----

    /** The cotangents of the inputs; errors name the method that the user called. */
    static List<Variable> pullback(String caller, Tape tape, List<Variable> cotangents) {
        List<Shape> got = shapes(Given.list(caller + ": cotangent", Variable.class, cotangents));
        Operands.requireShapes(caller, "cotangent", "output", shapes(tape.outputs()), got);
        return Cotangents.sweep(tape, cotangents);
    }

    /** The tangents of the outputs; errors name the method that the user called. */
    static List<Variable> pushforward(String caller, Tape tape, List<Variable> tangents) {
        List<Shape> got = shapes(Given.list(caller + ": tangent", Variable.class, tangents));
        Operands.requireShapes(caller, "tangent", "input", shapes(tape.inputs()), got);
        return Tangents.sweep(tape, tangents);
    }

    static List<Shape> shapes(List<Variable> x) {
        List<Shape> shapes = new ArrayList<>(x.size());
        for (Variable v : x) {
            shapes.add(v.shape());
        }
        return shapes;
    }

    /** Undoes the broadcasting of an operand: reduces a cotangent to its shape. */
    static Variable reduce(Op op, int i, Variable cotangent, Shape shape) {
        if (cotangent.shape().equals(shape)) {
            return cotangent;
        }
        if (!shape.broadcastsTo(cotangent.shape())) {
            throw new ShapeException(
                    "vjp of " + Text.name(op.label()) + ", input " + i,
                    "the cotangent must have the input's shape, or reduce to it",
                    "cotangent " + cotangent.shape() + " and input " + shape);
        }
        return cotangent.sumTo(shape);
    }

    /** Broadcasts a contribution to the tangent to the shape of the result. */
    static Variable broadcast(Op op, int i, Variable tangent, Shape shape) {
        if (tangent.shape().equals(shape)) {
            return tangent;
        }
        if (!tangent.shape().broadcastsTo(shape)) {
            throw new ShapeException(
                    "jvp of " + Text.name(op.label()) + ", input " + i,
                    "the tangent must have the output's shape, or broadcast to it",
                    "tangent " + tangent.shape() + " and output " + shape);
        }
        return tangent.broadcastTo(shape);
    }

    static List<Variable> withZeros(Variable[] perturbations, List<Variable> of) {
        List<Variable> result = new ArrayList<>(of.size());
        for (int i = 0; i < of.size(); i++) {
            Variable p = perturbations[i];
            result.add(p != null ? p : Variable.of(Tensor.zeros(of.get(i).shape())));
        }
        return Collections.unmodifiableList(result);
    }
}
