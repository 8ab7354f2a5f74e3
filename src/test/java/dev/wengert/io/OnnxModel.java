package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** What stands in an ONNX file, field by field as {@code onnx.proto} numbers them, as lines of text. */
final class OnnxModel {

    /** A message in the wire format of Protocol Buffers. */
    private static final class Wire {
        private final ByteBuffer in;
        private int field;

        Wire(ByteBuffer in) {
            this.in = in.order(ByteOrder.LITTLE_ENDIAN);
        }

        boolean next() {
            field = in.hasRemaining() ? (int) varint() : 0; // the number, and the type in the last three bits
            return field != 0;
        }

        int field() {
            return field >> 3;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                long b = in.get();
                value |= (b & 127) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }

        float float32() {
            return in.getFloat();
        }

        ByteBuffer bytes() {
            if ((field & 7) != 2) {
                throw new AssertionError("a field with a length, got type " + (field & 7));
            }
            int length = (int) varint();
            ByteBuffer bytes = in.slice(in.position(), length);
            in.position(in.position() + length);
            return bytes;
        }

        String text() {
            return UTF_8.decode(bytes()).toString();
        }

        Wire message() {
            return new Wire(bytes());
        }
    }

    private final List<String> lines = new ArrayList<>();

    private OnnxModel() {}

    static String text(byte[] model) {
        OnnxModel text = new OnnxModel();
        text.model(new Wire(ByteBuffer.wrap(model)));
        return String.join("\n", text.lines) + "\n";
    }

    private void model(Wire in) {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> lines.add("ir_version " + in.varint());
                case 2 -> lines.add("producer " + in.text());
                case 7 -> graph(in.message());
                case 8 -> opset(in.message());
                default -> throw new AssertionError("field " + in.field() + " of a model");
            }
        }
    }

    private void opset(Wire in) {
        String domain = "?";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = in.text();
                case 2 -> version = in.varint();
                default -> throw new AssertionError("field " + in.field() + " of an opset");
            }
        }
        lines.add("opset \"" + domain + "\" " + version);
    }

    private void graph(Wire in) {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> node(in.message());
                case 2 -> lines.add("graph " + in.text());
                case 5 -> constant(in.message());
                case 11 -> lines.add("input " + info(in.message()));
                case 12 -> lines.add("output " + info(in.message()));
                default -> throw new AssertionError("field " + in.field() + " of a graph");
            }
        }
    }

    private void node(Wire in) {
        StringJoiner inputs = new StringJoiner(", ", "(", ")");
        StringJoiner outputs = new StringJoiner(", ");
        StringBuilder attributes = new StringBuilder();
        String name = "";
        String type = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> inputs.add(in.text());
                case 2 -> outputs.add(in.text());
                case 3 -> name = in.text();
                case 4 -> type = in.text();
                case 5 -> attributes.append(' ').append(attribute(in.message()));
                default -> throw new AssertionError("field " + in.field() + " of a node");
            }
        }
        if (!outputs.toString().split(", ")[0].equals(name)) {
            throw new AssertionError("a node is called by its result, got " + name);
        }
        lines.add(outputs + " = " + type + inputs + attributes);
    }

    private static String attribute(Wire in) {
        String name = "";
        List<Object> values = new ArrayList<>();
        long type = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> values.add(in.float32());
                case 3 -> values.add(in.varint());
                case 8 -> values.add(in.varint());
                case 20 -> type = in.varint();
                default -> throw new AssertionError("field " + in.field() + " of an attribute");
            }
        }
        boolean list = type == 7; // INTS
        if (!list && !(values.get(0) instanceof Float ? type == 1 : type == 2)) { // FLOAT, INT
            throw new AssertionError("type " + type + " of attribute " + name);
        }
        return name + "=" + (list ? values : values.get(0));
    }

    private void constant(Wire in) {
        List<Long> extents = new ArrayList<>();
        long type = 0;
        String name = "";
        ByteBuffer data = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> extents.add(in.varint());
                case 2 -> type = in.varint();
                case 8 -> name = in.text();
                case 9 -> data = in.bytes().order(ByteOrder.LITTLE_ENDIAN);
                default -> throw new AssertionError("field " + in.field() + " of a constant");
            }
        }
        List<Object> values = new ArrayList<>();
        while (data.hasRemaining()) {
            values.add(
                    type == 1
                            ? (Object) data.getFloat()
                            : type == 11 ? (Object) data.getDouble() : (Object) data.getLong());
        }
        long size = extents.stream().reduce(1L, Math::multiplyExact);
        if (values.size() != size) {
            throw new AssertionError(name + " " + extents + " has " + values.size() + " numbers");
        }
        lines.add("constant " + name + " " + type(type) + " " + extents + " " + values);
    }

    private static String info(Wire in) {
        String name = "";
        String type = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> {
                    Wire outer = in.message();
                    outer.next();
                    type = tensor(outer.message());
                }
                default -> throw new AssertionError("field " + in.field() + " of an input or output");
            }
        }
        return name + " " + type;
    }

    private static String tensor(Wire in) {
        String type = "";
        List<String> extents = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 1) {
                type = type(in.varint());
                continue;
            }
            Wire shape = in.message();
            while (shape.next()) {
                Wire extent = shape.message();
                String value = "?";
                while (extent.next()) {
                    value = extent.field() == 1 ? String.valueOf(extent.varint()) : extent.text();
                }
                extents.add(value);
            }
        }
        return type + " " + extents;
    }

    private static String type(long type) {
        return Arrays.asList("", "float", "", "", "", "", "", "int64", "", "bool", "", "double")
                .get((int) type);
    }
}
