package dev.wengert.check;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Text in the JSON format (RFC 8259) of maps, lists, strings, numbers and booleans; NaN and infinities are strings. */
final class Json {

    private Json() {}

    static String of(Object value) {
        StringBuilder json = new StringBuilder();
        append(json, value);
        return json.toString();
    }

    private static void append(StringBuilder json, Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.append(separator);
                string(json, entry.getKey().toString());
                json.append(':');
                append(json, entry.getValue());
                separator = ",";
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            json.append('[');
            for (int i = 0; i < list.size(); i++) {
                json.append(i == 0 ? "" : ",");
                append(json, list.get(i));
            }
            json.append(']');
        } else if (value instanceof Double d && !Double.isFinite(d)) {
            string(json, d.toString());
        } else if (value instanceof Number || value instanceof Boolean) {
            json.append(value);
        } else {
            string(json, value.toString());
        }
    }

    private static void string(StringBuilder json, String s) {
        json.append('"');
        for (char c : s.toCharArray()) {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    // '<' is escaped, too, so that the text may stand in a script element
                    boolean plain = c >= ' ' && c != '<';
                    json.append(plain ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
                }
            }
        }
        json.append('"');
    }
}
