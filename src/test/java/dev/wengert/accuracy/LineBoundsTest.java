package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Nonzero;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Elements that move by any amount, past each other and past 0, move what is made of lines of them by no more than its bound. */
class LineBoundsTest {

    private record Function(String name, UnaryOperator<Variable> f) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Function> functions() {
        Variable weights = Variable.of(Tensor.of(1, -2, 4, 8, 3, -5));
        return Stream.of(
                new Function("argsort", x -> x.argsort(0)),
                new Function("argsort descending", x -> x.argsort(0, true)),
                new Function("ranks", x -> new Ranks(0).apply(x)),
                new Function("sort", x -> x.sort(0)),
                new Function("topK", x -> x.topK(0, 3)),
                new Function("median", x -> x.median()),
                new Function("taken", x -> weights.add(x).takeAlong(0, x.argsort(0))),
                new Function("added", x -> weights.add(x).scatterAddAlong(0, x.argsort(0), 6)),
                new Function("cumSum", x -> x.cumSum(0)),
                new Function("cumProd", x -> x.cumProd(0)),
                new Function("transposed", x -> new Recurrence(0, true).apply(x, weights.mul(x))),
                new Function("logCumSumExp", x -> x.logCumSumExp(0)),
                new Function("nonzero", x -> new Nonzero(Shape.of(1)).apply(x)),
                new Function("norm(2)", x -> x.norm(2)),
                new Function("norm(3)", x -> x.norm(3)));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void theBoundHolds(Function function) {
        SplittableRandom random = new SplittableRandom(5);
        for (int trial = 0; trial < 2000; trial++) {
            double size = Math.scalb(1.0, random.nextInt(24) - 26);
            Tensor x = Tensor.of(
                    Shape.of(6),
                    random.doubles(6, -4, 4)
                            .map(v -> random.nextInt(4) == 0 ? v : Math.rint(v))
                            .toArray());
            if (random.nextInt(20) == 0) {
                x = x.map(v -> 0);
            }
            Tensor dx = x.map(v -> random.nextInt(3) == 0 ? 0 : size * random.nextDouble());
            Variable input = Variable.of(x);
            Tape tape = Tape.between(input, function.f.apply(input));
            Tensor y = tape.outputs().get(0).value();
            Tensor bound =
                    new Evaluation(tape, List.of(x)).errorBounds(List.of(dx)).get(0);
            for (int k = 0; k < 10; k++) {
                double[] moved = x.toArray();
                for (int i = 0; i < moved.length; i++) {
                    moved[i] += (k < 2 ? 2 * k - 1 : random.nextDouble(-1, 1)) * dx.get(i);
                }
                double[] z =
                        function.f.apply(Variable.of(Tensor.of(moved))).value().toArray();
                double[] from = y.toArray();
                double[] allowed = bound.toArray();
                for (int i = 0; i < z.length; i++) {
                    double first = allowed[i] * (1 + 8 * size) + 16 * Math.ulp(z[i]) + 0x1p-48;
                    assertThat(Math.abs(z[i] - from[i]))
                            .as("%s at %s, moved by %s: element %d", function, x, dx, i)
                            .isLessThanOrEqualTo(first);
                }
            }
        }
    }

    /** What is sorted by itself moves no more than its elements do, though their order is unknown. */
    @Test
    void sortedElementsAreOffByWhatTheElementsAreOff() {
        Variable x = Variable.of(Tensor.of(1, 5, 1 + 1e-9));
        Tape tape = Tape.between(x, x.sort(0));
        assertThat(new Evaluation(tape, List.of(x.value())).errorBounds(List.of(Tensor.of(1e-8, 0, 1e-8))))
                .containsExactly(Tensor.of(1e-8, 1e-8, 1e-8));
    }
}
