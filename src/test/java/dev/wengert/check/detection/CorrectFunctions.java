package dev.wengert.check.detection;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Random graphs of right operations. */
final class CorrectFunctions {

    /** Larger values would only overflow. */
    private static final double LARGEST = 1e6;

    /** A step from the inputs and the variable before to the next variable. */
    private interface Link extends BiFunction<List<Variable>, Variable, Variable> {}

    private final RandomGenerator random;
    private final double scale;
    private final List<Tensor> x = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();

    private CorrectFunctions(RandomGenerator random, double scale) {
        this.random = random;
        this.scale = scale;
    }

    /** A function of one or two small inputs with numbers of a scale. */
    static Model draw(RandomGenerator random, double scale) {
        CorrectFunctions f = new CorrectFunctions(random, scale);
        return new Model("random graph", scale, f.function(), f.x);
    }

    private Function<List<Variable>, Variable> function() {
        int[][] shapes = {{2, 2}, {1, 3}, {2, 3}, {3, 1}};
        int[] shape = shapes[random.nextInt(shapes.length)];
        x.add(logits(shape));
        if (random.nextBoolean()) {
            x.add(random.nextBoolean() ? logits(shape) : logits(1, shape[1]));
        }
        List<Variable> args = x.stream().map(Variable::of).toList();
        Variable at = args.get(0);
        for (int length = random.nextInt(1, 6); links.size() < length; ) {
            Link link = link(at.shape());
            Variable next = link.apply(args, at);
            if (next.shape().rank() == 2 && small(next)) {
                links.add(link);
                at = next;
            }
        }
        links.add(end(at.shape()));
        return v -> {
            Variable y = v.get(0);
            for (Link link : links) {
                y = link.apply(v, y);
            }
            return y;
        };
    }

    private static boolean small(Variable v) {
        return Arrays.stream(v.value().toArray()).allMatch(e -> Math.abs(e) <= LARGEST);
    }

    private Tensor logits(int... extents) {
        return Tensor.normal(random, extents).map(v -> scale * v);
    }

    private Variable constant(int... extents) {
        return Variable.of(Tensor.normal(random, extents));
    }

    private Link link(Shape s) {
        double c = random.nextDouble(-2, 2);
        int n = s.extent(0);
        int q = s.extent(1);
        Variable other = constant(random.nextBoolean() ? n : 1, q);
        Variable weight = constant(q, random.nextInt(1, 4));
        return switch (random.nextInt(40)) {
            case 0 -> (x, v) -> v.tanh();
            case 1 -> (x, v) -> v.sigmoid();
            case 2 -> (x, v) -> v.softplus();
            case 3 -> (x, v) -> v.exp();
            case 4 -> (x, v) -> v.sin();
            case 5 -> (x, v) -> v.cos();
            case 6 -> (x, v) -> v.gelu();
            case 7 -> (x, v) -> v.erf();
            case 8 -> (x, v) -> v.square();
            case 9 -> (x, v) -> v.square().add(0.5).sqrt();
            case 10 -> (x, v) -> v.square().add(0.5).log();
            case 11 -> (x, v) -> v.abs().log1p();
            case 12 -> (x, v) -> v.relu();
            case 13 -> (x, v) -> v.leakyRelu(0.2);
            case 14 -> (x, v) -> v.elu(0.7);
            case 15 -> (x, v) -> v.clamp(-1, 1.5);
            case 16 -> (x, v) -> v.maximum(c);
            case 17 -> (x, v) -> v.minimum(other);
            case 18 -> (x, v) -> v.mul(other);
            case 19 -> (x, v) -> v.add(other);
            case 20 -> (x, v) -> v.rsub(c);
            case 21 -> (x, v) -> v.div(other.square().add(0.5));
            case 22 -> (x, v) -> v.square().add(1).rdiv(c);
            case 23 -> (x, v) -> v.pow(3);
            case 24, 25 -> (x, v) -> v.matmul(weight);
            case 26 -> (x, v) -> v.transpose();
            case 27 -> (x, v) -> v.softmax();
            case 28 -> (x, v) -> v.logSoftmax();
            case 29 -> (x, v) -> v.softmax(0);
            case 30 -> (x, v) -> v.logSumExp(true, 1);
            case 31 -> (x, v) -> v.sum(true, 0);
            case 32 -> (x, v) -> v.sub(v.mean(true, 1));
            case 33 -> (x, v) -> v.max(true, 1);
            case 34 -> (x, v) -> Variable.concat(0, v, v.square());
            case 35 -> (x, v) -> v.reshape(q, n);
            case 36 -> (x, v) -> v.slice(1, 0, Math.max(1, q - 1));
            case 37 -> (x, v) -> joins(x, v) ? v.mul(x.get(x.size() - 1)) : v.neg();
            case 38 -> (x, v) -> joins(x, v) ? v.add(x.get(x.size() - 1)) : v.mul(c);
            default -> (x, v) -> joins(x, v) ? v.sub(x.get(0).tanh()) : v.expm1();
        };
    }

    /** Whether the inputs have the shape of a variable, or broadcast to it. */
    private static boolean joins(List<Variable> x, Variable v) {
        return x.stream().allMatch(i -> i.shape().broadcastsTo(v.shape()));
    }

    private Link end(Shape s) {
        int n = s.extent(0);
        int q = s.extent(1);
        if (random.nextBoolean()) {
            Variable weights = constant(n, q);
            return (x, v) -> v.mul(weights).sum();
        }
        double[] targets = new double[n * q];
        double[] mask = new double[n * q];
        for (int k = 0; k < targets.length; k++) {
            boolean masked = k % q != 0 && random.nextInt(6) == 0;
            targets[k] = masked || random.nextInt(3) == 0 ? 0 : random.nextDouble(2);
            mask[k] = masked ? Double.NEGATIVE_INFINITY : 0;
        }
        Variable t = Variable.of(Tensor.of(s, targets));
        Variable m = Variable.of(Tensor.of(s, mask));
        boolean masked = Arrays.stream(mask).anyMatch(Double::isInfinite);
        return (x, v) -> (masked ? v.add(m) : v).crossEntropy(t);
    }
}
