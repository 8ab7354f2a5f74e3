package dev.wengert.check.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A few of the right derivatives at hard points; the command draws 21,000. */
class RightChecksTest {

    private static final int EACH = 40;

    @Test
    void noRightDerivativeFails() {
        List<String> log = new ArrayList<>();
        Map<String, Map<String, Integer>> tally = RightChecks.run(EACH, 1, line -> {
            synchronized (log) {
                log.add(line);
            }
        });
        assertThat(log).noneMatch(line -> line.startsWith("FAIL") || line.startsWith("threw"));
        assertThat(tally).hasSize(7);
        assertThat(inconclusive(tally, "ORDINARY")).isZero();
        assertThat(inconclusive(tally, "SMOOTH_CUSTOM")).isLessThanOrEqualTo(EACH / 20);
        assertThat(inconclusive(tally, "KINKED_CUSTOM")).isLessThanOrEqualTo(EACH / 20);
    }

    private static int inconclusive(Map<String, Map<String, Integer>> tally, String family) {
        return tally.get(family).getOrDefault("INCONCLUSIVE", 0);
    }
}
