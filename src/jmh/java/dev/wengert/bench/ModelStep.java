package dev.wengert.bench;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.MaxPool2d;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Optimiser;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** W9 to W12: steps of training of the library's layers by its optimisers. */
final class ModelStep implements Work {

    private final Tensor x;
    private final Tensor y;
    private final Step eager;
    private final Step replayed;
    private final double[] loss = new double[1];

    ModelStep(String name) {
        Model model = Model.of(name);
        x = tensor(model.x());
        y = tensor(model.y());
        Layer layer = layer(name);
        List<Parameter> parameters = layer.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).set(tensor(model.parameters().get(i)));
        }
        boolean classes = y.shape().rank() == 2;
        Function<List<Variable>, Variable> formula = in -> {
            Variable out = layer.apply(in.get(0));
            return classes
                    ? out.crossEntropy(in.get(1))
                    : out.sub(in.get(1)).square().mean();
        };
        Optimiser optimiser = name.equals("W11")
                ? new Adam(Rate.constant(Model.RATE), Model.BETA1, Model.BETA2, Model.EPSILON)
                : new Sgd(Works.RATE);
        eager = optimiser.eager(formula, parameters);
        replayed = optimiser.replayed(formula, parameters);
    }

    private static Tensor tensor(Model.Array array) {
        return Tensor.of(Shape.of(array.shape()), array.values());
    }

    private static Layer layer(String name) {
        RandomGenerator random = new SplittableRandom(1);
        return switch (name) {
            case "W9" ->
                Chain.of(
                        new Conv2d("conv", 1, 8, 3, random),
                        Variable::relu,
                        new MaxPool2d(2),
                        images -> images.flatten(1),
                        new Linear("dense", 72, 10, random));
            case "W10" -> new Gru("gru", Model.UNITS, Model.UNITS, random);
            case "W11" ->
                Chain.of(new Linear("one", 64, 64, random), Variable::relu, new Linear("two", 64, 10, random));
            default -> block(random);
        };
    }

    /** Attention and a perceptron, each on what a layer has normalised, and added to what was before. */
    private static Layer block(RandomGenerator random) {
        MultiHeadAttention attention = new MultiHeadAttention("attention", Model.WIDTH, 1, random);
        Linear wide = new Linear("wide", Model.WIDTH, 2 * Model.WIDTH, random);
        Linear narrow = new Linear("narrow", 2 * Model.WIDTH, Model.WIDTH, random);
        LayerNorm one = new LayerNorm("one", Model.NORM, true, Model.WIDTH);
        LayerNorm two = new LayerNorm("two", Model.NORM, true, Model.WIDTH);
        return Layer.of(
                (x, context) -> {
                    Variable h = x.add(attention.apply(one.apply(x)));
                    return h.add(narrow.apply(wide.apply(two.apply(h)).relu()));
                },
                attention,
                wide,
                narrow,
                one,
                two);
    }

    @Override
    public double[] eager() {
        loss[0] = eager.run(x, y);
        return loss;
    }

    @Override
    public double[] replay() {
        loss[0] = replayed.run(x, y);
        return loss;
    }
}
