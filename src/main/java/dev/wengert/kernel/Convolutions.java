package dev.wengert.kernel;

import java.util.Arrays;

/**
 * The three bilinear maps of a convolution of images: to the output, to the image and to the weights. Each is a product of matrices for
 * each image and group: the elements that a kernel position meets at all outputs are one row of a matrix. If that matrix is large, it is
 * made part by part; small images share one. Only extents decide, so the bits are the same on every machine and for any number of threads.
 *
 * <p>Images are {@code [batch, in, h, w]}, weights {@code [out, in/groups, kernelH, kernelW]} and outputs {@code [batch, out, outH, outW]}.
 */
public final class Convolutions {

    /** The largest number of elements of a part of the matrix, unless one output needs more. */
    private static final int LARGEST = 1 << 17;

    /** Images of at most a quarter as many elements are taken together, up to this many outputs of a channel. */
    private static final int TOGETHER = 512;

    /** The largest width at which windows are moved side by side. */
    private static final int SIDE_BY_SIDE = 16;

    /** How many elements are moved side by side: they stay in the first cache. */
    private static final int TILES = 1024;

    private static final int ROWS = MatrixProduct.MOST_WORK;
    private static final int RESULT = MatrixProduct.MOST_WORK + 1;
    private static final int IMAGES = MatrixProduct.MOST_WORK + 2;
    private static final int OUTPUTS = MatrixProduct.MOST_WORK + 3;

    private Convolutions() {}

    /** Returns the lengths of the scratch arrays, for the numbers of images, and of channels of the image and of the output. */
    public static int[] workLengths(Geometry g, int batch, int in, int out) {
        int channels = in / g.groups();
        int k = channels * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        int together = Math.max(1, Math.min(together(g), batch));
        int part = together * part(g, k);
        int most = Math.max(part, Math.max(k, m));
        int[] lengths = Arrays.copyOf(MatrixProduct.workLengths(most, most, most), OUTPUTS + 1);
        lengths[ROWS] = k * part;
        lengths[RESULT] = m * Math.max(k, part);
        lengths[IMAGES] = together == 1 ? 0 : together * channels * g.h() * g.w();
        lengths[OUTPUTS] = together == 1 ? 0 : together * m * g.outH() * g.outW();
        return lengths;
    }

    /** The number of outputs of a part. */
    private static int part(Geometry g, int k) {
        return Math.min(g.outH() * g.outW(), Math.max(1, LARGEST / Math.max(1, k)));
    }

    /** The number of images that are taken together, one if they are large. */
    private static int together(Geometry g) {
        int n = g.outH() * g.outW();
        return Math.max(g.h() * g.w(), n) > TOGETHER / 4 ? 1 : TOGETHER / n;
    }

