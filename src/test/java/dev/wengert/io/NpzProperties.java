package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.Mutations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zip files with random faults, in the zip or in a member: each is refused with the documented exception, or read within its limit. */
class NpzProperties {
    private static final Exchange NPY = Exchange.of("npy");
    private static final long MOST = 1 << 20;

    @TempDir
    Path dir;

    private static List<byte[]> good() {
        return NPY.names("npz").stream()
                .filter(name -> !NPY.refused().containsKey(name) && !name.startsWith("odd-zip-bomb"))
                .map(NPY::bytes)
                .toList();
    }

    @Test
    void faultyFilesAreRefusedOrRead() throws Exception {
        double refused = new Mutations(good(), NpzProperties::inMember, MOST + 2_000_000)
                .refused(3000, dir.resolve("a.npz"), NpzProperties::read);
        assertThat(refused).isBetween(0.4, 0.95);
    }

    private static void read(Path file) throws IOException {
        long elements = Npz.read(file, MOST).values().stream()
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
        assertThat(8 * elements).isLessThanOrEqualTo(MOST);
    }

    /** A fault in one member of a zip file that is whole otherwise. */
    private static byte[] inMember(byte[] bytes, SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] member = in.readAllBytes();
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(
                        random.nextInt(3) > 0
                                ? member
                                : random.nextInt(4) > 0
                                        ? NpyProperties.inHeader(member, random)
                                        : Mutations.faulty(member, random));
            }
        } catch (IOException | IllegalArgumentException e) {
            return bytes; // which have a fault already
        }
        return out.toByteArray();
    }
}
