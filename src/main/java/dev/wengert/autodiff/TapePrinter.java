package dev.wengert.autodiff;

import dev.wengert.message.Flowchart;
import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A printer that numbers all nodes of a tape, constants included. It writes the tape as text, makes a graph of it, and compares two tapes. */
final class TapePrinter {

    private final Tape tape;
    private final List<Variable> constants = new ArrayList<>();
    private final Map<Variable, Integer> constantNumbers = new IdentityHashMap<>();

    TapePrinter(Tape tape) {
        this.tape = tape;
        for (int k = 0; k < tape.steps().size(); k++) {
            List<Variable> x = tape.steps().get(k).inputs();
            for (int i = 0; i < x.size(); i++) {
                if (tape.operand(k, i) < 0) {
                    addConstant(x.get(i));
                }
            }
        }
        for (int i = 0; i < tape.outputs().size(); i++) {
            if (tape.result(i) < 0) {
                addConstant(tape.outputs().get(i));
            }
        }
    }

    private void addConstant(Variable node) {
        if (constantNumbers.putIfAbsent(node, firstConstant() + constants.size()) == null) {
            constants.add(node);
        }
    }

    private int firstConstant() {
        return tape.inputs().size() + tape.steps().size();
    }

    private int operand(int k, int i) {
        int number = tape.operand(k, i);
        return number >= 0
                ? number
                : constantNumbers.get(tape.steps().get(k).inputs().get(i));
    }

    private int result(int i) {
        int number = tape.result(i);
        return number >= 0 ? number : constantNumbers.get(tape.outputs().get(i));
    }

    private static String input(Variable x) {
        return (x.parameterOrNull() == null
                        ? "input"
                        : Text.name(x.parameterOrNull().name())) + " " + x.shape();
    }

    /** A constant of one element is printed as its value, unless it is being recorded; any other as its shape. */
    private static String constant(Variable x) {
        boolean number = x.shape().size() == 1 && !x.isRecording();
        return number ? Double.toString(x.item()) : "constant " + x.shape();
    }

    /** The label of an operation with its attributes in brackets, such as {@code oneHot[2]}; parentheses enclose the operands. */
    private static String name(Op op) {
        String label = Text.name(op.label());
        int attributes = label.indexOf('(');
        if (attributes > 0 && label.endsWith(")")) {
            return label.substring(0, attributes) + "[" + label.substring(attributes + 1, label.length() - 1) + "]";
        }
        return label.endsWith("[]") ? label.substring(0, label.length() - 2) : label;
    }

    String text() {
        StringBuilder s = new StringBuilder();
        int number = 0;
        for (Variable x : tape.inputs()) {
            s.append('%').append(number++).append(" = ").append(input(x)).append('\n');
        }
        for (int c = 0; c < constants.size(); c++) {
            s.append('%')
                    .append(firstConstant() + c)
                    .append(" = ")
                    .append(constant(constants.get(c)))
                    .append('\n');
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            s.append('%')
                    .append(number++)
                    .append(" = ")
                    .append(name(y.opOrNull()))
                    .append('(');
            for (int i = 0; i < y.inputs().size(); i++) {
                s.append(i == 0 ? "%" : ", %").append(operand(k, i));
            }
            s.append(")  ").append(y.shape()).append('\n');
        }
        s.append("return");
        for (int i = 0; i < tape.outputs().size(); i++) {
            s.append(i == 0 ? " %" : ", %").append(result(i));
        }
        return s.append('\n').toString();
    }

    /** The tape as a graph: inputs, constants, steps and outputs. */
    Flowchart flowchart() {
        Flowchart chart = new Flowchart();
        int number = 0;
        for (Variable x : tape.inputs()) {
            chart.node(number++, Flowchart.Kind.INPUT, input(x), List.of());
        }
        for (int c = 0; c < constants.size(); c++) {
            chart.node(firstConstant() + c, Flowchart.Kind.CONSTANT, constant(constants.get(c)), List.of());
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            List<Integer> from = new ArrayList<>();
            for (int i = 0; i < y.inputs().size(); i++) {
                from.add(operand(k, i));
            }
            chart.node(number++, Flowchart.Kind.STEP, name(y.opOrNull()) + " " + y.shape(), from);
        }
        for (int i = 0; i < tape.outputs().size(); i++) {
            int at = firstConstant() + constants.size() + i;
            chart.node(at, Flowchart.Kind.OUTPUT, "output " + i, List.of(result(i)));
        }
        return chart;
    }

