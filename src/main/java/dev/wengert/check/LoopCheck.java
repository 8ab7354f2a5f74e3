package dev.wengert.check;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Compares the derivatives by the rules of loops with those of the same program with its loops written out. The other checks then look at
 * the latter, so that they find and name the operations within a loop.
 */
final class LoopCheck {

    private final List<Entry> entries = new ArrayList<>();
    private final Directions directions;
    private final RandomGenerator random;
    private final double[] x;

    /** A check of a tape, around its point. */
    LoopCheck(Tape tape, RandomGenerator random) {
        this.directions = new Directions(tape.inputs(), Directions.identities());
        this.random = random;
        this.x = Program.point(tape);
    }

    /** Compares two tapes of the same function and inputs, up to an order. */
    List<Entry> check(Tape loops, Tape steps, int order) {
        double[] d = directions.random(random, x);
        compare(1, "jvp", along(loops, d), along(steps, d));
        Tape one = gradient(loops);
        Tape other = gradient(steps);
        compare(1, "gradient", one, other);
        for (int k = 2; k <= order; k++) {
            double[] v = directions.random(random, x);
            one = along(one, v);
            other = along(other, v);
            compare(k, "jvp of ".repeat(k - 1) + "gradient", one, other);
        }
        return entries;
    }

    private static Tape gradient(Tape tape) {
        Variable one = Variable.of(Tensor.ones(tape.outputs().get(0).shape()));
        return Tape.between(tape.inputs(), tape.pullback(List.of(one)));
    }

    private static Tape along(Tape tape, double[] d) {
        return Tape.between(tape.inputs(), tape.pushforward(Program.variables(d, tape.inputs())));
    }

    private void compare(int order, String path, Tape one, Tape other) {
        double[] values = Program.values(one.outputs());
        double[] references = Program.values(other.outputs());
        double[] bounds = Program.rounding(one.outputs());
        double[] others = Program.rounding(other.outputs());
        Arrays.setAll(bounds, i -> bounds[i] + others[i]);
        for (int i = 0; i < values.length; i++) {
            String output = values.length == x.length ? directions.name(i) : "";
            entries.add(Entry.identity(order, path + Entry.LOOPS, "", output, values[i], references[i], bounds[i], ""));
        }
    }
}
