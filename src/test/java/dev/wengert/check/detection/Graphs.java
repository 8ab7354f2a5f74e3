package dev.wengert.check.detection;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Functions made from other functions by changing their graphs. */
final class Graphs {

    /** Makes the variable that takes the place of a step. */
    interface Step {
        /**
         * The variable.
         *
         * @param k the number of the step
         * @param op its operation
         * @param x its operands, as they were rebuilt
         * @param rebuilt all steps before it, as they were rebuilt
         */
        Variable make(int k, Op op, List<Variable> x, List<Variable> rebuilt);
    }

    private Graphs() {}

    /** The program of a model at its point, on variables that know nothing of the check. */
    static Tape tape(Model model) {
        List<Variable> x = model.x().stream().map(Variable::of).toList();
        return Tape.between(x, List.of(model.f().apply(x)));
    }

    /** The same function with every step of its program made by another hand. */
    static Function<List<Variable>, Variable> rebuilt(Function<List<Variable>, Variable> f, Step step) {
        return args -> {
            Variable y = f.apply(args);
            Tape tape = Tape.between(args, List.of(y));
            Map<Variable, Variable> made = new IdentityHashMap<>();
            List<Variable> steps = new ArrayList<>();
            for (int k = 0; k < tape.steps().size(); k++) {
                Variable old = tape.steps().get(k);
                List<Variable> x =
                        old.inputs().stream().map(v -> made.getOrDefault(v, v)).toList();
                Variable replaced = step.make(k, old.op().orElseThrow(), x, List.copyOf(steps));
                made.put(old, replaced);
                steps.add(replaced);
            }
            return made.getOrDefault(y, y);
        };
    }

    /** The same function with one operation replaced. */
    static Function<List<Variable>, Variable> replaced(Function<List<Variable>, Variable> f, int at, Op by) {
        return rebuilt(f, (k, op, x, before) -> (k == at ? by : op).apply(x.toArray(Variable[]::new)));
    }

    /** A variable reduced to a shape that broadcasts to its own: what undoes broadcasting in reverse mode. */
    static Variable reduce(Variable v, Shape to) {
        int extra = v.shape().rank() - to.rank();
        int[] axes = IntStream.range(0, v.shape().rank())
                .filter(d -> d < extra || to.extent(d - extra) == 1 && v.shape().extent(d) > 1)
                .toArray();
        return axes.length == 0 ? v.reshape(to) : v.sum(true, axes).reshape(to);
    }

    /** The elements of some variables in a row. */
    static double[] values(List<Variable> x) {
        return x.stream()
                .flatMapToDouble(v -> Arrays.stream(v.value().toArray()))
                .toArray();
    }

    /** A vector as variables of the shapes of others. */
    static List<Variable> split(double[] vector, List<Variable> like) {
        List<Variable> result = new ArrayList<>();
        int at = 0;
        for (Variable v : like) {
            double[] part = Arrays.copyOfRange(vector, at, at + v.shape().size());
            result.add(Variable.of(Tensor.of(v.shape(), part)));
            at += part.length;
        }
        return result;
    }
}
