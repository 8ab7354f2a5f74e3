package dev.wengert.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.wengert.bench.Data;
import dev.wengert.bench.Digits;
import dev.wengert.bench.Model;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

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
            case "W9", "W10", "W12" -> new PyTorchModel(engine, manager, work, Works.RATE);
            case "W11" -> new PyTorchModel(engine, manager, work, Model.RATE);
            case Works.JOB -> new PyTorchModel(engine, manager, "W11", Digits.RATE)::job;
            case "W14" -> process();
            case "W15-1", "W15-16" -> convolution(Works.images(work));
            default -> trainingStep(Works.network(work), Works.layers(work));
        };
    }

    /** A graph with its arrays, which are closed together; without that they would live as long as the manager. */
    static final class Scope implements AutoCloseable {
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

    static NDArray loss(Scope scope, NDArray logits, NDArray y, int n) {
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
        NDArray leaf = scope.add(x.stopGradient());
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

    /** The likelihood of a Gaussian process in the language of TorchScript, since DJL has no Cholesky factor. */
    private static final String LIKELIHOOD = """
            class Likelihood(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Likelihood,
                x: Tensor,
                y: Tensor,
                eye: Tensor,
                theta: Tensor) -> Tensor:
                amplitude = torch.exp(torch.mul(torch.select(theta, 0, 0), 2))
                length = torch.exp(torch.mul(torch.select(theta, 0, 1), -2))
                noise = torch.exp(torch.mul(torch.select(theta, 0, 2), 2))
                squares = torch.square(torch.sub(torch.unsqueeze(x, 1), x))
                covariance = torch.mul(torch.exp(torch.mul(squares, torch.mul(length, -0.5))), amplitude)
                factor = torch.linalg_cholesky(torch.add(covariance, torch.mul(eye, noise)))
                whitened = torch.linalg_solve_triangular(factor, torch.unsqueeze(y, 1), upper=False)
                fit = torch.mul(torch.sum(torch.square(whitened)), 0.5)
                logarithms = torch.sum(torch.log(torch.diagonal(factor)))
                return torch.neg(torch.add(fit, logarithms))
            """;

    /** The module, pickled: an object of the class with {@code training = False}. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nLikelihood\n)\u0081}(X\b\0\0\0training\u0089ub.";

    /** A file of TorchScript, as PyTorch writes it. */
    private static byte[] script() {
        Map<String, String> files = Map.of(
                "likelihood/version",
                "3\n",
                "likelihood/data.pkl",
                OBJECT,
                "likelihood/constants.pkl",
                "\u0080\u0002).",
                "likelihood/code/__torch__.py",
                LIKELIHOOD);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.ISO_8859_1);
                CRC32 check = new CRC32();
                check.update(content);
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(check.getValue());
                zip.putNextEntry(entry);
                zip.write(content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private Supplier<double[]> process() {
        Works.Process process = Works.process();
        NDArray x = manager.create(process.x());
        NDArray y = manager.create(process.y());
        NDArray eye = manager.eye(Works.POINTS).toType(DataType.FLOAT64, false);
        NDArray parameters = manager.create(process.theta());
        PtSymbolBlock module;
        try {
            module = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(script()), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        double constant = Works.POINTS / 2.0 * Math.log(2 * Math.PI);
        return () -> {
            try (Scope scope = new Scope(engine)) {
                NDArray theta = leaf(scope, parameters);
                NDArray value = scope.add(IValueUtils.forward(module, new NDList(x, y, eye, theta), true)
                        .singletonOrThrow());
                scope.collector.backward(value);
                double[] g = scope.add(theta.getGradient()).toDoubleArray();
                return new double[] {value.getDouble() - constant, g[0], g[1], g[2]};
            }
        };
    }

    private Supplier<double[]> convolution(Works.Images images) {
        NDArray pixels = manager.create(images.x(), shape(images.image()));
        NDArray kernels = manager.create(images.w(), shape(images.weight()));
        Shape step = new Shape(1, 1);
        int last = images.image()[0] - 1;
        return () -> {
            try (Scope scope = new Scope(engine)) {
                NDArray x = leaf(scope, pixels);
                NDArray w = leaf(scope, kernels);
                NDArray y = scope.add(
                        JniUtils.convolution((PtNDArray) x, (PtNDArray) w, null, step, new Shape(0, 0), step, 1));
                NDArray loss = scope.add(scope.add(y.square()).mean());
                scope.collector.backward(loss);
                NDArray image = scope.add(scope.add(x.getGradient()).get(last));
                NDArray weights = scope.add(w.getGradient());
                NDArray all = scope.add(scope.add(loss.reshape(1))
                        .concat(scope.add(scope.add(weights.flatten()).concat(scope.add(image.flatten())))));
                return all.toDoubleArray();
            }
        };
    }

    private static Shape shape(int... extents) {
        return new Shape(Arrays.stream(extents).asLongStream().toArray());
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
