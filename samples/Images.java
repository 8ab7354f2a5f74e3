import dev.wengert.data.Csv;
import dev.wengert.data.Dataset;
import dev.wengert.data.Idx;
import dev.wengert.data.Table;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Labelled images of ten classes, a row of pixels each, scaled to 0..1, and cut into training and test. */
record Images(String name, int height, int width, Dataset train, Dataset test) {
    static final int CLASSES = 10;

    private static final Path DIGITS = Path.of("samples", "data", "digits.csv.gz");

    /** The handwritten digits in samples/data; 400 of the 1797 are for the test. */
    static Images digits() throws IOException {
        Table table = Csv.read(DIGITS);
        Dataset digits = new Dataset(table.numbers(0, 64), table.labels(64, CLASSES), CLASSES);
        // The file goes writer by writer. Shuffled, every hand is in both parts; by a seed of its own, always the same
        // ones.
        List<Dataset> parts = digits.mapFeatures(grey -> grey / 16)
                .shuffled(new SplittableRandom(1964))
                .split(1397, 400);
        return new Images("handwritten digits", 8, 8, parts.get(0), parts.get(1));
    }

    /** The images in the four files of MNIST, or of a data set that has its form; the split is theirs. */
    static Images of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            String problem = Files.exists(directory) ? "not a directory" : "no such directory";
            throw new IOException(directory + ": " + problem);
        }
        Dataset train = read(directory, "train");
        Dataset test = read(directory, "t10k");
        int height = train.features().shape().extent(1);
        int width = train.features().shape().extent(2);
        if (!test.features()
                .shape()
                .with(0, train.size())
                .equals(train.features().shape())) {
            throw new IOException(
                    directory + ": test images must have the size of training images, got training images "
                            + train.features().shape() + " and test images "
                            + test.features().shape());
        }
        return new Images(directory.toString(), height, width, flat(train), flat(test));
    }

    private static Dataset read(Path directory, String part) throws IOException {
        Path imageFile = find(directory, part + "-images-idx3-ubyte");
        Path labelFile = find(directory, part + "-labels-idx1-ubyte");
        Tensor images = Idx.read(imageFile);
        if (images.shape().rank() != 3 || images.shape().size() == 0) {
            throw new IOException(imageFile + ": the extents must be [images, height, width], got " + images.shape());
        }
        Tensor labels = Idx.read(labelFile);
        try {
            return new Dataset(images, labels, CLASSES).mapFeatures(grey -> grey / 255);
        } catch (IllegalArgumentException e) { // labels of other images
            throw new IOException(labelFile + ": " + e.getMessage(), e);
        }
    }

    private static Path find(Path directory, String name) throws IOException {
        Path plain = directory.resolve(name);
        Path packed = directory.resolve(name + ".gz");
        if (Files.exists(plain)) {
            return plain;
        }
        if (Files.exists(packed)) {
            return packed;
        }
        throw new IOException(directory + ": there must be a file " + name + " or " + name + ".gz");
    }

    /** Each image as one row of pixels. */
    private static Dataset flat(Dataset images) {
        return new Dataset(images.features().reshape(images.size(), -1), images.labels(), CLASSES);
    }

    /** Prints images of 8 rows and 8 columns, a row of pixels each from 0 to 1, side by side. */
    static void print(Tensor images, PrintStream out) {
        for (int y = 0; y < 8; y++) {
            StringBuilder line = new StringBuilder();
            for (int image = 0; image < images.shape().extent(0); image++) {
                for (int x = 0; x < 8; x++) {
                    char grey = " .:-=+*#%@".charAt((int) (9.99 * images.get(image, 8 * y + x)));
                    line.append(grey).append(grey);
                }
                line.append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
