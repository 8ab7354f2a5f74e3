package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Sample;
import dev.wengert.autodiff.op.Samples;
import dev.wengert.functional.Loops;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Lstm;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported models give in ONNX Runtime what they give here. Files stay in {@code target/onnx}, where {@code .ci/run} checks them. */
class OnnxRuntimeTest {
    private static final Path FILES = Path.of("target", "onnx");

    /** What ONNX Runtime 1.29 has for float32 alone. */
    private static final Set<String> FLOAT32_ALONE = Set.of(
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "conv",
            "convTranspose",
            "cosh",
            "erf",
            "gelu",
            "normalCdf",
            "sinh",
            "tan");

    /** What is right absolutely: 1 + erf by its form, the others by the algorithms of ONNX Runtime. */
    private static final Set<String> ABSOLUTE = Set.of("gelu", "normalCdf", "sigmoid", "logSoftmax");

    /** 16 units in the last place of float32. */
    private static final double FLOAT32 = 0x1p-20;

    /** 64 units in the last place. */
    private static final double FLOAT64 = 0x1p-47;

    /** Every operation that has a form, at the points of {@code OpContractTest}. */
    @Test
    void operationsOfFloat64() throws IOException, OrtException {
        TreeSet<String> missing = new TreeSet<>();
        int compared = 0;
        for (Sample sample : Samples.all()) {
            byte[] model = model(
                    "operation-64-" + compared,
                    Onnx.of(x -> List.of(sample.f().apply(x)), sample.x()).float64());
            if (model == null) {
                continue;
            }
            try {
                requireNear(sample, OnnxRuntime.run(model, sample.x()).get(0), value(sample, sample.x()), FLOAT64, 0);
                compared++;
            } catch (OrtException e) {
                assertThat(e).hasMessageContaining("ORT_NOT_IMPLEMENTED");
                missing.add(sample.name());
            }
        }
        assertThat(missing).isEqualTo(new TreeSet<>(FLOAT32_ALONE));
        assertThat(compared).isGreaterThan(600);
    }

