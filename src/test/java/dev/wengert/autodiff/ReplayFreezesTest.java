package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A catalogue of what a plan freezes, in three parts: what it notices by itself, what it notices by a second example, and what
 * nothing notices. Beside each case stands the way out. See limitations.md.
 */
class ReplayFreezesTest {

    private static Tensor scalar(double value) {
        return Tensor.scalar(value);
    }

    private static double replay(UnaryOperator<Variable> f, double example, double x) {
        return Tape.record(f, scalar(example)).compile().run(scalar(x)).get(0).item();
    }

    private static double eager(UnaryOperator<Variable> f, double x) {
        return f.apply(Variable.of(x)).item();
    }

    private static void secondExampleRefuses(UnaryOperator<Variable> f, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> Tape.record(f, scalar(1), scalar(-1)))
                .withMessage(message);
    }

    @Nested
    class NoticedAtOnce {

        private static final String MESSAGE =
                "value: a variable that is being recorded has no value yet, and a plan would freeze what is read here;"
                        + " use operations such as where, gt and maximum, or differentiate eagerly";

        @Test
        void aBranchOnAValue() {
            UnaryOperator<Variable> f = x -> x.item() > 0 ? x.square() : x.neg();
            assertThat(eager(f, 3)).isEqualTo(9);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(f, scalar(1)))
                    .withMessage(MESSAGE);
            UnaryOperator<Variable> wayOut = x -> Variable.where(x.gt(0), x.square(), x.neg());
            assertThat(replay(wayOut, 1, 3)).isEqualTo(9);
            assertThat(replay(wayOut, 1, -3)).isEqualTo(3);
        }

        @Test
        void aLoopUntilAValueIsSmall() {
            UnaryOperator<Variable> f = x -> {
                while (x.item() > 1) {
                    x = x.div(2);
                }
                return x;
            };
            assertThat(eager(f, 12)).isEqualTo(0.75);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(f, scalar(12)))
                    .withMessage(MESSAGE);
        }

        @Test
        void aMaskThatIsComputedInJava() {
            UnaryOperator<Variable> f = x -> x.mul(Variable.of(x.value().map(v -> v > 0 ? 1 : 0)));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(f, scalar(1)))
                    .withMessage(MESSAGE);
            assertThat(replay(x -> x.mul(x.gt(0)), 1, -3)).isEqualTo(-0.0);
        }

        @Test
        void aValueReadDeepInsideOfADerivative() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(
                            x -> Autodiff.grad(y -> y.mul(y.mul(x).item())).apply(x), scalar(1)))
                    .withMessage(MESSAGE);
        }

        @Test
        void anotherShape() {
            Plan plan = Tape.record(x -> x.mean(), Tensor.ones(3)).compile();
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> plan.run(Tensor.ones(2)))
                    .withMessage("run: shapes must be the recorded ones, got recorded [3] and input 0 [2];"
                            + " record again for another shape");
        }

        @Test
        void aVariableOfAnOuterRecordingThatAnInnerOneCaptures() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(
                            x -> {
                                Tape.record(y -> y.mul(x), scalar(3)).compile();
                                return x;
                            },
                            scalar(2)))
                    .withMessage(
                            "compile: step %1 uses a variable of another recording, which is not one of the inputs;"
                                    + " a plan would freeze the value of its example; make it an input");
        }
    }

    @Nested
    class NoticedByASecondExample {

        @Test
        void aCapturedNumberThatChanges() {
            double[] rate = {1};
            UnaryOperator<Variable> f = x -> x.mul(rate[0]++);
            assertThat(replay(f, 1, 10))
                    .as("the number of the first run, for ever")
                    .isEqualTo(10);
            secondExampleRefuses(
                    f,
                    "record: step %1 differs between two recordings, mul(2.0) [] and mul(3.0) [];"
                            + " a plan would freeze it; pass what changes as an input");
            Parameter wayOut = new Parameter("rate", scalar(1));
            Plan plan = Tape.record(x -> x.mul(wayOut.variable()), scalar(1), scalar(-1))
                    .compile();
            wayOut.set(scalar(2));
            assertThat(plan.run(scalar(10))).containsExactly(scalar(20));
        }

        @Test
        void aCapturedTensorThatChanges() {
            Tensor[] labels = {Tensor.of(0, 1), Tensor.of(1, 0)};
            int[] batch = {0};
            UnaryOperator<Variable> f = x -> x.mul(Variable.of(labels[batch[0]++ % 2]));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(f, Tensor.ones(2), Tensor.ones(2)))
                    .withMessage(
                            "record: constant %2 differs between two recordings, 0.0 and 1.0 at position 0 of [2]; a plan would freeze it; pass what changes as an input");
            Plan wayOut = Tape.record(x -> List.of(x.get(0).mul(x.get(1))), List.of(Tensor.ones(2), labels[0]))
                    .compile();
            assertThat(wayOut.run(Tensor.of(5, 5), labels[1])).containsExactly(Tensor.of(5, 0));
        }

        @Test
        void randomDraws() {
            RandomGenerator random = new SplittableRandom(1);
            UnaryOperator<Variable> dropout =
                    x -> x.mul(Variable.of(Tensor.random(random, 4)).lt(0.5)).mul(2);
            Plan plan = Tape.record(dropout, Tensor.ones(4)).compile();
            Tensor first = plan.run(Tensor.ones(4)).get(0);
            for (int i = 0; i < 20; i++) {
                assertThat(plan.run(Tensor.ones(4)).get(0))
                        .as("the mask of the recording, for ever")
                        .isEqualTo(first);
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(dropout, Tensor.ones(4), Tensor.ones(4)))
                    .withMessage("record: constant %3 differs between two recordings, 0.0 and 1.0 at position 2 of [4];"
                            + " a plan would freeze it; pass what changes as an input");
            Plan wayOut = Tape.record(
                            x -> List.of(x.get(0).mul(x.get(1).lt(0.5)).mul(2)),
                            List.of(Tensor.ones(4), Tensor.ones(4)))
                    .compile();
            assertThat(wayOut.run(Tensor.ones(4), Tensor.of(0.1, 0.9, 0.9, 0.1)))
                    .containsExactly(Tensor.of(2, 0, 0, 2));
        }

        @Test
        void theNumberOfTurnsOfALoop() {
            int[] epoch = {0};
            UnaryOperator<Variable> f = x -> {
                epoch[0]++;
                for (int i = 0; i < epoch[0]; i++) {
                    x = x.sin();
                }
                return x;
            };
            secondExampleRefuses(
                    f,
                    "record: the number of steps differs between two recordings, 1 and 2; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void aBranchOnJavaState() {
            boolean[] training = {true};
            UnaryOperator<Variable> f = x -> {
                training[0] = !training[0];
                return training[0] ? x.exp() : x.sin();
            };
            secondExampleRefuses(
                    f,
                    "record: step %1 differs between two recordings, sin [] and exp []; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void anotherParameter() {
            Parameter v = new Parameter("v", scalar(1));
            Parameter w = new Parameter("w", scalar(1));
            int[] turn = {0};
            secondExampleRefuses(
                    x -> x.mul((turn[0]++ % 2 == 0 ? v : w).variable()),
                    "record: the parameters differ between two recordings, [v []] and [w []]; a plan would freeze it; pass what changes as an input");
        }
    }

    @Nested
    class NotNoticed {

        @Test
        void javaControlFlowThatBothExamplesPassAlike() {
            UnaryOperator<Variable> f =
                    x -> x.shape().size() > 2 ? x.sum() : x.sum().neg();
            Tape tape = Tape.record(f, Tensor.ones(3), Tensor.of(1, 2, 3));
            assertThat(tape.steps()).as("only the branch that was taken").hasSize(1);
        }

        @Test
        void whatChangesAfterBothRecordings() {
            double[] rate = {1};
            Plan plan = Tape.record(x -> x.mul(rate[0]), scalar(1), scalar(-1)).compile();
            rate[0] = 100;
            assertThat(plan.run(scalar(10))).containsExactly(scalar(10));
        }

        @Test
        void theValueOfAParameterReadAsATensor() {
            Parameter w = new Parameter("w", scalar(2));
            UnaryOperator<Variable> f = x -> x.mul(w.value().item());
            Plan plan = Tape.record(f, scalar(1), scalar(-1)).compile();
            w.set(scalar(5));
            assertThat(eager(f, 10)).isEqualTo(50);
            assertThat(plan.run(scalar(10))).as("the value of the recording").containsExactly(scalar(20));
            Plan wayOut =
                    Tape.record(x -> x.mul(w.variable()), scalar(1), scalar(-1)).compile();
            w.set(scalar(7));
            assertThat(wayOut.run(scalar(10))).containsExactly(scalar(70));
        }

        @Test
        void aBranchOnWhatWasMadeFromParametersAlone() {
            Parameter w = new Parameter("w", scalar(2));
            UnaryOperator<Variable> f = x -> w.variable().square().item() > 1 ? x : x.neg();
            Plan plan = Tape.record(f, scalar(1), scalar(-1)).compile();
            w.set(scalar(0));
            assertThat(eager(f, 10)).isEqualTo(-10);
            assertThat(plan.run(scalar(10))).as("the branch of the recording").containsExactly(scalar(10));
            UnaryOperator<Variable> choice =
                    x -> Variable.where(w.variable().square().gt(1), x, x.neg());
            Plan wayOut = Tape.record(choice, scalar(1), scalar(-1)).compile();
            assertThat(wayOut.run(scalar(10))).containsExactly(scalar(-10));
            w.set(scalar(2));
            assertThat(wayOut.run(scalar(10))).containsExactly(scalar(10));
        }

        @Test
        void aCapturedVariableIsAConstantButWhatLiesBehindItFromAParameterIsComputedAnew() {
            Variable constant = Variable.of(3).square();
            Parameter w = new Parameter("w", scalar(2));
            Variable computed = w.variable().square();
            UnaryOperator<Variable> f = x -> x.mul(constant).add(computed);
            Plan plan = Tape.record(f, scalar(1), scalar(-1)).compile();
            w.set(scalar(5));
            assertThat(eager(f, 10)).as("a variable does not change").isEqualTo(94);
            assertThat(plan.run(scalar(10)))
                    .as("a parameter is read at each run")
                    .containsExactly(scalar(115));
        }

        @Test
        void aGraphThatExistedBeforeItsTapeWasAskedForItsValues() {
            Variable x = Variable.of(3);
            Variable y = x.item() > 0 ? x.square() : x.neg();
            Plan plan = Tape.between(x, y).compile();
            assertThat(plan.run(scalar(-3))).as("the branch of the eager run").containsExactly(scalar(9));
        }

        @Test
        void aParameterThatIsNoInputOfSuchATape() {
            Parameter w = new Parameter("w", scalar(2));
            Variable x = Variable.of(3);
            Variable y = x.mul(w.variable());
            Plan frozen = Tape.between(x, y).compile();
            Plan wayOut = Tape.between(List.of(x, w.variable()), List.of(y)).compile();
            w.set(scalar(100));
            assertThat(frozen.run(scalar(1))).containsExactly(scalar(2));
            assertThat(wayOut.run(scalar(1))).containsExactly(scalar(100));
        }

        @Test
        void sideEffectsOfTheFunction() {
            List<Shape> log = new ArrayList<>();
            Plan plan = Tape.record(
                            x -> {
                                log.add(x.shape());
                                return x.neg();
                            },
                            scalar(1))
                    .compile();
            plan.run(scalar(1));
            plan.run(scalar(2));
            assertThat(log).as("the function itself runs while it is recorded").hasSize(1);
        }

        /** Not a function of its operands: it counts. */
        private record Counting(int[] counter) implements CustomOp {
            @Override
            public Shape shape(Shape... x) {
                return Shape.of();
            }

            @Override
            public Tensor eval(List<Tensor> x) {
                return scalar(counter[0]++);
            }

            @Override
            public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                return null;
            }
        }

        @Test
        void aCustomOperationThatDependsOnMoreThanItsOperands() {
            int[] counter = {0};
            Plan plan = Tape.record(
                            x -> x.mul(0)
                                    .add(new Counting(counter).apply())
                                    .add(new Counting(counter).apply(x).mul(10)),
                            scalar(1))
                    .compile();
            assertThat(counter).containsExactly(2);
            assertThat(plan.run(scalar(1)))
                    .as("without operands that change it is a constant, with them it runs again")
                    .containsExactly(scalar(20));
            assertThat(plan.run(scalar(1))).containsExactly(scalar(30));
        }
    }
}
