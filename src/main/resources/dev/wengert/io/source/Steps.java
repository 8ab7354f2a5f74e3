final class Steps {

    private static void require(String name, double[] x, int n) {
        if (x.length != n) {
            throw new IllegalArgumentException("predict: " + name + " must have " + n + " numbers, got " + x.length);
        }
    }

    private static double[] filled(int n, double value) {
        double[] y = new double[n];
        Arrays.fill(y, value);
        return y;
    }

    /** Numbers from their bits. */
    private static double[] numbers(int n, String... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * n);
        for (String part : parts) {
            bytes.put(Base64.getDecoder().decode(part));
        }
        bytes.flip();
        double[] y = new double[n];
        bytes.asDoubleBuffer().get(y);
        return y;
    }

    /** Arrays from a file beside the class: their number, then the length of each and its numbers. */
    private static double[][] weights(Class<?> type) {
        String name = type.getSimpleName() + ".weights";
        try (InputStream file = type.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the file " + name + " must be beside the class, got none");
            }
            DataInputStream in = new DataInputStream(new BufferedInputStream(file));
            double[][] all = new double[in.readInt()][];
            for (int i = 0; i < all.length; i++) {
                byte[] bytes = new byte[8 * in.readInt()];
                in.readFully(bytes);
                all[i] = new double[bytes.length / 8];
                ByteBuffer.wrap(bytes).asDoubleBuffer().get(all[i]);
            }
            return all;
        } catch (IOException e) {
            throw new IllegalStateException("the file " + name + " must be whole, got " + e, e);
        }
    }

    private static double[] matmul(double[] a, boolean transposeA, double[] b, boolean transposeB, int n, int k, int m) {
        double[] y = new double[n * m];
        product(a, 0, transposeA, b, 0, transposeB, n, k, m, y, 0);
        return y;
    }

    private static void product(
            double[] a,
            int aAt,
            boolean transposeA,
            double[] b,
            int bAt,
            boolean transposeB,
            int n,
            int k,
            int m,
            double[] y,
            int at) {
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? n : 1;
        int bRow = transposeB ? 1 : m;
        int bColumn = transposeB ? k : 1;
        MatrixProduct.multiply(n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, y, at, null);
    }

    /** The products of stacks of matrices, whose leading extents broadcast. */
    private static double[] matmulOfStacks(
            double[] a, Shape s, boolean transposeA, double[] b, Shape t, boolean transposeB, Shape out) {
        int n = out.extent(-2);
        int m = out.extent(-1);
        int k = s.extent(transposeA ? -2 : -1);
        double[] y = new double[out.size()];
        for (int i = 0; i < Blocks.outer(out, out.rank() - 2); i++) {
            int left = MatMul.offset(s, out, i);
            int right = MatMul.offset(t, out, i);
            product(a, left, transposeA, b, right, transposeB, n, k, m, y, i * n * m);
        }
        return y;
    }

    /** x·W + b. */
    private static double[] affine(double[] x, double[] weight, double[] bias, int n, int k, int m) {
        double[] y = matmul(x, false, weight, false, n, k, m);
        for (int i = 0; i < n; i++) {
            Reductions.addTo(bias, 0, y, i * m, m);
        }
        return y;
    }

    private static double[] conv(double[] x, double[] weight, int batch, int in, int out, Geometry g) {
        double[] y = new double[batch * out * g.outH() * g.outW()];
        Convolutions.output(g, batch, in, out, x, weight, y, arrays(Convolutions.workLengths(g, batch, in, out)));
        return y;
    }

    private static double[] convTranspose(double[] x, double[] weight, int batch, int in, int out, Geometry g) {
        double[] y = new double[batch * in * g.h() * g.w()];
        Convolutions.image(g, batch, in, out, x, weight, y, arrays(Convolutions.workLengths(g, batch, in, out)));
        return y;
    }

    private static double[] convWeight(double[] x, double[] g, int batch, int in, int out, Geometry geometry) {
        double[] y = new double[out * in / geometry.groups() * geometry.kernelH() * geometry.kernelW()];
        double[][] work = arrays(Convolutions.workLengths(geometry, batch, in, out));
        Convolutions.weight(geometry, batch, in, out, x, g, y, work);
        return y;
    }

    private static double[][] arrays(int... lengths) {
        double[][] work = new double[lengths.length][];
        for (int i = 0; i < lengths.length; i++) {
            work[i] = new double[lengths[i]];
        }
        return work;
    }

    private static double[] windows(double[] x, int outer, int extent, int width, int count, int size, int step) {
        double[] y = new double[outer * count * width * size];
        Convolutions.windows(true, x, outer, extent, width, y, count, size, step);
        return y;
    }

    private static double[] addWindows(double[] x, int outer, int extent, int width, int count, int size, int step) {
        double[] y = new double[outer * extent * width];
        Convolutions.windows(false, y, outer, extent, width, x, count, size, step);
        return y;
    }

    private static double[] sum(double[] x, Shape s, Shape to) {
        double[] y = new double[to.size()];
        Strided.sum(x, s, y, 0, to);
        return y;
    }

    private static double[] max(double[] x, Shape s, Shape to) {
        double[] y = new double[to.size()];
        Strided.max(x, s, y, to);
        return y;
    }

    /** 1/c where an element is one of c largest, else 0. */
    private static double[] maxSlope(double[] x, Shape s, Shape to) {
        double[] largest = max(x, s, to);
        double[] y = new double[x.length];
        int block = Strided.block(s, to);
        if (block != 0) {
            for (int k = 0; k < largest.length; k++) {
                Reductions.maxSlope(x, largest[k], k * block, block, y);
            }
            return y;
        }
        double[] repeated = broadcast(largest, to, s);
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] == repeated[i] ? 1.0 : 0.0;
        }
        double[] count = broadcast(sum(y, s, to), to, s);
        for (int i = 0; i < y.length; i++) {
            y[i] /= count[i];
        }
        return y;
    }

    /** (Σ |x|ᵖ)^(1/p). */
    private static double[] norm(double[] x, double p, Shape s, Shape to) {
        double[] powers = new double[x.length];
        Elementwise.abs(x, powers, x.length);
        double[] scale = max(powers, s, to);
        Norms.scales(scale, p, scale.length);
        double[] repeated = broadcast(scale, to, s);
        for (int i = 0; i < powers.length; i++) {
            powers[i] /= repeated[i];
        }
        Elementwise.pow(powers, p, powers, powers.length);
        double[] y = sum(powers, s, to);
        if (p == 2) {
            Elementwise.sqrt(y, y, y.length);
        } else {
            Elementwise.pow(y, 1 / p, y, y.length);
        }
        for (int i = 0; i < y.length; i++) {
            y[i] *= scale[i];
        }
        return y;
    }

    private static double[] nonzero(double[] x, Shape s, Shape to) {
        double[] sizes = new double[x.length];
        Elementwise.abs(x, sizes, x.length);
        double[] y = max(sizes, s, to);
        Norms.nonzero(y, y.length);
        return y;
    }

    private static double[] broadcast(double[] x, Shape s, Shape to) {
        double[] y = new double[to.size()];
        Strided.broadcast(x, s, y, to);
        return y;
    }

    /** The elements whose index in x moves by a step along each axis of the result. */
    private static double[] permute(double[] x, int[] extents, int[] steps) {
        double[] y = new double[x.length];
        int[] index = new int[extents.length];
        int from = 0;
        for (int k = 0; k < y.length; k++) {
            y[k] = x[from];
            for (int d = extents.length - 1; d >= 0; d--) {
                from += steps[d];
                if (++index[d] < extents[d]) {
                    break;
                }
                from -= extents[d] * steps[d];
                index[d] = 0;
            }
        }
        return y;
    }

    /** From each of {@code outer} blocks of {@code inner} elements the n from {@code from} on. */
    private static double[] slice(double[] x, int outer, int inner, int from, int n) {
        double[] y = new double[outer * n];
        Blocks.copy(x, inner, from, y, n, 0, outer, n);
        return y;
    }

    /** Each of {@code outer} blocks of n elements, from {@code at} on in a block of {@code inner}, else zeros. */
    private static double[] pad(double[] x, int outer, int n, int at, int inner) {
        double[] y = new double[outer * inner];
        Blocks.copy(x, n, 0, y, inner, at, outer, n);
        return y;
    }

    /** Blocks of each operand in turn, {@code outer} times. */
    private static double[] concat(int outer, double[]... x) {
        int inner = 0;
        for (double[] part : x) {
            inner += outer == 0 ? 0 : part.length / outer;
        }
        double[] y = new double[outer * inner];
        int at = 0;
        for (double[] part : x) {
            int n = outer == 0 ? 0 : part.length / outer;
            Blocks.copy(part, n, 0, y, inner, at, outer, n);
            at += n;
        }
        return y;
    }

    private static double[] gather(double[] x, double[] index, int rows, int width) {
        Indices.check("gather", "index", index, index.length, rows);
        double[] y = new double[index.length * width];
        Rows.gather(x, index, y, index.length, width);
        return y;
    }

    private static double[] scatterAdd(double[] x, double[] index, int rows, int width) {
        Indices.check("scatterAdd", "index", index, index.length, rows);
        double[] y = new double[rows * width];
        Rows.addRows(x, index, y, index.length, width);
        return y;
    }

    private static double[] takeAlong(
            String caller, double[] x, double[] index, int outer, int extent, int picked, int width) {
        Indices.check(caller, "index", index, index.length, extent);
        double[] y = new double[index.length];
        for (int o = 0; o < outer; o++) {
            Rows.takeAlong(x, o * extent * width, index, y, o * picked * width, picked, width);
        }
        return y;
    }

    private static double[] scatterAddAlong(
            String caller, double[] x, double[] index, int outer, int extent, int added, int width) {
        Indices.check(caller, "index", index, index.length, added);
        double[] y = new double[outer * added * width];
        for (int o = 0; o < outer; o++) {
            Rows.addAlong(x, index, o * extent * width, y, o * added * width, extent, width);
        }
        return y;
    }

    private static double[] oneHot(String caller, double[] labels, int classes) {
        Indices.check(caller, "class", labels, labels.length, classes);
        double[] y = new double[labels.length * classes];
        Rows.oneHot(labels, y, labels.length, classes);
        return y;
    }

    private static double[] flip(double[] x, int outer, int rows, int width) {
        double[] y = new double[x.length];
        for (int o = 0; o < outer; o++) {
            Rows.reverse(x, y, o * rows * width, rows, width);
        }
        return y;
    }

    /** The elements of matrices on one side of a diagonal, and the diagonal; else zeros. */
    private static double[] triangle(double[] x, boolean upper, int diagonal, int rows, int columns) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            long right = i % columns - (long) (i / columns % rows) - diagonal;
            y[i] = right == 0 || right > 0 == upper ? x[i] : 0.0;
        }
        return y;
    }

    private static double[] cumSum(double[] x, int outer, int n, int width, boolean reverse) {
        double[] y = new double[x.length];
        for (int o = 0; o < outer; o++) {
            Scans.cumSum(x, y, o * n * width, n, width, reverse);
        }
        return y;
    }

    private static double[] linearRecurrence(double[] a, double[] b, int outer, int n, int width, boolean transposed) {
        double[] y = new double[b.length];
        for (int o = 0; o < outer; o++) {
            Scans.recurrence(a, b, y, o * n * width, n, width, transposed);
        }
        return y;
    }

    private static double[] logCumSumExp(double[] x, int n, int width) {
        double[] y = new double[x.length];
        for (int line = 0; line * n < x.length; line++) {
            Scans.logCumSumExp(x, y, line / width * n * width + line % width, n, width);
        }
        return y;
    }

    private static double[] argsort(double[] x, int n, int width, boolean descending, boolean orNan) {
        double[] y = new double[x.length];
        double[][] work = new double[4][n];
        for (int line = 0; line * n < x.length; line++) {
            int from = line / width * n * width + line % width;
            Sorting.order(x, from, width, n, descending, work);
            boolean nan = orNan && Double.isNaN(work[0][n - 1]);
            for (int l = 0; l < n; l++) {
                y[from + l * width] = work[1][nan ? n - 1 : l];
            }
        }
        return y;
    }

    private static double[] ranks(double[] x, int n, int width) {
        double[] y = new double[x.length];
        double[][] work = new double[4][n];
        for (int line = 0; line * n < x.length; line++) {
            int from = line / width * n * width + line % width;
            Sorting.order(x, from, width, n, false, work);
            Sorting.ranks(work[0], work[1], y, from, width, n);
        }
        return y;
    }

    private static double[] softmax(double[] o, int rows, int q) {
        double[] y = new double[rows * q];
        SoftmaxRows.softmax(o, y, rows, q, new double[SoftmaxRows.width(q)]);
        return y;
    }

    private static double[] logSoftmax(double[] o, int rows, int q) {
        double[] y = new double[rows * q];
        SoftmaxRows.logSoftmax(o, y, rows, q);
        return y;
    }

    private static double[] logSumExp(double[] o, int rows, int q) {
        double[] y = new double[rows];
        SoftmaxRows.logSumExp(o, y, rows, q);
        return y;
    }

    private static double[] realSoftMax(double[] o, double[] lambda, int rows, int q) {
        if (!(lambda[0] > 0)) {
            throw new IllegalArgumentException("realSoftMax: lambda must be positive, got " + lambda[0]);
        }
        double[] y = new double[rows];
        SoftmaxRows.realSoftMax(o, lambda[0], y, rows, q);
        return y;
    }

    private static double[] crossEntropy(double[] o, double[] t, int rows, int q) {
        double[] y = new double[rows];
        SoftmaxRows.crossEntropy(o, t, y, rows, q);
        return y;
    }

    private static double[] residual(double[] o, double[] t, int rows, int q) {
        double[] y = new double[rows * q];
        SoftmaxRows.residual(o, t, y, rows, q, new double[SoftmaxRows.width(q)]);
        return y;
    }

    private static double[] jacobianProduct(double[] o, double[] v, int rows, int q) {
        double[] y = new double[rows * q];
        SoftmaxRows.jacobianProduct(o, v, y, rows, q, new double[SoftmaxRows.width(q)]);
        return y;
    }

    private static double[] center(double[] o, double[] v, int rows, int q) {
        double[] y = new double[rows * q];
        SoftmaxRows.center(o, v, y, rows, q, new double[SoftmaxRows.width(q)]);
        return y;
    }

    private static double[] where(double[] mask, double[] a, double[] b) {
        double[] y = new double[mask.length];
        Elementwise.where(mask, a, b, y, y.length);
        return y;
    }

    private static double[] pow(double[] x, double n) {
        double[] y = new double[x.length];
        Elementwise.pow(x, n, y, y.length);
        return y;
    }

    /** x to the power n + low. */
    private static double[] powRefined(double[] x, double n, double low) {
        double[] y = pow(x, n);
        Powers.refine(x, low, y, y.length);
        return y;
    }

    /** The derivative of the power in its base j times, and in its exponent k times. */
    private static double[] powDerivative(double[] x, double[] n, int j, int k) {
        double[] y = new double[x.length];
        Powers.derivative(j, k, x, 0, 1, n, 0, 1, y, 0, y.length, new double[k + 1]);
        return y;
    }

    /** The derivative of the logarithm of the beta function in a j times, and in b k times. */
    private static double[] lbeta(double[] a, double[] b, int j, int k) {
        double[] y = new double[a.length];
        Gammas.lbeta(j, k, a, 0, 1, b, 0, 1, y, 0, y.length);
        return y;
    }

    /** The n-th derivative of digamma; ln Γ for −1. */
    private static double[] polygamma(double[] x, int n) {
        double[] y = new double[x.length];
        Gammas.polygamma(n, x, y, y.length);
        return y;
    }

    /** Adds x to the elements of y. */
    private static void addTo(double[] x, double[] y) {
        Reductions.addTo(x, 0, y, 0, y.length);
    }

    /** Adds each of {@code outer} blocks of n elements from {@code at} on to a block of {@code inner}. */
    private static void addSliceTo(double[] x, int outer, int n, int at, int inner, double[] y) {
        Blocks.add(x, n, y, inner, at, outer);
    }

    /** Adds rows to those that the index names. */
    private static void addRowsTo(double[] x, double[] index, int rows, int width, double[] y) {
        Indices.check("sumOfParts", "index", index, index.length, rows);
        Rows.addRows(x, index, y, index.length, width);
    }

    private static double[] allFinite(double[]... x) {
        for (int i = 0; i < x.length; i++) {
            if (!Reductions.allFinite(x[i], x[i].length)) {
                throw new ArithmeticException(
                        "allFinite: all numbers must be finite, got others in operand " + i);
            }
        }
        return new double[1];
    }

    private static double[] totalWeight(String caller, double[] x) {
        for (double v : x) {
            if (v <= 0) {
                throw new IllegalArgumentException(
                        caller + ": the weights of a mean must add up to more than 0, got " + v);
            }
        }
        return x;
    }

    private static double[] signs(String caller, double[] x) {
        for (double v : x) {
            if (v != 1 && v != -1) {
                throw new IllegalArgumentException(caller + ": every target must be -1 or 1, got " + v);
            }
        }
        return x;
    }

    private static double[] foldKey(double[] key, double[] number) {
        if (!(number[0] >= 0 && number[0] <= 0x1p53 && number[0] == Math.rint(number[0]))) {
            throw new IllegalArgumentException(
                    "foldKey: the number must be a whole number from 0 to 2^53, got " + number[0]);
        }
        long words = Threefry.fold(Draw.word("foldKey", key, 0), Draw.word("foldKey", key, 1), (long) number[0]);
        return new double[] {words & 0xffffffffL, words >>> 32};
    }
}
