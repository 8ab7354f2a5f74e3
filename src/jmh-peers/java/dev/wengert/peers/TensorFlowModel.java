package dev.wengert.peers;

import dev.wengert.bench.Digits;
import dev.wengert.bench.Model;
import dev.wengert.peers.TensorFlow.DataFlow;
import dev.wengert.peers.TensorFlow.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** W9 to W13 in operations of TensorFlow. It has no gated recurrent unit for doubles, nor a gradient of one: that is a graph of its steps. */
final class TensorFlowModel {

    private final DataFlow p = new DataFlow();
    private final Ops tf = p.tf;
    private final String work;
    private final Model model;
    private final List<Variable<TFloat64>> parameters = new ArrayList<>();
    private final Operand<TFloat64> y;

    TensorFlowModel(String work) {
        this.work = work;
        model = Model.of(work);
        y = p.input(model.y().values(), model.y().extents());
        for (Model.Array start : model.parameters()) {
            Model.Array own = start.shape().length == 4 ? filters(start) : start;
            parameters.add(p.variable(own.values(), own.extents()));
        }
    }

    /** Filters with their axes in TensorFlow's order, [height, width, in, out], for a single channel of images. */
    private static Model.Array filters(Model.Array w) {
        int outputs = w.shape()[0];
        int size = w.values().length / outputs;
        Model.Array turned = new Model.Array(new int[] {outputs, size}, w.values()).transposed();
        return new Model.Array(new int[] {w.shape()[2], w.shape()[3], 1, outputs}, turned.values());
    }

    Supplier<double[]> step() {
        return switch (work) {
            case "W9" -> TensorFlow.step(p, p.loss(images(), y, 64), parameters, Update::descent);
            case "W10" -> TensorFlow.step(p, distance(gru()), parameters, Update::descent);
            case "W11" -> TensorFlow.step(p, p.loss(perceptron(input(), 0), y, 32), parameters, new Adam(Model.RATE));
            default -> TensorFlow.step(p, distance(block()), parameters, Update::descent);
        };
    }

