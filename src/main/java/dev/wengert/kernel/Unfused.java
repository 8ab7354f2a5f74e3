package dev.wengert.kernel;

/**
 * Functions of {@link Elementary} for processors without a fused multiply-add, where each {@link Math#fma} would take microseconds. They
 * are made of {@link StrictMath}. Errors are up to 4 ulp, and the softmax of neighbouring logits may change their order.
 */
final class Unfused {

    private Unfused() {}

    static double exp(double x, double low) {
        double e = StrictMath.exp(x);
        return e + e * low;
    }

    static double sech2(double x) {
        double a = Math.abs(x);
        if (a > 350.0) {
            double root = 2.0 * StrictMath.exp(-a);
            return root * root;
        }
        double e = StrictMath.exp(-2.0 * a);
        double s = 1.0 + e;
        return 4.0 * e / (s * s);
    }

    static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x < 0.0 ? e : 1.0) / (1.0 + e);
    }
}
