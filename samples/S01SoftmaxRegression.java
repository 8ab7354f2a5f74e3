import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.data.OneHot;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Softmax regression: a machine that learns to read digits, and derivatives that can be trusted.
 *
 * <p>An image of d pixels is d numbers x. One fully connected layer gives each of the q classes a score, its logit,
 * {@code o = xW + b}. The softmax turns the scores into probabilities, {@code p_j = exp(o_j) / Σ_k exp(o_k)}. The loss of an
 * image whose class is c is {@code −log p_c}: near 0 if the machine was sure and right, large if it was sure and wrong.
 * Learning is to move W and b against the gradient of the loss, a batch of images at a time.
 *
 * <p>Nothing below computes a derivative by hand. The second half of the program checks the derivatives of the library against
 * the formulas of the textbook, {@code softmax(o) − y} and {@code p(1 − p)}, computed to 40 digits.
 */
@Command(
        name = "S01SoftmaxRegression",
        header = "Trains softmax regression on images, and shows that its derivatives are right.",
        description = {
            "",
            "mvn -q test-compile exec:java -Dexec.args=\"--epochs 5 --seed 2\"",
            "",
            "Without --data the images are the 1797 handwritten digits of samples/data.",
            ""
        },
        sortOptions = false)
public final class S01SoftmaxRegression implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "a directory with the four files of MNIST or Fashion-MNIST, plain or .gz")
    private Path data;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the training images (30; with --data 10)")
    private Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "images a step (32; with --data 256)")
    private Integer batch;

    @Option(names = "--rate", paramLabel = "X", description = "learning rate (0.5; with --data 0.1)")
    private Double rate;

    @Option(names = "--seed", paramLabel = "N", description = "draws the first weights and the batches (1)")
    private long seed = 1;

    @Option(names = "--pictures", paramLabel = "DIR", description = "where the pictures go (target/softmax-regression)")
    private Path pictures = Path.of("target", "softmax-regression");

    @Option(names = "--help", usageHelp = true, description = "shows this")
    private boolean help;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** The program without the exit. Returns 0, or 2 after one line on standard error. */
    static int run(String... args) {
        return new CommandLine(new S01SoftmaxRegression())
                .setParameterExceptionHandler((e, arguments) -> refuse(e.getMessage() + "; --help lists the options"))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof IOException) {
                        return refuse(e.getMessage());
                    }
                    throw e;
                })
                .execute(args);
    }

    private static int refuse(String problem) {
        System.err.println(problem);
        return 2;
    }

    @Override
    public Integer call() throws IOException {
        chooseSettings();
        Charts charts = new Charts(pictures); // before the work, in case there is no such directory
        Images images = data == null ? Images.digits() : Images.of(data);
        say(
                "softmax regression on %s: %d training images and %d test images of %dx%d pixels, %d classes",
                images.name(),
                images.train().size(),
                images.test().size(),
                images.height(),
                images.width(),
                Images.CLASSES);
        say("%d epochs, batches of %d, rate %s, seed %d", epochs, batch, rate, seed);

        // One generator, so that a seed determines the whole run: first the weights, then the order of the images.
        RandomGenerator random = new SplittableRandom(seed);
        Linear layer = new Linear("softmax", images.height() * images.width(), Images.CLASSES, random);
        List<Double> losses = train(layer, images.train(), random);

        Tensor logits = layer.apply(Variable.of(images.test().features())).value();
        require(
                losses.stream().allMatch(Double::isFinite)
                        && Arrays.stream(logits.toArray()).allMatch(Double::isFinite),
                "the weights grow beyond all numbers: --rate must be smaller than " + rate);
        int[][] confusion = test(logits, images.test().labels());
        differentiate(logits, images.test().labels());

        charts.loss("Training loss: " + images.name(), losses);
        charts.confusion("Confusion: " + images.name(), confusion);
        charts.weights(layer.weight().value(), images.height(), images.width());
        say("%npictures: loss.png, confusion.png and weights.png in %s", pictures);
        return 0;
    }

    /** Options that were not given get a default for these images: the usual one for MNIST, more and smaller steps for few digits. */
    private void chooseSettings() {
        boolean digits = data == null;
        epochs = epochs != null ? epochs : digits ? 30 : 10;
        batch = batch != null ? batch : digits ? 32 : 256;
        rate = rate != null ? rate : digits ? 0.5 : 0.1;
        require(epochs > 0, "--epochs must be 1 or more, got " + epochs);
        require(batch > 0, "--batch must be 1 or more, got " + batch);
        require(rate > 0 && rate < Double.POSITIVE_INFINITY, "--rate must be positive and finite, got " + rate);
    }

    private void require(boolean condition, String requirement) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), requirement);
        }
    }

    private static void say(String format, Object... args) {
        System.out.printf(Locale.ROOT, format + "%n", args);
    }

    // ---- Learning ----

    /** Trains the layer; returns the mean loss of each epoch. */
    private List<Double> train(Linear layer, Dataset images, RandomGenerator random) {
        Sgd optimiser = new Sgd(rate);
        List<Double> losses = new ArrayList<>();
        try (ProgressBar bar =
                Progress.bar("training", (long) epochs * images.batches(batch).size())) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                double sum = 0;
                for (Dataset some : images.batches(batch, random)) {
                    // The model and its loss, as one writes them on paper; each line computes its numbers at once.
                    Variable logits = layer.apply(Variable.of(some.features()));
                    Variable loss = logits.crossEntropyWithLabels(Variable.of(some.labels()));

                    // The loss remembers what it came from; its gradient is a value that is returned.
                    optimiser.step(Autodiff.gradients(loss, layer.parameters()));

                    sum += loss.item() * some.size();
                    bar.step();
                }
                losses.add(sum / images.size());
                bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", sum / images.size()));
            }
        }
        // Guessing costs log q, which is 2.3026 for ten classes: the first epoch should be below that already.
        say("%nepoch    loss");
        for (int epoch = 1; epoch <= epochs; epoch++) {
            say("%5d  %.4f", epoch, losses.get(epoch - 1));
        }
        return losses;
    }

    /** Says how many images the layer reads correctly; returns how often each class was taken for each class. */
    private static int[][] test(Tensor logits, Tensor labels) {
        // The softmax keeps the order of the logits, so the most probable class is the one with the largest logit.
        Tensor predicted = logits.argmax(-1);
        int[][] confusion = new int[Images.CLASSES][Images.CLASSES];
        int right = 0;
        int n = labels.shape().size();
        for (int i = 0; i < n; i++) {
            confusion[(int) labels.get(i)][(int) predicted.get(i)]++;
            right += labels.get(i) == predicted.get(i) ? 1 : 0;
        }
        say("%ntest accuracy: %.4f (%d of %d)", (double) right / n, right, n);

        say("%nconfusion matrix: a row for each class, a column for what it was taken for");
        StringBuilder head = new StringBuilder("   |");
        for (int k = 0; k < Images.CLASSES; k++) {
            head.append(String.format(Locale.ROOT, "%5d", k));
        }
        say("%s%n---+%s", head, "-".repeat(5 * Images.CLASSES));
        for (int c = 0; c < Images.CLASSES; c++) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%2d |", c));
            for (int times : confusion[c]) {
                line.append(String.format(Locale.ROOT, "%5s", times == 0 ? "." : times));
            }
            say("%s", line);
        }
        return confusion;
    }

    // ---- Are the derivatives right? ----

    /** Says how far the derivatives of the loss by the logits are from the formulas of the textbook, at every test image. */
    private static void differentiate(Tensor logits, Tensor labels) {
        int n = logits.shape().extent(0);
        int q = logits.shape().extent(1);
        Variable y = Variable.of(OneHot.encode(labels, q));
        UnaryOperator<Variable> loss = o -> o.crossEntropy(y, Reduction.SUM);

        // An image's loss depends on its own logits alone. So the gradient of the sum is, row by row, the gradient of
        // each image's loss, and the Hessian times e_j in every row is column j of each image's own Hessian.
        Tensor gradient = Autodiff.grad(loss).apply(logits);
        Tensor[] hessian = new Tensor[q];
        Variable diagonal = Variable.of(Tensor.zeros(n, q));
        for (int j = 0; j < q; j++) {
            Tensor e = OneHot.encode(Tensor.full(Shape.of(n), j), q);
            hessian[j] = Autodiff.hvp(loss, logits, e);
            diagonal = diagonal.add(Variable.of(hessian[j]).mul(Variable.of(e)));
        }

        Comparison first = new Comparison(q);
        Comparison second = new Comparison(q);
        Comparison mixed = new Comparison(q);
        try (ProgressBar bar = Progress.bar("comparing", n)) {
            for (int i = 0; i < n; i++) {
                double[] o = logits.row(i).toArray();
                ExactSoftmax exact = new ExactSoftmax(o);
                double[] p = textbookSoftmax(o);
                for (int j = 0; j < q; j++) {
                    double t = y.value().get(i, j);
                    first.add(gradient.get(i, j), p[j] - t, exact.gradient(j, (int) labels.get(i)));
                    for (int k = 0; k < q; k++) {
                        double textbook = j == k ? p[j] * (1 - p[j]) : -p[j] * p[k];
                        (j == k ? second : mixed).add(hessian[k].get(i, j), textbook, exact.hessian(j, k));
                    }
                }
                bar.step();
            }
        }
        say("%nderivatives of the loss by the logits at these %d images: largest difference from the formula", n);
        say("in 40 digits, in ulps and in units of the bound (q + 16)u|exact|, u = 2^-53");
        say("%n                  autograd: ulps   bounds   formula in double: ulps   bounds");
        say("softmax(o) - y    %s", first);
        say("p(1 - p)          %s", second);
        say("-p_i p_j          %s", mixed);

        // The lesson. Where the machine is sure, p is nearly 1, and a double near 1 has no room for the digits in which
        // p differs from 1. The textbook's 1 - p needs exactly these digits, and they are lost. The library does not
        // subtract: it adds up the weights of the other classes.
        say("%nThe formula in double loses digits where p is nearly 1, because p - 1 and 1 - p cancel;");
        say("autograd sums the probabilities of the other classes instead.");

        // Last, an identity: the second derivatives determine the variance of the probabilities around their mean
        // 1/q. Both sides are computed from one and the same row of logits, for every image.
        Variable p = Variable.of(logits).softmax();
        Tensor sides = p.variance(-1).add(diagonal.mean(-1)).value();
        double constant = (q - 1.0) / (q * q);
        say(
                "%nvariance of p + mean of p(1 - p) = (q - 1)/q^2 = %s: largest difference %.0f ulps",
                constant, sides.ulpDistance(Tensor.full(sides.shape(), constant)));
    }

    /** {@code exp(o_j) / Σ exp(o_k)} as it is written. */
    private static double[] textbookSoftmax(double[] o) {
        double[] p = new double[o.length];
        double sum = 0;
        for (int j = 0; j < o.length; j++) {
            p[j] = StrictMath.exp(o[j]);
            sum += p[j];
        }
        for (int j = 0; j < o.length; j++) {
            p[j] /= sum;
        }
        return p;
    }
}
