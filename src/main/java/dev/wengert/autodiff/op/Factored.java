package dev.wengert.autodiff.op;

import dev.wengert.kernel.Factors;
import dev.wengert.tensor.Shape;

/**
 * An operation that needs the factors {@code PA = LU} of its first operand. A plan computes them in a step of their own, which operations on
 * the same matrix share. Outside of plans, an operation and its rules share what they remember.
 */
public interface Factored extends Primitive {

    /**
     * What operations remember: the factors of the matrices that they saw last. It is no part of an operation, so any two are equal.
     */
    final class Memory {

        private record Entry(double[] matrices, double[] lu) {}

        private volatile Entry last = new Entry(null, null);

        /** The factors of matrices, whose array never changes. */
        private double[] of(double[] a, Shape s) {
            Entry entry = last;
            if (entry.matrices != a) {
                Shape packed = packed(s);
                entry = new Entry(a, Lu.LU.eval(packed, new double[][] {a}, s));
                last = entry;
            }
            return entry.lu;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Memory;
        }

        @Override
        public int hashCode() {
            return 0;
        }

        @Override
        public String toString() {
            return "";
        }
    }

    /** The step that computes the factors: for each matrix L below U, then the exchanges of rows. */
    enum Lu implements Kernel {
        LU;

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            int n = s[0].extent(-1);
            int size = n * n;
            for (int i = 0; i < Matrices.count(s[0]); i++) {
                System.arraycopy(x[0], i * size, y, i * (size + n), size);
                Factors.lu(n, y, i * (size + n), work);
            }
        }

        @Override
        public int[] workLengths(Shape... s) {
            return Factors.workLengths(s[0].extent(-1), 1);
        }
    }

    /** The same operation, whose first operand is the factors of matrices of a shape. */
    record OfFactors(Factored op, Shape matrices) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            op.eval(y, out, x[0], matrices, x, work);
        }

        @Override
        public int[] workLengths(Shape... s) {
            Shape[] of = s.clone();
            of[0] = matrices;
            return op.workLengths(of);
        }
    }

    /** The shape of the factors of matrices. */
    static Shape packed(Shape s) {
        int n = s.extent(-1);
        return Matrices.stack(s).concat("lu", Shape.of("lu", n * (n + 1)));
    }

    /** What this operation and its rules remember. */
    Memory memory();

    /** Computes the value, by the factors of the first operand, whose shape is a. */
    void eval(double[] y, Shape out, double[] lu, Shape a, double[][] x, double[][] work);

    @Override
    default void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        eval(y, out, memory().of(x[0], s[0]), s[0], x, work);
    }

    @Override
    default Kernel kernel() {
        return new Whole(this);
    }

    /** The same operation, which computes the factors anew at each run: the arrays of a plan change. */
    record Whole(Factored op) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            op.eval(y, out, Lu.LU.eval(packed(s[0]), new double[][] {x[0]}, s[0]), s[0], x, work);
        }

        @Override
        public int[] workLengths(Shape... s) {
            return op.workLengths(s);
        }
    }
}
