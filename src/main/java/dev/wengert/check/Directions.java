package dev.wengert.check;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The names of the elements of a program's inputs, and directions in which to move them. */
final class Directions {

    private static final double SMALLEST = 0x1p-970;

    private final List<String> names = new ArrayList<>();

    /** The elements that move. */
    private final int[] moving;

    /** The directions in which all elements move. */
    Directions(List<Variable> inputs) {
        this(inputs, Set.of());
    }

    /**
     * The directions in which all elements move but those of some inputs. Elements have names like {@code x[1, 2]}, {@code weight[0, 3]}
     * or, for a single number, {@code x}.
     */
    Directions(List<Variable> inputs, Set<Variable> fixed) {
        List<Integer> moving = new ArrayList<>();
        List<String> inputNames = Blame.names(inputs);
        for (int k = 0; k < inputs.size(); k++) {
            Variable input = inputs.get(k);
            String name = inputNames.get(k);
            int[] extents = input.shape().toArray();
            for (int i = 0; i < input.shape().size(); i++) {
                if (!fixed.contains(input)) {
                    moving.add(names.size());
                }
                names.add(name + index(extents, i));
            }
        }
        this.moving = moving.stream().mapToInt(i -> i).toArray();
    }

    private Directions(Directions all, int[] moving) {
        this.names.addAll(all.names);
        this.moving = moving;
    }

    /** The same without some elements. */
    Directions without(boolean[] elements) {
        return new Directions(
                this, Arrays.stream(moving).filter(i -> !elements[i]).toArray());
    }

    /** An empty set of variables. */
    static Set<Variable> identities() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static String index(int[] extents, int flat) {
        String[] index = new String[extents.length];
        for (int d = extents.length - 1; d >= 0; d--) {
            index[d] = Integer.toString(flat % extents[d]);
            flat /= extents[d];
        }
        return extents.length == 0 ? "" : "[" + String.join(", ", index) + "]";
    }

    /** The number of elements that move. */
    int size() {
        return moving.length;
    }

    /** The element that direction k moves alone. */
    int element(int k) {
        return moving[k];
    }

    /** The name of an element. */
    String name(int element) {
        return names.get(element);
    }

    /** The directions of the elements that move and have one of some names; the name of an input is that of all its elements. */
    int[] named(Set<String> chosen) {
        for (String name : chosen) {
            if (names.stream().noneMatch(n -> isNamed(n, name))) {
                throw new IllegalArgumentException("run: elements must have names of inputs or their elements, such as "
                        + (names.isEmpty() ? "x" : names.get(names.size() - 1)) + ", got " + Text.quote(name));
            }
        }
        return IntStream.range(0, moving.length)
                .filter(k -> chosen.stream().anyMatch(name -> isNamed(names.get(moving[k]), name)))
                .toArray();
    }

    private static boolean isNamed(String element, String name) {
        return element.equals(name) || element.startsWith(name + "[");
    }

    double[] unit(int k) {
        double[] unit = new double[names.size()];
        unit[moving[k]] = 1;
        return unit;
    }

    /** A random direction. Each element moves in proportion to its {@link #scale}, so that none crosses 0 before the others have moved. */
    double[] random(RandomGenerator random, double[] x) {
        double[] direction = new double[names.size()];
        for (int i : moving) {
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
