package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.nio.ReadOnlyBufferException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VariableTest {

    @Nested
    class Nodes {

        @Test
        void aLeafCameFromNowhere() {
            Tensor value = Tensor.of(1, 2);
            Variable x = Variable.of(value);
            assertThat(x.value()).isSameAs(value);
            assertThat(x.shape()).isEqualTo(Shape.of(2));
            assertThat(x.op()).isEmpty();
            assertThat(x.inputs()).isEmpty();
            assertThat(x.parameter()).isEmpty();
            assertThat(x.depth()).isZero();
        }

        @Test
        void aNumberIsALeafOfShapeScalar() {
            Variable x = Variable.of(3);
            assertThat(x.shape()).isEqualTo(Shape.of());
            assertThat(x.item()).isEqualTo(3);
        }

        @Test
        void aNodeKnowsItsOperationAndItsOperands() {
            Variable x = Variable.of(2);
            Variable y = Variable.of(3).exp();
            Variable z = x.mul(y);
            assertThat(z.op()).contains(BinaryOp.MUL);
            assertThat(z.inputs()).containsExactly(x, y);
            assertThat(z.depth()).isEqualTo(2);
            assertThat(z.parameter()).isEmpty();
        }

        @Test
        void theLeafOfAParameterKnowsIt() {
            Parameter w = new Parameter("w", Tensor.ones(2));
            Variable leaf = w.variable();
            assertThat(leaf.parameter()).contains(w);
            assertThat(leaf.neg().parameter()).isEmpty();
            w.set(Tensor.zeros(2));
            assertThat(leaf.parameter()).as("also when it has been replaced").contains(w);
        }

        @Test
        void variablesAreEqualToThemselvesOnly() {
            Variable one = Variable.of(1);
            Variable other = Variable.of(1);
            assertThat(one).isEqualTo(one).isNotEqualTo(other);
            assertThat(new HashSet<>(List.of(one, other, one.neg(), one.neg()))).hasSize(4);
            assertThat(Set.of(one)).contains(one).doesNotContain(other);
        }

        @Test
        void aLeafNeedsAValue() {
            assertThatNullPointerException()
                    .isThrownBy(() -> Variable.of((Tensor) null))
                    .withMessage("variable: its value must be given, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> new Parameter("w", null))
                    .withMessage("parameter: its value must be given, got null");
        }

        @Test
        void anOperationNamesTheOperandThatIsMissing() {
            Variable x = Variable.of(Tensor.of(1, 2));
            Variable number = Variable.of(1);
            for (Variable a : List.of(x, number)) {
                assertThatNullPointerException()
                        .isThrownBy(() -> a.add(null))
                        .withMessage("add: operand 1 must be a variable, got null");
            }
            assertThatNullPointerException()
                    .isThrownBy(() -> Variable.concat(0, x, null))
                    .withMessage("concat(0): operand 1 must be a variable, got null");
        }

        @Test
        void soDoesAMethodThatLooksAtShapesFirst() {
            Variable x = Variable.of(Tensor.ones(2, 3));
            Variable w = Variable.of(Tensor.ones(3, 2));
            Map<String, ThrowingCallable> calls = Map.of(
                    "matmul: operand 1", () -> x.matmul(null),
                    "affine: operand 1", () -> x.affine(null, w),
                    "affine: operand 2", () -> x.affine(w, null),
                    "where: operand 2", () -> Variable.where(x, x, null),
                    "stack: operand 1", () -> Variable.stack(0, x, null),
                    "crossEntropyWithLabels: operand 1", () -> x.crossEntropyWithLabels(null),
                    "nll: operand 1", () -> x.nll(null));
            calls.forEach((what, call) -> assertThatNullPointerException()
                    .isThrownBy(call)
                    .withMessage(what + " must be a variable, got null"));
            assertThatNullPointerException()
                    .isThrownBy(() -> x.crossEntropy(x, null))
                    .withMessage("crossEntropy: the reduction must be given, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> new Parameter("w", Tensor.ones(2)).set(null))
                    .withMessage("set: the value of parameter w must be a tensor, got null");
        }
    }

    @Nested
    class Immutability {

        @Test
        void operandsCannotBeChanged() {
            Variable[] x = {Variable.of(Tensor.of(1)), Variable.of(Tensor.of(2))};
            Variable first = x[0];
            Variable y = Variable.concat(0, x);
            x[0] = x[1];
            assertThat(y.inputs()).first().isSameAs(first);
            assertThatThrownBy(() -> y.inputs().set(0, x[1])).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> first.inputs().add(first)).isInstanceOf(UnsupportedOperationException.class);
        }

        @Test
        void valuesCannotBeChanged() {
            double[] array = {1, 2};
            Variable x = Variable.of(Tensor.of(array));
            Variable y = x.mul(10);
            array[0] = -1;
            x.value().toArray()[0] = -1;
            y.value().toArray()[0] = -1;
            assertThat(x.value()).isEqualTo(Tensor.of(1, 2));
            assertThat(y.value()).isEqualTo(Tensor.of(10, 20));
            assertThatThrownBy(() -> y.value().asBuffer().put(0, -1.0)).isInstanceOf(ReadOnlyBufferException.class);
        }

        @Test
        void operationsThatOnlyRenameShareNothingThatCouldBeWritten() {
            Variable x = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            Variable reshaped = x.reshape(4);
            Variable detached = x.detach();
            Autodiff.gradients(reshaped.square().sum().add(detached.sum()), List.of(x));
            assertThat(x.value()).isEqualTo(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            assertThat(reshaped.value()).isEqualTo(Tensor.of(1, 2, 3, 4));
            assertThat(detached.value()).isEqualTo(x.value());
        }

        @Test
        void differentiatingDoesNotChangeTheGraph() {
            Variable x = Variable.of(Tensor.of(0.5, -2));
            Variable y = x.tanh().mul(x).sum();
            Tensor before = y.value();
            for (int i = 0; i < 3; i++) {
                Variable g = Autodiff.gradients(y, List.of(x)).get(0);
                Autodiff.gradients(g.square().sum(), List.of(x));
            }
            assertThat(y.value()).isSameAs(before);
            assertThat(y.inputs()).hasSize(1);
            assertThat(x.inputs()).isEmpty();
        }
    }

    @Nested
    class Text {

        @Test
        void ofALeafIsItsShapeAndValue() {
            assertThat(Variable.of(2.5)).hasToString("Variable(leaf [])\n2.5");
            assertThat(Variable.of(Tensor.of(1, 2))).hasToString("Variable(leaf [2])\n[1. 2.]");
        }

        @Test
        void ofANodeNamesItsOperation() {
            Variable x = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            assertThat(x.transpose()).hasToString("Variable(permute[1, 0] [2, 2])\n[[1. 3.]\n [2. 4.]]");
            assertThat(x.mul(2).sum()).hasToString("Variable(sum[] [])\n20.0");
        }

        @Test
        void ofAParameterNamesIt() {
            assertThat(new Parameter("layer.weight", Tensor.of(1)).variable())
                    .hasToString("Variable(layer.weight [1])\n[1.]");
        }

        @Test
        void whileRecordingHasNoValue() {
            Tape.record(
                    x -> {
                        assertThat(x).hasToString("Variable(leaf [2], being recorded)");
                        assertThat(x.exp()).hasToString("Variable(exp [2], being recorded)");
                        return x;
                    },
                    Tensor.of(1, 2));
        }
    }

    @Nested
    class Recording {

        private static final String MESSAGE =
                "value: a variable that is being recorded has no value yet, and a plan would freeze what is read here;"
                        + " use operations such as where, gt and maximum, or differentiate eagerly";

        private void hasNoValue(Variable x) {
            assertThatIllegalStateException().isThrownBy(x::value).withMessage(MESSAGE);
            assertThatIllegalStateException().isThrownBy(x::item).withMessage(MESSAGE);
        }

        @Test
        void anInputHasNoValue() {
            Tape.record(
                    x -> {
                        hasNoValue(x);
                        return x;
                    },
                    Tensor.scalar(1));
        }

        @Test
        void whatComesFromAnInputHasNoValueHoweverDeep() {
            Variable outside = Variable.of(5);
            Tape.record(
                    x -> {
                        Variable y = x;
                        for (int i = 0; i < 10_000; i++) {
                            y = i % 2 == 0 ? outside.sub(y) : y.sin();
                        }
                        hasNoValue(y);
                        hasNoValue(Variable.concat(0, outside.reshape(1), y.reshape(1)));
                        hasNoValue(x.detach());
                        hasNoValue(x.gt(0));
                        return y;
                    },
                    Tensor.scalar(1));
        }

        @Test
        void derivativesHaveNoValueAtAnyOrder() {
            Tape.record(
                    x -> {
                        hasNoValue(Autodiff.grad(Variable::sin).apply(x));
                        hasNoValue(Autodiff.grad(Autodiff.grad(Variable::exp)).apply(x));
                        hasNoValue(Autodiff.hvp(v -> v.pow(3), x, Variable.of(1)));
                        hasNoValue(Autodiff.jacobian(Variable::square)
                                .apply(x.add(0).reshape(1)));
                        return x;
                    },
                    Tensor.scalar(1));
        }

        @Test
        void valuesInsideOfADifferentiatedFunctionThrowToo() {
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            Tape.record(Autodiff.grad(x -> x.item() > 0 ? x.square() : x.neg()), Tensor.scalar(1)))
                    .withMessage(MESSAGE);
        }

        @Test
        void theVerbsThatReturnTensorsThrow() {
            Parameter w = new Parameter("w", Tensor.scalar(2));
            Tape.record(
                    x -> {
                        assertThatIllegalStateException()
                                .isThrownBy(() -> Autodiff.gradients(x.mul(w.variable()), Set.of(w)))
                                .withMessageStartingWith(
                                        "gradients: a variable that is being recorded has no value yet");
                        assertThatIllegalStateException()
                                .isThrownBy(() -> Autodiff.grad(v -> v.mul(x)).apply(Tensor.scalar(1)))
                                .withMessage(MESSAGE);
                        return x;
                    },
                    Tensor.scalar(1));
        }

        @Test
        void shapesAndConstantsMayBeRead() {
            Variable outside = Variable.of(3).sin();
            Tape.record(
                    x -> {
                        assertThat(x.exp().shape()).isEqualTo(Shape.of(2));
                        assertThat(outside.value().item()).isEqualTo(StrictMath.sin(3));
                        return x.mul(outside.item());
                    },
                    Tensor.of(1, 2));
        }

        @Test
        void printingInsideBreaksNothing() {
            Parameter w = new Parameter("w", Tensor.of(1, 2));
            Tape.record(
                    x -> {
                        Variable y = x.mul(w.variable()).crossEntropyWithLabels(Variable.of(1));
                        Tape tape = Tape.between(List.of(x, w.variable()), List.of(y));
                        assertThatCode(() -> List.of(
                                        x.toString(), y.toString(), tape.toString(), tape.toDot(), tape.toMermaid()))
                                .doesNotThrowAnyException();
                        assertThat(Tape.between(y, y.sin().mul(x.sum())))
                                .as("what is being recorded is printed as a constant by its shape")
                                .hasToString("""
                                        %0 = input []
                                        %3 = constant []
                                        %1 = sin(%0)  []
                                        %2 = mul(%1, %3)  []
                                        return %2
                                        """);
                        return y;
                    },
                    Tensor.of(3, 4));
        }

        @Test
        void aVariableThatLeaksOutOfARecordingStillHasNoValue() {
            Variable[] leaked = new Variable[1];
            Tape tape = Tape.record(x -> leaked[0] = x.sin(), Tensor.scalar(1));
            hasNoValue(leaked[0]);
            hasNoValue(leaked[0].add(Variable.of(1)));
            hasNoValue(tape.outputs().get(0));
        }

        @Test
        void anExceptionEndsARecordingAndLeavesNothingBehind() {
            Variable outside = Variable.of(3);
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Tape.record(x -> x.add(Variable.of(Tensor.ones(3))), Tensor.ones(2)));
            assertThat(outside.sin().item()).isEqualTo(StrictMath.sin(3));
            assertThat(Autodiff.grad(Variable::square).apply(Tensor.scalar(3)).item())
                    .isEqualTo(6);
        }
    }

    @Nested
    class Item {

        @Test
        void isTheNumberOfAVariableWithOneElement() {
            assertThat(Variable.of(Tensor.ones(1, 1)).item()).isEqualTo(1);
        }

        @Test
        void ofMoreElementsIsAnError() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Variable.of(Tensor.ones(2)).item())
                    .withMessage("item: the tensor must hold a single number, got shape [2]");
        }
    }
}
