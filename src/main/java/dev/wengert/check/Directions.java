package dev.wengert.check;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The names of the elements of a program's inputs, and directions in which to move them. */
final class Directions {

    private static final double SMALLEST = 0x1p-970;

    private final List<String> names = new ArrayList<>();

    /** Names like {@code x[1, 2]}, {@code weight[0, 3]} or, for a single number, {@code x}. */
    Directions(List<Variable> inputs) {
        int unnamed = 0;
        for (Variable input : inputs) {
            int position = unnamed;
            String name = input.parameter().map(Parameter::name).orElse(position == 0 ? "x" : "x" + position);
            unnamed += input.parameter().isPresent() ? 0 : 1;
            int[] extents = input.shape().toArray();
            for (int i = 0; i < input.shape().size(); i++) {
                names.add(name + index(extents, i));
            }
        }
    }

    private static String index(int[] extents, int flat) {
        String[] index = new String[extents.length];
        for (int d = extents.length - 1; d >= 0; d--) {
            index[d] = Integer.toString(flat % extents[d]);
            flat /= extents[d];
        }
        return extents.length == 0 ? "" : "[" + String.join(", ", index) + "]";
    }

    /** The number of elements. */
    int size() {
        return names.size();
    }

    String name(int i) {
        return names.get(i);
    }

    double[] unit(int i) {
        double[] unit = new double[names.size()];
        unit[i] = 1;
        return unit;
    }

    /** A random direction. Each element moves in proportion to its {@link #scale}, so that none crosses 0 before the others have moved. */
    double[] random(RandomGenerator random, double[] x) {
        double[] direction = new double[names.size()];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = random.nextGaussian() * scale(x[i]);
        }
        return direction;
    }

    /** The point x + h·direction. */
    static double[] moved(double[] x, double[] direction, double h) {
        double[] moved = x.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += h * direction[i];
        }
        return moved;
    }

    /** The size of an element, at most 1, and large enough that a direction of this size keeps its digits. It is 1 for 0, infinities and NaN. */
    static double scale(double x) {
        return x == 0 || !Double.isFinite(x) ? 1 : Math.max(SMALLEST, Math.min(1, Math.abs(x)));
    }
}
