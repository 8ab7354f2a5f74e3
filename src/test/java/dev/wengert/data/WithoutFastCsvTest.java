package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import dev.wengert.testing.ForkedJvm;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading CSV needs FastCSV, and says how to have it; all else works without. */
class WithoutFastCsvTest {
    private static final String MAIN = """
            package app;

            import dev.wengert.data.Csv;
            import dev.wengert.tensor.Tensor;
            import java.nio.file.Path;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.out.print(Tensor.of(1, 2) + " ");
                    try {
                        System.out.print(Csv.read(Path.of(args[0])).numbers());
                    } catch (IllegalStateException e) {
                        System.out.print(e.getMessage());
                    }
                }
            }
            """;
    private static final String NEEDED = "[1. 2.] read: FastCSV 4 must be there to read CSV, but ";

    private final String library = ForkedJvm.root(Csv.class);
    private final String fastCsv = ForkedJvm.root(CsvReader.class);

    @TempDir
    private Path folder;

    WithoutFastCsvTest() throws Exception {}

    @Test
    void onTheClassPath() throws Exception {
        String classes = compile("-cp", library);
        assertThat(run("-cp", path(classes, library), "app.Main"))
                .isEqualTo(NEEDED + "it is not on the class path; add the dependency de.siegmar:fastcsv:4.4.0");
        assertThat(run("-cp", path(classes, library, fastCsv), "app.Main")).isEqualTo("[1. 2.] [[3. 4.]]");
    }

    @Test
    void aModule() throws Exception {
        String classes = compile("-p", library, "module app { requires dev.wengert; }");
        String missing = NEEDED + "it is not on the module path; add the dependency de.siegmar:fastcsv:4.4.0";
        assertThat(run("-p", path(classes, library), "-m", "app/app.Main")).isEqualTo(missing);
        assertThat(run("-cp", fastCsv, "-p", path(classes, library), "-m", "app/app.Main"))
                .isEqualTo(missing);
        assertThat(run("-p", path(classes, library, fastCsv), "-m", "app/app.Main"))
                .isEqualTo(NEEDED + "its module is on the module path and not resolved;"
                        + " add \"requires de.siegmar.fastcsv;\" to module-info.java,"
                        + " or the option --add-modules de.siegmar.fastcsv to java");
        assertThat(run(
                        "--add-modules",
                        "de.siegmar.fastcsv",
                        "-p",
                        path(classes, library, fastCsv),
                        "-m",
                        "app/app.Main"))
                .isEqualTo("[1. 2.] [[3. 4.]]");
    }

    @Test
    void aModuleThatRequiresIt() throws Exception {
        String classes = compile(
                "-p", path(library, fastCsv), "module app { requires dev.wengert; requires de.siegmar.fastcsv; }");
        assertThat(run("-p", path(classes, library, fastCsv), "-m", "app/app.Main"))
                .isEqualTo("[1. 2.] [[3. 4.]]");
    }

    private static String path(String... places) {
        return String.join(File.pathSeparator, places);
    }

    private String run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(Files.writeString(folder.resolve("a.csv"), "3,4\n").toString());
        return ForkedJvm.run(all);
    }

    /** The folder of the classes: the program, and the module if there is one. */
    private String compile(String option, String path, String... module) throws Exception {
        String classes = folder.resolve("classes").toString();
        List<String> all = new ArrayList<>(List.of("-d", classes, option, path));
        all.add(Files.writeString(folder.resolve("Main.java"), MAIN).toString());
        for (String text : module) {
            all.add(Files.writeString(folder.resolve("module-info.java"), text).toString());
        }
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertThat(javac.run(out, out, all.toArray(new String[0])))
                .as(said.toString())
                .isZero();
        return classes;
    }
}
