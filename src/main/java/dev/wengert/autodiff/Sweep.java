package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Operands;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Helpers of both sweeps: they check shapes, undo broadcasting, and replace absent perturbations by zeros. */
final class Sweep {

    private Sweep() {}

    /** The cotangents of the inputs; errors name the method that the user called. */
    static List<Variable> pullback(String caller, Tape tape, List<Variable> cotangents) {
        List<Shape> got = shapes(Tape.variables(caller + ": cotangent", cotangents));
        Operands.requireShapes(caller, "cotangent", "output", shapes(tape.outputs()), got);
        return Cotangents.sweep(tape, cotangents);
    }

    /** The tangents of the outputs; errors name the method that the user called. */
    static List<Variable> pushforward(String caller, Tape tape, List<Variable> tangents) {
        List<Shape> got = shapes(Tape.variables(caller + ": tangent", tangents));
        Operands.requireShapes(caller, "tangent", "input", shapes(tape.inputs()), got);
        return Tangents.sweep(tape, tangents);
    }

    private static List<Shape> shapes(List<Variable> x) {
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
                    "vjp of " + op.label() + ", input " + i,
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
                    "jvp of " + op.label() + ", input " + i,
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
