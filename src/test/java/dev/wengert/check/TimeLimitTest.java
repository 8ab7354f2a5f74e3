package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Tensor;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimeLimitTest {

    private static final GradientCheck CHECK =
            GradientCheck.of(x -> x.sin().mul(x).sum()).at(Tensor.of(0.5, 2, 3));

    private static final GradientCheck WRONG = GradientCheck.external(
                    x -> x[0] * x[0] * x[1], x -> new double[] {2 * x[0] * x[1], x[0]})
            .at(3, 4);

    /** A check whose time is up when a part of it is done. */
    private static GradientCheck until(GradientCheck check, double part) {
        AtomicLong now = new AtomicLong();
        return check.clock(now::get).timeLimit(Duration.ofSeconds(1)).onProgress(done -> {
            if (done >= part) {
                now.set(Duration.ofSeconds(2).toNanos());
            }
        });
    }

    @Test
    void whatWasComparedIsInTheReport() {
        GradientReport whole = CHECK.run();
        GradientReport report = until(CHECK, 0.7).run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        Entry time = report.entries().get(0);
        assertThat(time.path()).isEqualTo("time");
        assertThat(time.note()).isEqualTo("the time of PT1S is up: nothing else was compared");
        assertThat(report.entries().size()).isBetween(10, whole.entries().size());
        assertThat(whole.entries())
                .containsAll(report.entries().subList(1, report.entries().size()));
    }

    private static long ticks() {
        AtomicLong calls = new AtomicLong();
        CHECK.clock(calls::getAndIncrement).run();
        return calls.get();
    }

    /** The time may be up between any two comparisons. */
    @Test
    void comparisonsOfTheWholeThatWereMadeBeforeAreKept() {
        long ticks = ticks();
        Set<Integer> counts = new TreeSet<>();
        for (long limit = 1; limit <= ticks; limit++) {
            AtomicLong calls = new AtomicLong();
            GradientReport report = CHECK.clock(calls::getAndIncrement)
                    .timeLimit(Duration.ofNanos(limit))
                    .run();
            assertThat(report.verdict())
                    .isEqualTo(report.entries().get(0).path().equals("time") ? Verdict.INCONCLUSIVE : Verdict.PASS);
            counts.add(report.entries().size());
        }
        assertThat(counts).hasSizeGreaterThan(5);
    }

    @Test
    void aFaultThatWasFoundBeforeIsAFault() {
        GradientReport report = until(WRONG, 0.7).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).isNotEmpty();
    }

    @Test
    void enoughTimeChangesNothing() {
        assertThat(CHECK.timeLimit(Duration.ofDays(1)).run().entries())
                .isEqualTo(CHECK.run().entries());
    }

    @Test
    void badInput() {
        assertThatThrownBy(() -> CHECK.timeLimit(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeLimit: the limit must be greater than 0, got PT0S");
    }
}
