package dev.wengert.io;

import dev.wengert.tensor.Shape;
import java.nio.ByteOrder;

/**
 * What the header of an .npy file says.
 *
 * @param dtype the type of the numbers
 * @param order the order of their bytes
 * @param fortran whether the first axis runs fastest, and not the last one
 * @param shape the shape
 * @param end the place of the first number
 */
record NpyHeader(Dtype dtype, ByteOrder order, boolean fortran, Shape shape, long end) {}
