package dev.wengert.io;

import dev.wengert.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * What the header of a safetensors file says.
 *
 * @param entries the tensors, in the order of their bytes
 * @param texts the texts by name
 */
record Header(List<Entry> entries, Map<String, String> texts) {

    /**
     * A tensor.
     *
     * @param name its name
     * @param dtype the type of its numbers
     * @param shape its shape
     * @param begin the place of its first byte after the header
     * @param end the place after its last byte
     * @param at the place in the file where the header names it
     */
    record Entry(String name, Dtype dtype, Shape shape, long begin, long end, long at) {}
}
