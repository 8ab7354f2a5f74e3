package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinTest {

    /** What {@link LargeProduct} computes. */
    private static final String FUSED = "8.326672684688674E-19";

    private static final String UNFUSED = "0.0";

    @ParameterizedTest
    @CsvSource({
        "      , false, 'mixed mode, sharing',                  ABSENT",
        "      , true,  'mixed mode, sharing',                  REHEARSED",
        "      , true,  'interpreted mode, sharing',            PLAIN",
        "      , true,  'mixed mode, emulated-client, sharing', PLAIN",
        "      , false, 'interpreted mode',                     PLAIN",
        " plain, true,  'mixed mode, sharing',                  PLAIN",
        " plain, false, 'mixed mode, sharing',                  PLAIN",
        "vector, true,  'mixed mode, sharing',                  VECTOR",
        "vector, true,  'interpreted mode, sharing',            VECTOR",
        "VECTOR, true,  'mixed mode, sharing',                  VECTOR",
        "vector, false, 'mixed mode, sharing',                  PLAIN",
        "  fast, true,  'mixed mode, sharing',                  REHEARSED",
    })
    void settingModuleAndMachineDecide(String setting, boolean present, String machine, Twin.Mode mode) {
        assertThat(Twin.Mode.of(setting, present, machine)).isEqualTo(mode);
    }

    @Test
    void absenceIsToldOnceWhenItMatters() throws Exception {
        String output = ForkedJvm.run(Twin.class, LargeProduct.class);
        assertThat(output)
                .containsOnlyOnce("INFO: large products are faster with the Vector API:"
                        + " add --add-modules jdk.incubator.vector to the options of java");
    }

    @Test
    void forcedLoopsAreSilent() throws Exception {
        assertThat(ForkedJvm.run(Twin.class, LargeProduct.class, "-Ddev.wengert.kernel=plain"))
                .isEqualTo(FUSED + System.lineSeparator());
    }

    @Test
    void withoutFusedMultiplyAddSumsRoundTwiceAndThatIsTold() throws Exception {
        assertThat(ForkedJvm.run(Twin.class, LargeProduct.class, "-XX:-UseFMA", "-Ddev.wengert.kernel=plain"))
                .contains(
                        "INFO: this processor has no fused multiply-add: products of matrices round twice an addition,"
                                + " and the last bits of results differ from those of other machines")
                .endsWith(UNFUSED + System.lineSeparator());
    }
}
