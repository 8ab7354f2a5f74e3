package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Arrays;

/**
 * One-hot vectors: a label among q classes becomes the vector with 1 at its class and 0 elsewhere. Unlike numbers, these
 * vectors imply no order among classes (cat = (1, 0, 0), chicken = (0, 1, 0), dog = (0, 0, 1)).
 */
public final class OneHot {
    private OneHot() {}

    /**
     * The one-hot vectors of labels.
     *
     * @param labels classes, whole numbers in 0..classes−1, of any shape
     * @param classes the number of classes q, 1 or more
     * @return the vectors, along a new last axis of extent q: labels [n] give [n, q]
     * @throws IllegalArgumentException if a label is no class, or {@code classes} is less than 1
     * @throws ShapeException if the result is too large
     */
    public static Tensor encode(Tensor labels, int classes) {
        requireClasses("encode", Given.value("encode", "the tensor of labels", labels), classes);
        Shape shape = labels.shape().concat("encode", Shape.of(classes));
        double[] label = TensorArrays.of(labels);
        double[] y = new double[shape.size()];
        for (int i = 0; i < label.length; i++) {
            y[i * classes + (int) label[i]] = 1;
        }
        return TensorArrays.wrap(shape, y);
    }

    /**
     * The labels of one-hot vectors: the inverse of {@link #encode}. For vectors of probabilities, the most probable
     * class is {@code argmax(-1)}.
     *
     * @param vectors one-hot vectors in the last axis
     * @return the classes, without the last axis: [n, q] gives [n]
     * @throws IllegalArgumentException if a vector does not consist of one 1 and zeros
     * @throws ShapeException if there is no last axis
     */
    public static Tensor decode(Tensor vectors) {
        Shape shape = Given.value("decode", "the tensor of vectors", vectors).shape();
        if (shape.rank() == 0) {
            throw new ShapeException("decode", "one-hot vectors need an axis of classes", shape.toString());
        }
        Shape rows = Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 1));
        int classes = shape.extent(-1);
        double[] x = TensorArrays.of(vectors);
        double[] label = new double[rows.size()];
        for (int i = 0; i < label.length; i++) {
            int one = -1;
            for (int k = 0; k < classes; k++) {
                double value = x[i * classes + k];
                if (value == 1 && one < 0) {
                    one = k;
                } else if (value != 0) {
                    String got = value == 1 ? "a second 1" : String.valueOf(value);
                    throw notOneHot(got + " at " + position(shape, i * classes + k));
                }
            }
            if (one < 0) {
                throw notOneHot("no 1 at " + position(rows, i));
            }
            label[i] = one;
        }
        return TensorArrays.wrap(rows, label);
    }

    private static IllegalArgumentException notOneHot(String got) {
        return new IllegalArgumentException("decode: a one-hot vector must hold a single 1 and zeros, got " + got
                + "; for the most probable class use argmax(-1)");
    }

    /** Refuses labels that are not whole numbers in 0..classes−1. */
    static void requireClasses(String op, Tensor labels, int classes) {
        requireCount(op, classes);
        double[] label = TensorArrays.of(labels);
        for (int i = 0; i < label.length; i++) {
            if (!isClass(label[i], classes)) {
                throw new IllegalArgumentException(op + ": labels must be whole numbers in 0.." + (classes - 1)
                        + ", got " + label[i] + " at " + position(labels.shape(), i));
            }
        }
    }

    static void requireCount(String op, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException(op + ": classes must be 1 or more, got " + classes);
        }
    }

    static boolean isClass(double label, int classes) {
        return label >= 0 && label < classes && label == Math.rint(label);
    }

    /** The index of the element at a row-major offset, as text: "[4, 3]". */
    private static String position(Shape shape, int offset) {
        int[] index = new int[shape.rank()];
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = offset % shape.extent(axis);
            offset /= shape.extent(axis);
        }
        return Arrays.toString(index);
    }
}
