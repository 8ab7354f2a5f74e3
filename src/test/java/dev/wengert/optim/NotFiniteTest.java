package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A step that must be finite: what stops it, and what it says of the cause. */
class NotFiniteTest {

    private final Parameter w = new Parameter("w", Tensor.of(2, -1));

    /** The message of an eager and of a replayed step, which is the same; nothing has moved. */
    private String message(Optimiser eager, Optimiser replayed, Function<List<Variable>, Variable> loss, Tensor x) {
        Tensor before = w.value();
        String message = null;
        for (boolean replay : new boolean[] {false, true}) {
            Optimiser optimiser = (replay ? replayed : eager).requireFinite();
            Step step = replay ? optimiser.replayed(loss, List.of(w)) : optimiser.eager(loss, List.of(w));
            Throwable thrown = catchThrowable(() -> step.run(x));
            assertThat(thrown).isInstanceOf(NotFiniteException.class);
            assertThat(message == null || message.equals(thrown.getMessage())).isTrue();
            message = thrown.getMessage();
            assertThat(w.value()).isEqualTo(before);
            assertThat(optimiser.count()).isZero();
            step.state()
                    .forEach(state -> assertThat(state.value())
                            .isEqualTo(Tensor.zeros(state.value().shape())));
        }
        return message.replaceAll("\\(dev[^)]*\\(NotFiniteTest.java:\\d+\\)\\)", "(line)");
    }

    private String message(Function<List<Variable>, Variable> loss, Tensor x) {
        return message(new Adam(0.1), new Adam(0.1), loss, x);
    }

    @Test
    void theOperationThatGivesNaN() {
        assertThat(message(in -> w.variable().mul(in.get(0)).log().sum(), Tensor.of(1, 3)))
                .isEqualTo("run: the loss must be finite, got NaN: log (line) gives NaN at [1] of -3.0;"
                        + " no parameter has moved");
    }

    @Test
    void theInfinityFromWhichANaNComes() {
        assertThat(message(
                        in -> {
                            Variable logs = in.get(0).log();
                            return logs.sub(logs).mul(w.variable()).sum();
                        },
                        Tensor.of(1, 0)))
                .isEqualTo(
                        "run: the loss must be finite, got NaN: sub (line) gives NaN at [1] of -Infinity and -Infinity;"
                                + " log (line) gives -Infinity at [1] of 0.0; no parameter has moved");
    }

    @Test
    void aSlopeThatIsInfinite() {
        assertThat(message(in -> w.variable().mul(in.get(0)).sqrt().sum(), Tensor.of(1, 0)))
                .isEqualTo("run: the gradient of w must be finite, got NaN at [1]: the derivative of sqrt"
                        + " (line) gives -Infinity at [1], where its operand is -0.0; no parameter has moved");
    }

    @Test
    void inputsAndParametersThatAreNotFinite() {
        assertThat(message(in -> w.variable().mul(in.get(0)).sum(), Tensor.of(1, Double.NaN)))
                .isEqualTo("run: the loss must be finite, got NaN: input 0 is NaN at [1]; no parameter has moved");
        w.set(Tensor.of(Double.NEGATIVE_INFINITY, 0));
        assertThat(message(in -> w.variable().mul(in.get(0)).sum(), Tensor.of(1, 2)))
                .isEqualTo(
                        "run: the loss must be finite, got -Infinity: w is -Infinity at [0]; no parameter has moved");
    }

    @Test
    void aMoveThatOverflows() {
        assertThat(message(
                        new Sgd(1e300),
                        new Sgd(1e300),
                        in -> w.variable().mul(in.get(0)).sum(),
                        Tensor.of(1e10, 1)))
                .isEqualTo("run: the new value of w must be finite, got -Infinity at [0] from a finite gradient;"
                        + " lower the learning rate, or clip gradients; no parameter has moved");
    }

    @Test
    void aStepOfGradients() {
        Optimiser sgd = new Sgd(0.1).requireFinite();
        assertThatThrownBy(() -> sgd.step(Map.of(w, Tensor.of(1, Double.NaN))))
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("step: the gradient of w must be finite, got NaN at [1]; see where it was computed;"
                        + " no parameter has moved");
        assertThat(w.value()).isEqualTo(Tensor.of(2, -1));
    }

    @Test
    void masksOfInfinityAreNoFault() {
        Variable mask = Variable.of(Tensor.of(0, Double.NEGATIVE_INFINITY));
        Step step = new Sgd(0.1)
                .requireFinite()
                .replayed(
                        in -> w.variable()
                                .add(mask)
                                .softmax()
                                .pick(Variable.of(0))
                                .neg()
                                .add(in.get(0)),
                        List.of(w));
        assertThat(step.run(Tensor.scalar(1))).isZero();
    }

    /** It is not on the way to the NaN. */
    @Test
    void aMaskOfInfinityIsNotBlamedForAnother() {
        Variable mask = Variable.of(Tensor.of(Double.NEGATIVE_INFINITY, 0));
        assertThat(message(
                        in -> w.variable()
                                .add(mask)
                                .softmax()
                                .sum()
                                .sub(w.variable().mul(in.get(0)).log().sum()),
                        Tensor.of(0, -1)))
                .isEqualTo("run: the loss must be finite, got Infinity: log (line) gives -Infinity at [0] of 0.0;"
                        + " no parameter has moved");
    }

    @Test
    void aLossThatDiffersFromCallToCall() {
        int[] calls = new int[1];
        Step step = new Sgd(0.1)
                .requireFinite()
                .eager(in -> w.variable().sum().mul(calls[0]++ == 0 ? Double.NaN : 1), List.of(w));
        assertThatThrownBy(() -> step.run())
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("run: the loss must be finite, got others that are finite when it is computed again;"
                        + " a loss must give the same for the same batch; no parameter has moved");
    }

    @Test
    void aRuleOfAGroupMayRequireIt() {
        Optimiser optimiser = new Sgd(0.1).group(new Adam(0.1).requireFinite(), List.of(w));
        Step step = optimiser.eager(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        assertThatThrownBy(() -> step.run(Tensor.of(1, Double.NaN))).isInstanceOf(NotFiniteException.class);
    }

    @Test
    void withoutTheRequirementNothingIsChecked() {
        Step step = new Sgd(0.1).eager(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        assertThat(step.run(Tensor.of(1, Double.NaN))).isNaN();
    }
}
