package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.offset;

import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.data.Dataset;
import dev.wengert.io.Weights;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.optim.NotFiniteException;
import dev.wengert.optim.Plateau;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Epochs of training: what they report, what ends them, and how they go on after a stop. */
class TrainerTest {

    @TempDir
    private Path folder;

    /** Points around three centres. */
    private static Dataset points(int n, long seed) {
        Key key = Key.of(seed);
        double[] x = key.fold(1).normal(n, 2).toArray();
        double[] labels = new double[n];
        for (int i = 0; i < n; i++) {
            int label = i % 3;
            labels[i] = label;
            x[2 * i] += 3 * label;
            x[2 * i + 1] += label == 1 ? 3 : 0;
        }
        return new Dataset(Tensor.of(Shape.of(n, 2), x), Tensor.of(labels), 3);
    }

    private static final Dataset TRAIN = points(100, 1);
    private static final Dataset VALID = points(50, 2);

    private static Chain network() {
        SplittableRandom random = new SplittableRandom(3);
        return Chain.of(
                new Linear("one", 2, 8, random),
                new BatchNorm("norm", 8),
                Variable::tanh,
                new Dropout(0.2),
                new Linear("two", 8, 3, random));
    }

    /** A training with everything that has a state. */
    private static Trainer whole(Chain model) {
        Plateau rate = new Plateau(0.02).patience(0);
        return Trainer.of(model, Loss.crossEntropy(), new Adam(rate).clip(1))
                .batchSize(16)
                .epochs(8)
                .key(Key.of(7))
                .validation(VALID)
                .metric("accuracy", Metrics::accuracy)
                .plateau(rate)
                .earlyStopping("accuracy", EarlyStopping.highest(5));
    }

    private static String lines(Trainer trainer, Dataset train) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        trainer.listener(Listener.lines(new PrintStream(out, true, StandardCharsets.UTF_8)))
                .fit(train);
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void aModelLearnsAndTheHistoryTells() {
        Chain model = network();
        Trainer trainer = whole(model);
        History history = trainer.fit(TRAIN);
        assertThat(history.epochs()).hasSizeBetween(6, 8);
        assertThat(history.last().figures().keySet())
                .containsExactly("training loss", "validation loss", "accuracy", "rate", "gradient norm");
        assertThat(history.figures("training loss")[0])
                .isGreaterThan(1.3 * history.last().figure("training loss"));
        assertThat(history.confusion().orElseThrow().accuracy())
                .isEqualTo(Arrays.stream(history.figures("accuracy")).max().orElseThrow())
                .isGreaterThan(0.9)
                .isEqualTo(trainer.evaluate(VALID).get("accuracy"));
        assertThat(history.end()).contains("the parameters are those with the highest accuracy, 1.0000");
        assertThat(history.toCsv().lines().findFirst())
                .contains("epoch,training loss,validation loss,accuracy,rate,gradient norm");
        assertThat(history.toString().lines()).hasSize(history.epochs().size() + 2);
    }

    @Test
    void anEagerTrainingHasTheSameBits() {
        Chain replayed = network();
        Chain eager = network();
        String lines = lines(whole(replayed), TRAIN);
        assertThat(lines(whole(eager).eager(), TRAIN)).isEqualTo(lines);
        assertThat(Weights.of(eager.parameters())).isEqualTo(Weights.of(replayed.parameters()));
    }

    /** The short last batch counts as many examples as it has: with a rate of 0 all batches have the loss of the whole. */
    @Test
    void theLossOfAnEpochIsTheMeanOverItsExamples() {
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Trainer trainer = Trainer.of(model, Loss.crossEntropy(), new Sgd(step -> 0.0))
                .batchSize(30)
                .epochs(1)
                .validation(TRAIN);
        Epoch epoch = trainer.fit(TRAIN).last();
        double whole = model.apply(Variable.of(TRAIN.features()))
                .crossEntropyWithLabels(Variable.of(TRAIN.labels()))
                .item();
        assertThat(epoch.figure("training loss")).isCloseTo(whole, offset(1e-14));
        assertThat(epoch.figure("validation loss")).isCloseTo(whole, offset(1e-14));
    }

