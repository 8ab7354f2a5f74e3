package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md says is so: its first example prints what it shows, its table names every operation. */
class ReadmeTest {

    private static final Set<String> ACCESSORS =
            Set.of("of", "value", "item", "shape", "op", "inputs", "parameter", "toString", "equals", "hashCode");

    private final String readme = Files.readString(Path.of("README.md"));

    ReadmeTest() throws IOException {}

    @Test
    void theFirstExamplePrintsWhatItShows(@TempDir Path folder) throws Exception {
        assertThat(launch(folder, "First", block("java", 0))).isEqualTo(block("text", 0));
    }

    /** What a program in one file prints. */
    private static String launch(Path folder, String name, String program) throws Exception {
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, program);
        Path classes = Path.of(Variable.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classes.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.replace(System.lineSeparator(), "\n");
    }

    @Test
    void theTrainingLoopLearns(@TempDir Path folder) throws Exception {
        String program = """
                import dev.wengert.autodiff.*;
                import dev.wengert.data.*;
                import dev.wengert.nn.*;
                import dev.wengert.optim.*;
                import java.nio.file.Path;
                import java.util.SplittableRandom;

                public class Training {
                    public static void main(String[] args) throws Exception {
                %s
                        System.out.println(last);
                    }
                }
                """.formatted(block("java", 1));
        assertThat(Double.parseDouble(launch(folder, "Training", program))).isBetween(0.0, 1.0);
    }

    @Test
    void theTableNamesEveryOperationAndNoOther() {
        Set<String> operations = new TreeSet<>();
        for (Method method : Variable.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !ACCESSORS.contains(method.getName())) {
                operations.add(method.getName());
            }
        }
        String section = readme.substring(readme.indexOf("## Operations"), readme.indexOf("## Licence"));
        Set<String> named = new TreeSet<>();
        Arrays.stream(section.split("\n")).filter(line -> line.startsWith("| ")).forEach(line -> {
            Matcher name = Pattern.compile("`(\\w+)`").matcher(line);
            while (name.find()) {
                named.add(name.group(1));
            }
        });
        assertThat(named).isEqualTo(operations);
    }

    /** A fenced block of a language, counted from 0. */
    private String block(String language, int number) {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
        for (int i = 0; i <= number; i++) {
            assertThat(block.find()).isTrue();
        }
        return block.group(1);
    }
}
