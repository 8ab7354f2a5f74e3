package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.GeneratedProgram;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Plans;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Geometry;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What each pass does, and does not do. */
class PassTest {

    private static List<String> kernels(Tape tape, Pass... passes) {
        Draft draft = Plans.draft(tape);
        Arrays.asList(passes).forEach(pass -> pass.apply(draft));
        return draft.steps().stream()
                .map(step -> step.kernel instanceof Op op ? op.label() : step.kernel.toString())
                .toList();
    }

    private static List<String> kernels(UnaryOperator<Variable> f, Tensor example, Pass... passes) {
        return kernels(Tape.record(f, example), passes);
    }

    @Test
    void equalStepsAreOne() {
        assertThat(kernels(
                        x -> x.sin()
                                .mul(x)
                                .add(x.sin().mul(x).mul(Variable.of(2)))
                                .add(Variable.of(2)),
                        Tensor.ones(3),
                        Pass.COMMON_SUBEXPRESSIONS))
                .containsExactly("sin", "mul", "mul", "add", "add");
    }

    @Test
    void stepsWithDifferentNumbersAreNotEqual() {
        assertThat(kernels(
                        x -> x.mul(0.0).add(x.mul(-0.0)).add(x.mul(2)).add(x.add(2)),
                        Tensor.ones(3),
                        Pass.COMMON_SUBEXPRESSIONS))
                .hasSize(7);
    }

    @Test
    void customOperationsRunAsOftenAsTheyWereRecorded() {
        assertThat(kernels(
                        x -> new GeneratedProgram.Cube().apply(x).add(new GeneratedProgram.Cube().apply(x)),
                        Tensor.ones(3),
                        Pass.COMMON_SUBEXPRESSIONS))
                .hasSize(3);
    }

    @Test
    void copiesAndFactorsOfOneGo() {
        assertThat(kernels(
                        x -> x.detach()
                                .mul(Variable.of(Tensor.ones(2, 3)))
                                .div(1)
                                .mul(1)
                                .broadcastTo(Shape.of(2, 3))
                                .exp(),
                        Tensor.ones(2, 3),
                        Pass.NEUTRAL_STEPS))
                .containsExactly("exp");
    }

    @Test
    void permutationsThatMoveOnlyAxesOfExtentOneGo() {
        assertThat(kernels(
                        x -> x.permute(0, 2, 1, 3).exp().permute(1, 0, 2, 3).log(),
                        Tensor.ones(2, 3, 1, 4),
                        Pass.NEUTRAL_STEPS))
                .filteredOn(kernel -> kernel.startsWith("permute"))
                .hasSize(0);
        assertThat(kernels(x -> x.permute(1, 0, 2), Tensor.ones(2, 3, 1), Pass.NEUTRAL_STEPS))
                .filteredOn(kernel -> kernel.startsWith("permute"))
                .hasSize(1);
    }

    @Test
    void constantsThatAreOneNumberBecomeNumbers() {
        Variable half = Variable.of(Tensor.full(Shape.of(2, 3), 0.5));
        assertThat(kernels(x -> half.mul(x).add(half).sub(half).div(half), Tensor.ones(2, 3), Pass.NEUTRAL_STEPS))
                .containsExactly("mul(0.5)", "add(0.5)", "add(-0.5)", "div(0.5)");
        assertThat(kernels(x -> x.mul(half), Tensor.ones(3), Pass.NEUTRAL_STEPS))
                .as("the constant is what gives the shape")
                .containsExactly("mul");
    }

    @Test
    void negativeZerosSurviveNeutralSteps() {
        UnaryOperator<Variable> f =
                x -> x.add(Variable.of(0)).add(x.sub(0)).add(x.sum(true, 0)).add(x.mul(1));
        Plan plan = Tape.record(f, Tensor.of(1)).compile();
        Tensor zero = Tensor.of(-0.0);
        assertThat(plan.run(zero)).containsExactly(f.apply(Variable.of(zero)).value());
        UnaryOperator<Variable> kept = x -> x.sub(0).mul(1);
        assertThat(Tape.record(kept, Tensor.of(1)).compile().run(zero)).containsExactly(zero);
        UnaryOperator<Variable> lost = x -> x.sum(true, 0);
        assertThat(Tape.record(lost, Tensor.of(1)).compile().run(zero))
                .containsExactly(lost.apply(Variable.of(zero)).value());
    }

    @Test
    void theExponentialsOfALossServeItsGradientAndItsHessian() {
        Variable y = Variable.of(Tensor.of(0, 1, 0));
        UnaryOperator<Variable> loss = o -> o.crossEntropy(y);
        Tape tape = Tape.record(
                in -> List.of(
                        loss.apply(in.get(0)),
                        Autodiff.grad(loss).apply(in.get(0)),
                        Autodiff.hvp(loss, in.get(0), in.get(1))),
                List.of(Tensor.of(1, 2, 3), Tensor.of(1, 0, 0)));
        assertThat(kernels(tape, Pass.NEUTRAL_STEPS, Pass.SHARED_SOFTMAX, Pass.COMMON_SUBEXPRESSIONS))
                .filteredOn("WEIGHTS"::equals)
                .hasSize(1);
    }

