package dev.wengert.optim;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that {@link Lbfgs} needs to go on: where it is, and its last steps with the changes of the gradient along them. It is immutable, and
 * can be saved as tensors.
 */
public final class LbfgsState {

    private static final String OF = "LbfgsState";

    private final Minimum minimum;
    private final Tensor steps;
    private final Tensor changes;

    LbfgsState(Minimum minimum, List<double[]> steps, List<double[]> changes) {
        this(minimum, stacked(steps, minimum), stacked(changes, minimum));
    }

    private LbfgsState(Minimum minimum, Tensor steps, Tensor changes) {
        this.minimum = minimum;
        this.steps = steps;
        this.changes = changes;
    }

    private static Tensor stacked(List<double[]> rows, Minimum minimum) {
        int n = minimum.point().shape().size();
        double[] all = new double[rows.size() * n];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * n, n);
        }
        return Tensor.of(Shape.of(rows.size(), n), all);
    }

    /**
     * Where the search is, and why it paused there. The counts are those of all calls together.
     *
     * @return the best point so far
     */
    public Minimum minimum() {
        return minimum;
    }

    /**
     * Everything in this state, for a checkpoint.
     *
     * @return the tensors by name: {@code point}, {@code value}, {@code gradient}, {@code steps}, {@code changes}, {@code counts}
     */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("point", minimum.point());
        all.put("value", Tensor.scalar(minimum.value()));
        all.put("gradient", minimum.gradient());
        all.put("steps", steps);
        all.put("changes", changes);
        all.put(
                "counts",
                Tensor.of(
                        minimum.iterations(),
                        minimum.evaluations(),
                        minimum.reason().ordinal()));
        return all;
    }

    /**
     * The state that has these tensors.
     *
     * @param tensors what {@link #tensors} returned
     * @return the state
     * @throws IllegalArgumentException if a tensor is missing, or does not fit the others
     */
    public static LbfgsState of(Map<String, Tensor> tensors) {
        Map<String, Tensor> given = Given.map(OF + ": tensor", String.class, Tensor.class, tensors);
        Tensor point = tensor(given, "point", null);
        Tensor steps = tensor(given, "steps", null);
        int n = point.shape().size();
        if (steps.shape().rank() != 2 || steps.shape().extent(1) != n) {
            throw new IllegalArgumentException(OF + ": tensor steps must have shape [k, " + n
                    + "] for a point of shape " + point.shape() + ", got " + steps.shape());
        }
        double[] counts = tensor(given, "counts", Shape.of(3)).toArray();
        return new LbfgsState(
                new Minimum(
                        point,
                        tensor(given, "value", Shape.of()).item(),
                        tensor(given, "gradient", point.shape()),
                        count(counts[0], Integer.MAX_VALUE),
                        count(counts[1], Integer.MAX_VALUE),
                        StopReason.values()[count(counts[2], StopReason.values().length - 1)]),
                steps,
                tensor(given, "changes", steps.shape()));
    }

    private static Tensor tensor(Map<String, Tensor> given, String name, Shape shape) {
        Tensor tensor = given.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(OF + ": there must be a tensor " + name + ", got none");
        }
        if (shape != null && !tensor.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    OF + ": tensor " + name + " must have shape " + shape + ", got " + tensor.shape());
        }
        return tensor;
    }

    private static int count(double v, int most) {
        if (!(v >= 0 && v <= most && v == Math.rint(v))) {
            throw new IllegalArgumentException(
                    OF + ": a number in counts must be whole, and from 0 to " + most + ", got " + v);
        }
        return (int) v;
    }

    List<double[]> steps() {
        return rows(steps);
    }

    List<double[]> changes() {
        return rows(changes);
    }

    private static List<double[]> rows(Tensor matrix) {
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < matrix.shape().extent(0); i++) {
            rows.add(matrix.row(i).toArray());
        }
        return rows;
    }

    @Override
    public String toString() {
        return minimum.toString();
    }
}
