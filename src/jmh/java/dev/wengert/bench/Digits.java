package dev.wengert.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * W13: the images of digits from a file, to learn from and to tell the accuracy of. It needs nothing of the library.
 *
 * @param images rows of 64 grey levels from 0 to 1, then the class
 */
public record Digits(List<double[]> images) {

    /** The file, seen from the top folder. */
    public static final Path FILE = Path.of("samples", "data", "digits.csv.gz");

    /** How many images there are to learn from; the rest is for the accuracy. */
    public static final int TRAIN = 1440;

    /** How many there are for the accuracy. */
    public static final int TEST = 357;

    /** The number of features. */
    public static final int PIXELS = 64;

    /** The number of classes. */
    public static final int CLASSES = 10;

    /** How often each image is learned from. */
    public static final int EPOCHS = 30;

    /** The images of a step. */
    public static final int BATCH = 32;

    /** The learning rate of Adam. */
    public static final double RATE = 1.0 / 1024;

    /** Reads the file. */
    public static Digits read() {
        List<double[]> images = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] numbers = line.split(",");
                double[] image = new double[PIXELS + 1];
                for (int i = 0; i < PIXELS; i++) {
                    image[i] = Double.parseDouble(numbers[i]) / 16;
                }
                image[PIXELS] = Double.parseDouble(numbers[PIXELS]);
                images.add(image);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Digits(images);
    }

    /** The images to learn from, in the order of an epoch. */
    public List<double[]> shuffled(int epoch) {
        List<double[]> order = new ArrayList<>(images.subList(0, TRAIN));
        Collections.shuffle(order, new Random(epoch));
        return order;
    }

    /** The images for the accuracy. */
    public List<double[]> test() {
        return images.subList(TRAIN, TRAIN + TEST);
    }

    /** The grey levels of some images, row by row. */
    public static double[] pixels(List<double[]> images) {
        double[] x = new double[images.size() * PIXELS];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i), 0, x, i * PIXELS, PIXELS);
        }
        return x;
    }

    /** Their classes, as one-hot rows. */
    public static double[] targets(List<double[]> images) {
        double[] y = new double[images.size() * CLASSES];
        for (int i = 0; i < images.size(); i++) {
            y[i * CLASSES + (int) images.get(i)[PIXELS]] = 1;
        }
        return y;
    }

    /** The share of images whose class has the largest logit. */
    public static double accuracy(List<double[]> images, double[] logits) {
        int right = 0;
        for (int i = 0; i < images.size(); i++) {
            int best = 0;
            for (int j = 1; j < CLASSES; j++) {
                best = logits[i * CLASSES + j] > logits[i * CLASSES + best] ? j : best;
            }
            right += best == (int) images.get(i)[PIXELS] ? 1 : 0;
        }
        return (double) right / images.size();
    }
}
