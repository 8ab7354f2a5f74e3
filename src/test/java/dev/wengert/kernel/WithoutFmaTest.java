package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.ForkedJvm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A processor without fused multiply-add, or a virtual machine that does not use it, computes the same bits. */
class WithoutFmaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Ddev.wengert.kernel=plain",
                "-Ddev.wengert.threads=2",
                "--add-modules=jdk.incubator.vector -Ddev.wengert.kernel=vector"
            })
    void everythingHasTheSameBits(String options) throws Exception {
        List<String> with = bits(options);
        assertThat(with).hasSizeGreaterThan(50);
        assertThat(bits(options + " -XX:-UseFMA")).isEqualTo(with);
    }

    /** What the program prints, without what the log says. */
    private static List<String> bits(String options) throws Exception {
        return ForkedJvm.run(Fma.class, BitsOfEverything.class, options.split(" "))
                .lines()
                .filter(line -> line.matches(".*: [0-9a-f]+"))
                .toList();
    }
}
