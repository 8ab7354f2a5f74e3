package dev.wengert.check;

import dev.wengert.accuracy.Unrolled;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Checks all orders again at random points close by, along a few directions. A rule may be right at the point alone, where numbers are 0,
 * equal, or otherwise special; its own derivative is then compared with differences of the same wrong rule, and agrees with them. What hangs
 * on a value that was read may be flat there.
 */
final class NearbyCheck {

    private static final double[] DISTANCES = {0x1p-3, 0x1p-6, 0x1p-10, 0x1p-15, 0x1p-20, 0x1p-30, 0x1p-44};

    /** The number of points at which an inconclusive comparison is tried. */
    private static final int POINTS = 3;

    private final Surroundings surroundings;
    private final Set<Variable> fixed;
    private final Settings settings;
    private final RandomGenerator random;
    private final Runnable tick;
    private final List<Tape> points = new ArrayList<>();

    NearbyCheck(
            Surroundings surroundings, Set<Variable> fixed, Settings settings, RandomGenerator random, Runnable tick) {
        this.surroundings = surroundings;
        this.fixed = fixed;
        this.settings = settings.forOneOperation(settings.digits());
        this.random = random;
        this.tick = tick;
    }

    /** What was found: comparisons, and the tape and direction of the first that failed. */
    record Nearby(
            List<Entry> entries,
            Optional<Tape> failed,
            Optional<double[]> direction,
            Optional<FrozenCheck.Frozen> frozen) {}

    /**
     * Compares.
     *
     * @param each is given each tape that is compared, before that
     * @return the comparisons at the first point that decides; an inconclusive one if there is none
     */
    Nearby check(Consumer<Tape> each) {
        Tape tape = surroundings.tape();
        if (!Double.isFinite(Program.values(tape.outputs())[0]) || new Directions(tape.inputs(), fixed).size() == 0) {
            return new Nearby(List.of(), Optional.empty(), Optional.empty(), Optional.empty());
        }
        findPoints();
        if (points.isEmpty()) {
            String why = surroundings.refusal().isEmpty() ? "it is not finite there" : surroundings.refusal();
            return new Nearby(
                    List.of(inconclusive("the function can be evaluated nowhere near the point: " + why
                            + "; check it in coordinates that it takes in every direction")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        Nearby last = null;
        for (Tape there : points) {
            each.accept(Unrolled.of(there));
            last = at(there);
            if (last.entries().stream().anyMatch(e -> e.verdict() == Verdict.FAIL)
                    || last.entries().stream()
                            .filter(e -> !e.isIdentity())
                            .anyMatch(e -> e.verdict() == Verdict.PASS)) {
                return last;
            }
        }
        return last;
    }

    private static Entry inconclusive(String note) {
        return new Entry(
                1,
                Entry.NEARBY + "gradient",
                "",
                "",
                Double.NaN,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                0,
                0,
                Verdict.INCONCLUSIVE,
                note);
    }

    private void findPoints() {
        double[] x = Program.point(surroundings.tape());
        Directions directions = new Directions(surroundings.tape().inputs(), fixed);
        double[] d = directions.random(random, x);
        double[] up = Arrays.stream(d).map(Math::abs).toArray();
        for (double h : DISTANCES) {
            for (double[] direction : List.of(d, up)) {
                for (double side : new double[] {h, -h}) {
                    if (points.size() == POINTS) {
                        return;
                    }
                    surroundings
                            .at(FrozenCheck.moved(x, direction, side))
                            .filter(t -> Double.isFinite(Program.values(t.outputs())[0]))
                            .ifPresent(points::add);
                }
            }
        }
    }

    private Nearby at(Tape there) {
        Set<Variable> still = Directions.identities();
        for (int i = 0; i < there.inputs().size(); i++) {
            if (fixed.contains(surroundings.tape().inputs().get(i))) {
                still.add(there.inputs().get(i));
            }
        }
        Tape steps = Unrolled.of(there);
        FunctionCheck check = new FunctionCheck(steps, still, settings, random, tick);
        Optional<FrozenCheck.Frozen> frozen =
                new FrozenCheck(surroundings.around(there), still, settings, random).check();
        List<Entry> entries = Stream.concat(
                        check.run().stream(), frozen.stream().map(FrozenCheck.Frozen::entry))
                .filter(e -> e.verdict() != Verdict.KINK)
                .map(Entry::nearby)
                .toList();
        return new Nearby(entries, Optional.of(steps).filter(t -> check.failed()), check.failedDirection(), frozen);
    }
}
