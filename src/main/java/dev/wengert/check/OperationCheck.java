package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Checks one operation of a tape alone, at its operands on the tape. Thus no other operation can hide a wrong rule.
 *
 * <p>The operation becomes a function that returns a single number: the sum of its result times a random cotangent u. That function is
 * checked as any other. Its gradient is the vjp. Its jvp gives the duality {@code ⟨u, Jt⟩ = ⟨Jᵀu, t⟩}. Its second order is the
 * derivative of the rule.
 */
final class OperationCheck {

    /** The number of digits to which the exact form of an operation is compared with its value. */
    private static final int DIGITS = 40;

    /** The relative distance that is allowed between the two if the operation does not state the error of its value. */
    private static final double COARSE = 1e-3;

    /** In operands of at most this many elements, the check searches for the wrong element. */
    private static final int LOCATED_UP_TO = 50;

    private final Settings settings;
    private final RandomGenerator random;
    private final Runnable tick;
    private boolean kinks;

    OperationCheck(Settings settings, RandomGenerator random, Runnable tick) {
        this.settings = settings;
        this.random = random;
        this.tick = tick;
    }

    /** A description of a fault, and the entry that shows it. */
    private record Fault(String what, Entry evidence) {}

    /**
     * The fault of the operation that made a step of a tape; empty if none was found. A rule may pass nothing for operands that are constants
     * of the tape, such as labels and masks.
     */
    Optional<Blame> check(Tape tape, int k, String where) {
        Variable step = tape.steps().get(k);
        int number = tape.inputs().size() + k;
        try {
            Optional<Fault> fault = fault(step, true, i -> tape.operand(k, i) >= 0);
            if (fault.isPresent() && fault.get().evidence().digits() > 0) {
                Optional<Blame> inexact = inexact(step, number, where);
                if (inexact.isPresent()) {
                    return inexact;
                }
            }
            return fault.map(f -> Blame.of(step, number, where, f.what(), f.evidence()));
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            if (thrown instanceof ArithmeticException && !(tape.op(k) instanceof CustomOp)) {
                return Optional
                        .empty(); // an operation of several results may refuse the derivative of one that is not used
            }
            String what = "a rule of " + Blame.name(step) + ": it throws";
            return Optional.of(Blame.of(step, number, where, what, thrown(settings.order(), "gradient", thrown)));
        }
    }

    /** The entry for a rule that throws. */
    static Entry thrown(int order, String path, Throwable thrown) {
        boolean clear = thrown instanceof IllegalArgumentException
                || thrown instanceof IllegalStateException
                || thrown instanceof ArithmeticException;
        String note = "the value can be computed, but its derivative throws: "
                + (clear && thrown.getMessage() != null ? thrown.getMessage() : thrown.toString());
        return new Entry(order, path, "", "", Double.NaN, Double.NaN, 0, 0, 0, Verdict.FAIL, note);
    }

    /** Whether the operation that made a variable has a fault. */
    boolean fails(Variable step) {
        return fault(step, false, i -> true).isPresent();
    }

    /** The rule that throws, of the operation that made a variable; empty if none does. */
    static Optional<String> throwsAlone(Variable step) {
        Tape tape = Program.alone(step);
        String rule = "vjp";
        try {
            tape.pullback(List.of(Variable.of(Tensor.ones(step.shape()))));
            rule = "jvp";
            tape.pushforward(tape.inputs());
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            return Optional.of(rule);
        }
    }

    /** Whether a custom operation that was checked sits on its kink. */
    boolean foundKinks() {
        return kinks;
    }

