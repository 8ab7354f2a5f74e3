package dev.wengert.autodiff.op;

import dev.wengert.kernel.Factors;
import dev.wengert.kernel.Reflections;
import dev.wengert.tensor.Shape;

/**
 * An operation that needs factors of its first operand, {@code PA = LU} or {@code A = QR}. A plan computes them in a step of their own, which operations on
 * the same matrix share. Outside of plans, an operation and its rules share what they remember.
 */
public interface Factored extends Primitive {

    /**
     * What operations remember: the factors of the matrices that they saw last. It is no part of an operation, so any two are equal.
     */
    final class Memory {

        private record Entry(double[] matrices, double[] factors) {}

        private volatile Entry last = new Entry(null, null);

        /** The factors of matrices, whose array never changes. */
        double[] of(Kind kind, double[] a, Shape s) {
            Entry entry = last;
            if (entry.matrices != a) {
                entry = new Entry(a, kind.eval(kind.packed(s), new double[][] {a}, s));
                last = entry;
            }
            return entry.factors;
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

    /** The steps that compute factors. */
    enum Kind implements Kernel {
        /** For each square matrix, L below U, then the exchanges of rows. */
        LU,
        /** For each matrix, what {@link Reflections} keeps. */
        QR;

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            int m = s[0].extent(-2);
            int n = s[0].extent(-1);
            int size = out.extent(-1);
            for (int i = 0; i < Matrices.count(s[0]); i++) {
                if (this == LU) {
                    System.arraycopy(x[0], i * n * n, y, i * size, n * n);
                    Factors.lu(n, y, i * size, work);
                } else {
                    Reflections.factor(m, n, x[0], i * m * n, y, i * size);
                }
            }
        }

        @Override
        public int[] workLengths(Shape... s) {
            return this == LU ? Factors.workLengths(s[0].extent(-1), 1) : NO_WORK;
        }

        /** The shape of the factors of matrices. */
        public Shape packed(Shape s) {
            int m = s.extent(-2);
            int n = s.extent(-1);
            int size = this == LU ? n * (n + 1) : Reflections.size(m, n);
            return Matrices.stack(s).concat("factors", Shape.of("factors", size));
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

    /** Which factors it needs. */
    Kind factors();

    /** Whether it also reads the matrices themselves: a plan hands them on as the last operand. */
    default boolean readsMatrices() {
        return false;
    }

    /** What this operation and its rules remember. */
    Memory memory();

    /** Computes the value, by the factors of the first operand, whose shape is a. */
    void eval(double[] y, Shape out, double[] factors, Shape a, double[][] x, double[][] work);

    @Override
    default void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        eval(y, out, memory().of(factors(), x[0], s[0]), s[0], x, work);
    }

    @Override
    default Kernel kernel() {
        return new Whole(this);
    }

    /** The same operation, which computes the factors anew at each run: the arrays of a plan change. */
    record Whole(Factored op) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            Kind kind = op.factors();
            op.eval(y, out, kind.eval(kind.packed(s[0]), new double[][] {x[0]}, s[0]), s[0], x, work);
        }

        @Override
        public int[] workLengths(Shape... s) {
            return op.workLengths(s);
        }
    }
}
