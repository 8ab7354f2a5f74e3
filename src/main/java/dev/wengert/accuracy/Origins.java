package dev.wengert.accuracy;

import dev.wengert.autodiff.op.AddWindows;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.Strided;
import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Finds where operations move elements: it lets the operation's own double kernel move the numbers of the elements. */
final class Origins {

    private Origins() {}

    /** For each operand, the index of the element that broadcasting takes to element k of the result. */
    static int[][] broadcast(Shape[] s, Shape out) {
        int[][] at = new int[s.length][];
        for (int i = 0; i < s.length; i++) {
            double[] moved = new double[out.size()];
            Strided.broadcast(numbers(s[i].size(), 0), s[i], moved, out);
            at[i] = toInts(moved);
        }
        return at;
    }

    /** For rows that are added to a result, the index in the result to which element k is added. */
    static int[] rows(Shape out, BigReal[] index, Shape rows, Shape indices) {
        double[][] numbers = {numbers(out.size(), 0), toDoubles(index)};
        return toInts(Gather.GATHER.eval(rows, numbers, out, indices));
    }

    /** For elements that are added along an axis to a result, the index in the result to which element k is added. */
    static int[] along(int axis, Shape out, BigReal[] index, Shape elements) {
        double[][] numbers = {numbers(out.size(), 0), toDoubles(index)};
        return toInts(new TakeAlong(axis, "takeAlong").eval(elements, numbers, out, elements));
    }

    /** For elements of windows that are added to a result, the index in the result to which element k is added. */
    static int[] windows(AddWindows sum, Shape out, Shape elements) {
        return toInts(sum.transpose(elements).eval(elements, new double[][] {numbers(out.size(), 0)}, out));
    }

    /** For each part of a sum, the index in the result to which element k is added. */
    static int[][] parts(SumOfParts sum, BigReal[][] x, Shape[] s) {
        int[][] to = new int[sum.places().size()][];
        int index = to.length;
        for (int i = 0; i < to.length; i++) {
            SumOfParts.Place place = sum.places().get(i);
            if (place.isRows()) {
                to[i] = rows(sum.to(), x[index], s[i], s[index++]);
            } else if (place.isSlice()) {
                Slice slice = new Slice(place.axis(), place.from(), place.from() + s[i].extent(place.axis()));
                to[i] = toInts(slice.eval(s[i], new double[][] {numbers(sum.to().size(), 0)}, sum.to()));
            } else {
                to[i] = toInts(numbers(sum.to().size(), 0));
            }
        }
        return to;
    }

    /** The n numbers {@code first, first + 1, …}. */
    static double[] numbers(int n, int first) {
        double[] numbers = new double[n];
        Arrays.setAll(numbers, i -> first + i);
        return numbers;
    }

    private static int[] toInts(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(v -> (int) v).toArray();
    }

    /** The elements as doubles, for operands that hold indices. */
    static double[] toDoubles(BigReal[] x) {
        return Arrays.stream(x).mapToDouble(BigReal::toDouble).toArray();
    }
}
