package dev.wengert.kernel;

import java.util.Arrays;

/**
 * The three bilinear maps of a convolution of images: to the output, to the image and to the weights. Each is a product of matrices for
 * each image and group: the elements that a kernel position meets at all outputs are one row of a matrix. If that matrix is large, it is
 * made part by part. So the bits are the same on every machine and for any number of threads.
 *
 * <p>Images are {@code [batch, in, h, w]}, weights {@code [out, in/groups, kernelH, kernelW]} and outputs {@code [batch, out, outH, outW]}.
 */
public final class Convolutions {

    /** The largest number of elements of a part of the matrix, unless one output needs more. */
    private static final int LARGEST = 1 << 17;

    /** The largest width at which windows are moved side by side. */
    private static final int SIDE_BY_SIDE = 16;

    /** How many elements are moved side by side: they stay in the first cache. */
    private static final int TILES = 1024;

    private static final int ROWS = MatrixProduct.MOST_WORK;
    private static final int RESULT = MatrixProduct.MOST_WORK + 1;

    private Convolutions() {}

    /** Returns the lengths of the scratch arrays, for the numbers of channels of the image and of the output. */
    public static int[] workLengths(Geometry g, int in, int out) {
        int k = in / g.groups() * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        int part = part(g, k);
        int most = Math.max(part, Math.max(k, m));
        int[] lengths = Arrays.copyOf(MatrixProduct.workLengths(most, most, most), RESULT + 1);
        lengths[ROWS] = k * part;
        lengths[RESULT] = m * Math.max(k, part);
        return lengths;
    }

    /** The number of outputs of a part. */
    private static int part(Geometry g, int k) {
        return Math.min(g.outH() * g.outW(), Math.max(1, LARGEST / Math.max(1, k)));
    }

    /** Writes the outputs to y. */
    public static void output(
            Geometry g, int batch, int in, int out, double[] x, double[] weight, double[] y, double[][] work) {
        int n = g.outH() * g.outW();
        int channels = in / g.groups();
        int k = channels * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        for (int image = 0; image < batch * g.groups(); image++) {
            int at = image % g.groups() * m * k;
            for (int from = 0; from < n; from += part(g, k)) {
                int count = Math.min(part(g, k), n - from);
                move(g, true, x, image * channels * g.h() * g.w(), channels, from, count, work[ROWS]);
                double[] rows = work[ROWS];
                if (count == n) {
                    MatrixProduct.multiply(m, k, n, weight, at, k, 1, rows, 0, n, 1, y, image * m * n, work);
                } else {
                    double[] part = work[RESULT];
                    MatrixProduct.multiply(m, k, count, weight, at, k, 1, rows, 0, count, 1, part, 0, work);
                    for (int row = 0; row < m; row++) {
                        System.arraycopy(part, row * count, y, (image * m + row) * n + from, count);
                    }
                }
            }
        }
    }

    /** Writes to x the images that outputs y and weights give: the transpose of {@link #output} as a map of images. */
    public static void image(
            Geometry g, int batch, int in, int out, double[] y, double[] weight, double[] x, double[][] work) {
        int n = g.outH() * g.outW();
        int channels = in / g.groups();
        int k = channels * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        int size = channels * g.h() * g.w();
        Arrays.fill(x, 0, batch * g.groups() * size, 0.0);
        for (int image = 0; image < batch * g.groups(); image++) {
            int at = image % g.groups() * m * k;
            for (int from = 0; from < n; from += part(g, k)) {
                int count = Math.min(part(g, k), n - from);
                int first = image * m * n + from;
                MatrixProduct.multiply(k, m, count, weight, at, 1, k, y, first, n, 1, work[ROWS], 0, work);
                move(g, false, x, image * size, channels, from, count, work[ROWS]);
            }
        }
    }

    /** Writes to weight what images x and outputs y give: the transpose of {@link #output} as a map of weights. */
    public static void weight(
            Geometry g, int batch, int in, int out, double[] x, double[] y, double[] weight, double[][] work) {
        int n = g.outH() * g.outW();
        int channels = in / g.groups();
        int k = channels * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        Arrays.fill(weight, 0, out * k, 0.0);
        for (int image = 0; image < batch * g.groups(); image++) {
            for (int from = 0; from < n; from += part(g, k)) {
                int count = Math.min(part(g, k), n - from);
                int first = image * m * n + from;
                double[] rows = work[ROWS];
                double[] part = work[RESULT];
                move(g, true, x, image * channels * g.h() * g.w(), channels, from, count, rows);
                MatrixProduct.multiply(m, count, k, y, first, n, 1, rows, 0, 1, count, part, 0, work);
                Reductions.addTo(part, 0, weight, image % g.groups() * m * k, m * k);
            }
        }
    }

