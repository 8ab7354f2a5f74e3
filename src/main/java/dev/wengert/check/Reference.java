package dev.wengert.check;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * The derivative of a program along a direction, found from its values alone, with a bound of the error of each component.
 *
 * <p>First by extrapolated differences of doubles; {@link #refine} goes on with as many digits as it takes.
 */
final class Reference {

    /** How far below the first step a step may sink before a change of branch counts as a kink at the point itself. */
    private static final int HALVINGS = 44;

    /** How often the tableau is begun again with smaller steps, and how much smaller. */
    private static final int ATTEMPTS = 4;

    private static final double SHRINK = 0x1p-8;

    /** How much smaller the step is that confirms a derivative. */
    private static final double CONFIRMATION = 0x1p-24;

    /** How much larger than at three points of the stencil the error of the program may be at the others. */
    private static final double BETWEEN = 1.5;

    /** A function that does not move to so many digits has the derivative 0, if that is what the rules say. */
    private static final int ENOUGH_FOR_ZERO = 200;

    private final Program program;
    private final double[] x;
    private final double[] direction;
    private final double[] value;
    private final double[] bound;
    private final double[] step;
    private final int[] digits;
    private final boolean[] nan;
    private final boolean[] poisoned;
    private final boolean[] zero;
    private Kink kink;
    private String obstacle;
    private boolean refined;

    private Reference(Program program, double[] x, double[] direction) {
        this.program = program;
        this.x = x;
        this.direction = direction;
        this.value = new double[program.outputs()];
        this.bound = new double[program.outputs()];
        this.step = new double[program.outputs()];
        this.digits = new int[program.outputs()];
        this.nan = new boolean[program.outputs()];
        this.poisoned = new boolean[program.outputs()];
        this.zero = new boolean[program.outputs()];
        Arrays.fill(bound, Double.POSITIVE_INFINITY);
    }

    /** Differentiates a program at x along a direction. */
    static Reference of(Program program, double[] x, double[] direction, Settings settings) {
        Reference reference = new Reference(program, x, direction);
        double h = reference.firstStep(settings);
        if (h > 0) {
            reference.settleIndependent();
            reference.differentiate(h, settings);
        }
        return reference;
    }

    double value(int component) {
        return value[component];
    }

    double bound(int component) {
        return bound[component];
    }

    /** Whether the program itself is NaN in a component. */
    boolean isNaN(int component) {
        return nan[component];
    }

    /** Whether a component is NaN because of the elements that move, and of them alone. */
    boolean isPoisoned(int component) {
        return poisoned[component];
    }

    /** Whether high precision was tried. */
    boolean refined() {
        return refined;
    }

    double step(int component) {
        return step[component];
    }

    /** The digits with which a component was found; 0 for doubles. */
    int digits(int component) {
        return digits[component];
    }

    /** The kink at x, or null. */
    Kink kink() {
        return kink;
    }

    /** Why there is no stencil at all, or null. */
    String obstacle() {
        return obstacle;
    }

    double[] moved(double h) {
        double[] moved = x.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += h * direction[i];
        }
        return moved;
    }

    /** The point with a number in the place of every moving NaN. */
    private double[] cured() {
        double[] cured = x.clone();
        Arrays.setAll(cured, i -> direction[i] != 0 && Double.isNaN(x[i]) ? 0.5 : x[i]);
        return cured;
    }

    /** The largest step, a power of two, for which the stencil is in the domain, finite and on one branch; 0 if there is none. */
    private double firstStep(Settings settings) {
        double fastest = 0;
        double scale = 1;
        int moving = 0;
        for (int i = 0; i < x.length; i++) {
            if (direction[i] != 0) {
                fastest = Math.max(fastest, Math.abs(direction[i]) / Directions.scale(x[i]));
                scale = Double.isFinite(x[i]) ? Math.abs(x[i]) : 1;
                moving++;
            }
        }
        if (moving == 0) {
            obstacle = "the direction is zero";
            return 0;
        }
        double reach = moving == 1 ? Math.max(1, Math.min(scale, 16)) : 1 / fastest;
        double h = Math.scalb(1.0, Math.getExponent(0.25 * reach));
        List<Tensor> here = program.branches(x);
        boolean branches = here.stream().anyMatch(b -> b.shape().size() > 0);
        double[] values = program.evaluate(x);
        double[] cured = program.evaluate(cured());
        for (int c = 0; c < values.length; c++) {
            nan[c] = Double.isNaN(values[c]);
            poisoned[c] = nan[c] && !Double.isNaN(cured[c]);
        }
        String reason = null;
        for (int k = 0; k < HALVINGS; k++, h /= 2) {
            double[] plus = moved(h);
            double[] minus = moved(-h);
            if (!inside(plus, settings) || !inside(minus, settings)) {
                reason = "the stencil leaves the domain";
            } else if (!sameFacts(values, program.evaluate(plus)) || !sameFacts(values, program.evaluate(minus))) {
                reason = "the function is not finite around the point";
            } else if (branches && !(here.equals(program.branches(plus)) && here.equals(program.branches(minus)))) {
                reason = "kink";
            } else {
                return h;
            }
        }
        if ("kink".equals(reason)) {
            kink = Kink.of(program, here, this, h);
        } else {
            obstacle = reason;
        }
        return 0;
    }

    private static boolean inside(double[] x, Settings settings) {
        return Arrays.stream(x).allMatch(v -> !(v < settings.low()) && !(v > settings.high()));
    }

    /** Whether infinities and NaN stand in the same places. */
    private static boolean sameFacts(double[] a, double[] b) {
        for (int c = 0; c < a.length; c++) {
            if (Double.isFinite(a[c]) ? !Double.isFinite(b[c]) : Double.compare(a[c], b[c]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The derivative of a component that does not depend on what moves is 0, exactly. */
    private void settleIndependent() {
        boolean[] independent = program.independent(x, direction);
        for (int c = 0; c < independent.length; c++) {
            if (independent[c]) {
                bound[c] = 0;
                zero[c] = true;
            }
        }
    }

    private void differentiate(double h0, Settings settings) {
        double h = h0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, h *= SHRINK) {
            double[] errors = errors(h);
            NumericalDerivative d = NumericalDerivative.of(s -> program.evaluate(moved(s)), errors, h);
            boolean[] confirmed = confirm(d, h * CONFIRMATION);
            double relative = relativeStep();
            boolean[] nearby = relative < h ? confirm(d, relative) : confirmed;
            boolean enough = true;
            for (int c = 0; c < value.length; c++) {
                boolean contradicts = Math.abs(d.value()[c] - value[c]) > d.bound()[c] + bound[c];
                if (confirmed[c] && nearby[c] && (d.bound()[c] < bound[c] || contradicts)) {
                    value[c] = d.value()[c];
                    bound[c] = d.bound()[c];
                    step[c] = d.step()[c];
                }
                enough &= bound[c] <= settings.accuracy() / 4 * Math.abs(value[c]) || value[c] == 0;
            }
            if (enough) {
                return;
            }
        }
    }

    /** A step so small that no moved element, unless it is 0, comes near 0 or doubles. */
    private double relativeStep() {
        double step = Double.POSITIVE_INFINITY;
        for (int i = 0; i < x.length; i++) {
            if (direction[i] != 0 && x[i] != 0 && Double.isFinite(x[i])) {
                step = Math.min(step, Math.abs(x[i] / direction[i]));
            }
        }
        return 0x1p-7 * step;
    }

    /**
     * Whether each derivative is compatible with plain differences at a much smaller step. A function that oscillates many times within
     * the stencil, or has a pole there, can look smooth to the tableau, by bad luck or by symmetry; to this step it cannot.
     */
    private boolean[] confirm(NumericalDerivative d, double h) {
        double[] errors = errors(h);
        double[][] quotients = new double[2][];
        for (int k = 0; k < 2; k++) {
            double s = h * (k + 1);
            double[] plus = program.evaluate(moved(s));
            double[] minus = program.evaluate(moved(-s));
            quotients[k] = new double[plus.length];
            Arrays.setAll(quotients[k], c -> (plus[c] - minus[c]) / (2 * s));
        }
        boolean[] confirmed = new boolean[errors.length];
        for (int c = 0; c < confirmed.length; c++) {
            double change = Math.abs(quotients[0][c] - quotients[1][c]);
            double allowed = d.bound()[c] + 2 * errors[c] / h + 4 * change;
            confirmed[c] = Math.abs(quotients[0][c] - d.value()[c]) <= allowed;
        }
        return confirmed;
    }

    /** Bounds of the errors of the program on the stencil, the rounding of the moved point included. */
    private double[] errors(double h) {
        double[] dx = new double[x.length];
        for (int i = 0; i < dx.length; i++) {
            boolean exact = Math.abs(direction[i]) == 1 && x[i] + h - x[i] == h && h * 0x1p-14 >= Math.ulp(x[i] + h);
            if (direction[i] != 0 && !exact && Double.isFinite(x[i])) {
                dx[i] = Math.ulp(Math.abs(x[i]) + h * Math.abs(direction[i]));
            }
        }
        double[] errors = program.errors(x, dx);
        for (double side : new double[] {h, -h}) {
            double[] there = program.errors(moved(side), dx);
            Arrays.setAll(errors, c -> Math.max(errors[c], there[c]));
        }
        Arrays.setAll(errors, c -> BETWEEN * errors[c]);
        return errors;
    }

    /**
     * Finds all components anew with D/2 and with D digits, at the steps 10^(−D/6) and 10^(−D/3). The error is bounded by four times the
     * change from one to the other, four times the last change of the extrapolation, and what rounding to D digits can do to a value of
     * this size (or, where the function did not move at all, to the largest value on the tape).
     *
     * @throws IllegalStateException if an operation has no exact form
     */
    void refine(int precision) {
        refined = true;
        Quotients coarse = exact(precision / 2);
        Quotients fine = exact(precision);
        BigArithmetic a = new BigArithmetic(precision);
        for (int c = 0; c < value.length; c++) {
            boolean still = fine.moved[c].isZero() && coarse.moved[c].isZero();
            double magnitude = still ? program.largest() : fine.size[c].toDouble();
            double rounding = magnitude * StrictMath.pow(10, -precision + 6) / fine.h;
            double total = 4 * a.sub(fine.value[c], coarse.value[c]).abs().toDouble()
                    + 4 * fine.change[c].abs().toDouble()
                    + rounding;
            if (total < bound[c] || Double.isNaN(bound[c])) {
                value[c] = fine.value[c].toDouble();
                bound[c] = total + (value[c] == 0 ? 0 : Math.ulp(value[c]) / 2);
                digits[c] = precision;
            }
            zero[c] |= still && precision >= ENOUGH_FOR_ZERO;
        }
    }

    /** Whether the function does not depend on what moves, or did not move at all, to 200 digits. */
    boolean isZero(int component) {
        return zero[component];
    }

    /** Extrapolated difference quotients in high precision. */
    private record Quotients(BigReal[] value, BigReal[] change, BigReal[] moved, BigReal[] size, double h) {}

    private Quotients exact(int precision) {
        BigArithmetic a = new BigArithmetic(precision);
        double scale = 1;
        for (int i = 0; i < x.length; i++) {
            if (direction[i] != 0 && x[i] != 0 && Double.isFinite(x[i])) {
                scale = Math.min(scale, Math.abs(x[i]));
            }
        }
        BigDecimal h = new BigDecimal(Math.scalb(1.0, Math.getExponent(scale))).scaleByPowerOfTen(-precision / 3);
        BigReal[] size = program.evaluate(moved(h), a);
        BigReal[] near = quotient(a, h, size);
        BigReal[] far = quotient(a, h.add(h), program.evaluate(moved(h.add(h)), a));
        BigReal[] value = new BigReal[near.length];
        BigReal[] change = new BigReal[near.length];
        for (int c = 0; c < near.length; c++) {
            change[c] = a.div(a.sub(near[c], far[c]), BigReal.of(3));
            value[c] = a.add(near[c], change[c]);
        }
        Arrays.setAll(size, c -> size[c].abs());
        return new Quotients(value, change, near, size, h.doubleValue());
    }

    private BigReal[] quotient(BigArithmetic a, BigDecimal h, BigReal[] plus) {
        BigReal[] minus = program.evaluate(moved(h.negate()), a);
        BigReal[] quotient = new BigReal[plus.length];
        Arrays.setAll(quotient, c -> a.div(a.sub(plus[c], minus[c]), BigReal.of(h.add(h))));
        return quotient;
    }

    private BigReal[] moved(BigDecimal h) {
        BigReal[] moved = new BigReal[x.length];
        Arrays.setAll(
                moved,
                i -> direction[i] == 0 || !Double.isFinite(x[i])
                        ? BigReal.of(x[i])
                        : BigReal.of(new BigDecimal(x[i]).add(h.multiply(new BigDecimal(direction[i])))));
        return moved;
    }
}
