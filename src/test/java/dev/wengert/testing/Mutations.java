package dev.wengert.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.data.DataFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Gives a reader good files with random faults. It must read them or refuse them by the documented exception, with a message of one line that
 * names the file and what must be; and it must not allocate more than the size of the file allows.
 *
 * <p>{@code -Dwengert.tries=1000000} sets the number of files, and {@code -Dwengert.seed=2} the seed.
 */
public final class Mutations {
    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        2,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final List<byte[]> good;
    private final Fault own;
    private final long most;

    /**
     * Files and their faults.
     *
     * @param good good files
     * @param own a fault that knows the format: one that keeps checksums and lengths true, so that what is behind them is reached
     * @param most the most bytes that a reader may allocate for a small file; for each byte of it it may take 100 more
     */
    public Mutations(List<byte[]> good, Fault own, long most) {
        this.good = good;
        this.own = own;
        this.most = most;
    }

    /** Makes a fault. */
    @FunctionalInterface
    public interface Fault {
        byte[] in(byte[] bytes, SplittableRandom random);
    }

    /** Reads a file. */
    @FunctionalInterface
    public interface Reader {
        void read(Path file) throws Exception;
    }

    /** Runs a reader, usually so many times; the share of the files that it refused. */
    public double refused(int usual, Path file, Reader reader) throws Exception {
        int tries = Integer.getInteger("wengert.tries", usual);
        SplittableRandom random = new SplittableRandom(Long.getLong("wengert.seed", 17));
        AllocationMeter meter = new AllocationMeter();
        for (byte[] bytes : good) { // which loads classes, too
            Files.write(file, bytes);
            assertThat(isRead(file, reader)).isTrue();
        }
        int refused = 0;
        for (int i = 0; i < tries; i++) {
            byte[] bytes = good.get(random.nextInt(good.size()));
            for (int faults = 1 + random.nextInt(2); faults > 0; faults--) {
                bytes = random.nextBoolean() ? own.in(bytes, random) : faulty(bytes, random);
            }
            Files.write(file, bytes);
            try {
                long before = meter.read();
                boolean ok = isRead(file, reader);
                assertThat(meter.read() - before)
                        .as("allocated for %d bytes", bytes.length)
                        .isLessThan(most + 100L * bytes.length);
                refused += ok ? 0 : 1;
            } catch (Throwable e) {
                throw new AssertionError(
                        "try " + i + ", a file of "
                                + bytes.length + " bytes: "
                                + Base64.getEncoder()
                                        .encodeToString(Arrays.copyOf(bytes, Math.min(bytes.length, 6000))),
                        e);
            }
        }
        return (double) refused / tries;
    }

    private static boolean isRead(Path file, Reader reader) throws Exception {
        try {
            reader.read(file);
            return true;
        } catch (DataFileException e) {
            String message = e.getMessage();
            if (!message.startsWith(file + ":")
                    || !message.contains(" must ")
                    || message.contains("\n")
                    || message.length() > 1500) {
                throw new AssertionError("a message of one line, with the file and what must be: " + message, e);
            }
            return false;
        }
    }

    /** A fault for which no format need be known: a bit, an end, a piece more or less, an extreme number. */
    public static byte[] faulty(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return changed;
            }
            case 1 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 2 -> {
                int from = random.nextInt(bytes.length);
                return replaced(
                        bytes,
                        at,
                        at,
                        Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(40))));
            }
            case 3 -> {
                return replaced(bytes, at, Math.min(bytes.length, at + random.nextInt(20)), new byte[0]);
            }
            default -> {
                long extreme = EXTREMES[random.nextInt(EXTREMES.length)] + (random.nextInt(4) == 0 ? bytes.length : 0);
                ByteOrder order = random.nextInt(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
                byte[] number =
                        ByteBuffer.allocate(8).order(order).putLong(extreme).array();
                int width = 1 << random.nextInt(4);
                byte[] part = order == ByteOrder.BIG_ENDIAN
                        ? Arrays.copyOfRange(number, 8 - width, 8)
                        : Arrays.copyOf(number, width);
                return replaced(bytes, at, Math.min(bytes.length, at + width), part);
            }
        }
    }

    /** A token in place of a few bytes between two places. */
    public static byte[] token(byte[] bytes, int from, int to, SplittableRandom random, String... tokens) {
        int at = from + random.nextInt(to - from + 1);
        byte[] token = tokens[random.nextInt(tokens.length)].getBytes(StandardCharsets.UTF_8);
        return replaced(bytes, at, Math.min(to, at + random.nextInt(4)), token);
    }

    /** Other bytes in place of those between two places. */
    public static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        byte[] changed = Arrays.copyOf(bytes, from + by.length + bytes.length - to);
        System.arraycopy(by, 0, changed, from, by.length);
        System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
        return changed;
    }
}
