package dev.wengert.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time of each work, eager and replayed. W8 runs 1000 operations: its microseconds are nanoseconds for an operation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 8, time = 1) // code of the Vector API is rehearsed meanwhile
@Measurement(iterations = 5, time = 1)
public class WorkBenchmark {

    /** Which work. */
    @Param({
        "W1", "W2", "W3", "W4", "W5", "W6", "W7-10", "W7-100", "W8", "W9", "W10", "W11", "W12", "W14", "W15-1", "W15-16"
    })
    public String work;

    private Work ready;

    /** Builds the data. */
    @Setup
    public void prepare() {
        ready = Works.of(work);
    }

    /** Builds the graph, and forgets it. */
    @Benchmark
    public double[] eager() {
        return ready.eager();
    }

    /** Runs the plan. */
    @Benchmark
    public double[] replay() {
        return ready.replay();
    }
}
