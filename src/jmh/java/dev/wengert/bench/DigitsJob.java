package dev.wengert.bench;

import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Table;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.train.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** W13: reads digits, trains a perceptron 64-64-10 for 30 epochs by Adam, and tells its accuracy. */
final class DigitsJob implements Work {

    private static List<Dataset> trainAndTest() {
        try {
            Table table = Csv.read(Digits.FILE);
            return new Dataset(
                            table.numbers(0, Digits.PIXELS),
                            table.labels(Digits.PIXELS, Digits.CLASSES),
                            Digits.CLASSES)
                    .mapFeatures(grey -> grey / 16)
                    .split(Digits.TRAIN, Digits.TEST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] accuracy(boolean replayed) {
        List<Dataset> parts = trainAndTest();
        RandomGenerator random = new SplittableRandom(1);
        Chain mlp = Chain.of(new Linear("one", 64, 64, random), Variable::relu, new Linear("two", 64, 10, random));
        Function<List<Variable>, Variable> loss = in -> mlp.apply(in.get(0)).crossEntropyWithLabels(in.get(1));
        Adam adam = new Adam(Digits.RATE);
        Step step = replayed ? adam.replayed(loss, mlp.parameters()) : adam.eager(loss, mlp.parameters());
        for (int epoch = 0; epoch < Digits.EPOCHS; epoch++) {
            for (Dataset batch : parts.get(0).batches(Digits.BATCH, Key.of(epoch))) {
                step.run(batch.features(), batch.labels());
            }
        }
        Dataset test = parts.get(1);
        Variable logits = mlp.apply(Variable.of(test.features()));
        return new double[] {Metrics.accuracy(logits.value(), test.labels())};
    }

    @Override
    public double[] eager() {
        return accuracy(false);
    }

    @Override
    public double[] replay() {
        return accuracy(true);
    }
}
