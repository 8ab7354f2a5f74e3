package dev.wengert.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of two matrices in vectors: the twin of the loops in {@code MatrixProduct}, with the same bits.
 *
 * <p>A tile of C (several rows, each of several vectors) stays in registers while one block of k is accumulated. Each step broadcasts an
 * element of each row of A and multiplies it by vectors of B. The vectors of B are packed in the order of their use, unless they are used
 * only a few times. A is read in place; only rows that a tile cannot read because A is transposed are copied.
 *
 * <p>The clumsy form of the tiles is what C2 (17 to 25) needs. One method loads, computes and stores: a vector that is passed to a method
 * is boxed unless that method is inlined, and C2 stops inlining at a number of nodes. There are no branches: missing rows repeat the last
 * row. Sums go to an array of the tile's own, at constant indices, and from there to C.
 */
public final class VectorProduct {

    // The compiler copies these constants into the classes that use them, so their use does not load this class.

    /** Number of scratch arrays: the sums of a tile, a block of B, the rows of A that a tile reads. */
    public static final int SCRATCH = 3;

    /** Length of the scratch array for sums. */
    public static final int TILE = 6 * 4 * 8;

    /** Number of rows of A that are copied; their scratch has this many elements for each step of a block. */
    public static final int ROWS = 6;

    /** Length of a block of k. */
    private static final int BLOCK = 256;

    /** With at most this many tiles above each other, packing B does not pay. */
    private static final int FEW = 4;

    /** From this many columns on, copying rows of a transposed A pays. */
    private static final int WIDE = 64;

    /** Number of columns packed together: with 256 steps they fill half of a second-level cache of 1 MB. */
    public static final int COLUMNS = 256;

    /** Largest number of columns that fill up the last tile; the scratch for B has room for them. */
    public static final int PADDING = 4 * 8;

    private static final VectorSpecies<Double> SPECIES =
            DoubleVector.SPECIES_PREFERRED.length() > 8 ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Whether a tile may keep 24 sums: processors with 512-bit vectors have 32 registers. */
    private static final boolean MANY = LANES >= 8;

    /** Whether this is Java 17, whose C2 needs a separate tile for a whole block; in that tile the C2 of 25 spills. */
    private static final boolean C2_OF_17 = Runtime.version().feature() < 18;

    private VectorProduct() {}

    /**
     * Writes a product to c, or subtracts it from c. Matrices are given by strides: xRow between rows, xColumn between columns. One stride of b and one stride of c
     * must be 1. The scratch begins with arrays for the sums of a tile and for a block of B.
     */
    public static void multiply(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            int cColumn,
            double[][] work) {
        double[] tile = work[0];
        double[] panel = work[1];
        boolean unit = aColumn == 1;
        boolean few = bColumn == 1 && n <= FEW * (MANY ? 6 : 4);
        boolean eight = MANY && unit && m <= 2 * LANES;
        boolean six = !MANY && !few && (unit || m >= WIDE) && (m <= 2 * LANES || m > 3 * LANES);
        int height = eight ? 8 : MANY || six ? 6 : 4;
        int across = (eight || six ? 2 : MANY ? 4 : 3) * LANES;
        boolean packed = eight || !few;
        int together = packed ? height : n; // a part of B that is not packed is read once from where it lies
        for (int j = 0; j < m; j += COLUMNS) {
            int width = Math.min(COLUMNS, m - j);
            int first = packed ? 0 : width / across * across;
            for (int l = 0; l < k; l += BLOCK) {
                int steps = Math.min(BLOCK, k - l);
                boolean whole = C2_OF_17 && six && steps == BLOCK;
                boolean copied = six && !unit || whole;
                int y = bAt + l * bRow + j * bColumn;
                if (first < width) {
                    pack(b, y + first * bColumn, bRow, bColumn, steps, width - first, across, panel);
                }
                for (int from = 0; from < n; from += together) {
                    int end = Math.min(n, from + together);
                    if (copied) {
                        copyRows(a, aAt + from * aRow + l * aColumn, aRow, aColumn, end - from - 1, steps, work[2]);
                    }
                    for (int q = 0; q < width; q += across) {
                        double[] v = q < first ? b : panel;
                        int vAt = q < first ? y + q : (q - first) * steps;
                        int vRow = q < first ? bRow : across;
                        int columns = Math.min(across, width - q);
                        for (int i = from; i < end; i += height) {
                            int last = Math.min(height, end - i) - 1;
                            int x = aAt + i * aRow + l * aColumn;
                            if (eight) {
                                eightByTwo(a, x, aRow, last, v, vAt, steps, tile);
                            } else if (whole) {
                                sixByTwoOfBlock(work[2], 3 * steps, v, vAt, steps, tile);
                            } else if (copied) {
                                sixByTwo(work[2], 0, steps, last, v, vAt, steps, tile);
                            } else if (six) {
                                sixByTwo(a, x, aRow, last, v, vAt, steps, tile);
                            } else if (MANY) {
                                sixByFour(a, x, aRow, aColumn, last, v, vAt, vRow, steps, tile);
                            } else {
                                fourByThree(a, x, aRow, aColumn, last, v, vAt, vRow, steps, tile);
                            }
                            int z = cAt + i * cRow + (j + q) * cColumn;
                            store(minus, tile, across, last + 1, columns, l == 0, c, z, cRow, cColumn);
                        }
                    }
                }
            }
        }
    }

