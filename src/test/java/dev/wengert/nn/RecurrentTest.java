package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrentTest {

    private final Rnn rnn = new Rnn("one", 4, 3, new SplittableRandom(1));
    private final Gru gru = new Gru("two", 4, 3, new SplittableRandom(2));
    private final Lstm lstm = new Lstm("three", 4, 3, new SplittableRandom(3));
    private final Variable x = Variable.of(Tensor.normal(new SplittableRandom(4), 2, 5, 4));
    private final Variable h = Variable.of(Tensor.normal(new SplittableRandom(5), 2, 3));

    /** Written out, and as a loop. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64, 65, 70})
    void aSequenceHasTheBitsOfItsSteps(int steps) {
        Variable x = Variable.of(Tensor.normal(new SplittableRandom(4), 2, steps, 4));
        List<Variable> ofRnn = new ArrayList<>(List.of(h));
        List<Variable> ofGru = new ArrayList<>(List.of(h));
        List<Variable> ofLstm = new ArrayList<>();
        Lstm.State state = new Lstm.State(h, h.neg());
        for (Variable step : x.unstack(1)) {
            ofRnn.add(rnn.step(step, ofRnn.get(ofRnn.size() - 1)));
            ofGru.add(gru.step(step, ofGru.get(ofGru.size() - 1)));
            state = lstm.step(step, state);
            ofLstm.add(state.h());
        }
        assertThat(rnn.apply(x, h).value()).isEqualTo(stacked(ofRnn.subList(1, steps + 1)));
        assertThat(gru.apply(x, h).value()).isEqualTo(stacked(ofGru.subList(1, steps + 1)));
        Lstm.Sequence sequence = lstm.apply(x, new Lstm.State(h, h.neg()));
        assertThat(sequence.y().value()).isEqualTo(stacked(ofLstm));
        assertThat(sequence.last().h().value()).isEqualTo(state.h().value());
        assertThat(sequence.last().c().value()).isEqualTo(state.c().value());
    }

    private static Tensor stacked(List<Variable> states) {
        return Variable.stack(1, states.toArray(new Variable[0])).value();
    }

    /** The sums over steps may be added in another order. */
    @Test
    void theGradientsOfALoopAreThoseOfItsSteps() {
        Variable x = Variable.of(Tensor.normal(new SplittableRandom(4), 2, 70, 4));
        List<Variable> states = new ArrayList<>(List.of(h));
        for (Variable step : x.unstack(1)) {
            states.add(gru.step(step, states.get(states.size() - 1)));
        }
        Variable written = Variable.stack(1, states.subList(1, 71).toArray(new Variable[0]));
        Map<Parameter, Tensor> expected = Autodiff.gradients(written.square().sum(), gru.parameters());
        Map<Parameter, Tensor> got = Autodiff.gradients(gru.apply(x, h).square().sum(), gru.parameters());
        expected.forEach((parameter, gradient) -> {
            double[] e = gradient.toArray();
            double[] g = got.get(parameter).toArray();
            double largest = Arrays.stream(e).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < e.length; i++) {
                assertThat(g[i]).isCloseTo(e[i], Offset.offset(70 * 0x1p-53 * 16 * largest));
            }
        });
    }

    @Test
    void startsWithZeros() {
        Variable zeros = Variable.of(Tensor.zeros(2, 3));
        assertThat(rnn.apply(x).value()).isEqualTo(rnn.apply(x, zeros).value());
        assertThat(gru.apply(x).value()).isEqualTo(gru.apply(x, zeros).value());
        assertThat(lstm.apply(x).value())
                .isEqualTo(lstm.apply(x, new Lstm.State(zeros, zeros)).y().value());
    }

    @Test
    void aSequenceWithoutStepsGivesNothing() {
        Variable none = Variable.of(Tensor.zeros(2, 0, 4));
        assertThat(gru.apply(none).shape()).isEqualTo(Shape.of(2, 0, 3));
        Lstm.Sequence sequence = lstm.apply(none, new Lstm.State(h, h));
        assertThat(sequence.y().shape()).isEqualTo(Shape.of(2, 0, 3));
        assertThat(sequence.last().h().value()).isEqualTo(h.value());
    }

    @Test
    void aLongSequenceIsAShortProgramWhateverItsLength() {
        Tensor small = Tensor.zeros(1, 65, 4);
        Tensor large = Tensor.zeros(1, 2000, 4);
        assertThat(Tape.record(gru::apply, large).steps())
                .hasSameSizeAs(Tape.record(gru::apply, small).steps());
        assertThat(Tape.record(lstm::apply, large).steps())
                .hasSameSizeAs(Tape.record(lstm::apply, small).steps());
    }

    @Test
    void drawsAllParametersInTheBoundOfPyTorch() {
        Lstm large = new Lstm("large", 10, 100, new SplittableRandom(1));
        assertThat(large.parameters())
                .map(Parameter::name)
                .containsExactly("large.weight_ih", "large.weight_hh", "large.bias_ih", "large.bias_hh");
        assertThat(large.parameters())
                .map(p -> p.value().shape())
                .containsExactly(Shape.of(10, 400), Shape.of(100, 400), Shape.of(400), Shape.of(400));
        for (Parameter p : large.parameters()) {
            double[] values = p.value().toArray();
            assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isBetween(0.098, 0.1);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        refuses(() -> gru.apply(x.slice(2, 0, 3)), "Gru \"two\": x must be [N, T, 4], got [2, 5, 3]");
        refuses(() -> rnn.apply(h), "Rnn \"one\": x must be [N, T, 4], got [2, 3]");
        refuses(() -> gru.step(h, h), "Gru \"two\": x must be [N, 4], got [2, 3]");
        refuses(() -> gru.apply(x, h.slice(0, 0, 1)), "Gru \"two\": a state must be [2, 3], got [1, 3]");
        refuses(
                () -> lstm.apply(x, new Lstm.State(h, h.slice(1, 0, 2))),
                "Lstm \"three\": a state must be [2, 3], got [2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gru("two", 4, 0, new SplittableRandom(1)))
                .withMessage("Gru \"two\": inputs and hidden must be 1 or more, got [4, 0]");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatExceptionOfType(ShapeException.class).isThrownBy(call).withMessage(message);
    }
}
