package dev.wengert.check;

import dev.wengert.check.Curves.Curve;
import dev.wengert.check.Curves.Disturbance;
import dev.wengert.check.Functions.Function;
import dev.wengert.precise.BigReal;
import dev.wengert.testing.Ratios;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Holds true errors beside the bounds on which a verdict rests, in many generated cases.
 *
 * <p>{@code mvn -q test-compile exec:java -Dexec.mainClass=dev.wengert.check.Bounds} prints how large the errors are as a share of their bounds, for more than 100,000
 * functions; the exit status is 1 where one is above. The tests do the same with fewer.
 */
final class Bounds {

    static final double[] SCALES = {0.1, 1, 10, 100};

    static final Settings SETTINGS =
            new Settings(1, 1e-6, 1, true, 400, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, true, Set.of());

    /** What a derivative is compared with. */
    private static final int DIGITS = 60;

    private static final int REFINED = 100;

    private final int functions;
    private final Map<String, Ratios> parts = new LinkedHashMap<>();
    private int narrow;
    private int differentiated;

    private Bounds(int functions) {
        this.functions = functions;
    }

    /**
     * Runs the command.
     *
     * @param args nothing
     */
    public static void main(String[] args) {
        double largest = 0;
        for (Disturbance disturbance : Disturbance.values()) {
            int cases = 20_000;
            Ratios ratios = closedForms(disturbance, cases, 1000 + disturbance.ordinal());
            largest = print("", disturbance.toString(), cases, ratios, largest);
        }
        for (double scale : SCALES) {
            for (Bounds bounds :
                    new Bounds[] {softmaxRegression(scale, 15_000, 2001), compositions(scale, 15_000, 2002)}) {
                for (Map.Entry<String, Ratios> part : bounds.parts.entrySet()) {
                    largest = print(Double.toString(scale), part.getKey(), bounds.functions, part.getValue(), largest);
                }
                System.out.printf(Locale.ROOT, "known to 1e-6 by doubles alone: %.1f %%%n", 100 * bounds.narrow());
            }
        }
        System.exit(largest <= 1 ? 0 : 1);
    }

    private static double print(String scale, String part, int functions, Ratios ratios, double largest) {
        System.out.printf(
                Locale.ROOT,
                "| %5s | %-34s | %6d | %7d | %.2g | %.2g | %.2g | %.3f |%n",
                scale,
                part,
                functions,
                ratios.count(),
                ratios.quantile(0.5),
                ratios.quantile(0.9),
                ratios.quantile(0.99),
                ratios.max());
        if (!(ratios.max() <= 1)) {
            System.out.println(ratios.worst());
        }
        return ratios.max() <= largest ? largest : ratios.max();
    }

    /** Extrapolated differences against derivatives of closed form, less what these may be off. */
    static Ratios closedForms(Disturbance disturbance, int cases, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Ratios ratios = new Ratios();
        for (int i = 0; i < cases; i++) {
            Curve curve = Curves.draw(disturbance, random);
            NumericalDerivative d = curve.differentiate();
            double error = Math.abs(d.value()[0] - curve.derivative());
            ratios.add(Math.max(0, error - curve.derivativeError()), d.bound()[0], curve);
        }
        return ratios;
    }

    /** The loss of a model: its rounding and that of its gradient, differences, and high precision for every eighth. */
    static Bounds softmaxRegression(double scale, int functions, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Bounds bounds = new Bounds(functions);
        for (int i = 0; i < functions; i++) {
            Function f = Functions.softmaxRegression(scale, random);
            bounds.rounding("rounding of the loss", f, f.program());
            bounds.rounding("rounding of the gradient", f, f.gradient());
            bounds.differences(f, "differences of the loss", i % 8 == 0 ? "the same with 100 digits" : null);
        }
        return bounds;
    }

    /** Functions of all kinds. */
    static Bounds compositions(double scale, int functions, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Bounds bounds = new Bounds(functions);
        for (int i = 0; i < functions; i++) {
            bounds.differences(Functions.composition(scale, random), "differences of compositions", null);
        }
        return bounds;
    }

    private void rounding(String part, Function f, Program program) {
        double[] value = Program.values(program.tape().outputs());
        double[] bound = Program.rounding(program.tape().outputs());
        BigReal[] exact = f.exact(program, DIGITS);
        for (int c = 0; c < value.length; c++) {
            add(part, error(value[c], exact[c]), bound[c], f);
        }
    }

    private void differences(Function f, String part, String refined) {
        Reference reference = Reference.of(f.program(), f.x(), f.direction(), SETTINGS);
        if (reference.kink() != null || reference.obstacle() != null) {
            return;
        }
        BigReal[] exact = f.exact(f.tangent(), DIGITS);
        for (int c = 0; c < exact.length; c++) {
            if (exact[c].isFinite()) { // the rules have none for a norm of zeros
                add(part, error(reference.value(c), exact[c]), reference.bound(c), f);
                differentiated++;
                narrow += reference.bound(c) <= SETTINGS.accuracy() * Math.abs(exact[c].toDouble()) ? 1 : 0;
            }
        }
        if (refined != null) {
            reference.refine(REFINED);
            for (int c = 0; c < exact.length; c++) {
                add(refined, error(reference.value(c), exact[c]), reference.bound(c), f);
            }
        }
    }

    /** Bounds are those of arithmetic without underflow. */
    private void add(String part, double error, double bound, Function f) {
        parts.computeIfAbsent(part, name -> new Ratios()).add(Math.max(0, error - Double.MIN_NORMAL), bound, f);
    }

    static double error(double value, BigReal exact) {
        return new BigDecimal(value).subtract(exact.toBigDecimal()).abs().doubleValue();
    }

    Map<String, Ratios> parts() {
        return parts;
    }

    /** The share of the derivatives that differences of doubles bound to the accuracy of a check. */
    double narrow() {
        return (double) narrow / differentiated;
    }
}
