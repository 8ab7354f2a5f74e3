package dev.wengert.kernel;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Svd;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.optim.AdamW;
import dev.wengert.optim.Lbfgs;
import dev.wengert.optim.LevenbergMarquardt;
import dev.wengert.optim.NAdam;
import dev.wengert.optim.NewtonCg;
import dev.wengert.optim.OneCycle;
import dev.wengert.optim.Optimiser;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A program that computes functions, products, derivatives and trainings, and prints a line with the bits of each. */
final class BitsOfEverything {

    private static final double[] SPECIAL = {
        0.0, -0.0, 1e-320, -1e-300, 1e-160, -1e-80, 1e-20, 710, -745, 1e10, -1e300, 1.0 / 0, -1.0 / 0, 0.0 / 0
    };

    private static final Map<String, UnaryOperator<Variable>> FUNCTIONS = new LinkedHashMap<>();

    static {
        FUNCTIONS.put("exp", Variable::exp);
        FUNCTIONS.put("expm1", Variable::expm1);
        FUNCTIONS.put("log", Variable::log);
        FUNCTIONS.put("log1p", Variable::log1p);
        FUNCTIONS.put("sin", Variable::sin);
        FUNCTIONS.put("cos", Variable::cos);
        FUNCTIONS.put("tanh", Variable::tanh);
        FUNCTIONS.put("sigmoid", Variable::sigmoid);
        FUNCTIONS.put("softplus", Variable::softplus);
        FUNCTIONS.put("erf", Variable::erf);
        FUNCTIONS.put("erfc", Variable::erfc);
        FUNCTIONS.put("erfcx", Variable::erfcx);
        FUNCTIONS.put("erfinv", Variable::erfinv);
        FUNCTIONS.put("logNormalCdf", Variable::logNormalCdf);
        FUNCTIONS.put("lgamma", Variable::lgamma);
        FUNCTIONS.put("digamma", Variable::digamma);
        FUNCTIONS.put("polygamma", x -> x.polygamma(2));
        FUNCTIONS.put("lbeta", x -> x.lbeta(x.square()));
        FUNCTIONS.put("gelu", Variable::gelu);
        FUNCTIONS.put("tan", Variable::tan);
        FUNCTIONS.put("asin", Variable::asin);
        FUNCTIONS.put("acos", Variable::acos);
        FUNCTIONS.put("atan", Variable::atan);
        FUNCTIONS.put("atan2", x -> x.atan2(x.square().sub(1)));
        FUNCTIONS.put("hypot", x -> x.hypot(x.square().sub(1)));
        FUNCTIONS.put("sinh", Variable::sinh);
        FUNCTIONS.put("asinh", Variable::asinh);
        FUNCTIONS.put("acosh", Variable::acosh);
        FUNCTIONS.put("atanh", Variable::atanh);
        FUNCTIONS.put("log2", Variable::log2);
        FUNCTIONS.put("log10", Variable::log10);
        FUNCTIONS.put("mish", Variable::mish);
        FUNCTIONS.put("pow", x -> x.pow(2.7));
        FUNCTIONS.put("softmax", Variable::softmax);
        FUNCTIONS.put("logSoftmax", Variable::logSoftmax);
        FUNCTIONS.put("logSumExp", Variable::logSumExp);
        FUNCTIONS.put("realSoftMax", x -> x.realSoftMax(3.0));
    }

    private BitsOfEverything() {}

