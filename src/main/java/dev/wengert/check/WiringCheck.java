package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds where a perturbation gets lost in a graph whose operations are all right by themselves: the first step of the tape of which the
 * tangent is not the derivative, although the tangents of its operands are.
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
        List<Variable> tangents = all.pushforward(Program.split(direction, tape.inputs()).stream()
                .map(Variable::of)
                .toList());
        double[] value = Program.values(tangents);
        double[] rounding = Program.rounding(tangents);
        Reference reference = Reference.of(program, x, direction, settings);
        List<Entry> entries = new Judge(settings).compare(1, "jvp", "direction", c -> "", reference, value, rounding);
        int at = 0;
        for (int k = 0; k < steps.size(); k++) {
            int size = steps.get(k).shape().size();
            List<Entry> own = entries.subList(at, at + size);
            Optional<Entry> failed =
                    own.stream().filter(e -> e.verdict() == Verdict.FAIL).findFirst();
            if (failed.isPresent()) {
                return Optional.of(blame(tape, steps, k, entries, failed.get()));
            }
            at += size;
        }
        return Optional.empty();
    }

    private static Blame blame(Tape tape, List<Variable> steps, int k, List<Entry> entries, Entry evidence) {
        Variable step = steps.get(k);
        Op op = step.op().orElseThrow();
        String what = "wiring: the perturbation of its operands does not reach it";
        for (int i = 0; i < step.inputs().size(); i++) {
            Variable operand = step.inputs().get(i);
            int from = steps.indexOf(operand);
            boolean moves = from < 0 ? tape.inputs().contains(operand) : moves(steps, from, entries);
            if (moves && op.jvp(i, operand, step, step.inputs()) == null) {
                String name = from < 0
                        ? "input %" + tape.inputs().indexOf(operand)
                        : operand.op().orElseThrow().label() + " %"
                                + (tape.inputs().size() + from);
                what = "wiring: nothing passes along the edge from " + name + " (operand " + i + ")";
                break;
            }
        }
        return Blame.of(step, tape.inputs().size() + k, "function", what, evidence);
    }

    /** Whether a step has a derivative along the direction. */
    private static boolean moves(List<Variable> steps, int k, List<Entry> entries) {
        int[] sizes = steps.stream().mapToInt(s -> s.shape().size()).toArray();
        int from = Arrays.stream(sizes, 0, k).sum();
        return entries.subList(from, from + sizes[k]).stream().anyMatch(e -> Math.abs(e.reference()) > e.bound());
    }
}
