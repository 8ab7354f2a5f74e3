package dev.wengert.kernel;

import java.util.Arrays;

/** A program that computes products for a while, of numbers whose sums would be 0 if each product were rounded, and prints the first element. */
final class LargeProduct {

    /** What it prints at its end. */
    static final String RESULT = "8.326672684688674E-19";

    private static final int N = 130; // 2,197,000 products: threads share them

    private LargeProduct() {}

    public static void main(String[] args) throws InterruptedException {
        double[] a = new double[N * N];
        Arrays.fill(a, 0.1);
        double[] b = a.clone();
        for (int l = 1; l < N; l += 2) {
            Arrays.fill(b, l * N, l * N + N, -0.1);
        }
        double[] c = new double[N * N];
        double[][] work = Arrays.stream(MatrixProduct.workLengths(N, N, N))
                .mapToObj(double[]::new)
                .toArray(double[][]::new);
        for (int i = 0; i < 500; i++) {
            MatrixProduct.multiply(false, false, N, N, N, a, 0, b, 0, c, 0, work);
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("wengert products")) {
                thread.join(); // or the program might end before it has spoken
            }
        }
        System.out.println(c[0]);
    }
}
