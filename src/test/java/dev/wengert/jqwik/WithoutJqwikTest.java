package dev.wengert.jqwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.testing.ForkedJvm;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever does not use this package needs no jqwik: not to compile, not to run, neither with modules nor without. */
class WithoutJqwikTest {

    private static final String MAIN = """
            package app;

            import dev.wengert.autodiff.Autodiff;
            import dev.wengert.autodiff.Variable;
            import dev.wengert.check.GradientCheck;
            import dev.wengert.check.GradientReport;
            import dev.wengert.tensor.Tensor;
            import java.nio.file.Path;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.out.print(Autodiff.grad(Variable::sum).apply(Tensor.of(1, 2)));
                    GradientReport report = GradientCheck.of(Variable::exp).at(Tensor.scalar(0)).run();
                    report.writeHtml(Path.of(args[0]));
                    System.out.print(report.verdict());
                    Variable square = Variable.of(Tensor.ones(64, 64));
                    System.out.print(square.matmul(square).mean().item() + " ");
                    System.out.print(Main.class.getModule().isNamed() + " "
                            + Main.class.getClassLoader().getResource("net/jqwik/api/Arbitrary.class"));
                }
            }
            """;

    private final String library = ForkedJvm.root(Variable.class);

    @TempDir
    private Path folder;

    WithoutJqwikTest() throws Exception {}

    @Test
    void aModuleCompilesAndRuns() throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        Path module = write("module-info.java", "module app { requires dev.wengert; }");
        String classes = compile(
                "-p", library, module.toString(), write("Main.java", MAIN).toString());
        List<String> run = List.of("-p", classes + File.pathSeparator + library, "-m", "app/app.Main", page());
        assertThat(ForkedJvm.run(run)).isEqualTo("[1. 1.]PASS64.0 true null");
        List<String> vectors = List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "-Ddev.wengert.kernel=vector",
                "-Xlog:class+load:file=" + loaded);
        assertThat(ForkedJvm.run(Stream.concat(vectors.stream(), run.stream()).toList()))
                .endsWith("[1. 1.]PASS64.0 true null");
        assertThat(loaded).content().contains("dev.wengert.kernel.vector.VectorProduct");
    }

    @Test
    void aProgramOnTheClassPathCompilesAndRuns() throws Exception {
        String classes = compile("-cp", library, write("Main.java", MAIN).toString());
        assertThat(ForkedJvm.run(List.of("-cp", classes + File.pathSeparator + library, "app.Main", page())))
                .isEqualTo("[1. 1.]PASS64.0 false null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"autodiff.op.UnaryOp", "autodiff.plan.Draft", "accuracy.Evaluation", "kernel.Elementwise"})
    void whatIsNotExportedIsClosedToModules(String hidden) throws Exception {
        Path module = write("module-info.java", "module app { requires dev.wengert; }");
        Path main = write("Main.java", "package app; class Main { dev.wengert." + hidden + " hidden; }");
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(out, out, "-d", folder.toString(), "-p", library, module.toString(), main.toString());
        assertThat(status).isNotZero();
        assertThat(said.toString()).contains("is not visible");
    }

    private String page() {
        return folder.resolve("report.html").toString();
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    /** The folder of the classes. */
    private String compile(String... arguments) {
        String classes = folder.resolve("classes").toString();
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        String[] all =
                Stream.concat(Stream.of("-d", classes), Stream.of(arguments)).toArray(String[]::new);
        assertThat(javac.run(out, out, all)).as(said.toString()).isZero();
        assertThat(said.toString()).isEmpty();
        return classes;
    }
}