    @Test
    void operationsOfFloat32() throws IOException, OrtException {
        int compared = 0;
        for (Sample sample : Samples.all()) {
            byte[] model = model(
                    "operation-32-" + compared, Onnx.of(x -> List.of(sample.f().apply(x)), sample.x()));
            if (model != null) {
                List<Tensor> x =
                        sample.x().stream().map(OnnxRuntimeTest::narrow).toList();
                Tensor got = OnnxRuntime.run(model, x).get(0);
                requireNear(sample, got, narrow(value(sample, x)), FLOAT32, Float.MIN_NORMAL);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(700);
    }

    private static byte[] model(String name, Onnx onnx) throws IOException {
        try {
            return write(name, onnx);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("Onnx: every operation must have a form in ONNX"); // see OnnxTest
            return null;
        }
    }

    private static Tensor value(Sample sample, List<Tensor> x) {
        return sample.f().apply(x.stream().map(Variable::of).toList()).value();
    }

    private static Tensor narrow(Tensor x) {
        return x.map(v -> (float) v);
    }

    private static void requireNear(Sample sample, Tensor got, Tensor want, double relative, double least) {
        assertThat(got.shape()).as(sample.toString()).isEqualTo(want.shape());
        for (int i = 0; i < want.shape().size(); i++) {
            double w = want.toArray()[i];
            double g = got.toArray()[i];
            double size = ABSOLUTE.contains(sample.name()) ? Math.max(1, Math.abs(w)) : Math.abs(w);
            assertThat(Double.compare(w, g) == 0 || w == g || Math.abs(w - g) <= relative * size + least)
                    .as("%s: %s, got %s", sample, w, g)
                    .isTrue();
        }
    }

    // ---- models ----

    /** Models with their inputs. */
    private enum Model {
        MLP(OnnxRuntimeTest::mlp, Tensor.normal(random(), 4, 6), false),
        SOFTMAX_REGRESSION(
                () -> Chain.of(new Linear("softmax", 6, 3, random()), Variable::softmax),
                Tensor.normal(random(), 4, 6),
                false),
        CONVOLUTION(OnnxRuntimeTest::convolution, Tensor.normal(random(), 3, 1, 8, 8), true),
        MEAN_POOLING(
                () -> Chain.of(new Conv2d("conv", 1, 2, 3, random()), y -> y.avgPool2d(2, 2, 0)),
                Tensor.normal(random(), 3, 1, 8, 8),
                true),
        EMBEDDING_GRU(OnnxRuntimeTest::gru, tokens(3, 5), false),
        LSTM(
                () -> Chain.of(
                        new Lstm("lstm", 3, 4, random()), y -> y.slice(1, 4, 5).reshape(-1, 4)),
                Tensor.normal(random(), 3, 5, 3),
                false),
        LONG_LSTM(() -> new Lstm("lstm", 2, 3, random()), Tensor.normal(random(), 2, 70, 2), false),
        ATTENTION(OnnxRuntimeTest::attention, Tensor.normal(random(), 3, 4, 8), false),
        CAUSAL(OnnxRuntimeTest::causal, Tensor.normal(random(), 3, 4, 8), false),
        LOOP(OnnxRuntimeTest::loop, Tensor.normal(random(), 3, 5), false);

        private final Layer layer;
        private final Tensor example;

        /** Whether ONNX Runtime lacks one of the operations for float64. */
        private final boolean float32Alone;

        Model(Supplier<Layer> layer, Tensor example, boolean float32Alone) {
            this.layer = layer.get();
            this.example = example;
            this.float32Alone = float32Alone;
        }
    }

    private static SplittableRandom random() {
        return new SplittableRandom(7);
    }

    private static Tensor tokens(int n, int steps) {
        return Tensor.random(random(), n, steps).map(v -> Math.floor(10 * v));
    }

    private static Layer mlp() {
        return Chain.of(
                new Linear("one", 6, 16, random()),
                Variable::tanh,
                new Dropout(0.5),
                new Linear("two", 16, 8, random()),
                x -> x.elu(0.7),
                new Linear("three", 8, 3, random()),
                Variable::logSoftmax);
    }

    private static Layer convolution() {
        BatchNorm norm = new BatchNorm("norm", 4);
        Layer conv = Chain.of(new Conv2d("conv", 1, 4, 3, random()), norm);
        Context context = Context.training(Key.of(1));
        conv.apply(Variable.of(Tensor.normal(random(), 5, 1, 8, 8)), context);
        context.updates().forEach((statistic, value) -> statistic.set(value.value()));
        return Chain.of(
                conv,
                Variable::relu,
                x -> x.maxPool2d(2, 2, 0),
                x -> x.reshape(x.shape().extent(0), -1),
                new Linear("out", 4 * 3 * 3, 5, random()));
    }

    private static Layer gru() {
        Layer embedding = new Embedding("words", 10, 3, 0, random());
        return Chain.of(embedding, new Gru("gru", 3, 4, random()), x -> x.max(1), new Linear("out", 4, 2, random()));
    }

    private static Layer attention() {
        MultiHeadAttention heads = new MultiHeadAttention("heads", 8, 2, random());
        LayerNorm one = new LayerNorm("one", 8);
        LayerNorm two = new LayerNorm("two", 8);
        Linear wide = new Linear("wide", 8, 16, random());
        Linear narrow = new Linear("narrow", 16, 8, random());
        return Layer.of(
                (x, context) -> {
                    Variable y = x.add(heads.apply(one.apply(x)));
                    return y.add(narrow.apply(wide.apply(two.apply(y)).silu()));
                },
                heads,
                one,
                two,
                wide,
                narrow);
    }

    private static Layer causal() {
        MultiHeadAttention heads = new MultiHeadAttention("heads", 8, 2, random());
        return Layer.of((x, context) -> heads.apply(x, MultiHeadAttention.causal(4)), heads);
    }

    private static Layer loop() {
        return x -> Loops.scan(
                        (h, a) -> {
                            Variable next = h.get(0).mul(0.5).add(a.get(0).sin());
                            return new Loops.Result(List.of(next), List.of(next));
                        },
                        List.of(Variable.of(Tensor.zeros(x.shape().extent(0)))),
                        List.of(x.transpose()))
                .ys()
                .get(0)
                .transpose();
    }

    @ParameterizedTest
    @EnumSource
    void models(Model model) throws IOException, OrtException {
        Onnx fixed = Onnx.of(model.layer, model.example);
        requireNear(model, write(model + "-fixed", fixed), model.example, FLOAT32);
        byte[] open = write(model + "-open", fixed.dynamicBatch());
        byte[] open64 = write(model + "-open-64", fixed.float64().dynamicBatch());
        for (int n : new int[] {1, 2, 7}) {
            int[] rows = new int[n];
            for (int i = 0; i < n; i++) {
                rows[i] = (i + 1) % model.example.shape().extent(0);
            }
            Tensor x = model.example.rows(rows);
            requireNear(model, open, x, FLOAT32);
            if (!model.float32Alone) {
                requireNear(model, open64, x, FLOAT64);
            }
        }
    }

    private static byte[] write(String name, Onnx onnx) throws IOException {
        byte[] model = onnx.toByteArray();
        Files.createDirectories(FILES);
        Files.write(FILES.resolve(name.toLowerCase(Locale.ROOT) + ".onnx"), model);
        return model;
    }

    private static void requireNear(Model model, byte[] onnx, Tensor x, double bound) throws OrtException {
        Tensor want = model.layer.predict(x);
        Tensor got = OnnxRuntime.run(onnx, List.of(x)).get(0);
        assertThat(got.shape()).isEqualTo(want.shape());
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < want.shape().size(); i++) {
            worst = Math.max(worst, Math.abs(want.toArray()[i] - got.toArray()[i]));
            largest = Math.max(largest, Math.abs(want.toArray()[i]));
        }
        assertThat(worst).isLessThanOrEqualTo(bound * largest);
    }

    @Test
    void severalInputsAndOutputs() throws OrtException {
        Tensor x = Tensor.normal(random(), 3, 2);
        Tensor y = Tensor.normal(random(), 2);
        byte[] model = Onnx.of(v -> List.of(v.get(0).mul(v.get(1)), v.get(0).sum(1), v.get(1)), List.of(x, y))
                .dynamicBatch("x")
                .inputs("x", "y")
                .float64()
                .toByteArray();
        List<Tensor> expected = new ArrayList<>();
        expected.add(Variable.of(x).mul(Variable.of(y)).value());
        expected.add(Variable.of(x).sum(1).value());
        expected.add(y);
        assertThat(OnnxRuntime.run(model, List.of(x, y))).isEqualTo(expected);
    }

    /** What is computed from a batch of any size: shapes of more than one multiple, first rows, constants, whole numbers. */
    @Test
    void shapesThatGoWithTheBatch() throws OrtException {
        List<Layer> layers = List.of(
                x -> x.reshape(2, x.shape().extent(0), 2).permute(1, 0, 2).reshape(-1),
                x -> Variable.concat(0, x, x).reshape(x.shape().extent(0), 2, 4),
                x -> x.slice(0, 0, 1).add(x).broadcastTo(3, x.shape().extent(0), 4),
                x -> x.matmul(x.transpose()).sum(1),
                x -> x.reshape(-1).slice(0, x.shape().extent(0), 3 * x.shape().extent(0)),
                x -> x.sum(0).add(x.flip(0)),
                x -> Variable.where(x.gt(0), Variable.of(Tensor.full(x.shape(), 7)), x),
                x -> x.argsort(1, true).add(x.takeAlong(1, x.argsort(1, false))),
                x -> x.gt(0).oneHot(2).reshape(x.shape().extent(0), 8),
                x -> x.std(1).add(x.norm(3, 1)).add(x.prod(1)).add(x.min(1)).add(x.logSumExp(1)));
        Tensor example = Tensor.normal(random(), 3, 4);
        for (Layer layer : layers) {
            byte[] model = Onnx.of(layer, example).dynamicBatch().float64().toByteArray();
            for (int n : new int[] {1, 2, 5}) {
                Tensor x = Tensor.normal(new SplittableRandom(n), n, 4);
                Tensor want = layer.predict(x);
                Tensor got = OnnxRuntime.run(model, List.of(x)).get(0);
                assertThat(got.shape()).isEqualTo(want.shape());
                assertThat(got.equalsWithinUlps(want, 64))
                        .as("%s and %s", got, want)
                        .isTrue();
            }
        }
    }

    /** A mask that is an input may have a NaN, which stays one. */
    @Test
    void masksOfNaN() throws OrtException {
        byte[] model = Onnx.of(x -> Variable.where(x, x.add(1), x.sub(1)), Tensor.ones(3))
                .float64()
                .toByteArray();
        assertThat(OnnxRuntime.run(model, List.of(Tensor.of(0, 2, Double.NaN))).get(0))
                .isEqualTo(Tensor.of(-1, 3, Double.NaN));
    }
}
