package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.data.DataFileException;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final Weights WEIGHTS = Weights.of(Map.of("w", Tensor.of(1, 2)));

    @TempDir
    Path dir;

    private static List<Path> left(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(f -> f.getFileName().toString().matches("\\.wengert-.*\\.tmp"))
                    .toList();
        }
    }

    /** Four loops at a time, each of which is killed 25 times at a random moment. */
    @Test
    void aProcessThatIsKilledLeavesOneOfTheCheckpoints() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> kills = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path own = Files.createDirectory(dir.resolve("run" + i));
                SplittableRandom random = new SplittableRandom(i);
                kills.add(threads.submit(() -> kill(own, random)));
            }
            int inWriting = 0;
            for (Future<Integer> count : kills) {
                inWriting += count.get(2, TimeUnit.MINUTES);
            }
            assertThat(inWriting).as("kills in the midst of writing").isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    private static int kill(Path dir, SplittableRandom random) throws Exception {
        Path file = dir.resolve("run.safetensors");
        int inWriting = 0;
        for (int i = 0; i < 25; i++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            ForkedJvm.root(Weights.class) + File.pathSeparator + ForkedJvm.root(CheckpointLoop.class),
                            CheckpointLoop.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertThat(process.getInputStream().read()).isEqualTo('!');
                Thread.sleep(random.nextInt(10), random.nextInt(1_000_000));
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(Weights.read(file)).isIn(CheckpointLoop.A, CheckpointLoop.B);
            for (Path part : left(dir)) {
                Files.delete(part);
                inWriting++;
            }
        }
        return inWriting;
    }

    @Test
    void whatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = dir.resolve("a");
        WEIGHTS.write(file);
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(1);
                    throw new IOException("no space left");
                }))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": writing must succeed, got java.io.IOException: no space left");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    throw new OutOfMemoryError("no memory");
                }))
                .isExactlyInstanceOf(OutOfMemoryError.class);
        assertThat(Weights.read(file)).isEqualTo(WEIGHTS);
        assertThat(left(dir)).isEmpty();
    }

    @Test
    void aNewNameThatCannotBeGivenLeavesNothing() throws IOException {
        Path file = dir.resolve("n".repeat(300));
        assertThatThrownBy(() -> WEIGHTS.write(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessageContaining("n: writing must succeed, got java.nio.file.FileSystemException: ");
        assertThat(left(dir)).isEmpty();
    }

    @Test
    void whereNoFileCanBeIsSaid() {
        Path file = dir.resolve("none").resolve("a");
        assertThatThrownBy(() -> WEIGHTS.write(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": its directory must exist, got none called " + dir.resolve("none")
                        + "; Files.createDirectories makes it");
        assertThatThrownBy(() -> WEIGHTS.write(dir))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(dir + ": what is replaced must be a file, got a directory or a device");
    }

    @Test
    void aSymbolicLinkStays() throws IOException {
        Path file = dir.resolve("a");
        Path link =
                Files.createSymbolicLink(Files.createDirectory(dir.resolve("b")).resolve("link"), file);
        assertThatThrownBy(() -> WEIGHTS.write(link))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(link + ": writing must succeed, got java.nio.file.NoSuchFileException: " + link);
        Weights.of(Map.of()).write(file);
        WEIGHTS.write(link);
        assertThat(link).isSymbolicLink();
        assertThat(Weights.read(file)).isEqualTo(WEIGHTS);
        assertThat(Weights.read(link)).isEqualTo(WEIGHTS);
    }

    /** A thread may be interrupted to make it save and stop. */
    @Test
    void aThreadThatIsInterruptedWritesAndReads() throws IOException {
        Path file = dir.resolve("a");
        try {
            Thread.currentThread().interrupt();
            WEIGHTS.write(file);
            assertThat(Weights.read(file)).isEqualTo(WEIGHTS);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Files of java.nio that java.io cannot open. */
    @Test
    void aFileInAZipFileSystemIsRefused() throws IOException {
        URI zip = URI.create("jar:" + dir.resolve("a.zip").toUri());
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path file = Files.createFile(files.getPath("/a"));
            List<ThrowingCallable> uses = List.of(
                    () -> WEIGHTS.write(file),
                    () -> Weights.read(file),
                    () -> Npy.read(file),
                    () -> Npz.read(file),
                    () -> EventFile.read(file));
            String problem =
                    ": the file must be in the default file system, got one of jar; Files.copy copies files to and from it";
            for (ThrowingCallable use : uses) {
                assertThatThrownBy(use)
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessage(file + problem);
            }
            Path run = files.getPath("/run");
            assertThatThrownBy(() -> EventFile.create(run, 1))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessageEndingWith(problem);
            assertThat(run).doesNotExist();
        }
    }
}
