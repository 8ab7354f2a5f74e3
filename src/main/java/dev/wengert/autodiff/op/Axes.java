package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/** An order of axes: a value, compared by content. */
public final class Axes {

    private final int[] axes;

    public Axes(int... axes) {
        this.axes = axes.clone();
    }

    public int get(int i) {
        return axes[i];
    }

    public int[] toArray() {
        return axes.clone();
    }

    boolean isIdentity() {
        return IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
    }

    /** Whether the elements of this shape stay in their order: only axes of extent 1 move. */
    public boolean keepsOrder(Shape shape) {
        int[] others = IntStream.of(axes).filter(d -> shape.extent(d) != 1).toArray();
        return IntStream.range(1, others.length).allMatch(i -> others[i - 1] < others[i]);
    }

    /** The order that undoes this one. */
    Axes inverse() {
        int[] inverse = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            inverse[axes[i]] = i;
        }
        return new Axes(inverse);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Axes other && Arrays.equals(axes, other.axes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(axes);
    }

    @Override
    public String toString() {
        return Arrays.toString(axes);
    }
}
