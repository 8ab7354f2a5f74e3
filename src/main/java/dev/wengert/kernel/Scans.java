package dev.wengert.kernel;

/** Loops along an axis in which each element needs the one before it: n rows of {@code width} neighbours, from {@code start} on. */
public final class Scans {

    private Scans() {}

    /** y_i = x_i + y_{i−1}; from the end, with y_{i+1}, if reversed. */
    public static void cumSum(double[] x, double[] y, int start, int n, int width, boolean reverse) {
        if (width == 1) {
            double sum = -0.0;
            for (int l = 0; l < n; l++) {
                int i = start + (reverse ? n - 1 - l : l);
                sum += x[i];
                y[i] = sum;
            }
            return;
        }
        for (int l = 0; l < n; l++) {
            int i = start + (reverse ? n - 1 - l : l) * width;
            int before = reverse ? i + width : i - width;
            if (l == 0) {
                System.arraycopy(x, i, y, i, width);
                continue;
            }
            for (int w = 0; w < width; w++) {
                y[i + w] = y[before + w] + x[i + w];
            }
        }
    }

    /** y_i = a_i·y_{i−1} + b_i, where y_0 = b_0. The transpose runs from the end: y_i = a_{i+1}·y_{i+1} + b_i, where y_{n−1} = b_{n−1}. */
    public static void recurrence(double[] a, double[] b, double[] y, int start, int n, int width, boolean transposed) {
        if (width == 1 && n > 0) {
            int step = transposed ? -1 : 1;
            int first = transposed ? start + n - 1 : start;
            double value = b[first];
            y[first] = value;
            for (int l = 1, i = first + step; l < n; l++, i += step) {
                value = a[transposed ? i + 1 : i] * value + b[i];
                y[i] = value;
            }
            return;
        }
        for (int l = 0; l < n; l++) {
            int i = start + (transposed ? n - 1 - l : l) * width;
            int before = transposed ? i + width : i - width;
            int factor = transposed ? before : i;
            if (l == 0) {
                System.arraycopy(b, i, y, i, width);
                continue;
            }
            for (int w = 0; w < width; w++) {
                y[i + w] = a[factor + w] * y[before + w] + b[i + w];
            }
        }
    }

    /**
     * y_i = log(exp(x_0) + … + exp(x_i)) along one line of n elements. It keeps the largest element m and the sum r of the other terms over
     * exp(m), so that y = m + log(1 + r). The error is at most an ulp of y and {@code (4i + 8)·2⁻⁵³}.
     */
    public static void logCumSumExp(double[] x, double[] y, int start, int n, int width) {
        double m = Double.NEGATIVE_INFINITY;
        double r = 0;
        for (int l = 0; l < n; l++) {
            int i = start + l * width;
            double v = x[i];
            if (v != v || m != m) {
                m = Double.NaN;
            } else if (v > m) {
                r = (1 + r) * Elementary.exp(m - v);
                m = v;
            } else if (v > Double.NEGATIVE_INFINITY && m < Double.POSITIVE_INFINITY) {
                r += Elementary.exp(v - m);
            }
            y[i] = m + Elementary.log1p(r);
        }
    }
}
