package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Layers that are made of layers, and what they hand on. */
class ChainTest {

    private static final String NO_CONTEXT =
            ": a layer that differs between training and inference must be applied with a"
                    + " context; call apply(x, context) with Context.training(key) or Context.inference()";

    private final SplittableRandom random = new SplittableRandom(1);
    private final Linear one = new Linear("one", 3, 4, random);
    private final Linear two = new Linear("two", 4, 3, random);
    private final Variable x = Variable.of(Tensor.normal(random, 5, 3));

    private static Context training() {
        return Context.training(Key.of(1));
    }

    // ---- chains ----

    @Test
    void appliesItsLayersInOrder() {
        Chain chain = Chain.of(one, Variable::tanh, two);
        assertThat(chain.apply(x).value())
                .isEqualTo(two.apply(one.apply(x).tanh()).value());
        assertThat(chain.apply(x, training()).value()).isEqualTo(chain.apply(x).value());
        assertThat(chain.layers()).hasSize(3).contains(one, two).isUnmodifiable();
        assertThat(Chain.of().apply(x)).isSameAs(x);
    }

    @Test
    void gathersParametersAndState() {
        BatchNorm norm = new BatchNorm("norm", 4);
        Chain chain = Chain.of(one, Chain.of(norm, two.frozen()));
        assertThat(chain.parameters())
                .map(Parameter::name)
                .containsExactly("one.weight", "one.bias", "norm.weight", "norm.bias");
        assertThat(chain.state())
                .map(Parameter::name)
                .containsExactly(
                        "norm.running_mean", "norm.running_var", "norm.num_batches_tracked", "two.weight", "two.bias");
        assertThat(Layer.parameters(one, two)).isEqualTo(Chain.of(one, two).parameters());
        assertThat(Layer.state(norm)).isEqualTo(norm.state());
    }

    @Test
    void aSharedLayerCountsOnceAndIsTrainedIfItIsTrainedSomewhere() {
        Chain chain = Chain.of(one, two, one, one.frozen());
        assertThat(chain.parameters()).containsExactly(one.weight(), one.bias(), two.weight(), two.bias());
        assertThat(chain.state()).isEmpty();
    }

    @Test
    void refusesALayerThatReturnsNothing() {
        for (Chain chain : List.of(Chain.of(one, in -> null), Chain.of(one, in -> null, two))) {
            assertThatNullPointerException()
                    .isThrownBy(() -> chain.apply(x))
                    .withMessage("chain: the function must return a variable, got null");
            assertThatNullPointerException()
                    .isThrownBy(() -> chain.apply(x, Context.inference()))
                    .withMessage("chain: the function must return a variable, got null");
        }
    }