    /** An example of weight 2 counts as two examples, one of weight 0 does not count. */
    @Test
    void weightsOfExamples() {
        double[] weights = new double[TRAIN.size()];
        Arrays.setAll(weights, i -> i < 50 ? 2 : 0);
        Dataset weighted = TRAIN.weighted(Tensor.of(weights));
        Dataset half = TRAIN.rows(0, 50);
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Trainer trainer = Trainer.of(model, Loss.crossEntropy(), new Sgd(0.1))
                .batchSize(100)
                .epochs(5);
        trainer.fit(weighted);
        Linear other = new Linear("w", 2, 3, new SplittableRandom(1));
        Trainer.of(other, Loss.crossEntropy(), new Sgd(0.1))
                .batchSize(100)
                .epochs(5)
                .fit(half);
        for (int k = 0; k < 2; k++) {
            double[] a = model.parameters().get(k).value().toArray();
            double[] b = other.parameters().get(k).value().toArray();
            for (int i = 0; i < a.length; i++) {
                assertThat(a[i]).isCloseTo(b[i], offset(1e-13));
            }
        }
        assertThat(trainer.evaluate(weighted).get("loss"))
                .isCloseTo(trainer.evaluate(half).get("loss"), offset(1e-14));
        assertThatThrownBy(() -> Trainer.of(model, (y, t) -> y.sub(t).square().mean(), new Sgd(0.1))
                        .epochs(1)
                        .fit(weighted))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "loss: examples with weights need a loss that takes them, got one without; those of Loss do,"
                                + " and a loss of your own overrides apply(prediction, target, weights)");
    }

    /** The mean with weights of classes is over all examples at once, also where they are more than are evaluated at a time. */
    @Test
    void theLossOfAnEvaluationIsThatOfTheWhole() {
        double[] labels = new double[400];
        Arrays.fill(labels, 256, 400, 2);
        Dataset data = new Dataset(Key.of(1).normal(400, 2), Tensor.of(labels), 3);
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Loss loss = Loss.crossEntropy().classWeights(Tensor.of(1, 1, 9));
        double whole = loss.apply(model.apply(Variable.of(data.features())), Variable.of(data.labels()))
                .item();
        assertThat(Trainer.of(model, loss, new Sgd(0.1)).evaluate(data).get("loss"))
                .isEqualTo(whole);
    }

    @Test
    void aShortBatchCanBeLeftOut() {
        Dataset odd = TRAIN.rows(0, 33);
        assertThatThrownBy(() -> whole(network()).batchSize(32).fit(odd))
                .hasMessage(
                        "BatchNorm \"norm\": x must have two values or more for each channel in training, which have a"
                                + " variance, got [1, 8]");
        List<String> batches = new ArrayList<>();
        whole(network())
                .batchSize(32)
                .dropLast()
                .epochs(2)
                .listener(new Listener() {
                    @Override
                    public void onBatch(int epoch, int batch, int of, double loss) {
                        batches.add(epoch + ": " + batch + "/" + of);
                    }
                })
                .fit(odd);
        assertThat(batches).containsExactly("1: 1/1", "2: 1/1");
    }

    @Test
    void aCheckpointThatCannotBeWrittenIsKnownAtOnce() {
        List<Integer> epochs = new ArrayList<>();
        Trainer trainer = whole(network())
                .checkpoint(folder.resolve("none").resolve("a.safetensors"))
                .listener(new Listener() {
                    @Override
                    public void onBatch(int epoch, int batch, int batches, double loss) {
                        epochs.add(epoch);
                    }
                });
        assertThatThrownBy(() -> trainer.fit(TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("its directory must exist");
        assertThat(epochs).isEmpty();
    }

    @Test
    void severalInputsAndAFormula() {
        Linear left = new Linear("left", 2, 1, new SplittableRandom(1));
        Linear right = new Linear("right", 2, 1, new SplittableRandom(2));
        Tensor x = Key.of(1).normal(40, 2);
        Tensor z = Key.of(2).normal(40, 2);
        Tensor y = Variable.of(x).mul(Variable.of(z)).sum(1).value().reshape(40, 1);
        Trainer trainer = Trainer.ofFormula(
                        (in, context) -> Loss.mse().apply(left.apply(in.get(0)).mul(right.apply(in.get(1))), in.get(2)),
                        new Adam(0.05),
                        left,
                        right)
                .epochs(20);
        History history = trainer.fit(Dataset.of(List.of(x, z), y));
        assertThat(history.last().figure("training loss")).isLessThan(0.7 * history.figures("training loss")[0]);
        assertThat(trainer.evaluate(Dataset.of(List.of(x, z), y))).containsOnlyKeys("loss");
        assertThatThrownBy(() -> trainer.predict(x))
                .hasMessage("predict: there must be a model with outputs, got a formula; apply its layers");
        assertThatThrownBy(() -> trainer.metric("r2", (o, d) -> 0))
                .hasMessage(
                        "metric: there must be a model with outputs, got a formula; compute the figure in a listener");
    }

    @Test
    void severalInputsWithOutputs() {
        Linear left = new Linear("left", 2, 1, new SplittableRandom(1));
        Linear right = new Linear("right", 2, 1, new SplittableRandom(2));
        Tensor x = Key.of(1).normal(300, 2);
        Tensor z = Key.of(2).normal(300, 2);
        Tensor y = Variable.of(x).sum(1).sub(Variable.of(z).sum(1)).value().reshape(300, 1);
        Dataset data = Dataset.of(List.of(x, z), y);
        Trainer trainer = Trainer.ofInputs(
                        2,
                        (in, context) -> left.apply(in.get(0), context).add(right.apply(in.get(1), context)),
                        Loss.mse(),
                        new Adam(0.05),
                        left,
                        right)
                .epochs(40)
                .validation(data)
                .metric("r2", Metrics::r2)
                .earlyStopping("r2", EarlyStopping.highest(5));
        assertThat(trainer.preflight(data).passed()).isTrue();
        assertThat(trainer.fit(data).last().figure("r2")).isGreaterThan(0.999);
        assertThat(trainer.predict(x, z)).isEqualTo(trainer.predict(data));
        assertThat(Metrics.r2(trainer.predict(data), y))
                .isEqualTo(trainer.evaluate(data).get("r2"));
        assertThatThrownBy(() -> trainer.fit(Dataset.of(x, y)))
                .hasMessage(
                        "fit: the model has 2 inputs, got data with 1; Trainer.ofInputs makes a trainer of several");
    }

    @Test
    void whatIsNotFiniteIsCalledWhatItIs() {
        Tensor x = Key.of(1).normal(4, 2);
        Tensor y = Tensor.of(new double[][] {{1}, {2}, {Double.NaN}, {3}});
        Trainer trainer = Trainer.of(new Linear("w", 2, 1, new SplittableRandom(1)), Loss.mse(), new Sgd(0.1))
                .epochs(1);
        assertThatThrownBy(() -> trainer.fit(Dataset.of(x, y)))
                .hasMessageMatching(
                        "fit: epoch 1, batch 1 of 1: the loss must be finite, got NaN: the targets are NaN at"
                                + " \\[\\d, 0\\]; no parameter has moved");
    }

    @Test
    void aTrainingThatHasEndedSaysSo() {
        Trainer trainer = Trainer.of(new Linear("w", 2, 3, new SplittableRandom(1)), Loss.crossEntropy(), new Sgd(0.1))
                .epochs(2);
        assertThat(trainer.fit(TRAIN).end()).isEqualTo("ended after epoch 2");
        assertThat(trainer.fit(TRAIN).end())
                .isEqualTo("nothing was left to do after epoch 2; epochs(n) sets a later end");
        assertThat(trainer.epochs(3).fit(TRAIN).epochs()).hasSize(3);
    }

    // ---- stops ----

    /** Throws when a batch has ended, as a power cut would. */
    private record Cut(int epoch, int batch) implements Listener {
        @Override
        public void onBatch(int epoch, int batch, int batches, double loss) {
            if (epoch == this.epoch && batch == this.batch) {
                throw new IllegalStateException("cut");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 7})
    void aTrainingThatStopsInAnEpochGoesOnWithTheSameBits(int batch) throws DataFileException {
        Chain undisturbed = network();
        History history = whole(undisturbed).fit(TRAIN);

        Path file = folder.resolve("checkpoint.safetensors");
        Trainer first = whole(network()).checkpoint(file, 2).listener(new Cut(3, batch));
        assertThatThrownBy(() -> first.fit(TRAIN)).hasMessage("cut");
        Chain model = network();
        History rest = whole(model).checkpoint(file, 2).restore(file).fit(TRAIN);

        assertThat(rest.epochs()).isEqualTo(history.epochs());
        assertThat(rest.end()).isEqualTo(history.end());
        assertThat(Weights.of(model.parameters())).isEqualTo(Weights.of(undisturbed.parameters()));
        assertThat(Weights.of(model.state())).isEqualTo(Weights.of(undisturbed.state()));

        // what has ended does not go on
        History again = whole(model).restore(file).fit(TRAIN);
        assertThat(again.epochs()).isEqualTo(history.epochs());
        assertThat(Weights.of(model.parameters())).isEqualTo(Weights.of(undisturbed.parameters()));
    }

    /** A process that trains from the last checkpoint on, until it is killed or done. */
    static final class Killed {
        private Killed() {}

        static Trainer trainer(Chain model) {
            return whole(model).epochs(40).earlyStopping("training loss", EarlyStopping.lowest(40));
        }

        static Process start(Path file, Path end) throws Exception {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            ForkedJvm.root(Trainer.class) + File.pathSeparator + ForkedJvm.root(Killed.class),
                            Killed.class.getName(),
                            file.toString(),
                            end.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            Trainer trainer = trainer(network()).checkpoint(file, 1);
            if (Files.exists(file)) {
                trainer.restore(file);
            }
            trainer.listener(new Listener() {
                @Override
                public void onBatch(int epoch, int batch, int batches, double loss) {
                    System.out.write('.');
                    System.out.flush();
                }
            });
            trainer.fit(TRAIN);
            trainer.weights().write(Path.of(args[1]));
        }
    }

    @Test
    void aTrainingWhoseProcessIsKilledGoesOnWithTheSameBits() throws Exception {
        Path file = folder.resolve("checkpoint.safetensors");
        Path end = folder.resolve("end.safetensors");
        SplittableRandom random = new SplittableRandom(5);
        for (int kill = 0; kill < 4; kill++) {
            Process process = Killed.start(file, end);
            try {
                // a byte for each batch
                assertThat(process.getInputStream().readNBytes(1 + random.nextInt(12)))
                        .isNotEmpty();
                Thread.sleep(random.nextInt(3), random.nextInt(1_000_000));
                assertThat(process.isAlive()).isTrue();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        Process process = Killed.start(file, end);
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Trainer undisturbed = Killed.trainer(network());
        undisturbed.fit(TRAIN);
        assertThat(Weights.read(end)).isEqualTo(undisturbed.weights());
    }

    @Test
    void earlyStoppingRestoresTheBest() {
        Chain model = network();
        List<Weights> weights = new ArrayList<>();
        History history = whole(model)
                .epochs(30)
                .earlyStopping("validation loss", EarlyStopping.lowest(2).minDelta(0.01))
                .listener(new Listener() {
                    @Override
                    public void onEpoch(History soFar) {
                        weights.add(Weights.of(model.parameters()));
                    }
                })
                .fit(TRAIN);
        int last = history.epochs().size();
        assertThat(history.end())
                .startsWith("stopped early after epoch " + last
                        + "; the parameters are those with the lowest validation loss");
        assertThat(Weights.of(model.parameters())).isEqualTo(weights.get(last - 3));
    }

    // ---- errors ----

    @Test
    void aLossThatIsNotFiniteNamesTheBatch() {
        double[] x = TRAIN.features().toArray();
        x[2 * 57 + 1] = Double.NaN;
        Dataset broken = new Dataset(Tensor.of(Shape.of(100, 2), x), TRAIN.labels(), 3);
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        List<String> ends = new ArrayList<>();
        Trainer trainer = Trainer.of(model, Loss.crossEntropy(), new Sgd(0.1))
                .epochs(3)
                .listener(new Listener() {
                    @Override
                    public void onEnd(History history) {
                        ends.add(history.end());
                        throw new IllegalStateException("of the listener");
                    }
                });
        Throwable thrown = catchThrowable(() -> trainer.fit(broken));
        assertThat(thrown)
                .isInstanceOf(NotFiniteException.class)
                .hasMessageMatching(
                        "fit: epoch 1, batch \\d of 4: the loss must be finite, got NaN: the features are NaN at"
                                + " \\[\\d+, 1\\]; no parameter has moved")
                .hasSuppressedException(new IllegalStateException("of the listener"));
        assertThat(ends).containsExactly("stopped: " + thrown.getMessage());
        assertThat(model.parameters().get(0).value().toArray()).doesNotContain(Double.NaN);
    }

    @Test
    void whatCannotBeTrainedIsRefused() {
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Loss loss = Loss.crossEntropy();
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1)).fit(TRAIN))
                .hasMessage("fit: it must be said when the training ends; call epochs(n) or earlyStopping(patience)");
        assertThatThrownBy(() ->
                        Trainer.of(model, loss, new Sgd(0.1)).earlyStopping(3).fit(TRAIN))
                .hasMessage("fit: early stopping needs the figure \"validation loss\", got no validation set;"
                        + " call validation(data)");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1))
                        .validation(VALID)
                        .earlyStopping("accuracy", EarlyStopping.lowest(3))
                        .fit(TRAIN))
                .hasMessage("fit: early stopping needs the figure \"accuracy\", got no metric of this name;"
                        + " call metric(name, metric)");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1)).epochs(1).fit(TRAIN.rows(0, 0)))
                .hasMessage("fit: there must be an example, got none");
        assertThatThrownBy(
                        () -> Trainer.of(model, loss, new Sgd(0.1)).epochs(1).fit(Dataset.unlabelled(TRAIN.features())))
                .hasMessage("fit: there must be targets beside the outputs of the model, got data without; for an"
                        + " autoencoder use Dataset.of(x, x), for a loss of one's own Trainer.ofFormula");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1)).epochs(0))
                .hasMessage("epochs: the number of epochs must be 1 or more, got 0");
        assertThatThrownBy(() -> Trainer.of((Layer) x -> model.apply(x), loss, new Sgd(0.1)))
                .hasMessage("Trainer: the model must have a parameter to train, got none; a lambda that applies a layer"
                        + " hides the layer's parameters: use the layer itself, or Layer.of(formula, layers)");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1)).metric("rate", (o, d) -> 0))
                .hasMessage("metric: figures must have different names, got rate again");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1)).keep("model", Weights.of(List.of())))
                .hasMessage("keep: the name must not be one of the trainer's, model, optimiser, stopping, trainer, or"
                        + " start with one and a dot, got model");
        assertThatThrownBy(() -> Trainer.of(model, loss, new Sgd(0.1))
                        .epochs(1)
                        .validation(VALID)
                        .metric("nothing", (o, d) -> Double.NaN)
                        .earlyStopping("nothing", EarlyStopping.lowest(1))
                        .fit(TRAIN))
                .hasMessage("fit: early stopping needs a number, got NaN as nothing of epoch 1");
    }

    @Test
    void aCheckpointOfSomethingElseIsRefusedAndChangesNothing() throws DataFileException {
        Path file = folder.resolve("checkpoint.safetensors");
        Weights scaler = Weights.of(Map.of("mean", Tensor.of(1, 2)));
        whole(network()).keep("scaler", scaler).checkpoint(file).fit(TRAIN);
        assertThat(Weights.read(file).part("scaler")).isEqualTo(scaler);

        Chain model = network();
        Weights before = Weights.of(model.parameters());
        assertThatThrownBy(() -> whole(model).batchSize(17).restore(file))
                .hasMessage("restore: a training goes on with the batchSize that it began with, 16.0, got 17.0");
        assertThatThrownBy(() -> whole(model).key(Key.of(8)).restore(file))
                .hasMessageStartingWith("restore: a training goes on with the key that it began with, [");
        assertThatThrownBy(() -> Trainer.of(model, Loss.crossEntropy(), new Adam(0.1))
                        .batchSize(16)
                        .key(Key.of(7))
                        .restore(file))
                .hasMessage("restore: a training goes on with the early stopping that it began with, got none;"
                        + " call earlyStopping before");
        assertThatThrownBy(() -> Trainer.of(model, Loss.crossEntropy(), new Sgd(0.1))
                        .batchSize(16)
                        .key(Key.of(7))
                        .earlyStopping(1)
                        .restore(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "restore: the checkpoint must be one of this model and this optimiser: into: there must be one value for each parameter, got values without a parameter for");
        assertThat(Weights.of(model.parameters())).isEqualTo(before);
    }

    /** Steps of five batches, in epochs of four: a step may begin in one epoch and end in the next, and the first epoch has none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aStepOfSeveralBatchesGoesOnWithTheSameBits(int batch) throws DataFileException {
        Path file = folder.resolve("checkpoint.safetensors");
        Chain undisturbed = network();
        History history = accumulating(undisturbed).checkpoint(file, 1).fit(TRAIN);
        assertThat(history.figures("gradient norm")[0]).isNaN();
        assertThat(history.figures("gradient norm")[1]).isPositive();

        Trainer first = accumulating(network()).checkpoint(file, 1).listener(new Cut(3, batch));
        first.preflight(TRAIN);
        assertThatThrownBy(() -> first.fit(TRAIN)).hasMessage("cut");
        Chain model = network();
        History rest = accumulating(model).restore(file).fit(TRAIN);
        assertThat(rest.epochs()).isEqualTo(history.epochs());
        assertThat(Weights.of(model.parameters())).isEqualTo(Weights.of(undisturbed.parameters()));
    }

    private static Trainer accumulating(Chain model) {
        return Trainer.of(
                        model,
                        Loss.crossEntropy(),
                        new Adam(0.02).clip(1).accumulate(5).average(0.9))
                .batchSize(25)
                .epochs(5);
    }

    @Test
    void aTrainingThatGoesOnMayHaveMoreFigures() throws Exception {
        Path file = folder.resolve("checkpoint.safetensors");
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Trainer trainer =
                Trainer.of(model, Loss.crossEntropy(), new Sgd(0.1)).epochs(1).checkpoint(file);
        trainer.fit(TRAIN);
        History history = trainer.validation(VALID).epochs(2).fit(TRAIN);
        assertThat(history.figures("validation loss")[0]).isNaN();
        assertThat(history.toCsv().lines().findFirst()).contains("epoch,training loss,validation loss,rate");
        assertThat(history.toCsv().lines().map(line -> line.split(",").length)).containsOnly(4);
        assertThat(history.toString().lines()).hasSize(4);
        history.writeHtml(folder.resolve("history.html"));
        assertThat(Files.readString(folder.resolve("history.html"))).contains("<td>NaN</td>");
        Trainer other =
                Trainer.of(model, Loss.crossEntropy(), new Sgd(0.1)).epochs(2).restore(file);
        assertThat(other.fit(TRAIN).toCsv()).isEqualTo(history.toCsv());
    }

    @Test
    void dataThatIsNotThatOfTheModelIsRefusedBeforeTheTraining() {
        Trainer trainer = Trainer.of(new Linear("w", 2, 3, new SplittableRandom(1)), Loss.crossEntropy(), new Sgd(0.1));
        assertThatThrownBy(() -> trainer.validation(Dataset.unlabelled(VALID.features())))
                .hasMessage(
                        "validation: there must be targets beside the outputs of the model, got data without; for an"
                                + " autoencoder use Dataset.of(x, x), for a loss of one's own Trainer.ofFormula");
        assertThatThrownBy(() -> trainer.evaluate(Dataset.unlabelled(VALID.features(), VALID.labels())))
                .hasMessage(
                        "evaluate: the model has 1 input, got data with 2; Trainer.ofInputs makes a trainer of several");
    }

    /** The names of parts have a dot behind them: such a name would be in a part of the trainer. */
    @Test
    void aPartThatWouldBeInOneOfTheTrainersIsRefused() {
        Trainer trainer = Trainer.of(new Linear("w", 2, 3, new SplittableRandom(1)), Loss.crossEntropy(), new Sgd(0.1));
        assertThatThrownBy(() -> trainer.keep("stopping.scaler", Weights.of(Map.of("mean", Tensor.of(1)))))
                .hasMessage("keep: the name must not be one of the trainer's, model, optimiser, stopping, trainer, or"
                        + " start with one and a dot, got stopping.scaler");
    }

    @Test
    void aFileThatLacksAPartIsRefusedAndChangesNothing() throws DataFileException {
        Path file = folder.resolve("checkpoint.safetensors");
        whole(network()).checkpoint(file).fit(TRAIN);
        Weights all = Weights.read(file);
        Chain model = network();
        Trainer trainer = whole(model);
        Weights before = trainer.weights();
        for (String name : List.of(
                "trainer.key",
                "trainer.batchSize",
                "trainer.epoch",
                "trainer.history",
                "trainer.figures",
                "stopping.since",
                "stopping.figure")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(all.tensors());
            tensors.remove(name);
            Weights lacking = Weights.of(tensors);
            for (Map.Entry<String, String> text : all.texts().entrySet()) {
                lacking = text.getKey().equals(name) ? lacking : lacking.with(text.getKey(), text.getValue());
            }
            Path other = folder.resolve("other.safetensors");
            lacking.write(other);
            assertThatThrownBy(() -> trainer.restore(other))
                    .as(name)
                    .hasMessage("restore: the file must be a checkpoint of a trainer, got one without " + name);
            assertThat(trainer.weights()).as(name).isEqualTo(before);
        }
        assertThat(trainer.fit(TRAIN).epochs())
                .isEqualTo(whole(network()).fit(TRAIN).epochs());
    }

    @Test
    void listenersAreToldOfAFailureAtTheEnd() {
        List<String> ends = new ArrayList<>();
        Trainer trainer = Trainer.of(new Linear("w", 2, 3, new SplittableRandom(1)), Loss.crossEntropy(), new Sgd(0.1))
                .epochs(1)
                .validation(VALID);
        trainer.fit(TRAIN);
        trainer.earlyStopping(3).listener(new Listener() {
            @Override
            public void onEnd(History history) {
                ends.add(history.end());
            }
        });
        assertThatThrownBy(() -> trainer.fit(TRAIN)).hasMessage("best: a figure must be offered before, got none");
        assertThat(ends).containsExactly("stopped: best: a figure must be offered before, got none");
    }

    // ---- listeners ----

    @Test
    void linesOfALog() {
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Trainer trainer =
                Trainer.of(model, Loss.crossEntropy(), new Sgd(0.5)).epochs(2).validation(VALID);
        assertThat(lines(trainer, TRAIN))
                .matches("epoch 1/2  training loss \\d\\.\\d{4}  validation loss \\d\\.\\d{4}  rate 0\\.5000\n"
                        + "epoch 2/2  training loss \\d\\.\\d{4}  validation loss \\d\\.\\d{4}  rate 0\\.5000\n"
                        + "ended after epoch 2\n");
    }

    @Test
    void aBarOnATerminal() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Progress bar = new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), true);
        bar.onStart(12);
        bar.onBatch(3, 2, 4, 0.25);
        bar.onEpoch(new History(List.of(new Epoch(3, Map.of("training loss", 0.25))), "", null));
        bar.onEnd(new History(List.of(), "ended", null));
        String drawn = "epoch  3/12 [===============               ] 2/4  loss 0.2500";
        String line = System.lineSeparator();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r" + drawn + "\r" + " ".repeat(drawn.length()) + "\repoch  3/12  training loss 0.2500"
                        + line + "ended" + line);
    }

    @Test
    void filesAreWrittenAfterEachEpoch() throws Exception {
        Linear model = new Linear("w", 2, 3, new SplittableRandom(1));
        Path csv = folder.resolve("history.csv");
        Path html = folder.resolve("history.html");
        History history = Trainer.of(model, Loss.crossEntropy(), new Sgd(0.5))
                .epochs(2)
                .listener(Listener.csv(csv))
                .listener(Listener.html(html))
                .fit(TRAIN);
        assertThat(csv).content().isEqualTo(history.toCsv());
        assertThat(Files.readString(html)).contains("ended after epoch 2").doesNotContain("<!--");
    }
}
