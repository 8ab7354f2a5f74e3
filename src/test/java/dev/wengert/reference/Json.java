package dev.wengert.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of the reference files: objects, arrays, strings, numbers, true, false and null. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The objects of a file that is an array of them. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> cases(String file) {
        try (InputStream in = Json.class.getResourceAsStream(file)) {
            return (List<Map<String, Object>>) parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A map, a list, a string, a double, a boolean or null. */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.skipSpace();
        if (json.at != text.length()) {
            throw json.unexpected();
        }
        return value;
    }

    /** The tensor that nested arrays of numbers are. */
    static Tensor tensor(Object json) {
        List<Integer> extents = new ArrayList<>();
        for (Object o = json; o instanceof List<?> list; o = list.get(0)) {
            extents.add(list.size());
        }
        List<Double> values = new ArrayList<>();
        flatten(json, values);
        return Tensor.of(
                Shape.of(extents.stream().mapToInt(Integer::intValue).toArray()),
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    static List<Tensor> tensors(Object json) {
        return ((List<?>) json).stream().map(Json::tensor).toList();
    }

    private static void flatten(Object json, List<Double> values) {
        if (json instanceof List<?> list) {
            list.forEach(element -> flatten(element, values));
        } else {
            values.add((Double) json);
        }
    }

    private Object value() {
        skipSpace();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 'n' -> {
                expect("null");
                yield null;
            }
            case 't' -> {
                expect("true");
                yield true;
            }
            case 'f' -> {
                expect("false");
                yield false;
            }
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        expect("{");
        while (next('}', object.isEmpty())) {
            skipSpace();
            String key = string();
            skipSpace();
            expect(":");
            object.put(key, value());
        }
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        expect("[");
        while (next(']', array.isEmpty())) {
            array.add(value());
        }
        return array;
    }

    /** Steps over the end, and returns false, or over the comma before a further element. */
    private boolean next(char end, boolean first) {
        skipSpace();
        if (peek() == end) {
            at++;
            return false;
        }
        if (!first) {
            expect(",");
        }
        return true;
    }

    private String string() {
        expect("\"");
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            string.append(peek() == '\\' ? escaped() : peek());
            at++;
        }
        at++;
        return string.toString();
    }

    /** What a backslash and the character after it stand for; the place is then the last character that belongs to them. */
    private char escaped() {
        at++;
        if (peek() == 'u' && at + 5 <= text.length()) {
            at += 4;
            return (char) Integer.parseInt(text, at - 3, at + 1, 16);
        }
        int letter = "\"\\/bfnrt".indexOf(peek());
        if (letter < 0) {
            throw unexpected();
        }
        return "\"\\/\b\f\n\r\t".charAt(letter);
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == from) {
            throw unexpected();
        }
        return Double.valueOf(text.substring(from, at));
    }

    private void expect(String token) {
        if (!text.startsWith(token, at)) {
            throw unexpected();
        }
        at += token.length();
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at >= text.length()
                        ? "JSON ends too early"
                        : "unexpected character '" + text.charAt(at) + "' at " + at + " in JSON");
    }
}
