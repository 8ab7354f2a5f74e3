import static dev.wengert.autodiff.Autodiff.grad;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * RealSoftMax, the maximum without a corner, and softmin.
 *
 * <p>The softmax is a soft argmax: its largest probability belongs to the largest logit. The soft maximum is
 * {@code RealSoftMax(o) = log Σ exp(o_k)}. With an inverse temperature λ it is {@code log(Σ exp(λ o_k))/λ}: always
 * above the largest o_k, by {@code log(q)/λ} at most, so it tends to the maximum as λ grows. Unlike the maximum it has
 * derivatives everywhere, and its gradient is the softmax.
 */
public final class S06RealSoftMaxAndSoftmin {

    private static final Path PICTURE = Path.of("target", "real-soft-max.png");

    private S06RealSoftMaxAndSoftmin() {}

    public static void main(String[] args) {
        try {
            run(System.out);
        } catch (IOException e) {
            System.err.println(PICTURE + ": the picture cannot be written (" + e + ")");
            System.exit(2);
        }
    }

    static void run(PrintStream out) throws IOException {
        // With equal numbers the bound is attained, log(e^0 + e^0 + e^0) = log 3; with others it is above.
        out.println("RealSoftMax     (0, 0, 0)   (1, 2, 3)  3 + log(3)/lambda");
        Variable equal = Variable.of(Tensor.of(0, 0, 0));
        Variable o = Variable.of(Tensor.of(1, 2, 3));
        for (double lambda = 1; lambda <= 32; lambda *= 2) {
            out.printf(
                    Locale.ROOT,
                    "lambda = %2.0f  %11.8f %11.8f %11.8f%n",
                    lambda,
                    equal.realSoftMax(lambda).item(),
                    o.realSoftMax(lambda).item(),
                    3 + StrictMath.log(3) / lambda);
        }

        // At large numbers exp overflows; the library takes the maximum out first.
        Variable large = Variable.of(Tensor.of(1000, 1000));
        out.printf(
                Locale.ROOT,
                "%nRealSoftMax(1000, 1000) = 1000 + log 2: %.8f; by log and exp: %s%n",
                large.realSoftMax(1).item(),
                large.exp().sum().log().item());

        // The gradient of RealSoftMax is the softmax of lambda o.
        out.println("\ngradient at (1, 2, 3)");
        out.println("lambda = 1    " + grad(v -> v.realSoftMax(1)).apply(o.value()));
        out.println("softmax(o)    " + o.softmax().value());
        out.println("lambda = 2    " + grad(v -> v.realSoftMax(2)).apply(o.value()));
        out.println("softmax(2 o)  " + o.mul(2).softmax().value());

        // Softmin is the softmax of the negated numbers, large where a number is small; here softmax(o) reversed.
        out.println("\nsoftmin(o)    " + o.softmin().value());

        // By lambda: RealSoftMax falls, at the rate H(p)/lambda^2, where H is the entropy of p = softmax(lambda o).
        // Of equal numbers p = (1/3, 1/3, 1/3), H = log 3, and the derivative at lambda = 2 is -log(3)/4.
        out.printf(
                Locale.ROOT,
                "%nderivative by lambda at (0, 0, 0), lambda = 2: %.8f%n",
                grad(equal::realSoftMax).apply(Tensor.scalar(2)).item());
        // Without the division by lambda it grows, at the rate of the mean of o under p.
        out.printf(
                Locale.ROOT,
                "derivative of log(sum of exp(lambda o)) at (1, 2, 3), lambda = 2: %.8f%n",
                grad(lambda -> o.mul(lambda).logSumExp())
                        .apply(Tensor.scalar(2))
                        .item());
        out.printf(
                Locale.ROOT,
                "mean of (1, 2, 3) under softmax(2 o): %.8f%n",
                o.mul(2).softmax().mul(o).sum().item());

        draw();
        out.println("\npicture: target/real-soft-max.png");
    }

    /** RealSoftMax(a, 0) for some λ, against max(a, 0). */
    private static void draw() throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title("RealSoftMax(a, 0) tends to max(a, 0)")
                .xAxisTitle("a")
                .build();
        chart.getStyler()
                .setXAxisDecimalPattern("0.#")
                .setYAxisDecimalPattern("0.0")
                .setLocale(Locale.ROOT)
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(LegendPosition.InsideNW);

        Variable a = Variable.of(Tensor.arange(-3, 3.25, 0.25));
        Variable pairs = Variable.stack(1, a, a.mul(0)); // [25, 2]: a row (a, 0) for each a
        add(chart, "λ = 1", a, pairs.realSoftMax(1), new Color(0x92c5de));
        add(chart, "λ = 2", a, pairs.realSoftMax(2), new Color(0x4393c3));
        add(chart, "λ = 4", a, pairs.realSoftMax(4), new Color(0x2166ac));
        add(chart, "maximum", a, pairs.max(1), new Color(0xb2182b));

        Files.createDirectories(PICTURE.getParent());
        ChartEncoder.saveChart(chart, PICTURE.toString(), "png");
    }

    private static void add(XYChart chart, String name, Variable x, Variable y, Color color) {
        chart.addSeries(name, x.value().toArray(), y.value().toArray())
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(color)
                .setLineStyle(new BasicStroke(2));
    }
}

/* What it prints:

RealSoftMax     (0, 0, 0)   (1, 2, 3)  3 + log(3)/lambda
lambda =  1   1.09861229  3.40760596  4.09861229
lambda =  2   0.54930614  3.07146581  3.54930614
lambda =  4   0.27465307  3.00461983  3.27465307
lambda =  8   0.13732654  3.00004194  3.13732654
lambda = 16   0.06866327  3.00000001  3.06866327
lambda = 32   0.03433163  3.00000000  3.03433163

RealSoftMax(1000, 1000) = 1000 + log 2: 1000.69314718; by log and exp: Infinity

gradient at (1, 2, 3)
lambda = 1    [0.09003057 0.24472847 0.66524096]
softmax(o)    [0.09003057 0.24472847 0.66524096]
lambda = 2    [0.01587624 0.11731043 0.86681333]
softmax(2 o)  [0.01587624 0.11731043 0.86681333]

softmin(o)    [0.66524096 0.24472847 0.09003057]

derivative by lambda at (0, 0, 0), lambda = 2: -0.27465307
derivative of log(sum of exp(lambda o)) at (1, 2, 3), lambda = 2: 2.85093709
mean of (1, 2, 3) under softmax(2 o): 2.85093709

picture: target/real-soft-max.png
*/
