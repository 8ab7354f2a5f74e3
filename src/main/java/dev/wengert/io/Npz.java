package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes .npz files, each of which holds arrays by name: a zip file, plain or compressed, of members in the format that {@link
 * Npy} reads. {@code numpy.savez} and {@code numpy.savez_compressed} write them.
 *
 * <p>The name of an array is the one of its member without {@code .npy}. Names are names only: nothing is ever unpacked to a file, so {@code
 * ../../etc/a} is harmless. Empty folders are passed over.
 *
 * <p>Each member is checked as {@link Npy} says, and its CRC-32, too. What a file takes in memory is limited, since a small file can be packed
 * zeros without end: what is unpacked, and the tensors at 8 bytes for each element, may take 256 MiB together, or 16 times as much as the
 * file if this is more. {@link #read(Path, long, String...)} has another limit.
 *
 * <p>These are refused, although NumPy reads them: two members of one name, and what {@link Npy} refuses, even if it is only one of the
 * arrays; the others can be read by their names.
 */
public final class Npz {
    private static final long LEAST_LIMIT = 1L << 28;
    private static final int LARGEST_RATIO = 16; // more than a byte, unpacked and as a double
    private static final String SUFFIX = ".npy";
    private static final int MAX_NAME = 60_000; // bytes, which leave room in a header of 65,535
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0); // in January zones would matter

    private Npz() {}

    /**
     * Reads the arrays of a file.
     *
     * @param file the file
     * @param names the names of the arrays to be read; all if there are none
     * @return the arrays by name, in the order of the file
     * @throws DataFileException if the file cannot be read, is not an .npz file, has no array of one of the names, has others that are not
     *     numbers, or would take more memory than the class comment allows
     */
    public static Map<String, Tensor> read(Path file, String... names) throws DataFileException {
        Set<String> wanted = wanted(names);
        return InputFile.read(
                file, (name, in) -> read(name, file, in, Math.max(LEAST_LIMIT, LARGEST_RATIO * in.length()), wanted));
    }

    /**
     * Reads the arrays of a file that may take more memory, or less, than the class comment says.
     *
     * @param file the file
     * @param most the most bytes that may be unpacked or taken for tensors, together
     * @param names the names of the arrays to be read; all if there are none
     * @return the arrays by name, in the order of the file
     * @throws DataFileException if the file cannot be read, is not an .npz file, has no array of one of the names, has others that are not
     *     numbers, or would take more memory
     * @throws IllegalArgumentException if {@code most} is negative
     */
    public static Map<String, Tensor> read(Path file, long most, String... names) throws DataFileException {
        if (most < 0) {
            throw new IllegalArgumentException("read: the most bytes must not be negative, got " + most);
        }
        Set<String> wanted = wanted(names);
        return InputFile.read(file, (name, in) -> read(name, file, in, most, wanted));
    }

    private static Set<String> wanted(String... names) {
        return new LinkedHashSet<>(Given.array("read: name", String.class, names));
    }

    private static Map<String, Tensor> read(
            String name, Path file, RandomAccessFile start, long most, Set<String> wanted) throws IOException {
        requireZip(name, start);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Map<String, Tensor> arrays = new LinkedHashMap<>();
            long left = most;
            for (Map.Entry<String, ZipEntry> member : members(name, zip, wanted).entrySet()) {
                ZipEntry entry = member.getValue();
                String place = name + ": member " + Text.name(entry.getName());
                left = room(place, most, left, entry.getSize());
                try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                    DataInputStream data = new DataInputStream(in);
                    NpyHeader header = NpyHeaderReader.read(place, data, entry.getSize());
                    left = room(
                            place,
                            most,
                            left,
                            (long) Double.BYTES * header.shape().size());
                    arrays.put(member.getKey(), Npy.tensor(place, data, header));
                    requireWhole(place, entry, in);
                } catch (EOFException e) {
                    throw new DataFileException(
                            place, "the member must have " + entry.getSize() + " bytes, got fewer", e);
                } catch (ZipException e) {
                    throw new DataFileException(place, "what is packed must be intact, got: " + e.getMessage(), e);
                }
            }
            return arrays;
        } catch (ZipException e) {
            throw new DataFileException(name, "the zip file must be intact, got: " + e.getMessage(), e);
        }
    }

    private static void requireZip(String name, RandomAccessFile in) throws IOException {
        byte[] first = new byte[(int) Math.min(2, in.length())];
        in.readFully(first);
        if (first.length < 2 || first[0] != 'P' || first[1] != 'K') {
            String npy = first.length == 2 && first[0] == (byte) 0x93 && first[1] == 'N'
                    ? "; this is an .npy file, which Npy reads"
                    : "";
            throw new DataFileException(
                    name + ": byte 0",
                    "an .npz file must start with 50 4b, got "
                            + (first.length == 0
                                    ? "an empty file"
                                    : HexFormat.ofDelimiter(" ").formatHex(first)) + npy);
        }
    }

    /** The members that are wanted, by the names of their arrays. */
    private static Map<String, ZipEntry> members(String file, ZipFile zip, Set<String> wanted)
            throws DataFileException {
        Map<String, ZipEntry> members = new LinkedHashMap<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName().endsWith(SUFFIX)
                    ? entry.getName().substring(0, entry.getName().length() - SUFFIX.length())
                    : entry.getName();
            if (!entry.isDirectory() && members.putIfAbsent(name, entry) != null) {
                throw new DataFileException(file, "a name must stand once, got two members called " + Text.name(name));
            }
        }
        for (String name : wanted) {
            if (!members.containsKey(name)) {
                throw new DataFileException(
                        file,
                        "there must be an array called " + Text.name(name) + ", got "
                                + Text.name(String.join(", ", members.keySet())));
            }
        }
        if (!wanted.isEmpty()) {
            members.keySet().retainAll(wanted);
        }
        return members;
    }

    /** What is left of the room when something is put there. */
    private static long room(String place, long most, long left, long bytes) throws DataFileException {
        if (bytes < 0 || bytes > left) {
            throw new DataFileException(
                    place,
                    "what is unpacked and the tensors must take at most " + most
                            + " bytes, got more; Npz.read has a parameter" + " for another limit");
        }
        return left - bytes;
    }

    private static void requireWhole(String place, ZipEntry entry, CheckedInputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new DataFileException(place, "the member must have " + entry.getSize() + " bytes, got more");
        }
        if (in.getChecksum().getValue() != entry.getCrc()) {
            throw new DataFileException(
                    place,
                    "the CRC-32 must be " + hex(entry.getCrc()) + ", got "
                            + hex(in.getChecksum().getValue()) + "; the file was damaged");
        }
    }

    private static String hex(long crc) {
        return HexFormat.of().toHexDigits((int) crc);
    }

    /**
     * Writes tensors as arrays of float64, as {@link Npy#write} does, not compressed. The same tensors always make the same bytes: they are in the
     * order of their names' code points, and no time is written. {@code numpy.load} reads the file.
     *
     * <p>The file is made or replaced in one step, as by {@link Safetensors#write}.
     *
     * @param file the file
     * @param tensors the tensors by name
     * @throws DataFileException if writing fails; the file is then what it was before
     * @throws IllegalArgumentException if a tensor has more than 32 axes, or a name has a zero character, half of a surrogate pair or more
     *     than 60,000 bytes
     */
    public static void write(Path file, Map<String, Tensor> tensors) throws DataFileException {
        Given.value("write", "the file", file);
        Map<String, Tensor> sorted =
                HeaderWriter.sorted(Given.map("write: tensor", String.class, Tensor.class, tensors));
        List<byte[]> headers = new ArrayList<>();
        sorted.forEach((name, tensor) -> {
            requireName(name);
            headers.add(Npy.header(tensor.shape(), "tensor " + Text.name(name)));
        });
        AtomicFile.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            int i = 0;
            for (Map.Entry<String, Tensor> tensor : sorted.entrySet()) {
                byte[] header = headers.get(i++);
                double[] values = TensorArrays.of(tensor.getValue());
                ZipEntry entry = new ZipEntry(tensor.getKey() + SUFFIX);
                entry.setTimeLocal(TIME);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(header.length + (long) Double.BYTES * values.length);
                entry.setCrc(crc(header, values));
                zip.putNextEntry(entry);
                write(zip, header, values);
            }
            zip.finish();
        });
    }

    private static void requireName(String name) {
        int bytes = name.getBytes(UTF_8).length;
        if (name.indexOf('\0') >= 0 || bytes > MAX_NAME) {
            throw new IllegalArgumentException("write: a name must have no zero character and at most " + MAX_NAME
                    + " bytes, got " + Text.name(name) + " of " + bytes);
        }
    }

    private static long crc(byte[] header, double[] values) throws IOException {
        CheckedOutputStream crc = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        write(crc, header, values);
        return crc.getChecksum().getValue();
    }

    private static void write(OutputStream out, byte[] header, double[] values) throws IOException {
        out.write(header);
        Numbers.write(out, values);
    }
}
