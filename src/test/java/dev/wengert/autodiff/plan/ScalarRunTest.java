package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.Where;
import dev.wengert.jqwik.Doubles;
import dev.wengert.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long programs on numbers, by the interpreter and by a class of their own. */
@Tag("provider")
class ScalarRunTest {

    private static final int REGISTERS = 40;

    private static final Kernel[] WITHOUT_CODE = {
        UnaryOp.ERF, NumberOp.add(-1.5), BinaryOp.SUB, Where.WHERE, PiecewiseLinear.RELU
    };

    private static ScalarRun.OnNumbers[] kernels(RandomGenerator random) {
        ScalarRun.OnNumbers[] kernels = new ScalarRun.OnNumbers[WITHOUT_CODE.length];
        for (int i = 0; i < kernels.length; i++) {
            int operands = WITHOUT_CODE[i] == Where.WHERE ? 3 : WITHOUT_CODE[i] == BinaryOp.SUB ? 2 : 1;
            kernels[i] = new ScalarRun.OnNumbers(
                    WITHOUT_CODE[i],
                    IntStream.range(0, operands)
                            .map(x -> random.nextInt(REGISTERS))
                            .toArray());
        }
        return kernels;
    }

    /** Lengths around those of the methods, and one of many methods. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 249, 250, 251, 500, 3000})
    void theClassComputesTheBitsOfTheInterpreter(int steps) {
        RandomGenerator random = new SplittableRandom(steps);
        ScalarRun.OnNumbers[] kernels = kernels(random);
        for (int round = 0; round < 50; round++) {
            int[] code = new int[steps * ScalarRun.WORDS];
            for (int at = 0; at < code.length; at += ScalarRun.WORDS) {
                code[at] = random.nextInt(ScalarRun.SIGMOID + 1);
                for (int i = 1; i < ScalarRun.WORDS; i++) {
                    code[at + i] = random.nextInt(REGISTERS);
                }
                if (code[at] == ScalarRun.OTHER) {
                    code[at + 3] = random.nextInt(kernels.length);
                }
            }
            double[] interpreted = new double[REGISTERS];
            for (int i = 0; i < REGISTERS; i++) {
                interpreted[i] = (round % 2 == 0 ? Doubles.between(-4, 4) : Doubles.any()).draw(random);
            }
            double[] compiled = interpreted.clone();
            ScalarRun.execute(interpreted, code, kernels);
            ScalarClass.instance(code, MethodHandles.lookup()).run(compiled, kernels);
            assertThat(compiled).containsExactly(interpreted);
        }
    }

    /** As in native images, where the virtual machine refuses: this lookup may define nothing, and none at all is another error. */
    @Test
    void whereNoClassCanBeDefinedTheInterpreterServes() {
        int[] code = {ScalarRun.SIN, 1, 0, 0, ScalarRun.EXP, 2, 1, 0, ScalarRun.MUL, 3, 1, 2, ScalarRun.OTHER, 4, 3, 0};
        ScalarRun.OnNumbers[] kernels = {new ScalarRun.OnNumbers(UnaryOp.ERF, new int[] {3})};
        double[] expected = {0.75, 0, 0, 0, 0};
        ScalarRun.execute(expected, code, kernels);
        for (MethodHandles.Lookup lookup :
                new MethodHandles.Lookup[] {MethodHandles.publicLookup(), null, MethodHandles.lookup()}) {
            double[] registers = {0.75, 0, 0, 0, 0};
            ScalarRun.steps(code, lookup).run(registers, kernels);
            assertThat(registers).containsExactly(expected);
        }
        assertThatThrownBy(() -> ScalarClass.instance(code, MethodHandles.publicLookup()))
                .isInstanceOf(LinkageError.class)
                .hasMessage("steps on numbers cannot be made a class")
                .hasCauseInstanceOf(IllegalAccessException.class);
    }

    @Test
    void whatDoesNotFitStaysWithTheInterpreter() {
        assertThat(ScalarClass.fits(32_767, 32_767, 20_000)).isTrue();
        assertThat(ScalarClass.fits(32_768, 0, 100)).isFalse();
        assertThat(ScalarClass.fits(100, 32_768, 100)).isFalse();
        assertThat(ScalarClass.fits(100, 0, 20_001)).isFalse();
    }

    /** Every operation that numbers have, with its gradient: some have codes, some have none. */
    @Test
    void aLongPlanIsTheEagerRun() {
        UnaryOperator<Variable> f = x -> {
            Variable y = x;
            for (int i = 0; i < 4; i++) {
                y = y.sin().mul(y.cos()).add(y.tanh()).sub(0.25).div(1.5).neg();
                y = y.sigmoid().add(y.exp()).log().square().add(y.erf()).rdiv(2);
                y = y.add(3)
                        .relu()
                        .add(y.leakyRelu(0.1))
                        .add(y.abs())
                        .add(y.maximum(x).sqrt());
                y = Variable.where(y.gt(x), y.mul(x), y.sub(x))
                        .add(y.softplus())
                        .sub(y.gelu().mul(x.elu(0.5)));
            }
            return y;
        };
        Tape tape = Tape.record(
                in -> {
                    ValueAndGradient<Variable> both = Autodiff.valueAndGrad(f, in.get(0));
                    return List.of(both.value(), both.gradient());
                },
                List.of(Tensor.scalar(1)));
        assertThat(tape.steps()).hasSizeGreaterThan(300);
        Plan plan = tape.compile();
        for (double x : new double[] {1, 0.5, -2, 0, -0.0, 40, 1e-300, Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor at = Tensor.scalar(x);
            ValueAndGradient<Tensor> eager = Autodiff.valueAndGrad(f, at);
            assertThat(plan.run(at)).containsExactly(eager.value(), eager.gradient());
        }
    }

    /** More steps than are compiled. */
    @Test
    void aVeryLongPlanIsTheEagerRun() {
        UnaryOperator<Variable> f = x -> {
            Variable y = x;
            for (int i = 0; i < 10_000; i++) {
                y = y.sin().add(x);
            }
            return y;
        };
        UnaryOperator<Variable> slope = x -> Autodiff.valueAndGrad(f, x).gradient();
        Tensor at = Tensor.scalar(0.75);
        assertThat(Tape.record(slope, Tensor.scalar(1)).compile().run(at))
                .containsExactly(slope.apply(Variable.of(at)).value());
    }
}
