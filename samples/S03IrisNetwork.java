import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Table;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A small network: four inputs, three outputs, one fully connected layer.
 *
 * <p>A flower is four numbers x: length and width of its sepals and petals, in cm. Each of three species of iris gets a
 * score, {@code o = xW + b}, and the largest score wins. This is a linear model, although the softmax, which makes
 * probabilities of the scores for the loss, is not linear.
 */
public final class S03IrisNetwork {

    private static final Path IRIS = Path.of("samples", "data", "iris.csv");
    private static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");

    private S03IrisNetwork() {}

    public static void main(String[] args) {
        try {
            run(System.out);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static void run(PrintStream out) throws IOException {
        // The first line of the file says "150,4,setosa,versicolor,virginica"; the flowers follow, sorted by species.
        // After the shuffle both parts hold all species.
        Table table = Csv.read(IRIS, 1);
        RandomGenerator random = new SplittableRandom(4);
        Dataset flowers = new Dataset(table.numbers(0, 4), table.labels(4, 3), 3).shuffled(random);
        List<Dataset> parts = flowers.split(100, 50);
        Variable x = Variable.of(parts.get(0).features());
        Variable labels = Variable.of(parts.get(0).labels());

        // Every output depends on every input: 4 * 3 weights, and 3 numbers in the bias.
        Linear layer = new Linear("iris", 4, 3, random);
        out.println("parameters: " + layer.parameters());

        // 1000 steps against the gradient of the loss. Guessing would cost log 3 = 1.0986.
        Sgd optimiser = new Sgd(0.05);
        out.println("\n step    loss");
        for (int step = 0; step <= 1000; step++) {
            Variable loss = layer.apply(x).crossEntropyWithLabels(labels);
            if (step % 200 == 0) {
                out.printf(Locale.ROOT, "%5d  %.4f%n", step, loss.item());
            }
            optimiser.step(Autodiff.gradients(loss, layer.parameters()));
        }

        // Two decimals of the weights are enough to tell flowers apart, and with two you can follow by hand.
        layer.weight().set(layer.weight().value().map(w -> Math.rint(100 * w) / 100));
        layer.bias().set(layer.bias().value().map(b -> Math.rint(100 * b) / 100));
        out.println("\nW: a row for each input, a column for each output\n"
                + layer.weight().value());
        out.println("b\n" + layer.bias().value());

        // The derivative of the outputs by the inputs is the transpose of W, at every x: no input is left out.
        Tensor flower = parts.get(1).features().row(0);
        out.println("\none flower x\n" + flower);
        out.println("derivative of the outputs by x\n"
                + Autodiff.jacobian(layer::apply).apply(flower));
        Variable o = layer.apply(Variable.of(flower));
        out.println("outputs o = xW + b\n" + o.value());
        out.println("softmax(o)\n" + o.softmax().value());
        out.println("predicted " + SPECIES.get(o.value().argmax()) + ", is "
                + SPECIES.get((int) parts.get(1).labels().get(0)));

        // The flowers that the network has never seen.
        Tensor predicted =
                layer.apply(Variable.of(parts.get(1).features())).value().argmax(-1);
        int right = 0;
        for (int i = 0; i < parts.get(1).size(); i++) {
            right += predicted.get(i) == parts.get(1).labels().get(i) ? 1 : 0;
        }
        out.println("\nright for " + right + " of " + parts.get(1).size() + " other flowers");
    }
}

/* What it prints:

parameters: [iris.weight [4, 3], iris.bias [3]]

 step    loss
    0  4.8818
  200  0.3609
  400  0.2735
  600  0.2262
  800  0.1960
 1000  0.1751

W: a row for each input, a column for each output
[[ 0.28  0.25 -1.29]
 [ 2.13  0.05 -1.28]
 [-2.26  0.18  2.34]
 [-0.65 -1.37  1.25]]
b
[ 0.34  0.49 -0.82]

one flower x
[6.4 2.9 4.3 1.3]
derivative of the outputs by x
[[ 0.28  2.13 -2.26 -0.65]
 [ 0.25  0.05  0.18 -1.37]
 [-1.29 -1.28  2.34  1.25]]
outputs o = xW + b
[-2.254  1.228 -1.101]
softmax(o)
[0.02725361 0.88641563 0.08633076]
predicted versicolor, is versicolor

right for 49 of 50 other flowers
*/
