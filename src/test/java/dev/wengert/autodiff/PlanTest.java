package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Tensor X = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});

    private static Tensor scalar(double value) {
        return Tensor.scalar(value);
    }

    private static Plan plan(Function<List<Variable>, List<Variable>> f, Tensor... examples) {
        return Tape.record(f, List.of(examples)).compile();
    }

    @Test
    void refusesToRunOnInputsThatWereNeverSet() {
        Plan plan = plan(x -> List.of(x.get(0).add(x.get(1))), scalar(1), scalar(2));
        plan.set(0, new double[] {1});
        assertThatThrownBy(plan::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "run: every input must be set before, and input 1 never was; set it, or give run a tensor for each");
        double[] y = new double[1];
        assertThatThrownBy(() -> plan.get(0, y))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("get: there is no output before the first run; call run");
        plan.set(1, new double[] {2});
        plan.run();
        plan.get(0, y);
        assertThat(y).containsExactly(3);
    }

    @Test
    void saysHowToRecordGradientsOfParameters() {
        Parameter w = new Parameter("w", scalar(2));
        assertThatThrownBy(() -> plan(
                        x -> {
                            Variable loss = x.get(0).mul(w.variable());
                            Autodiff.gradients(loss, List.of(w));
                            return List.of(loss);
                        },
                        scalar(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "gradients: a variable that is being recorded has no value yet, so its gradients with respect to parameters"
                                + " are no tensors; in a recording use gradients(loss, variables) with the parameters' variable()");
    }

    private static List<Tensor> eager(Function<List<Variable>, List<Variable>> f, Tensor... x) {
        return f.apply(Arrays.stream(x).map(Variable::of).toList()).stream()
                .map(Variable::value)
                .toList();
    }

    @Nested
    class Running {

        @Test
        void replaysOnOtherInputs() {
            Plan plan = Tape.record(x -> x.square().sum(1), X).compile();
            assertThat(plan.run(X)).containsExactly(Tensor.of(14, 77));
            assertThat(plan.run(Tensor.ones(2, 3))).containsExactly(Tensor.of(3, 3));
        }

        @Test
        void theResultsStayAsTheyAre() {
            Plan plan = plan(x -> List.of(x.get(0).mul(2), x.get(0), Variable.of(5)), scalar(1));
            List<Tensor> first = plan.run(scalar(10));
            plan.run(scalar(20));
            plan.set(0, new double[] {30});
            plan.run();
            assertThat(first).containsExactly(scalar(20), scalar(10), scalar(5));
        }

        @Test
        void theListOfResultsIsTheCallers() {
            Plan plan = plan(x -> List.of(x.get(0).mul(2)), scalar(1));
            plan.run(scalar(10)).clear();
            assertThat(plan.run(scalar(10))).containsExactly(scalar(20));
        }

        @Test
        void setRunAndGetDoTheSame() {
            Plan plan = plan(x -> List.of(x.get(0).matmul(x.get(1)), x.get(1).exp()), X, Tensor.ones(3));
            double[] right = {1, -1, 2};
            plan.set(0, X.toArray());
            plan.set(1, right);
            plan.run();
            double[] product = new double[2];
            double[] exp = new double[3];
            plan.get(0, product);
            plan.get(1, exp);
            List<Tensor> expected = plan.run(X, Tensor.of(right));
            assertThat(Tensor.of(product)).isEqualTo(expected.get(0));
            assertThat(Tensor.of(exp)).isEqualTo(expected.get(1));
        }

        @Test
        void anInputKeepsItsValueUntilItIsSetAgain() {
            Plan plan = plan(x -> List.of(x.get(0).sub(x.get(1))), scalar(7), scalar(8));
            double[] y = new double[1];
            plan.set(0, new double[] {7});
            plan.set(1, new double[] {0});
            plan.run();
            plan.set(0, new double[] {5});
            plan.run();
            plan.get(0, y);
            assertThat(y).containsExactly(5);
            plan.run(scalar(1), scalar(2));
            plan.set(1, new double[] {-1});
            plan.run();
            plan.get(0, y);
            assertThat(y).as("run(Tensor...) sets inputs, too").containsExactly(2);
        }

        @Test
        void getGivesTheLastRunAlsoOfAnOutputThatIsAnInput() {
            Plan plan = plan(x -> List.of(x.get(0), x.get(0).neg()), scalar(7));
            plan.run(scalar(1));
            plan.set(0, new double[] {2});
            double[] same = new double[1];
            double[] negative = new double[1];
            plan.get(0, same);
            plan.get(1, negative);
            assertThat(same).containsExactly(1);
            assertThat(negative).containsExactly(-1);
            plan.run();
            plan.get(0, same);
            assertThat(same).containsExactly(2);
        }

        @Test
        void arraysAreCopiedOnTheWayInAndOut() {
            Plan plan = plan(x -> List.of(x.get(0), x.get(0).mul(2), Variable.of(Tensor.of(7, 8))), Tensor.ones(2));
            double[] x = {1, 2};
            plan.set(0, x);
            x[0] = 100;
            plan.run();
            for (int i = 0; i < 3; i++) {
                double[] y = new double[2];
                plan.get(i, y);
                Arrays.fill(y, -1);
            }
            plan.run();
            double[] y = new double[2];
            plan.get(0, y);
            assertThat(y).containsExactly(1, 2);
            plan.get(1, y);
            assertThat(y).containsExactly(2, 4);
            plan.get(2, y);
            assertThat(y).containsExactly(7, 8);
        }

        @Test
        void theExamplesAndTheRecordedValuesAreNotTouched() {
            Tensor example = Tensor.of(1, 2);
            Tensor constant = Tensor.of(3, 4);
            Variable[] eager = new Variable[1];
            Variable outside = Variable.of(constant).sin();
            Tensor before = Tensor.of(outside.value().toArray());
            Plan plan =
                    Tape.record(x -> eager[0] = x.mul(outside).exp(), example).compile();
            plan.run(Tensor.of(-5, 5));
            assertThat(example).isEqualTo(Tensor.of(1, 2));
            assertThat(constant).isEqualTo(Tensor.of(3, 4));
            assertThat(outside.value()).isEqualTo(before);
            assertThat(eager[0].tensor())
                    .isEqualTo(Variable.of(example).mul(outside).exp().value());
        }

        @Test
        void outputsMayBeGivenTwice() {
            Plan plan = plan(
                    x -> {
                        Variable y = x.get(0).mul(2);
                        return List.of(y, y);
                    },
                    scalar(1));
            assertThat(plan.run(scalar(4))).containsExactly(scalar(8), scalar(8));
        }

        @Test
        void aStepThatIsAnOutputIsNotOverwrittenByLaterSteps() {
            Plan plan = plan(
                    x -> {
                        Variable a = x.get(0).add(1);
                        Variable b = a.mul(3);
                        Variable c = b.mul(5).add(7).mul(11).add(13);
                        return List.of(c, a, b);
                    },
                    scalar(0));
            assertThat(plan.run(scalar(1))).containsExactly(scalar((30 + 7) * 11 + 13), scalar(2), scalar(6));
        }

        @Test
        void anOperandThatIsReadTwiceByItsLastUseIsFreedOnce() {
            Plan plan = plan(
                    x -> {
                        Variable a = x.get(0).add(1);
                        Variable square = a.mul(a);
                        Variable b = square.add(1);
                        Variable c = square.add(2);
                        return List.of(b.mul(c).add(b.sub(c)));
                    },
                    scalar(0));
            assertThat(plan.run(scalar(2))).containsExactly(scalar(10 * 11 - 1));
        }

        @Test
        void noInputsNoOutputsNoElements() {
            assertThat(plan(x -> List.of()).run(new Tensor[0])).isEmpty();
            assertThat(plan(x -> List.of(Variable.of(2))).run(new Tensor[0])).containsExactly(scalar(2));
            Tensor empty = Tensor.zeros(0, 3);
            Plan plan =
                    plan(x -> List.of(x.get(0).exp(), x.get(0).sum(0), x.get(0).transpose()), empty);
            assertThat(plan.run(empty)).containsExactly(empty, Tensor.zeros(3), Tensor.zeros(3, 0));
        }

        @Test
        void twoPlansOfOneTapeDoNotShareBuffers() {
            Tape tape = Tape.record(x -> x.mul(2).add(1), scalar(1));
            Plan one = tape.compile();
            Plan two = tape.compile();
            one.set(0, new double[] {10});
            two.set(0, new double[] {20});
            one.run();
            two.run();
            double[] y = new double[1];
            one.get(0, y);
            assertThat(y).containsExactly(21);
            two.get(0, y);
            assertThat(y).containsExactly(41);
        }
    }

    @Nested
    class Errors {

        private final Plan plan = plan(x -> List.of(x.get(0).sum()), X);

        @Test
        void theNumberOfTensorsMustBeThatOfTheInputs() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.run(X, X))
                    .withMessage("run: there must be one tensor for each input, got 2 for 1");
        }

        @Test
        void noTensorMayBeMissing() {
            assertThatNullPointerException()
                    .isThrownBy(() -> plan.run((Tensor) null))
                    .withMessage("run: input 0 must be a tensor, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> plan.set(0, (Tensor) null))
                    .withMessage("set: input 0 must be a tensor, got null");
        }

        @Test
        void shapesMustBeTheRecordedOnes() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> plan.run(Tensor.ones(2, 4)))
                    .withMessage("run: shapes must be the recorded ones, got recorded [2, 3] and input 0 [2, 4];"
                            + " record again for another shape");
        }

        @Test
        void arraysMustHaveTheSizeOfTheirInputOrOutput() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.set(0, new double[5]))
                    .withMessage("set: input 0 has shape [2, 3], so the array must have 6 elements, got 5");
            plan.run(X);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.get(0, new double[2]))
                    .withMessage("get: output 0 has shape [], so the array must have 1 elements, got 2");
        }

        @Test
        void indicesMustBeThoseOfInputsAndOutputs() {
            Parameter w = new Parameter("w", X);
            Plan training = plan(x -> List.of(x.get(0).mul(w.variable())), X);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training.set(1, new double[6]))
                    .withMessage("set: the index must be at least 0 and less than 1, the number of inputs that are not"
                            + " parameters, got 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training.get(-1, new double[6]))
                    .withMessage("get: the index must be at least 0 and less than 1, the number of outputs, got -1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan(x -> List.of()).get(0, new double[6]))
                    .withMessage("get: the index must be at least 0 and less than 0, the number of outputs, got 0");
        }

        @Test
        void aRunThatIsRefusedChangesNothing() {
            plan.run(X);
            assertThatExceptionOfType(ShapeException.class).isThrownBy(() -> plan.run(Tensor.ones(3)));
            double[] y = new double[1];
            plan.get(0, y);
            assertThat(y).containsExactly(21);
            plan.run();
            plan.get(0, y);
            assertThat(y).containsExactly(21);
        }

        @Test
        void whatIsRecordedElsewhereCannotBeFrozen() {
            String message = " uses a variable of another recording, which is not one of the inputs;"
                    + " a plan would freeze the value of its example; make it an input";
            Tape.record(
                    x -> {
                        Tape inner = Tape.record(y -> y.mul(x), scalar(1));
                        assertThatIllegalStateException()
                                .isThrownBy(inner::compile)
                                .withMessage("compile: step %1" + message);
                        assertThatIllegalStateException()
                                .isThrownBy(() ->
                                        Tape.between(List.of(), List.of(x)).compile())
                                .withMessage("compile: output 0" + message);
                        return x;
                    },
                    scalar(3));
            Tape outer = Tape.record(x -> List.of(x.get(0).mul(x.get(1))), List.of(scalar(2), scalar(3)));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(
                                    outer.inputs().get(0), outer.outputs().get(0))
                            .compile())
                    .withMessage("compile: step %1" + message);
            Tape whole = Tape.between(outer.inputs(), outer.pullback(List.of(Variable.of(1))));
            assertThat(whole.compile().run(scalar(5), scalar(7))).containsExactly(scalar(7), scalar(5));
        }
    }

    @Nested
    class LabelsAndBatches {

        private final Tensor weight = Tensor.normal(random(1), 3, 4);

        private static RandomGenerator random(long seed) {
            return new SplittableRandom(seed);
        }

        private List<Variable> lossAndGradient(List<Variable> in) {
            Variable w = in.get(2);
            Variable logits = in.get(0).matmul(w);
            Variable loss = logits.crossEntropyWithLabels(in.get(1));
            return List.of(loss, Autodiff.gradients(loss, List.of(w)).get(0));
        }

        @Test
        void otherLabelsAndAnotherBatchGiveTheirOwnLossAndGradient() {
            Tensor batch = Tensor.normal(random(2), 5, 3);
            Tensor labels = Tensor.of(0, 1, 2, 3, 0);
            Plan plan = plan(this::lossAndGradient, batch, labels, weight);
            Tensor otherBatch = Tensor.normal(random(3), 5, 3);
            Tensor otherLabels = Tensor.of(3, 3, 1, 0, 2);
            for (Tensor x : List.of(batch, otherBatch)) {
                for (Tensor y : List.of(labels, otherLabels)) {
                    assertThat(plan.run(x, y, weight)).isEqualTo(eager(this::lossAndGradient, x, y, weight));
                }
            }
        }

        @Test
        void indicesOfRowsAreReadAnew() {
            Function<List<Variable>, List<Variable>> f = in -> {
                Variable rows = in.get(0).gather(in.get(1));
                Variable loss = rows.square()
                        .sum()
                        .add(in.get(0).scatterAdd(in.get(2), 4).sin().sum());
                return List.of(
                        rows, Autodiff.gradients(loss, List.of(in.get(0))).get(0));
            };
            Tensor table = Tensor.normal(random(4), 3, 2);
            Plan plan = plan(f, table, Tensor.of(0, 0), Tensor.of(0, 1, 2));
            Tensor gathered = Tensor.of(2, 1);
            Tensor scattered = Tensor.of(3, 3, 0);
            assertThat(plan.run(table, gathered, scattered)).isEqualTo(eager(f, table, gathered, scattered));
        }

        @Test
        void masksAndMaximaAreFoundAnew() {
            Function<List<Variable>, List<Variable>> f = in -> {
                Variable x = in.get(0);
                Variable y = x.relu()
                        .add(x.max(true, -1))
                        .add(Variable.where(x.gt(in.get(1)), x, x.square()))
                        .add(x.maximum(in.get(1)))
                        .add(x.clamp(-1, 1))
                        .add(x.abs());
                return List.of(y, Autodiff.gradients(y.sum(), List.of(x)).get(0));
            };
            Plan plan = plan(f, Tensor.of(1, 2, 3), Tensor.of(0, 0, 0));
            Tensor x = Tensor.of(-1, 0.5, -3);
            Tensor threshold = Tensor.of(-2, 1, 0);
            assertThat(plan.run(x, threshold)).isEqualTo(eager(f, x, threshold));
        }

        @Test
        void aLabelOutOfRangeIsAnErrorAndThePlanIsUsableAfterwards() {
            Tensor batch = Tensor.normal(random(2), 2, 3);
            Plan plan = plan(this::lossAndGradient, batch, Tensor.of(0, 1), weight);
            List<Tensor> before = plan.run(batch, Tensor.of(2, 3), weight);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.run(batch, Tensor.of(1, 4), weight))
                    .withMessage(
                            "crossEntropyWithLabels: every class must be a whole number in 0..3, got 4.0 at position 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.run(batch, Tensor.of(0.5, 0), weight))
                    .withMessage(
                            "crossEntropyWithLabels: every class must be a whole number in 0..3, got 0.5 at position 0");
            plan.set(1, new double[] {-1, 0});
            assertThatIllegalArgumentException()
                    .isThrownBy(plan::run)
                    .withMessage(
                            "crossEntropyWithLabels: every class must be a whole number in 0..3, got -1.0 at position 0");
            assertThat(plan.run(batch, Tensor.of(2, 3), weight)).isEqualTo(before);
        }

        @Test
        void anIndexOutOfRangeIsAnErrorAndThePlanIsUsableAfterwards() {
            Plan plan = plan(x -> List.of(x.get(0).gather(x.get(1))), X, Tensor.of(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.run(X, Tensor.of(2)))
                    .withMessage("gather: every index must be a whole number in 0..1, got 2.0 at position 0");
            assertThat(plan.run(X, Tensor.of(1))).containsExactly(Tensor.of(new double[][] {{4, 5, 6}}));
        }

        @Test
        void theTemperatureIsCheckedAnew() {
            Plan plan = plan(x -> List.of(x.get(0).realSoftMax(x.get(1))), Tensor.of(1, 2), scalar(1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan.run(Tensor.of(1, 2), scalar(0)))
                    .withMessage("realSoftMax: lambda must be positive, got 0.0");
            assertThat(plan.run(Tensor.of(0, 0), scalar(1))).containsExactly(scalar(Math.log(2)));
        }
    }

    @Nested
    class Parameters {

        private final Parameter w = new Parameter("w", scalar(2));

        @Test
        void areReadAtEachRun() {
            Plan plan = Tape.record(x -> x.mul(w.variable()), scalar(1)).compile();
            assertThat(plan.run(scalar(10))).containsExactly(scalar(20));
            w.set(scalar(3));
            assertThat(plan.run(scalar(10))).containsExactly(scalar(30));
            plan.set(0, new double[] {100});
            w.set(scalar(4));
            plan.run();
            double[] y = new double[1];
            plan.get(0, y);
            assertThat(y).containsExactly(400);
        }

        @Test
        void areReadBehindWhatTheFunctionCaptured() {
            Variable captured = w.variable().square();
            Plan plan = Tape.record(x -> x.mul(captured), scalar(1)).compile();
            w.set(scalar(3));
            assertThat(plan.run(scalar(10))).containsExactly(scalar(90));
        }

        @Test
        void mayBeOutputs() {
            Plan plan = plan(x -> List.of(w.variable()));
            w.set(scalar(7));
            assertThat(plan.run(new Tensor[0])).containsExactly(scalar(7));
        }

        @Test
        void givenAsInputsOfATapeAreReadFromThemselves() {
            Variable x = Variable.of(10);
            Variable y = x.mul(w.variable());
            Plan plan = Tape.between(List.of(x, w.variable()), List.of(y)).compile();
            w.set(scalar(5));
            assertThat(plan.run(scalar(1))).containsExactly(scalar(5));
        }

        @Test
        void aPlanOfLossAndGradientsIsATrainingStepBitForBit() {
            RandomGenerator random = new SplittableRandom(5);
            Parameter v = new Parameter("v", Tensor.normal(random, 3));
            Parameter b = new Parameter("b", Tensor.zeros(1));
            Function<List<Variable>, List<Variable>> step = in -> {
                Variable z = in.get(0).matmul(v.variable()).add(b.variable());
                Variable loss = z.sigmoid().sub(in.get(1)).square().mean();
                List<Variable> g = Autodiff.gradients(loss, List.of(v.variable(), b.variable()));
                return List.of(loss, g.get(0), g.get(1));
            };
            Plan plan = plan(step, Tensor.zeros(4, 3), Tensor.zeros(4));
            for (int i = 0; i < 20; i++) {
                Tensor x = Tensor.normal(random, 4, 3);
                Tensor y = Tensor.random(random, 4);
                List<Tensor> replayed = plan.run(x, y);
                assertThat(replayed).isEqualTo(eager(step, x, y));
                v.set(Variable.of(v.value()).sub(Variable.of(replayed.get(1))).value());
                b.set(Variable.of(b.value()).sub(Variable.of(replayed.get(2))).value());
            }
        }
    }

    @Nested
    class AssignedParameters {

        private final Parameter w = new Parameter("w", scalar(2));
        private final Parameter v = new Parameter("v", scalar(3));

        /** Adds an input to w; its output is w before. */
        private Plan adding() {
            return Tape.record(x -> List.of(w.variable(), w.variable().add(x.get(0))), List.of(scalar(0)))
                    .compile(List.of(w));
        }

        @Test
        void haveTheirNewValuesAfterEachRun() {
            Plan plan = adding();
            assertThat(plan.run(scalar(10))).containsExactly(scalar(2));
            assertThat(w.value()).isEqualTo(scalar(12));
            assertThat(plan.run(scalar(100))).containsExactly(scalar(12));
            assertThat(plan.run(scalar(1000))).containsExactly(scalar(112));
            assertThat(w.value()).isEqualTo(scalar(1112));
        }

        @Test
        void giveTensorsAndLeavesThatDoNotChange() {
            Plan plan = adding();
            plan.run(scalar(1));
            Tensor value = w.value();
            Variable leaf = w.variable();
            assertThat(w.value()).as("one copy serves until the next run").isSameAs(value);
            assertThat(w.variable()).isSameAs(leaf);
            plan.run(scalar(1));
            assertThat(value).isEqualTo(scalar(3));
            assertThat(leaf.value()).isEqualTo(scalar(3));
            assertThat(w.variable()).isNotSameAs(leaf);
            assertThat(w.value()).isEqualTo(scalar(4));
        }

        @Test
        void areReadAnewWhenTheyWereSetBetweenRuns() {
            Plan plan = adding();
            plan.run(scalar(1));
            w.set(scalar(50));
            assertThat(w.value()).isEqualTo(scalar(50));
            assertThat(plan.run(scalar(1))).containsExactly(scalar(50));
            assertThat(w.value()).isEqualTo(scalar(51));
        }

        @Test
        void areSharedByPlans() {
            Plan one = adding();
            Plan two = adding();
            Plan reader = Tape.record(x -> w.variable().mul(x), scalar(0)).compile();
            for (int i = 0; i < 3; i++) {
                one.run(scalar(1));
                two.run(scalar(10));
                assertThat(reader.run(scalar(2)))
                        .containsExactly(Variable.of(w.value()).mul(2).value());
            }
            assertThat(w.value()).isEqualTo(scalar(2 + 33));
        }

        @Test
        void areSetTogetherFromTheOldValues() {
            Plan swap = Tape.record(
                            x -> List.of(
                                    v.variable(), w.variable(), v.variable().add(w.variable())),
                            List.of())
                    .compile(List.of(w, v));
            assertThat(swap.run(new Tensor[0])).containsExactly(scalar(3));
            assertThat(w.value()).isEqualTo(scalar(2));
            assertThat(v.value()).isEqualTo(scalar(5));
            Plan exchange = Tape.record(x -> List.of(v.variable(), w.variable()), List.of())
                    .compile(List.of(w, v));
            exchange.run();
            assertThat(w.value()).isEqualTo(scalar(5));
            assertThat(v.value()).isEqualTo(scalar(2));
        }

        @Test
        void needNotBeRead() {
            Plan plan = Tape.record(x -> x.mul(2), scalar(0)).compile(List.of(w));
            plan.run(scalar(4));
            assertThat(w.value()).isEqualTo(scalar(8));
            plan.run(scalar(5));
            assertThat(w.value()).isEqualTo(scalar(10));
        }

        @Test
        void stayAsTheyAreWhenARunThrows() {
            Function<List<Variable>, List<Variable>> f = x -> List.of(
                    w.variable().add(1), v.variable().add(x.get(0).oneHot(3).sum()));
            Plan plan = Tape.record(f, List.of(scalar(0))).compile(List.of(w, v));
            plan.run(scalar(1));
            assertThatIllegalArgumentException().isThrownBy(() -> plan.run(scalar(3)));
            assertThat(w.value()).isEqualTo(scalar(3));
            assertThat(v.value()).isEqualTo(scalar(4));
            plan.run(scalar(2));
            assertThat(w.value()).isEqualTo(scalar(4));
        }

        @Test
        void makeGradientsOfOldLossesAnError() {
            Variable loss = w.variable().square();
            adding().run(scalar(1));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Autodiff.gradients(loss, List.of(w)))
                    .withMessage("gradients: parameter w was set after the output was computed from its old value;"
                            + " compute the output again, with variable() taken anew");
        }

        @Test
        void canBeTracedBetweenRuns() {
            Plan plan = adding();
            plan.run(scalar(1));
            Tape.trace(x -> List.of(w.variable().square()), List.of(), Map.of(w, scalar(77)));
            assertThat(w.value()).isEqualTo(scalar(3));
            plan.run(scalar(1));
            assertThat(w.value()).isEqualTo(scalar(4));
        }

        @Test
        void readersOnOtherThreadsSeeWholeValues() throws Exception {
            Parameter pair = new Parameter("pair", Tensor.zeros(2));
            Plan plan =
                    Tape.record(x -> pair.variable().add(x), Tensor.of(1, 2)).compile(List.of(pair));
            Plan reader = Tape.record(x -> List.of(pair.variable()), List.of()).compile();
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try {
                Future<Boolean> whole = executor.submit(() -> {
                    boolean same = true;
                    double last = 0;
                    while (last < 10_000) {
                        for (Tensor value :
                                List.of(pair.value(), reader.run(new Tensor[0]).get(0))) {
                            same &= value.get(1) == 2 * value.get(0) && value.get(0) >= last;
                            last = value.get(0);
                        }
                    }
                    return same;
                });
                for (int i = 0; i < 10_000; i++) {
                    plan.run(Tensor.of(1, 2));
                }
                assertThat(whole.get(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                executor.shutdown();
            }
        }

        @Test
        void mustBeGivenOnceAndFitTheirOutputs() {
            Tape tape = Tape.record(x -> List.of(x.get(0), x.get(0).sum()), List.of(X));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.compile(List.of(w, v, new Parameter("u", X))))
                    .withMessage(
                            "compile: there must be an output for each parameter that is assigned, got 3 parameters"
                                    + " and 2 outputs");
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> tape.compile(List.of(w, v)))
                    .withMessage("compile: a parameter must be assigned what has its shape, got parameter w []"
                            + " and output 0 [2, 3]");
            Tape two = Tape.record(x -> List.of(x.get(0), x.get(0)), List.of(scalar(0)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> two.compile(List.of(w, w)))
                    .withMessage("compile: a parameter can be assigned once, got w again");
        }
    }

    @Test
    void tensorsAreSetAndGotWithoutNewPlans() {
        Plan plan = Tape.record(x -> x.mul(2), X).compile();
        plan.set(0, X);
        plan.run();
        Tensor y = plan.get(0);
        assertThat(y).isEqualTo(Variable.of(X).mul(2).value());
        plan.set(0, Tensor.ones(2, 3));
        plan.run();
        assertThat(y).isEqualTo(Variable.of(X).mul(2).value());
        assertThat(plan.get(0)).isEqualTo(Tensor.full(Shape.of(2, 3), 2));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> plan.set(0, Tensor.ones(6)))
                .withMessage("set: shapes must be the recorded ones, got recorded [2, 3] and input 0 [6];"
                        + " record again for another shape");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.get(1))
                .withMessage("get: the index must be at least 0 and less than 1, the number of outputs, got 1");
    }

    @Nested
    class Allocation {

        @Test
        void setRunAndGetAllocateNothingAndBuffersAreReused() throws Exception {
            assertThat(ForkedJvm.run(Variable.class, PlanAllocation.class, "-Xint"))
                    .isEqualToNormalizingNewlines("""
                            0 bytes in 100 runs
                            true: the plan is long
                            0 bytes in a run with a new parameter
                            true: the meter sees the leaf that set makes
                            2 buffers for a chain of 200 operations, its input included
                            0 bytes in 100 steps of training
                            """);
        }
    }

    @Nested
    class Threads {

        /** Waits inside of eval until it is let go. */
        private record Gatekeeper(CountDownLatch entered, CountDownLatch leave) implements CustomOp {
            @Override
            public Shape shape(Shape... x) {
                return x[0];
            }

            @Override
            public Tensor eval(List<Tensor> x) {
                if (x.get(0).item() > 0) {
                    entered.countDown();
                    try {
                        if (!leave.await(60, TimeUnit.SECONDS)) {
                            throw new AssertionError("nobody opened");
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
                return x.get(0);
            }

            @Override
            public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                return g;
            }
        }

        @Test
        void aPlanThatIsEnteredFromTwoThreadsSaysSo() throws Exception {
            Gatekeeper gate = new Gatekeeper(new CountDownLatch(1), new CountDownLatch(1));
            Plan plan = Tape.record(x -> gate.apply(x).mul(2), scalar(0)).compile();
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try {
                Future<List<Tensor>> first = executor.submit(() -> plan.run(scalar(1)));
                assertThat(gate.entered().await(60, TimeUnit.SECONDS)).isTrue();
                double[] array = {0};
                String message =
                        ": a plan does one thing at a time, and it is busy, on another thread or around this call;"
                                + " compile the tape once for each";
                assertThatIllegalStateException()
                        .isThrownBy(() -> plan.run(scalar(0)))
                        .withMessage("run" + message);
                assertThatIllegalStateException().isThrownBy(plan::run).withMessage("run" + message);
                assertThatIllegalStateException()
                        .isThrownBy(() -> plan.set(0, array))
                        .withMessage("set" + message);
                assertThatIllegalStateException()
                        .isThrownBy(() -> plan.get(0, array))
                        .withMessage("get" + message);
                gate.leave().countDown();
                assertThat(first.get(60, TimeUnit.SECONDS)).containsExactly(scalar(2));
            } finally {
                gate.leave().countDown();
                executor.shutdown();
            }
            assertThat(plan.run(scalar(-3))).containsExactly(scalar(-6));
        }

        @Test
        void aPlanOfItsOwnForEachThread() throws Exception {
            Tape tape = Tape.record(
                    Autodiff.grad(
                            x -> x.matmul(x.transpose()).softmax().square().sum()),
                    Tensor.zeros(4, 3));
            ExecutorService executor = Executors.newFixedThreadPool(4);
            try {
                List<Future<Boolean>> results = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    RandomGenerator random = new SplittableRandom(thread);
                    results.add(executor.submit(() -> {
                        Plan plan = tape.compile();
                        boolean same = true;
                        for (int i = 0; i < 50; i++) {
                            Tensor x = Tensor.normal(random, 4, 3);
                            Tensor eager = Autodiff.grad(v -> v.matmul(v.transpose())
                                            .softmax()
                                            .square()
                                            .sum())
                                    .apply(x);
                            same &= plan.run(x).get(0).equals(eager);
                        }
                        return same;
                    }));
                }
                for (Future<Boolean> result : results) {
                    assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                executor.shutdown();
            }
        }
    }
}
