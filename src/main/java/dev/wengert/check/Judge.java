package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Compares the derivative of a program along a direction, as the rules give it, with the differences of the program. */
final class Judge {

    /** The first number of digits in high precision. Each further attempt doubles it. */
    static final int FIRST_DIGITS = 100;

    /**
     * The rounding error in 100 digits, divided by that of a double, which is 10⁻¹⁶. The ratio of 10⁻⁸⁴ is raised to 10⁻⁷⁸, because the
     * computation loses digits.
     */
    private static final double ROUNDED_AWAY = 1e-78;

    /** Where the rounding of the rule has no bound, its exact value is off by at most this many times its change with twice the digits. */
    private static final double MEASURED = 1e6;

    /** A rule whose exact value is 0 passes if the remaining bound is below 1e-30 of its rounding error. */
    private static final double NOTHING = 1e-30;

    /** The formula is right, but rounding has destroyed all digits of its double value. */
    static final String LOST = "the rule is right to many digits, but its value has none here: rounding took them";

    /** No error has a finite bound, because values are infinite. */
    private static final String OVERFLOW = "overflow: values are infinite here, so there is no bound of the errors";

    /** No error has a finite bound, although values are finite. */
    private static final String UNBOUNDED =
            "the errors have no bound here: an operand is so large that rounding alone may move"
                    + " the result anywhere; choose a point where it is smaller";

    /** Nothing moves with the element. */
    private static final String STILL = "the function does not change with it here, beside its rounding";

    /** The function is rougher than its rounding explains. */
    private static final String ROUGH =
            "the differences do not converge: the function is rougher than the errors that are"
                    + " assumed of its operations; if a custom one has few digits, let its ulps() say so";

    /**
     * The number of elements of steps that may be computed to 100 digits, if 400 digits are allowed. With twice the digits, an element
     * counts four times.
     */
    private static final long EFFORT = 1_000_000;

    private final Settings settings;
    private boolean conventions;
    private long spent;

    Judge(Settings settings) {
        this.settings = settings;
    }

    /** Says that custom operations sit on their kinks: what their comparisons choose there is a convention. */
    void allowConventions() {
        conventions = true;
    }

    /**
     * One entry for each component.
     *
     * @param input the name of the direction
     * @param output the name of each component
     */
    List<Entry> compare(
            int order, String path, String input, IntFunction<String> output, Reference reference, Rule rule) {
        return new Case(order, reference, rule).entries(path, input, output);
    }

    /** Whether two values may be the same. Bounds do not include underflow, so {@link Double#MIN_NORMAL} is added. */
    static boolean explains(double bound, double value, double expected) {
        return Math.abs(value - expected) <= bound + Double.MIN_NORMAL;
    }

    private static long square(long n) {
        return n * n;
    }

    /** One rule and one reference. */
    private final class Case {

        private final int order;
        private final Reference reference;
        private final Rule rule;
        private int computed;
        private double[] exact;
        private double[] more;
        private String unrefined;
        private Kink custom;

        Case(int order, Reference reference, Rule rule) {
            this.order = order;
            this.reference = reference;
            this.rule = rule;
        }

        List<Entry> entries(String path, String input, IntFunction<String> output) {
            unrefined = refine();
            boolean bounded = IntStream.range(0, rule.size()).noneMatch(this::isUnbounded);
            if (!bounded && reference.kink() == null && reference.obstacle() == null && reference.hidesKinks()) {
                custom = reference.kinkOfCustomOperations();
            }
            List<Entry> entries = new ArrayList<>();
            for (int c = 0; c < rule.size(); c++) {
                boolean locallyConstant = order > 1 && reference.isNaN(c) && rule.value(c) == 0;
                Verdict verdict = locallyConstant ? Verdict.INCONCLUSIVE : verdict(c);
                boolean formula = verdict == Verdict.FAIL && isWrongFormula(c);
                entries.add(new Entry(
                        order,
                        path,
                        input,
                        output.apply(c),
                        formula ? exact[c] : rule.value(c),
                        expected(c, verdict),
                        formula ? exactBound(c) : bound(c, verdict),
                        reference.step(c),
                        reference.digits(c),
                        verdict,
                        note(verdict, c)));
            }
            return entries;
        }

