package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;

/** Compares what the rules say of the derivative of a program along a direction with what the program does. */
final class Judge {

    /** From which number of digits on, and by what factor, precision is raised. */
    private static final int FIRST_DIGITS = 100;

    /** How many elements of steps may be computed to 100 digits, if 400 digits are allowed; those to more digits count for more. */
    private static final long EFFORT = 250_000;

    private final Settings settings;
    private long spent;

    Judge(Settings settings) {
        this.settings = settings;
    }

    /**
     * One entry for each component.
     *
     * @param input how the direction is called
     * @param output how a component is called
     * @param value what the rules say
     * @param rounding bounds of the errors of value
     */
    List<Entry> compare(
            int order,
            String path,
            String input,
            IntFunction<String> output,
            Reference reference,
            double[] value,
            double[] rounding) {
        String unrefined = refine(reference, value, rounding);
        List<Entry> entries = new ArrayList<>();
        for (int c = 0; c < value.length; c++) {
            boolean locallyConstant = order > 1 && reference.isNaN(c) && value[c] == 0;
            Verdict verdict = locallyConstant ? Verdict.INCONCLUSIVE : verdict(reference, c, value[c], rounding[c]);
            entries.add(new Entry(
                    order,
                    path,
                    input,
                    output.apply(c),
                    value[c],
                    reference.value(c),
                    reference.bound(c) + rounding[c],
                    reference.step(c),
                    reference.digits(c),
                    verdict,
                    note(verdict, reference, c, value[c], unrefined)));
        }
        return entries;
    }

    /** Raises the precision until every component is decided; what keeps it from that, or null. */
    private String refine(Reference reference, double[] value, double[] rounding) {
        if (reference.kink() != null || reference.obstacle() != null) {
            return null;
        }
        for (int digits = FIRST_DIGITS; digits <= settings.digits() && open(reference, value, rounding); digits *= 2) {
            if (reference.knows(digits)) {
                continue;
            }
            spent += reference.effort() * square(digits / FIRST_DIGITS);
            if (spent > EFFORT * square(settings.digits()) / square(4 * FIRST_DIGITS)) {
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
            }
        }
        return null;
    }

    private static long square(long n) {
        return n * n;
    }

    /** Whether more digits may decide a component: not where one before them brought no finite bound. */
    private boolean open(Reference reference, double[] value, double[] rounding) {
        for (int c = 0; c < value.length; c++) {
            boolean hopeful = !reference.refined() || Double.isFinite(reference.bound(c) + rounding[c]);
            if (hopeful
                    && !reference.isNaN(c)
                    && verdict(reference, c, value[c], rounding[c]) == Verdict.INCONCLUSIVE) {
                return true;
            }
        }
        return false;
    }

    private Verdict verdict(Reference reference, int c, double value, double rounding) {
        if (reference.kink() != null) {
            return Verdict.KINK;
        }
        if (reference.obstacle() != null) {
            return Verdict.INCONCLUSIVE;
        }
        if (reference.isNaN(c)) {
            boolean swallowed = value == 0 && reference.isPoisoned(c);
            return Double.isNaN(value) ? Verdict.PASS : swallowed ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        }
        if (Double.isNaN(value) && Double.isFinite(reference.bound(c))) {
            return reference.isSmoothAlongAll(c, settings) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        }
        double expected = reference.value(c);
        double total = reference.bound(c) + rounding;
        if (Double.isNaN(total) || total == Double.POSITIVE_INFINITY) {
            return Verdict.INCONCLUSIVE;
        }
        if (!explains(total, value, expected)) {
            return Verdict.FAIL;
        }
        boolean narrow = total <= settings.accuracy() * Math.max(Math.abs(value), Math.abs(expected));
        boolean asRoundingAllows = total <= 4 * rounding;
        boolean zero = value == 0 && reference.isZero(c);
        return narrow || asRoundingAllows || zero ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    /** Whether two values may be the same. Bounds are those of arithmetic without underflow, so what is smaller than that is nothing. */
    static boolean explains(double bound, double value, double expected) {
        return Math.abs(value - expected) <= bound + Double.MIN_NORMAL;
    }

    private static String note(Verdict verdict, Reference reference, int c, double value, String unrefined) {
        if (verdict == Verdict.KINK) {
            Kink kink = reference.kink();
            return "not differentiable: " + String.join(", ", kink.operations()) + "; one-sided slopes "
                    + kink.left().get(c)
                    + " and " + kink.right().get(c) + ", and the rule's value "
                    + (kink.contains(c, value) ? "lies" : "does not lie")
                    + " between them";
        }
        if (reference.isNaN(c)) {
            return verdict == Verdict.FAIL ? "a NaN was swallowed" : "the function is NaN here";
        }
        if (verdict == Verdict.FAIL && Double.isNaN(value)) {
            return "the rule gives NaN, and there is a derivative";
        }
        if (verdict == Verdict.INCONCLUSIVE && Double.isNaN(value) && Double.isFinite(reference.bound(c))) {
            return "overflow: along another element the derivative is infinite, beyond doubles or not there, and 0 times it is NaN";
        }
        if (verdict == Verdict.INCONCLUSIVE) {
            return reference.obstacle() != null ? reference.obstacle() : unrefined == null ? "" : unrefined;
        }
        return "";
    }
}
