package dev.wengert.kernel;

import java.util.Arrays;

/** The largest elements of the windows of images, and their gradient, without a copy of the windows. There is no padding. */
public final class MaxPooling {

    private MaxPooling() {}

    /** Writes the largest element of each window: NaN if one is NaN. */
    public static void max(Geometry g, int images, double[] x, double[] y) {
        boolean four = g.kernelH() == 2 && g.kernelW() == 2;
        int outH = g.outH();
        int outW = g.outW();
        for (int row = 0; row < images * outH; row++) {
            int i = (row / outH * g.h() + row % outH * g.strideH()) * g.w();
            if (four) {
                maxOfFour(x, i, g.strideW(), g.w(), y, row * outW, outW);
            } else {
                max(g, x, i, y, row * outW, outW);
            }
        }
    }

    private static void maxOfFour(double[] x, int i, int step, int w, double[] y, int k, int n) {
        for (int l = k; l < k + n; l++) {
            y[l] = Math.max(Math.max(x[i], x[i + 1]), Math.max(x[i + w], x[i + w + 1]));
            i += step;
        }
    }

    private static void max(Geometry g, double[] x, int i, double[] y, int k, int n) {
        for (int l = 0; l < n; l++) {
            double m = Double.NEGATIVE_INFINITY;
            for (int row = 0; row < g.kernelH(); row++) {
                m = Math.max(m, Reductions.max(x, i + l * g.strideW() + row * g.w(), g.kernelW()));
            }
            y[k + l] = m;
        }
    }

    /**
     * Writes a perturbation of the maxima where the maxima are, c equal ones of a window with 1/c of it each, and 0 elsewhere. No two
     * windows share an element.
     *
     * @param x the images
     * @param y the largest elements
     * @param v their perturbation
     * @param d that of the images
     */
    public static void gradient(Geometry g, int images, double[] x, double[] y, double[] v, double[] d) {
        Arrays.fill(d, 0, images * g.h() * g.w(), 0.0);
        boolean four = g.kernelH() == 2 && g.kernelW() == 2;
        int outH = g.outH();
        int outW = g.outW();
        for (int row = 0; row < images * outH; row++) {
            int i = (row / outH * g.h() + row % outH * g.strideH()) * g.w();
            if (four) {
                gradientOfFour(x, i, g.strideW(), g.w(), y, v, row * outW, outW, d);
            } else {
                gradient(g, x, i, y, v, row * outW, outW, d);
            }
        }
    }

    /** Chooses among whole numbers, which C2 does without branches: where the maximum is cannot be predicted. */
    private static void gradientOfFour(
            double[] x, int i, int step, int w, double[] y, double[] v, int k, int n, double[] d) {
        for (int l = k; l < k + n; l++) {
            double m = y[l];
            long c0 = x[i] < m ? 0L : 1L;
            long c1 = x[i + 1] < m ? 0L : 1L;
            long c2 = x[i + w] < m ? 0L : 1L;
            long c3 = x[i + w + 1] < m ? 0L : 1L;
            long part = Double.doubleToRawLongBits(part(c0 + c1 + c2 + c3, m, v[l]));
            d[i] = Double.longBitsToDouble(-c0 & part);
            d[i + 1] = Double.longBitsToDouble(-c1 & part);
            d[i + w] = Double.longBitsToDouble(-c2 & part);
            d[i + w + 1] = Double.longBitsToDouble(-c3 & part);
            i += step;
        }
    }

    private static void gradient(Geometry g, double[] x, int i, double[] y, double[] v, int k, int n, double[] d) {
        for (int l = k; l < k + n; l++) {
            int end = i + g.kernelH() * g.w();
            long count = 0;
            for (int row = i; row < end; row += g.w()) {
                for (int j = row; j < row + g.kernelW(); j++) {
                    count += x[j] < y[l] ? 0L : 1L;
                }
            }
            double part = part(count, y[l], v[l]);
            for (int row = i; row < end; row += g.w()) {
                for (int j = row; j < row + g.kernelW(); j++) {
                    d[j] = x[j] < y[l] ? 0.0 : part;
                }
            }
            i += g.strideW();
        }
    }

    /** What one of {@code count} elements that equal their maximum m gets of its perturbation: never −0, and NaN if m is NaN. */
    private static double part(long count, double m, double v) {
        return (m == m ? 1.0 / count : m) * v + 0.0;
    }
}