    /** Writes the outputs to y. */
    public static void output(
            Geometry g, int batch, int in, int out, double[] x, double[] weight, double[] y, double[][] work) {
        int n = g.outH() * g.outW();
        int channels = in / g.groups();
        int k = channels * g.kernelH() * g.kernelW();
        int m = out / g.groups();
        double[] rows = work[ROWS];
        for (int group = 0; group < g.groups(); group++) {
            for (int first = 0; first < batch; first += together(g)) {
                int images = Math.min(together(g), batch - first);
                int size = channels * g.h() * g.w();
                int at = (first * g.groups() + group) * size;
                int to = (first * g.groups() + group) * m * n;
                double[] image = together(x, at, g.groups() * size, size, images, work[IMAGES]);
                for (int from = 0; from < n; from += part(g, k)) {
                    int count = Math.min(part(g, k), n - from);
                    int columns = images * count;
                    move(g, images, true, image, images == 1 ? at : 0, channels, from, count, rows);
                    boolean whole = images == 1 && count == n;
                    double[] part = whole ? y : work[RESULT];
                    MatrixProduct.multiply(
                            m,
                            k,
                            columns,
                            weight,
                            group * m * k,
                            k,
                            1,
                            rows,
                            0,
                            columns,
                            1,
                            part,
                            whole ? to : 0,
                            work);
                    if (images > 1) {
                        apart(part, y, to, g.groups() * m * n, m * n, images);
                    } else if (!whole) {
                        for (int row = 0; row < m; row++) {
                            System.arraycopy(part, row * count, y, to + row * n + from, count);
                        }
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
        double[] rows = work[ROWS];
        for (int group = 0; group < g.groups(); group++) {
            for (int first = 0; first < batch; first += together(g)) {
                int images = Math.min(together(g), batch - first);
                int to = (first * g.groups() + group) * size;
                int at = (first * g.groups() + group) * m * n;
                double[] outputs = together(y, at, g.groups() * m * n, m * n, images, work[OUTPUTS]);
                double[] image = images == 1 ? x : work[IMAGES];
                Arrays.fill(image, images == 1 ? to : 0, images == 1 ? to + size : images * size, 0.0);
                for (int from = 0; from < n; from += part(g, k)) {
                    int count = Math.min(part(g, k), n - from);
                    int columns = images * count;
                    int start = images == 1 ? at + from : 0;
                    MatrixProduct.multiply(
                            k, m, columns, weight, group * m * k, 1, k, outputs, start, images * n, 1, rows, 0, work);
                    move(g, images, false, image, images == 1 ? to : 0, channels, from, count, rows);
                }
                if (images > 1) {
                    apart(image, x, to, g.groups() * size, size, images);
                }
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
        int size = channels * g.h() * g.w();
        double[] rows = work[ROWS];
        double[] part = work[RESULT];
        Arrays.fill(weight, 0, out * k, 0.0);
        for (int group = 0; group < g.groups(); group++) {
            for (int first = 0; first < batch; first += together(g)) {
                int images = Math.min(together(g), batch - first);
                int at = (first * g.groups() + group) * size;
                int atY = (first * g.groups() + group) * m * n;
                double[] image = together(x, at, g.groups() * size, size, images, work[IMAGES]);
                double[] outputs = together(y, atY, g.groups() * m * n, m * n, images, work[OUTPUTS]);
                for (int from = 0; from < n; from += part(g, k)) {
                    int count = Math.min(part(g, k), n - from);
                    int columns = images * count;
                    int start = images == 1 ? atY + from : 0;
                    move(g, images, true, image, images == 1 ? at : 0, channels, from, count, rows);
                    MatrixProduct.multiply(
                            m, columns, k, outputs, start, images * n, 1, rows, 0, 1, columns, part, 0, work);
                    Reductions.addTo(part, 0, weight, group * m * k, m * k);
                }
            }
        }
    }

    /**
     * Lays images side by side, element by element, so that what is copied and multiplied is longer; one image stays where it is.
     *
     * @param x the images, from {@code at} on, {@code step} apart
     * @param n the number of elements of an image
     * @param to receives them, unless there is only one
     * @return where they are
     */
    private static double[] together(double[] x, int at, int step, int n, int images, double[] to) {
        if (images == 1) {
            return x;
        }
        for (int image = 0; image < images; image++) {
            int from = at + image * step;
            for (int l = 0; l < n; l++) {
                to[l * images + image] = x[from + l];
            }
        }
        return to;
    }

    /** Writes images that lie side by side one after the other: the inverse of {@link #together}. */
    private static void apart(double[] x, double[] to, int at, int step, int n, int images) {
        for (int image = 0; image < images; image++) {
            int k = at + image * step;
            for (int l = 0; l < n; l++) {
                to[k + l] = x[l * images + image];
            }
        }
    }

    /**
     * Copies the elements of some channels to rows, or adds rows to them: a row for each channel and kernel position, with the elements
     * that it meets at {@code count} outputs. An element stands for those of some images side by side.
     */
    private static void move(
            Geometry g,
            int images,
            boolean copy,
            double[] x,
            int at,
            int channels,
            int from,
            int count,
            double[] rows) {
        int outW = g.outW();
        int to = 0;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < g.kernelH(); i++) {
                for (int j = 0; j < g.kernelW(); j++) {
                    int column = j * g.dilationW() - g.padW();
                    int left = steps(-column, g.strideW(), outW);
                    int right = Math.max(left, steps(g.w() - column, g.strideW(), outW));
                    int line = i * g.dilationH() - g.padH();
                    int channel = at + c * g.h() * g.w() * images;
                    row(g, images, copy, x, channel, line, column, left, right, outW, from, count, rows, to);
                    to += count;
                }
            }
        }
    }

    /** Moves a row: the outputs of a line from {@code left} to {@code right} meet the image, the others its padding. */
    private static void row(
            Geometry g,
            int images,
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
            int first = i * g.w() + column + (q + l) * step;
            if (copy) {
                fill(rows, k * images, (k + l) * images);
                if (l < r) {
                    copy(images, x, at + first * images, step, rows, (k + l) * images, r - l);
                }
                fill(rows, (k + r) * images, (k + run) * images);
            } else {
                add(images, rows, (k + l) * images, x, at + first * images, step, r - l);
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

    private static void copy(int images, double[] x, int i, int step, double[] y, int k, int n) {
        if (step == 1) {
            System.arraycopy(x, i, y, k, n * images);
        } else if (images == 1) {
            Rows.copyStrided(x, i, step, y, k, n);
        } else {
            for (int l = 0; l < n; l++) {
                System.arraycopy(x, i + l * step * images, y, k + l * images, images);
            }
        }
    }

    private static void add(int images, double[] x, int i, double[] y, int k, int step, int n) {
        if (step == 1) {
            Reductions.addTo(x, i, y, k, n * images);
        } else {
            for (int l = 0; l < n; l++) {
                Reductions.addTo(x, i + l * images, y, k + l * step * images, images);
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