    /** Copies rows of A one after another: rows of a transposed A, whose elements lie far apart, or rows of a whole block. */
    private static void copyRows(double[] a, int at, int aRow, int aColumn, int last, int steps, double[] rows) {
        if (aColumn == 1) {
            for (int i = 0; i < ROWS; i++) {
                System.arraycopy(a, at + Math.min(i, last) * aRow, rows, i * steps, steps);
            }
            return;
        }
        int x1 = Math.min(1, last) * aRow;
        int x2 = Math.min(2, last) * aRow;
        int x3 = Math.min(3, last) * aRow;
        int x4 = Math.min(4, last) * aRow;
        int x5 = Math.min(5, last) * aRow;
        for (int l = 0; l < steps; l++) {
            int x = at + l * aColumn;
            rows[l] = a[x];
            rows[l + steps] = a[x + x1];
            rows[l + 2 * steps] = a[x + x2];
            rows[l + 3 * steps] = a[x + x3];
            rows[l + 4 * steps] = a[x + x4];
            rows[l + 5 * steps] = a[x + x5];
        }
    }

    /** Copies columns of B, grouped by the width of a tile; missing columns are zeros. */
    private static void pack(
            double[] b, int at, int bRow, int bColumn, int steps, int width, int across, double[] panel) {
        int whole = width / across * across;
        if (whole < width) {
            Arrays.fill(panel, whole * steps, whole * steps + steps * across, 0.0);
        }
        if (bColumn == 1) {
            // row by row, as they lie in memory: rows can be pages apart
            for (int l = 0; l < steps; l++) {
                int x = at + l * bRow;
                for (int q = 0; q < whole; q += across) {
                    int y = q * steps + l * across;
                    for (int j = 0; j < across; j += LANES) {
                        DoubleVector.fromArray(SPECIES, b, x + q + j).intoArray(panel, y + j);
                    }
                }
                System.arraycopy(b, x + whole, panel, whole * steps + l * across, width - whole);
            }
            return;
        }
        for (int q = 0; q < width; q += across) {
            int count = Math.min(across, width - q);
            int from = at + q * bColumn;
            int to = q * steps;
            int j = 0;
            for (; j + 8 <= count; j += 8) {
                packEight(b, from + j * bColumn, bRow, bColumn, steps, across, panel, to + j);
            }
            for (; j < count; j++) {
                for (int l = 0; l < steps; l++) {
                    panel[to + l * across + j] = b[from + j * bColumn + l * bRow];
                }
            }
        }
    }

    private static void packEight(
            double[] b, int from, int bRow, int bColumn, int steps, int across, double[] panel, int to) {
        for (int l = 0; l < steps; l++) {
            int x = from + l * bRow;
            int y = to + l * across;
            panel[y] = b[x];
            panel[y + 1] = b[x + bColumn];
            panel[y + 2] = b[x + 2 * bColumn];
            panel[y + 3] = b[x + 3 * bColumn];
            panel[y + 4] = b[x + 4 * bColumn];
            panel[y + 5] = b[x + 5 * bColumn];
            panel[y + 6] = b[x + 6 * bColumn];
            panel[y + 7] = b[x + 7 * bColumn];
        }
    }

