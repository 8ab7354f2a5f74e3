import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A Gaussian process: a curve through noisy points, with a band that says how sure it is.
 *
 * <p>Points that lie close together have similar values: their covariance is {@code a²·exp(−d²/2l²)}, plus {@code s²} for the noise of each
 * (C. E. Rasmussen and C. K. I. Williams, 2006, algorithm 2.1). The amplitude a, the length l and the noise s are those for which the data
 * are most likely. The likelihood is a function of their logarithms, made of a Cholesky factor, so Newton's method, damped in the first steps, has its
 * gradient and its Hessian. At the end the mean and the deviation follow from the same factor.
 */
public final class S23GaussianProcess {

    private static final int POINTS = 40;
    private static final Path PICTURE = Path.of("target", "gaussian-process.png");

    private final Variable x;
    private final Variable y;

    private S23GaussianProcess() {
        SplittableRandom random = new SplittableRandom(5);
        double[] at = random.doubles(POINTS, 0, 10).sorted().toArray();
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = Math.rint(1e6 * (Math.sin(at[i]) + 0.15 * random.nextGaussian())) / 1e6;
        }
        x = Variable.of(Tensor.of(at));
        y = Variable.of(Tensor.of(values));
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    /** The covariances of points with others, by the logarithms of amplitude, length and noise. */
    private static Variable covariance(Variable one, Variable other, Variable theta) {
        Variable difference = one.expandDims(-1).sub(other);
        Variable scaled = difference.square().mul(theta.slice(0, 1, 2).mul(-2).exp());
        return scaled.mul(-0.5).exp().mul(theta.slice(0, 0, 1).mul(2).exp());
    }

    /** The Cholesky factor of the covariances of the data. */
    private Variable factor(Variable theta) {
        Variable noise = theta.slice(0, 2, 3).mul(2).exp();
        return covariance(x, x, theta)
                .add(Variable.of(Tensor.eye(POINTS)).mul(noise))
                .cholesky();
    }

    /** Minus the logarithm of the likelihood of the data. */
    private Variable loss(Variable theta) {
        Variable l = factor(theta);
        Variable whitened = l.triangularSolve(y, false);
        return whitened.square().sum().div(2).add(l.diagonal().log().sum()).add(POINTS / 2.0 * Math.log(2 * Math.PI));
    }

    static void run(PrintStream out) throws IOException {
        S23GaussianProcess process = new S23GaussianProcess();
        Tensor theta = Tensor.zeros(3);
        Plan newton = Tape.record(
                        at -> {
                            Variable loss = process.loss(at.get(0));
                            Variable g =
                                    Autodiff.gradients(loss, List.of(at.get(0))).get(0);
                            Variable hessian = Autodiff.hessian(process::loss).apply(at.get(0));
                            Variable damped =
                                    hessian.add(Variable.of(Tensor.eye(3)).mul(at.get(1)));
                            return List.of(loss, at.get(0).sub(damped.solve(g)));
                        },
                        List.of(theta, Tensor.scalar(1)))
                .compile();
        out.println("step  -log likelihood  amplitude  length   noise");
        for (int step = 0; step <= 10; step++) {
            List<Tensor> next = newton.run(theta, Tensor.scalar(step < 6 ? 100 * Math.pow(4, -step) : 0));
            double[] h = theta.map(Math::exp).toArray();
            out.println(String.format(
                    Locale.ROOT,
                    "%4d %16.6f %10.5f %7.5f %7.5f",
                    step,
                    next.get(0).item(),
                    h[0],
                    h[1],
                    h[2]));
            theta = next.get(1);
        }
        process.predict(Variable.of(theta), out);
    }

    private void predict(Variable theta, PrintStream out) throws IOException {
        Variable at = Variable.of(Tensor.arange(0, 12.25, 0.25));
        Variable l = factor(theta);
        Variable cross = covariance(x, at, theta);
        Variable whitened = l.triangularSolve(cross, false);
        Variable mean = whitened.transpose().matmul(l.triangularSolve(y, false));
        Variable variance =
                theta.slice(0, 0, 1).mul(2).exp().sub(whitened.square().sum(0));
        Variable deviation = variance.sqrt();
        out.println("    x    mean  deviation   sine");
        for (int i = 0; i < 49; i += 6) {
            double p = at.value().get(i);
            out.println(String.format(
                    Locale.ROOT,
                    "%5.2f %7.3f %10.3f %6.3f",
                    p,
                    mean.value().get(i),
                    deviation.value().get(i),
                    Math.sin(p)));
        }
        draw(at.value(), mean.value(), deviation.value());
        out.println("picture: target/gaussian-process.png");
    }

    private void draw(Tensor at, Tensor mean, Tensor deviation) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title("Mean and band of two deviations")
                .build();
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        Variable band = Variable.of(deviation).mul(2);
        String[] names = {"mean", "upper", "lower"};
        Color[] colors = {new Color(0x2166ac), new Color(0x92c5de), new Color(0x92c5de)};
        Tensor[] curves = {
            mean,
            Variable.of(mean).add(band).value(),
            Variable.of(mean).sub(band).value()
        };
        for (int i = 0; i < names.length; i++) {
            chart.addSeries(names[i], at.toArray(), curves[i].toArray())
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(colors[i]);
        }
        chart.addSeries("data", x.value().toArray(), y.value().toArray())
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(new Color(0xb2182b))
                .setLineColor(new Color(0, 0, 0, 0));
        Files.createDirectories(PICTURE.getParent());
        ChartEncoder.saveChart(chart, PICTURE.toString(), "png");
    }
}

/* What it prints:

step  -log likelihood  amplitude  length   noise
   0        45.064986    1.00000 1.00000 1.00000
   1        34.927000    0.96137 1.02949 0.73198
   2         4.775349    0.83801 1.26710 0.25318
   3        -0.262998    0.83793 1.51582 0.12101
   4        -1.869874    0.83297 1.43183 0.14231
   5        -1.933633    0.81597 1.39547 0.14778
   6        -1.933843    0.81403 1.39195 0.14807
   7        -1.933843    0.81400 1.39191 0.14807
   8        -1.933843    0.81400 1.39191 0.14807
   9        -1.933843    0.81400 1.39191 0.14807
  10        -1.933843    0.81400 1.39191 0.14807
    x    mean  deviation   sine
 0.00  -0.303      0.141  0.000
 1.50   1.032      0.050  0.997
 3.00   0.234      0.092  0.141
 4.50  -0.959      0.050 -0.978
 6.00  -0.480      0.118 -0.279
 7.50   0.946      0.084  0.938
 9.00   0.245      0.069  0.412
10.50  -0.502      0.256 -0.880
12.00  -0.245      0.725 -0.537
picture: target/gaussian-process.png
*/
