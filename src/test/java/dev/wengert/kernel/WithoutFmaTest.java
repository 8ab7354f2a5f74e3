package dev.wengert.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.ForkedJvm;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every machine and every version of Java computes the same bits, also without fused multiply-add. A change of the kernels that changes bits
 * needs a new file of them: the lines that {@link BitsOfEverything} prints.
 */
class WithoutFmaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Ddev.wengert.kernel=plain",
                "-Ddev.wengert.threads=2",
                "--add-modules=jdk.incubator.vector -Ddev.wengert.kernel=vector"
            })
    void everythingHasTheSameBits(String options) throws Exception {
        List<String> bits = bitsOfTheFile();
        assertThat(bits).hasSizeGreaterThan(200);
        assertThat(bits(options)).isEqualTo(bits);
        assertThat(bits(options + " -XX:-UseFMA")).isEqualTo(bits);
    }

    /** What the program printed when its results last changed, on whatever machine. */
    private static List<String> bitsOfTheFile() throws IOException {
        try (InputStream in = WithoutFmaTest.class.getResourceAsStream("bits.txt")) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }

    /** What the program prints, without what the log says. */
    private static List<String> bits(String options) throws Exception {
        return ForkedJvm.run(Fma.class, BitsOfEverything.class, options.split(" "))
                .lines()
                .filter(line -> line.matches(".*: [0-9a-f]+"))
                .toList();
    }
}
