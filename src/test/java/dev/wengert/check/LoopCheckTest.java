package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives by the rules of loops beside those of the steps. Functions of other derivatives stand for wrong rules. */
class LoopCheckTest {

    private static final UnaryOperator<Variable> LOOP =
            x -> Loops.iterate(y -> y.sin().mul(0.9), x, 3).sum();

    private static List<Entry> compare(UnaryOperator<Variable> f, int order) {
        Variable x = Variable.of(Tensor.of(0.3, -0.4));
        Tape loops = Tape.between(List.of(x), List.of(LOOP.apply(x)));
        Tape steps = Tape.between(List.of(x), List.of(f.apply(x)));
        return new LoopCheck(loops, new SplittableRandom(1)).check(loops, steps, order);
    }

    private static UnaryOperator<Variable> written(double factor) {
        return x -> {
            Variable y = x;
            for (int k = 0; k < 3; k++) {
                y = y.sin().mul(k == 1 ? factor : 0.9);
            }
            return y.sum();
        };
    }

    @Test
    void theStepsOfTheLoopPassInEveryOrder() {
        List<Entry> entries = compare(written(0.9), 3);
        assertThat(entries)
                .extracting(Entry::order, Entry::path, Entry::output)
                .containsExactly(
                        tuple(1, "jvp of loops", ""),
                        tuple(1, "gradient of loops", "x[0]"),
                        tuple(1, "gradient of loops", "x[1]"),
                        tuple(2, "jvp of gradient of loops", "x[0]"),
                        tuple(2, "jvp of gradient of loops", "x[1]"),
                        tuple(3, "jvp of jvp of gradient of loops", "x[0]"),
                        tuple(3, "jvp of jvp of gradient of loops", "x[1]"));
        assertThat(entries).allMatch(e -> e.verdict() == Verdict.PASS).allMatch(Entry::isIdentity);
    }

    /** However small the difference is, as long as rounding does not explain it. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.9 + 1e-13})
    void anotherDerivativeFails(double factor) {
        List<Entry> entries = compare(written(factor), 2);
        assertThat(entries).hasSize(5).allMatch(e -> e.verdict() == Verdict.FAIL);
        assertThat(entries.get(1).path()).isEqualTo("gradient of loops");
        assertThat(entries.get(1).value())
                .isCloseTo(expected(0.9), within(entries.get(1).bound()));
        assertThat(entries.get(1).reference())
                .isCloseTo(expected(factor), within(entries.get(1).bound()));
    }

    /** The derivative of the first element of {@link #written}. */
    private static double expected(double factor) {
        double x = 0.3;
        double slope = 1;
        for (double f : new double[] {0.9, factor, 0.9}) {
            slope *= f * StrictMath.cos(x);
            x = f * StrictMath.sin(x);
        }
        return slope;
    }
}
