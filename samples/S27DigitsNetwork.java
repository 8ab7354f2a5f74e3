import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Table;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.train.Metrics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * A network that reads digits: layers in a chain, Adam, dropout, and the end of training decided by images that it has not learned from.
 *
 * <p>A layer that does something else in training than in use, such as {@link Dropout}, is told by a context. A step of training makes one
 * for each batch, with a key for what is dropped; in use there is {@link Context#inference()}. Nothing is switched, and a call that forgets
 * the context throws.
 *
 * <p>The network learns twice: by steps that compute everything anew, and by steps that are recorded and replayed. Both have the same digits.
 */
public final class S27DigitsNetwork {

    /** Of the order of the images. */
    private static final Key ORDER = Key.of(1);

    /** Of what is dropped. */
    private static final Key DROPPED = Key.of(2);

    private static final int PATIENCE = 5;

    private final Dataset train;
    private final Dataset valid;
    private final Dataset test;
    private final Chain mlp = network(1);
    private double lowest = Double.POSITIVE_INFINITY;
    private Weights best;

    private S27DigitsNetwork() throws IOException {
        Table table = Csv.read(Path.of("samples", "data", "digits.csv.gz"));
        List<Dataset> parts = new Dataset(table.numbers(0, 64), table.labels(64, 10), 10)
                .mapFeatures(grey -> grey / 16)
                .shuffled(new SplittableRandom(1))
                .split(1197, 300, 300);
        train = parts.get(0);
        valid = parts.get(1);
        test = parts.get(2);
    }

    private static Chain network(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        return Chain.of(
                new Linear("one", 64, 64, random), Variable::relu, new Dropout(0.2), new Linear("two", 64, 10, random));
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        S27DigitsNetwork replayed = new S27DigitsNetwork();
        out.println(replayed.mlp.summary(Variable.of(replayed.valid.features())));
        replayed.learn(true, out);
        out.println("replayed: validation loss " + replayed.lowest);

        S27DigitsNetwork eager = new S27DigitsNetwork();
        eager.learn(false, new PrintStream(OutputStream.nullOutputStream()));
        out.println("eager:    validation loss " + eager.lowest);
        out.println("the same weights: " + eager.best.equals(replayed.best));

        // A network with other weights, as another process has it. The values find their parameters by name.
        Chain other = network(2);
        replayed.best.into(other.parameters());
        Variable logits = other.apply(Variable.of(replayed.test.features()), Context.inference());
        say(out, "test accuracy: %.4f", Metrics.accuracy(logits.value(), replayed.test.labels()));
    }

    /** Trains until the validation loss has not become smaller for some epochs. */
    private void learn(boolean replayed, PrintStream out) {
        BiFunction<List<Variable>, Context, Variable> loss =
                (in, context) -> mlp.apply(in.get(0), context).crossEntropyWithLabels(in.get(1));
        Adam adam = new Adam(5e-3);
        Step step =
                replayed ? adam.replayed(loss, mlp.parameters(), DROPPED) : adam.eager(loss, mlp.parameters(), DROPPED);
        say(out, "epoch  training  validation  accuracy");
        int since = 0;
        for (int epoch = 1; since < PATIENCE; epoch++) {
            double sum = 0;
            for (Dataset batch : train.batches(32, ORDER.fold(epoch))) {
                sum += batch.size() * step.run(batch.features(), batch.labels());
            }
            Variable logits = mlp.apply(Variable.of(valid.features()), Context.inference());
            double validation =
                    logits.crossEntropyWithLabels(Variable.of(valid.labels())).item();
            double accuracy = Metrics.accuracy(logits.value(), valid.labels());
            say(out, "%5d  %8.4f  %10.4f  %8.4f", epoch, sum / train.size(), validation, accuracy);
            since++;
            if (validation < lowest) {
                lowest = validation;
                best = Weights.of(mlp.parameters()); // does not change when the parameters do
                since = 0;
            }
        }
    }

    private static void say(PrintStream out, String format, Object... args) {
        out.println(String.format(Locale.ROOT, format, args));
    }
}

/* What it prints:

layer                    output     number  trained
input                    [300, 64]
Linear("one", 64 -> 64)  [300, 64]    4160     4160
function                 [300, 64]       0        0
Dropout(0.2)             [300, 64]       0        0
Linear("two", 64 -> 10)  [300, 10]     650      650
total                                 4810     4810

epoch  training  validation  accuracy
    1    1.5584      0.7796    0.8900
    2    0.5912      0.3593    0.9267
    3    0.3589      0.2612    0.9333
    4    0.2799      0.2271    0.9433
    5    0.2171      0.1876    0.9533
    6    0.1776      0.1693    0.9633
    7    0.1769      0.1667    0.9567
    8    0.1488      0.1601    0.9533
    9    0.1360      0.1502    0.9567
   10    0.1263      0.1482    0.9533
   11    0.1122      0.1563    0.9433
   12    0.1134      0.1391    0.9633
   13    0.0993      0.1361    0.9500
   14    0.0934      0.1225    0.9667
   15    0.0924      0.1397    0.9567
   16    0.0736      0.1160    0.9733
   17    0.0770      0.1107    0.9700
   18    0.0731      0.0993    0.9700
   19    0.0598      0.1070    0.9700
   20    0.0670      0.1010    0.9700
   21    0.0609      0.1137    0.9667
   22    0.0585      0.1054    0.9667
   23    0.0526      0.1021    0.9667
replayed: validation loss 0.09933413716577184
eager:    validation loss 0.09933413716577184
the same weights: true
test accuracy: 0.9833
*/
