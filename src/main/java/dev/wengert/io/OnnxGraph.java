package dev.wengert.io;

import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An ONNX model while it is made: nodes, constants, inputs and outputs. The numbers of fields are those of {@code onnx.proto}. */
final class OnnxGraph {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int BOOL = 9;
    static final int DOUBLE = 11;

    /** Stands for the batch size in shapes. */
    static final String BATCH = "batch";

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private static final int ATTRIBUTE_FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    /** The most bytes of all constants: no file of the format may have more than 2³¹ − 1, and something is left for the nodes. */
    static final long MOST = Integer.MAX_VALUE - (1 << 24);

    private record Node(String type, List<String> inputs, List<String> outputs, List<ProtobufWriter> attributes) {}

    /** The type of numbers: FLOAT or DOUBLE. */
    private final int type;

    private final long most;
    private final Set<String> names = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ProtobufWriter> constants = new LinkedHashMap<>();
    private final Map<String, String> small = new HashMap<>();
    private final List<ProtobufWriter> inputs = new ArrayList<>();
    private final Map<String, ProtobufWriter> outputs = new LinkedHashMap<>();
    private long bytes;

    /** A graph whose constants have at most so many bytes. */
    OnnxGraph(boolean float64, long most) {
        this.type = float64 ? DOUBLE : FLOAT;
        this.most = most;
    }

    boolean isFloat64() {
        return type == DOUBLE;
    }

    /** Takes a name that nothing else has. */
    void reserve(String what, String name) {
        if (name.isEmpty() || !HeaderReader.isUnicode(name)) {
            throw new IllegalArgumentException(
                    "Onnx: " + what + " must have a name that is not empty and has no half of a surrogate pair, got "
                            + Text.quote(name));
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException(
                    "Onnx: inputs, outputs and parameters must have different names, got two called " + Text.quote(name)
                            + "; give the layers different names, or others to inputs(…) and outputs(…)");
        }
    }

    private String unique(String type) {
        String name;
        do {
            name = type + "_" + names.size();
        } while (!names.add(name));
        return name;
    }

    // ---- attributes ----

    static ProtobufWriter attribute(String name, float value) {
        return new ProtobufWriter().text(1, name).float32(2, value).varint(20, ATTRIBUTE_FLOAT);
    }

    static ProtobufWriter attribute(String name, int value) {
        return new ProtobufWriter().text(1, name).varint(3, value).varint(20, ATTRIBUTE_INT);
    }

    static ProtobufWriter attributes(String name, int... values) {
        ProtobufWriter attribute = new ProtobufWriter().text(1, name);
        for (int value : values) {
            attribute.varint(8, value);
        }
        return attribute.varint(20, ATTRIBUTE_INTS);
    }

    // ---- nodes and constants ----

    /** Adds a node; the name of its result. */
    String node(String type, List<String> inputs, ProtobufWriter... attributes) {
        return add(type, 1, inputs, attributes).get(0);
    }

    String node(String type, String... inputs) {
        return node(type, List.of(inputs));
    }