        /** The derivative by differences; NaN if they do not give it. */
        private double expected(int c, Verdict verdict) {
            if (kink(c) != null) {
                return verdict == Verdict.KINK ? Double.NaN : kink(c).left(c);
            }
            return reference.bound(c) < Double.POSITIVE_INFINITY ? reference.value(c) : Double.NaN;
        }

        private double bound(int c, Verdict verdict) {
            return kink(c) == null
                    ? reference.bound(c) + rule.rounding(c)
                    : verdict == Verdict.KINK ? Double.POSITIVE_INFINITY : kink(c).slack(c) + rule.rounding(c);
        }

        /** The kink of a component, or null. */
        private Kink kink(int c) {
            return reference.kink() != null
                    ? reference.kink()
                    : custom != null && isUnbounded(c) && custom.isEvident(c) ? custom : null;
        }

        /** Whether the differences of a component do not converge. */
        private boolean isUnbounded(int c) {
            return !reference.isNaN(c) && reference.bound(c) == Double.POSITIVE_INFINITY;
        }

        /** Raises the precision until every component is decided. Returns the reason why it stopped before, or null. */
        private String refine() {
            if (reference.obstacle() != null) {
                return null;
            }
            for (int digits = FIRST_DIGITS; digits <= settings.digits() && isOpen(); digits *= 2) {
                if (reference.knows(digits)) {
                    continue;
                }
                long before = reference.spent();
                long weight = square(digits / FIRST_DIGITS);
                if (spent + reference.effort() * weight
                        > EFFORT * square(settings.digits()) / square(4 * FIRST_DIGITS)) {
                    return "high precision takes too long; highPrecision(" + 2 * settings.digits()
                            + ") allows four times the effort";
                }
                try {
                    reference.refine(digits);
                } catch (CancellationException cancelled) {
                    throw cancelled;
                } catch (IllegalStateException noExactForm) {
                    return noExactForm.getMessage();
                } catch (RuntimeException beyond) {
                    return "high precision failed: " + beyond.getMessage();
                } finally {
                    spent += (reference.spent() - before) * weight;
                }
            }
            return null;
        }

        /** Whether more digits may decide some component. A component without a finite bound after a refinement is given up. */
        private boolean isOpen() {
            if (reference.kink() != null) {
                return !reference.refined()
                        && IntStream.range(0, rule.size())
                                .anyMatch(c -> verdict(c) == Verdict.KINK
                                        && !reference.kink().isApart(c));
            }
            for (int c = 0; c < rule.size(); c++) {
                boolean hopeful = !reference.refined() || Double.isFinite(reference.bound(c));
                if (hopeful && !reference.isNaN(c) && verdict(c) == Verdict.INCONCLUSIVE) {
                    return true;
                }
            }
            return false;
        }

        private Verdict verdict(int c) {
            Verdict verdict = compared(c);
            boolean unseen = verdict == Verdict.FAIL && !reference.isNaN(c) && (isCoarse(c) || isSteep(c));
            return unseen ? Verdict.INCONCLUSIVE : verdict;
        }

        private boolean isSteep(int c) {
            return reference.kink() == null && reference.isSteep(c, rule.value(c));
        }

        /** Whether a custom operation has values so coarse that they do not show the derivative. */
        private boolean isCoarse(int c) {
            return reference.hidesKinks() && reference.digits(c) == 0 && reference.isCoarse(c, rule.value(c));
        }

