package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the place where a perturbation gets lost in a graph whose operations are all right by themselves: the first step of the tape
 * whose tangent is not the derivative, although the tangents of its operands are.
 */
final class WiringCheck {

    private final Settings settings;

    WiringCheck(Settings settings) {
        this.settings = settings;
    }

    /** The step and the edge, for a direction along which the whole failed; empty if every tangent is right. */
    Optional<Blame> check(Tape tape, double[] direction) {
        List<Variable> steps = tape.steps();
        Tape all = Tape.between(tape.inputs(), steps);
        Program program = new Program(all);
        double[] x = Program.point(tape);
        List<Variable> tangents = all.pushforward(Program.variables(direction, tape.inputs()));
        Reference reference = Reference.of(program, x, direction, settings);
        List<Entry> entries =
                new Judge(settings).compare(1, "jvp", "direction", c -> "", reference, Rule.of(tangents, program));
        int at = 0;
        for (int k = 0; k < steps.size(); k++) {
            int size = steps.get(k).shape().size();
            List<Entry> own = entries.subList(at, at + size);
            Optional<Entry> failed =
                    own.stream().filter(e -> e.verdict() == Verdict.FAIL).findFirst();
            if (failed.isPresent()) {
                Optional<String> edge = edge(tape, steps, k, entries);
                Optional<Blame> rule = edge.isPresent() ? Optional.empty() : rule(tape, k, direction, tangents);
                String what = "wiring: " + edge.orElse("the perturbation of its operands does not reach it");
                return Optional.of(
                        rule.orElse(Blame.of(steps.get(k), tape.inputs().size() + k, "function", what, failed.get())));
            }
            at += size;
        }
        return Optional.empty();
    }

    /** The fault of the rule of a step itself, along the tangents of its operands; empty if the rule is right there. */
    private Optional<Blame> rule(Tape tape, int k, double[] direction, List<Variable> tangents) {
        Variable step = tape.steps().get(k);
        Op op = step.op().orElseThrow();
        List<Variable> moves = new ArrayList<>();
        List<Variable> inputs = Program.variables(direction, tape.inputs());
        for (Variable operand : step.inputs()) {
            int input = tape.inputs().indexOf(operand);
            int from = tape.steps().indexOf(operand);
            moves.add(
                    input >= 0
                            ? inputs.get(input)
                            : Variable.of(from >= 0 ? tangents.get(from).value() : Tensor.zeros(operand.shape())));
        }
        Tape alone = Program.alone(step);
        List<Variable> t = alone.pushforward(moves);
        double[] along = Program.values(moves);
        Program program = new Program(alone);
        Reference reference = Reference.of(program, Program.point(alone), along, settings);
        String rule = FunctionCheck.derivesJvp(step) ? "vjp" : "jvp";
        return new Judge(settings)
                .compare(1, rule, "direction", c -> "", reference, Rule.of(t, program)).stream()
                        .filter(e -> e.verdict() == Verdict.FAIL)
                        .findFirst()
                        .map(e -> Blame.of(
                                step,
                                tape.inputs().size() + k,
                                "function",
                                rule + " of " + Blame.name(op) + ", in some elements: it is not what differences give",
                                e));
    }

    /** The edge to a step along which no perturbation passes, although the operand moves; empty if there is none. */
    private static Optional<String> edge(Tape tape, List<Variable> steps, int k, List<Entry> entries) {
        Variable step = steps.get(k);
        Op op = step.op().orElseThrow();
        for (int i = 0; i < step.inputs().size(); i++) {
            Variable operand = step.inputs().get(i);
            int from = steps.indexOf(operand);
            boolean moves = from < 0 ? tape.inputs().contains(operand) : moves(steps, from, entries);
            if (moves && op.jvp(i, operand, step, step.inputs()) == null) {
                String name = from < 0
                        ? "input "
                                + Blame.names(tape.inputs()).get(tape.inputs().indexOf(operand))
                        : Blame.name(operand) + " %" + (tape.inputs().size() + from);
                return Optional.of("nothing passes along the edge from " + name + " (operand " + i + ")");
            }
        }
        return Optional.empty();
    }

    /** Whether a step has a derivative along the direction. */
    private static boolean moves(List<Variable> steps, int k, List<Entry> entries) {
        int[] sizes = steps.stream().mapToInt(s -> s.shape().size()).toArray();
        int from = Arrays.stream(sizes, 0, k).sum();
        return entries.subList(from, from + sizes[k]).stream().anyMatch(e -> Math.abs(e.reference()) > e.bound());
    }
}