    /** Adds a node of several results. */
    List<String> add(String type, int results, List<String> inputs, ProtobufWriter... attributes) {
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < results; i++) {
            outputs.add(unique(type));
        }
        nodes.add(new Node(type, List.copyOf(inputs), outputs, List.of(attributes)));
        return outputs;
    }

    /** Numbers in the type of the model. */
    String asNumbers(String x) {
        return node("Cast", List.of(x), attribute("to", type));
    }

    /** Whole numbers, as indices must be. */
    String asIndices(String x) {
        return node("Cast", List.of(x), attribute("to", INT64));
    }

    /** A number. */
    String number(double value) {
        return small.computeIfAbsent("number " + value, key -> constant(unique("number"), Tensor.scalar(value)));
    }

    /** Numbers of a shape. */
    String constant(Tensor value) {
        return constant(unique("constant"), value);
    }

    /** Numbers with a name that was reserved. */
    String constant(String name, Tensor value) {
        double[] x = TensorArrays.of(value);
        long length = (long) x.length * (isFloat64() ? Double.BYTES : Float.BYTES);
        bytes += length;
        if (bytes > most) {
            throw new IllegalArgumentException("Onnx: the parameters and constants of a model must have at most " + most
                    + " bytes, got " + bytes + " or more with " + Text.name(name)
                    + (isFloat64() ? "; float32 takes half of it" : "; export parts of it"));
        }
        ByteBuffer data = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        for (double v : x) {
            if (isFloat64()) {
                data.putDouble(v);
            } else {
                data.putFloat(narrow(v));
            }
        }
        constants.put(name, tensor(name, type, value.shape().toArray()).bytes(9, data.array()));
        return name;
    }

    /** The nearest float32; for a finite number a finite one. */
    private static float narrow(double value) {
        float nearest = (float) value;
        return Float.isInfinite(nearest) && !Double.isInfinite(value)
                ? Math.copySign(Float.MAX_VALUE, nearest)
                : nearest;
    }

    /** Whole numbers in a vector: axes, extents, places. */
    String whole(long... values) {
        return whole(new int[] {values.length}, values);
    }

    /** A whole number. */
    String wholeNumber(long value) {
        return whole(new int[0], value);
    }

    /** Whole numbers of a shape. */
    String whole(int[] extents, long... values) {
        return small.computeIfAbsent(Arrays.toString(extents) + Arrays.toString(values), key -> {
            String name = unique("whole");
            ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(Long.BYTES, values.length))
                    .order(ByteOrder.LITTLE_ENDIAN);
            data.asLongBuffer().put(values);
            constants.put(name, tensor(name, INT64, extents).bytes(9, data.array()));
            return name;
        });
    }

    private static ProtobufWriter tensor(String name, int type, int... extents) {
        ProtobufWriter tensor = new ProtobufWriter();
        for (int extent : extents) {
            tensor.varint(1, extent);
        }
        return tensor.varint(2, type).text(8, name);
    }

    // ---- inputs and outputs ----

    /** Declares an input, whose name was reserved. */
    void input(String name, boolean whole, Shape shape, Shape other) {
        inputs.add(info(name, whole ? INT64 : type, shape, other));
    }

    /** Declares an output, whose name was reserved. */
    void output(String name, String value, Shape shape, Shape other) {
        nodes.add(new Node("Identity", List.of(value), List.of(name), List.of()));
        outputs.put(name, info(name, type, shape, other));
    }

    /** An extent that is the same for both batch sizes is a number; one that is the batch size has its name; a multiple has neither. */
    private static ProtobufWriter info(String name, int type, Shape shape, Shape other) {
        ProtobufWriter extents = new ProtobufWriter();
        for (int axis = 0; axis < shape.rank(); axis++) {
            ProtobufWriter extent = new ProtobufWriter();
            if (shape.extent(axis) == other.extent(axis)) {
                extent.varint(1, shape.extent(axis));
            } else if (other.extent(axis) - shape.extent(axis) == 1) {
                extent.text(2, BATCH);
            }
            extents.message(1, extent);
        }
        ProtobufWriter tensor = new ProtobufWriter().varint(1, type).message(2, extents);
        return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
    }

    /** The model, without what no output needs. */
    byte[] model() {
        Set<String> needed = new HashSet<>(outputs.keySet());
        Deque<Node> kept = new ArrayDeque<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs.stream().anyMatch(needed::contains)) {
                kept.addFirst(node);
                needed.addAll(node.inputs);
            }
        }
        ProtobufWriter graph = new ProtobufWriter();
        kept.forEach(node -> graph.message(1, written(node)));
        graph.text(2, "wengert");
        constants.forEach((name, constant) -> {
            if (needed.contains(name)) {
                graph.message(5, constant);
            }
        });
        inputs.forEach(input -> graph.message(11, input));
        outputs.values().forEach(output -> graph.message(12, output));
        return new ProtobufWriter()
                .varint(1, IR_VERSION)
                .text(2, "wengert")
                .message(7, graph)
                .message(8, new ProtobufWriter().text(1, "").varint(2, OPSET))
                .toByteArray();
    }

    private static ProtobufWriter written(Node node) {
        ProtobufWriter written = new ProtobufWriter();
        node.inputs.forEach(input -> written.text(1, input));
        node.outputs.forEach(output -> written.text(2, output));
        written.text(3, node.outputs.get(0)).text(4, node.type);
        node.attributes.forEach(attribute -> written.message(5, attribute));
        return written;
    }
}
