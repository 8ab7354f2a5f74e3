package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

/** The tests need no native library: what happens without it. */
class NativeProductTest {

    @Test
    void isUsedOnlyIfItIsAskedFor() {
        assertThat(NativeProduct.isWanted(null)).isFalse();
    }

    @Test
    void absenceIsToldAndProductsStayInJava() throws Exception {
        assertThat(ForkedJvm.run(
                        Twin.class, LargeProduct.class, "-Ddev.wengert.blas=netlib", "-Ddev.wengert.kernel=plain"))
                .contains("WARNING: dev.wengert.blas=netlib needs dev.ludovic.netlib:blas on the class path and a BLAS"
                        + " that the system finds (libblas.so.3); products stay in Java:"
                        + " java.lang.ClassNotFoundException: dev.ludovic.netlib.blas.NativeBLAS")
                .endsWith(LargeProduct.RESULT + System.lineSeparator());
    }

    @Test
    void otherSettingsAreToldAndIgnored() throws Exception {
        assertThat(ForkedJvm.run(
                        Twin.class, LargeProduct.class, "-Ddev.wengert.blas=mkl", "-Ddev.wengert.kernel=plain"))
                .contains("WARNING: dev.wengert.blas must be netlib, got mkl; it is ignored")
                .endsWith(LargeProduct.RESULT + System.lineSeparator());
    }
}
