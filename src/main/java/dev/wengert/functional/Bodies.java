package dev.wengert.functional;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Operations that run a program: what they have in common. */
final class Bodies {

    private Bodies() {}

    /** The operands of such an operation: its arguments, then what the program captured. */
    static Variable[] operands(List<Variable> arguments, List<Variable> captured) {
        return Stream.concat(arguments.stream(), captured.stream()).toArray(Variable[]::new);
    }

    /** The shape of the first result, for operands of the shapes of the program's inputs. */
    static Shape shape(String label, Tape body, Shape... x) {
        List<Shape> inputs = body.inputs().stream().map(Variable::shape).toList();
        if (!inputs.equals(List.of(x))) {
            throw new ShapeException(
                    label, "the operands must have shapes " + inputs, List.of(x).toString());
        }
        return body.outputs().get(0).shape();
    }

    /** The first result at a point. */
    static Tensor eval(Tape body, List<Tensor> x) {
        return body.apply(x.stream().map(Variable::of).toList()).get(0).value();
    }
}
