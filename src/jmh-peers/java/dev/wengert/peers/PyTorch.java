package dev.wengert.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.wengert.bench.Data;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** DJL with its PyTorch engine. Second derivatives are not in its API; they use the JNI layer beneath it. */
public final class PyTorch implements Peer {

    private final Engine engine = Engine.getEngine("PyTorch");
    private final NDManager manager = engine.newBaseManager(Device.cpu());

    @Override
    public Supplier<double[]> prepare(String work) {
        return switch (work) {
            case "W6" -> hessianProduct();
            case "W7-10", "W7-100" -> hessian(Works.classes(work));
            case "W8" -> this::chain;
            default -> trainingStep(Works.network(work), Works.layers(work));
        };
    }

    /** A graph with its arrays, which are closed together; without that they would live as long as the manager. */
    private static final class Scope implements AutoCloseable {
        private final List<NDArray> arrays = new ArrayList<>();
        final GradientCollector collector;

        Scope(Engine engine) {
            collector = engine.newGradientCollector();
        }

        NDArray add(NDArray x) {
            arrays.add(x);
            return x;
        }

        @Override
        public void close() {
            arrays.forEach(NDArray::close);
            collector.close();
        }
    }

    private static NDArray loss(Scope scope, NDArray logits, NDArray y, int n) {
        NDArray log = scope.add(logits.logSoftmax(logits.getShape().dimension() - 1));
        NDArray terms = scope.add(log.mul(y));
        return scope.add(scope.add(terms.sum()).mul(-1.0 / n));
    }

    private Supplier<double[]> trainingStep(Data.Network network, int[] layers) {
        int n = layers[0];
        int last = layers.length - 2;
        NDArray x = manager.create(network.x(), new Shape(n, layers[1]));
        NDArray y = manager.create(network.y(), new Shape(n, layers[last + 1]));
        List<NDArray> parameters = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            parameters.add(manager.create(network.weights()[i], new Shape(layers[i + 1], layers[i + 2])));
            parameters.add(manager.create(network.biases()[i]));
        }
        parameters.forEach(p -> p.setRequiresGradient(true));
        return () -> {
            try (Scope scope = new Scope(engine)) {
                NDArray h = x;
                for (int i = 0; i < parameters.size(); i += 2) {
                    NDArray in = i == 0 ? h : scope.add(h.getNDArrayInternal().relu());
                    h = scope.add(scope.add(in.matMul(parameters.get(i))).add(parameters.get(i + 1)));
                }
                NDArray loss = loss(scope, h, y, n);
                scope.collector.backward(loss);
                for (NDArray p : parameters) {
                    NDArray g = scope.add(p.getGradient());
                    p.getNDArrayInternal()
                            .sgdUpdate(new NDList(p, g), new NDList(p), (float) Works.RATE, 0, 1, -1, 0, false);
                }
                return new double[] {loss.getDouble()};
            }
        };
    }

    /** Adds the gradient of a number to those of its leaves: as a graph if it will be differentiated again. */
    private static void backward(NDArray y, boolean keepGraph, boolean createGraph) {
        try (NDArray one = y.onesLike()) {
            JniUtils.backward((PtNDArray) y, (PtNDArray) one, keepGraph, createGraph);
        }
    }

    /** A leaf without a gradient: there is no way to take one away that belongs to a graph. */
    private static NDArray leaf(Scope scope, NDArray x) {
        NDArray leaf = scope.add(x.duplicate());
        leaf.setRequiresGradient(true);
        return leaf;
    }

    private Supplier<double[]> hessianProduct() {
        int[] layers = Works.layers("W6");
        Data.Network network = Works.network("W6");
        NDArray x = manager.create(network.x(), new Shape(layers[0], layers[1]));
        NDArray y = manager.create(network.y(), new Shape(layers[0], layers[2]));
        NDArray weights = manager.create(network.weights()[0], new Shape(layers[1], layers[2]));
        NDArray v = manager.create(Works.direction(), new Shape(layers[1], layers[2]));
        return () -> {
            try (Scope scope = new Scope(engine)) {
                NDArray w = leaf(scope, weights);
                backward(loss(scope, scope.add(x.matMul(w)), y, layers[0]), true, true);
                NDArray g = scope.add(w.getGradient());
                NDArray before = scope.add(g.duplicate());
                backward(scope.add(scope.add(g.mul(v)).sum()), false, false);
                // the gradient of w is now g + Hv
                return scope.add(scope.add(w.getGradient()).sub(before)).toDoubleArray();
            }
        };
    }

    private Supplier<double[]> hessian(int classes) {
        NDArray logits = manager.create(Works.logits(classes));
        double[] first = new double[classes];
        first[0] = 1;
        NDArray y = manager.create(first);
        return () -> {
            double[] hessian = new double[classes * classes];
            try (Scope scope = new Scope(engine)) {
                NDArray o = leaf(scope, logits);
                backward(loss(scope, o, y, 1), true, true);
                NDArray g = scope.add(o.getGradient());
                double[] before = g.toDoubleArray();
                for (int i = 0; i < classes; i++) {
                    backward(scope.add(g.get(i)), true, false);
                    double[] after = scope.add(o.getGradient()).toDoubleArray();
                    for (int j = 0; j < classes; j++) {
                        hessian[i * classes + j] = after[j] - before[j];
                    }
                    before = after;
                }
            }
            return hessian;
        };
    }

    private double[] chain() {
        try (Scope scope = new Scope(engine)) {
            NDArray x = scope.add(manager.create(1.0));
            x.setRequiresGradient(true);
            NDArray y = x;
            for (int i = 0; i < Works.CHAIN; i++) {
                NDArray sine = scope.add(scope.add(y.sin()).mul(0.001));
                y = scope.add(scope.add(y.mul(1.0001)).add(sine));
            }
            scope.collector.backward(y);
            return new double[] {y.getDouble(), scope.add(x.getGradient()).getDouble()};
        }
    }
}
