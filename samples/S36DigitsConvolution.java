import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Table;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Linear;
import dev.wengert.nn.MaxPool2d;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Metrics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Digits once more, by convolution: the network looks for the same small shapes everywhere in the image.
 *
 * <p>A filter of 3×3 numbers goes over the image, and its answers are an image again, one for each filter. Pooling keeps the largest answer
 * of each square of four, so that it matters less where exactly a stroke is. A second round looks for shapes made of those; one linear layer
 * decides. A dense layer has to learn each stroke anew at each place: {@link S27DigitsNetwork} has 4810 numbers, this has 3706.
 *
 * <p>Which epoch is the best is decided on images of their own. The test images are looked at once, at the end.
 */
public final class S36DigitsConvolution {

    private static final int EPOCHS = 8;

    private S36DigitsConvolution() {}

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Table table = Csv.read(Path.of("samples", "data", "digits.csv.gz"));
        Dataset digits = new Dataset(table.numbers(0, 64), table.labels(64, 10), 10).mapFeatures(grey -> grey / 16);
        List<Dataset> parts = digits.shuffled(new SplittableRandom(1)).split(1197, 300, 300);
        RandomGenerator random = new SplittableRandom(1);
        Chain network = Chain.of(
                x -> x.reshape(-1, 1, 8, 8),
                Conv2d.same("one", 1, 12, 3, random),
                Variable::relu,
                new MaxPool2d(2),
                Conv2d.same("two", 12, 24, 3, random),
                Variable::relu,
                new MaxPool2d(2),
                x -> x.flatten(1),
                new Linear("out", 96, 10, random));
        out.println(Weights.of(network) + "\nepoch  loss    accuracy");
        Step step = new Adam(Rate.cosine(1e-2, EPOCHS * 38))
                .replayed(in -> network.apply(in.get(0)).crossEntropyWithLabels(in.get(1)), network.parameters());
        Weights best = null;
        double lowest = Double.POSITIVE_INFINITY;
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            for (Dataset batch : parts.get(0).batches(32, Key.of(1).fold(epoch))) {
                step.run(batch.features(), batch.labels());
            }
            double loss = report(network, parts.get(1), epoch + " ", out);
            best = loss < lowest ? Weights.of(network) : best;
            lowest = Math.min(loss, lowest);
        }
        best.into(network);
        report(network, parts.get(2), "test", out);
    }

    private static double report(Chain network, Dataset images, String what, PrintStream out) {
        Tensor logits = network.apply(Variable.of(images.features())).value();
        double loss = Metrics.logLoss(logits, images.labels());
        double accuracy = Metrics.accuracy(logits, images.labels());
        out.printf(Locale.ROOT, "%5s  %.4f  %.4f%n", what, loss, accuracy);
        return loss;
    }
}

/* What it prints:

Weights(one.weight [12, 1, 3, 3], one.bias [12], two.weight [24, 12, 3, 3], two.bias [24], out.weight [96, 10], out.bias [10])
epoch  loss    accuracy
   1   0.4513  0.8500
   2   0.1971  0.9433
   3   0.1381  0.9567
   4   0.1074  0.9700
   5   0.1014  0.9767
   6   0.0818  0.9767
   7   0.0768  0.9800
   8   0.0772  0.9800
 test  0.0598  0.9933
*/