    @Test
    void refusesTwoParametersOfOneName() {
        String message =
                ": parameters must have different names, got two called one.weight; give the layers different names";
        Linear other = new Linear("one", 4, 3, random);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chain.of(one, other))
                .withMessage("chain" + message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chain.of(one, other.frozen()))
                .withMessage("chain" + message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.parameters(one, other))
                .withMessage("parameters" + message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.of((in, context) -> in, one, other))
                .withMessage("layer" + message);
    }

    @Test
    void aSummaryIsATable() {
        Chain chain = Chain.of(one, Variable::relu, new BatchNorm("norm", 4), two.frozen());
        assertThat(chain.summary(Variable.of(Tensor.zeros(5, 3)))).isEqualTo("""
                        layer                         output  number  trained
                        input                         [5, 3]
                        Linear("one", 3 -> 4)         [5, 4]      16       16
                        function                      [5, 4]       0        0
                        BatchNorm("norm", 4)          [5, 4]      17        8
                        frozen Linear("two", 4 -> 3)  [5, 3]      15        0
                        total                                     48       24
                        """);
        assertThat(one.summary()).isEqualTo("""
                        name        shape   number  trained
                        one.weight  [3, 4]      12      yes
                        one.bias    [4]          4      yes
                        total                   16       16
                        """);
        assertThat(two.frozen().summary()).contains("two.bias    [3]          3       no\n");
    }

    // ---- layers of a formula ----

    @Test
    void aFormulaMakesAResidualBlock() {
        Chain block = Chain.of(one, Variable::tanh, new Dropout(0.5), two);
        Layer residual = Layer.of((in, context) -> in.add(block.apply(in, context)), block);
        assertThat(residual.apply(x, Context.inference()).value())
                .isEqualTo(x.add(two.apply(one.apply(x).tanh())).value());
        assertThat(residual.apply(x, training()).value())
                .isEqualTo(x.add(block.apply(x, training())).value());
        assertThat(residual.parameters()).isEqualTo(block.parameters());
        assertThatIllegalStateException().isThrownBy(() -> residual.apply(x)).withMessage("isTraining" + NO_CONTEXT);
        Layer withoutChance = Layer.of((in, context) -> in.add(two.apply(one.apply(in, context), context)), one, two);
        assertThat(withoutChance.apply(x).value())
                .isEqualTo(x.add(two.apply(one.apply(x))).value());
    }

    // ---- frozen layers ----

    @Test
    void aFrozenLayerIsInInferenceAndItsParametersAreState() {
        Layer frozen = Chain.of(one, new Dropout(0.5), two).frozen();
        assertThat(frozen.apply(x, training()).value())
                .isEqualTo(two.apply(one.apply(x)).value());
        assertThat(frozen.apply(x).value()).isEqualTo(two.apply(one.apply(x)).value());
        assertThat(frozen.parameters()).isEmpty();
        assertThat(frozen.state()).containsExactly(one.weight(), one.bias(), two.weight(), two.bias());
        assertThat(frozen.frozen()).isSameAs(frozen);
        Variable g = Autodiff.gradients(frozen.apply(x).sum(), List.of(x)).get(0);
        assertThat(Arrays.stream(g.value().toArray())).doesNotContain(0.0);
    }

    // ---- dropout and contexts ----

    @Test
    void dropoutsOfOneContextDrawDifferently() {
        Dropout layer = new Dropout(0.5);
        Variable ones = Variable.of(Tensor.ones(100));
        Context context = training();
        Tensor first = layer.apply(ones, context).value();
        Tensor second = layer.apply(ones, context).value();
        assertThat(first).isNotEqualTo(second);
        assertThat(layer.apply(ones, training()).value()).isEqualTo(first);
        assertThat(layer.apply(ones, Context.inference())).isSameAs(ones);
        assertThat(layer.predict(Tensor.ones(100))).isEqualTo(Tensor.ones(100));
    }

    @Test
    void dropoutIsRefusedWithoutAContext() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Dropout(0.5).apply(x))
                .withMessage("Dropout" + NO_CONTEXT);
        assertThatIllegalStateException()
                .isThrownBy(() -> Chain.of(one, new Dropout(0.5)).apply(x))
                .withMessage("Dropout" + NO_CONTEXT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dropout(1.5))
                .withMessage("Dropout: p must be from 0 to 1, got 1.5");
    }

    @Test
    void aContextKeepsWhatLayersUpdate() {
        Parameter statistic = new Parameter("mean", Tensor.zeros(2));
        Context context = training();
        assertThat(context.isTraining()).isTrue();
        assertThat(context.current(statistic)).isSameAs(statistic.variable());
        Variable value = Variable.of(Tensor.of(1, 2));
        context.update(statistic, value);
        assertThat(context.current(statistic)).isSameAs(value);
        assertThat(context.updates()).containsExactly(Map.entry(statistic, value));
        assertThat(context.updates()).isUnmodifiable();
        assertThat(statistic.value()).isEqualTo(Tensor.zeros(2));
        refusesShape(
                () -> context.update(statistic, x),
                "update: the new value must have the shape of the statistic, got statistic mean [2] and value [5, 3]");
        assertThat(Context.training(Key.of(1)).key().value())
                .isEqualTo(
                        Context.training(Variable.of(Key.of(1).tensor())).key().value());
        refusesShape(() -> Context.training(x), "training: the key must have shape [2], got [5, 3]");
    }

    @Test
    void inferenceDrawsAndChangesNothing() {
        Context context = Context.inference();
        assertThat(context.isTraining()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(context::key)
                .withMessage(
                        "key: the context must be one of training, got inference, where nothing draws; ask isTraining first");
        assertThatIllegalStateException()
                .isThrownBy(() -> context.update(one.bias(), one.bias().variable()))
                .withMessage(
                        "update: the context must be one of training, got inference, where nothing changes; ask isTraining first");
    }

    private static void refusesShape(ThrowingCallable call, String message) {
        assertThatExceptionOfType(ShapeException.class).isThrownBy(call).withMessage(message);
    }
}
