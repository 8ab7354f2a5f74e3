package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorElementary;

/** The gate of two arrays. C2 makes no vectors of its plain loop, up to Java 25: it takes the bits of doubles. */
final class GateTwin extends VectorTwin {

    static final GateTwin GATE = new GateTwin();

    /** Up to 24 elements the plain loop is as fast. */
    private static final int FEW = 24;

    /** Length of the rehearsed arrays: whole vectors and a remainder. {@link #TIMES} repetitions take about 0.1 ms. */
    private static final int LENGTH = 1003;

    private static final int TIMES = 100;

    private GateTwin() {
        super("GATE");
    }

    /** y[k + l] = gate(a[k + l], b[k + l]) for {@code 0 ≤ l < n}; y may be an operand. */
    void apply(double[] a, double[] b, double[] y, int k, int n) {
        if (n > FEW && serves(n)) {
            VectorElementary.gate(a, b, y, k, n);
        } else {
            plain(a, b, y, k, n);
        }
    }

    private static void plain(double[] a, double[] b, double[] y, int k, int n) {
        for (int l = k; l < k + n; l++) {
            y[l] = Elementwise.gate(a[l], b[l]);
        }
    }

    @Override
    protected int parts() {
        return 1;
    }

    @Override
    protected void rehearse(int part, boolean vector) {
        double[] a = new double[LENGTH];
        double[] b = new double[LENGTH];
        double[] y = new double[LENGTH];
        for (int l = 0; l < LENGTH; l++) {
            a[l] = l % 2;
            b[l] = l;
        }
        for (int i = 0; i < TIMES; i++) {
            if (vector) {
                VectorElementary.gate(a, b, y, 0, LENGTH);
            } else {
                plain(a, b, y, 0, LENGTH);
            }
        }
    }
}
