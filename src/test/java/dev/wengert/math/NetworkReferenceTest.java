package dev.wengert.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Linear;
import dev.wengert.reference.MlpReference;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that PyTorch computed in double precision: logits, loss, gradients and Hessian-vector products, through layers and their
 * parameters.
 */
class NetworkReferenceTest {

    /**
     * Both sides are rounded. An entry is a sum of at most 8 products, whose factors went through at most 4 layers forwards, as many
     * backwards, and twice as many for the product with the Hessian: 16 sums of 8 terms with some u each for the activation. So u times
     * 16·(8 + 2), for each side, of the largest entry: entries that cancel are as accurate as those beside them.
     */
    private static final double BOUND = 2 * 16 * (8 + 2) * Exact.U;

    static List<MlpReference> networks() {
        return MlpReference.all();
    }

    private static void close(String what, Tensor actual, Tensor expected) {
        double[] a = actual.toArray();
        double[] e = expected.reshape(actual.shape()).toArray();
        double scale = Arrays.stream(e).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < a.length; i++) {
            assertThat(Math.abs(a[i] - e[i]))
                    .as("%s, element %d: %s and %s", what, i, a[i], e[i])
                    .isLessThanOrEqualTo(BOUND * scale);
        }
    }

    /** The network with the reference's parameters. */
    private static List<Linear> layers(MlpReference network) {
        List<Linear> layers = new ArrayList<>();
        for (int k = 0; k < network.parameters().size(); k += 2) {
            Tensor weight = network.parameters().get(k);
            Tensor bias = network.parameters().get(k + 1);
            Linear layer = new Linear(
                    "layer" + k / 2, weight.shape().extent(0), weight.shape().extent(1), new SplittableRandom(1));
            layer.weight().set(weight);
            layer.bias().set(bias.reshape(Shape.of(bias.shape().size())));
            layers.add(layer);
        }
        return layers;
    }

    private static Variable logits(MlpReference network, List<Linear> layers) {
        Variable o = layers.get(0).apply(Variable.of(network.x()));
        for (Linear layer : layers.subList(1, layers.size())) {
            o = layer.apply(activation(network, o));
        }
        return o;
    }

    private static Variable activation(MlpReference network, Variable x) {
        return switch (network.activation()) {
            case "relu" -> x.relu();
            case "tanh" -> x.tanh();
            case "sigmoid" -> x.sigmoid();
            case "softplus" -> x.softplus();
            default -> throw new IllegalArgumentException(network.activation());
        };
    }

    private static List<Parameter> parameters(List<Linear> layers) {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    private static Variable loss(MlpReference network, List<Linear> layers) {
        return logits(network, layers).crossEntropyWithLabels(Variable.of(network.labels()));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void logitsAndLoss(MlpReference network) {
        List<Linear> layers = layers(network);
        close("logits", logits(network, layers).value(), network.logits());
        close("loss", loss(network, layers).value(), Tensor.scalar(network.loss()));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradients(MlpReference network) {
        List<Linear> layers = layers(network);
        List<Tensor> gradients = List.copyOf(
                Autodiff.gradients(loss(network, layers), parameters(layers)).values());
        assertThat(gradients).hasSameSizeAs(network.gradients());
        for (int k = 0; k < gradients.size(); k++) {
            close(
                    parameters(layers).get(k).name(),
                    gradients.get(k),
                    network.gradients().get(k));
        }
    }

    /** Forward over reverse, along all parameters at once. */
    @ParameterizedTest
    @MethodSource("networks")
    void productsWithTheHessian(MlpReference network) {
        List<Linear> layers = layers(network);
        List<Variable> leaves =
                parameters(layers).stream().map(Parameter::variable).toList();
        List<Variable> gradients = Autodiff.gradients(loss(network, layers), leaves);
        List<Variable> products = Tape.between(leaves, gradients).pushforward(vectors(network, leaves));
        for (int k = 0; k < products.size(); k++) {
            close(
                    parameters(layers).get(k).name(),
                    products.get(k).value(),
                    network.hessianVectorProducts().get(k));
        }
    }

    /** The same as the gradient of the product of the gradient with the vector. */
    @ParameterizedTest
    @MethodSource("networks")
    void productsWithTheHessianByReverseOverReverse(MlpReference network) {
        List<Linear> layers = layers(network);
        List<Variable> leaves =
                parameters(layers).stream().map(Parameter::variable).toList();
        List<Variable> gradients = Autodiff.gradients(loss(network, layers), leaves);
        List<Variable> products = Tape.between(leaves, gradients).pullback(vectors(network, leaves));
        for (int k = 0; k < products.size(); k++) {
            close(
                    parameters(layers).get(k).name(),
                    products.get(k).value(),
                    network.hessianVectorProducts().get(k));
        }
    }

    private static List<Variable> vectors(MlpReference network, List<Variable> leaves) {
        List<Variable> vectors = new ArrayList<>();
        for (int k = 0; k < leaves.size(); k++) {
            vectors.add(
                    Variable.of(network.vectors().get(k).reshape(leaves.get(k).shape())));
        }
        return vectors;
    }
}
