package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A point at which operations change their branch along a direction, at steps of any size. The slopes on both sides tell whether there is a
 * derivative: at a seam such as that of x·|x| there is.
 */
final class Kink {

    private final List<String> operations;
    private final boolean chosen;
    private final double[] left;
    private final double[] right;
    private final double[] slack;
    private final boolean[] vanishes;
    private final boolean[] jumps;

    private static final double STEP = 0x1p-20;
    private static final double SMALLER_STEP = 0x1p-24;

    /** Slopes that are known to less than this share of their distance are different. */
    private static final double APART = 0.25;

    /** Slopes that shrink by this factor with the step vanish. */
    private static final double VANISHING = 1e-3;

    private static final Set<String> COMPARISONS = Set.of("gt", "ge", "lt", "le", "eq", "ne");

    /** A kink of some operations, of which no slope is known. */
    static Kink of(List<Variable> steps, int components) {
        boolean chosen = true;
        List<String> operations = new ArrayList<>();
        for (Variable step : steps) {
            Op op = step.op().orElseThrow();
            chosen &= COMPARISONS.contains(op.label()) || op instanceof CustomOp;
            String label = Blame.name(op);
            operations.add(step.site().map(site -> label + " at " + site).orElse(label));
        }
        return new Kink(operations.stream().distinct().toList(), chosen, components);
    }

    private Kink(List<String> operations, boolean chosen, int n) {
        this.operations = operations;
        this.chosen = chosen;
        this.left = new double[n];
        this.right = new double[n];
        this.slack = new double[n];
        this.vanishes = new boolean[n];
        this.jumps = new boolean[n];
        Arrays.fill(slack, Double.POSITIVE_INFINITY);
    }

    /** The operations that sit on their kinks, with the lines that made them. */
    List<String> operations() {
        return operations;
    }

    /**
     * Whether only comparisons, which choose a formula for a point, and custom operations sit on their kinks; the others, such as relu, have
     * a derivative there by convention.
     */
    boolean isChosen() {
        return chosen;
    }

    /** The slope of a component from the left. */
    double left(int c) {
        return left[c];
    }

    /** The slope of a component from the right. */
    double right(int c) {
        return right[c];
    }

    /** A bound of the errors of the slopes of a component; infinite if they do not settle, as at a jump. */
    double slack(int c) {
        return slack[c];
    }

    /** The same with slopes by values in doubles. */
    Kink inDoubles(Program program, Reference stencil) {
        double[] x = stencil.moved(0);
        double[] zero = program.evaluate(x);
        double[] errors = program.errors(x, new double[x.length]);
        double[] farLeft = slope(program, stencil, zero, -STEP);
        double[] farRight = slope(program, stencil, zero, STEP);
        double[] nearLeft = slope(program, stencil, zero, -SMALLER_STEP);
        double[] nearRight = slope(program, stencil, zero, SMALLER_STEP);
        boolean moves = Arrays.equals(stencil.moved(SMALLER_STEP), stencil.nudged(SMALLER_STEP))
                && Arrays.equals(stencil.moved(-SMALLER_STEP), stencil.nudged(-SMALLER_STEP));
        Kink kink = new Kink(operations, chosen, zero.length);
        for (int c = 0; moves && c < zero.length; c++) {
            double rounding = 8 * errors[c] / SMALLER_STEP;
            kink.set(c, nearLeft[c], nearRight[c], farLeft[c], farRight[c], rounding, STEP / SMALLER_STEP);
        }
        return kink;
    }

    /** The one-sided slope, extrapolated once: {@code 2(F(h) − F(0))/h − (F(2h) − F(0))/(2h)}. */
    private static double[] slope(Program program, Reference stencil, double[] zero, double h) {
        double[] one = program.evaluate(stencil.moved(h));
        double[] two = program.evaluate(stencil.moved(2 * h));
        double[] slope = new double[zero.length];
        Arrays.setAll(slope, c -> 2 * (one[c] - zero[c]) / h - (two[c] - zero[c]) / (2 * h));
        return slope;
    }

    /**
     * The same with slopes by values in high precision, in the middle and on both sides of two steps.
     *
     * @param rounding for each component a bound of the rounding of a slope
     */
    Kink exactly(BigReal[] here, Reference.Sides close, Reference.Sides away, double[] rounding, BigArithmetic a) {
        double steps = a.div(away.h(), close.h()).toDouble();
        Kink kink = new Kink(operations, chosen, here.length);
        for (int c = 0; c < here.length; c++) {
            BigReal l = close.left(a, here, c);
            BigReal r = close.right(a, here, c);
            BigReal farLeft = away.left(a, here, c);
            BigReal farRight = away.right(a, here, c);
            kink.set(c, l.toDouble(), r.toDouble(), farLeft.toDouble(), farRight.toDouble(), rounding[c], steps);
        }
        return kink;
    }

    /** Sets the slopes of a component at a step, given those at a step that is larger by a factor. */
    private void set(
            int c, double nearLeft, double nearRight, double farLeft, double farRight, double rounding, double factor) {
        left[c] = nearLeft;
        right[c] = nearRight;
        double near = Math.max(Math.abs(nearLeft), Math.abs(nearRight));
        double far = Math.max(Math.abs(farLeft), Math.abs(farRight));
        boolean settled = near <= 2 * far + rounding;
        double change = Math.abs(nearLeft - farLeft) + Math.abs(nearRight - farRight);
        slack[c] = settled ? 4 * change + rounding + Math.ulp(near) : Double.POSITIVE_INFINITY;
        vanishes[c] = near <= VANISHING * far;
        jumps[c] = !settled && near > factor / 2 * far && near < 2 * factor * far;
    }

    /** Whether the slopes of a component from both sides are the same: then there is a derivative. */
    boolean isSeam(int c) {
        return slack[c] < Double.POSITIVE_INFINITY && Math.abs(left[c] - right[c]) <= slack[c];
    }

    /** Whether the slopes of a component differ for certain, or do not settle. */
    boolean isApart(int c) {
        return slack[c] == Double.POSITIVE_INFINITY || slack[c] < APART * Math.abs(left[c] - right[c]);
    }

    /** Whether a component bends, jumps or has a seam for certain, where no branch of an operation says so. */
    boolean isEvident(int c) {
        return jumps[c] || slack[c] < Double.POSITIVE_INFINITY && (isSeam(c) || isApart(c));
    }

    /** Whether the slopes of a component from both sides are the same, and a value differs from them, and no convention gives it. */
    boolean refutes(int c, double value, double rounding) {
        return chosen && isSeam(c) && Math.abs(value - left[c]) > 4 * (slack[c] + rounding);
    }

    /** Whether the slopes of a component from both sides are the value, to a relative accuracy. */
    boolean confirms(int c, double value, double rounding, double accuracy) {
        double total = slack[c] + rounding;
        boolean narrow = total <= accuracy * Math.max(Math.abs(value), Math.abs(left[c]));
        return isSeam(c) && Judge.explains(total, value, left[c]) && (narrow || value == 0 && vanishes[c]);
    }

    /** Whether a value lies between the one-sided slopes of a component, within the rounding of the slopes. */
    boolean contains(int component, double value) {
        double low = Math.min(left[component], right[component]);
        double high = Math.max(left[component], right[component]);
        double slack = 1e-6 * Math.max(1, Math.max(Math.abs(low), Math.abs(high)));
        return value >= low - slack && value <= high + slack;
    }
}
