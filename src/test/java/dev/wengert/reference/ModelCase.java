package dev.wengert.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One case of a file of reference/models: layers, losses, optimisers and the like, computed by PyTorch (README.md there). With
 * {@code -Dwengert.reference=DIR} the files are read from another folder, of the same names and form.
 */
public final class ModelCase {

    private final Map<String, Object> json;

    private ModelCase(Map<String, Object> json) {
        this.json = json;
    }

    /** The cases of a file, such as {@code layers}. */
    public static List<ModelCase> all(String file) {
        return file(file).list("cases").stream().map(ModelCase::object).toList();
    }

    /** The notes of a file: texts, and objects with what several cases share. */
    public static List<Object> notes(String file) {
        return file(file).list("notes");
    }

    private static ModelCase file(String file) {
        return object(Json.parse(text(file + ".json")));
    }

    private static String text(String file) {
        String folder = System.getProperty("wengert.reference");
        try (InputStream in = folder == null
                ? ModelCase.class.getResourceAsStream("models/" + file)
                : Files.newInputStream(Path.of(folder, file))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text that is a JSON object. */
    public static ModelCase parse(String text) {
        return object(Json.parse(text));
    }

    /** A JSON object as a case, such as one of the notes. */
    @SuppressWarnings("unchecked")
    public static ModelCase object(Object json) {
        return new ModelCase((Map<String, Object>) json);
    }

    /** The name of the case. */
    public String name() {
        return text("name", null);
    }

    /** The options of the case; empty if it has none. */
    public ModelCase options() {
        return json.get("options") == null ? new ModelCase(Map.of()) : child("options");
    }

    /** An object in this one. */
    public ModelCase child(String key) {
        return object(json.get(key));
    }

    /** Whether there is a value other than null. */
    public boolean has(String key) {
        return json.get(key) != null;
    }

    /** The names of its values, in order. */
    public Set<String> keys() {
        return json.keySet();
    }

    /** A number, which may be written as a string, such as "NaN". */
    public double number(String key) {
        return number(json.get(key));
    }

    /** A number, or another if there is none. */
    public double number(String key, double absent) {
        return has(key) ? number(key) : absent;
    }

    /** A whole number. */
    public int integer(String key) {
        return Math.toIntExact(Math.round(number(key)));
    }

    /** A whole number, or another if there is none. */
    public int integer(String key, int absent) {
        return has(key) ? integer(key) : absent;
    }

    /** A flag; false if there is none. */
    public boolean flag(String key) {
        return has(key) && (Boolean) json.get(key);
    }

    /** A text, or another if there is none. */
    public String text(String key, String absent) {
        return has(key) ? (String) json.get(key) : absent;
    }

    /** Whole numbers: one that stands for each of two, or a list of them. */
    public int[] pair(String key, int absent) {
        if (json.get(key) instanceof List<?> list) {
            return list.stream().mapToInt(v -> (int) number(v)).toArray();
        }
        return new int[] {integer(key, absent), integer(key, absent)};
    }

    /** The values of a list. */
    @SuppressWarnings("unchecked")
    public List<Object> list(String key) {
        return (List<Object>) json.get(key);
    }

    /** The numbers of a list. */
    public double[] numbers(String key) {
        return numbers(json.get(key));
    }

    /** A tensor: an object of a shape and data. */
    public Tensor tensor(String key) {
        return tensor(json.get(key));
    }

    /** The tensors of an object by their names, in order. */
    public Map<String, Tensor> tensors(String key) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (has(key)) {
            child(key).json.forEach((name, value) -> tensors.put(name, tensor(value)));
        }
        return tensors;
    }

    /** The numbers of a list. */
    public static double[] numbers(Object json) {
        return ((List<?>) json).stream().mapToDouble(ModelCase::number).toArray();
    }

    /** A tensor: an object of a shape and data. */
    public static Tensor tensor(Object json) {
        ModelCase object = object(json);
        return Tensor.of(
                Shape.of(Arrays.stream(object.numbers("shape"))
                        .mapToInt(v -> (int) v)
                        .toArray()),
                object.numbers("data"));
    }

    private static double number(Object json) {
        return json instanceof String text ? Double.parseDouble(text) : (Double) json;
    }

    @Override
    public String toString() {
        return name();
    }
}
