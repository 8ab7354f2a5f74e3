package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** Every function of the benchmark runs, and is close to that of the JDK beside it. */
class FunctionBenchmarkTest {

    static List<String> functions() throws NoSuchFieldException {
        return List.of(FunctionBenchmark.class
                .getField("function")
                .getAnnotation(Param.class)
                .value());
    }

    @ParameterizedTest
    @MethodSource("functions")
    void functionsOfTheSameNameHaveTheSameValues(String function) {
        double[] values = values(function);
        assertThat(values).doesNotContain(Double.NaN);
        double[] ours = values(function.substring(function.indexOf('.') + 1));
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - ours[i])).isLessThanOrEqualTo(4 * Math.ulp(ours[i]));
        }
    }

    private static double[] values(String function) {
        FunctionBenchmark benchmark = new FunctionBenchmark();
        benchmark.function = function;
        benchmark.prepare();
        return benchmark.element();
    }
}
