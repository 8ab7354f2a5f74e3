import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S01SoftmaxRegressionTest {
    private static final String HELP = "; --help lists the options";

    @TempDir
    Path directory;

    /** What a run leaves behind. */
    private record Run(int status, String out, String err) {
        List<String> errors() {
            return err.lines()
                    .filter(line -> !line.startsWith("training ") && !line.startsWith("comparing "))
                    .toList();
        }

        /** The groups of the first match of a pattern in the output. */
        double[] numbers(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(out);
            assertThat(matcher.find()).as("%s in%n%s", pattern, out).isTrue();
            double[] numbers = new double[matcher.groupCount()];
            Arrays.setAll(numbers, i -> Double.parseDouble(matcher.group(i + 1)));
            return numbers;
        }
    }

    /** Runs the program with its pictures in the test's directory. */
    private Run run(String... args) {
        String[] all = Stream.concat(
                        Stream.of("--pictures", directory.resolve("png").toString()), Stream.of(args))
                .toArray(String[]::new);
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            int status = S01SoftmaxRegression.run(all);
            return new Run(
                    status, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void digitsAreReadAndTheDerivativesAreRight() throws IOException {
        Run run = run();

        assertThat(run.errors()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().lines().limit(2))
                .containsExactly(
                        "softmax regression on handwritten digits: 1397 training images and 400 test images of 8x8 pixels,"
                                + " 10 classes",
                        "30 epochs, batches of 32, rate 0.5, seed 1");

        double[] losses = losses(run);
        assertThat(losses).hasSize(30);
        assertThat(losses[0]).isLessThan(Math.log(10)); // the loss of guessing
        assertThat(losses[29]).isLessThan(losses[0] / 5);

        double[] accuracy = run.numbers("(?m)^test accuracy: (0\\.\\d{4}) \\((\\d+) of 400\\)$");
        assertThat(accuracy[0]).isGreaterThanOrEqualTo(0.95).isEqualTo(accuracy[1] / 400);
        int[][] confusion = confusion(run);
        assertThat(Arrays.stream(confusion).flatMapToInt(Arrays::stream).sum()).isEqualTo(400);
        int right = 0;
        for (int c = 0; c < 10; c++) {
            right += confusion[c][c];
        }
        assertThat(right).isEqualTo((int) accuracy[1]);

        double[] first = run.numbers("softmax\\(o\\) - y" + "\\s+(\\S+)".repeat(4));
        double[] second = run.numbers("(?m)^p\\(1 - p\\)" + "\\s+(\\S+)".repeat(4));
        double[] mixed = run.numbers("-p_i p_j" + "\\s+(\\S+)".repeat(4));
        for (double[] row : List.of(first, second, mixed)) {
            // a bound of 26u is 26 ulps just below a power of two, and 13 just above one
            assertThat(row[0]).isGreaterThan(0).isLessThanOrEqualTo(26);
            assertThat(row[1]).isGreaterThan(0).isLessThanOrEqualTo(1);
        }
        assertThat(first[3]).as("the cancellation that the sample is about").isGreaterThan(100);
        assertThat(second[3]).isGreaterThan(100);
        assertThat(mixed[3]).as("nothing cancels in a product").isLessThanOrEqualTo(1);

        // An error of 26u in each p and p(1 - p) moves the left side by (1/q) 26u (2 sum p|p - 1/q| + sum p(1 - p)),
        // which
        // is less than 0.3 * 26u: 62 ulps of 0.09.
        double[] identity = run.numbers("\\(q - 1\\)/q\\^2 = (\\S+): largest difference (\\d+) ulps");
        assertThat(identity[0]).isEqualTo(0.09);
        assertThat(identity[1]).isLessThanOrEqualTo(62);

        assertPicture("loss.png", 800, 500);
        assertPicture("confusion.png", 700, 700);
        assertPicture("weights.png", 1100, 530);
    }

    private static double[] losses(Run run) {
        return run.out()
                .lines()
                .filter(line -> line.matches(" *\\d+  \\d\\.\\d{4}"))
                .mapToDouble(line -> Double.parseDouble(line.strip().split(" +")[1]))
                .toArray();
    }

    private static int[][] confusion(Run run) {
        return run.out()
                .lines()
                .filter(line -> line.matches(" \\d \\|.*"))
                .map(line -> Arrays.stream(line.substring(4).strip().split(" +"))
                        .mapToInt(times -> times.equals(".") ? 0 : Integer.parseInt(times))
                        .toArray())
                .toArray(int[][]::new);
    }

    private void assertPicture(String name, int width, int height) throws IOException {
        BufferedImage picture =
                ImageIO.read(directory.resolve("png").resolve(name).toFile());
        assertThat(picture.getWidth()).isEqualTo(width);
        assertThat(picture.getHeight()).isEqualTo(height);
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        assertThat(Arrays.stream(pixels).distinct().count())
                .as("colours of " + name)
                .isGreaterThan(20);
        assertThat(Arrays.stream(pixels).filter(colour -> colour != 0xffffffff).count())
                .as("pixels of " + name + " that are not white")
                .isGreaterThan(width * height / 100);
    }

    @Test
    void theSeedDecidesEverything() throws IOException {
        Path files = images(new GreyImages(60, 20));
        String[] args = {"--data", files.toString(), "--epochs", "3", "--batch", "7", "--rate", "0.05", "--seed", "5"};
        Run run = run(args);

        assertThat(run.errors()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().lines().limit(6))
                .startsWith(
                        "softmax regression on " + files
                                + ": 60 training images and 20 test images of 4x3 pixels, 10 classes",
                        "3 epochs, batches of 7, rate 0.05, seed 5",
                        "",
                        "epoch    loss");
        assertThat(losses(run)).hasSize(3);
        assertThat(run(args).out()).isEqualTo(run.out());
        args[args.length - 1] = "6";
        assertThat(losses(run(args))).isNotEqualTo(losses(run));
    }

    @Test
    void filesMayBePacked() throws IOException {
        Path files = images(new GreyImages(60, 20));
        Run plain = run("--data", files.toString(), "--epochs", "1");
        for (String name : GreyImages.NAMES) {
            Path file = files.resolve(name);
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(files.resolve(name + ".gz")))) {
                out.write(Files.readAllBytes(file));
            }
            Files.delete(file);
        }
        Run packed = run("--data", files.toString(), "--epochs", "1");
        assertThat(packed.status()).isZero();
        assertThat(packed.out()).isEqualTo(plain.out());
        assertThat(packed.out()).contains("1 epochs, batches of 256, rate 0.1, seed 1");
    }

    @Test
    void progressIsWrittenInLinesWhereThereIsNoTerminal() throws IOException {
        Run run = run("--data", images(new GreyImages(60, 20)).toString(), "--epochs", "2");
        assertThat(run.err()).doesNotContain("\r").doesNotContain("\u001b");
        assertThat(run.err()
                        .lines()
                        .filter(line -> line.matches("training 100% \\[=+\\] 2/2 \\(.*\\) loss \\d\\.\\d{4}")))
                .hasSize(1);
        assertThat(run.err().lines().filter(line -> line.matches("comparing 100% \\[=+\\] 20/20 \\(.*\\)")))
                .hasSize(1);
    }

    @Test
    void helpNamesEveryOption() {
        Run run = run("--help");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("--data=DIR", "--epochs=N", "--batch=N", "--rate=X", "--seed=N", "--pictures=DIR");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--epoch=3         | Unknown option: '--epoch=3'",
                "digits            | Unmatched argument at index 2: 'digits'",
                "--epochs          | Missing required parameter for option '--epochs' (N)",
                "--epochs ten      | Invalid value for option '--epochs': 'ten' is not an int",
                "--epochs 0        | --epochs must be 1 or more, got 0",
                "--batch -5        | --batch must be 1 or more, got -5",
                "--rate 0          | --rate must be positive and finite, got 0.0",
                "--rate NaN        | --rate must be positive and finite, got NaN",
                "--rate Infinity   | --rate must be positive and finite, got Infinity",
                "--seed 1.5        | Invalid value for option '--seed': '1.5' is not a long",
            })
    void aWrongOptionIsOneLineAndStatus2(String args, String problem) {
        assertRefused(run(args.split(" ")), problem + HELP);
    }

    private static void assertRefused(Run run, String error) {
        assertThat(run.errors()).containsExactly(error);
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aRateThatIsMuchTooLargeIsRefused() throws IOException {
        String files = images(new GreyImages(60, 20)).toString();
        Run run = run("--data", files, "--batch", "1", "--rate", "1e308");
        assertRefused(run, "the weights grow beyond all numbers: --rate must be smaller than 1.0E308" + HELP);
    }

    @Test
    void aDirectoryThatIsNoneIsRefused() throws IOException {
        Path missing = directory.resolve("missing");
        assertRefused(run("--data", missing.toString()), missing + ": no such directory");
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused(run("--data", file.toString()), file + ": not a directory");
        assertRefused(
                run("--data", directory.toString()),
                directory + ": there must be a file train-images-idx3-ubyte or train-images-idx3-ubyte.gz");
    }

    @Test
    void picturesNeedADirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("png"), "");
        Run run = run("--data", images(new GreyImages(60, 20)).toString());
        assertRefused(
                run,
                file
                        + ": this must be a directory for pictures, or become one: java.nio.file.FileAlreadyExistsException: "
                        + file);
    }

    @Test
    void aBrokenFileIsRefused() throws IOException {
        Path files = images(new GreyImages(60, 20));
        Path labels = files.resolve("t10k-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);

        Files.write(labels, Arrays.copyOf(bytes, 20));
        assertRefused(
                run("--data", files.toString()),
                labels + ": byte 20: the file must hold 28 bytes for extents [20] of 1 byte, but it ends here");

        bytes[8] = 10;
        Files.write(labels, bytes);
        assertRefused(
                run("--data", files.toString()),
                labels + ": Dataset: labels must be whole numbers in 0..9, got 10.0 at [0]");

        GreyImages.write(labels, new int[] {21}, new byte[21]);
        assertRefused(
                run("--data", files.toString()),
                labels
                        + ": Dataset: labels must be one for each sample, of shape [20], got features [20, 4, 3] and labels"
                        + " [21]");

        Path images = files.resolve("t10k-images-idx3-ubyte");
        GreyImages.write(images, new int[] {20, 12}, new byte[240]);
        assertRefused(
                run("--data", files.toString()),
                images + ": the extents must be [images, height, width], got [20, 12]");

        GreyImages.write(images, new int[] {20, 3, 4}, new byte[240]);
        GreyImages.write(labels, new int[] {20}, new byte[20]);
        assertRefused(
                run("--data", files.toString()),
                files + ": test images must have the size of training images, got training images [60, 4, 3] and test"
                        + " images [20, 3, 4]");
    }

    private Path images(GreyImages images) throws IOException {
        return images.writeTo(Files.createDirectories(directory.resolve("images")));
    }

    /** A small data set in the form of MNIST: images of 4×3 pixels, bright at the pixel of their class. */
    private record GreyImages(int train, int test) {
        static final List<String> NAMES = List.of(
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte");

        Path writeTo(Path directory) throws IOException {
            writePart(directory, train, NAMES.get(0), NAMES.get(1));
            writePart(directory, test, NAMES.get(2), NAMES.get(3));
            return directory;
        }

        private static void writePart(Path directory, int n, String imageFile, String labelFile) throws IOException {
            byte[] pixels = new byte[n * 12];
            byte[] labels = new byte[n];
            for (int i = 0; i < n; i++) {
                labels[i] = (byte) (7 * i % 10);
                pixels[12 * i + labels[i]] = (byte) (200 + i % 50);
                pixels[12 * i + 11] = (byte) (3 * i);
            }
            write(directory.resolve(imageFile), new int[] {n, 4, 3}, pixels);
            write(directory.resolve(labelFile), new int[] {n}, labels);
        }

        static void write(Path file, int[] extents, byte[] elements) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(new byte[] {0, 0, 8, (byte) extents.length});
            for (int extent : extents) {
                out.write(
                        new byte[] {(byte) (extent >> 24), (byte) (extent >> 16), (byte) (extent >> 8), (byte) extent});
            }
            out.write(elements);
            Files.write(file, out.toByteArray());
        }
    }
}
