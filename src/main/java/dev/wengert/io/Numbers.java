package dev.wengert.io;

import dev.wengert.data.DataFileException;
import java.io.DataInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of tensors, as they stand in files one after the other. */
final class Numbers {
    private static final int CHUNK = 1 << 16; // a multiple of the size of every number

    private final byte[] chunk = new byte[CHUNK];
    private final String file;
    private final DataInput in;

    /** The numbers in a file that has a name in messages. */
    Numbers(String file, DataInput in) {
        this.file = file;
        this.in = in;
    }

    /** The next numbers of the file, which stand at a place in it and belong to a tensor. */
    double[] next(int n, Dtype dtype, ByteOrder order, long place, String tensor) throws IOException {
        double[] values = new double[n];
        int i = 0;
        while (i < n) {
            int end = (int) Math.min(n, i + (long) CHUNK / dtype.size);
            in.readFully(chunk, 0, (end - i) * dtype.size);
            ByteBuffer bytes = ByteBuffer.wrap(chunk).order(order);
            if (dtype == Dtype.F64) {
                bytes.asDoubleBuffer().get(values, i, end - i);
                i = end;
            }
            for (; i < end; i++) {
                try {
                    values[i] = dtype.next(bytes);
                } catch (ArithmeticException e) {
                    throw new DataFileException(
                            file + ": byte " + (place + (long) i * dtype.size), tensor + ": " + e.getMessage(), e);
                }
            }
        }
        return values;
    }

    /** Writes numbers as F64, little-endian. */
    static void write(OutputStream out, double[] values) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i += CHUNK / Double.BYTES) {
            int n = Math.min(values.length - i, CHUNK / Double.BYTES);
            chunk.asDoubleBuffer().put(values, i, n);
            out.write(chunk.array(), 0, n * Double.BYTES);
        }
    }
}
