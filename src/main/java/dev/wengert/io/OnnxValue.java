package dev.wengert.io;

import dev.wengert.tensor.Shape;

/**
 * A value of the tape in an ONNX graph.
 *
 * @param name the name of the numbers
 * @param whole the name of the same values as whole numbers, or null if the graph has none
 * @param truth the name of the same values as truth values, or null if the graph has none
 * @param shape the shape
 * @param other the shape at another batch size; the same if the batch size is fixed
 */
record OnnxValue(String name, String whole, String truth, Shape shape, Shape other) {

    /** A value that the graph has as numbers only. */
    static OnnxValue of(String name, Shape shape, Shape other) {
        return new OnnxValue(name, null, null, shape, other);
    }

    /** Other numbers of the same shape. */
    OnnxValue named(String name) {
        return of(name, shape, other);
    }

    int rank() {
        return shape.rank();
    }

    int extent(int axis) {
        return shape.extent(axis);
    }

    /** Whether an extent goes with the batch size. */
    boolean grows(int axis) {
        return shape.extent(axis) != other.extent(axis);
    }

    /** What the batch size is multiplied by where an extent goes with it. */
    int times(int axis) {
        return other.extent(axis) - shape.extent(axis);
    }
}
