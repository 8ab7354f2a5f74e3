package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of events with random faults: each is refused with the documented exception, or holds no more than it should. */
class EventFileProperties {

    @TempDir
    Path dir;

    @Test
    void faultyFilesAreRefusedOrRead() throws Exception {
        EventFile own = EventFile.create(dir.resolve("run"), 1);
        own.append(1, Map.of("training loss", 0.5, "rate", 0.1));
        List<byte[]> good =
                List.of(Exchange.of("tensorboard").bytes(EventFileTest.NAME), Files.readAllBytes(own.path()));
        double refused = new Mutations(good, EventFileProperties::inMessage, 2_000_000)
                .refused(3000, dir.resolve("events.out.tfevents.1"), EventFileProperties::read);
        assertThat(refused).isBetween(0.5, 0.98);
    }

    private static void read(Path file) throws IOException {
        assertThat((long) EventFile.read(file).size()).isLessThanOrEqualTo(Files.size(file) / 7);
    }

    /** A fault in the message of an event, whose length and checksums are made to fit. */
    private static byte[] inMessage(byte[] bytes, SplittableRandom random) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (int skipped = random.nextInt(16); at + 16 <= bytes.length; skipped--) {
            long length = in.getLong(at);
            if (length < 0 || length > bytes.length - at - 16) {
                break;
            }
            int end = at + 16 + (int) length;
            if (skipped == 0 || end == bytes.length) {
                byte[] message = Arrays.copyOfRange(bytes, at + 12, end - 4);
                return Mutations.replaced(bytes, at, end, EventFileTest.record(Mutations.faulty(message, random)));
            }
            at = end;
        }
        return Mutations.faulty(bytes, random);
    }
}
