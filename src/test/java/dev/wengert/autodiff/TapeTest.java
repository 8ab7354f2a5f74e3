package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TapeTest {

    private final Variable a = Variable.of(3);
    private final Variable b = Variable.of(5);

    private static List<Tensor> values(List<Variable> x) {
        return x.stream().map(Variable::value).toList();
    }

    private static Tensor scalar(double value) {
        return Tensor.scalar(value);
    }

    @Nested
    class Search {

        @Test
        void onlyWhatLiesOnAPathFromAnInputToAnOutputIsOnTheTape() {
            Variable constant = b.sin().cos();
            Variable aside = a.exp();
            Variable s = a.square();
            Variable y = s.mul(constant);
            assertThat(Tape.between(a, y).steps()).containsExactly(s, y);
            assertThat(aside.inputs()).containsExactly(a);
        }

        @Test
        void theOrderIsThatOfOperandsNotOfTime() {
            Variable late = b.cos();
            Variable early = a.sin();
            Variable y = early.mul(late);
            assertThat(Tape.between(List.of(a, b), List.of(y)).steps()).containsExactly(early, late, y);
            assertThat(Tape.between(List.of(b, a), List.of(y)).steps()).containsExactly(early, late, y);
        }

        @Test
        void theFirstOutputComesFirst() {
            Variable first = a.sin();
            Variable second = a.cos();
            assertThat(Tape.between(List.of(a), List.of(second, first)).steps()).containsExactly(second, first);
            assertThat(Tape.between(List.of(a), List.of(first, second)).steps()).containsExactly(first, second);
        }

        @Test
        void aStepThatIsUsedTwiceStandsOnce() {
            Variable s = a.sin();
            Variable y = s.mul(s).add(s);
            assertThat(Tape.between(a, y).steps()).hasSize(3).startsWith(s).endsWith(y);
        }

        @Test
        void anOutputMayBeAnInputOrAConstantOrGivenTwice() {
            Variable y = a.sin();
            Tape tape = Tape.between(List.of(a), List.of(y, a, b, y));
            assertThat(tape.steps()).containsExactly(y);
            assertThat(tape.outputs()).containsExactly(y, a, b, y);
            assertThat(tape.inputs()).containsExactly(a);
        }

        @Test
        void anInputThatIsDeeperThanTheOutputsIsNotReached() {
            Variable y = a.sin();
            Tape tape = Tape.between(y, a);
            assertThat(tape.steps()).isEmpty();
            assertThat(values(tape.pullback(List.of(Variable.of(1))))).containsExactly(scalar(0));
            assertThat(values(tape.pushforward(List.of(Variable.of(1))))).containsExactly(scalar(0));
        }

        @Test
        void nodesOfEveryDepthBesideAnInputAreFound() {
            Variable deep = a.sin().sin().sin();
            Variable shallow = a.mul(2);
            Variable y = deep.mul(shallow);
            assertThat(Tape.between(List.of(deep, a), List.of(y)).steps()).containsExactly(shallow, y);
        }

        @Test
        void anInputMustBeGivenOnce() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tape.between(List.of(a, b, a), List.of(b)))
                    .withMessage("between: every input must be given once, got input 2 again");
        }

        @Test
        void aConstantThatFansOutIsVisitedOnce() {
            Variable constant = b;
            for (int i = 0; i < 60; i++) {
                constant = constant.add(constant);
            }
            Variable y = a.mul(constant);
            List<Variable> steps = assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> Tape.between(a, y).steps());
            assertThat(steps).containsExactly(y);
        }

        @Test
        void aSearchThatFailsLeavesNothingBehind() {
            Variable s = a.sin();
            Variable y = s.mul(a);
            assertThatIllegalArgumentException().isThrownBy(() -> Tape.between(List.of(s, a, s), List.of(y)));
            assertThat(Tape.between(a, y).steps()).containsExactly(s, y);
        }

        /** The first search of a graph reads the marks that it makes itself; later ones find those of others, at every number. */
        @Test
        void aGraphThatOtherSearchesHaveMarkedGivesTheSameTapes() {
            int[][] inputs = {{0}, {4, 0}, {2}, {3, 1}, {1}, {0, 1, 2}, {5}};
            int[][] outputs = {{7}, {6, 7}, {5}, {7, 2}, {6}, {7}, {7}};
            List<Variable> shared = graph();
            for (int repeat = 0; repeat < 3; repeat++) {
                for (int i = 0; i < inputs.length; i++) {
                    assertThat(program(shared, inputs[i], outputs[i]))
                            .isEqualTo(program(graph(), inputs[i], outputs[i]));
                }
            }
        }

        private List<Variable> graph() {
            Variable x = Variable.of(Tensor.of(0.1, -0.2, 0.3));
            Variable constant = Variable.of(0.5).exp().exp().exp();
            Variable s = x.sin();
            Variable p = s.mul(constant);
            Variable joined = Variable.concat(0, p, s, x, p.mul(s));
            Variable where = Variable.where(joined.gt(0.2), joined, joined.square());
            Variable y = where.sum().mul(constant).add(s.sum());
            return List.of(x, constant, s, p, joined, where, y, y.mul(y).add(where.sum()));
        }

        private static String program(List<Variable> graph, int[] inputs, int[] outputs) {
            List<Variable> to = Arrays.stream(outputs).mapToObj(graph::get).toList();
            Tape tape = Tape.between(Arrays.stream(inputs).mapToObj(graph::get).toList(), to);
            return tape + "\n" + values(tape.pullback(to)) + "\n"
                    + tape.steps().stream().map(graph::indexOf).toList();
        }

        @Test
        void withoutInputsEverythingIsConstant() {
            Tape tape = Tape.between(List.of(), List.of(a.sin()));
            assertThat(tape.steps()).isEmpty();
            assertThat(tape.pullback(List.of(Variable.of(1)))).isEmpty();
            assertThat(values(tape.pushforward(List.of()))).containsExactly(scalar(0));
        }

        @Test
        void whatIsGivenIsCopiedAndWhatIsReturnedCannotBeChanged() {
            List<Variable> inputs = new ArrayList<>(List.of(a));
            Variable y = a.sin();
            List<Variable> outputs = new ArrayList<>(List.of(y));
            Tape tape = Tape.between(inputs, outputs);
            inputs.set(0, b);
            outputs.clear();
            assertThat(tape.inputs()).containsExactly(a);
            assertThat(tape.outputs()).containsExactly(y);
            for (List<Variable> list : List.of(
                    tape.inputs(),
                    tape.steps(),
                    tape.outputs(),
                    tape.pullback(List.of(b)),
                    tape.pushforward(List.of(b)))) {
                assertThatThrownBy(() -> list.set(0, b)).isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> list.add(b)).isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }

    @Nested
    class Sweeps {

        @Test
        void inputsThatDependOnEachOtherAreIndependent() {
            Variable square = a.square();
            Variable y = a.mul(square);
            Variable one = Variable.of(1);
            Tape tape = Tape.between(List.of(a, square), List.of(y));
            assertThat(values(tape.pullback(List.of(one)))).containsExactly(scalar(9), scalar(3));
            assertThat(values(tape.pushforward(List.of(one, Variable.of(10))))).containsExactly(scalar(9 + 30));
            Tape turned = Tape.between(List.of(square, a), List.of(y));
            assertThat(values(turned.pullback(List.of(one)))).containsExactly(scalar(3), scalar(9));
            assertThat(values(Tape.between(a, y).pullback(List.of(one)))).containsExactly(scalar(27));
        }

        @Test
        void whatLiesBehindAnInputIsNotReachedThroughIt() {
            Variable h = a.sin();
            Variable y = h.exp();
            List<Tensor> g = values(Tape.between(List.of(a, h), List.of(y)).pullback(List.of(Variable.of(1))));
            assertThat(g).containsExactly(scalar(0), y.value());
        }

        @Test
        void anOutputThatIsAnInputGivesTheSeed() {
            Tape tape = Tape.between(List.of(a, b), List.of(b));
            Variable seed = Variable.of(7);
            assertThat(tape.pullback(List.of(seed)).get(1)).isSameAs(seed);
            assertThat(values(tape.pullback(List.of(seed)))).containsExactly(scalar(0), scalar(7));
            assertThat(values(tape.pushforward(List.of(Variable.of(2), seed)))).containsExactly(scalar(7));
        }

        @Test
        void anOutputThatIsAnInputAndFeedsAnotherOutputGetsBothContributions() {
            Variable y = a.mul(b);
            Tape tape = Tape.between(List.of(a, b), List.of(a, y));
            List<Variable> seeds = List.of(Variable.of(100), Variable.of(1));
            assertThat(values(tape.pullback(seeds))).containsExactly(scalar(105), scalar(3));
        }

        @Test
        void anOutputThatIsGivenTwiceCountsTwice() {
            Variable y = a.square();
            Tape tape = Tape.between(List.of(a), List.of(y, y));
            assertThat(values(tape.pullback(List.of(Variable.of(1), Variable.of(10)))))
                    .containsExactly(scalar(66));
            assertThat(values(tape.pushforward(List.of(Variable.of(1))))).containsExactly(scalar(6), scalar(6));
        }

        @Test
        void anOutputThatIsAStepOfAnotherGetsBothContributions() {
            Variable s = a.square();
            Variable y = s.mul(b);
            Tape tape = Tape.between(List.of(a), List.of(y, s));
            assertThat(values(tape.pullback(List.of(Variable.of(1), Variable.of(100)))))
                    .containsExactly(scalar(6 * (5 + 100)));
        }

        @Test
        void unreachedInputsAndConstantOutputsGiveZerosOfTheirShape() {
            Variable unused = Variable.of(Tensor.ones(2, 3));
            Variable constant = Variable.of(Tensor.ones(4));
            Tape tape = Tape.between(List.of(a, unused), List.of(a.sin(), constant));
            List<Variable> g = tape.pullback(List.of(Variable.of(1), Variable.of(Tensor.ones(4))));
            assertThat(g.get(1).value()).isEqualTo(Tensor.zeros(2, 3));
            List<Variable> t = tape.pushforward(List.of(Variable.of(1), unused));
            assertThat(t.get(1).value()).isEqualTo(Tensor.zeros(4));
        }

        @Test
        void whatPassesThroughFlatFunctionsOnlyIsZero() {
            Variable x = Variable.of(Tensor.of(-1, 2));
            Variable y = x.sign().add(x.gt(0)).add(x.detach()).add(x.pow(0));
            Tape tape = Tape.between(x, y);
            Variable ones = Variable.of(Tensor.ones(2));
            assertThat(values(tape.pullback(List.of(ones)))).containsExactly(Tensor.zeros(2));
            assertThat(values(tape.pushforward(List.of(ones)))).containsExactly(Tensor.zeros(2));
        }

        @Test
        void aResultThatFansOutCollectsFromAllItsUses() {
            Variable x = Variable.of(2);
            Variable s = x.square();
            Variable y = s;
            for (int i = 1; i <= 100; i++) {
                y = y.add(s.mul(i));
            }
            // y = s·(1 + 5050)
            assertThat(values(Tape.between(x, y).pullback(List.of(Variable.of(1)))))
                    .containsExactly(scalar(4 * 5051));
            assertThat(values(Tape.between(x, y).pushforward(List.of(Variable.of(1)))))
                    .containsExactly(scalar(4 * 5051));
        }

        @Test
        void broadcastingIsUndoneBackwardsAndRepeatedForwards() {
            Variable x = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            Variable row = Variable.of(Tensor.of(10, 20));
            Tape tape = Tape.between(List.of(x, row), List.of(x.add(row)));
            Tensor g = Tensor.of(new double[][] {{1, 2}, {3, 4}});
            assertThat(values(tape.pullback(List.of(Variable.of(g))))).containsExactly(g, Tensor.of(4, 6));
            Tape rowOnly = Tape.between(row, x.add(row));
            assertThat(values(rowOnly.pushforward(List.of(row)))).containsExactly(Tensor.of(new double[][] {
                {10, 20}, {10, 20}
            }));
        }

        @Test
        void doublingSixtyTimesIsSixtySteps() {
            Variable y = a;
            for (int i = 0; i < 60; i++) {
                y = y.add(y);
            }
            Tape tape = Tape.between(a, y);
            assertThat(tape.steps()).hasSize(60);
            assertThat(values(tape.pullback(List.of(Variable.of(1))))).containsExactly(scalar(0x1p60));
        }

        @Test
        void theResultsCanBeDifferentiatedAgain() {
            Variable y = a.pow(3).mul(b);
            Tape first = Tape.between(List.of(a, b), List.of(y));
            Variable gradient = first.pullback(List.of(Variable.of(1))).get(0);
            Tape second = Tape.between(List.of(a, b), List.of(gradient));
            assertThat(values(second.pullback(List.of(Variable.of(1))))).containsExactly(scalar(90), scalar(27));
        }

        @Test
        void theResultDependsOnTheCotangentToo() {
            Variable g = Variable.of(4);
            Variable pulled = Tape.between(a, a.square()).pullback(List.of(g)).get(0);
            assertThat(values(Tape.between(List.of(a, g), List.of(pulled)).pullback(List.of(Variable.of(1)))))
                    .containsExactly(scalar(8), scalar(6));
        }

        @Test
        void theNumberOfPerturbationsMustBeRight() {
            Tape tape = Tape.between(List.of(a, b), List.of(a.mul(b)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.pullback(List.of()))
                    .withMessage("pullback: there must be one cotangent for each output, got 0 for 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.pushforward(List.of(a)))
                    .withMessage("pushforward: there must be one tangent for each input, got 1 for 2");
        }

        @Test
        void theShapesOfPerturbationsMustBeRight() {
            Variable x = Variable.of(Tensor.ones(3));
            Tape tape = Tape.between(List.of(a, x), List.of(a, x.sum()));
            Variable one = Variable.of(1);
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> tape.pullback(List.of(one, x)))
                    .withMessage("pullback: the cotangent must have the shape of its output,"
                            + " got cotangent 1 [3] and output []");
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> tape.pushforward(List.of(one, one)))
                    .withMessage("pushforward: the tangent must have the shape of its input,"
                            + " got tangent 1 [] and input [3]");
        }
    }

    @Nested
    class Parameters {

        private final Parameter w = new Parameter("w", Tensor.scalar(2));

        private static final String STALE =
                "between: parameter w was set after the output was computed from its old value; compute the output again, with variable() taken anew";

        @Test
        void anOutputOfTheOldValueHasNoDerivativeInTheNewOne() {
            Variable loss = w.variable().square();
            w.set(scalar(5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(w.variable(), loss))
                    .withMessage(STALE);
        }

        @Test
        void oneStaleUseOfTwoIsEnough() {
            Variable old = w.variable().sin();
            w.set(scalar(5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(w.variable(), old.mul(w.variable())))
                    .withMessage(STALE);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(w.variable(), w.variable().mul(old)))
                    .withMessage(STALE);
        }

        @Test
        void theOldLeafItselfAsAnOutputIsStale() {
            Variable old = w.variable();
            w.set(scalar(5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(w.variable(), old))
                    .withMessage(STALE);
        }

        @Test
        void aLeafThatWasTakenBeforeIsNotTheParameterAnyMore() {
            Variable taken = w.variable();
            w.set(scalar(5));
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(taken, w.variable().square()))
                    .withMessage("between: parameter w was set after its leaf was taken as an input;"
                            + " take variable() again");
        }

        @Test
        void anOldLeafIsAnInputLikeAnyOtherForWhatWasComputedFromIt() {
            Variable taken = w.variable();
            Variable loss = taken.square();
            w.set(scalar(5));
            assertThat(values(Tape.between(taken, loss).pullback(List.of(Variable.of(1)))))
                    .containsExactly(scalar(4));
        }

        @Test
        void oldAndNewLeafMayBothBeInputs() {
            Variable taken = w.variable();
            w.set(scalar(5));
            Variable distance = w.variable().sub(taken).square();
            Tape tape = Tape.between(List.of(taken, w.variable()), List.of(distance));
            assertThat(values(tape.pullback(List.of(Variable.of(1))))).containsExactly(scalar(-6), scalar(6));
        }

        @Test
        void anOldValueOfAParameterThatIsNoInputIsAConstant() {
            Variable old = w.variable();
            w.set(scalar(5));
            assertThat(values(Tape.between(a, a.mul(old)).pullback(List.of(Variable.of(1)))))
                    .containsExactly(scalar(2));
        }

        @Test
        void settingTheSameValueAgainReplacesTheLeaf() {
            Variable loss = w.variable().square();
            w.set(w.value());
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.between(w.variable(), loss))
                    .withMessage(STALE);
        }
    }

    @Nested
    class Recording {

        private final Parameter w = new Parameter("w", Tensor.scalar(2));
        private final Parameter v = new Parameter("v", Tensor.scalar(3));
        private final Tensor x0 = Tensor.of(1, 2);
        private final Tensor x1 = Tensor.of(3, -4);

        private void refuses(UnaryOperator<Variable> f, String message) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(f, x0, x1))
                    .withMessage(message);
        }

        /** The first function in the first run, the second in the second. */
        @SafeVarargs
        private static UnaryOperator<Variable> inTurn(UnaryOperator<Variable>... f) {
            int[] run = {0};
            return x -> f[run[0]++].apply(x);
        }

        @Test
        void theInputsAreThoseOfTheFunctionThenTheParametersThatItReached() {
            Parameter never = new Parameter("never", Tensor.scalar(1));
            Tape tape = Tape.record(
                    x -> List.of(
                            x.get(1).mul(v.variable()),
                            x.get(0).mul(w.variable().mul(v.variable()))),
                    List.of(scalar(1), scalar(2)));
            assertThat(tape.inputs()).hasSize(4).endsWith(v.variable(), w.variable());
            assertThat(never.variable().inputs()).isEmpty();
        }

        @Test
        void aFunctionThatDoesTheSameTwiceIsRecorded() {
            Tape tape = Tape.record(x -> x.mul(w.variable()).add(1).relu(), x0, x1);
            assertThat(tape.steps()).hasSize(3);
        }

        @Test
        void everyKindOfOperationIsEqualToItselfInASecondRecording() {
            assertThatCode(() -> Tape.record(
                            Autodiff.grad(x -> x.reshape(1, 2)
                                    .matmul(x.reshape(2, 1))
                                    .sum()
                                    .add(x.slice(0, 0, 1).sum())
                                    .add(Variable.concat(0, x, x).clamp(-1, 1).sum())
                                    .add(x.leakyRelu(0.1).max())
                                    .add(x.elu(2).pow(3).variance())
                                    .add(x.gather(Variable.of(1)).rdiv(2))
                                    .add(x.softmax().logSumExp())
                                    .add(Variable.where(x.gt(0), x, x.div(3)).mean())
                                    .add(x.abs().pow(x).sum())),
                            x0,
                            x1))
                    .doesNotThrowAnyException();
        }

        @Test
        void refusesAConstantThatDiffers() {
            refuses(
                    inTurn(x -> x.sin().mul(Variable.of(2)), x -> x.sin().mul(Variable.of(3))),
                    "record: constant %3 differs between two recordings, 2.0 and 3.0; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void namesTheConstantThatDiffers() {
            refuses(
                    inTurn(
                            x -> x.mul(Variable.of(2)).mul(Variable.of(3)),
                            x -> x.mul(Variable.of(2)).mul(Variable.of(4))),
                    "record: constant %4 differs between two recordings, 3.0 and 4.0; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAConstantThatDiffersInTheSignOfZeroOrInItsShape() {
            refuses(
                    inTurn(x -> x.mul(Variable.of(0.0)), x -> x.mul(Variable.of(-0.0))),
                    "record: constant %2 differs between two recordings, 0.0 and -0.0; a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> x.mul(Variable.of(1)), x -> x.mul(Variable.of(Tensor.ones(1)))),
                    "record: constant %2 differs between two recordings, shapes [] and [1]; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void acceptsAConstantThatIsNaNTwice() {
            assertThat(Tape.record(x -> x.mul(Variable.of(Double.NaN)), x0, x1).steps())
                    .hasSize(1);
        }

        @Test
        void refusesAnOutputThatIsAnotherConstant() {
            refuses(
                    inTurn(x -> Variable.of(2), x -> Variable.of(3)),
                    "record: constant %1 differs between two recordings, 2.0 and 3.0; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAStepThatDiffersInItsOperation() {
            refuses(
                    inTurn(x -> x.sin().sin(), x -> x.sin().cos()),
                    "record: step %2 differs between two recordings, sin [2] and cos [2]; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAStepThatDiffersInANumber() {
            refuses(
                    inTurn(x -> x.mul(2), x -> x.mul(3)),
                    "record: step %1 differs between two recordings, mul(2.0) [2] and mul(3.0) [2];"
                            + " a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAStepThatDiffersInItsShape() {
            refuses(
                    inTurn(x -> x.add(Variable.of(1)), x -> x.add(Variable.of(Tensor.ones(1, 1)))),
                    "record: step %1 differs between two recordings, add [2] and add [1, 2]; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAStepThatDiffersInAnOperand() {
            refuses(
                    inTurn(x -> x.sub(x.sin()), x -> x.sin().sub(x)),
                    "record: operand 0 of step %2 differs between two recordings; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAConstantInPlaceOfAnInput() {
            refuses(
                    inTurn(x -> x.mul(x), x -> x.mul(Variable.of(x1))),
                    "record: operand 1 of step %1 differs between two recordings; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesMoreOperandsAndLessOperands() {
            Variable empty = Variable.of(Tensor.zeros(0));
            refuses(
                    inTurn(x -> Variable.concat(0, x, empty), x -> Variable.concat(0, x)),
                    "record: the number of operands of step %1 differs between two recordings, 2 and 1;"
                            + " a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> Variable.concat(0, x), x -> Variable.concat(0, x, empty)),
                    "record: the number of operands of step %1 differs between two recordings, 1 and 2;"
                            + " a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesMoreStepsAndLessSteps() {
            refuses(
                    inTurn(x -> x.sin(), x -> x.sin().sin()),
                    "record: the number of steps differs between two recordings, 1 and 2; a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> x.sin().sin(), x -> x.sin()),
                    "record: the number of steps differs between two recordings, 2 and 1; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void constantsMeanTheSameHoweverManyStepsFollow() {
            Variable two = Variable.of(2);
            Variable three = Variable.of(3);
            refuses(
                    inTurn(
                            x -> x.mul(two).mul(three),
                            x -> x.mul(two).mul(three).sin()),
                    "record: the number of steps differs between two recordings, 2 and 3; a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> x.mul(two).mul(three), x -> x.mul(two).mul(two).sin()),
                    "record: operand 1 of step %2 differs between two recordings; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesOtherParameters() {
            refuses(
                    inTurn(x -> x.mul(w.variable()), x -> x.mul(v.variable())),
                    "record: the parameters differ between two recordings, [w []] and [v []]; a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> x.mul(w.variable()), x -> x.mul(2)),
                    "record: the parameters differ between two recordings, [w []] and []; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAnOutputThatIsAnotherStep() {
            int[] run = {0};
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(
                            x -> {
                                Variable s = x.get(0).sin();
                                Variable c = s.cos();
                                return run[0]++ == 0 ? List.of(c, s) : List.of(c, c);
                            },
                            List.of(x0),
                            List.of(x1)))
                    .withMessage(
                            "record: output 1 differs between two recordings; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesAConstantInPlaceOfAnOutput() {
            refuses(
                    inTurn(x -> Variable.of(1), x -> x),
                    "record: output 0 differs between two recordings; a plan would freeze it; pass what changes as an input");
            refuses(
                    inTurn(x -> x, x -> Variable.of(1)),
                    "record: output 0 differs between two recordings; a plan would freeze it; pass what changes as an input");
        }

        @Test
        void refusesMoreOutputsAndLessOutputs() {
            for (int first : List.of(1, 2)) {
                int[] run = {first};
                int second = 3 - first;
                assertThatIllegalStateException()
                        .isThrownBy(() -> Tape.record(
                                x -> {
                                    Variable[] outputs = new Variable[run[0]];
                                    run[0] = second;
                                    Arrays.fill(outputs, x.get(0));
                                    return List.of(outputs);
                                },
                                List.of(x0),
                                List.of(x1)))
                        .withMessage("record: the number of outputs differs between two recordings, " + first + " and "
                                + second + "; a plan would freeze it; pass what changes as an input");
            }
        }

        @Test
        void refusesACustomOpThatCannotBeCompared() {
            class Twice implements CustomOp {
                @Override
                public Shape shape(Shape... x) {
                    return x[0];
                }

                @Override
                public Tensor eval(List<Tensor> x) {
                    return x.get(0).map(e -> 2 * e);
                }

                @Override
                public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                    return g.mul(2);
                }
            }
            refuses(
                    x -> new Twice().apply(x),
                    "record: step %1 differs between two recordings, Twice [2] and another Twice [2]"
                            + " (a record would compare its components); a plan would freeze it; pass what changes as an input");
        }

        @Test
        void theOtherExampleMustHaveTheSameShape() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Tape.record(Variable::sum, Tensor.ones(3), Tensor.ones(4)))
                    .withMessage("record: both examples of an input must have the same shape,"
                            + " got [3] and [4] for input 0");
        }

        @Test
        void thereMustBeAsManyOtherExamples() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tape.record(x -> List.of(x.get(0)), List.of(x0), List.of(x1, x1)))
                    .withMessage("record: there must be two examples of each input, got 1 and 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tape.record(x -> List.of(x.get(0)), List.of(x0, x1), List.of(x1)))
                    .withMessage("record: there must be two examples of each input, got 2 and 1");
        }

        @Test
        void anOldValueOfAParameterCannotBeRecorded() {
            Variable old = w.variable();
            Variable computed = old.square();
            w.set(scalar(5));
            for (Variable captured : List.of(old, computed)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> Tape.record(x -> x.mul(captured).mul(w.variable()), x0))
                        .withMessage("record: the function uses an old value of parameter w, which was set since,"
                                + " and a plan would read the new one; compute it again, or detach it from the"
                                + " parameter: Variable.of(x.value())");
            }
        }

        @Test
        void setsOfParametersInsideTheFunctionAreNoticed() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(
                            x -> {
                                Variable y = x.mul(w.variable());
                                w.set(scalar(5));
                                return y;
                            },
                            x0))
                    .withMessageStartingWith("record: the function uses an old value of parameter w");
        }
    }
}
