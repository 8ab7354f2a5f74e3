package dev.wengert.kernel;

import dev.ludovic.netlib.blas.NativeBLAS;

/**
 * Matrix products by the BLAS of the system, through {@code dev.ludovic.netlib:blas}. They are used only with the system property {@code
 * dev.wengert.blas=netlib}, because the last bits of their results depend on library, processor and number of threads.
 *
 * <p>Only {@link Library} touches the netlib library, so calling {@link #isWanted} without that property loads nothing of it.
 */
final class NativeProduct {

    private NativeProduct() {}

    /** Returns whether the library computes products: the setting (null if there is none) asks for it, and it can be loaded. */
    static boolean isWanted(String setting) {
        if (setting == null) {
            return false;
        }
        if (!setting.equals("netlib")) {
            log(System.Logger.Level.WARNING, "dev.wengert.blas must be netlib, got " + setting + "; it is ignored");
            return false;
        }
        try {
            log(
                    System.Logger.Level.INFO,
                    "products are computed by " + Library.BLAS.getClass().getSimpleName()
                            + ": their last bits depend on library, processor and threads");
            return true;
        } catch (LinkageError | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            log(
                    System.Logger.Level.WARNING,
                    "dev.wengert.blas=netlib needs dev.ludovic.netlib:blas on the class path and a BLAS that the system"
                            + " finds (libblas.so.3); products stay in Java: " + cause);
            return false;
        }
    }

    /** Does what {@link MatrixProduct#multiply} does. BLAS stores matrices column by column, so it computes the transposed product. */
    static void multiply(
            boolean transposeA,
            boolean transposeB,
            int n,
            int k,
            int m,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
            int cOffset) {
        Library.BLAS.dgemm(
                transposeB ? "T" : "N",
                transposeA ? "T" : "N",
                m,
                n,
                k,
                1.0,
                b,
                bOffset,
                transposeB ? k : m,
                a,
                aOffset,
                transposeA ? n : k,
                0.0,
                c,
                cOffset,
                m);
    }

    private static void log(System.Logger.Level level, String message) {
        System.getLogger(Twin.LOGGER).log(level, message);
    }

    private static final class Library {
        static final NativeBLAS BLAS = NativeBLAS.getInstance();
    }
}