    /** W13. */
    Supplier<double[]> job() {
        Operand<TFloat64> x = input();
        Supplier<double[]> step =
                TensorFlow.step(p, p.loss(perceptron(x, 0), y, Digits.BATCH), parameters, new Adam(Digits.RATE));
        Operand<TFloat64> images =
                p.tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(Digits.TEST, Digits.PIXELS)));
        Operand<TFloat64> logits = perceptron(images, 0);
        return () -> {
            Digits digits = Digits.read();
            for (int epoch = 0; epoch < Digits.EPOCHS; epoch++) {
                List<double[]> order = digits.shuffled(epoch);
                for (int at = 0; at < Digits.TRAIN; at += Digits.BATCH) {
                    List<double[]> batch = order.subList(at, at + Digits.BATCH);
                    p.feed(x, Digits.pixels(batch));
                    p.feed(y, Digits.targets(batch));
                    step.get();
                }
            }
            List<double[]> test = digits.test();
            double[] all = p.value(logits, images, Digits.pixels(test));
            return new double[] {Digits.accuracy(test, all)};
        };
    }

    private Operand<TFloat64> input() {
        return p.input(model.x().values(), model.x().extents());
    }

    private Operand<TInt32> axis(int... axes) {
        return tf.constant(axes);
    }

    private Operand<TFloat64> distance(Operand<TFloat64> out) {
        Operand<TFloat64> squares = tf.math.squaredDifference(out, y);
        int[] axes = new int[model.y().shape().length];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        return tf.math.mean(squares, axis(axes));
    }

    /** A linear layer on rows. */
    private Operand<TFloat64> linear(Operand<TFloat64> in, int i) {
        return tf.math.add(tf.linalg.matMul(in, parameters.get(i)), parameters.get(i + 1));
    }

    private Operand<TFloat64> perceptron(Operand<TFloat64> in, int i) {
        return linear(tf.nn.relu(linear(in, i)), i + 2);
    }

    private Operand<TFloat64> images() {
        // on processors TensorFlow has channels last; with one channel the numbers are in the same order
        Operand<TFloat64> x = p.input(model.x().values(), 64, 8, 8, 1);
        Operand<TFloat64> filtered = tf.nn.conv2d(x, parameters.get(0), List.of(1L, 1L, 1L, 1L), "VALID");
        Operand<TFloat64> positive = tf.nn.relu(tf.math.add(filtered, parameters.get(1)));
        Operand<TFloat64> pooled = tf.nn.maxPool(positive, axis(1, 2, 2, 1), axis(1, 2, 2, 1), "VALID");
        // the rows of the linear layer belong to channels first
        Operand<TFloat64> first = tf.linalg.transpose(pooled, axis(0, 3, 1, 2));
        return linear(tf.reshape(first, axis(64, 72)), 2);
    }

    private Operand<TFloat64> gru() {
        int n = Model.SEQUENCES;
        int h = Model.UNITS;
        Operand<TFloat64> rows = tf.reshape(tf.linalg.transpose(input(), axis(1, 0, 2)), axis(Model.STEPS * n, h));
        Operand<TFloat64> ofInputs = tf.math.add(tf.linalg.matMul(rows, parameters.get(0)), parameters.get(2));
        List<Operand<TFloat64>> steps = new ArrayList<>();
        tf.unstack(tf.reshape(ofInputs, axis(Model.STEPS, n, 3 * h)), (long) Model.STEPS)
                .output()
                .forEach(steps::add);
        Operand<TFloat64> state = p.constant(new double[n * h], n, h);
        Operand<TFloat64> one = tf.constant(1.0);
        List<Operand<TFloat64>> states = new ArrayList<>();
        for (Operand<TFloat64> a : steps) {
            Operand<TFloat64> u = tf.math.add(tf.linalg.matMul(state, parameters.get(1)), parameters.get(3));
            var ofInput = tf.split(tf.constant(1), a, 3L).output();
            var ofState = tf.split(tf.constant(1), u, 3L).output();
            Operand<TFloat64> r = tf.math.sigmoid(tf.math.add(ofInput.get(0), ofState.get(0)));
            Operand<TFloat64> z = tf.math.sigmoid(tf.math.add(ofInput.get(1), ofState.get(1)));
            Operand<TFloat64> fresh = tf.math.tanh(tf.math.add(ofInput.get(2), tf.math.mul(r, ofState.get(2))));
            state = tf.math.add(tf.math.mul(tf.math.sub(one, z), fresh), tf.math.mul(z, state));
            states.add(state);
        }
        return tf.linalg.transpose(tf.stack(states), axis(1, 0, 2));
    }

    private Operand<TFloat64> block() {
        int n = Model.LENGTH;
        int width = Model.WIDTH;
        Operand<TInt32> apart = axis(n, n, width);
        Operand<TFloat64> x = tf.reshape(input(), axis(n * n, width));
        var parts = tf.split(tf.constant(1), linear(normal(x, 8), 0), 3L).output();
        Operand<TFloat64> queries = tf.math.mul(parts.get(0), tf.constant(1 / Math.sqrt(width)));
        Operand<TFloat64> scores = tf.train.batchMatMul(
                tf.reshape(queries, apart), tf.reshape(parts.get(1), apart), TFloat64.class, BatchMatMul.adjY(true));
        Operand<TFloat64> seen =
                tf.train.batchMatMul(tf.nn.softmax(scores), tf.reshape(parts.get(2), apart), TFloat64.class);
        Operand<TFloat64> h = tf.math.add(x, linear(tf.reshape(seen, axis(n * n, width)), 2));
        return tf.reshape(tf.math.add(h, perceptron(normal(h, 10), 4)), apart);
    }

    private Operand<TFloat64> normal(Operand<TFloat64> x, int i) {
        Operand<TFloat64> mean = tf.math.mean(x, axis(1), Mean.keepDims(true));
        Operand<TFloat64> variance = tf.math.mean(tf.math.squaredDifference(x, mean), axis(1), Mean.keepDims(true));
        Operand<TFloat64> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(Model.NORM)));
        Operand<TFloat64> y = tf.math.mul(tf.math.sub(x, mean), scale);
        return tf.math.add(tf.math.mul(y, parameters.get(i)), parameters.get(i + 1));
    }

    /** TensorFlow's operator for Adam, which adds ε before it corrects the mean of squares. */
    private final class Adam implements Update {

        private final double rate;
        private final Operand<TFloat64> power1;
        private final Operand<TFloat64> power2;
        private final Operand<TFloat64> epsilon;

        Adam(double rate) {
            this.rate = rate;
            Operand<TFloat64> steps = tf.assignAdd(p.variable(new double[] {0}), tf.constant(1.0));
            power1 = tf.math.pow(tf.constant(Model.BETA1), steps);
            power2 = tf.math.pow(tf.constant(Model.BETA2), steps);
            Operand<TFloat64> root = tf.math.sqrt(tf.math.sub(tf.constant(1.0), power2));
            epsilon = tf.math.mul(tf.constant(Model.EPSILON), root);
        }

        @Override
        public Op of(Ops after, Variable<TFloat64> parameter, Operand<TFloat64> gradient) {
            double[] zeros = new double[(int) parameter.shape().size()];
            long[] extents = parameter.shape().asArray();
            return after.train.applyAdam(
                    parameter,
                    p.variable(zeros, extents),
                    p.variable(zeros, extents),
                    power1,
                    power2,
                    tf.constant(rate),
                    tf.constant(Model.BETA1),
                    tf.constant(Model.BETA2),
                    epsilon,
                    gradient);
        }
    }
}
