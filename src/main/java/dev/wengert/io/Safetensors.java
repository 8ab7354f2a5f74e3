package dev.wengert.io;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes files in the <a href="https://github.com/huggingface/safetensors">safetensors</a> format, which other libraries have,
 * too: the length of a header, the header in JSON, and the numbers of all tensors, little-endian.
 *
 * <p>A file is checked before memory is taken for it: there are no holes, no overlaps, nothing behind the last tensor, and each tensor
 * has as many bytes as its shape says. Memory is never more than a small multiple of the file's size. Errors name the file and the offset
 * of a byte. Nothing is read from a file that is refused.
 *
 * <p>These are refused, although the format's own library in Rust reads them: two tensors, texts or fields of one name (the description of
 * the format forbids them), white space before the header (likewise), fields that the description does not have, {@code null} in place of
 * the texts, and extents that are not 0 and have a product of more than {@link Shape#MAX_SIZE}.
 */
public final class Safetensors {
    /** The most bytes of a header, as in the format's own library. */
    static final int MAX_HEADER = 100_000_000;

    private static final int LENGTH = 8; // the bytes of the header's length

    private Safetensors() {}

    /**
     * Reads a file whose tensors are F64, exactly: all bits are those of the file.
     *
     * @param file the file
     * @return its tensors, in the order of their bytes, and its texts
     * @throws DataFileException if the file cannot be read, is not a safetensors file, or has a tensor of another type
     */
    public static Weights read(Path file) throws DataFileException {
        return read(file, false);
    }

    /**
     * Reads a file whose tensors may have any type that doubles hold exactly: F64, F32, F16, BF16, F8_E4M3, F8_E5M2, signed and
     * unsigned integers of 8 to 64 bits, and BOOL, which becomes 0 or 1.
     *
     * @param file the file
     * @return its tensors, in the order of their bytes, and its texts
     * @throws DataFileException if the file cannot be read, is not a safetensors file, has a tensor of another type, or an integer beyond
     *     ±2⁵³
     */
    public static Weights readWidened(Path file) throws DataFileException {
        return read(file, true);
    }

    private static Weights read(Path file, boolean widened) throws DataFileException {
        return InputFile.read(file, (name, in) -> read(name, in, widened));
    }

    private static Weights read(String file, RandomAccessFile in, boolean widened) throws IOException {
        long size = in.length();
        byte[] header = new byte[headerLength(file, in, size)];
        in.readFully(header);
        long start = LENGTH + header.length;
        Header parsed = new HeaderReader(file, LENGTH, header, widened).read(size - start);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Numbers numbers = new Numbers(file, in);
        for (Header.Entry entry : parsed.entries()) {
            double[] values = numbers.next(
                    entry.shape().size(),
                    entry.dtype(),
                    ByteOrder.LITTLE_ENDIAN,
                    start + entry.begin(),
                    "tensor " + Text.name(entry.name()));
            tensors.put(entry.name(), TensorArrays.wrap(entry.shape(), values));
        }
        return new Weights(tensors, parsed.texts());
    }

    private static int headerLength(String file, RandomAccessFile in, long size) throws IOException {
        if (size < LENGTH) {
            throw new DataFileException(
                    file + ": byte " + size,
                    "a safetensors file must start with the length of its header, 8 bytes, but it ends here");
        }
        byte[] start = new byte[(int) Math.min(size, LENGTH + 1)];
        in.readFully(start);
        in.seek(LENGTH);
        if (size > LENGTH && start[LENGTH] != '{') {
            throw new DataFileException(
                    file + ": byte 8",
                    "the header of a safetensors file must start with {, got "
                            + HexFormat.of().toHexDigits(start[LENGTH]) + kind(start));
        }
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > Math.min(MAX_HEADER, size - LENGTH)) {
            throw new DataFileException(
                    file + ": byte 0",
                    "the header must have at most " + MAX_HEADER + " bytes and end in the file, which has "
                            + (size - LENGTH) + " more, got a length of " + Long.toUnsignedString(length));
        }
        return (int) length;
    }

    /** What a file that is none of safetensors may be, and what to do. */
    private static String kind(byte[] start) {
        boolean zip = start[0] == 'P' && start[1] == 'K';
        boolean pickle = start[0] == (byte) 0x80;
        boolean gzip = start[0] == 0x1f && start[1] == (byte) 0x8b;
        return zip || pickle
                ? "; this is a " + (zip ? "zip file" : "pickle") + ", as torch.save writes: convert it in Python by"
                        + " safetensors.torch.save_file({k: v.double().contiguous() for k, v in"
                        + " torch.load(\"model.pt\", weights_only=True).items()}, \"model.safetensors\")"
                : gzip ? "; this is a gzip file, which must be unpacked first" : "";
    }

    /**
     * Writes all tensors as F64. The same weights always make the same bytes, those of the format's own library: tensors in the order
     * of their names' code points, no spaces in the header, and its length a multiple of 8. Texts are in the order of their names, too.
     *
     * <p>The file is made or replaced in one step: a process that is killed, or a full disk, leaves the old file as it was. So there must be
     * room for both. Only a process that is killed leaves a file behind, named {@code .wengert-….tmp}, which can be deleted. A
     * symbolic link stays, and the file that it stands for is replaced. The new file has the permissions of a new file.
     *
     * @param file the file
     * @param weights the tensors and texts
     * @throws DataFileException if writing fails; the file is then what it was before
     * @throws IllegalArgumentException if a tensor is called {@code __metadata__}, a name or a text has half of a surrogate pair, or the
     *     header would be too long to be read
     */
    public static void write(Path file, Weights weights) throws DataFileException {
        Given.value("write", "the file", file);
        Map<String, Tensor> tensors =
                HeaderWriter.sorted(Given.value("write", "the weights", weights).tensors());
        byte[] header = HeaderWriter.header(tensors, HeaderWriter.sorted(weights.texts()), MAX_HEADER);
        AtomicFile.write(file, out -> {
            ByteBuffer length = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            out.write(length.putLong(header.length).array());
            out.write(header);
            for (Tensor tensor : tensors.values()) {
                Numbers.write(out, TensorArrays.of(tensor));
            }
        });
    }
}
