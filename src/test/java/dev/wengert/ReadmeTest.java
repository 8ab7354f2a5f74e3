package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Imputer;
import dev.wengert.data.MinMaxScaler;
import dev.wengert.data.Standardiser;
import dev.wengert.data.Windows;
import dev.wengert.functional.CustomVjp;
import dev.wengert.functional.Implicit;
import dev.wengert.functional.Loops;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.functional.Tree;
import dev.wengert.io.EventFile;
import dev.wengert.io.Npy;
import dev.wengert.io.Npz;
import dev.wengert.io.Safetensors;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.CrossEntropy;
import dev.wengert.nn.Initialiser;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Optimiser;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import dev.wengert.train.ConfusionMatrix;
import dev.wengert.train.EarlyStopping;
import dev.wengert.train.Listener;
import dev.wengert.train.Metrics;
import dev.wengert.train.Trainer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README.md is right: its programs print their outputs as shown, its tables and scores are the measured ones, its table of
 * operations is complete. And no link in any page is dead.
 */
class ReadmeTest {

    private static final Set<String> ACCESSORS = Set.of(
            "of",
            "value",
            "item",
            "isRecording",
            "shape",
            "op",
            "inputs",
            "parameter",
            "site",
            "toString",
            "equals",
            "hashCode");

    private final String readme = Files.readString(Path.of("README.md"));

    ReadmeTest() throws IOException {}

    @Test
    void theFirstExamplePrintsWhatItShows(@TempDir Path folder) throws Exception {
        String program = """
                import static dev.wengert.autodiff.Autodiff.grad;

                import dev.wengert.autodiff.Variable;
                import dev.wengert.tensor.Tensor;
                import java.util.function.UnaryOperator;

                public class First {
                    public static void main(String[] args) {
                %s
                    }
                }
                """.formatted(block("java", 0));
        assertThat(launch(folder, "First", program)).isEqualTo(block("text", 0));
    }

    @Test
    void theFormulaOfTheFirstExampleLosesAllDigits() {
        Variable y = Variable.of(Tensor.of(1, 0));
        Variable o = Variable.of(Tensor.of(40, 0));
        assertThat(o.softmax().sub(y).value().get(0)).isZero();
    }

    /** The output of a program in one file, which finds the data of the samples and writes into a folder of its own. */
    private static String launch(Path folder, String name, String program) throws Exception {
        Path source = folder.resolve(name + ".java");
        String data = Path.of("samples", "data").toAbsolutePath().toString().replace("\\", "/");
        Files.writeString(source, program.replace("samples/data", data));
        String classes = ForkedJvm.root(Variable.class) + File.pathSeparator + ForkedJvm.root(CsvReader.class);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classes, source.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.replace(System.lineSeparator(), "\n");
    }

    /** The program writes files, so it runs in a folder of its own. */
    @Test
    void theProgramThatTrainsPrintsWhatItShows(@TempDir Path folder) throws Exception {
        String output = launch(folder, "Digits", block("java", 1));
        assertPrinted(output, block("text", 1));
        assertThat(folder.resolve("training.html")).exists();
    }

    /** A line of three dots stands for lines that are left out; the others are whole, and in order. */
    private static void assertPrinted(String output, String shown) {
        String rest = output;
        for (String part : shown.split("…\n")) {
            assertThat("\n" + rest).contains("\n" + part);
            rest = ("\n" + rest).substring(("\n" + rest).indexOf("\n" + part) + 1 + part.length());
        }
        assertThat(output).startsWith(shown.split("…\n")[0]);
    }

    @Test
    void theFrontPageOfTheSitePrintsWhatItShows(@TempDir Path folder) throws Exception {
        String page = Files.readString(Path.of("src", "site", "markdown", "index.md"));
        assertThat(launch(folder, "First", block(page, "java", 0))).isEqualTo(block(page, "text", 0));
    }

    @Test
    void theWrongOperationIsReportedAsShown(@TempDir Path folder) throws Exception {
        assertPrinted(launch(folder, "Check", block("java", 2)), block("text", 2));
        assertThat(block("text", 2).split("…\n")).hasSize(4);
    }

    @Test
    void theDiagramIsDrawnByTheExpressionBesideIt(@TempDir Path folder) throws Exception {
        Matcher expression =
                Pattern.compile("`(Tape\\.record\\(.*toMermaid\\(\\))`").matcher(page("how-it-works"));
        assertThat(expression.find()).isTrue();
        String program = """
                import static dev.wengert.autodiff.Autodiff.grad;
                import dev.wengert.autodiff.*;
                import dev.wengert.tensor.*;

                public class Diagram {
                    public static void main(String[] args) {
                        System.out.print(%s);
                    }
                }
                """.formatted(expression.group(1));
        assertThat(launch(folder, "Diagram", program)).isEqualTo(block(page("how-it-works"), "mermaid", 0));
    }

