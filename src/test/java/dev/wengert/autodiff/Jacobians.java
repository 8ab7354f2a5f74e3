package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The Jacobian of a function of several tensors with several results, found by pushing unit tangents forward and by pulling unit
 * cotangents back, and its products found by differences. Rows are elements of the results, columns elements of the operands.
 */
final class Jacobians {

    /** Steps are powers of two, so that samples at dyadic points have exact stencils. */
    private static final double LARGEST_STEP = 1.0 / 32;

    private static final int STEPS = 5;

    private Jacobians() {}

    /** A function of several variables with several results. */
    @FunctionalInterface
    interface Mapping extends UnaryOperator<List<Variable>> {

        default List<Tensor> at(List<Tensor> x) {
            return values(apply(variables(x)));
        }

        /** What the function does between aliases of its operands and its results. */
        default Tape trace(List<Variable> x) {
            List<Variable> aliases =
                    x.stream().map(v -> Identity.IDENTITY.apply(v)).toList();
            return Tape.between(aliases, apply(aliases));
        }

        /** The cotangents of the operands, as a function of the operands. */
        default Mapping pullback(List<Tensor> g) {
            return x -> trace(x).pullback(variables(g));
        }

        /** The tangents of the results, as a function of the operands. */
        default Mapping pushforward(List<Tensor> t) {
            return x -> trace(x).pushforward(variables(t));
        }
    }

    static List<Variable> variables(List<Tensor> x) {
        return x.stream().map(Variable::of).toList();
    }

    static List<Tensor> values(List<Variable> x) {
        return x.stream().map(Variable::value).toList();
    }

    static double[] flat(List<Tensor> x) {
        return x.stream().flatMapToDouble(t -> Arrays.stream(t.toArray())).toArray();
    }

    static List<Tensor> unflat(double[] elements, List<Tensor> like) {
        List<Tensor> x = new ArrayList<>();
        int from = 0;
        for (Tensor t : like) {
            Shape shape = t.shape();
            x.add(Tensor.of(shape, Arrays.copyOfRange(elements, from, from + shape.size())));
            from += shape.size();
        }
        return x;
    }

    private static Stream<List<Tensor>> units(List<Tensor> like) {
        int n = flat(like).length;
        return IntStream.range(0, n).mapToObj(i -> {
            double[] unit = new double[n];
            unit[i] = 1;
            return unflat(unit, like);
        });
    }

    static double[][] forward(Mapping f, List<Tensor> x) {
        double[][] columns = units(x).map(t -> flat(f.pushforward(t).at(x))).toArray(double[][]::new);
        return transpose(columns, flat(f.at(x)).length);
    }

    static double[][] reverse(Mapping f, List<Tensor> x) {
        return units(f.at(x)).map(g -> flat(f.pullback(g).at(x))).toArray(double[][]::new);
    }

    static double[][] transpose(double[][] columns, int rows) {
        double[][] a = new double[rows][columns.length];
        for (int j = 0; j < columns.length; j++) {
            for (int i = 0; i < rows; i++) {
                a[i][j] = columns[j][i];
            }
        }
        return a;
    }

    /**
     * Central differences along t with steps h, h/2, …, h/16, extrapolated to h = 0 (Richardson's tableau, as Ridders uses it).
     *
     * @param truncation the change that the last extrapolation made: where the function is smooth, the error is far smaller
     * @param largest the largest element of f on the stencil
     */
    record Differences(double[] value, double[] truncation, double largest) {

        /**
         * How far an error of f can move the result: two evaluations differ by at most two errors, are divided by two of the smallest
         * step, and the weights of the extrapolation add up to less than 2.
         */
        double amplified(double error) {
            return 2 * error / (LARGEST_STEP / (1 << (STEPS - 1)));
        }
    }

    static Differences differences(Mapping f, List<Tensor> x, List<Tensor> t) {
        double[][][] tableau = new double[STEPS][STEPS][];
        double largest = 0;
        double h = LARGEST_STEP;
        for (int k = 0; k < STEPS; k++, h /= 2) {
            double[] right = flat(f.at(moved(x, t, h)));
            double[] left = flat(f.at(moved(x, t, -h)));
            largest = Math.max(largest, Math.max(largest(right), largest(left)));
            tableau[k][0] = combine(right, 1 / (2 * h), left, -1 / (2 * h));
            for (int order = 1; order <= k; order++) {
                double gain = 1 / (Math.pow(4, order) - 1);
                tableau[k][order] = combine(tableau[k][order - 1], 1 + gain, tableau[k - 1][order - 1], -gain);
            }
        }
        double[] value = tableau[STEPS - 1][STEPS - 1];
        double[] change = combine(value, 1, tableau[STEPS - 2][STEPS - 2], -1);
        return new Differences(value, Arrays.stream(change).map(Math::abs).toArray(), largest);
    }

    private static List<Tensor> moved(List<Tensor> x, List<Tensor> t, double h) {
        return unflat(combine(flat(x), 1, flat(t), h), x);
    }

    private static double[] combine(double[] a, double ofA, double[] b, double ofB) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> ofA * a[i] + ofB * b[i])
                .toArray();
    }

    /** The product of a matrix with a vector. */
    static double[] product(double[][] a, double[] v) {
        return Stream.of(a)
                .mapToDouble(row -> IntStream.range(0, v.length)
                        .mapToDouble(j -> row[j] * v[j])
                        .sum())
                .toArray();
    }

    static double largest(double[] x) {
        return Arrays.stream(x).map(Math::abs).max().orElse(0);
    }
}
