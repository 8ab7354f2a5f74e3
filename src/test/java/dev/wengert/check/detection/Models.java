package dev.wengert.check.detection;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Small models that together use every family of operations, with logits of a chosen scale. */
final class Models {

    static final double[] SCALES = {0.1, 1, 10, 30};

    private static final double MASKED = Double.NEGATIVE_INFINITY;

    private final double scale;
    private final SplittableRandom random;
    private final List<Model> models = new ArrayList<>();

    private Models(double scale, long seed) {
        this.scale = scale;
        this.random = new SplittableRandom(seed + Double.hashCode(scale));
    }

    /** All models at one scale, with numbers that follow from a seed. */
    static List<Model> at(double scale, long seed) {
        Models m = new Models(scale, seed);
        m.classifiers();
        m.softmaxFamily();
        m.elementwise();
        m.structured();
        return List.copyOf(m.models);
    }

    private void add(String name, Function<List<Variable>, Variable> f, Tensor... x) {
        models.add(new Model(name, scale, f, List.of(x)));
    }

    private Tensor normal(int... extents) {
        return Tensor.normal(random, extents);
    }

    /** Numbers of the size of the logits. */
    private Tensor logits(int... extents) {
        return normal(extents).map(v -> scale * v);
    }

    private Variable constant(int... extents) {
        return Variable.of(normal(extents));
    }

    private static Variable matrix(double[]... rows) {
        return Variable.of(Tensor.of(rows));
    }

    /** A number from a tensor, in which no element counts as much as another. */
    private UnaryOperator<Variable> weighted(int... extents) {
        Variable weights = constant(extents);
        return y -> y.mul(weights).sum();
    }

    private void classifiers() {
        Variable data = constant(3, 3);
        Variable oneHot = matrix(new double[] {1, 0, 0}, new double[] {0, 0, 1}, new double[] {0.2, 0.5, 0.3});
        add(
                "softmax regression",
                x -> data.matmul(x.get(0)).add(x.get(1)).crossEntropy(oneHot),
                logits(3, 3),
                normal(3));
        Variable pairs = constant(3, 2);
        Variable heavy = matrix(new double[] {1, 0, 1}, new double[] {0, 0.25, 0.25}, new double[] {3, 0, 0.5});
        add("targets with S ≠ 1", x -> pairs.affine(x.get(0), x.get(1)).crossEntropy(heavy), logits(2, 3), normal(3));
        Variable unit = constant(2, 2);
        Variable labels = Variable.of(Tensor.of(1, 0));
        add(
                "perceptron",
                x -> unit.matmul(x.get(0))
                        .add(x.get(1))
                        .tanh()
                        .matmul(x.get(2))
                        .crossEntropyWithLabels(labels, Reduction.SUM),
                logits(2, 2),
                normal(2),
                logits(2, 2));
        Variable soft = matrix(new double[] {0.9, 0.1}, new double[] {0.4, 0.6});
        add(
                "residual blocks",
                x -> {
                    Variable h = x.get(0).add(x.get(0).matmul(x.get(1)).tanh());
                    return h.add(h.matmul(x.get(1)).sigmoid()).crossEntropy(soft);
                },
                logits(2, 2),
                normal(2, 2));
    }

    private void softmaxFamily() {
        Variable mask = matrix(new double[] {0, MASKED, 0, 0}, new double[] {0, 0, MASKED, MASKED});
        Variable spared = matrix(new double[] {0.5, 0, 0, 0.5}, new double[] {2, 1, 0, 0});
        add("masked classes", x -> x.get(0).mul(1.5).add(mask).crossEntropy(spared), logits(2, 4));
        Variable causal = matrix(new double[] {0, MASKED, MASKED}, new double[] {0, 0, MASKED});
        Variable values = constant(3, 2);
        UnaryOperator<Variable> readout = weighted(2, 2);
        add(
                "masked attention",
                x -> readout.apply(x.get(0)
                        .matmul(x.get(1).transpose())
                        .mul(Math.sqrt(0.5))
                        .add(causal)
                        .softmax()
                        .matmul(values)),
                logits(2, 2),
                normal(3, 2));
        UnaryOperator<Variable> square = weighted(3, 3);
        add(
                "softmax of an outer sum",
                x -> square.apply(x.get(0).add(x.get(1)).softmax(0).square()),
                logits(3, 1),
                logits(1, 3));
        add(
                "smooth maximum",
                x -> x.get(0)
                        .realSoftMax(x.get(1))
                        .mul(Variable.of(Tensor.of(1, -2)))
                        .sum()
                        .add(x.get(0).logSumExp(0).square().sum()),
                logits(2, 3),
                Tensor.scalar(0.7));
        Variable far = matrix(new double[] {1000, 1001, 999}, new double[] {-1000, -999, -1001});
        UnaryOperator<Variable> six = weighted(2, 3);
        add(
                "logits far from 0",
                x -> {
                    Variable o = x.get(0).add(far);
                    return six.apply(o.softmax()).add(o.logSumExp(1).sum());
                },
                logits(2, 3));
    }

