import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Metrics;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A network that knows how sure it is: the last layer gets a distribution of weights in the place of one weight each.
 *
 * <p>A network that has learned 300 digits by heart is too sure of itself on others: it is right less often than it says. The approximation
 * of Laplace (see {@link S24LaplaceApproximation}) needs the Hessian of the loss, which for all weights is large; for the last layer alone,
 * the others held fixed, it is small, and helps as much (E. Daxberger and others, 2021). The prediction is the mean over layers drawn from
 * the normal distribution whose precision is the Hessian plus that of the prior. The prior is chosen on images of their own.
 */
public final class S32Calibration {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Chain body = Chain.of(new Linear("one", 64, 32, random), Variable::relu);
    private final Linear last = new Linear("last", 32, 10, random);

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        List<Dataset> parts = Images.digits().train().split(300, 297, 800);
        new S32Calibration().run(parts.get(0), parts.get(1), parts.get(2), out);
    }

    private void run(Dataset train, Dataset valid, Dataset test, PrintStream out) {
        Chain network = Chain.of(body, last);
        Step step = new Adam(0.01)
                .replayed(in -> network.apply(in.get(0)).crossEntropyWithLabels(in.get(1)), network.parameters());
        for (int epoch = 0; epoch < 120; epoch++) {
            for (Dataset batch : train.batches(30, Key.of(1).fold(epoch))) {
                step.run(batch.features(), batch.labels());
            }
        }
        Variable learned = body.apply(Variable.of(train.features())).detach();
        Variable labels = Variable.of(train.labels());
        ParameterFunction loss = ParameterFunction.of(
                () -> last.apply(learned).crossEntropyWithLabels(labels, Reduction.SUM), last.parameters());
        Variable eye = Variable.of(Tensor.eye(loss.size()));
        Variable hessian = Variable.of(Autodiff.hessian(loss).apply(loss.point()));
        out.println("                  images  accuracy  log loss  calibration error");
        say(out, "one layer", network.apply(Variable.of(test.features())).logSoftmax(), test);
        Variable best = null;
        double lowest = Double.POSITIVE_INFINITY;
        for (int prior : new int[] {3, 10, 30, 100}) {
            Variable precision = hessian.add(eye.mul(prior));
            Variable normal = Variable.normal(Variable.of(Key.of(2).tensor()), loss.size(), 100);
            Variable drawn = precision.cholesky().transpose().triangularSolve(normal, true); // LLᵀ is the precision
            Variable layers = drawn.transpose().add(Variable.of(loss.point()));
            double logLoss = say(out, "prior " + prior, predict(layers, valid), valid);
            best = logLoss < lowest ? layers : best;
            lowest = Math.min(logLoss, lowest);
        }
        say(out, "drawn layers", predict(best, test), test);
    }

    /** The logarithms of the probabilities, as means over layers. */
    private Variable predict(Variable layers, Dataset images) {
        Variable weights = layers.slice(1, 0, 320).reshape(-1, 32, 10);
        Variable biases = layers.slice(1, 320, 330).expandDims(1);
        Variable x = body.apply(Variable.of(images.features()));
        return x.matmul(weights).add(biases).softmax().mean(0).log();
    }

    private static double say(PrintStream out, String what, Variable logs, Dataset images) {
        double accuracy = Metrics.accuracy(logs.value(), images.labels());
        double logLoss = Metrics.logLoss(logs.value(), images.labels());
        double error = Metrics.calibrationError(logs.exp().value(), images.labels(), 10);
        out.printf(Locale.ROOT, "%-16s %7d  %8.4f  %8.4f   %8.4f%n", what, images.size(), accuracy, logLoss, error);
        return logLoss;
    }
}

/* What it prints:

                  images  accuracy  log loss  calibration error
one layer            800    0.9413    0.2290     0.0275
prior 3              297    0.9461    0.3303     0.1579
prior 10             297    0.9495    0.2253     0.0522
prior 30             297    0.9495    0.2018     0.0152
prior 100            297    0.9495    0.2096     0.0195
drawn layers         800    0.9425    0.1979     0.0130
*/
