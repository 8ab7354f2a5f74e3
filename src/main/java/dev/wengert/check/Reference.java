package dev.wengert.check;

import dev.wengert.accuracy.ExactEvaluation;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The derivative of a program along a direction, computed from its values alone, with a bound of the error of each component.
 *
 * <p>It starts with extrapolated differences of doubles; {@link #refine} repeats them with more digits.
 */
final class Reference {

    /** The number of first steps that are tried, each half the one before. If a branch changes at every step, there is a kink at the point. */
    private static final int HALVINGS = 44;

    /** The number of further steps if an element is smaller than the last of these; each is 2⁻¹⁴ times the one before. */
    private static final int TINY_STEPS = 4;

    /** The number of tableaus, each with steps that are {@link #SHRINK} times those before. */
    private static final int ATTEMPTS = 4;

    private static final double SHRINK = 0x1p-8;

    /** Steps are this number times a power of two. Functions that people write have no period of which all these steps are multiples. */
    private static final double UNROUND = 1463.0 / 2048;

    /** The last bit of the smallest step beside the first: 27 halvings, and the 11 bits of {@link #UNROUND}. */
    private static final double FINEST = 0x1p-38;

    /** Safety factor: errors are sampled at three points and may be this much larger between them. */
    private static final double BETWEEN = 1.5;

    /**
     * The relative error of a double is 2⁻⁵³, or 10⁻¹⁶; that of a number with D digits is 10^(−D). A factor of a million allows
     * for functions that multiply the error of their argument: exp multiplies that of 700 by 700.
     */
    private static final int ROUNDED_AWAY = 16 + 6;

    /** A step so small that coarse values stand still. */
    private static final double SMALL_STEP = 0x1p-24;

    /** Changes over short steps agree with a derivative to this share. */
    private static final double STEEP = 1e-5;

    /** The same for functions with custom operations, whose rounding may not be known. */
    private static final double STEEP_AND_ROUGH = 0.01;

    /** Shorter steps than this share of the way across all values are not tried. */
    private static final double SHORTEST = 1e-7;

    /** A change of this share of the largest operand may be hidden by rounding. */
    private static final double HIDDEN = 0x1p-48;

    /** The largest step at which coarse values are asked to move, if the smallest does not move them. */
    private static final double FARTHEST = 0x1p10;

    /** Changes of coarse values agree with a derivative to this share. */
    private static final double COARSE = 0.05;

    /** The number of extra digits is a multiple of this. */
    private static final int SHARED_DIGITS = 8;

    /** The number of further digits that show how many of the others are right, where no bound of the errors is finite. */
    private static final int MORE_DIGITS = 30;

    /** A rounding error may be this many times the one that is measured. */
    private static final double MEASURED = 1e6;

    /**
     * If, to 200 digits, the quotients vanish with the step and the rule says 0, the derivative is taken to be 0.
     */
    static final int ENOUGH_FOR_ZERO = 200;

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
    private final boolean[] still;
    private final boolean[] plateau;
    private double reach;
    private boolean branches;
    private Kink kink;
    private String obstacle;
    private boolean refined;
    private int known;
    private Reference all;

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
        this.still = new boolean[program.outputs()];
        this.plateau = new boolean[program.outputs()];
        Arrays.fill(bound, Double.POSITIVE_INFINITY);
    }

    /** Differentiates a program at x along a direction. */
    static Reference of(Program program, double[] x, double[] direction, Settings settings) {
        Reference reference = new Reference(program, x, direction);
        double h = reference.firstStep(settings);
        reference.reach = h;
        if (h > 0) {
            reference.differentiate(h, settings);
            reference.settleIndependent();
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

    /** Whether a component is NaN only because elements that move are NaN. */
    boolean isPoisoned(int component) {
        return poisoned[component];
    }

    /** Whether this number of digits was already tried. */
    boolean knows(int precision) {
        return known >= precision;
    }

    /** The number of elements that a refinement may have to compute. */
    long effort() {
        return 4 * ExactEvaluation.effort(program.tape());
    }

    /** The number of elements that were computed for refinements. */
    long spent() {
        return program.effort();
    }

    /** The custom operations whose values are noisier than is assumed. */
    List<String> noisy() {
        return program.noisy();
    }

    /** Whether the values themselves are finite. */
    boolean isFinite() {
        return Arrays.stream(program.evaluate(x)).allMatch(Double::isFinite);
    }

    /** Whether the error of a component has a bound. */
    boolean hasFiniteErrors(int component) {
        return Double.isFinite(program.errors(x, ulps())[component]);
    }

    /** Whether the program has operations whose kinks are unknown. */
    boolean hidesKinks() {
        return program.hidesKinks();
    }

    /** Whether high precision was tried. */
    boolean refined() {
        return refined;
    }

    double step(int component) {
        return step[component];
    }

    /** The largest step up to which the program is known to be smooth; 0 if there is none. */
    double reach() {
        return reach;
    }

    /** The number of digits with which a component was computed; 0 for doubles. */
    int digits(int component) {
        return digits[component];
    }

    /** The kink at x, or null. */
    Kink kink() {
        return kink;
    }

    /** The reason why there is no stencil at all, or null. */
    String obstacle() {
        return obstacle;
    }

    /**
     * Whether a component of the function has a derivative when all elements move at once. It has none if it overflows, or if an
     * element is at an edge of the domain. Then derivatives along other elements may be NaN, too: a rule multiplies that derivative by 0.
     */
    boolean isSmoothAlongAll(int component, Settings settings) {
        if (all == null) {
            double[] ones = new double[x.length];
            Arrays.setAll(ones, i -> i % 2 == 0 ? 1 : -0.75);
            all = of(program, x, ones, settings);
        }
        return Double.isFinite(all.bound[component]);
    }

    double[] moved(double h) {
        return Directions.moved(x, direction, h);
    }

    /** The point with 0.5 in place of every NaN that moves. */
    private double[] cured() {
        double[] cured = x.clone();
        Arrays.setAll(cured, i -> direction[i] != 0 && Double.isNaN(x[i]) ? 0.5 : x[i]);
        return cured;
    }

    /** The largest step for which the stencil is in the domain, finite and on one branch; 0 if there is none. */
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
        double h = Math.scalb(UNROUND, Math.getExponent(0.25 * reach));
        List<Tensor> here = program.branches(x);
        branches = here.stream().anyMatch(b -> b.shape().size() > 0);
        double[] values = program.evaluate(x);
        double[] cured = Arrays.stream(values).anyMatch(Double::isNaN) ? program.evaluate(cured()) : values;
        for (int c = 0; c < values.length; c++) {
            nan[c] = Double.isNaN(values[c]);
            poisoned[c] = nan[c] && !Double.isNaN(cured[c]);
        }
        String reason = null;
        for (double s : steps(h)) {
            double[] plus = nudged(s);
            double[] minus = nudged(-s);
            if (!inside(plus, settings) || !inside(minus, settings)) {
                reason = "the stencil leaves the domain";
            } else if (!sameFacts(values, program.evaluate(plus)) || !sameFacts(values, program.evaluate(minus))) {
                reason = "the function is not finite around the point";
            } else if (branches && !(here.equals(program.branches(plus)) && here.equals(program.branches(minus)))) {
                reason = "kink";
            } else {
                return s;
            }
        }
        if ("kink".equals(reason)) {
            kink = kink(here, Math.scalb(h, -HALVINGS)).inDoubles(program, this);
        } else {
            obstacle = reason;
        }
        return 0;
    }

    /** The kink of the operations whose branch changes at the step h, the smallest that was tried. */
    private Kink kink(List<Tensor> here, double h) {
        List<Tensor> plus = program.branches(nudged(h));
        List<Tensor> minus = program.branches(nudged(-h));
        return kink(k -> !here.get(k).equals(plus.get(k)) || !here.get(k).equals(minus.get(k)));
    }

    private Kink kink(IntPredicate isKinked) {
        List<Variable> steps = program.tape().steps();
        return Kink.of(
                IntStream.range(0, steps.size())
                        .filter(isKinked)
                        .mapToObj(steps::get)
                        .toList(),
                value.length);
    }

    /**
     * What custom operations, whose branches are not known, do at x: the kink of all of them. A component of it may be smooth.
     */
    Kink kinkOfCustomOperations() {
        List<Variable> steps = program.tape().steps();
        return kink(k -> steps.get(k).op().orElseThrow() instanceof CustomOp).inDoubles(program, this);
    }

    /** Steps that shrink from h on. If an element is smaller than the last step, further steps let it keep its sign. */
    private double[] steps(double h) {
        double[] halved =
                IntStream.range(0, HALVINGS).mapToDouble(k -> Math.scalb(h, -k)).toArray();
        double[] tiny = IntStream.range(0, TINY_STEPS)
                .mapToDouble(k -> Math.scalb(UNROUND * scale(), -2 - 14 * k))
                .filter(s -> s > 0 && s < halved[HALVINGS - 1])
                .toArray();
        return DoubleStream.concat(Arrays.stream(halved), Arrays.stream(tiny)).toArray();
    }

    /** A moved point. Every element with a direction moves by at least one ulp, so that the branches on both sides are those next to x. */
    double[] nudged(double h) {
        double[] moved = moved(h);
        for (int i = 0; i < moved.length; i++) {
            if (direction[i] != 0 && moved[i] == x[i] && Double.isFinite(x[i])) {
                moved[i] = Math.nextAfter(x[i], h * direction[i] > 0 ? Double.MAX_VALUE : -Double.MAX_VALUE);
            }
        }
        return moved;
    }

    private static boolean inside(double[] x, Settings settings) {
        return Arrays.stream(x).allMatch(v -> !(v < settings.low()) && !(v > settings.high()));
    }

    /** Whether infinities and NaN are in the same places. */
    private static boolean sameFacts(double[] a, double[] b) {
        for (int c = 0; c < a.length; c++) {
            if (Double.isFinite(a[c]) ? !Double.isFinite(b[c]) : Double.compare(a[c], b[c]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The derivative of a component is exactly 0 if it does not depend on the elements that move. */
    private void settleIndependent() {
        if (IntStream.range(0, value.length).allMatch(c -> Math.abs(value[c]) > bound[c])) {
            return;
        }
        boolean[] independent = program.independent(x, direction);
        for (int c = 0; c < independent.length; c++) {
            if (independent[c]) {
                value[c] = 0;
                bound[c] = 0;
                zero[c] = true;
            }
        }
    }

    private void differentiate(double h0, Settings settings) {
        for (double h : firstSteps(h0)) {
            double[] near = errors(h, 0);
            double[] errors = near.clone();
            for (double side : new double[] {h, -h}) {
                double[] there = errors(h, side);
                Arrays.setAll(errors, c -> Math.max(errors[c], there[c]));
            }
            NumericalDerivative d = NumericalDerivative.of(
                    s -> program.evaluate(moved(s)), errors, near, () -> program.errors(x, new double[x.length]), h);
            boolean enough = true;
            for (int c = 0; c < value.length; c++) {
                still[c] |= h == h0 && d.isStill(c, SHRINK * h0);
                boolean contradicts = Math.abs(d.value()[c] - value[c]) > d.bound()[c] + bound[c];
                if (d.bound()[c] < bound[c] || contradicts) {
                    value[c] = d.value()[c];
                    bound[c] = d.bound()[c];
                    step[c] = d.step()[c];
                    plateau[c] = d.isFlat(c, d.step()[c]);
                }
                enough &= bound[c] <= settings.accuracy() / 4 * Math.abs(value[c]) || value[c] == 0;
            }
            if (enough) {
                return;
            }
        }
    }

    /** The first step of each tableau. If an element is smaller than the last, one more has steps of its size. */
    private double[] firstSteps(double h0) {
        double[] steps = IntStream.range(0, ATTEMPTS)
                .mapToDouble(k -> h0 * StrictMath.pow(SHRINK, k))
                .toArray();
        double own = Math.scalb(UNROUND * scale(), -2);
        return own < SHRINK * steps[ATTEMPTS - 1] && own > Double.MIN_NORMAL
                ? DoubleStream.concat(Arrays.stream(steps), DoubleStream.of(own))
                        .toArray()
                : steps;
    }

    /** Bounds of the errors of the program at one point of the stencil of step h. They include the rounding of the moved point. */
    private double[] errors(double h, double side) {
        double[] dx = new double[x.length];
        for (int i = 0; i < dx.length; i++) {
            double ulp = Math.ulp(Math.abs(x[i]) + h * Math.abs(direction[i]));
            boolean exact = Math.abs(direction[i]) == 1 && h * FINEST >= ulp && Math.rint(x[i] / ulp) == x[i] / ulp;
            if (direction[i] != 0 && !exact && Double.isFinite(x[i])) {
                dx[i] = ulp;
            }
        }
        double[] errors = program.errors(moved(side), dx);
        Arrays.setAll(errors, c -> BETWEEN * errors[c]);
        return errors;
    }

    /**
     * Computes all components again with D digits, as the difference quotient at the step 10^(−D/3). The bound of the error has two
     * parts. For truncation, it is four times the distance to the quotient at the step 10^(−D/4), whose truncation is 10^(D/6) times as
     * large. For rounding, it is the bounds of the errors in doubles, those of the inputs included, scaled to D digits. Quotients that
     * grow as the step shrinks belong to steps that are too long, and have no bound. Nor have quotients at a kink that no branch shows.
     *
     * @throws IllegalStateException if an operation has no exact form
     */
    void refine(int precision) {
        refined = true;
        known = precision;
        BigArithmetic a = new BigArithmetic(precision + extraDigits());
        if (kink != null) {
            sharpenKink(precision, a);
            return;
        }
        Sides close = sides(a, precision / 3);
        Sides away = sides(a, precision / 4);
        BigReal[] near = close.slopes(a);
        BigReal[] far = away.slopes(a);
        boolean bends = program.hidesKinks() || branches;
        ExactEvaluation middle = bends ? program.exactly(moved(BigDecimal.ZERO), a) : null;
        BigReal[] here = bends ? Program.values(middle) : null;
        double amplified = amplification(precision, a);
        double h = scale() * StrictMath.pow(10, -(precision / 3));
        double[] errors = program.errors(x, ulps());
        for (double side : new double[] {h, -h}) {
            double[] there = program.errors(moved(side), ulps());
            Arrays.setAll(errors, c -> Math.max(errors[c], there[c]));
        }
        double[] slopeRounding = new double[value.length];
        Arrays.setAll(slopeRounding, c -> errors[c] * amplified + close.lost(a, c));
        if (!Arrays.stream(errors).allMatch(Double::isFinite)) {
            BigReal[] better = sides(new BigArithmetic(a.digits() + MORE_DIGITS), precision / 3)
                    .slopes(a);
            Arrays.setAll(
                    slopeRounding,
                    c -> Double.isFinite(slopeRounding[c])
                            ? slopeRounding[c]
                            : measured(near[c], better[c], a) + close.lost(a, c));
        }
        if (branches && kink == null) {
            double share = StrictMath.pow(10, ROUNDED_AWAY - a.digits());
            List<List<Integer>> inside = program.branches(middle, x, ulps(), share);
            List<List<Integer>> plus = program.branches(close.plusSide(), moved(h), ulps(), share);
            List<List<Integer>> minus = program.branches(close.minusSide(), moved(-h), ulps(), share);
            if (!inside.equals(plus) || !inside.equals(minus)) {
                kink = kink(k -> !inside.get(k).equals(plus.get(k))
                                || !inside.get(k).equals(minus.get(k)))
                        .exactly(here, close, away, slopeRounding, a);
                return;
            }
        }
        for (int c = 0; c < value.length; c++) {
            double truncation = 4 * a.sub(near[c], far[c]).abs().toDouble();
            double rounding = slopeRounding[c];
            boolean grows = near[c].abs().toDouble() > 2 * far[c].abs().toDouble() + rounding;
            double bend = here == null ? 0 : close.bend(a, here, c);
            boolean bent = bend > rounding && bend > 0.5 * away.bend(a, here, c);
            double total = grows || bent ? Double.POSITIVE_INFINITY : truncation + rounding;
            if (total < bound[c] || Double.isNaN(bound[c])) {
                value[c] = near[c].toDouble();
                bound[c] = total + (near[c].isZero() ? 0 : Math.max(Math.ulp(value[c]) / 2, Double.MIN_VALUE));
                digits[c] = precision;
            }
            boolean vanishes =
                    near[c].abs().toDouble() <= far[c].abs().toDouble() * StrictMath.pow(10, -precision / 7.0);
            zero[c] |= vanishes && precision >= ENOUGH_FOR_ZERO;
        }
    }

    /** The rounding of a slope, by a better one; infinite if that shows none of its digits to be right. */
    private static double measured(BigReal slope, BigReal better, BigArithmetic a) {
        double rounding = MEASURED * a.sub(slope, better).abs().toDouble();
        return rounding < slope.abs().toDouble() ? rounding : Double.POSITIVE_INFINITY;
    }

    /** What an error in doubles is in a slope at the closer step. */
    private double amplification(int precision, BigArithmetic a) {
        return StrictMath.pow(10, ROUNDED_AWAY - a.digits() + precision / 3) / scale();
    }

    /**
     * Digits for the size of the largest element, and for the steps of small ones, so that no step is lost beside another element. Most
     * directions need the same, so that they share the evaluation at the point.
     */
    private int extraDigits() {
        double largest =
                Arrays.stream(x).map(Math::abs).filter(Double::isFinite).reduce(1, Math::max);
        int needed = (int) (StrictMath.log10(largest) - StrictMath.log10(scale()));
        return (needed / SHARED_DIGITS + 1) * SHARED_DIGITS;
    }

    /** Computes with more digits, if that has not been done; false if it cannot be done. */
    boolean canRefine(int precision) {
        try {
            if (!knows(precision)) {
                refine(precision);
            }
            return true;
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException beyond) {
            return false;
        }
    }

    private void sharpenKink(int precision, BigArithmetic a) {
        Sides close = sides(a, precision / 3);
        BigReal[] here = program.evaluate(moved(BigDecimal.ZERO), a);
        double[] errors = program.errors(x, ulps());
        double amplified = amplification(precision, a);
        Arrays.setAll(errors, c -> errors[c] * amplified + close.lost(a, c));
        kink = kink.exactly(here, close, sides(a, precision / 4), errors, a);
    }

    /** Whether a component does not depend on the elements that move, or its quotients vanish to 200 digits. */
    boolean isZero(int component) {
        return zero[component];
    }

    /** Whether a component has the same bits at all steps but the largest, which may cross a kink. */
    boolean isStill(int component) {
        return still[component];
    }

    /**
     * Whether the values of a component are too coarse to show a derivative: they stand still close by, and farther away move
     * as the derivative says; or they stand still everywhere, and the derivative would change them by less than the rounding of operands.
     */
    boolean isCoarse(int c, double derivative) {
        double[] center = program.evaluate(x);
        double[] left = program.evaluate(moved(-SMALL_STEP));
        double[] right = program.evaluate(moved(SMALL_STEP));
        boolean flat = plateau[c] || left[c] == center[c] && right[c] == center[c];
        double largest =
                Arrays.stream(x).map(Math::abs).filter(Double::isFinite).reduce(Math.abs(center[c]), Math::max);
        if (flat && still[c] && Math.abs(derivative) * reach <= HIDDEN * largest) {
            return true;
        }
        for (double h = FARTHEST * UNROUND; flat && h > SMALL_STEP; h /= 2) {
            double change = program.evaluate(moved(h))[c] - program.evaluate(moved(-h))[c];
            if (agrees(change, 2 * h * derivative, COARSE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a derivative is so large that the function would leave all its values within a step of the differences, and steps so short
     * that it does not agree with it.
     */
    boolean isSteep(int c, double derivative) {
        double center = program.evaluate(x)[c];
        double range = Math.max(
                Math.abs(program.evaluate(moved(reach))[c] - center),
                Math.abs(program.evaluate(moved(-reach))[c] - center));
        double across = range / Math.abs(derivative);
        for (double h = reach / 4; across < reach / 1000 && h > SHORTEST * across; h /= 4) {
            double change = program.evaluate(moved(h))[c] - program.evaluate(moved(-h))[c];
            if (agrees(change, 2 * h * derivative, hidesKinks() ? STEEP_AND_ROUGH : STEEP)) {
                return true;
            }
        }
        return false;
    }

    private static boolean agrees(double change, double foretold, double share) {
        return change != 0 && Math.abs(change - foretold) <= share * Math.abs(change);
    }

    /** The size of the slopes that a component has within the reach of the differences, if not at x. */
    double size(int c) {
        double center = program.evaluate(x)[c];
        double up = Math.abs(program.evaluate(moved(reach))[c] - center);
        double down = Math.abs(program.evaluate(moved(-reach))[c] - center);
        return Math.max(up, down) / reach;
    }

    /** The ulps of the elements that move: in high precision, too, an element is rounded when it is used. */
    private double[] ulps() {
        double[] ulps = new double[x.length];
        Arrays.setAll(ulps, i -> direction[i] == 0 || !Double.isFinite(x[i]) ? 0 : Math.ulp(x[i]));
        return ulps;
    }

    /** Difference quotients in high precision. No element moves by more than 10^(−digits) of its size. */
    BigReal[] quotient(BigArithmetic a, int digits) {
        return sides(a, digits).slopes(a);
    }

    /** The program at both ends of a step. */
    record Sides(
            ExactEvaluation plusSide, ExactEvaluation minusSide, List<BigReal> plus, List<BigReal> minus, BigReal h) {

        BigReal right(BigArithmetic a, BigReal[] here, int c) {
            return a.div(a.sub(plus.get(c), here[c]), h);
        }

        BigReal left(BigArithmetic a, BigReal[] here, int c) {
            return a.div(a.sub(here[c], minus.get(c)), h);
        }

        BigReal[] slopes(BigArithmetic a) {
            BigReal[] slopes = new BigReal[plus.size()];
            Arrays.setAll(slopes, c -> a.div(a.sub(plus.get(c), minus.get(c)), a.add(h, h)));
            return slopes;
        }

        /** The error of a slope by the rounding of the program itself. Bounds in doubles miss it where they underflow. */
        double lost(BigArithmetic a, int c) {
            BigReal size = a.add(plus.get(c).abs(), minus.get(c).abs());
            BigReal unit = BigReal.of(BigDecimal.ONE.scaleByPowerOfTen(ROUNDED_AWAY - 16 - a.digits()));
            return a.div(a.mul(size, unit), h).toDouble();
        }

        /** Half the distance between the slopes from the right and from the left. Only at a kink does it not shrink with the step. */
        double bend(BigArithmetic a, BigReal[] here, int c) {
            BigReal both = a.add(a.sub(plus.get(c), here[c]), a.sub(minus.get(c), here[c]));
            return a.div(both, a.add(h, h)).abs().toDouble();
        }
    }

    private Sides sides(BigArithmetic a, int digits) {
        BigDecimal h = new BigDecimal(scale()).scaleByPowerOfTen(-digits);
        ExactEvaluation plus = program.exactly(moved(h), a);
        ExactEvaluation minus = program.exactly(moved(h.negate()), a);
        return new Sides(plus, minus, List.of(Program.values(plus)), List.of(Program.values(minus)), BigReal.of(h));
    }

    /**
     * A power of two, at most 1, near the smallest step at which an element doubles or vanishes; if only zeros move, near the smallest other
     * element.
     */
    private double scale() {
        double scale = 1;
        double other = 1;
        boolean zeros = true;
        for (int i = 0; i < x.length; i++) {
            if (x[i] != 0 && Double.isFinite(x[i])) {
                other = Math.min(other, Math.abs(x[i]));
                scale = direction[i] == 0 ? scale : Math.min(scale, Math.abs(x[i] / direction[i]));
                zeros &= direction[i] == 0;
            }
        }
        return Math.scalb(1.0, Math.getExponent(zeros ? other : scale));
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
