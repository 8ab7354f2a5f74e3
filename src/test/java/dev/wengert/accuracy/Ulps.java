package dev.wengert.accuracy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A program that prints the largest errors of the smooth functions of one operand, and of their first derivatives, in ulps: {@code count
 * [name ...]}. The value is compared with the exact form, the derivative with a central difference of the exact form, which knows
 * nothing of the rule. Subnormal values are left out. Where a derivative is 0 within the domain, its ulps are large, since its terms cancel.
 */
final class Ulps {

    private static final BigArithmetic A = new BigArithmetic(40);

    /** Digits enough for a difference over a step of at most 1e-30, where the argument is between 1e-20 and 1e20. */
    private static final BigArithmetic WIDE = new BigArithmetic(150);

    private static final BigReal STEP = BigReal.of(new BigDecimal("1e-30"));

    private Ulps() {}

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        List<String> names = Arrays.asList(args).subList(1, args.length);
        System.out.printf("%-12s %8s %-26s %8s %s%n", "function", "ulps", "at", "slope", "at");
        for (UnaryOp op : UnaryOp.values()) {
            if (names.isEmpty() || names.contains(op.label())) {
                measure(op, count);
            }
        }
    }

    private static void measure(UnaryOp op, int count) {
        RandomGenerator random = new SplittableRandom(1);
        double[] most = new double[2];
        double[] where = new double[2];
        for (int i = 0; i < count; i++) {
            double x = argument(random);
            double y = op.at(x);
            if (Double.isFinite(y) && y != 0) {
                note(0, Math.abs(ulps(y, exact(op, BigReal.of(x), A))), x, most, where);
                boolean moderate = Math.abs(x) > 1e-20 && Math.abs(x) < 1e20;
                double slope = i % 8 == 0 && moderate ? slope(op, x) : 0;
                if (Double.isFinite(slope) && slope != 0) {
                    note(1, Math.abs(ulps(slope, exactSlope(op, x))), x, most, where);
                }
            }
        }
        System.out.printf(
                Locale.ROOT, "%-12s %8.3f %-26s %8.3g %s%n", op.label(), most[0], where[0], most[1], where[1]);
    }

    private static void note(int order, double error, double x, double[] most, double... where) {
        if (error > most[order]) {
            most[order] = error;
            where[order] = x;
        }
    }

    /** All scales, moderate numbers, and numbers close to ±1. */
    private static double argument(RandomGenerator random) {
        double sign = random.nextBoolean() ? 1 : -1;
        return sign
                * switch (random.nextInt(6)) {
                    case 0 -> Math.scalb(1 + random.nextDouble(), random.nextInt(-1060, 1024));
                    case 1 -> Math.scalb(1 + random.nextDouble(), random.nextInt(-30, 40));
                    case 2 ->
                        1 + (random.nextBoolean() ? 1 : -1) * Math.scalb(random.nextDouble(), -random.nextInt(50));
                    case 3 -> random.nextDouble(0, 3);
                    case 4 -> random.nextDouble(0, 40);
                    default -> random.nextDouble(0, 745);
                };
    }

    private static double slope(UnaryOp op, double x) {
        return Autodiff.grad((Variable v) -> op.apply(v)).apply(Variable.of(x)).item();
    }

    private static BigReal exactSlope(UnaryOp op, double x) {
        BigReal at = BigReal.of(x);
        BigReal h = WIDE.mul(BigReal.of(Math.min(1, Math.abs(x))), STEP);
        BigReal rise = WIDE.sub(exact(op, WIDE.add(at, h), WIDE), exact(op, WIDE.sub(at, h), WIDE));
        return WIDE.div(rise, WIDE.add(h, h));
    }

    private static BigReal exact(UnaryOp op, BigReal x, BigArithmetic a) {
        Shape one = Shape.of();
        return ExactForms.of(op, one, new BigReal[][] {{x}}, new Shape[] {one}, a)[0];
    }

    private static double ulps(double y, BigReal exact) {
        return exact.isFinite() && Math.abs(y) >= Double.MIN_NORMAL
                ? new BigDecimal(y)
                                .subtract(exact.toBigDecimal(), MathContext.DECIMAL32)
                                .doubleValue()
                        / Math.ulp(exact.toDouble())
                : 0;
    }
}
