package dev.wengert.check.detection;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Graphs in which every operation is right, and an edge is not. */
enum Wiring {
    /** The edge leads through a detach. */
    EDGE_DETACHED("edge detached"),
    /** A variable is used more than once, and one of the uses is detached. */
    COUNTED_ONCE("used twice, counted once"),
    /** {@code v + (v − detach v)}: the value once, the derivative twice. */
    COUNTED_TWICE("used once, counted twice"),
    /** {@code detach v + (w − detach w)}: the value of v, the derivative of another step w. */
    REROUTED("derivative of another step"),
    /** The value was read, and made a constant. */
    VALUE_READ("value read as a constant");

    private final String kind;

    Wiring(String kind) {
        this.kind = kind;
    }

    String kind() {
        return kind;
    }

    /** Whether the edge of a program to a step from its operand can be wrong in this way. */
    boolean fits(Tape tape, int step, int operand) {
        Variable v = tape.steps().get(step).inputs().get(operand);
        long uses = tape.steps().stream()
                .flatMap(s -> s.inputs().stream())
                .filter(u -> u == v)
                .count();
        return switch (this) {
            case EDGE_DETACHED -> uses == 1;
            case COUNTED_ONCE -> uses > 1;
            case COUNTED_TWICE -> Arrays.stream(v.value().toArray()).allMatch(Double::isFinite);
            case REROUTED -> other(tape.steps().subList(0, step), v) >= 0;
            case VALUE_READ -> true;
        };
    }

    /** The number of a step with a value of the same shape, or −1. */
    private static int other(List<Variable> steps, Variable v) {
        for (int k = 0; k < steps.size(); k++) {
            Variable w = steps.get(k);
            boolean finite = Arrays.stream(w.value().toArray()).allMatch(Double::isFinite);
            if (finite && w != v && w.shape().equals(v.shape()) && !w.value().equals(v.value())) {
                return k;
            }
        }
        return -1;
    }

    /** The function of the same value with the wrong edge. */
    Function<List<Variable>, Variable> wrong(Function<List<Variable>, Variable> f, Tape tape, int step, int operand) {
        int other = other(
                tape.steps().subList(0, step), tape.steps().get(step).inputs().get(operand));
        return Graphs.rebuilt(f, (k, op, x, before) -> {
            List<Variable> operands = new ArrayList<>(x);
            if (k == step) {
                operands.set(operand, spoiled(x.get(operand), other < 0 ? null : before.get(other)));
            }
            return op.apply(operands.toArray(Variable[]::new));
        });
    }

    private Variable spoiled(Variable v, Variable w) {
        return switch (this) {
            case EDGE_DETACHED, COUNTED_ONCE -> v.detach();
            case COUNTED_TWICE -> v.add(v.sub(v.detach()));
            case REROUTED -> v.detach().add(w.sub(w.detach()));
            case VALUE_READ -> Variable.of(v.value());
        };
    }
}
