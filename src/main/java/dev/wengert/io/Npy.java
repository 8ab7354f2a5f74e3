package dev.wengert.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.io.DataInput;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads and writes .npy files, each of which holds one array of <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy</a>: versions 1.0 to 3.0 of the format, in either order
 * of bytes and of axes.
 *
 * <p>Every type of real numbers that doubles hold is read, and becomes a double exactly: floats of 16, 32 and 64 bits, signed and unsigned
 * integers of 8 to 64 bits, and booleans, which become 0 or 1. Everything else is refused: integers beyond ±2⁵³, complex and longer
 * floats, texts, dates, fields, and Python objects, which stand in a pickle.
 *
 * <p>A file is checked before memory is taken for it: it has as many bytes as its type and shape say. It takes 8 bytes of memory for each
 * element, in Fortran order 16. Errors name the file and the offset of a byte.
 *
 * <p>These are refused, although NumPy reads them: bytes after the array, and a type that does not say the order of its bytes
 * ({@code f8} and {@code =f8}). NumPy writes neither, but a file that several arrays were saved to has bytes after the first one.
 */
public final class Npy {
    private static final int ALIGNMENT = 64; // of the first number, as NumPy has it
    private static final int LENGTH_END = 10; // of version 1.0
    private static final int MAX_RANK = 32; // of NumPy before version 2

    private Npy() {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return its array
     * @throws DataFileException if the file cannot be read, is not an .npy file, or has other elements than numbers that doubles hold
     */
    public static Tensor read(Path file) throws DataFileException {
        return InputFile.read(file, (name, in) -> tensor(name, in, NpyHeaderReader.read(name, in, in.length())));
    }

    /** The array whose header was read. */
    static Tensor tensor(String file, DataInput in, NpyHeader header) throws IOException {
        double[] values = new Numbers(file, in)
                .next(header.shape().size(), header.dtype(), header.order(), header.end(), "the array");
        return TensorArrays.wrap(header.shape(), header.fortran() ? rowMajor(values, header.shape()) : values);
    }

    /** Elements whose last axis runs fastest, of those whose first axis does. */
    private static double[] rowMajor(double[] x, Shape shape) {
        double[] y = new double[x.length];
        int[] extents = shape.toArray();
        int[] index = new int[extents.length];
        int[] stride = new int[extents.length];
        int size = 1;
        for (int axis = 0; axis < extents.length && x.length > 0; axis++) {
            stride[axis] = size;
            size *= extents[axis];
        }
        int from = 0;
        for (int i = 0; i < y.length; i++) {
            y[i] = x[from];
            for (int axis = extents.length - 1; axis >= 0; axis--) {
                from += stride[axis];
                if (++index[axis] < extents[axis]) {
                    break;
                }
                index[axis] = 0;
                from -= stride[axis] * extents[axis];
            }
        }
        return y;
    }

    /**
     * Writes a tensor as an array of float64, little-endian, in version 1.0 of the format. {@code numpy.load} reads it.
     *
     * <p>The file is made or replaced in one step, as by {@link Safetensors#write}.
     *
     * @param file the file
     * @param tensor the tensor
     * @throws DataFileException if writing fails; the file is then what it was before
     * @throws IllegalArgumentException if the tensor has more than 32 axes, which are the most in NumPy 1
     */
    public static void write(Path file, Tensor tensor) throws DataFileException {
        Given.value("write", "the file", file);
        byte[] header = header(Given.value("write", "the tensor", tensor).shape(), "the tensor");
        AtomicFile.write(file, out -> {
            out.write(header);
            Numbers.write(out, TensorArrays.of(tensor));
        });
    }

    /** The header of an array of float64, with spaces to a multiple of 64 bytes. */
    static byte[] header(Shape shape, String tensor) {
        if (shape.rank() > MAX_RANK) {
            throw new IllegalArgumentException(
                    "write: " + tensor + " must have at most " + MAX_RANK + " axes, as in NumPy, got " + shape.rank());
        }
        StringBuilder header = new StringBuilder(NpyHeaderReader.MAGIC)
                .append("\1\0LL{'descr': '<f8', 'fortran_order': False, 'shape': (");
        for (int axis = 0; axis < shape.rank(); axis++) {
            header.append(shape.extent(axis)).append(shape.rank() == 1 ? "," : axis < shape.rank() - 1 ? ", " : "");
        }
        header.append("), }");
        int padding = Math.floorMod(-header.length() - 1, ALIGNMENT);
        byte[] bytes =
                header.append(" ".repeat(padding)).append('\n').toString().getBytes(ISO_8859_1);
        int length = bytes.length - LENGTH_END;
        bytes[LENGTH_END - 2] = (byte) length;
        bytes[LENGTH_END - 1] = (byte) (length >> 8);
        return bytes;
    }
}
