package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinTest {

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
}