    private Optional<Fault> fault(Variable step, boolean locate, IntPredicate depends) {
        Op op = step.op().orElseThrow();
        List<Variable> moving = new ArrayList<>();
        Variable[] operands = new Variable[step.inputs().size()];
        Variable cotangent = Variable.of(Tensor.normal(random, step.shape().toArray()));
        List<Integer> silent = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            operands[i] = Variable.of(step.inputs().get(i).value());
            if (op.vjp(i, cotangent, step, step.inputs()) != null
                    || op.jvp(i, operands[i], step, step.inputs()) != null) {
                moving.add(operands[i]);
            } else if (depends.test(i)) {
                silent.add(i);
            }
        }
        Variable y = op.apply(operands);
        Optional<LinearityCheck.Nonlinear> nonlinear = LinearityCheck.of(y, cotangent);
        if (nonlinear.isPresent()) {
            LinearityCheck.Nonlinear rule = nonlinear.get();
            Entry entry = new Entry(
                    1,
                    rule.rule(),
                    "input " + rule.operand(),
                    "",
                    Double.NaN,
                    Double.NaN,
                    0,
                    0,
                    0,
                    Verdict.FAIL,
                    rule.what());
            return Optional.of(new Fault(rule.what(), entry));
        }
        if (op instanceof CustomOp && swallowsNaN(y, moving)) {
            String what = "vjp of " + Blame.name(op) + ": a NaN was swallowed";
            return Optional.of(new Fault(
                    what,
                    new Entry(1, "gradient", "", "", 0, Double.NaN, 0, 0, 0, Verdict.FAIL, "a NaN was swallowed")));
        }
        if (!moving.isEmpty()) {
            List<Entry> entries = entries(y, moving, cotangent);
            kinks |= op instanceof CustomOp && entries.stream().anyMatch(e -> e.verdict() == Verdict.KINK);
            boolean infinite = Arrays.stream(y.value().toArray()).anyMatch(Double::isInfinite);
            Optional<Entry> failed = entries.stream()
                    .filter(e -> e.verdict() == Verdict.FAIL)
                    .filter(e -> !infinite
                            || !Double.isNaN(e.value())) // NaN by 0·∞ at an infinite result, which is left out
                    .findFirst();
            if (failed.isPresent()) {
                Fault somewhere = new Fault(
                        path(failed.get(), op) + ", along a random direction" + wrong(failed.get()), failed.get());
                return Optional.of(
                        locate
                                ? located(failed.get(), op, operands, moving, cotangent)
                                        .orElse(somewhere)
                                : somewhere);
            }
        }
        if (op instanceof CustomOp) {
            for (int i : silent) {
                Optional<Entry> missing = missing(op, operands, i, cotangent);
                if (missing.isPresent()) {
                    String what = "input " + i + ": the result depends on it, but neither vjp nor jvp passes anything";
                    return Optional.of(new Fault(what, missing.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether an element of the result is NaN, and no operand is, and the rule passes 0 for it to all operands. */
    private static boolean swallowsNaN(Variable y, List<Variable> operands) {
        double[] values = y.value().toArray();
        boolean given = y.inputs().stream()
                .anyMatch(x -> Arrays.stream(x.value().toArray()).anyMatch(Double::isNaN));
        int checked = 0;
        for (int k = 0; k < values.length && !given && !operands.isEmpty() && checked < LOCATED_UP_TO; k++) {
            if (Double.isNaN(values[k])) {
                checked++;
                double[] one = new double[values.length];
                one[k] = 1;
                Variable g = Variable.of(Tensor.of(y.shape(), one));
                double[] passed =
                        Program.values(Tape.between(operands, List.of(y)).pullback(List.of(g)));
                if (Arrays.stream(passed).allMatch(v -> v == 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The fault of the exact form of the custom operation that made a variable; differences in high precision use that form. Empty if
     * the operation has no exact form, or the form agrees with its values. Values without a stated error are compared to
     * {@link #COARSE}.
     */
    static Optional<Blame> inexact(Variable step, int number, String where) {
        Op op = step.op().orElseThrow();
        if (!(op instanceof ExactForm form)) {
            return Optional.empty();
        }
        List<Tensor> x = step.inputs().stream().map(Variable::value).toList();
        List<BigReal[]> operands = x.stream()
                .map(t -> Arrays.stream(t.toArray()).mapToObj(BigReal::of).toArray(BigReal[]::new))
                .toList();
        BigReal[] exact = form.exact(operands, x.stream().map(Tensor::shape).toList(), new BigArithmetic(DIGITS));
        if (exact == null) {
            return Optional.empty();
        }
        double[] y = step.value().toArray();
        double[] bound =
                Program.rounding(List.of(op.apply(x.stream().map(Variable::of).toArray(Variable[]::new))));
        for (int k = 0; k < y.length; k++) {
            double there = exact[k].toDouble();
            double coarse = bound[k] + (Double.isNaN(form.ulps()) ? COARSE * Math.abs(there) : 0);
            if (Double.isFinite(y[k]) && Double.isFinite(there) && !Judge.explains(coarse, y[k], there)) {
                String what = "exact of " + Blame.name(op) + ": it is not what eval gives";
                Entry entry = new Entry(0, "exact", "", "", y[k], there, coarse, 0, DIGITS, Verdict.FAIL, "");
                return Optional.of(Blame.of(step, number, where, what, entry));
            }
        }
        return Optional.empty();
    }

    /** The entries of random directions. If a NaN or a kink in one element hides the others, the entries of each element on its own. */
    private List<Entry> entries(Variable y, List<Variable> moving, Variable cotangent) {
        Tape tape = Tape.between(moving, List.of(number(y, cotangent)));
        boolean nan = Arrays.stream(y.value().toArray()).anyMatch(Double::isNaN);
        List<Entry> entries = nan ? List.of() : new FunctionCheck(tape, settings, random, tick).run();
        boolean decided = entries.stream()
                .anyMatch(e ->
                        e.path().equals("gradient") && (e.verdict() == Verdict.PASS || e.verdict() == Verdict.FAIL));
        return decided ? entries : new FunctionCheck(tape, settings.withAllEntries(), random, tick).run();
    }

    /** {@code ⟨u, y⟩} over the elements that are not infinite, since infinite elements have no differences. */
    private static Variable number(Variable y, Variable cotangent) {
        Tensor finite = y.value().map(v -> Double.isInfinite(v) ? 0 : 1);
        boolean all = Arrays.stream(finite.toArray()).allMatch(v -> v == 1);
        return (all ? y : Variable.where(Variable.of(finite), y, Variable.of(0)))
                .mul(cotangent)
                .sum();
    }

    /** The fault in one operand, and if possible in one element. It has the same path as the failure along a direction of all operands. */
    private Optional<Fault> located(
            Entry found, Op op, Variable[] operands, List<Variable> moving, Variable cotangent) {
        for (int i = 0; i < operands.length; i++) {
            if (moving.contains(operands[i])) {
                Tape tape = Tape.between(List.of(operands[i]), List.of(number(op.apply(operands), cotangent)));
                boolean all = operands[i].shape().size() <= LOCATED_UP_TO;
                Settings one = settings.with(found.order(), settings.directions(), all, 0);
                Optional<Entry> failed = new FunctionCheck(tape, one, random, tick)
                        .run().stream()
                                .filter(e ->
                                        e.verdict() == Verdict.FAIL && e.path().equals(found.path()))
                                .findFirst();
                if (failed.isPresent()) {
                    Entry e = failed.get();
                    return Optional.of(new Fault(
                            path(e, op) + ", input " + i + (all ? element(e) : ", along a random direction") + wrong(e),
                            e));
                }
            }
        }
        return Optional.empty();
    }

    /** The name of the derivative, like {@code jvp of vjp of tanh}. */
    private static String path(Entry entry, Op op) {
        String rule = switch (entry.path()) {
            case "gradient" -> "vjp";
            case "duality" -> "duality of vjp and jvp";
            default -> entry.path();
        };
        return rule + " of " + Blame.name(op);
    }

    /** The element that was moved and the element that was observed, for an entry of a single operand; empty if both are single numbers. */
    private static String element(Entry entry) {
        String moved = entry.input().replaceFirst("^[^\\[]*", "");
        String observed = entry.output().replaceFirst("^[^\\[]*", "");
        if (moved.isEmpty() || observed.isEmpty()) {
            String only = moved + observed;
            return only.isEmpty() ? "" : ", element " + only;
        }
        return moved.equals(observed) ? ", element " + moved + " twice" : ", elements " + observed + " and " + moved;
    }

    private static String wrong(Entry entry) {
        return entry.isIdentity() ? ": its two sides differ" : ": it is not what differences give";
    }

    /** The failure if an operand moves the result, although no rule passes a perturbation for it. */
    private Optional<Entry> missing(Op op, Variable[] operands, int i, Variable cotangent) {
        Tape tape = Tape.between(List.of(operands[i]), List.of(number(op.apply(operands), cotangent)));
        double[] direction = new Directions(tape.inputs()).random(random, Program.point(tape));
        Reference reference;
        try {
            reference = Reference.of(new Program(tape), Program.point(tape), direction, settings);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException refused) {
            return Optional.empty();
        }
        List<Entry> entry = new Judge(settings).compare(1, "gradient", "direction", c -> "", reference, Rule.nothing());
        return entry.stream().filter(e -> e.verdict() == Verdict.FAIL).findFirst();
    }
}
