import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Standardiser;
import dev.wengert.data.Table;
import dev.wengert.io.JavaSource;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A trained model as one Java class that needs no library: for places where nothing can be installed.
 *
 * <p>What is recorded is the way from the measured sizes to probabilities, standardisation included. Weights are constants of the class,
 * and its results have the same bits.
 */
public final class S40PlainJava {

    private static final Path FOLDER = Path.of("target", "plain-java");

    private S40PlainJava() {}

    public static void main(String[] args) throws Exception {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException, ReflectiveOperationException {
        Table table = Csv.readNamed(Path.of("samples", "data", "penguins.csv")).without("NA");
        List<String> species = table.categories("species");
        Tensor sizes = table.numbers("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g");
        Standardiser standardiser = Standardiser.fit(sizes);
        SplittableRandom random = new SplittableRandom(1);
        Linear first = new Linear("first", 4, 8, random);
        Chain network = Chain.of(first, Variable::tanh, new Linear("second", 8, 3, random));
        Trainer.of(network, Loss.crossEntropy(), new Adam(0.02))
                .epochs(20)
                .fit(new Dataset(standardiser.apply(sizes), table.labels("species", species), 3));

        Variable mean = Variable.of(standardiser.tensors().get("mean"));
        Variable scale = Variable.of(standardiser.tensors().get("scale"));
        Tape tape = Tape.record(
                x -> network.apply(x.sub(mean).div(scale), Context.inference()).softmax(), Tensor.zeros(4));
        Path file = JavaSource.of(tape, "Penguins").write(Files.createDirectories(FOLDER));
        Files.readAllLines(file).stream()
                .dropWhile(line -> !line.contains("predict("))
                .takeWhile(line -> !line.isEmpty())
                .forEach(out::println);

        Tensor penguin = Tensor.of(49.9, 16.1, 213, 5400);
        double[] p = tape.compile().run(penguin).get(0).toArray();
        int predicted = Tensor.of(p).argmax();
        out.println(species.get(predicted) + String.format(Locale.ROOT, " with probability %.3f", p[predicted]));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            out.println("there is no compiler in this Java, so the class is not run");
            return;
        }
        compiler.run(null, null, null, "--release", "9", file.toString());
        // a loader without parent: the class sees the JDK alone
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {FOLDER.toUri().toURL()}, null)) {
            Class<?> type = loader.loadClass("Penguins");
            double[] q = (double[]) type.getMethod("predict", double[].class).invoke(null, penguin.toArray());
            out.println("plain Java gives the same bits: " + Arrays.equals(p, q));
        }
    }
}

/* What it prints:

    public static double[] predict(double[] x) {
        require("x", x, 4); // [4]
        double[] v1 = sub(x, c0); // sub  [4]
        double[] v2 = div(v1, c1); // div  [4]
        double[] v3 = v2; // reshape[1, 4]  [1, 4]
        double[] v4 = affine(v3, first_weight, first_bias, 1, 4, 8); // affine  [1, 8]
        double[] v5 = v4; // reshape[8]  [8]
        double[] v6 = tanh(v5); // tanh  [8]
        double[] v7 = v6; // reshape[1, 8]  [1, 8]
        double[] v8 = affine(v7, second_weight, second_bias, 1, 8, 3); // affine  [1, 3]
        double[] v9 = v8; // reshape[3]  [3]
        double[] v10 = softmax(v9, 1, 3); // softmax  [3]
        return v10;
    }
Gentoo with probability 0.999
plain Java gives the same bits: true
*/
