package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A point without a derivative along a direction: at least one operation changes its branch there, however small the step.
 *
 * @param operations the operations that sit on their kinks, with the lines that made them
 * @param left the slope of each component from the left
 * @param right the slope of each component from the right
 */
record Kink(List<String> operations, List<Double> left, List<Double> right) {

    /** One-sided slopes at a point from steps that shrink to h, below which nothing more can be told. */
    static Kink of(Program program, List<Tensor> here, Reference stencil, double h) {
        List<String> operations = new ArrayList<>();
        List<Tensor> plus = program.branches(stencil.nudged(h));
        List<Tensor> minus = program.branches(stencil.nudged(-h));
        for (int k = 0; k < here.size(); k++) {
            if (!here.get(k).equals(plus.get(k)) || !here.get(k).equals(minus.get(k))) {
                operations.add(describe(program.tape().steps().get(k)));
            }
        }
        return new Kink(operations, slope(program, stencil, -1), slope(program, stencil, 1));
    }

    private static String describe(Variable step) {
        String label = step.op().map(Op::label).orElseThrow();
        return step.site().map(site -> label + " at " + site).orElse(label);
    }

    /** The one-sided slope, extrapolated once: {@code 2(F(h) − F(0))/h − (F(2h) − F(0))/(2h)}. */
    private static List<Double> slope(Program program, Reference stencil, int side) {
        double h = side * 0x1p-20;
        double[] zero = program.evaluate(stencil.moved(0));
        double[] one = program.evaluate(stencil.moved(h));
        double[] two = program.evaluate(stencil.moved(2 * h));
        return IntStream.range(0, zero.length)
                .mapToObj(c -> 2 * (one[c] - zero[c]) / h - (two[c] - zero[c]) / (2 * h))
                .toList();
    }

    /** Whether a value lies between the one-sided slopes of a component, give or take the rounding of the slopes. */
    boolean contains(int component, double value) {
        double low = Math.min(left.get(component), right.get(component));
        double high = Math.max(left.get(component), right.get(component));
        double slack = 1e-6 * Math.max(1, Math.max(Math.abs(low), Math.abs(high)));
        return value >= low - slack && value <= high + slack;
    }
}
