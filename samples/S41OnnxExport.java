import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Standardiser;
import dev.wengert.data.Table;
import dev.wengert.io.Onnx;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A trained model leaves Java: it is written as an ONNX file, which takes measurements as they are and gives probabilities.
 *
 * <p>What prepares the inputs is part of the function, and so of the file: the standardisation before the network, and the softmax behind
 * it. The number of examples is left open. An operation that ONNX does not have is refused, with the line of code that asks for it.
 *
 * <p>In Python:
 *
 * <pre>{@code
 * session = onnxruntime.InferenceSession("target/penguins.onnx")
 * session.run(["species"], {"sizes": numpy.array([[49.9, 16.1, 213, 5400]], dtype="float32")})
 * }</pre>
 */
public final class S41OnnxExport {

    private static final Path FILE = Path.of("target", "penguins.onnx");

    private S41OnnxExport() {}

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Table table = Csv.readNamed(Path.of("samples", "data", "penguins.csv")).without("NA");
        List<String> species = table.categories("species");
        Tensor sizes = table.numbers("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g");
        Standardiser standardiser = Standardiser.fit(sizes);
        SplittableRandom random = new SplittableRandom(1);
        Chain network = Chain.of(new Linear("one", 4, 16, random), Variable::tanh, new Linear("two", 16, 3, random));
        Trainer.of(network, Loss.crossEntropy(), new Adam(0.01))
                .epochs(20)
                .fit(new Dataset(standardiser.apply(sizes), table.labels("species", species), 3));

        Variable mean = Variable.of(standardiser.mean());
        Variable deviation = Variable.of(standardiser.scale());
        Layer whole = Chain.of(x -> x.sub(mean).div(deviation), network, Variable::softmax);
        Onnx.of(whole, sizes).dynamicBatch().inputs("sizes").outputs("species").write(FILE);
        out.println(FILE.getFileName() + " has " + Files.size(FILE) + " bytes");
        out.println(species + ": " + whole.predict(Tensor.of(new double[][] {{49.9, 16.1, 213, 5400}})));

        try {
            Onnx.of(x -> x.transpose().matmul(x).logDet(), sizes).write(FILE);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
        }
    }
}

/* What it prints:

penguins.onnx has 1109 bytes
[Adelie, Chinstrap, Gentoo]: [[7.40061766e-05 2.20593258e-03 9.97720061e-01]]
Onnx: every operation must have a form in ONNX, got logDet (step %3, S41OnnxExport.lambda$run$1(S41OnnxExport.java:63)); export a function that leaves it out
*/
