import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The derivatives of a whole model, parameter by parameter, as a page to look at: tables that sort, the error of
 * differences against their step, and the remainders of Taylor's formula. Nothing is loaded from elsewhere.
 */
public final class S15ReportPage {

    private S15ReportPage() {}

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        Linear hidden = new Linear("hidden", 4, 5, random);
        Linear output = new Linear("output", 5, 3, random);
        Variable x = Variable.of(Tensor.normal(random, 6, 4));
        Variable labels = Variable.of(Tensor.of(0, 1, 2, 2, 1, 0));

        GradientReport report = GradientCheck.model(
                        () -> output.apply(hidden.apply(x).tanh()).crossEntropyWithLabels(labels),
                        Stream.concat(hidden.parameters().stream(), output.parameters().stream())
                                .toList())
                .run();
        out.println(report.verdict() + ", " + report.entries().size() + " comparisons of 43 parameters");

        Path folder = Files.createDirectories(Path.of("target", "gradient-check"));
        report.writeHtml(folder.resolve("report.html"));
        report.writeJson(folder.resolve("report.json"));
        report.writeCsv(folder.resolve("report.csv"));
        List<String> files = new ArrayList<>();
        try (Stream<Path> written = Files.list(folder)) {
            written.forEach(file -> files.add(file.getFileName().toString()));
        }
        out.println("in target/gradient-check: " + files.stream().sorted().toList());
    }
}

/* What it prints:

PASS, 2158 comparisons of 43 parameters
in target/gradient-check: [report.csv, report.html, report.json]
*/
