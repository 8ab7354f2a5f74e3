package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The error of a plain central difference with one step, along one direction.
 *
 * @param h the step
 * @param error the distance of the difference quotient from the rule's value
 * @param rounding the bound of the rounding in the quotient
 */
record StepError(double h, double error, double rounding) {

    private static final int ROWS = 40;

    /** The rows for the steps 1, 1/2, …, of a function whose rules give a slope. */
    static List<StepError> table(Program function, double[] x, double[] direction, double slope) {
        double rounding = 2 * function.errors(x, new double[x.length])[0];
        List<StepError> rows = new ArrayList<>();
        double h = 1;
        for (int k = 0; k < ROWS; k++, h /= 2) {
            double quotient = (value(function, x, direction, h) - value(function, x, direction, -h)) / (2 * h);
            rows.add(new StepError(h, Math.abs(quotient - slope), rounding / h));
        }
        return rows;
    }

    private static double value(Program function, double[] x, double[] direction, double h) {
        return function.evaluate(Directions.moved(x, direction, h))[0];
    }
}
