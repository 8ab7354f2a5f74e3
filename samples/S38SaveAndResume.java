import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Standardiser;
import dev.wengert.data.Table;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Listener;
import dev.wengert.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A training that is cut off goes on from its checkpoint, and ends with the same bits as one that was not.
 *
 * <p>A checkpoint has the numbers of the layers, the moments of Adam, and how much of the epoch is done; a key draws the order of the
 * batches again, and what dropout drops. The program that goes on makes layers and trainer as the first one did, with any weights. To use
 * a model takes what standardised its inputs and the names of the classes, too: {@link Trainer#keep} adds them to the file.
 */
public final class S38SaveAndResume {

    private static final Path FILE = Path.of("target", "penguins.safetensors");

    private S38SaveAndResume() {}

    private static Chain network(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Linear first = new Linear("one", 4, 16, random);
        return Chain.of(first, Variable::tanh, new Dropout(0.3), new Linear("two", 16, 3, random));
    }

    private static Trainer trainer(long seed) {
        return Trainer.of(network(seed), Loss.crossEntropy(), new Adam(0.01)).epochs(20);
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Table table = Csv.readNamed(Path.of("samples", "data", "penguins.csv")).without("NA");
        List<String> species = table.categories("species");
        Tensor sizes = table.numbers("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g");
        Standardiser standardiser = Standardiser.fit(sizes);
        Dataset data = new Dataset(standardiser.apply(sizes), table.labels("species", species), 3);
        Weights kept = Weights.of(standardiser.tensors()).with("species", String.join(",", species));
        Trainer whole = trainer(1);
        out.println("undisturbed: " + whole.fit(data).last());
        Trainer cut = trainer(1).checkpoint(FILE, 3).keep("data", kept);
        try {
            cut.listener(new PowerCut()).fit(data);
        } catch (IllegalStateException e) {
            out.println("cut off:     " + e.getMessage());
        }
        Trainer resumed = trainer(2).checkpoint(FILE, 3).keep("data", kept).restore(FILE);
        out.println("gone on:     " + resumed.fit(data).last());
        out.println("the same weights: " + resumed.weights().equals(whole.weights()));
        predict(out);
    }

    private static final class PowerCut implements Listener {
        @Override
        public void onBatch(int epoch, int batch, int batches, double loss) {
            if (epoch == 9 && batch == 8) {
                throw new IllegalStateException("no power in epoch 9, batch 8 of " + batches);
            }
        }
    }

    /** What a third program does, which has the file and the form of the network. */
    private static void predict(PrintStream out) throws IOException {
        Weights read = Weights.read(FILE);
        Chain network = network(3);
        read.part("model").into(network);
        Standardiser standardiser = Standardiser.of(read.part("data").tensors());
        String[] species = read.part("data").text("species").split(",");
        Tensor x = standardiser.apply(Tensor.of(49.9, 16.1, 213, 5400));
        int predicted = network.predict(x).argmax();
        out.println("predicted: " + species[predicted]);
    }
}

/* What it prints:

undisturbed: epoch 20  training loss 0.0248  rate 0.0100
cut off:     no power in epoch 9, batch 8 of 11
gone on:     epoch 20  training loss 0.0248  rate 0.0100
the same weights: true
predicted: Gentoo
*/
