package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.random.RandomGenerator;

/** How initialisers draw. */
final class Initialisers {

    private Initialisers() {}

    static void factor(String caller, String what, double factor) {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    caller + ": " + what + " must be a finite number of 0 or more, got " + factor);
        }
    }

    static void bounds(String caller, double low, double high) {
        if (!(low < high && high - low < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    caller + ": the bounds must be finite, the lower one first, got " + low + " and " + high);
        }
    }

    static double fan(String caller, double fan) {
        if (fan < 1) {
            throw new IllegalArgumentException(caller + ": the fans must be 1 or more, got " + (long) fan);
        }
        return fan;
    }

    static Tensor symmetric(RandomGenerator random, double bound, int... extents) {
        return Tensor.random(random, extents).map(v -> (2 * v - 1) * bound);
    }

    /** By a key, since the bits of the generator's own method depend on the version of Java. */
    static Tensor normal(RandomGenerator random, double mean, double std, int... extents) {
        long seed = Given.value("normal", "the generator", random).nextLong();
        return Key.of(seed).normal(extents).map(v -> mean + std * v);
    }

    /** By the inverse of the distribution function. */
    static Tensor truncated(RandomGenerator random, double mean, double std, double low, double high, int... extents) {
        double root = Math.sqrt(2);
        Variable cut = Variable.of(Tensor.of((low - mean) / std / root, (high - mean) / std / root));
        double[] erf = cut.erf().value().toArray();
        Tensor uniform = Tensor.random(Given.value("truncatedNormal", "the generator", random), extents);
        Tensor inverse = Variable.of(uniform.map(v -> erf[0] + (erf[1] - erf[0]) * v))
                .erfinv()
                .value();
        return inverse.map(v -> Math.min(high, Math.max(low, mean + std * root * v)));
    }

    /** By the method of Gram and Schmidt, twice: then rows are orthogonal to the last digits. */
    static Tensor orthogonal(RandomGenerator random, double gain, Shape shape) {
        if (shape.rank() < 2) {
            throw new ShapeException("orthogonal", "there must be two axes or more", shape.toString());
        }
        int rows = shape.extent(0);
        int columns = rows == 0 ? 0 : shape.size() / rows;
        boolean wide = rows <= columns;
        int n = Math.min(rows, columns);
        double[][] q = new double[n][];
        for (int i = 0; i < n; i++) {
            q[i] = normal(random, 0, 1, Math.max(rows, columns)).toArray();
            for (int k = 0; k < 2 * i; k++) {
                double[] before = q[k % i];
                add(q[i], -dot(q[i], before), before);
            }
            double length = Math.sqrt(dot(q[i], q[i]));
            for (int j = 0; j < q[i].length; j++) {
                q[i][j] /= length;
            }
        }
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = gain * (wide ? q[i / columns][i % columns] : q[i % columns][i / columns]);
        }
        return Tensor.of(shape, values);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] a, double factor, double[] b) {
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * b[i];
        }
    }
}