    /** Refuses two recordings of one function that differ in a step or a constant. */
    static void requireSame(Tape first, Tape second) {
        TapePrinter a = new TapePrinter(first);
        TapePrinter b = new TapePrinter(second);
        String cause = a.difference(b);
        if (cause != null) {
            throw new IllegalStateException(
                    "record: " + cause + "; a plan would freeze it; pass what changes as an input");
        }
    }

    /** A number of a node that agrees in two recordings even if their numbers of steps differ. */
    private int wire(int number) {
        return number < firstConstant() ? number : firstConstant() - 1 - number;
    }

    private String difference(TapePrinter other) {
        if (!parameters(tape).equals(parameters(other.tape))) {
            return "the parameters differ between two recordings, " + parameters(tape) + " and "
                    + parameters(other.tape);
        }
        List<Variable> steps = tape.steps();
        List<Variable> otherSteps = other.tape.steps();
        for (int k = 0; k < Math.min(steps.size(), otherSteps.size()); k++) {
            String difference = difference(k, other);
            if (difference != null) {
                return difference;
            }
        }
        if (steps.size() != otherSteps.size()) {
            return "the number of steps differs between two recordings, " + steps.size() + " and " + otherSteps.size();
        }
        int outputs = tape.outputs().size();
        int otherOutputs = other.tape.outputs().size();
        if (outputs != otherOutputs) {
            return "the number of outputs differs between two recordings, " + outputs + " and " + otherOutputs;
        }
        for (int i = 0; i < outputs; i++) {
            if (wire(result(i)) != other.wire(other.result(i))) {
                return "output " + i + " differs between two recordings";
            }
        }
        for (int c = 0; c < constants.size(); c++) {
            Tensor one = constants.get(c).tensor();
            Tensor two = other.constants.get(c).tensor();
            if (!one.equals(two)) {
                return "constant %" + (firstConstant() + c) + " differs between two recordings, " + values(one, two);
            }
        }
        return null;
    }

    /** The difference between two constants: their shapes, or the first elements that differ. */
    private static String values(Tensor one, Tensor two) {
        if (!one.shape().equals(two.shape())) {
            return "shapes " + one.shape() + " and " + two.shape();
        }
        double[] a = one.toArray();
        double[] b = two.toArray();
        int k = Arrays.mismatch(a, b);
        return a[k] + " and " + b[k] + (a.length == 1 ? "" : " at position " + k + " of " + one.shape());
    }

    private static List<Parameter> parameters(Tape tape) {
        return tape.inputs().stream().flatMap(x -> x.parameter().stream()).toList();
    }

    private String difference(int k, TapePrinter other) {
        Variable y = tape.steps().get(k);
        Variable z = other.tape.steps().get(k);
        String step = "step %" + (tape.inputs().size() + k);
        if (!y.opOrNull().equals(z.opOrNull()) || !y.shape().equals(z.shape())) {
            String one = Text.name(y.opOrNull().label()) + " " + y.shape();
            String two = Text.name(z.opOrNull().label()) + " " + z.shape();
            return step + " differs between two recordings, " + one + " and "
                    + (one.equals(two) ? "another " + two + " (a record would compare its components)" : two);
        }
        int operands = y.inputs().size();
        if (operands != z.inputs().size()) {
            return "the number of operands of " + step + " differs between two recordings, " + operands + " and "
                    + z.inputs().size();
        }
        for (int i = 0; i < operands; i++) {
            if (wire(operand(k, i)) != other.wire(other.operand(k, i))) {
                return "operand " + i + " of " + step + " differs between two recordings";
            }
        }
        return null;
    }
}
