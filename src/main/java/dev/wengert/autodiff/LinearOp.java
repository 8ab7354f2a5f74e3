package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Linear operations of one operand (a second, if there is one, holds indices): the whole rule is another operation, the
 * {@link #transpose}, and a tangent passes as the operand did.
 */
sealed interface LinearOp extends Primitive
        permits Identity, Sum, Broadcast, Reshape, Permute, Slice, Pad, Concat, Gather, ScatterAdd, SumOfParts {

    /** The transpose, for an operand of shape {@code x}. */
    LinearOp transpose(Shape x);

    /** By moving the numbers of the elements, and then the elements; 0 is the number of none. */
    @Override
    default BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        double[][] numbers = new double[x.length][];
        List<BigReal> elements = new ArrayList<>(List.of(BigReal.ZERO));
        for (int i = 0; i < x.length; i++) {
            boolean index = i == 1 && this instanceof Gather;
            numbers[i] = index ? Origins.toDoubles(x[i]) : Origins.numbers(x[i].length, elements.size());
            elements.addAll(Arrays.asList(x[i]));
        }
        double[] moved = new double[out.size()];
        eval(moved, out, numbers, s, null);
        return Arrays.stream(moved).mapToObj(v -> elements.get((int) v)).toArray(BigReal[]::new);
    }

    /** Moving adds no error, so the errors move as the elements do. */
    @Override
    default double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[][] moved = dx.clone();
        if (this instanceof Gather) {
            moved[1] = x[1];
        }
        double[] dy = new double[out.size()];
        eval(dy, out, moved, s, null);
        return dy;
    }

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return transpose(x.get(0).shape()).apply(g);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return apply(t);
    }
}