    @Test
    void theDependencyIsThisProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        for (String name : List.of("groupId", "artifactId", "version")) {
            Matcher own = Pattern.compile("<%1$s>[^<]+</%1$s>".formatted(name)).matcher(pom);
            assertThat(own.find()).isTrue();
            assertThat(block("xml", 0).lines().map(String::strip)).contains(own.group());
        }
    }

    /** {@code FeatureTableTest} holds the table; here are the sentences above it. */
    @Test
    void theScoresAreThoseThatWereMeasured() throws IOException {
        String[] all = Files.readAllLines(Path.of("src/test/resources/dev/wengert/check/detection/scales.csv"))
                .get(5)
                .split(",");
        assertThat(all).startsWith("all").hasSize(8);
        assertThat(all[6]).as("missed").isEqualTo("0");
        assertThat(readme)
                .contains(all[2] + " of them change a derivative by more than rounding explains: it finds " + all[3]
                        + " of " + all[2] + " and misses none.");

        String independent = page("measurements");
        assertThat(independent)
                .contains("| effect ≥ 1e-6, finite, smooth | 659 | 653 (99.1 %), all named rightly | 3 | 3 |")
                .contains("| operations of the library, ordinary | 446 | 0 | 16 | 430 |")
                .contains("| wrong at the point | 10,888 | 10,888 | 0 | 0 | 0 |")
                .contains("| right at the point, wrong around it | 253 | 253 | 0 | 0 | 105 |");
        assertThat(readme)
                .contains("Of its 659 checks of wrong rules (effect ≥ 1e-6, finite, smooth) the first found 653 named,"
                        + " 3 undecided, and 3 passed; of 446 ordinary right functions none was rejected.")
                .contains("Of its 11,141 checks of wrong rules the second found 105 passed,");
    }

    /** Each time in the table of speed is one of the run on the page of measurements, of the same work and library. */
    @Test
    void theTimesAreThoseThatWereMeasured() throws IOException {
        Map<String, List<String>> run = new HashMap<>();
        String section = page("measurements");
        section = section.substring(section.indexOf("### Zen 5"), section.indexOf("### Sapphire Rapids"));
        section.lines()
                .filter(line -> line.startsWith("| "))
                .forEach(line -> run.putIfAbsent(cells(line).get(0), cells(line)));
        List<String> works = run.keySet().stream()
                .filter(name -> name.matches("W\\d .*"))
                .sorted()
                .toList();
        assertThat(works).hasSize(9);

        List<List<String>> rows = readme.substring(readme.indexOf("## Speed"), readme.indexOf("## Samples"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(ReadmeTest::cells)
                .toList();
        List<String> shown = List.of(
                "softmax regression, 1 sample, 4 features, 3 classes",
                "softmax regression, 256 samples, 784 features, 10 classes",
                "MLP 64-32-10, 64 samples",
                "MLP 784-256-10, 256 samples",
                "MLP 1024-1024-1024-10, 512 samples",
                "Hessian-vector product of the second",
                "", // the Hessian of few classes is on the page alone
                "Hessian of the loss, 100 classes",
                "`x·1.0001 + 0.001·sin x`, 1000 times, with its derivative");
        assertThat(rows).hasSize(2 + 8 + 2);
        int at = 2;
        for (int i = 0; i < works.size(); i++) {
            if (!shown.get(i).isEmpty()) {
                List<String> times = run.get(works.get(i));
                assertThat(rows.get(at++))
                        .containsExactly(shown.get(i), times.get(1), times.get(2), times.get(7), times.get(8));
            }
        }
        assertThat(rows.get(at))
                .containsExactly(
                        "process start to first gradient, ms",
                        "",
                        run.get("wengert").get(1),
                        run.get("DJL + PyTorch").get(1),
                        run.get("TensorFlow").get(1));
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.length() - 1).split("\\|"))
                .map(String::strip)
                .toList();
    }

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("src/site/markdown", name + ".md"));
    }

    /** Files and headings within the repository; what the build generates (pages of the site, the API) is not looked for. */
    @Test
    void noLinkIsDead() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        pages.add(Path.of("samples/data/SOURCES.md"));
        try (Stream<Path> files = Files.list(Path.of("src/site/markdown"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        int checked = 0;
        for (Path page : pages) {
            Matcher link = Pattern.compile("\\]\\(([^)\\s]+)\\)").matcher(withoutCode(Files.readString(page)));
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*|apidocs/.*|[^#]*\\.html.*")) {
                    checked++;
                    String[] parts = target.split("#", 2);
                    Path file = parts[0].isEmpty()
                            ? page
                            : page.resolveSibling(parts[0]).normalize();
                    assertThat(file).as("%s: %s", page, target).exists();
                    if (parts.length == 2) {
                        assertThat(anchors(Files.readString(file)))
                                .as("%s: %s", page, target)
                                .contains(parts[1]);
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(80);
    }

    private static String withoutCode(String page) {
        return page.replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
    }

    /** The anchors that GitHub makes of headings: lower case, hyphens for spaces, punctuation left out. */
    private static List<String> anchors(String page) {
        return page.replaceAll("(?s)```.*?```", "")
                .lines()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void theTableNamesEveryOperationAndNoOther() {
        Set<String> operations = new TreeSet<>();
        for (Method method : Variable.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !ACCESSORS.contains(method.getName())) {
                operations.add(method.getName());
            }
        }
        String section = readme.substring(readme.indexOf("## Operations"), readme.indexOf("## Limits"));
        Set<String> named = new TreeSet<>();
        Arrays.stream(section.split("\n")).filter(line -> line.startsWith("| ")).forEach(line -> {
            Matcher name = Pattern.compile("`(\\w+)`").matcher(line);
            while (name.find()) {
                named.add(name.group(1));
            }
        });
        assertThat(named).isEqualTo(operations);
    }

    /** The last column of the tables for newcomers: each call is of a method that there is. */
    @Test
    void thePageForNewcomersNamesWhatThereIs() throws IOException {
        Map<String, Class<?>> classes = Stream.of(
                        Autodiff.class,
                        Chain.class,
                        Context.class,
                        ConfusionMatrix.class,
                        Conv2d.class,
                        CustomVjp.class,
                        Dataset.class,
                        EarlyStopping.class,
                        EventFile.class,
                        GradientCheck.class,
                        Implicit.class,
                        Imputer.class,
                        Initialiser.class,
                        Listener.class,
                        Loops.class,
                        Loss.class,
                        Metrics.class,
                        MinMaxScaler.class,
                        Npy.class,
                        Npz.class,
                        ParameterFunction.class,
                        Rate.class,
                        Safetensors.class,
                        Standardiser.class,
                        Tape.class,
                        Trainer.class,
                        Tree.class,
                        Variable.class,
                        Weights.class,
                        Csv.class,
                        Windows.class)
                .collect(Collectors.toMap(Class::getSimpleName, c -> c));
        classes.putAll(Map.of(
                "block", Layer.class,
                "head", Layer.class,
                "loss", CrossEntropy.class,
                "m", Layer.class,
                "model", Layer.class,
                "optimiser", Optimiser.class,
                "rate", Rate.class,
                "step", Step.class,
                "weights", Weights.class));
        classes.putAll(Map.of(
                "confusion", ConfusionMatrix.class,
                "data", Dataset.class,
                "key", Key.class,
                "outputs", Tensor.class,
                "trainer", Trainer.class));
        List<String> missing = new ArrayList<>();
        int calls = 0;
        for (String line : page("coming-from").split("\n")) {
            String[] cells = line.split("\\|");
            Matcher call =
                    Pattern.compile("(\\w+)\\.(\\w+)\\(").matcher(line.startsWith("| ") ? cells[cells.length - 1] : "");
            while (call.find()) {
                Class<?> owner = classes.getOrDefault(call.group(1), Variable.class);
                calls++;
                if (Arrays.stream(owner.getMethods()).noneMatch(m -> m.getName().equals(call.group(2)))) {
                    missing.add(call.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(calls).isGreaterThan(100);
    }

    @Test
    void theTrainingOfThePageForNewcomersPrintsWhatItShows(@TempDir Path folder) throws Exception {
        String program = """
                import dev.wengert.autodiff.*;
                import dev.wengert.data.*;
                import dev.wengert.nn.*;
                import dev.wengert.optim.*;
                import dev.wengert.tensor.*;
                import dev.wengert.train.*;
                import java.nio.file.Path;
                import java.util.List;
                import java.util.SplittableRandom;

                public class Newcomer {
                    public static void main(String[] args) throws Exception {
                %s
                    }
                }
                """.formatted(block(page("coming-from"), "java", 0));
        assertThat(launch(folder, "Newcomer", program)).isEqualTo(block(page("coming-from"), "text", 0));
    }

    /** A fenced block of a language, counted from 0. */
    private String block(String language, int number) {
        return block(readme, language, number);
    }

    private static String block(String page, String language, int number) {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        for (int i = 0; i <= number; i++) {
            assertThat(block.find()).isTrue();
        }
        return block.group(1);
    }
}