    @Test
    void theExponentialsOfConstantLogitsAreComputedOnce() {
        Variable o = Variable.of(Tensor.of(1, 2, 3));
        Tape tape = Tape.record(y -> o.crossEntropy(y, Reduction.NONE), Tensor.of(0, 1, 0));
        assertThat(kernels(tape, Pass.SHARED_SOFTMAX)).hasSize(3);
        assertThat(kernels(tape, Pass.SHARED_SOFTMAX, Pass.FOLDED_CONSTANTS))
                .hasSize(2)
                .doesNotContain("WEIGHTS");
    }

    @Test
    void aStepOfTrainingDoesNotComputeTheGradientOfItsFeatures() {
        Parameter w = new Parameter("w", Tensor.ones(3, 2));
        Tape tape = Tape.record(
                in -> {
                    Variable loss = in.get(0).matmul(w.variable()).crossEntropyWithLabels(in.get(1));
                    return Autodiff.gradients(loss, List.of(w.variable()));
                },
                List.of(Tensor.ones(4, 3), Tensor.zeros(4)));
        assertThat(kernels(tape))
                .filteredOn(label -> label.startsWith("matmul"))
                .containsExactly("matmul", "matmulTN");
    }

    /** More elements than a block, and no multiple of it. */
    @Test
    void longArraysAreDoneBlockByBlock() {
        for (int n :
                new int[] {2, BlockRun.BLOCK, BlockRun.WHOLE, BlockRun.WHOLE + 1, BlockRun.WHOLE + BlockRun.BLOCK}) {
            Function<List<Variable>, List<Variable>> f = in -> {
                Variable x = in.get(0);
                Variable a = x.mul(2).tanh().add(in.get(1)).mul(x);
                Variable b = a.relu().sub(x).mul(in.get(1).mul(in.get(1)));
                Variable c = Variable.where(b.gt(a), b, x.square());
                return List.of(
                        a,
                        c,
                        c.exp().add(a).sin(),
                        Autodiff.gradients(c.sum(), List.of(x)).get(0));
            };
            SplittableRandom random = new SplittableRandom(n);
            Plan plan =
                    Tape.record(f, List.of(Tensor.ones(n), Tensor.scalar(1))).compile();
            for (int i = 0; i < 2; i++) {
                Tensor x = Tensor.normal(random, n);
                Tensor y = Tensor.scalar(random.nextGaussian());
                List<Tensor> eager = f.apply(List.of(Variable.of(x), Variable.of(y))).stream()
                        .map(Variable::value)
                        .toList();
                assertThat(plan.run(x, y)).isEqualTo(eager);
            }
        }
    }

    @Test
    void maximaOfWindowsNeedNoCopies() {
        UnaryOperator<Variable> pool = x -> x.maxPool2d(2);
        UnaryOperator<Variable> gradient = Autodiff.grad(x -> pool.apply(x).sum());
        assertThat(kernels(pool, Tensor.ones(1, 1, 4, 4), Pass.FUSED_MAX_POOLING))
                .filteredOn(kernel -> !kernel.startsWith("reshape"))
                .containsExactly("LargestOfWindows[geometry=" + geometry(2, 2) + "]");
        assertThat(kernels(gradient, Tensor.ones(1, 1, 4, 4), Pass.FUSED_MAX_POOLING))
                .noneMatch(kernel -> kernel.matches("(windows|addWindows|gate|max|slope).*"))
                .contains("GradientOfWindows[geometry=" + geometry(2, 2) + "]");
        assertThat(kernels(
                        Autodiff.grad(x -> x.maxPool2d(3, 1, 0).sum()),
                        Tensor.ones(1, 1, 4, 4),
                        Pass.FUSED_MAX_POOLING))
                .as("windows that overlap share elements")
                .contains("gate", "addWindows(2, 4, 1)");
    }

    private static Geometry geometry(int kernel, int stride) {
        return new Geometry(4, 4, kernel, kernel, stride, stride, 0, 0, 1, 1, 1);
    }

