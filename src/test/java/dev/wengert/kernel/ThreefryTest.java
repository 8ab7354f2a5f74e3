package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreefryTest {

    /** The known answers of Random123 for threefry2x32 with 20 rounds (kat_vectors). */
    @ParameterizedTest
    @CsvSource({
        "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
        "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
        "13198a2e, 03707344, 243f6a88, 85a308d3, c4923a9c, 483df7a0"
    })
    void thePublishedVectors(String k0, String k1, String c0, String c1, String x0, String x1) {
        long block = Threefry.block(word(k0), word(k1), word(c0), word(c1));
        assertThat((int) block).isEqualTo(word(x0));
        assertThat((int) (block >>> 32)).isEqualTo(word(x1));
    }

    private static int word(String hex) {
        return Integer.parseUnsignedInt(hex, 16);
    }
}
