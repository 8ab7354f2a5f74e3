package dev.wengert.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.wengert.bench.Digits;
import dev.wengert.bench.Model;
import dev.wengert.peers.PyTorch.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** W9 to W13 with PyTorch's own operators for convolution, pooling, gated recurrent units, linear layers, and layer normalisation. */
final class PyTorchModel implements Supplier<double[]> {

    private final Engine engine;
    private final NDManager manager;
    private final String work;
    private final double rate;
    private final NDArray x;
    private final NDArray y;
    private final List<NDArray> parameters = new ArrayList<>();
    private final NDArray zeros;

    /** The means of gradients and of their squares, for Adam. */
    private final List<NDArray> means = new ArrayList<>();

    private final List<NDArray> squares = new ArrayList<>();
    private double power1 = 1;
    private double power2 = 1;

    PyTorchModel(Engine engine, NDManager manager, String work, double rate) {
        this.engine = engine;
        this.manager = manager;
        this.work = work;
        this.rate = rate;
        Model model = Model.of(work);
        x = array(manager, model.x());
        y = array(manager, model.y());
        for (Model.Array start : model.parameters()) {
            // PyTorch's layers have the transpose of a matrix
            NDArray parameter = array(manager, start.shape().length == 2 ? start.transposed() : start);
            parameter.setRequiresGradient(true);
            parameters.add(parameter);
            means.add(parameter.zerosLike());
            squares.add(parameter.zerosLike());
        }
        zeros = manager.create(new double[Model.SEQUENCES * Model.UNITS], new Shape(1, Model.SEQUENCES, Model.UNITS));
    }

    private static NDArray array(NDManager manager, Model.Array array) {
        return manager.create(array.values(), new Shape(array.extents()));
    }

    @Override
    public double[] get() {
        return new double[] {step(x, y)};
    }

    /** W13. */
    double[] job() {
        Digits digits = Digits.read();
        for (int epoch = 0; epoch < Digits.EPOCHS; epoch++) {
            List<double[]> order = digits.shuffled(epoch);
            for (int at = 0; at < Digits.TRAIN; at += Digits.BATCH) {
                List<double[]> batch = order.subList(at, at + Digits.BATCH);
                try (NDArray features = manager.create(Digits.pixels(batch), new Shape(Digits.BATCH, Digits.PIXELS));
                        NDArray targets =
                                manager.create(Digits.targets(batch), new Shape(Digits.BATCH, Digits.CLASSES))) {
                    step(features, targets);
                }
            }
        }
        List<double[]> test = digits.test();
        try (Scope scope = new Scope(engine)) {
            NDArray features = scope.add(manager.create(Digits.pixels(test), new Shape(Digits.TEST, Digits.PIXELS)));
            return new double[] {
                Digits.accuracy(test, perceptron(scope, features, 0).toDoubleArray())
            };
        }
    }

    private double step(NDArray x, NDArray y) {
        try (Scope scope = new Scope(engine)) {
            NDArray loss = switch (work) {
                case "W9" -> PyTorch.loss(scope, images(scope, x), y, 64);
                case "W10" -> distance(scope, gru(scope, x), y);
                case "W11" -> PyTorch.loss(scope, perceptron(scope, x, 0), y, 32);
                default -> distance(scope, block(scope, x), y);
            };
            scope.collector.backward(loss);
            if (work.equals("W11")) {
                adam(scope);
            } else {
                for (NDArray p : parameters) {
                    p.getNDArrayInternal()
                            .sgdUpdate(
                                    new NDList(p, scope.add(p.getGradient())),
                                    new NDList(p),
                                    (float) rate,
                                    0,
                                    1,
                                    -1,
                                    0,
                                    false);
                }
            }
            return loss.getDouble();
        }
    }

    /** DJL's own operator for Adam takes rates that are corrected before, as floats. */
    private void adam(Scope scope) {
        power1 *= Model.BETA1;
        power2 *= Model.BETA2;
        double root = Math.sqrt(1 - power2);
        for (int i = 0; i < parameters.size(); i++) {
            NDArray p = parameters.get(i);
            p.getNDArrayInternal()
                    .adamUpdate(
                            new NDList(p, scope.add(p.getGradient()), means.get(i), squares.get(i)),
                            new NDList(p),
                            (float) (rate * root / (1 - power1)),
                            (float) (rate * root / (1 - power1)),
                            0,
                            1,
                            -1,
                            (float) Model.BETA1,
                            (float) Model.BETA2,
                            (float) (Model.EPSILON * root),
                            false,
                            false);
        }
    }

    private NDArray distance(Scope scope, NDArray out, NDArray y) {
        return scope.add(scope.add(scope.add(out.sub(y)).square()).mean());
    }

    private NDArray linear(Scope scope, NDArray in, int i) {
        return scope.add(
                JniUtils.linear((PtNDArray) in, (PtNDArray) parameters.get(i), (PtNDArray) parameters.get(i + 1)));
    }

    private NDArray perceptron(Scope scope, NDArray in, int i) {
        return linear(scope, scope.add(JniUtils.relu((PtNDArray) linear(scope, in, i))), i + 2);
    }

    private NDArray images(Scope scope, NDArray x) {
        Shape one = new Shape(1, 1);
        Shape two = new Shape(2, 2);
        Shape none = new Shape(0, 0);
        PtNDArray filtered = JniUtils.convolution(
                (PtNDArray) x, (PtNDArray) parameters.get(0), (PtNDArray) parameters.get(1), one, none, one, 1);
        PtNDArray positive = JniUtils.relu((PtNDArray) scope.add(filtered));
        PtNDArray pooled = JniUtils.maxPool((PtNDArray) scope.add(positive), two, two, none, false);
        return linear(scope, scope.add(scope.add(pooled).reshape(64, 72)), 2);
    }

    private NDArray gru(Scope scope, NDArray x) {
        NDList results =
                JniUtils.gru((PtNDArray) x, (PtNDArray) zeros, new NDList(parameters), true, 1, 0, true, false, true);
        results.forEach(scope::add);
        return results.get(0);
    }

    private NDArray block(Scope scope, NDArray x) {
        NDArray all = linear(scope, normal(scope, x, 8), 0);
        NDList parts = all.split(3, 2);
        parts.forEach(scope::add);
        NDArray queries = scope.add(parts.get(0).mul(1 / Math.sqrt(Model.WIDTH)));
        NDArray keys = scope.add(parts.get(1).swapAxes(1, 2));
        NDArray scores = scope.add(JniUtils.bmm((PtNDArray) queries, (PtNDArray) keys));
        NDArray weights = scope.add(scores.softmax(2));
        NDArray seen = scope.add(JniUtils.bmm((PtNDArray) weights, (PtNDArray) parts.get(2)));
        NDArray h = scope.add(x.add(linear(scope, seen, 2)));
        return scope.add(h.add(perceptron(scope, normal(scope, h, 10), 4)));
    }

    private NDArray normal(Scope scope, NDArray in, int i) {
        return scope.add(JniUtils.layerNorm(
                (PtNDArray) in,
                new Shape(Model.WIDTH),
                (PtNDArray) parameters.get(i),
                (PtNDArray) parameters.get(i + 1),
                Model.NORM));
    }
}
