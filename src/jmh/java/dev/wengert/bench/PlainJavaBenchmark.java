package dev.wengert.bench;

import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.io.JavaPrograms;
import dev.wengert.io.JavaSource;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Tensor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.SplittableRandom;
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

/** The time of a prediction: the plan, and the same program as plain Java. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlainJavaBenchmark {

    /** The number of hidden units; 0 for a softmax regression. */
    @Param({"64", "0"})
    public int hidden;

    /** The number of rows. */
    @Param({"1", "32"})
    public int batch;

    private double[] x;
    private double[] y;
    private Plan plan;
    private MethodHandle predict;

    /** Builds the model, and compiles it both ways. */
    @Setup
    public void prepare() throws ReflectiveOperationException {
        SplittableRandom random = new SplittableRandom(1);
        Layer model = hidden == 0
                ? Chain.of(new Linear("one", 64, 10, random), Variable::softmax)
                : Chain.of(
                        new Linear("one", 64, hidden, random),
                        Variable::relu,
                        new Linear("two", hidden, 10, random),
                        Variable::softmax);
        Tape tape = Tape.record(in -> model.apply(in, Context.inference()), Tensor.zeros(batch, 64));
        plan = tape.compile();
        x = random.doubles(batch * 64L).toArray();
        y = new double[batch * 10];
        JavaPrograms programs = JavaPrograms.compile(List.of(JavaSource.of(tape, "Program")));
        predict = MethodHandles.publicLookup().unreflect(programs.predict("Program", 1));
    }

    /** Runs the plan, without allocation. */
    @Benchmark
    public double[] plan() {
        plan.set(0, x);
        plan.run();
        plan.get(0, y);
        return y;
    }

    /** Runs the class. */
    @Benchmark
    public double[] plainJava() throws Throwable {
        return (double[]) predict.invokeExact(x);
    }
}
