final class SoftmaxRows {

    /** Sets e_k = exp(o_k − o_a) for all k. */
    private static void exponentials(double[] o, int at, int q, int a, double[] e, int eAt) {
        plain(o, at, o[at + a], e, eAt, q);
    }
}
