package dev.wengert.peers;

import dev.wengert.bench.Data;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat64;

/** TensorFlow Java, a graph in a session for each work. */
public final class TensorFlow implements Peer {

    @Override
    public Supplier<double[]> prepare(String work) {
        return switch (work) {
            case "W6" -> hessianProduct();
            case "W7-10", "W7-100" -> hessian(Works.classes(work));
            case "W8" -> chain();
            case "W9", "W10", "W11", "W12" -> new TensorFlowModel(work).step();
            case Works.JOB -> new TensorFlowModel("W11").job();
            case "W14", "W15-1", "W15-16" -> null;
            default -> trainingStep(Works.network(work), Works.layers(work));
        };
    }

    /** A graph that is being built, then run. */
    static final class DataFlow {
        final Graph graph = new Graph();
        final Ops tf = Ops.create(graph);
        private final List<Op> initial = new ArrayList<>();
        private final Map<Operand<TFloat64>, TFloat64> fed = new LinkedHashMap<>();
        private Session session;

        Operand<TFloat64> constant(double[] x, long... shape) {
            return tf.constant(Shape.of(shape), DataBuffers.of(x));
        }

        /** An input, fed with the same tensor in each run. */
        Operand<TFloat64> input(double[] x, long... shape) {
            Operand<TFloat64> input = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(shape)));
            fed.put(input, TFloat64.tensorOf(Shape.of(shape), DataBuffers.of(x)));
            return input;
        }

        /** Feeds an input with other numbers from now on. */
        void feed(Operand<TFloat64> input, double[] x) {
            fed.get(input).copyFrom(DataBuffers.of(x, true, false));
        }

        /** The value of an output for an input. */
        double[] value(Operand<TFloat64> output, Operand<TFloat64> input, double[] x) {
            try (TFloat64 given = TFloat64.tensorOf(input.shape(), DataBuffers.of(x));
                    Result result =
                            session.runner().feed(input, given).fetch(output).run()) {
                double[] values = new double[(int) output.shape().size()];
                ((TFloat64) result.get(0)).copyTo(DataBuffers.of(values, false, false));
                return values;
            }
        }

        Variable<TFloat64> variable(double[] x, long... shape) {
            Variable<TFloat64> v = tf.variable(Shape.of(shape), TFloat64.class);
            initial.add(tf.assign(v, constant(x, shape)));
            return v;
        }

        Operand<TFloat64> loss(Operand<TFloat64> logits, Operand<TFloat64> y, int n) {
            // the fused loss has no gradient for doubles: "Inconsistent values for attr 'T' DT_DOUBLE vs. DT_FLOAT"
            Operand<TFloat64> terms = tf.math.mul(tf.nn.logSoftmax(logits), y);
            return tf.math.mul(tf.sum(terms, tf.constant(new int[] {0, 1})), tf.constant(-1.0 / n));
        }

        Operand<TFloat64> gradient(Operand<TFloat64> y, Operand<TFloat64> x) {
            Operand<TFloat64> one = y.shape().numDimensions() == 0
                    ? tf.constant(1.0)
                    : constant(new double[] {1}, y.shape().asArray());
            // a cotangent of its own: the one that is made otherwise is computed from y, and cannot be differentiated
            return tf.gradients(y, List.of(x), Gradients.dx(List.of(one))).dy(0);
        }

        Supplier<double[]> fetch(List<Operand<TFloat64>> outputs, List<Op> updates) {
            session = new Session(
                    graph,
                    ConfigProto.newBuilder()
                            .setIntraOpParallelismThreads(1)
                            .setInterOpParallelismThreads(1)
                            .build());
            Session.Runner initialise = session.runner();
            initial.forEach(initialise::addTarget);
            initialise.run().close();
            return () -> {
                Session.Runner runner = session.runner();
                fed.forEach(runner::feed);
                outputs.forEach(runner::fetch);
                updates.forEach(runner::addTarget);
                try (Result result = runner.run()) {
                    int size = 0;
                    for (int i = 0; i < outputs.size(); i++) {
                        size += (int) result.get(i).shape().size();
                    }
                    double[] values = new double[size];
                    int at = 0;
                    for (int i = 0; i < outputs.size(); i++) {
                        int count = (int) result.get(i).shape().size();
                        ((TFloat64) result.get(i))
                                .copyTo(DataBuffers.of(values, false, false).offset(at));
                        at += count;
                    }
                    return values;
                }
            };
        }
    }

    /**
     * A step: the loss, and the updates by what is given for each parameter and its gradient. No parameter may move before the loss and all
     * gradients are known.
     */
    static Supplier<double[]> step(
            DataFlow p, Operand<TFloat64> loss, List<Variable<TFloat64>> parameters, Update update) {
        Gradients g = p.tf.gradients(loss, parameters);
        List<Op> known = new ArrayList<>(List.of(loss));
        for (int i = 0; i < parameters.size(); i++) {
            known.add(g.dy(i));
        }
        Ops after = p.tf.withControlDependencies(known);
        List<Op> updates = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            updates.add(update.of(after, parameters.get(i), g.dy(i)));
        }
        return p.fetch(List.of(loss), updates);
    }

    /** How a parameter follows its gradient. */
    interface Update {
        Op of(Ops tf, Variable<TFloat64> parameter, Operand<TFloat64> gradient);

        /** Plain gradient descent. */
        static Op descent(Ops tf, Variable<TFloat64> parameter, Operand<TFloat64> gradient) {
            return tf.train.applyGradientDescent(parameter, tf.constant(Works.RATE), gradient);
        }
    }

    private static Supplier<double[]> trainingStep(Data.Network network, int[] layers) {
        DataFlow p = new DataFlow();
        int n = layers[0];
        int last = layers.length - 2;
        Operand<TFloat64> h = p.input(network.x(), n, layers[1]);
        List<Variable<TFloat64>> parameters = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            Variable<TFloat64> w = p.variable(network.weights()[i], layers[i + 1], layers[i + 2]);
            Variable<TFloat64> b = p.variable(network.biases()[i], layers[i + 2]);
            parameters.add(w);
            parameters.add(b);
            h = p.tf.math.add(p.tf.linalg.matMul(i == 0 ? h : p.tf.nn.relu(h), w), b);
        }
        Operand<TFloat64> loss = p.loss(h, p.input(network.y(), n, layers[last + 1]), n);
        return step(p, loss, parameters, Update::descent);
    }

    private static Supplier<double[]> hessianProduct() {
        DataFlow p = new DataFlow();
        int[] layers = Works.layers("W6");
        Data.Network network = Works.network("W6");
        Operand<TFloat64> x = p.input(network.x(), layers[0], layers[1]);
        Operand<TFloat64> y = p.input(network.y(), layers[0], layers[2]);
        Operand<TFloat64> v = p.input(Works.direction(), layers[1], layers[2]);
        Operand<TFloat64> w = p.variable(network.weights()[0], layers[1], layers[2]);
        Operand<TFloat64> loss = p.loss(p.tf.linalg.matMul(x, w), y, layers[0]);
        Operand<TFloat64> slope = p.tf.sum(p.tf.math.mul(p.gradient(loss, w), v), p.tf.constant(new int[] {0, 1}));
        return p.fetch(List.of(p.gradient(slope, w)), List.of());
    }

    private static Supplier<double[]> hessian(int classes) {
        DataFlow p = new DataFlow();
        Operand<TFloat64> o = p.variable(Works.logits(classes), 1, classes);
        double[] first = new double[classes];
        first[0] = 1;
        Operand<TFloat64> g = p.gradient(p.loss(o, p.constant(first, 1, classes), 1), o);
        List<Operand<TFloat64>> rows = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            Operand<TFloat64> entry = p.tf.slice(g, p.tf.constant(new int[] {0, i}), p.tf.constant(new int[] {1, 1}));
            rows.add(p.tf.reshape(p.gradient(entry, o), p.tf.constant(new int[] {classes})));
        }
        return p.fetch(List.of(p.tf.stack(rows)), List.of());
    }

    private static Supplier<double[]> chain() {
        DataFlow p = new DataFlow();
        Operand<TFloat64> x = p.variable(new double[] {1});
        Operand<TFloat64> y = x;
        Operand<TFloat64> growth = p.tf.constant(1.0001);
        Operand<TFloat64> swing = p.tf.constant(0.001);
        for (int i = 0; i < Works.CHAIN; i++) {
            y = p.tf.math.add(p.tf.math.mul(y, growth), p.tf.math.mul(p.tf.math.sin(y), swing));
        }
        return p.fetch(List.of(y, p.gradient(y, x)), List.of());
    }
}
