import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Table;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.tensor.Key;
import dev.wengert.train.History;
import dev.wengert.train.Metrics;
import dev.wengert.train.Mistakes;
import dev.wengert.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A network that reads digits: layers in a chain, Adam, dropout, and the end of training decided by images that it has not learned from.
 *
 * <p>A {@link Trainer} has the loop: batches in an order that its key draws, a key for what {@link Dropout} drops, the validation images
 * after each epoch. It stops when their loss has not fallen for five epochs, and goes back to the best one. The test images have no part in
 * that; they are looked at once, at the end. One network may be lucky, so three are trained from three seeds.
 *
 * <p>A step of training is recorded and replayed. Computed anew each time, by {@link Trainer#eager}, it has the same digits.
 */
public final class S27DigitsNetwork {

    private S27DigitsNetwork() {}

    private static Chain network(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        return Chain.of(
                new Linear("one", 64, 64, random), Variable::relu, new Dropout(0.2), new Linear("two", 64, 10, random));
    }

    private static Trainer trainer(Chain network, long seed, Dataset valid) {
        return Trainer.of(network, Loss.crossEntropy(), new Adam(5e-3))
                .key(Key.of(seed))
                .validation(valid)
                .metric("accuracy", Metrics::accuracy)
                .earlyStopping(5);
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Table table = Csv.read(Path.of("samples", "data", "digits.csv.gz"));
        List<Dataset> parts = new Dataset(table.numbers(0, 64), table.labels(64, 10), 10)
                .mapFeatures(grey -> grey / 16)
                .stratifiedSplit(Key.of(0), 1197, 300, 300);
        Dataset train = parts.get(0);
        Dataset valid = parts.get(1);
        Dataset test = parts.get(2);
        out.println(network(1));

        double sum = 0;
        Trainer trainer = null;
        for (int seed = 1; seed <= 3; seed++) {
            trainer = trainer(network(seed), seed, valid);
            History history = trainer.fit(train);
            double accuracy = trainer.evaluate(test).get("accuracy");
            out.printf(Locale.ROOT, "seed %d: test accuracy %.4f; %s%n", seed, accuracy, history.end());
            sum += accuracy;
        }
        out.printf(Locale.ROOT, "test accuracy: %.4f%n", sum / 3);

        Trainer eager = trainer(network(3), 3, valid).eager();
        eager.fit(train);
        out.println(
                "eager and replayed have the same weights: " + eager.weights().equals(trainer.weights()));

        // A page shows the images that were not read, beside what they were taken for.
        Mistakes mistakes = Mistakes.of(trainer.predict(test), test).images(8, 8);
        mistakes.writeHtml(Path.of("target", "mistakes.html"));
        Mistakes.Mistake surest = mistakes.list().get(0);
        out.printf(
                "%s; the surest: example %d is %d, seemed %d%n",
                mistakes, surest.row(), surest.label(), surest.predicted());

        // Another process has a network with other numbers. Those of the file find their parameters by name.
        Path file = Path.of("target", "digits.safetensors");
        trainer.weights().write(file);
        Chain other = network(4);
        Weights.read(file).into(other);
        double accuracy = trainer(other, 4, valid).evaluate(test).get("accuracy");
        out.printf(Locale.ROOT, "read from a file: test accuracy %.4f%n", accuracy);
    }
}

/* What it prints:

Chain(Linear("one", 64 -> 64), function, Dropout(0.2), Linear("two", 64 -> 10))
seed 1: test accuracy 0.9833; stopped early after epoch 24; the parameters are those with the lowest validation loss, 0.1219
seed 2: test accuracy 0.9733; stopped early after epoch 29; the parameters are those with the lowest validation loss, 0.0950
seed 3: test accuracy 0.9733; stopped early after epoch 25; the parameters are those with the lowest validation loss, 0.1050
test accuracy: 0.9767
eager and replayed have the same weights: true
8 mistakes in 300 examples; the surest: example 261 is 8, seemed 1
read from a file: test accuracy 0.9733
*/
