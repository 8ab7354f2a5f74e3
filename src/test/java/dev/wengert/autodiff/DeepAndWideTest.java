package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.kernel.Elementary;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Graphs of extreme form: long chains and many siblings. All in threads with a stack of 256 KB, in which a recursion over the
 * graph would end after some thousand nodes, and in a time that allows for work in proportion to the graph, not to its square.
 */
class DeepAndWideTest {

    private static final int LENGTH = 200_000;

    private static void inASmallStack(Runnable test) throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(test, true);
        Thread thread = new Thread(null, task, "small stack", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
        assertThat(task.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theStackIsSmallEnoughToCatchARecursion() throws Exception {
        inASmallStack(() -> {
            boolean overflown = false;
            try {
                descend(LENGTH);
            } catch (StackOverflowError e) {
                overflown = true;
            }
            assertThat(overflown).isTrue();
        });
    }

    private static int descend(int n) {
        return n == 0 ? 0 : 1 + descend(n - 1);
    }

    private static Variable sines(Variable x) {
        for (int i = 0; i < LENGTH; i++) {
            x = x.sin();
        }
        return x;
    }

    @Test
    void aChainIsRecordedPrintedCompiledAndReplayed() throws Exception {
        inASmallStack(() -> {
            Tape tape = Tape.record(DeepAndWideTest::sines, Tensor.scalar(1));
            assertThat(tape.steps()).hasSize(LENGTH);
            assertThat(lines(tape.toString())).isEqualTo(LENGTH + 2);
            assertThat(lines(tape.toDot())).isEqualTo(2 * LENGTH + 5);
            assertThat(lines(tape.toMermaid())).isEqualTo(2 * LENGTH + 4);
            assertThat(tape.outputs().get(0)).hasToString("Variable(sin [], being recorded)");
            double y = 2;
            for (int i = 0; i < LENGTH; i++) {
                y = Elementary.sin(y);
            }
            assertThat(tape.compile().run(Tensor.scalar(2)).get(0).item()).isEqualTo(y);
        });
    }

    private static long lines(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }

    @Test
    void aChainIsDifferentiatedInBothModes() throws Exception {
        inASmallStack(() -> {
            double[] slopes = new double[LENGTH];
            double x = 1;
            for (int i = 0; i < LENGTH; i++) {
                slopes[i] = Elementary.cos(x);
                x = Elementary.sin(x);
            }
            double forward = 1;
            double reverse = 1;
            for (int i = 0; i < LENGTH; i++) {
                forward *= slopes[i];
                reverse *= slopes[LENGTH - 1 - i];
            }
            Variable start = Variable.of(1);
            Tape tape = Tape.between(start, sines(start));
            Variable one = Variable.of(1);
            assertThat(tape.pullback(List.of(one)).get(0).item()).isEqualTo(reverse);
            assertThat(tape.pushforward(List.of(one)).get(0).item()).isEqualTo(forward);
        });
    }

    @Test
    void aChainIsDifferentiatedTwice() throws Exception {
        inASmallStack(() -> {
            // x + x·2⁻¹⁷ over and over: linear, so that the second derivative is 0
            Variable y = Autodiff.grad(Autodiff.grad(x -> {
                        for (int i = 0; i < LENGTH / 8; i++) {
                            x = x.add(x.mul(0x1p-17));
                        }
                        return x.square();
                    }))
                    .apply(Variable.of(1));
            double slope = 1;
            for (int i = 0; i < LENGTH / 8; i++) {
                slope += slope * 0x1p-17;
            }
            assertThat(Math.abs(y.item() / (2 * slope * slope) - 1))
                    .as("two roundings an operation")
                    .isLessThan(4 * LENGTH * 0x1p-53);
        });
    }

    @Test
    void aChainWithAConstantInEachLink() throws Exception {
        inASmallStack(() -> {
            Variable x = Variable.of(1);
            Variable y = x;
            for (int i = 0; i < LENGTH; i++) {
                y = y.maximum(0);
            }
            assertThat(Autodiff.gradients(y, List.of(x)).get(0).item()).isEqualTo(1);
        });
    }

    @Test
    void aChainThatIsRecordedTwiceIsCompared() throws Exception {
        inASmallStack(() -> assertThat(Tape.record(
                                x -> {
                                    for (int i = 0; i < LENGTH / 2; i++) {
                                        x = x.minimum(Variable.of(i));
                                    }
                                    return x;
                                },
                                Tensor.scalar(1),
                                Tensor.scalar(2))
                        .steps())
                .hasSize(LENGTH / 2));
    }

    @Test
    void twoBranchesOfTheSameDepths() throws Exception {
        inASmallStack(() -> {
            Variable x = Variable.of(1);
            Variable a = x;
            Variable b = x;
            for (int i = 0; i < LENGTH / 2; i++) {
                a = a.mul(1);
                b = b.neg();
            }
            assertThat(Autodiff.gradients(a.add(b.mul(10)), List.of(x)).get(0).item())
                    .isEqualTo(11);
        });
    }

    @Test
    void aChainOnAParameter() throws Exception {
        inASmallStack(() -> {
            Parameter w = new Parameter("w", Tensor.scalar(0x1p-20));
            Plan plan = Tape.record(
                            in -> {
                                Variable y = in.get(0);
                                for (int i = 0; i < LENGTH / 4; i++) {
                                    y = y.add(w.variable());
                                }
                                return List.of(
                                        y,
                                        Autodiff.gradients(y, List.of(w.variable()))
                                                .get(0));
                            },
                            List.of(Tensor.scalar(0)))
                    .compile();
            w.set(Tensor.scalar(0x1p-10));
            assertThat(plan.run(Tensor.scalar(1)))
                    .containsExactly(Tensor.scalar(1 + LENGTH / 4 * 0x1p-10), Tensor.scalar(LENGTH / 4.0));
        });
    }

    /** x, by a rule that builds upon its operand. */
    private record Same() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).mul(0).add(1));
        }
    }

    @Test
    void aChainOfCustomOperationsInForwardMode() throws Exception {
        inASmallStack(() -> {
            Variable x = Variable.of(3);
            Variable y = x;
            for (int i = 0; i < LENGTH / 4; i++) {
                y = new Same().apply(y);
            }
            Tape tape = Tape.between(x, y);
            assertThat(tape.pushforward(List.of(Variable.of(5))).get(0).item())
                    .as("the transpose of each rule is searched in the rule, not in all that led to it")
                    .isEqualTo(5);
        });
    }

    @Test
    void manySiblings() throws Exception {
        inASmallStack(() -> {
            int n = 20_000;
            Variable x = Variable.of(3);
            List<Variable> row = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                row.add(x.mul(i));
            }
            while (row.size() > 1) {
                List<Variable> sums = new ArrayList<>();
                for (int i = 0; i + 1 < row.size(); i += 2) {
                    sums.add(row.get(i).add(row.get(i + 1)));
                }
                if (row.size() % 2 == 1) {
                    sums.add(row.get(row.size() - 1));
                }
                row = sums;
            }
            Tape tape = Tape.between(x, row.get(0));
            assertThat(tape.steps()).hasSize(2 * n - 1);
            Variable one = Variable.of(1);
            double sum = n * (n - 1.0) / 2;
            assertThat(tape.pullback(List.of(one)).get(0).item()).isEqualTo(sum);
            assertThat(tape.pushforward(List.of(one)).get(0).item()).isEqualTo(sum);
            assertThat(lines(tape.toString())).isEqualTo(2 * n + 1);
            assertThat(tape.compile().run(Tensor.scalar(1)).get(0).item()).isEqualTo(sum);
        });
    }

    @Test
    void manyOperands() throws Exception {
        inASmallStack(() -> {
            int n = 2_000;
            Variable x = Variable.of(3);
            Variable[] operands = new Variable[n];
            for (int i = 0; i < n; i++) {
                operands[i] = x.mul(i);
            }
            Variable y = Variable.stack(0, operands).sum();
            assertThat(Autodiff.gradients(y, List.of(x)).get(0).item()).isEqualTo(n * (n - 1.0) / 2);
        });
    }

    @Test
    void manyInputsAndOutputs() throws Exception {
        inASmallStack(() -> {
            int n = 20_000;
            List<Variable> x = new ArrayList<>();
            List<Variable> y = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                x.add(Variable.of(i));
                y.add(i == 0 ? x.get(0).square() : x.get(i).mul(x.get(i - 1)));
            }
            Tape tape = Tape.between(x, y);
            List<Variable> ones = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                ones.add(Variable.of(1));
            }
            List<Variable> g = tape.pullback(ones);
            assertThat(g.get(0).item()).isEqualTo(1);
            assertThat(g.get(100).item()).isEqualTo(99 + 101);
            assertThat(tape.pushforward(ones).get(100).item()).isEqualTo(99 + 100);
        });
    }

    @Test
    void aFunctionOfDoublyManyPathsTakesNoMoreThanItsNodes() throws Exception {
        inASmallStack(() -> {
            // 2¹⁰⁰⁰ paths lead from y to x
            Variable x = Variable.of(1);
            Variable y = x;
            for (int i = 0; i < 1000; i++) {
                y = y.add(y);
            }
            assertThat(Autodiff.gradients(y, List.of(x)).get(0).item()).isEqualTo(0x1p1000);
            Variable constant = Variable.of(1);
            for (int i = 0; i < 1000; i++) {
                constant = constant.mul(constant);
            }
            assertThat(Autodiff.gradients(x.mul(constant), List.of(x)).get(0).item())
                    .as("as many lead nowhere")
                    .isEqualTo(1);
            assertThat(Tape.record(
                                    v -> {
                                        for (int i = 0; i < 1000; i++) {
                                            v = v.add(v);
                                        }
                                        return v;
                                    },
                                    Tensor.scalar(1))
                            .steps())
                    .hasSize(1000);
        });
    }

    /** Work that grows with the square of the number of operands would take minutes; {@link GrowthTest} counts it. */
    @Test
    void manyOperandsAreJoinedAndDifferentiatedInBothModes() {
        int n = 100_000;
        Variable[] x = new Variable[n];
        Arrays.setAll(x, i -> Variable.of(Tensor.of(i)));
        Variable y = Variable.concat(0, x);
        Tape tape = Tape.between(List.of(x), List.of(y));
        Variable g = Variable.of(Tensor.arange(n));
        List<Variable> back = tape.pullback(List.of(g));
        assertThat(back.get(n - 1).item()).isEqualTo(n - 1);
        assertThat(tape.pushforward(back).get(0).value()).isEqualTo(g.value());
    }
}
