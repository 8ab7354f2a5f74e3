package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.functional.Implicit;
import dev.wengert.functional.Loops;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.io.File;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Graphs are garbage as soon as nobody holds one of their nodes. */
class MemoryTest {

    private final Parameter w = new Parameter("w", Tensor.of(1, 2));

    private static void isCollected(List<? extends WeakReference<?>> references) throws InterruptedException {
        for (int i = 0; i < 100 && references.stream().anyMatch(r -> r.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(references).allMatch(r -> r.get() == null);
    }

    @Test
    void aHundredThousandTrainingStepsRunIn64Megabytes() throws Exception {
        assertThat(ForkedJvm.run(Variable.class, ManySteps.class, "-Xmx64m", "-XX:+UseSerialGC"))
                .isEqualTo("learned" + System.lineSeparator());
    }

    /** One carry of all steps would take 32 MB. A graph of all steps would take more than 100 times as much. */
    @Test
    void theGradientThroughAMillionStepsIsComputedIn24Megabytes() throws Exception {
        double expected = 1;
        for (int step = 0; step < 1_000_000; step++) {
            expected += expected * 1e-6;
        }
        assertThat(ofLoop("steps", "-Xmx24m")).containsExactly(expected, expected);
    }

    /** The products of the weights with the state would take 800 MB. The closed form is T/10⁶·(1 + Σw/10⁶)^(T − 1). */
    @Test
    void theGradientInAHundredThousandParametersOfALoopIsComputedIn24Megabytes() throws Exception {
        double expected = 1e-3 * StrictMath.pow(1 + 1e-4, 999);
        double sums = 100_000 * 0x1p-53; // relative, of a sum in whatever order
        assertThat(ofLoop("parameters", "-Xmx24m"))
                .hasSize(2)
                .allSatisfy(g -> assertThat(g).isCloseTo(expected, within(expected * sums)));
    }

    /** The smallest and the largest element of a gradient that {@link ManyLoopSteps} prints. */
    private static List<Double> ofLoop(String name, String heap) throws Exception {
        List<String> command = List.of(
                heap,
                "-XX:+UseSerialGC",
                "-cp",
                ForkedJvm.root(Variable.class) + File.pathSeparator + ForkedJvm.root(ManyLoopSteps.class),
                ManyLoopSteps.class.getName(),
                name);
        return Arrays.stream(ForkedJvm.run(command).split("\\s+"))
                .map(Double::valueOf)
                .toList();
    }

    @Test
    void aParameterDoesNotHoldTheGraphsThatItWasUsedIn() throws InterruptedException {
        List<WeakReference<Variable>> graphs = new ArrayList<>();
        trainingStep(graphs);
        trainingStep(graphs);
        isCollected(graphs);
        assertThat(w.variable().inputs()).isEmpty();
    }

    private void trainingStep(List<WeakReference<Variable>> graphs) {
        Variable loss = w.variable().square().sum();
        graphs.add(new WeakReference<>(loss));
        graphs.add(new WeakReference<>(loss.inputs().get(0)));
        new Sgd(0.1).step(Autodiff.gradients(loss, List.of(w)));
    }

    @Test
    void gradientsOfParametersHoldNoGraph() throws InterruptedException {
        List<WeakReference<Variable>> graphs = new ArrayList<>();
        Map<Parameter, Tensor> gradients = gradients(graphs);
        isCollected(graphs);
        assertThat(gradients.get(w)).isEqualTo(Tensor.of(2, 4));
    }

    private Map<Parameter, Tensor> gradients(List<WeakReference<Variable>> graphs) {
        Variable loss = w.variable().square().sum();
        graphs.add(new WeakReference<>(loss));
        return Autodiff.gradients(loss, List.of(w));
    }

    @Test
    void aPlanDoesNotHoldTheGraphThatItWasRecordedFrom() throws InterruptedException {
        List<WeakReference<Object>> graphs = new ArrayList<>();
        Plan plan = plan(graphs);
        isCollected(graphs);
        assertThat(plan.run(Tensor.of(1, 1))).containsExactly(Tensor.scalar(15));
    }

    private Plan plan(List<WeakReference<Object>> graphs) {
        Variable constant = Variable.of(Tensor.of(2, 3)).mul(3);
        Tape tape = Tape.record(
                x -> {
                    Variable y = x.mul(constant);
                    graphs.add(new WeakReference<>(y));
                    return y.sum();
                },
                Tensor.of(1, 2));
        graphs.add(new WeakReference<>(tape));
        graphs.add(new WeakReference<>(constant));
        graphs.add(new WeakReference<>(tape.inputs().get(0)));
        return tape.compile();
    }

    /** What the functions of loops and equations capture is an operand, and no part of the operation. */
    @Test
    void aPlanOfAnOperationThatRunsAProgramDoesNotHoldTheGraphAroundIt() throws InterruptedException {
        List<WeakReference<Object>> graphs = new ArrayList<>();
        List<Plan> plans = List.of(
                plan(graphs, (x, y) -> Loops.iterate(v -> v.mul(y), x, 2)),
                plan(graphs, (x, y) -> Loops.map(v -> v.mul(y), x).sum(0)),
                plan(graphs, (x, y) -> Implicit.root(v -> v.sub(y), x)),
                plan(graphs, (x, y) -> Implicit.fixedPoint(v -> v.mul(0.5).add(y), x)));
        isCollected(graphs);
        assertThat(plans.get(0).run(Tensor.of(1, 1))).containsExactly(Tensor.of(4, 4), Tensor.of(12, 12));
    }

    private static Plan plan(List<WeakReference<Object>> graphs, BinaryOperator<Variable> f) {
        Tape tape = Tape.record(
                x -> {
                    Variable y = x.get(0).mul(2);
                    graphs.add(new WeakReference<>(y));
                    Variable z = f.apply(x.get(0), y);
                    return List.of(z, Autodiff.gradients(z.sum(), x).get(0));
                },
                List.of(Tensor.of(1, 2)));
        graphs.add(new WeakReference<>(tape));
        return tape.compile();
    }

    @Test
    void aDerivativeHoldsNoPointAtWhichItWasTaken() throws InterruptedException {
        List<WeakReference<Object>> graphs = new ArrayList<>();
        Derivative g = Autodiff.grad(x -> {
            Variable y = x.square();
            graphs.add(new WeakReference<>(y));
            return y;
        });
        assertThat(g.apply(Tensor.scalar(3)).item()).isEqualTo(6);
        isCollected(graphs);
    }
}