    /** Writes the sums of the first block to C, or adds the sums of a later block; or subtracts those of any block. */
    private static void store(
            boolean minus,
            double[] tile,
            int across,
            int rows,
            int columns,
            boolean first,
            double[] c,
            int at,
            int cRow,
            int cColumn) {
        for (int i = 0; i < rows; i++) {
            int x = i * across;
            int y = at + i * cRow;
            if (cColumn != 1) {
                for (int j = 0; j < columns; j++) {
                    int z = y + j * cColumn;
                    c[z] = minus ? c[z] - tile[x + j] : first ? tile[x + j] : c[z] + tile[x + j];
                }
            } else if (minus) {
                int j = 0;
                for (; j + LANES <= columns; j += LANES) {
                    DoubleVector.fromArray(SPECIES, c, y + j)
                            .sub(DoubleVector.fromArray(SPECIES, tile, x + j))
                            .intoArray(c, y + j);
                }
                for (; j < columns; j++) {
                    c[y + j] -= tile[x + j];
                }
            } else if (first) {
                System.arraycopy(tile, x, c, y, columns);
            } else {
                int j = 0;
                for (; j + LANES <= columns; j += LANES) {
                    DoubleVector.fromArray(SPECIES, c, y + j)
                            .add(DoubleVector.fromArray(SPECIES, tile, x + j))
                            .intoArray(c, y + j);
                }
                for (; j < columns; j++) {
                    c[y + j] += tile[x + j];
                }
            }
        }
    }

