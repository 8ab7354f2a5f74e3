package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Taylor remainders along a direction v over halved steps h. The first remainder {@code |f(x+hv) − f(x) − h⟨g,v⟩|} must fall like h² or
 * faster. The second, {@code |f(x+hv) − f(x) − h⟨g,v⟩ − ½h²⟨v,Hv⟩|}, must fall like h³ or faster.
 */
final class Taylor {

    private static final int ROWS = 10;

    /** The number of last rows that tell how a remainder falls. */
    private static final int LAST = 4;

    private Taylor() {}

    /**
     * One step.
     *
     * @param h the step
     * @param first the remainder of first order
     * @param firstRate the power of h with which it fell since the step before; NaN in the first row
     * @param second the remainder of second order; NaN if no curvature was given
     * @param secondRate the power of h with which it fell
     * @param floor the bound of the rounding in a remainder; rates below it have no meaning
     */
    public record Row(double h, double first, double firstRate, double second, double secondRate, double floor) {}

    /**
     * The rows for a function.
     *
     * @param by its slope and its curvature (or NaN) along the direction
     * @param errors bounds of the errors of both
     */
    static List<Row> table(Program function, double[] x, double[] direction, double h0, double[] by, double[] errors) {
        double slope = by[0];
        double curvature = by[1];
        double[] dx = new double[x.length];
        double here = function.evaluate(x)[0];
        double rounding = 4 * function.errors(x, dx)[0];
        List<Row> rows = new ArrayList<>();
        double h = h0;
        for (int k = 0; k < ROWS; k++, h /= 2) {
            double[] moved = Directions.moved(x, direction, h);
            for (int i = 0; i < x.length; i++) {
                dx[i] = direction[i] == 0 || !Double.isFinite(x[i]) ? 0 : Math.ulp(moved[i]);
            }
            double change = function.evaluate(moved)[0] - here;
            double first = Math.abs(change - h * slope);
            double second = Math.abs(change - h * slope - h * h / 2 * curvature);
            double floor = rounding
                    + 4 * function.errors(moved, dx)[0]
                    + 4 * Math.ulp(change)
                    + h * errors[0]
                    + h * h / 2 * errors[1];
            Row before = rows.isEmpty() ? null : rows.get(k - 1);
            rows.add(new Row(
                    h,
                    first,
                    before == null ? Double.NaN : rate(before.first(), first),
                    second,
                    before == null ? Double.NaN : rate(before.second(), second),
                    floor));
        }
        return rows;
    }

    private static double rate(double before, double now) {
        return (StrictMath.log(before) - StrictMath.log(now)) / StrictMath.log(2);
    }

    /** Whether the remainders fall as they must, or have sunk into their rounding. Otherwise the last rate decides. */
    static boolean fallsAsItMust(List<Row> rows, boolean second) {
        double last = Double.NaN;
        for (Row row : rows) {
            double remainder = second ? row.second() : row.first();
            if (remainder <= 8 * row.floor()) {
                return true;
            }
            last = second ? row.secondRate() : row.firstRate();
        }
        return last > (second ? 2.7 : 1.8);
    }

    /** Whether the last second remainders fall like h², far above their rounding: as they do if the second derivative is wrong. */
    static boolean fallsAsIfWrong(List<Row> rows) {
        return rows.size() >= LAST
                && rows.subList(rows.size() - LAST, rows.size()).stream()
                        .allMatch(r -> Math.abs(r.secondRate() - 2) < 0.05 && r.second() > 64 * r.floor());
    }
}