    /** Windows fill the image, leave gaps, or overlap; some have ties, zeros of both signs, infinities, or NaN. */
    @Test
    void maximaOfWindowsHaveTheBitsOfTheirParts() {
        SplittableRandom random = new SplittableRandom(9);
        double[] special = {0.0, -0.0, 1, 1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int kernel = 1; kernel <= 3; kernel++) {
            for (int stride = 1; stride <= 4; stride++) {
                int size = kernel;
                int step = stride;
                Function<List<Variable>, List<Variable>> f = in -> {
                    Variable y = in.get(0).maxPool2d(size, step, 0);
                    Variable loss =
                            y.mul(in.get(1).slice(3, 0, y.shape().extent(3))).sum();
                    Variable d = Autodiff.gradients(loss, List.of(in.get(0))).get(0);
                    return List.of(
                            y,
                            d,
                            Autodiff.gradients(d.mul(in.get(0)).sum(), List.of(in.get(0)))
                                    .get(0));
                };
                UnaryOperator<Tensor> draw = t -> t.map(
                        v -> random.nextInt(9) == 0 ? special[random.nextInt(special.length)] : random.nextInt(-3, 3));
                Shape image = Shape.of(2, 3, 7, 8);
                Shape weights = Shape.of(2, 3, (7 - kernel) / stride + 1, 8);
                Plan plan = Tape.record(f, List.of(Tensor.zeros(image), Tensor.zeros(weights)))
                        .compile();
                for (int i = 0; i < 20; i++) {
                    List<Tensor> in = List.of(draw.apply(Tensor.zeros(image)), draw.apply(Tensor.zeros(weights)));
                    List<Tensor> eager = f.apply(in.stream().map(Variable::of).toList()).stream()
                            .map(Variable::value)
                            .toList();
                    assertThat(plan.run(in.toArray(Tensor[]::new))).isEqualTo(eager);
                }
            }
        }
    }

    /** Operands repeat over first and last axes, and one of them in both ways. */
    @Test
    void operandsThatRepeatAreFused() {
        for (int rows : new int[] {1, 3, 400}) {
            Function<List<Variable>, List<Variable>> f = in -> {
                Variable x = in.get(0);
                Variable each = in.get(1);
                Variable ofRows = in.get(2);
                Variable a = x.mul(each).sub(ofRows).mul(each.reshape(5, 1));
                Variable b = a.relu().add(each.reshape(5, 1).mul(ofRows)).mul(each.sum());
                List<Variable> slopes = Autodiff.gradients(b.square().sum(), in);
                return List.of(a, b, b.add(ofRows.mul(each)), slopes.get(0), slopes.get(1), slopes.get(2));
            };
            SplittableRandom random = new SplittableRandom(rows);
            Supplier<List<Tensor>> draw = () -> List.of(
                    Tensor.normal(random, rows, 5, 5), Tensor.normal(random, 5), Tensor.normal(random, rows, 1, 1));
            Plan plan = Tape.record(f, draw.get()).compile();
            for (int i = 0; i < 2; i++) {
                List<Tensor> in = draw.get();
                List<Tensor> eager = f.apply(in.stream().map(Variable::of).toList()).stream()
                        .map(Variable::value)
                        .toList();
                assertThat(plan.run(in.toArray(Tensor[]::new))).isEqualTo(eager);
            }
        }
    }

    @Test
    void updatesOfAnySizeArePlacedWhereTheOldValuesWere() {
        for (int n : new int[] {1, 2, BlockRun.WHOLE, BlockRun.WHOLE + 5}) {
            SplittableRandom random = new SplittableRandom(n);
            List<Parameter> eager = new ArrayList<>();
            List<Parameter> replayed = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Tensor value = Tensor.normal(random, n);
                eager.add(new Parameter("eager" + i, value));
                replayed.add(new Parameter("replayed" + i, value));
            }
            Function<List<Parameter>, Variable> loss = p -> p.get(0)
                    .variable()
                    .mul(p.get(1).variable())
                    .sub(p.get(2).variable())
                    .sin()
                    .sum();
            Sgd sgd = new Sgd(0.1);
            Step step = sgd.replayed(in -> loss.apply(replayed), replayed);
            for (int k = 0; k < 3; k++) {
                sgd.step(Autodiff.gradients(loss.apply(eager), eager));
                step.run();
                for (int i = 0; i < 3; i++) {
                    assertThat(replayed.get(i).value()).isEqualTo(eager.get(i).value());
                }
            }
        }
    }

    /** Each new value needs the old ones of the others. */
    @Test
    void updatesThatNeedEachOthersOldValuesGetThem() {
        for (Pass without : Pass.values()) {
            Parameter a = new Parameter("a", Tensor.of(1, 2));
            Parameter b = new Parameter("b", Tensor.of(10, 20));
            Parameter c = new Parameter("c", Tensor.of(100, 200));
            Tape tape = Tape.record(
                    in -> List.of(
                            a.variable().add(b.variable()),
                            b.variable().add(c.variable()),
                            c.variable().add(a.variable())),
                    List.of());
            Plans.of(tape, List.of(a, b, c), EnumSet.complementOf(EnumSet.of(without)))
                    .run();
            assertThat(List.of(a.value(), b.value(), c.value()))
                    .containsExactly(Tensor.of(11, 22), Tensor.of(110, 220), Tensor.of(101, 202));
        }
    }
}
