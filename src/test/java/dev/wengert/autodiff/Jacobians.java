package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Identity;
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
 * cotangents back. Rows are elements of the results, columns elements of the operands.
 */
public final class Jacobians {

    private Jacobians() {}

    /** A function of several variables with several results. */
    @FunctionalInterface
    public interface Mapping extends UnaryOperator<List<Variable>> {

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

    public static List<Variable> variables(List<Tensor> x) {
        return x.stream().map(Variable::of).toList();
    }

    public static List<Tensor> values(List<Variable> x) {
        return x.stream().map(Variable::value).toList();
    }

    public static double[] flat(List<Tensor> x) {
        return x.stream().flatMapToDouble(t -> Arrays.stream(t.toArray())).toArray();
    }

    public static List<Tensor> unflat(double[] elements, List<Tensor> like) {
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

    public static double[][] forward(Mapping f, List<Tensor> x) {
        double[][] columns = units(x).map(t -> flat(f.pushforward(t).at(x))).toArray(double[][]::new);
        return transpose(columns, flat(f.at(x)).length);
    }

    public static double[][] reverse(Mapping f, List<Tensor> x) {
        return units(f.at(x)).map(g -> flat(f.pullback(g).at(x))).toArray(double[][]::new);
    }

    public static double[][] transpose(double[][] columns, int rows) {
        double[][] a = new double[rows][columns.length];
        for (int j = 0; j < columns.length; j++) {
            for (int i = 0; i < rows; i++) {
                a[i][j] = columns[j][i];
            }
        }
        return a;
    }

    /** The product of a matrix with a vector. */
    public static double[] product(double[][] a, double[] v) {
        return Stream.of(a)
                .mapToDouble(row -> IntStream.range(0, v.length)
                        .mapToDouble(j -> row[j] * v[j])
                        .sum())
                .toArray();
    }

    public static double largest(double[] x) {
        return Arrays.stream(x).map(Math::abs).max().orElse(0);
    }
}
