package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Richardson's extrapolation to h = 0 of vectors that are even functions of h, known at {@code h₀, h₀/2, h₀/4, …}:
 * {@code T[i][j] = T[i][j−1] + (T[i][j−1] − T[i−1][j−1])/(4ʲ − 1)} leaves an error of order {@code h^(2j+2)}.
 *
 * <p>Bounds of the errors of the vectors are carried along, as in the worst case of signs:
 * {@code E[i][j] = (4ʲ E[i][j−1] + E[i−1][j−1])/(4ʲ − 1)}.
 */
final class Tableau {

    static final int COLUMNS = 7;

    private final List<double[][]> values = new ArrayList<>();
    private final List<double[][]> errors = new ArrayList<>();

    int rows() {
        return values.size();
    }

    /** Adds the vector for the next step, which is half the last, with bounds of its errors. */
    void add(double[] value, double[] error) {
        int i = rows();
        double[][] t = new double[Math.min(i + 1, COLUMNS)][value.length];
        double[][] e = new double[t.length][value.length];
        t[0] = value;
        e[0] = error;
        for (int j = 1; j < t.length; j++) {
            double power = Math.scalb(1.0, 2 * j);
            for (int c = 0; c < value.length; c++) {
                double before = value(i - 1, j - 1, c);
                t[j][c] = t[j - 1][c] + (t[j - 1][c] - before) / (power - 1);
                double rounding = 0x1p-51 * (Math.abs(t[j][c]) + Math.abs(t[j - 1][c]));
                e[j][c] = (power * e[j - 1][c] + error(i - 1, j - 1, c)) / (power - 1) + rounding;
            }
        }
        values.add(t);
        errors.add(e);
    }

    /** Component c in row i, extrapolated j times. */
    double value(int i, int j, int c) {
        return values.get(i)[j][c];
    }

    double error(int i, int j, int c) {
        return errors.get(i)[j][c];
    }

    /** The size of an entry whose limit is 0. If parts of it cancel in this row, the row before still predicts its size. */
    double size(int i, int j, int c) {
        return Math.max(Math.abs(value(i, j, c)), Math.abs(Math.scalb(value(i - 1, j, c), -2 * j - 2)));
    }

    /** The larger of the distances from an entry to the two entries that it was made of. */
    double change(int i, int j, int c) {
        double t = value(i, j, c);
        return Math.max(Math.abs(t - value(i, j - 1, c)), Math.abs(t - value(i - 1, j - 1, c)));
    }

    /** Whether column j converges like h^(2j+2) in the rows i − 2 to i, or its changes are within its rounding. */
    boolean isAsymptotic(int i, int j, int c) {
        if (i - 2 < j) {
            return false;
        }
        double before = value(i - 1, j, c) - value(i - 2, j, c);
        double last = value(i, j, c) - value(i - 1, j, c);
        double noise = 2 * (error(i, j, c) + error(i - 1, j, c));
        double expected = Math.scalb(1.0, 2 * j + 2);
        if (Math.abs(last) <= noise) {
            return Math.abs(before) <= 2 * expected * noise;
        }
        double ratio = before / last;
        return ratio > 0.7 * expected && ratio < 1.4 * expected;
    }

    /**
     * The distance of a vector at a smaller step from the prediction of row i: its distance to the limit shrinks like h².
     *
     * @param halvings the number of halvings of the step of row i
     * @return the part of the distance that neither the next order nor the rounding of row i explains
     */
    double miss(int i, int c, double limit, int halvings, double vector) {
        double share = Math.scalb(1.0, -2 * halvings);
        double foretold = limit + share * (value(i, 0, c) - limit);
        double nextOrder = 2 * Math.abs(value(i, 1, c) - limit);
        return Math.abs(vector - foretold) - share * (nextOrder + error(i, 0, c));
    }
}
