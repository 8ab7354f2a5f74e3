package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.data.DataFileException;
import dev.wengert.data.Dataset;
import dev.wengert.io.EventFile;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTest {
    private static final Dataset TRAIN =
            new Dataset(Tensor.of(new double[][] {{0, 1}, {1, 0}, {1, 1}}), Tensor.of(0, 1, 2), 3);

    @TempDir
    Path dir;

    private static Trainer trainer() {
        return Trainer.of(new Linear("w", 2, 3, new SplittableRandom(1)), Loss.crossEntropy(), new Sgd(0.5));
    }

    private static List<Path> files(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().toList();
        }
    }

    /** The figures of epochs as scalars; those of a file that goes on begin where it does. */
    private static void assertScalars(Path file, List<Epoch> epochs) throws IOException {
        List<EventFile.Scalar> scalars = EventFile.read(file);
        int i = 0;
        for (Epoch epoch : epochs) {
            for (String name : epoch.figures().keySet()) {
                EventFile.Scalar scalar = scalars.get(i++);
                assertThat(scalar.tag()).isEqualTo(name);
                assertThat(scalar.step()).isEqualTo(epoch.number());
                assertThat(scalar.value()).isEqualTo((float) epoch.figure(name));
            }
        }
        assertThat(scalars).hasSize(i);
    }

    @Test
    void figuresAreWrittenForTensorBoard() throws IOException {
        Path run = dir.resolve("runs/1");
        List<Integer> during = new ArrayList<>();
        History history = trainer()
                .epochs(3)
                .listener(Listener.tensorBoard(run))
                .listener(new Listener() {
                    @Override
                    public void onEpoch(History soFar) {
                        try {
                            during.add(EventFile.read(files(run).get(0)).size());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                })
                .fit(TRAIN);
        assertThat(files(run)).hasSize(1);
        assertScalars(files(run).get(0), history.epochs());
        assertThat(during).containsExactly(2, 4, 6);
    }

    @Test
    void aTrainingThatGoesOnHasANewFileForTensorBoard() throws IOException {
        Path run = dir.resolve("run");
        Path checkpoint = dir.resolve("checkpoint.safetensors");
        trainer()
                .epochs(2)
                .checkpoint(checkpoint)
                .listener(Listener.tensorBoard(run))
                .fit(TRAIN);
        History history = trainer()
                .epochs(5)
                .restore(checkpoint)
                .listener(Listener.tensorBoard(run))
                .fit(TRAIN);
        assertThat(files(run)).hasSize(2);
        assertScalars(files(run).get(0), history.epochs().subList(0, 2));
        assertScalars(files(run).get(1), history.epochs().subList(2, 5));
    }

    @Test
    void epochsThatAreDoneAgainHaveANewFileForTensorBoard() throws IOException {
        Listener listener = Listener.tensorBoard(dir);
        List<Epoch> epochs = trainer().epochs(2).listener(listener).fit(TRAIN).epochs();
        trainer().epochs(2).listener(listener).fit(TRAIN);
        assertThat(files(dir)).hasSize(2);
        for (Path file : files(dir)) {
            assertScalars(file, epochs);
        }
    }

    @Test
    void aFileThatCannotBeWrittenEndsTheTraining() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        Trainer trainer = trainer().epochs(1).listener(Listener.tensorBoard(file));
        assertThatThrownBy(() -> trainer.fit(TRAIN))
                .isExactlyInstanceOf(UncheckedIOException.class)
                .hasCauseExactlyInstanceOf(DataFileException.class)
                .hasMessageContaining("writing must succeed, got java.nio.file.FileAlreadyExistsException");
    }
}
