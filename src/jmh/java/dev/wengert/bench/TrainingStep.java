package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** W1 to W5: loss of softmax regression or of a relu network, its gradients, and a step of plain gradient descent. */
final class TrainingStep implements Work {

    private final Variable x;
    private final Variable y;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Sgd sgd = new Sgd(Works.RATE);
    private final double[] loss = new double[1];
    private Step replayed;

    TrainingStep(Data.Network network, int... layers) {
        int n = layers[0];
        x = Variable.of(Tensor.of(Shape.of(n, layers[1]), network.x()));
        y = Variable.of(Tensor.of(Shape.of(n, layers[layers.length - 1]), network.y()));
        for (int i = 0; i < network.weights().length; i++) {
            Shape shape = Shape.of(layers[i + 1], layers[i + 2]);
            parameters.add(new Parameter("w" + i, Tensor.of(shape, network.weights()[i])));
            parameters.add(new Parameter("b" + i, Tensor.of(network.biases()[i])));
        }
    }

    private Variable loss(Variable features, Variable targets) {
        Variable h = features;
        for (int i = 0; i < parameters.size(); i += 2) {
            h = (i == 0 ? h : h.relu())
                    .affine(parameters.get(i).variable(), parameters.get(i + 1).variable());
        }
        return h.crossEntropy(targets);
    }

    @Override
    public double[] eager() {
        Variable y1 = loss(x, y);
        sgd.step(Autodiff.gradients(y1, parameters));
        loss[0] = y1.item();
        return loss;
    }

    @Override
    public double[] replay() {
        if (replayed == null) {
            replayed = sgd.replayed(in -> loss(in.get(0), in.get(1)), parameters);
        }
        loss[0] = replayed.run(x.value(), y.value());
        return loss;
    }
}
