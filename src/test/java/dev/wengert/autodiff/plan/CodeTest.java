package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Plans;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A program that is run as the body of another one, on the arrays of that one. */
class CodeTest {

    private static Code compiled(Tape tape) {
        return new Code(Plans.draft(tape), List.of(), EnumSet.allOf(Pass.class));
    }

    @Test
    void aProgramWalksAlongLargerArrays() {
        Code body = compiled(Tape.record(
                x -> List.of(x.get(0).mul(x.get(1)).add(1), x.get(0).sum()), List.of(Tensor.ones(2), Tensor.ones(2))));
        double[] x = {1, 2, 3, 4, 5, 6};
        double[] w = {-1, 10, 100};
        double[] y = new double[8];
        double[] sums = new double[3];
        body.load(1, w, 1);
        for (int t = 0; t < 3; t++) {
            body.load(0, x, 2 * t);
            body.run();
            body.store(0, y, 1 + 2 * t);
            body.store(1, sums, t);
        }
        assertThat(y).containsExactly(0, 11, 201, 31, 401, 51, 601, 0);
        assertThat(sums).containsExactly(3, 7, 11);
    }

    /** Whatever the updates need of each other: a new value that is an operand, an old one, a function that may throw, an output. */
    @Test
    void aRunLeavesWhatIsAssignedUntilTheEnd() {
        for (int n : new int[] {1, 2, BlockRun.WHOLE + 1}) {
            Function<List<Variable>, List<Variable>> f = in -> {
                Variable momentum = in.get(1).mul(0.5).add(1);
                Variable root = in.get(2).square().add(3).sqrt();
                Variable seen = in.get(3).neg();
                return List.of(
                        seen.mul(2),
                        in.get(0).sub(momentum),
                        momentum,
                        in.get(0).add(root.exp().log()),
                        seen,
                        in.get(4).add(in.get(1)));
            };
            List<Tensor> x = IntStream.range(0, 5)
                    .mapToObj(i -> Tensor.full(Shape.of(n), i + 1))
                    .toList();
            Tape tape = Tape.record(f, x);
            List<Target> targets = IntStream.range(0, 5)
                    .mapToObj(i -> new Target(i + 1, i, (array, write) -> write))
                    .toList();
            for (Pass without : Pass.values()) {
                Code code = new Code(Plans.draft(tape), targets, EnumSet.complementOf(EnumSet.of(without)));
                for (int i = 0; i < 5; i++) {
                    code.load(i, x.get(i).toArray(), 0);
                }
                code.run();
                for (int i = 0; i < 5; i++) {
                    assertThat(code.input(i)).containsExactly(x.get(i).toArray());
                }
                double[] output = new double[n];
                code.store(0, output, 0);
                code.assign();
                List<Variable> y = f.apply(x.stream().map(Variable::of).toList());
                assertThat(output).containsExactly(y.get(0).value().toArray());
                for (int i = 0; i < 5; i++) {
                    assertThat(code.input(i))
                            .containsExactly(y.get(i + 1).value().toArray());
                }
            }
        }
    }

    /** Applies a program to each row. */
    private record EachRow(Code body) implements Kernel {
        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            int width = out.extent(1);
            for (int row = 0; row < out.extent(0); row++) {
                body.load(0, x[0], row * width);
                body.run();
                body.store(0, y, row * width);
            }
        }
    }

    @Test
    void aStepOfAPlanMayBeAProgram() {
        Code body = compiled(Tape.record(x -> x.softmax().mul(x.max()), Tensor.ones(3)));
        Draft draft = new Draft();
        Draft.Value x = draft.input(Shape.of(2, 3));
        draft.output(draft.add(new EachRow(body), x.shape, x));
        Code whole = new Code(draft, List.of(), EnumSet.allOf(Pass.class));
        Tensor rows = Tensor.of(new double[][] {{1, 2, 3}, {-1, 0, 5}});
        whole.load(0, rows.toArray(), 0);
        whole.run();
        double[] y = new double[6];
        whole.store(0, y, 0);
        for (int row = 0; row < 2; row++) {
            Variable one = Variable.of(rows).slice(0, row, row + 1).reshape(3);
            assertThat(Arrays.copyOfRange(y, 3 * row, 3 * row + 3))
                    .containsExactly(one.softmax().mul(one.max()).value().toArray());
        }
    }
}
