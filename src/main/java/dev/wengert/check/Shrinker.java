package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * Makes the operands of a failing operation smaller and simpler as long as the operation still fails: extents first, then numbers.
 * Candidates are tried in a fixed order, so the same failure shrinks to the same operands.
 */
final class Shrinker {

    private static final int TRIES = 400;

    /** Replacements of a number, the simplest first. */
    private static final List<DoubleUnaryOperator> SIMPLER = List.of(
            v -> 1,
            v -> 0,
            v -> Math.rint(v),
            v -> Math.rint(v * 2) / 2,
            v -> Math.rint(v * 10) / 10,
            v -> Math.rint(v * 1000) / 1000);

    private final Op op;
    private final Predicate<List<Tensor>> fails;
    private List<Tensor> operands;
    private int tries;

    /**
     * A shrinker.
     *
     * @param op the operation
     * @param operands operands with which the operation fails
     * @param fails whether the operation fails with other operands; it may throw what the operation throws
     */
    Shrinker(Op op, List<Tensor> operands, Predicate<List<Tensor>> fails) {
        this.op = op;
        this.operands = operands;
        this.fails = fails;
    }

    /** The smallest operands that were found to fail. */
    List<Tensor> shrink() {
        boolean smaller = true;
        while (smaller && tries < TRIES) {
            smaller = extents();
        }
        for (DoubleUnaryOperator simpler : SIMPLER) {
            accept(operands.stream().map(t -> keepSpecial(t, simpler)).toList());
        }
        elements();
        return operands;
    }

    /** Cuts all axes of one extent to 1, to 2, to half, or by one. */
    private boolean extents() {
        int[] extents = operands.stream()
                .flatMapToInt(t -> Arrays.stream(t.shape().toArray()))
                .filter(e -> e > 1)
                .distinct()
                .sorted()
                .toArray();
        for (int extent : extents) {
            for (int target : new int[] {1, 2, extent / 2, extent - 1}) {
                if (target >= 1
                        && target < extent
                        && accept(operands.stream()
                                .map(t -> cut(t, extent, target))
                                .toList())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Tensor cut(Tensor t, int extent, int target) {
        Variable v = Variable.of(t);
        for (int axis = 0; axis < t.shape().rank(); axis++) {
            if (t.shape().extent(axis) == extent) {
                v = v.slice(axis, 0, target);
            }
        }
        return v.value();
    }

    /** Simplifies single numbers. */
    private void elements() {
        for (int i = 0; i < operands.size(); i++) {
            for (int k = 0; k < operands.get(i).shape().size(); k++) {
                for (DoubleUnaryOperator simpler : SIMPLER) {
                    double[] values = operands.get(i).toArray();
                    double simple = simpler.applyAsDouble(values[k]);
                    if (Double.isFinite(values[k]) && simple != values[k]) {
                        values[k] = simple;
                        List<Tensor> candidate = new ArrayList<>(operands);
                        candidate.set(i, Tensor.of(operands.get(i).shape(), values));
                        if (accept(candidate)) {
                            break;
                        }
                    } else if (simple == values[k]) {
                        break;
                    }
                }
            }
        }
    }

    private static Tensor keepSpecial(Tensor t, DoubleUnaryOperator f) {
        return t.map(v -> Double.isFinite(v) ? f.applyAsDouble(v) : v);
    }

    private boolean accept(List<Tensor> candidate) {
        if (tries >= TRIES || candidate.equals(operands)) {
            return false;
        }
        tries++;
        try {
            op.shape(candidate.stream().map(Tensor::shape).toArray(Shape[]::new));
            if (!fails.test(candidate)) {
                return false;
            }
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError refused) {
            return false;
        }
        operands = candidate;
        return true;
    }
}