    /**
     * Copies the elements of some channels to rows, or adds rows to them: a row for each channel and kernel position, with the elements
     * that it meets at {@code count} outputs.
     */
    private static void move(
            Geometry g, boolean copy, double[] x, int at, int channels, int from, int count, double[] rows) {
        int outW = g.outW();
        int to = 0;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < g.kernelH(); i++) {
                for (int j = 0; j < g.kernelW(); j++) {
                    int column = j * g.dilationW() - g.padW();
                    int left = steps(-column, g.strideW(), outW);
                    int right = Math.max(left, steps(g.w() - column, g.strideW(), outW));
                    int line = i * g.dilationH() - g.padH();
                    row(g, copy, x, at + c * g.h() * g.w(), line, column, left, right, outW, from, count, rows, to);
                    to += count;
                }
            }
        }
    }

    /** Moves a row: the outputs of a line from {@code left} to {@code right} meet the image, the others its padding. */
    private static void row(
            Geometry g,
            boolean copy,
            double[] x,
            int at,
            int line,
            int column,
            int left,
            int right,
            int outW,
            int from,
            int count,
            double[] rows,
            int to) {
        int end = to + count;
        int step = g.strideW();
        int i = from / outW * g.strideH() + line;
        int q = from % outW;
        for (int k = to; k < end; ) {
            int run = Math.min(outW - q, end - k);
            boolean inside = i >= 0 && i < g.h();
            int l = inside ? Math.max(0, Math.min(left - q, run)) : run;
            int r = inside ? Math.max(l, Math.min(right - q, run)) : run;
            int first = at + i * g.w() + column + (q + l) * step;
            if (copy) {
                fill(rows, k, k + l);
                if (l < r) {
                    copy(x, first, step, rows, k + l, r - l);
                }
                fill(rows, k + r, k + run);
            } else {
                add(rows, k + l, x, first, step, r - l);
            }
            k += run;
            i += g.strideH();
            q = 0;
        }
    }

    private static void fill(double[] rows, int from, int to) {
        for (int k = from; k < to; k++) {
            rows[k] = 0.0;
        }
    }

    /** The number of steps from 0 to a distance, at most {@code most}. */
    private static int steps(int distance, int step, int most) {
        return distance <= 0 ? 0 : Math.min(most, (distance - 1) / step + 1);
    }

    private static void copy(double[] x, int i, int step, double[] y, int k, int n) {
        if (step == 1) {
            System.arraycopy(x, i, y, k, n);
        } else {
            Rows.copyStrided(x, i, step, y, k, n);
        }
    }

    private static void add(double[] x, int i, double[] y, int k, int step, int n) {
        if (step == 1) {
            Reductions.addTo(x, i, y, k, n);
        } else {
            for (int l = 0; l < n; l++) {
                y[k + l * step] += x[i + l];
            }
        }
    }

    /**
     * Copies windows along an axis to y, or adds windows from y: window p of a line holds its elements {@code p·step + j}.
     *
     * @param outer how many blocks of lines there are
     * @param extent the length of a line
     * @param width how many lines a block has, side by side
     * @param count how many windows a line has
     * @param size how many elements a window has
     */
    public static void windows(
            boolean copy, double[] x, int outer, int extent, int width, double[] y, int count, int size, int step) {
        if (step == size && extent == count * size && width <= SIDE_BY_SIDE) {
            tiles(copy, x, y, outer * count, width, size);
            return;
        }
        for (int o = 0; o < outer; o++) {
            int block = o * extent * width;
            int to = o * count * width * size;
            if (width == 1 && step == size) {
                move(copy, x, block, 1, y, to, 1, count * size);
                continue;
            }
            // from the last element on, so that sums take the windows in order
            for (int j = size - 1; j >= 0; j--) {
                int from = block + j * width;
                if (width < count) {
                    for (int r = 0; r < width; r++) {
                        move(copy, x, from + r, step * width, y, to + r * size + j, width * size, count);
                    }
                } else {
                    for (int p = 0; p < count; p++) {
                        move(copy, x, from + p * step * width, 1, y, to + p * width * size + j, size, width);
                    }
                }
            }
        }
    }

    /** Windows that fill their lines one after the other: one element of many of them at a time, since each has few. */
    private static void tiles(boolean copy, double[] x, double[] y, int windows, int width, int size) {
        int window = width * size;
        if (width == 1) {
            move(copy, x, 0, 1, y, 0, 1, windows * window);
            return;
        }
        int group = Math.max(1, TILES / window);
        for (int w = 0; w < windows; w += group) {
            int n = Math.min(group, windows - w);
            for (int j = 0; j < size; j++) {
                for (int r = 0; r < width; r++) {
                    move(copy, x, w * window + j * width + r, window, y, w * window + r * size + j, window, n);
                }
            }
        }
    }

    private static void move(boolean copy, double[] x, int i, int stepX, double[] y, int k, int stepY, int n) {
        if (copy) {
            for (int l = 0; l < n; l++) {
                y[k + l * stepY] = x[i + l * stepX];
            }
        } else {
            for (int l = 0; l < n; l++) {
                x[i + l * stepX] += y[k + l * stepY];
            }
        }
    }
}