    private void elementwise() {
        UnaryOperator<Variable> five = weighted(5);
        add(
                "saturating functions",
                x -> five.apply(x.get(0)
                        .tanh()
                        .add(x.get(0).sigmoid())
                        .add(x.get(0).mul(0.5).erf())),
                logits(5));
        add(
                "rectifiers",
                x -> five.apply(x.get(0)
                        .gelu()
                        .add(x.get(0).softplus().mul(x.get(0).relu()))
                        .add(x.get(0).elu(0.5))
                        .add(x.get(0).leakyRelu(0.1).square())),
                logits(5));
        add(
                "roots and logarithms",
                x -> five.apply(x.get(0)
                        .square()
                        .add(0.5)
                        .sqrt()
                        .mul(x.get(0).abs().log1p())
                        .add(x.get(0).abs().add(0.3).log().sin())),
                logits(5));
        add(
                "powers and quotients",
                x -> five.apply(x.get(0)
                        .pow(3)
                        .div(x.get(0).square().add(1))
                        .add(x.get(0).abs().add(0.5).pow(x.get(1)))
                        .sub(x.get(1).div(x.get(0).mul(x.get(0)).add(2)))
                        .add(x.get(1).neg().expm1().mul(x.get(1).rdiv(1.5).cos()))),
                logits(5),
                normal(5));
        Tensor kinks = logits(5);
        add(
                "at kinks",
                x -> five.apply(x.get(0)
                                .relu()
                                .add(x.get(0).abs())
                                .add(x.get(0).maximum(x.get(1)))
                                .add(x.get(0).clamp(-0.5, 0.5)))
                        .add(x.get(0).max()),
                Tensor.of(0, kinks.get(1), 0.5, kinks.get(3), kinks.get(4)),
                Tensor.of(kinks.get(0), kinks.get(1), kinks.get(2), kinks.get(2), kinks.get(0)));
    }

    private void structured() {
        Variable rows = Variable.of(Tensor.of(2, 0, 2));
        Variable labels = Variable.of(Tensor.of(1, 0, 3));
        add(
                "embedding",
                x -> Variable.concat(1, x.get(0).gather(rows), x.get(1).slice(0, 1, 4))
                        .logSoftmax()
                        .nll(labels),
                logits(3, 2),
                logits(4, 2));
        UnaryOperator<Variable> six = weighted(2, 3);
        add(
                "layer norm",
                x -> {
                    Variable centered = x.get(0).sub(x.get(0).mean(true, 1));
                    Variable deviation = x.get(0).variance(true, 1).add(1e-3).sqrt();
                    return six.apply(centered.div(deviation).mul(x.get(1)).add(x.get(2)));
                },
                logits(2, 3),
                normal(3),
                normal(3));
        UnaryOperator<Variable> two = weighted(2);
        Variable choice = matrix(new double[] {1, 0, 1}, new double[] {0, 0, 1});
        add(
                "pooling",
                x -> two.apply(Variable.where(choice, x.get(0), x.get(0).square())
                                .max(1))
                        .add(x.get(0)
                                .permute(1, 0)
                                .reshape(6)
                                .minimum(0.2)
                                .sum()
                                .square())
                        .add(x.get(0).sum(0).mul(x.get(0).sum(0)).sum()),
                logits(2, 3));
    }
}
