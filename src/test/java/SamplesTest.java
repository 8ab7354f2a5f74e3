import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every sample prints what the comment at its end shows, in any locale. The first one has options, and a test of its
 * own.
 */
class SamplesTest {

    private static final Path SAMPLES = Path.of("samples");
    private static final String APPROVED = "\n/* What it prints:\n\n";

    static List<String> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("S\\d\\d\\w*\\.java"))
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .filter(name -> !name.equals("S01SoftmaxRegression"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void printsWhatItShows(String sample) throws Exception {
        String source = Files.readString(SAMPLES.resolve(sample + ".java"));
        assertThat(source).contains(APPROVED).endsWith("*/\n");
        String approved = source.substring(source.indexOf(APPROVED) + APPROVED.length(), source.length() - 3);

        assertThat(run(sample)).isEqualTo(approved);
    }

    /** The script is run by the tool, as a reader runs it; a line that fails would be among what it prints. */
    @Test
    void theFirstSessionPrintsWhatItShows() throws Exception {
        Path script = SAMPLES.resolve("first-session.jsh");
        String source = Files.readString(script);
        assertThat(source).contains("\n/exit\n" + APPROVED).endsWith("*/\n");
        String approved = source.substring(source.indexOf(APPROVED) + APPROVED.length(), source.length() - 3);

        Path classes = Path.of(Variable.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jshell")
                                .toString(),
                        "--class-path",
                        classes.toString(),
                        "-J-Djava.util.prefs.userRoot=target",
                        "-R-Duser.language=de",
                        script.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed.replace(System.lineSeparator(), "\n")).isEqualTo(approved);
    }

    /** The output, with "\n" at the ends of lines. */
    private static String run(String sample) throws Exception {
        Method run = Class.forName(sample).getDeclaredMethod("run", PrintStream.class);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY); // where 1.5 is written 1,5
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.US_ASCII)) {
            run.invoke(null, out);
        } finally {
            Locale.setDefault(locale);
        }
        return bytes.toString(StandardCharsets.US_ASCII).replace(System.lineSeparator(), "\n");
    }

    @Test
    void thePictureShowsFourCurves() throws Exception {
        requirePicture("S06RealSoftMaxAndSoftmin", "real-soft-max.png", 0xff92c5de, 0xff4393c3, 0xff2166ac, 0xffb2182b);
    }

    @Test
    void thePictureOfMemoryShowsThreeCurves() throws Exception {
        requirePicture("S20NeuralOde", "neural-ode.png", 0xffb2182b, 0xff4393c3, 0xff2166ac);
    }

    @Test
    void thePictureOfAGaussianProcessShowsItsBandAndTheData() throws Exception {
        requirePicture("S23GaussianProcess", "gaussian-process.png", 0xffb2182b, 0xff92c5de, 0xff2166ac);
    }

    @Test
    void thePictureOfAConvolutionShowsImagesAndMatrices() throws Exception {
        requirePicture("S25ConvolutionTransposed", "convolution.png", 0xff000000, 0xff2166ac);
    }

    /** Runs a sample, and looks for colours in the picture that it draws. */
    private static void requirePicture(String sample, String file, int... colors) throws Exception {
        Path picture = Path.of("target", file);
        Files.deleteIfExists(picture);

        run(sample);

        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(800, 500);
        assertThat(image.getRGB(0, 0, 800, 500, null, 0, 800)).contains(colors);
    }

    @Test
    void theReadmeNamesThemAll() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("## Samples"), readme.indexOf("## Operations"));
        Matcher row = Pattern.compile("`(S\\d\\d\\w+)`").matcher(section.substring(section.indexOf("| about |")));
        List<String> all = new ArrayList<>(samples());
        all.add(0, "S01SoftmaxRegression");
        assertThat(row.results().map(match -> match.group(1)).toList()).isEqualTo(all);
    }
}