    public static void main(String[] args) {
        RandomGenerator random = new SplittableRandom(1);
        double[] numbers = Arrays.copyOf(SPECIAL, 400);
        for (int i = SPECIAL.length; i < numbers.length; i++) {
            numbers[i] = random.nextDouble(-1, 1) * (i % 3 == 0 ? 1 : i % 3 == 1 ? 30 : 700);
        }
        Tensor x = Tensor.of(Shape.of(numbers.length / 8, 8), numbers);
        FUNCTIONS.forEach((name, f) -> {
            UnaryOperator<Variable> slope =
                    v -> Autodiff.grad((Variable u) -> f.apply(u).sum()).apply(v);
            print(name, f.apply(Variable.of(x)).value());
            print(name + "'", slope.apply(Variable.of(x)).value());
            print(
                    name + "''",
                    Autodiff.grad((Variable v) -> slope.apply(v).sum())
                            .apply(Variable.of(x))
                            .value());
        });
        for (int[] extents : new int[][] {{3, 9, 5}, {40, 300, 70}, {5, 700, 64}, {150, 128, 150}}) {
            Variable a = Variable.of(normal(random, extents[0], extents[1]));
            Variable b = Variable.of(normal(random, extents[1], extents[2]));
            print("product of " + Arrays.toString(extents), a.matmul(b).value());
        }
        for (int n : new int[] {5, 35, 150}) {
            Variable a = Variable.of(normal(random, n, n));
            Variable b = Variable.of(normal(random, n, 7));
            Variable positive = a.matmul(a.transpose()).add(Variable.of(Tensor.eye(n)));
            print("cholesky of " + n, positive.cholesky().value());
            print("triangularSolve of " + n, positive.triangularSolve(b, true).value());
            print("solve of " + n, a.solve(b).value());
        }
        Tensor logits = normal(random, 7);
        Variable target = Variable.of(Tensor.of(0, 0.25, 0, 0.5, 0, 0, 0.25));
        print("Hessian", Autodiff.hessian(o -> o.crossEntropy(target)).apply(logits));
        train(random);
        chain();
        matrices(random);
        images(random, false);
        images(random, true);
        sentences(random);
        wholeFunctions();
    }

    private static void matrices(RandomGenerator random) {
        Variable a = Variable.of(normal(random, 70, 50));
        Svd svd = a.svd();
        print("singular values", svd.s().value());
        print("singular vectors", svd.u().value());
        print("R", a.qr().r().value());
        Variable square = a.transpose().matmul(a);
        print("Cholesky", square.cholesky().value());
        print("eigenvectors", square.eigh().vectors().value());
        print("solution", square.solve(a.transpose()).value());
    }

    /** Convolution, normalisation, pooling, dropout, clipping, micro-batches and a cycle of rates. */
    private static void images(RandomGenerator random, boolean replayed) {
        SplittableRandom weights = new SplittableRandom(5);
        Chain model = Chain.of(
                Conv2d.same("conv", 1, 4, 3, weights),
                new BatchNorm("norm", 4),
                Variable::silu,
                x -> x.maxPool2d(2).flatten(1),
                new Dropout(0.3),
                new Linear("out", 36, 3, weights));
        Optimiser optimiser =
                new AdamW(new OneCycle(0.05, 8)).clip(0.5).accumulate(2).average(0.9);
        BiFunction<List<Variable>, Context, Variable> loss =
                (in, context) -> model.apply(in.get(0), context).crossEntropyWithLabels(in.get(1));
        Step step = replayed
                ? optimiser.replayed(loss, model.parameters(), Key.of(3))
                : optimiser.eager(loss, model.parameters(), Key.of(3));
        SplittableRandom data = new SplittableRandom(6);
        for (int i = 0; i < 10; i++) {
            step.run(normal(data, 8, 1, 6, 6), Tensor.of(0, 1, 2, 0, 1, 2, 0, i % 3));
        }
        Stream.of(model.parameters(), model.state(), step.state())
                .flatMap(List::stream)
                .forEach(p -> print((replayed ? "replayed " : "eager ") + p.name(), p.value()));
    }

