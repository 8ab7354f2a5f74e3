import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A gradient from elsewhere: written by hand, with its Hessian, or computed by another process. The checker needs no more than a function of
 * an array and one that gives the gradient. It bounds the errors of differences, and measures the noise of the function where its error is
 * not stated.
 */
public final class S42ExternalGradients {

    private S42ExternalGradients() {}

    /** Rosenbrock's valley: {@code 100 (b − a²)² + (1 − a)²}. */
    private static double valley(double[] x) {
        double step = x[1] - x[0] * x[0];
        return 100 * step * step + (1 - x[0]) * (1 - x[0]);
    }

    private static double[] gradient(double[] x) {
        double step = x[1] - x[0] * x[0];
        return new double[] {-400 * x[0] * step - 2 * (1 - x[0]), 200 * step};
    }

    private static double[][] hessian(double[] x) {
        return new double[][] {{1200 * x[0] * x[0] - 400 * x[1] + 2, -400 * x[0]}, {-400 * x[0], 200}};
    }

    public static void main(String[] args) throws IOException {
        if (Arrays.equals(args, new String[] {"serve"})) {
            serve();
        } else {
            run(System.out);
        }
    }

    static void run(PrintStream out) throws IOException {
        double[] x = {-1.2, 1};
        show(
                out,
                "by hand",
                GradientCheck.external(S42ExternalGradients::valley, S42ExternalGradients::gradient)
                        .hessian(S42ExternalGradients::hessian)
                        .at(x)
                        .run());

        // The sign of one term: the report says which element, and what it should be.
        GradientReport wrong = GradientCheck.external(S42ExternalGradients::valley, v -> {
                    double step = v[1] - v[0] * v[0];
                    return new double[] {-400 * v[0] * step + 2 * (1 - v[0]), 200 * step};
                })
                .at(x)
                .run();
        show(out, "one sign wrong", wrong);
        out.println("  " + wrong.blames().get(0).what());

        // In single precision, as most numbers of a graphics card. The noise is measured; ask for the digits that are
        // there.
        show(
                out,
                "single precision",
                GradientCheck.external(v -> (float) valley(v), S42ExternalGradients::gradient)
                        .at(x)
                        .accuracy(1e-2)
                        .run());

        // Another process, asked over a pipe: a line with a point, a line with the value and the gradient.
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), "S42ExternalGradients", "serve")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (PrintWriter to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
                BufferedReader from =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            show(
                    out,
                    "another process",
                    GradientCheck.external(v -> ask(to, from, v)[0], v -> Arrays.copyOfRange(ask(to, from, v), 1, 3))
                            .at(x)
                            .run());
        }
    }

    private static void show(PrintStream out, String name, GradientReport report) {
        out.printf(
                Locale.ROOT,
                "%s: %s, %d comparisons%n",
                name,
                report.verdict(),
                report.entries().size());
    }

    private static double[] ask(PrintWriter to, BufferedReader from, double[] x) {
        try {
            to.println(x[0] + " " + x[1]);
            return Arrays.stream(from.readLine().split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The other process; it could be written in any language. */
    private static void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            double[] x = Arrays.stream(line.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            double[] g = gradient(x);
            System.out.println(valley(x) + " " + g[0] + " " + g[1]);
        }
    }
}

/* What it prints:

by hand: PASS, 26 comparisons
one sign wrong: FAIL, 12 comparisons
  vjp of function, input 0, element [0]: it is not what differences give
single precision: PASS, 12 comparisons
another process: PASS, 12 comparisons
*/