    /** A tile of six rows by four vectors: 24 sums, for 32 registers. */
    private static void sixByFour(
            double[] a, int at, int aRow, int aColumn, int last, double[] b, int bAt, int bRow, int steps, double[] t) {
        int x0 = at;
        int x1 = at + Math.min(1, last) * aRow;
        int x2 = at + Math.min(2, last) * aRow;
        int x3 = at + Math.min(3, last) * aRow;
        int x4 = at + Math.min(4, last) * aRow;
        int x5 = at + Math.min(5, last) * aRow;
        DoubleVector z = DoubleVector.zero(SPECIES);
        DoubleVector s00 = z;
        DoubleVector s01 = z;
        DoubleVector s02 = z;
        DoubleVector s03 = z;
        DoubleVector s10 = z;
        DoubleVector s11 = z;
        DoubleVector s12 = z;
        DoubleVector s13 = z;
        DoubleVector s20 = z;
        DoubleVector s21 = z;
        DoubleVector s22 = z;
        DoubleVector s23 = z;
        DoubleVector s30 = z;
        DoubleVector s31 = z;
        DoubleVector s32 = z;
        DoubleVector s33 = z;
        DoubleVector s40 = z;
        DoubleVector s41 = z;
        DoubleVector s42 = z;
        DoubleVector s43 = z;
        DoubleVector s50 = z;
        DoubleVector s51 = z;
        DoubleVector s52 = z;
        DoubleVector s53 = z;
        for (int l = 0; l < steps; l++) {
            int y = bAt + l * bRow;
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, b, y);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, b, y + LANES);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, b, y + 2 * LANES);
            DoubleVector v3 = DoubleVector.fromArray(SPECIES, b, y + 3 * LANES);
            DoubleVector u = DoubleVector.broadcast(SPECIES, a[x0 + l * aColumn]);
            s00 = u.fma(v0, s00);
            s01 = u.fma(v1, s01);
            s02 = u.fma(v2, s02);
            s03 = u.fma(v3, s03);
            u = DoubleVector.broadcast(SPECIES, a[x1 + l * aColumn]);
            s10 = u.fma(v0, s10);
            s11 = u.fma(v1, s11);
            s12 = u.fma(v2, s12);
            s13 = u.fma(v3, s13);
            u = DoubleVector.broadcast(SPECIES, a[x2 + l * aColumn]);
            s20 = u.fma(v0, s20);
            s21 = u.fma(v1, s21);
            s22 = u.fma(v2, s22);
            s23 = u.fma(v3, s23);
            u = DoubleVector.broadcast(SPECIES, a[x3 + l * aColumn]);
            s30 = u.fma(v0, s30);
            s31 = u.fma(v1, s31);
            s32 = u.fma(v2, s32);
            s33 = u.fma(v3, s33);
            u = DoubleVector.broadcast(SPECIES, a[x4 + l * aColumn]);
            s40 = u.fma(v0, s40);
            s41 = u.fma(v1, s41);
            s42 = u.fma(v2, s42);
            s43 = u.fma(v3, s43);
            u = DoubleVector.broadcast(SPECIES, a[x5 + l * aColumn]);
            s50 = u.fma(v0, s50);
            s51 = u.fma(v1, s51);
            s52 = u.fma(v2, s52);
            s53 = u.fma(v3, s53);
        }
        s00.intoArray(t, 0);
        s01.intoArray(t, LANES);
        s02.intoArray(t, 2 * LANES);
        s03.intoArray(t, 3 * LANES);
        s10.intoArray(t, 4 * LANES);
        s11.intoArray(t, 5 * LANES);
        s12.intoArray(t, 6 * LANES);
        s13.intoArray(t, 7 * LANES);
        s20.intoArray(t, 8 * LANES);
        s21.intoArray(t, 9 * LANES);
        s22.intoArray(t, 10 * LANES);
        s23.intoArray(t, 11 * LANES);
        s30.intoArray(t, 12 * LANES);
        s31.intoArray(t, 13 * LANES);
        s32.intoArray(t, 14 * LANES);
        s33.intoArray(t, 15 * LANES);
        s40.intoArray(t, 16 * LANES);
        s41.intoArray(t, 17 * LANES);
        s42.intoArray(t, 18 * LANES);
        s43.intoArray(t, 19 * LANES);
        s50.intoArray(t, 20 * LANES);
        s51.intoArray(t, 21 * LANES);
        s52.intoArray(t, 22 * LANES);
        s53.intoArray(t, 23 * LANES);
    }

    /**
     * A tile of eight rows by two vectors, for few columns. It must not check indices, because each step has few sums; so A must not be
     * transposed, and B must be packed.
     */
    private static void eightByTwo(double[] a, int at, int aRow, int last, double[] b, int bAt, int steps, double[] t) {
        int x0 = at;
        int x1 = at + Math.min(1, last) * aRow;
        int x2 = at + Math.min(2, last) * aRow;
        int x3 = at + Math.min(3, last) * aRow;
        int x4 = at + Math.min(4, last) * aRow;
        int x5 = at + Math.min(5, last) * aRow;
        int x6 = at + Math.min(6, last) * aRow;
        int x7 = at + Math.min(7, last) * aRow;
        DoubleVector z = DoubleVector.zero(SPECIES);
        DoubleVector s00 = z;
        DoubleVector s01 = z;
        DoubleVector s10 = z;
        DoubleVector s11 = z;
        DoubleVector s20 = z;
        DoubleVector s21 = z;
        DoubleVector s30 = z;
        DoubleVector s31 = z;
        DoubleVector s40 = z;
        DoubleVector s41 = z;
        DoubleVector s50 = z;
        DoubleVector s51 = z;
        DoubleVector s60 = z;
        DoubleVector s61 = z;
        DoubleVector s70 = z;
        DoubleVector s71 = z;
        for (int l = 0; l < steps; l++) {
            int y = bAt + l * 2 * LANES;
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, b, y);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, b, y + LANES);
            DoubleVector u = DoubleVector.broadcast(SPECIES, a[x0 + l]);
            s00 = u.fma(v0, s00);
            s01 = u.fma(v1, s01);
            u = DoubleVector.broadcast(SPECIES, a[x1 + l]);
            s10 = u.fma(v0, s10);
            s11 = u.fma(v1, s11);
            u = DoubleVector.broadcast(SPECIES, a[x2 + l]);
            s20 = u.fma(v0, s20);
            s21 = u.fma(v1, s21);
            u = DoubleVector.broadcast(SPECIES, a[x3 + l]);
            s30 = u.fma(v0, s30);
            s31 = u.fma(v1, s31);
            u = DoubleVector.broadcast(SPECIES, a[x4 + l]);
            s40 = u.fma(v0, s40);
            s41 = u.fma(v1, s41);
            u = DoubleVector.broadcast(SPECIES, a[x5 + l]);
            s50 = u.fma(v0, s50);
            s51 = u.fma(v1, s51);
            u = DoubleVector.broadcast(SPECIES, a[x6 + l]);
            s60 = u.fma(v0, s60);
            s61 = u.fma(v1, s61);
            u = DoubleVector.broadcast(SPECIES, a[x7 + l]);
            s70 = u.fma(v0, s70);
            s71 = u.fma(v1, s71);
        }
        s00.intoArray(t, 0);
        s01.intoArray(t, LANES);
        s10.intoArray(t, 2 * LANES);
        s11.intoArray(t, 3 * LANES);
        s20.intoArray(t, 4 * LANES);
        s21.intoArray(t, 5 * LANES);
        s30.intoArray(t, 6 * LANES);
        s31.intoArray(t, 7 * LANES);
        s40.intoArray(t, 8 * LANES);
        s41.intoArray(t, 9 * LANES);
        s50.intoArray(t, 10 * LANES);
        s51.intoArray(t, 11 * LANES);
        s60.intoArray(t, 12 * LANES);
        s61.intoArray(t, 13 * LANES);
        s70.intoArray(t, 14 * LANES);
        s71.intoArray(t, 15 * LANES);
    }

    /**
     * A tile of six rows by two vectors: twelve sums, for 16 registers. Without index checks, C2 loads the vectors of a step early, into
     * the other four.
     */
    private static void sixByTwo(double[] a, int at, int aRow, int last, double[] b, int bAt, int steps, double[] t) {
        int x0 = at;
        int x1 = at + Math.min(1, last) * aRow;
        int x2 = at + Math.min(2, last) * aRow;
        int x3 = at + Math.min(3, last) * aRow;
        int x4 = at + Math.min(4, last) * aRow;
        int x5 = at + Math.min(5, last) * aRow;
        DoubleVector z = DoubleVector.zero(SPECIES);
        DoubleVector s00 = z;
        DoubleVector s01 = z;
        DoubleVector s10 = z;
        DoubleVector s11 = z;
        DoubleVector s20 = z;
        DoubleVector s21 = z;
        DoubleVector s30 = z;
        DoubleVector s31 = z;
        DoubleVector s40 = z;
        DoubleVector s41 = z;
        DoubleVector s50 = z;
        DoubleVector s51 = z;
        for (int l = 0; l < steps; l++) {
            int y = bAt + l * 2 * LANES;
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, b, y);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, b, y + LANES);
            DoubleVector u = DoubleVector.broadcast(SPECIES, a[x0 + l]);
            s00 = u.fma(v0, s00);
            s01 = u.fma(v1, s01);
            u = DoubleVector.broadcast(SPECIES, a[x1 + l]);
            s10 = u.fma(v0, s10);
            s11 = u.fma(v1, s11);
            u = DoubleVector.broadcast(SPECIES, a[x2 + l]);
            s20 = u.fma(v0, s20);
            s21 = u.fma(v1, s21);
            u = DoubleVector.broadcast(SPECIES, a[x3 + l]);
            s30 = u.fma(v0, s30);
            s31 = u.fma(v1, s31);
            u = DoubleVector.broadcast(SPECIES, a[x4 + l]);
            s40 = u.fma(v0, s40);
            s41 = u.fma(v1, s41);
            u = DoubleVector.broadcast(SPECIES, a[x5 + l]);
            s50 = u.fma(v0, s50);
            s51 = u.fma(v1, s51);
        }
        s00.intoArray(t, 0);
        s01.intoArray(t, LANES);
        s10.intoArray(t, 2 * LANES);
        s11.intoArray(t, 3 * LANES);
        s20.intoArray(t, 4 * LANES);
        s21.intoArray(t, 5 * LANES);
        s30.intoArray(t, 6 * LANES);
        s31.intoArray(t, 7 * LANES);
        s40.intoArray(t, 8 * LANES);
        s41.intoArray(t, 9 * LANES);
        s50.intoArray(t, 10 * LANES);
        s51.intoArray(t, 11 * LANES);
    }

    /**
     * The same tile for a whole block of copied rows, for the C2 of Java 17: three rows share an address. C2 must know neither where the
     * fourth row begins nor the number of steps; otherwise it also loads broadcasts early, and spills sums.
     */
    private static void sixByTwoOfBlock(double[] a, int second, double[] b, int bAt, int steps, double[] t) {
        DoubleVector z = DoubleVector.zero(SPECIES);
        DoubleVector s00 = z;
        DoubleVector s01 = z;
        DoubleVector s10 = z;
        DoubleVector s11 = z;
        DoubleVector s20 = z;
        DoubleVector s21 = z;
        DoubleVector s30 = z;
        DoubleVector s31 = z;
        DoubleVector s40 = z;
        DoubleVector s41 = z;
        DoubleVector s50 = z;
        DoubleVector s51 = z;
        for (int l = 0; l < steps; l++) {
            int y = bAt + l * 2 * LANES;
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, b, y);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, b, y + LANES);
            DoubleVector u = DoubleVector.broadcast(SPECIES, a[l]);
            s00 = u.fma(v0, s00);
            s01 = u.fma(v1, s01);
            u = DoubleVector.broadcast(SPECIES, a[l + BLOCK]);
            s10 = u.fma(v0, s10);
            s11 = u.fma(v1, s11);
            u = DoubleVector.broadcast(SPECIES, a[l + 2 * BLOCK]);
            s20 = u.fma(v0, s20);
            s21 = u.fma(v1, s21);
            u = DoubleVector.broadcast(SPECIES, a[second + l]);
            s30 = u.fma(v0, s30);
            s31 = u.fma(v1, s31);
            u = DoubleVector.broadcast(SPECIES, a[second + l + BLOCK]);
            s40 = u.fma(v0, s40);
            s41 = u.fma(v1, s41);
            u = DoubleVector.broadcast(SPECIES, a[second + l + 2 * BLOCK]);
            s50 = u.fma(v0, s50);
            s51 = u.fma(v1, s51);
        }
        s00.intoArray(t, 0);
        s01.intoArray(t, LANES);
        s10.intoArray(t, 2 * LANES);
        s11.intoArray(t, 3 * LANES);
        s20.intoArray(t, 4 * LANES);
        s21.intoArray(t, 5 * LANES);
        s30.intoArray(t, 6 * LANES);
        s31.intoArray(t, 7 * LANES);
        s40.intoArray(t, 8 * LANES);
        s41.intoArray(t, 9 * LANES);
        s50.intoArray(t, 10 * LANES);
        s51.intoArray(t, 11 * LANES);
    }

    /**
     * A tile of four rows by three vectors: twelve sums, for 16 registers. It serves if B is read in place, if A is transposed, or if the
     * columns of B fit three vectors.
     */
    private static void fourByThree(
            double[] a, int at, int aRow, int aColumn, int last, double[] b, int bAt, int bRow, int steps, double[] t) {
        int x0 = at;
        int x1 = at + Math.min(1, last) * aRow;
        int x2 = at + Math.min(2, last) * aRow;
        int x3 = at + Math.min(3, last) * aRow;
        DoubleVector z = DoubleVector.zero(SPECIES);
        DoubleVector s00 = z;
        DoubleVector s01 = z;
        DoubleVector s02 = z;
        DoubleVector s10 = z;
        DoubleVector s11 = z;
        DoubleVector s12 = z;
        DoubleVector s20 = z;
        DoubleVector s21 = z;
        DoubleVector s22 = z;
        DoubleVector s30 = z;
        DoubleVector s31 = z;
        DoubleVector s32 = z;
        for (int l = 0; l < steps; l++) {
            int y = bAt + l * bRow;
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, b, y);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, b, y + LANES);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, b, y + 2 * LANES);
            DoubleVector u = DoubleVector.broadcast(SPECIES, a[x0 + l * aColumn]);
            s00 = u.fma(v0, s00);
            s01 = u.fma(v1, s01);
            s02 = u.fma(v2, s02);
            u = DoubleVector.broadcast(SPECIES, a[x1 + l * aColumn]);
            s10 = u.fma(v0, s10);
            s11 = u.fma(v1, s11);
            s12 = u.fma(v2, s12);
            u = DoubleVector.broadcast(SPECIES, a[x2 + l * aColumn]);
            s20 = u.fma(v0, s20);
            s21 = u.fma(v1, s21);
            s22 = u.fma(v2, s22);
            u = DoubleVector.broadcast(SPECIES, a[x3 + l * aColumn]);
            s30 = u.fma(v0, s30);
            s31 = u.fma(v1, s31);
            s32 = u.fma(v2, s32);
        }
        s00.intoArray(t, 0);
        s01.intoArray(t, LANES);
        s02.intoArray(t, 2 * LANES);
        s10.intoArray(t, 3 * LANES);
        s11.intoArray(t, 4 * LANES);
        s12.intoArray(t, 5 * LANES);
        s20.intoArray(t, 6 * LANES);
        s21.intoArray(t, 7 * LANES);
        s22.intoArray(t, 8 * LANES);
        s30.intoArray(t, 9 * LANES);
        s31.intoArray(t, 10 * LANES);
        s32.intoArray(t, 11 * LANES);
    }
}
