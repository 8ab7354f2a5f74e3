package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorElementary;

/** A function of {@link Elementary} applied to arrays: in a plain loop, or in vectors once the vector code is compiled. */
final class ElementaryTwin extends VectorTwin {

    static final ElementaryTwin EXP = new ElementaryTwin(Function.EXP, 4);
    static final ElementaryTwin LOG = new ElementaryTwin(Function.LOG, 5);
    static final ElementaryTwin SIN = new ElementaryTwin(Function.SIN, 4);
    static final ElementaryTwin COS = new ElementaryTwin(Function.COS, 4);
    static final ElementaryTwin TANH = new ElementaryTwin(Function.TANH, 8);
    static final ElementaryTwin SECH2 = new ElementaryTwin(Function.SECH2, 8);
    static final ElementaryTwin SIGMOID = new ElementaryTwin(Function.SIGMOID, 8);

    private enum Function {
        EXP,
        LOG,
        SIN,
        COS,
        TANH,
        SECH2,
        SIGMOID
    }

    /** Up to 24 elements the plain loop is as fast. */
    private static final int FEW = 24;

    /** Length of the rehearsed array: whole vectors and a remainder. {@link #TIMES} repetitions take about 0.1 ms. */
    private static final int LENGTH = 1003;

    private static final int TIMES = 20;

    private final Function function;
    private final int nanos;

    /** Makes the twin of a function; {@code nanos} is its approximate time in ns for an element in the plain loop. */
    private ElementaryTwin(Function function, int nanos) {
        super(function.name());
        this.function = function;
        this.nanos = nanos;
    }

    /** y = f(x), element by element; y may be x. */
    void apply(double[] x, double[] y, int n) {
        if (n > FEW && serves((long) n * nanos)) {
            vector(x, y, n);
        } else {
            plain(x, y, n);
        }
    }

    private void vector(double[] x, double[] y, int n) {
        switch (function) {
            case EXP -> VectorElementary.exp(x, y, n);
            case LOG -> VectorElementary.log(x, y, n);
            case SIN -> VectorElementary.sin(x, y, n);
            case COS -> VectorElementary.cos(x, y, n);
            case TANH -> VectorElementary.tanh(x, y, n);
            case SECH2 -> VectorElementary.sech2(x, y, n);
            case SIGMOID -> VectorElementary.sigmoid(x, y, n);
            default -> throw new AssertionError(function);
        }
    }

    private void plain(double[] x, double[] y, int n) {
        switch (function) {
            case EXP -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.exp(x[l]);
                }
            }
            case LOG -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.log(x[l]);
                }
            }
            case SIN -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.sin(x[l]);
                }
            }
            case COS -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.cos(x[l]);
                }
            }
            case TANH -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.tanh(x[l]);
                }
            }
            case SECH2 -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.sech2(x[l]);
                }
            }
            case SIGMOID -> {
                for (int l = 0; l < n; l++) {
                    y[l] = Elementary.sigmoid(x[l]);
                }
            }
            default -> throw new AssertionError(function);
        }
    }

    /** Part 0 has ordinary arguments only; part 1 also has extreme ones, which go through the functions of one number. */
    @Override
    protected int parts() {
        return 2;
    }

    @Override
    protected void rehearse(int part, boolean vector) {
        double[] x = new double[LENGTH];
        double[] y = new double[LENGTH];
        for (int l = 0; l < LENGTH; l++) {
            x[l] = part == 1 && l % 100 == 0 ? -1e10 : 0.01 * (l + 1);
        }
        for (int i = 0; i < TIMES; i++) {
            if (vector) {
                vector(x, y, LENGTH);
            } else {
                plain(x, y, LENGTH);
            }
        }
    }
}
