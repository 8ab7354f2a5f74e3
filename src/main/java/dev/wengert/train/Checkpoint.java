package dev.wengert.train;

import dev.wengert.io.Weights;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A checkpoint that was read, and in it the part that is the trainer's own: where it is, and the history. */
record Checkpoint(Weights read) {

    /** The name of the part. */
    static final String PART = "trainer";

    private static final String FIGURES = "figures";

    /** The part: the names of the figures, a line for each epoch, and all figures in a row. */
    static Weights of(Key key, int batchSize, Progressed now, List<Epoch> past) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        own.put("key", key.tensor());
        own.put("batchSize", Tensor.scalar(batchSize));
        own.put("epoch", now.tensor());
        own.put(
                "history",
                Tensor.of(past.stream()
                        .flatMapToDouble(
                                epoch -> epoch.figures().values().stream().mapToDouble(v -> v))
                        .toArray()));
        String names = past.stream()
                .map(epoch -> String.join(",", epoch.figures().keySet()))
                .collect(Collectors.joining("\n"));
        return Weights.of(own).with(FIGURES, names);
    }

    Progressed progressed() {
        return Progressed.of(tensor(PART + ".epoch"));
    }

    List<Epoch> epochs() {
        Tensor history = tensor(PART + ".history");
        String names = required(PART + "." + FIGURES, read.texts().get(PART + "." + FIGURES));
        List<Epoch> epochs = new ArrayList<>();
        int next = 0;
        for (String line : names.lines().toList()) {
            Map<String, Double> figures = new LinkedHashMap<>();
            for (String name : line.split(",")) {
                figures.put(name, history.get(next++));
            }
            epochs.add(new Epoch(epochs.size() + 1, figures));
        }
        return epochs;
    }

    void requireSame(String option, Tensor got) {
        Tensor began = tensor(PART + "." + option);
        if (!got.equals(began)) {
            throw new IllegalArgumentException("restore: a training goes on with the " + option
                    + " that it began with, " + began + ", got " + got);
        }
    }

    Tensor tensor(String name) {
        return required(name, read.tensors().get(name));
    }

    private static <T> T required(String name, T part) {
        if (part == null) {
            throw new IllegalArgumentException(
                    "restore: the file must be a checkpoint of a trainer, got one without " + name);
        }
        return part;
    }
}
