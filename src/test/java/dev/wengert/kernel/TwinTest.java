package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.ForkedJvm;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
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

    @Test
    void absenceIsToldOnceWhenItMatters() throws Exception {
        String output = ForkedJvm.run(Twin.class, LargeProduct.class);
        assertThat(output)
                .containsOnlyOnce("INFO: large products are faster with the Vector API:"
                        + " add --add-modules jdk.incubator.vector to the options of java");
    }

    @Test
    void whereNoThreadCanBeStartedPlainLoopsServeAndItIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        Twin twin = new Twin("test") {
            @Override
            protected int parts() {
                return 1;
            }

            @Override
            protected void rehearse(int part, boolean twin) {}

            @Override
            void start(Thread thread) {
                attempts.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
            }
        };
        for (int i = 0; i < 3; i++) {
            assertThat(twin.serves(60_000_000)).isFalse();
        }
        assertThat(attempts.get()).isEqualTo(3);
    }

    @Test
    void forcedLoopsAreSilent() throws Exception {
        assertThat(ForkedJvm.run(Twin.class, LargeProduct.class, "-Ddev.wengert.kernel=plain"))
                .isEqualTo(LargeProduct.RESULT + System.lineSeparator());
    }

    @Test
    void withoutFusedMultiplyAddItIsToldWhatIsSlow() throws Exception {
        assertThat(ForkedJvm.run(Twin.class, LargeProduct.class, "-XX:-UseFMA"))
                .containsOnlyOnce("INFO: this processor has no fused multiply-add, and other operations compute the"
                        + " same bits: products of matrices take up to 100 times as long, softmax and functions such"
                        + " as exp and erf up to 30 times; the Vector API is not used" + System.lineSeparator())
                .endsWith(LargeProduct.RESULT + System.lineSeparator())
                .doesNotContain("--add-modules");
    }
}
