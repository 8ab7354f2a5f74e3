package dev.wengert.optim;

/** Arithmetic of vectors. Sums run from the first element to the last. */
final class Vectors {

    private Vectors() {}

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** {@code y + c·x}, in a new array. */
    static double[] add(double[] y, double c, double[] x) {
        double[] sum = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = y[i] + c * x[i];
        }
        return sum;
    }

    /** {@code c·x}, in a new array. */
    static double[] scale(double c, double[] x) {
        double[] product = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            product[i] = c * x[i];
        }
        return product;
    }

    /** The largest magnitude; NaN if there is a NaN. */
    static double largest(double[] x) {
        double largest = 0;
        for (double v : x) {
            largest = Math.max(largest, Math.abs(v));
        }
        return largest;
    }

    /** The sum of the magnitudes. */
    static double sumOfMagnitudes(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += Math.abs(v);
        }
        return sum;
    }

    /** The Euclidean norm, without overflow and underflow. */
    static double norm(double[] x) {
        double largest = largest(x);
        if (largest == 0 || !Double.isFinite(largest)) {
            return largest;
        }
        double sum = 0;
        for (double v : x) {
            sum += v / largest * (v / largest);
        }
        return largest * Math.sqrt(sum);
    }

    static boolean isFinite(double[] x) {
        return Double.isFinite(largest(x));
    }
}
