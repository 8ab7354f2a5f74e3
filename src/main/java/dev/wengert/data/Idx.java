package dev.wengert.data;

import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * A strict reader of IDX files, the format of MNIST: 00 00, the element type, the rank, the extents as 4-byte integers,
 * then the elements in row-major order, all big-endian. Plain or gzip (told by the first bytes, not by the name).
 *
 * <p>The types are 08 unsigned byte, 09 signed byte, 0b short, 0c int, 0d float and 0e double; each becomes a double
 * exactly. Errors name the file and the offset of a byte; in a gzip file it is the offset in the unpacked content.
 */
public final class Idx {
    private static final int MAX_DEFLATE_RATIO = 1032; // a packed code of 2 bits or more stands for 258 bytes or fewer

    private final Path file;
    private final InputStream in;
    private long offset;

    private Idx(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Reads a file. This takes little more than 8 bytes of memory for each element: 376 MB for MNIST's 60,000 images of 28×28
     * unsigned bytes.
     *
     * @param file the file
     * @return its tensor
     * @throws DataFileException if the file cannot be read, is not IDX, or is shorter or longer than its extents say
     */
    public static Tensor read(Path file) throws DataFileException {
        try (InputStream in = DataFiles.open(file)) {
            return new Idx(file, in).read();
        } catch (IOException e) {
            throw DataFiles.failure(Text.path(file) + ": byte 0", e);
        }
    }

    private Tensor read() throws IOException {
        byte[] magic = new byte[4];
        int n = fill(magic, 4);
        int width = n == 4 && magic[0] == 0 && magic[1] == 0 ? width(magic[2]) : 0;
        if (width == 0) {
            String got = n == 0 ? "an empty file" : HexFormat.ofDelimiter(" ").formatHex(magic, 0, n);
            throw error(0, "an IDX file must start with 00 00, a type (08, 09, 0b to 0e) and its rank, got " + got);
        }
        Shape shape = shape(Byte.toUnsignedInt(magic[3]));
        return TensorArrays.wrap(shape, elements(shape, magic[2], width));
    }

    private Shape shape(int rank) throws IOException {
        byte[] bytes = new byte[4 * rank];
        if (fill(bytes, bytes.length) < bytes.length) {
            throw error(offset, "the file must hold " + rank + " extents of 4 bytes, but it ends here");
        }
        int[] extents = new int[rank];
        ByteBuffer.wrap(bytes).asIntBuffer().get(extents);
        try {
            return Shape.of(extents);
        } catch (ShapeException e) {
            throw error(4, e.getMessage());
        }
    }

    private double[] elements(Shape shape, byte type, int width) throws IOException {
        byte[] chunk = new byte[DataFiles.CHUNK]; // a multiple of every width
        long end = offset + (long) shape.size() * width;
        String content = "for extents " + shape + " of " + width + (width == 1 ? " byte" : " bytes");
        if (end > capacity()) { // so that wrong extents do not use up memory
            while (fill(chunk, chunk.length) == chunk.length) {}
            throw error(offset, "the file must hold " + end + " bytes " + content + ", but it ends here");
        }
        double[] y = new double[shape.size()];
        int i = 0;
        while (i < y.length) {
            int n = Math.min(y.length - i, chunk.length / width);
            if (fill(chunk, n * width) < n * width) {
                throw error(offset, "the file must hold " + end + " bytes " + content + ", but it ends here");
            }
            decode(type, ByteBuffer.wrap(chunk), y, i, n);
            i += n;
        }
        if (fill(chunk, 1) > 0) {
            throw error(end, "the file must end here, " + end + " bytes " + content + ", but it goes on");
        }
        return y;
    }

    /** The largest number of bytes that the file can have when it is unpacked. */
    private long capacity() throws IOException {
        long size = Files.size(file);
        return in instanceof GZIPInputStream ? MAX_DEFLATE_RATIO * size : size;
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

    /** Reads n bytes, or fewer if the file ends before. */
    private int fill(byte[] bytes, int n) throws DataFileException {
        int filled = 0;
        try {
            while (filled < n) {
                int read = in.read(bytes, filled, n - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                offset += read;
            }
        } catch (IOException e) {
            throw DataFiles.failure(Text.path(file) + ": byte " + offset, e);
        }
        return filled;
    }

    private DataFileException error(long at, String problem) {
        return new DataFileException(Text.path(file) + ": byte " + at, problem);
    }
}
