package dev.wengert.data;

import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A strict reader of IDX files, the format of MNIST: 00 00, the element type, the rank, the extents as 4-byte integers,
 * then the elements in row-major order, all big-endian. Plain or gzip (told by the first bytes, not by the name).
 *
 * <p>The types are 08 unsigned byte, 09 signed byte, 0b short, 0c int, 0d float and 0e double; each becomes a double
 * exactly. Errors name the file and the offset of a byte; in a gzip file it is the offset in the unpacked content.
 */
public final class Idx {
    /** The most elements that are read unless more are allowed. */
    private static final int LIMIT = 1 << 27;

    private final Path file;
    private final InputStream in;
    private final int limit;
    private long offset;

    private Idx(Path file, InputStream in, int limit) {
        this.file = file;
        this.in = in;
        this.limit = limit;
    }

    /**
     * Reads a file of at most 2²⁷ elements. This takes 8 bytes of memory for each element, besides the bytes of the file: 423 MB for MNIST's
     * 60,000 images of 28×28 unsigned bytes.
     *
     * @param file the file
     * @return its tensor
     * @throws DataFileException if the file cannot be read, is not IDX, is shorter or longer than its extents say, or has more elements
     */
    public static Tensor read(Path file) throws DataFileException {
        return read(file, LIMIT);
    }

    /**
     * Reads a file of at most so many elements. The limit keeps a small gzip file from filling all the memory there is.
     *
     * @param file the file
     * @param limit the most elements
     * @return its tensor
     * @throws DataFileException if the file cannot be read, is not IDX, is shorter or longer than its extents say, or has more elements
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public static Tensor read(Path file, int limit) throws DataFileException {
        if (limit < 0) {
            throw new IllegalArgumentException("read: the limit must not be negative, got " + limit);
        }
        try (InputStream in = DataFiles.open(file)) {
            return new Idx(file, in, limit).read();
        } catch (IOException e) {
            throw DataFiles.failure(Text.path(file) + ": byte 0", e);
        }
    }

    private Tensor read() throws IOException {
        byte[] magic = next(4);
        int n = magic.length;
        int width = n == 4 && magic[0] == 0 && magic[1] == 0 ? width(magic[2]) : 0;
        if (width == 0) {
            String got = n == 0 ? "an empty file" : HexFormat.ofDelimiter(" ").formatHex(magic, 0, n);
            throw error(0, "an IDX file must start with 00 00, a type (08, 09, 0b to 0e) and its rank, got " + got);
        }
        Shape shape = shape(Byte.toUnsignedInt(magic[3]));
        return TensorArrays.wrap(shape, elements(shape, magic[2], width));
    }

    private Shape shape(int rank) throws IOException {
        byte[] bytes = next(4 * rank);
        if (bytes.length < 4 * rank) {
            throw error(offset, "the file must hold " + rank + " extents of 4 bytes, but it ends here");
        }
        int[] extents = new int[rank];
        ByteBuffer.wrap(bytes).asIntBuffer().get(extents);
        Shape shape;
        try {
            shape = Shape.of(extents);
        } catch (ShapeException e) {
            throw error(4, e.getMessage());
        }
        if (shape.size() > limit) {
            throw error(
                    4,
                    "there must be at most " + limit + " elements, got extents " + shape + ", which have "
                            + shape.size() + "; Idx.read(file, " + shape.size() + ") reads them");
        }
        return shape;
    }

    /** The elements, for which there is memory as soon as their bytes are there. */
    private double[] elements(Shape shape, byte type, int width) throws IOException {
        long bytes = (long) shape.size() * width;
        long end = offset + bytes;
        String content = end + " bytes for extents " + shape + " of " + width + (width == 1 ? " byte" : " bytes");
        List<byte[]> pieces = new ArrayList<>();
        for (long left = bytes; left > 0; left -= DataFiles.CHUNK) {
            int n = (int) Math.min(left, DataFiles.CHUNK); // a multiple of every width
            byte[] piece = next(n);
            if (piece.length < n) {
                throw error(offset, "the file must hold " + content + ", but it ends here");
            }
            pieces.add(piece);
        }
        if (next(1).length > 0) {
            throw error(end, "the file must end here, " + content + ", but it goes on");
        }
        double[] y = new double[shape.size()];
        int i = 0;
        for (byte[] piece : pieces) {
            int n = piece.length / width;
            decode(type, ByteBuffer.wrap(piece), y, i, n);
            i += n;
        }
        return y;
    }

    /** The number of bytes of an element; 0 if there is no such type. */
    private static int width(byte type) {
        return switch (type) {
            case 0x08, 0x09 -> 1;
            case 0x0b -> 2;
            case 0x0c, 0x0d -> 4;
            case 0x0e -> 8;
            default -> 0;
        };
    }

    private static void decode(byte type, ByteBuffer bytes, double[] y, int from, int n) {
        for (int i = from; i < from + n; i++) {
            y[i] = switch (type) {
                case 0x08 -> Byte.toUnsignedInt(bytes.get());
                case 0x09 -> bytes.get();
                case 0x0b -> bytes.getShort();
                case 0x0c -> bytes.getInt();
                case 0x0d -> bytes.getFloat();
                default -> bytes.getDouble();
            };
        }
    }

    /** The next n bytes, or fewer if the file ends before. */
    private byte[] next(int n) throws DataFileException {
        byte[] bytes = new byte[n];
        int filled = 0;
        try {
            while (filled < n) {
                int read = in.read(bytes, filled, n - filled);
                if (read < 0) {
                    return Arrays.copyOf(bytes, filled);
                }
                filled += read;
                offset += read;
            }
        } catch (IOException e) {
            throw DataFiles.failure(Text.path(file) + ": byte " + offset, e);
        }
        return bytes;
    }

    private DataFileException error(long at, String problem) {
        return new DataFileException(Text.path(file) + ": byte " + at, problem);
    }
}
