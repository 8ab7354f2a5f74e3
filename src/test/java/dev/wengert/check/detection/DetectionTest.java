package dev.wengert.check.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.check.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A sample of what the detection command does: the same code, every kind of fault. */
class DetectionTest {

    @Test
    void theSampleReachesTheGoals() throws IOException {
        List<String> log = new ArrayList<>();
        Scores scores = Detection.run(
                true,
                line -> {
                    synchronized (log) {
                        log.add(line);
                    }
                },
                onTheWay -> {});
        assertThat(scores.missedGoals()).as("%s", log).isEmpty();

        Set<String> kinds = new HashSet<>();
        Faults.all().forEach(fault -> kinds.add(fault.kind()));
        for (Wiring wiring : Wiring.values()) {
            kinds.add(wiring.kind());
        }
        assertThat(kinds).hasSizeGreaterThanOrEqualTo(25);
        Path published = Path.of("src/test/resources/dev/wengert/check/detection/kinds.csv");
        assertThat(Table.read(published).column("kind of fault")).containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(scores.trials().stream().map(t -> t.mutant().kind())).containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(scores.trials().stream().filter(Trial::counts).count()).isGreaterThan(kinds.size() * 3L / 4);
        assertThat(scores.right()).allMatch(r -> r.outcome().verdict() != Verdict.FAIL);
        assertThat(scores.tables().values()).allMatch(table -> table.rows().size() > 1);
    }
}
