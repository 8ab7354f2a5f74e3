package dev.wengert.autodiff;

import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * Where the elements of a result come from, for operations that move elements: found by letting the operation's own double kernel
 * move their numbers.
 */
final class Origins {

    private Origins() {}

    /** For each operand the element that meets element k of a result to which all of them broadcast. */
    static int[][] broadcast(Shape[] s, Shape out) {
        int[][] at = new int[s.length][];
        for (int i = 0; i < s.length; i++) {
            double[] moved = new double[out.size()];
            Strided.broadcast(numbers(s[i].size(), 0), s[i], moved, out);
            at[i] = toInts(moved);
        }
        return at;
    }

    /** {@code 0, 1, …} from a first number on. */
    static double[] numbers(int n, int first) {
        double[] numbers = new double[n];
        Arrays.setAll(numbers, i -> first + i);
        return numbers;
    }

    static int[] toInts(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(v -> (int) v).toArray();
    }

    /** The operand as doubles, for operands that hold indices. */
    static double[] toDoubles(BigReal[] x) {
        return Arrays.stream(x).mapToDouble(BigReal::toDouble).toArray();
    }
}
