package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds where an infinity or a NaN in a step comes from. */
final class Anomaly {

    private static final String UNMOVED = "; no parameter has moved";

    /** The loss of the batch, and how it was computed from inputs and parameters. */
    private final Tape tape;

    private Anomaly(Tape tape) {
        this.tape = tape;
    }

    /** The error for a step of gradients that were computed elsewhere. */
    static NotFiniteException of(Moves moves) {
        String gradient =
                gradient(moves).map(g -> g + "; see where it was computed").orElse(null);
        return new NotFiniteException("step: " + (gradient == null ? move(moves) : gradient) + UNMOVED);
    }

    /** The error for a step whose loss was traced. */
    static NotFiniteException of(Tape tape, Moves moves) {
        Anomaly anomaly = new Anomaly(tape);
        Tensor loss = moves.loss().value();
        String problem;
        if (!isFinite(loss)) {
            problem = "the loss must be finite, got " + loss + ": " + anomaly.origin();
        } else {
            problem = gradient(moves).map(g -> g + ": " + anomaly.slope()).orElseGet(() -> move(moves));
        }
        return new NotFiniteException("run: " + problem + UNMOVED);
    }

    private static Optional<String> gradient(Moves moves) {
        List<Parameter> parameters = moves.reached();
        List<Variable> gradients = moves.gradients();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor gradient = gradients.get(i).value();
            if (!isFinite(gradient)) {
                return Optional.of(
                        "the gradient of " + Text.name(parameters.get(i).name()) + " must be finite, got "
                                + element(gradient, first(gradient)));
            }
        }
        return Optional.empty();
    }

    private static String move(Moves moves) {
        List<Parameter> parameters = moves.parameters();
        List<Variable> values = moves.values();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = values.get(i).value();
            if (!isFinite(value)) {
                return "the new value of " + Text.name(parameters.get(i).name()) + " must be finite, got "
                        + element(value, first(value))
                        + " from a finite gradient; lower the learning rate, or clip gradients";
            }
        }
        return "the loss must be finite, got others that are finite when it is computed again; a loss must give the same for the"
                + " same batch";
    }

    /** Where the loss comes from: back through operands that are NaN, or else infinite, to what was made of others. */
    private String origin() {
        Variable loss = tape.outputs().get(0);
        boolean nan = find(loss.value(), true) >= 0;
        Variable y = back(loss, nan);
        String said = said(y, find(y.value(), nan));
        for (Variable x : y.inputs()) {
            if (nan && find(x.value(), false) >= 0) {
                Variable infinite = back(x, false);
                return said + "; " + said(infinite, find(infinite.value(), false));
            }
        }
        return said;
    }

    /** The first variable in a line back from one, through operands that are NaN or infinite, that has no such operand. */
    private static Variable back(Variable from, boolean nan) {
        Variable y = from;
        for (Variable next = y; next != null; ) {
            y = next;
            next = y.inputs().stream()
                    .filter(x -> find(x.value(), nan) >= 0)
                    .findFirst()
                    .orElse(null);
        }
        return y;
    }

    private String said(Variable y, int at) {
        return y.op().isPresent()
                ? name(y) + " gives " + element(y.value(), at) + operands(y, at)
                : leaf(y) + " is " + element(y.value(), at);
    }

    /** The step through which a finite cotangent does not pass, in a sweep back from the loss. */
    private String slope() {
        int inputs = tape.inputs().size();
        Variable[] cotangents = new Variable[inputs + tape.steps().size()];
        cotangents[tape.result(0)] = Variable.of(1);
        for (int k = tape.steps().size() - 1; k >= 0; k--) {
            Variable g = cotangents[inputs + k];
            Variable y = tape.steps().get(k);
            if (g == null) {
                continue;
            }
            List<Variable> x = y.inputs().stream().distinct().toList();
            List<Variable> passed = Tape.between(x, List.of(y)).pullback(List.of(g));
            for (int i = 0; i < x.size(); i++) {
                int number = tape.operand(k, y.inputs().indexOf(x.get(i)));
                if (number < 0) {
                    continue;
                }
                Tensor d = passed.get(i).value();
                if (!isFinite(d)) {
                    int at = first(d);
                    boolean known = x.get(i).shape().equals(d.shape());
                    return "the derivative of " + name(y) + " gives " + element(d, at)
                            + (known
                                    ? ", where its operand is "
                                            + x.get(i).value().toArray()[at]
                                    : "");
                }
                cotangents[number] = cotangents[number] == null ? passed.get(i) : cotangents[number].add(passed.get(i));
            }
        }
        return "contributions overflow when they are added";
    }

    /** The operands of an element: those that are numbers, or have the shape of the result. */
    private static String operands(Variable y, int at) {
        List<String> shown = y.inputs().stream()
                .filter(x -> x.shape().size() == 1 || x.shape().equals(y.shape()))
                .map(x -> String.valueOf(x.value().toArray()[x.shape().size() == 1 ? 0 : at]))
                .toList();
        return shown.size() < y.inputs().size() ? "" : " of " + String.join(" and ", shown);
    }

    private static String name(Variable y) {
        String operation = Text.name(y.op().orElseThrow().label());
        return y.site().map(site -> operation + " (" + site + ")").orElse(operation);
    }

    private String leaf(Variable x) {
        int input = tape.inputs().indexOf(x);
        return x.parameter()
                .map(parameter -> Text.name(parameter.name()))
                .orElse(input >= 0 ? "input " + input : "a constant");
    }

    private static boolean isFinite(Tensor x) {
        return first(x) < 0;
    }

    /** The place of the first NaN, or else of the first infinity; negative if all is finite. */
    private static int first(Tensor x) {
        int nan = find(x, true);
        return nan >= 0 ? nan : find(x, false);
    }

    /** The place of the first NaN, or the first infinity; negative if there is none. */
    private static int find(Tensor x, boolean nan) {
        double[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            if (nan ? Double.isNaN(values[i]) : Double.isInfinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    /** An element, "NaN at [3, 2]", or the number itself. */
    private static String element(Tensor x, int at) {
        Shape shape = x.shape();
        int[] index = new int[shape.rank()];
        int rest = at;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.extent(axis);
            rest /= shape.extent(axis);
        }
        return x.toArray()[at] + (index.length == 0 ? "" : " at " + Arrays.toString(index));
    }
}
