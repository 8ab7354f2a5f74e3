package dev.wengert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks run, and what they measure is the same in both ways. */
class WorksTest {

    @ParameterizedTest
    @FieldSource("dev.wengert.bench.Works#NAMES")
    void eagerAndReplayedWorksHaveTheSameResult(String name) {
        Work eager = Works.of(name);
        Work replayed = Works.of(name);
        for (int i = 0; i < 2; i++) {
            assertThat(replayed.replay()).containsExactly(eager.eager());
        }
    }

    @Test
    void theJobReadsDigits() {
        double[] accuracy = Works.of(Works.JOB).replay();
        assertThat(accuracy).containsExactly(Works.of(Works.JOB).eager());
        assertThat(accuracy[0]).isGreaterThan(0.85);
    }

    @Test
    void everyBenchmarkRuns() throws Exception {
        assertThat(new Runner(new OptionsBuilder()
                                .include("WorkBenchmark")
                                .forks(0)
                                .warmupIterations(0)
                                .measurementIterations(1)
                                .measurementTime(TimeValue.milliseconds(1))
                                .shouldFailOnError(true)
                                .verbosity(VerboseMode.SILENT)
                                .build())
                        .run())
                .hasSize(2 * Works.NAMES.size());
    }
}
