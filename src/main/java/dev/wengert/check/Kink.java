package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A point without a derivative along a direction: at least one operation changes its branch there, at steps of any size.
 *
 * @param operations the operations that sit on their kinks, with the lines that made them
 * @param left the slope of each component from the left
 * @param right the slope of each component from the right
 * @param slack bounds of the errors of the slopes. Infinite if the slopes do not settle, if an element is too large for the steps to
 *     move it, or if the derivative is a convention, such as that of relu. Only comparisons, which choose a formula for a point, have
 *     no convention
 */
record Kink(List<String> operations, List<Double> left, List<Double> right, List<Double> slack) {

    private static final double STEP = 0x1p-20;
    private static final double SMALLER_STEP = 0x1p-24;
    private static final Set<String> COMPARISONS = Set.of("gt", "ge", "lt", "le", "eq", "ne");

    /** The kink at a point, with its one-sided slopes. Branches are compared at the step h, the smallest that was tried. */
    static Kink of(Program program, List<Tensor> here, Reference stencil, double h) {
        List<String> operations = new ArrayList<>();
        List<Tensor> plus = program.branches(stencil.nudged(h));
        List<Tensor> minus = program.branches(stencil.nudged(-h));
        boolean chosen = true;
        for (int k = 0; k < here.size(); k++) {
            if (!here.get(k).equals(plus.get(k)) || !here.get(k).equals(minus.get(k))) {
                chosen &= COMPARISONS.contains(
                        program.tape().steps().get(k).op().orElseThrow().label());
                operations.add(describe(program.tape().steps().get(k)));
            }
        }
        List<Double> left = slope(program, stencil, -STEP);
        List<Double> right = slope(program, stencil, STEP);
        return new Kink(operations, left, right, slack(program, stencil, left, right, chosen));
    }

    private static List<Double> slack(
            Program program, Reference stencil, List<Double> left, List<Double> right, boolean chosen) {
        List<Double> nearLeft = slope(program, stencil, -SMALLER_STEP);
        List<Double> nearRight = slope(program, stencil, SMALLER_STEP);
        double[] x = stencil.moved(0);
        double[] errors = program.errors(x, new double[x.length]);
        boolean moves = Arrays.equals(stencil.moved(SMALLER_STEP), stencil.nudged(SMALLER_STEP))
                && Arrays.equals(stencil.moved(-SMALLER_STEP), stencil.nudged(-SMALLER_STEP));
        List<Double> slack = new ArrayList<>();
        for (int c = 0; c < errors.length; c++) {
            double size = Math.max(Math.abs(left.get(c)), Math.abs(right.get(c)));
            double known = 1e-6 * Math.max(1, size) + 8 * errors[c] / SMALLER_STEP;
            boolean settled = Math.abs(left.get(c) - nearLeft.get(c)) <= known
                    && Math.abs(right.get(c) - nearRight.get(c)) <= known;
            slack.add(chosen && moves && settled ? known : Double.POSITIVE_INFINITY);
        }
        return slack;
    }

    private static String describe(Variable step) {
        String label = Text.name(step.op().map(Op::label).orElseThrow());
        return step.site().map(site -> label + " at " + site).orElse(label);
    }

    /** The one-sided slope, extrapolated once: {@code 2(F(h) − F(0))/h − (F(2h) − F(0))/(2h)}. */
    private static List<Double> slope(Program program, Reference stencil, double h) {
        double[] zero = program.evaluate(stencil.moved(0));
        double[] one = program.evaluate(stencil.moved(h));
        double[] two = program.evaluate(stencil.moved(2 * h));
        return IntStream.range(0, zero.length)
                .mapToObj(c -> 2 * (one[c] - zero[c]) / h - (two[c] - zero[c]) / (2 * h))
                .toList();
    }

    /** Whether the slopes from both sides are equal, and a value differs from them. Then there is a derivative, and the value is wrong. */
    boolean refutes(int component, double value) {
        double known = slack.get(component);
        return Math.abs(left.get(component) - right.get(component)) <= known
                && Math.abs(value - left.get(component)) > 4 * known;
    }

    /** Whether a value lies between the one-sided slopes of a component, within the rounding of the slopes. */
    boolean contains(int component, double value) {
        double low = Math.min(left.get(component), right.get(component));
        double high = Math.max(left.get(component), right.get(component));
        double slack = 1e-6 * Math.max(1, Math.max(Math.abs(low), Math.abs(high)));
        return value >= low - slack && value <= high + slack;
    }
}