        private Verdict compared(int c) {
            double value = rule.value(c);
            Kink kink = kink(c);
            if (kink != null) {
                return !(conventions && order > 1) && kink.refutes(c, value, rule.rounding(c))
                        ? Verdict.FAIL
                        : kink.confirms(c, value, rule.rounding(c), settings.accuracy()) ? Verdict.PASS : Verdict.KINK;
            }
            if (reference.obstacle() != null) {
                return Verdict.INCONCLUSIVE;
            }
            if (reference.isNaN(c)) {
                boolean swallowed = value == 0 && reference.isPoisoned(c) && reference.hidesKinks();
                return Double.isNaN(value) ? Verdict.PASS : swallowed ? Verdict.FAIL : Verdict.INCONCLUSIVE;
            }
            if (Double.isNaN(value) && Double.isFinite(reference.bound(c))) {
                return reference.isSmoothAlongAll(c, settings) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
            }
            double expected = reference.value(c);
            double total = reference.bound(c) + rule.rounding(c);
            if (value == 0 && reference.isZero(c)) {
                return Verdict.PASS;
            }
            if (Double.isNaN(total) || total == Double.POSITIVE_INFINITY) {
                return reference.bound(c) < Double.POSITIVE_INFINITY && reference.digits(c) > 0
                        ? verdictOfFormula(c)
                        : Verdict.INCONCLUSIVE;
            }
            if (!explains(total, value, expected)) {
                return Verdict.FAIL;
            }
            if (total <= settings.accuracy() * size(value, expected) || value == 0 && isStill(c)) {
                return Verdict.PASS;
            }
            return isLostInRounding(c) ? verdictOfFormula(c) : Verdict.INCONCLUSIVE;
        }

        /** The size that the accuracy is relative to. A sum of terms that cancel is held against what is typical of such terms. */
        private double size(double value, double expected) {
            return Math.max(rule.typical(), Math.max(Math.abs(value), Math.abs(expected)));
        }

        /** Whether a quarter of the bound or more is the rounding of the rule, so that its double value cannot decide. */
        private boolean isLostInRounding(int c) {
            return reference.bound(c) <= 3 * rule.rounding(c);
        }

        /** Whether a component failed by its formula: its double value is within the bound. */
        private boolean isWrongFormula(int c) {
            double total = reference.bound(c) + rule.rounding(c);
            return exact != null && explains(total, rule.value(c), reference.value(c));
        }

        /** Compares the value of the formula to many digits, where the double value has too few. */
        private Verdict verdictOfFormula(int c) {
            int digits = Math.max(FIRST_DIGITS, reference.digits(c));
            if (computed < digits && settings.digits() >= digits) {
                exact = rule.exact(digits);
                computed = digits;
                more = exact != null && !isBounded() ? rule.exact(2 * digits) : exact;
            }
            if (exact == null || more == null || !Double.isFinite(exact[c])) {
                return Verdict.INCONCLUSIVE;
            }
            double bound = exactBound(c);
            if (!explains(bound, exact[c], reference.value(c))) {
                // to many digits, the point may be a kink that rounding hides from doubles
                return !reference.refined() && reference.canRefine(digits) ? compared(c) : Verdict.FAIL;
            }
            boolean nothing = Double.isFinite(rule.rounding(c)) && bound <= NOTHING * rule.rounding(c);
            boolean right = bound <= settings.accuracy() * size(exact[c], reference.value(c)) || nothing;
            return right ? Verdict.PASS : Verdict.INCONCLUSIVE;
        }

        private double exactBound(int c) {
            double rounding = Double.isFinite(rule.rounding(c))
                    ? ROUNDED_AWAY * rule.rounding(c)
                    : MEASURED * Math.abs(exact[c] - more[c]);
            return reference.bound(c) + rounding + Math.ulp(exact[c]) / 2;
        }

        private boolean isBounded() {
            return IntStream.range(0, rule.size()).allMatch(c -> Double.isFinite(rule.rounding(c)));
        }

        /**
         * Whether the function did not move at all, or had other slopes close by beside which the bound is small, where no more can be known
         * because an operation has no exact form.
         */
        private boolean isStill(int c) {
            return reference.hidesKinks()
                    && unrefined != null
                    && (reference.isStill(c)
                            || reference.bound(c) + rule.rounding(c) <= settings.accuracy() * reference.size(c));
        }