    /** A recurrent layer, attention and a loop of their gradients. */
    private static void sentences(RandomGenerator random) {
        Embedding embedding = new Embedding("words", 9, 6, new SplittableRandom(7));
        Gru gru = new Gru("gru", 6, 8, new SplittableRandom(8));
        MultiHeadAttention attention = new MultiHeadAttention("look", 8, 2, new SplittableRandom(9));
        Linear out = new Linear("next", 8, 9, new SplittableRandom(10));
        List<Parameter> parameters = Layer.parameters(embedding, gru, attention, out);
        Step step = new NAdam(0.01)
                .replayed(
                        in -> {
                            Variable h = gru.apply(embedding.apply(in.get(0)));
                            Variable seen = attention.apply(h, MultiHeadAttention.causal(7));
                            return out.apply(h.add(seen)).crossEntropyWithLabels(in.get(1));
                        },
                        parameters);
        for (int i = 0; i < 4; i++) {
            Tensor words = Tensor.of(
                    Shape.of(3, 7), random.ints(21, 0, 9).asDoubleStream().toArray());
            step.run(words, words);
        }
        parameters.forEach(p -> print("sentences " + p.name(), p.value()));
    }

    private static void wholeFunctions() {
        UnaryOperator<Variable> valley = x -> {
            Variable a = x.slice(0, 0, 1);
            Variable b = x.slice(0, 1, 2);
            return a.rsub(1).square().add(b.sub(a.square()).square().mul(100)).sum();
        };
        print("L-BFGS", new Lbfgs().minimise(valley, Tensor.of(-1.2, 1)).point());
        print("Newton", new NewtonCg().minimise(valley, Tensor.of(-1.2, 1)).point());
        Variable t = Variable.of(Tensor.of(1, 2, 3, 5, 8));
        Variable y = Variable.of(Tensor.of(3.1, 2.2, 1.7, 0.9, 0.4));
        print(
                "Levenberg-Marquardt",
                new LevenbergMarquardt()
                        .fit(
                                b -> b.slice(0, 0, 1)
                                        .mul(b.slice(0, 1, 2).mul(t).exp())
                                        .sub(y),
                                Tensor.of(1, -1))
                        .point());
    }

    /** A network of two layers, eager and replayed. */
    private static void train(RandomGenerator random) {
        Tensor x = normal(random, 16, 12);
        Tensor y = Tensor.of(random.ints(16, 0, 3).asDoubleStream().toArray());
        Parameter w = new Parameter("w", normal(random, 12, 20));
        Parameter v = new Parameter("v", normal(random, 20, 3));
        List<Parameter> parameters = List.of(w, v);
        Sgd sgd = new Sgd(0.1);
        for (int step = 0; step < 200; step++) {
            Variable loss = loss(Variable.of(x), Variable.of(y), w, v);
            sgd.step(Autodiff.gradients(loss, parameters));
        }
        print("eager training", w.value());
        Step step = sgd.replayed(in -> loss(in.get(0), in.get(1), w, v), parameters);
        for (int i = 0; i < 200; i++) {
            step.run(x, y);
        }
        print("replayed training", v.value());
    }

    private static Variable loss(Variable x, Variable y, Parameter w, Parameter v) {
        return x.matmul(w.variable()).gelu().matmul(v.variable()).crossEntropyWithLabels(y);
    }

    /** Numbers, in a program that is long enough for bytecode of its own. */
    private static void chain() {
        UnaryOperator<Variable> f = x -> {
            Variable y = x;
            for (int i = 0; i < 100; i++) {
                y = y.sin().add(y.mul(0.9)).add(y.sigmoid().log());
            }
            return y;
        };
        Plan plan = Tape.record(Autodiff.grad(f), Tensor.scalar(1)).compile();
        double[] slopes = new double[100];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = plan.run(Tensor.scalar(0.1 * i)).get(0).item();
        }
        print("slopes of a chain", Tensor.of(slopes));
    }

    private static Tensor normal(RandomGenerator random, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.of(shape, random.doubles(shape.size(), -2, 2).toArray());
    }

    private static void print(String name, Tensor value) {
        long bits = 0;
        for (double x : value.toArray()) {
            bits = 31 * bits + Double.doubleToLongBits(x);
        }
        System.out.println(name + ": " + Long.toHexString(bits));
    }
}
