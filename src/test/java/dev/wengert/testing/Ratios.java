package dev.wengert.testing;

import java.util.Arrays;
import java.util.Locale;

/** How large true errors are beside the bounds of them: above 1 a bound is broken, far below it is of no use. */
public final class Ratios {

    private double[] ratios = new double[1024];
    private int count;
    private String worst = "";

    /**
     * Adds a case. An error of 0 beside a bound of 0 is no case; beside an infinite bound nothing is said, either.
     *
     * @param error the true error, not negative
     * @param bound what was said of it
     * @param what describes the case
     */
    public void add(double error, double bound, Object what) {
        if (error == 0 && bound == 0 || bound == Double.POSITIVE_INFINITY) {
            return;
        }
        double ratio = error / bound;
        if (count == 0 || !(ratio <= max())) {
            worst = "error " + error + ", bound " + bound + ": " + what;
            if (count > 0) {
                double largest = ratios[0];
                ratios[0] = ratio;
                ratio = largest;
            }
        }
        if (count == ratios.length) {
            ratios = Arrays.copyOf(ratios, 2 * count);
        }
        ratios[count++] = ratio;
    }

    /**
     * The number of cases.
     *
     * @return how many have been added
     */
    public int count() {
        return count;
    }

    /**
     * The largest ratio; NaN if there was one.
     *
     * @return the ratio
     */
    public double max() {
        return ratios[0];
    }

    /**
     * A quantile of the ratios.
     *
     * @param share 0.5 for the median
     * @return the ratio below which that share of the cases is
     */
    public double quantile(double share) {
        double[] sorted = Arrays.copyOf(ratios, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, share * count)];
    }

    /** The case with the largest ratio. */
    public String worst() {
        return worst;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d cases, error/bound: 1 %% %.2g, 10 %% %.2g, median %.2g, 90 %% %.2g, 99 %% %.2g, largest %.3f",
                count,
                quantile(0.01),
                quantile(0.1),
                quantile(0.5),
                quantile(0.9),
                quantile(0.99),
                max());
    }
}