        private String note(Verdict verdict, int c) {
            double value = rule.value(c);
            Kink kink = kink(c);
            if (verdict == Verdict.KINK && !kink.isSeam(c)) {
                return "not differentiable: " + String.join(", ", kink.operations()) + "; one-sided slopes "
                        + kink.left(c)
                        + " and " + kink.right(c) + ", and the rule's value "
                        + (kink.contains(c, value) ? "lies" : "does not lie")
                        + " between them";
            }
            if (verdict == Verdict.KINK) {
                return "at the kink of " + String.join(", ", kink.operations()) + "; the slopes from both sides are "
                        + kink.left(c) + " and " + kink.right(c)
                        + (kink.isChosen() ? "" : ", and the rule's value follows its convention there");
            }
            if (kink != null) {
                return verdict == Verdict.PASS
                        ? "a seam of " + String.join(", ", kink.operations()) + ": the slopes from both sides agree"
                        : "differentiable: the slopes from both sides are "
                                + kink.left(c) + " and "
                                + kink.right(c) + ", and the rule's value is that of the formula that "
                                + String.join(", ", kink.operations()) + " chose for this point alone";
            }
            if (reference.isNaN(c)) {
                return verdict == Verdict.FAIL
                        ? "a NaN was swallowed"
                        : "the function is NaN here" + (verdict == Verdict.PASS ? ", and so is the rule" : "");
            }
            if (verdict == Verdict.FAIL && Double.isNaN(value)) {
                return "the rule gives NaN, and there is a derivative";
            }
            if (verdict == Verdict.FAIL && isWrongFormula(c)) {
                return "the rule computes something else: this is its value to " + computed
                        + " digits; in doubles it is " + value + ", and may be " + rule.rounding(c) + " off";
            }
            if (verdict == Verdict.PASS && computed > 0 && exact != null && isLost(c)) {
                return LOST;
            }
            if (verdict == Verdict.PASS && value == 0 && !reference.isZero(c) && isStill(c)) {
                return STILL;
            }
            if (verdict == Verdict.INCONCLUSIVE && Double.isNaN(value) && Double.isFinite(reference.bound(c))) {
                return "overflow: along another element the derivative is infinite, beyond doubles or not there, and 0 times it is NaN";
            }
            if (verdict == Verdict.INCONCLUSIVE) {
                return reference.obstacle() != null ? reference.obstacle() : undecided(c);
            }
            return "";
        }

        private String undecided(int c) {
            if (compared(c) == Verdict.FAIL) {
                return isCoarse(c)
                        ? "the values of custom operations are coarse: they stand still close by, and move farther away as the"
                                + " rule says; let their ulps() say how coarse they are"
                        : "the function is too steep: it leaves all its values within the steps of the differences, and agrees"
                                + " with the rule at much shorter ones";
            }
            if (Double.isFinite(reference.bound(c) + rule.rounding(c))) {
                List<String> noisy = reference.hidesKinks() ? reference.noisy() : List.of();
                return unrefined == null
                        ? ""
                        : noisy.isEmpty()
                                ? unrefined
                                : "the values of " + String.join(", ", noisy)
                                        + " are rough: they have fewer digits than" + " other operations; " + unrefined;
            }
            if (Double.isInfinite(rule.value(c)) && reference.isFinite()) {
                return "overflow: the rule's value is infinite; the derivative may be beyond doubles";
            }
            boolean rough = Double.isFinite(rule.rounding(c)) && reference.hasFiniteErrors(c);
            return rough && reference.hidesKinks()
                    ? ROUGH
                    : unrefined != null ? unrefined : reference.isFinite() ? UNBOUNDED : OVERFLOW;
        }

        /** Whether rounding has changed every digit of the double value. */
        private boolean isLost(int c) {
            return Math.abs(rule.value(c) - exact[c]) > Math.abs(exact[c]) / 2;
        }
    }
}
