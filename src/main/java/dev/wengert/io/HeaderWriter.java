package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Writes the header of a safetensors file as the format's own library does. */
final class HeaderWriter {
    /** In the order of code points, which is not the one of Java's characters. */
    private static final Comparator<String> CODE_POINTS =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

    private HeaderWriter() {}

    /** Tensors or texts in the order of their names. */
    static <T> Map<String, T> sorted(Map<String, T> all) {
        all.keySet().forEach(HeaderWriter::requireUnicode); // else two names could have the same bytes
        Map<String, T> sorted = new TreeMap<>(CODE_POINTS);
        sorted.putAll(all);
        return sorted;
    }

    /** The header, with spaces to a multiple of 8 bytes, of which there may be at most so many. */
    static byte[] header(Map<String, Tensor> tensors, Map<String, String> texts, int most) {
        StringJoiner header = new StringJoiner(",", "{", "}");
        if (!texts.isEmpty()) {
            StringJoiner all = new StringJoiner(",", "{", "}");
            texts.forEach((name, text) -> all.add(quoted(name) + ":" + quoted(text)));
            header.add(quoted(HeaderReader.TEXTS) + ":" + all);
        }
        long begin = 0;
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            if (tensor.getKey().equals(HeaderReader.TEXTS)) {
                throw new IllegalArgumentException("write: a tensor must not be called " + HeaderReader.TEXTS
                        + ", which in a safetensors file are the texts; rename it");
            }
            StringJoiner extents = new StringJoiner(",", "[", "]");
            for (int axis = 0; axis < tensor.getValue().shape().rank(); axis++) {
                extents.add(String.valueOf(tensor.getValue().shape().extent(axis)));
            }
            long end = begin + (long) Double.BYTES * tensor.getValue().shape().size();
            header.add(quoted(tensor.getKey()) + ":{\"dtype\":\"F64\",\"shape\":" + extents + ",\"data_offsets\":["
                    + begin + "," + end + "]}");
            begin = end;
        }
        byte[] bytes = header.toString().getBytes(UTF_8);
        byte[] padded = Arrays.copyOf(bytes, bytes.length + Math.floorMod(-bytes.length, 8));
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        if (padded.length > most) {
            throw new IllegalArgumentException(
                    "write: names and texts must fit into a header of " + most + " bytes, got " + padded.length);
        }
        return padded;
    }

    private static String quoted(String text) {
        requireUnicode(text);
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = HeaderReader.ESCAPED.indexOf(c);
            if (escape >= 0) {
                quoted.append('\\').append(HeaderReader.ESCAPES.charAt(escape));
            } else if (c < ' ') {
                quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static void requireUnicode(String text) {
        if (!HeaderReader.isUnicode(text)) {
            throw new IllegalArgumentException(
                    "write: a name or a text must not have half of a surrogate pair, got " + Text.quote(text));
        }
    }
}
