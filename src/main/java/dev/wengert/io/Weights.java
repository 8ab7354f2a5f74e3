package dev.wengert.io;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.nn.Layer;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of parameters by name, and texts by name: an immutable snapshot. Of a model that is trained it takes the parameters, the
 * layers' state and the step's state.
 *
 * <pre>{@code
 * Weights best = Weights.of(mlp); // with running statistics
 * best.into(mlp);
 * best.write(Path.of("mlp.safetensors"));
 * Weights.read(Path.of("mlp.safetensors")).into(mlp);
 * }</pre>
 *
 * <p>A checkpoint holds whatever is needed to go on, in parts:
 *
 * <pre>{@code
 * Weights.of(Map.of("key", key.tensor()))
 *         .with("model", Weights.of(mlp))
 *         .with("step", Weights.of(step.state()))
 *         .with("epoch", "3")
 *         .write(Path.of("run.safetensors"));
 * Weights.read(Path.of("run.safetensors")).part("model").into(mlp);
 * }</pre>
 */
public final class Weights {

    private final Map<String, Tensor> tensors;
    private final Map<String, String> texts;

    /** The weights own the maps from now on. */
    Weights(Map<String, Tensor> tensors, Map<String, String> texts) {
        this.tensors = Collections.unmodifiableMap(tensors);
        this.texts = Collections.unmodifiableMap(texts);
    }

    /**
     * The present values of all that a layer has: its {@linkplain Layer#parameters parameters} and its {@linkplain Layer#state state}, such as
     * running statistics and frozen parameters. What is not trained is saved, too.
     *
     * @param layer the layer, or a chain of layers
     * @return the snapshot
     * @throws IllegalArgumentException if two parameters have one name
     */
    public static Weights of(Layer layer) {
        return of(all("weights", layer));
    }

    private static List<Parameter> all(String caller, Layer layer) {
        List<Parameter> all =
                new ArrayList<>(Given.value(caller, "the layer", layer).parameters());
        all.addAll(layer.state());
        return all;
    }

    /**
     * The present values of parameters.
     *
     * @param parameters the parameters
     * @return the snapshot
     * @throws IllegalArgumentException if two parameters have one name
     */
    public static Weights of(Collection<Parameter> parameters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        byName("weights", parameters).forEach((name, parameter) -> tensors.put(name, parameter.value()));
        return new Weights(tensors, Map.of());
    }

    /**
     * Values that come from elsewhere.
     *
     * @param tensors the values by name
     * @return the weights
     */
    public static Weights of(Map<String, Tensor> tensors) {
        return new Weights(Given.map("weights: value", String.class, Tensor.class, tensors), Map.of());
    }

    /**
     * Reads a file that {@link #write} or another program wrote, whose tensors are F64: the same as {@link Safetensors#read}.
     *
     * @param file the safetensors file
     * @return its tensors and texts
     * @throws DataFileException if the file cannot be read, is not a safetensors file, or has a tensor of another type
     */
    public static Weights read(Path file) throws DataFileException {
        return Safetensors.read(file);
    }

    /**
     * Writes values and texts to a file, which other programs can read, in one step: the same as {@link Safetensors#write}.
     *
     * @param file the safetensors file, which is made or replaced
     * @throws DataFileException if writing fails; the file is then what it was before
     * @throws IllegalArgumentException if a name or a text cannot be written
     */
    public void write(Path file) throws DataFileException {
        Safetensors.write(file, this);
    }

    /**
     * Sets all that a layer has, its parameters and its state, to these values: all, or, if anything is thrown, none.
     *
     * @param layer the layer, or a chain of layers
     * @throws IllegalArgumentException if there is no value for a parameter, no parameter for a value, or two parameters have one name
     * @throws ShapeException if a value has another shape than its parameter
     */
    public void into(Layer layer) {
        into(all("into", layer));
    }

    /**
     * Sets parameters to these values: all of them, or, if anything is thrown, none.
     *
     * @param parameters the parameters
     * @throws IllegalArgumentException if there is no value for a parameter, no parameter for a value, or two parameters have one name
     * @throws ShapeException if a value has another shape than its parameter
     */
    public void into(Collection<Parameter> parameters) {
        Map<String, Parameter> byName = byName("into", parameters);
        List<String> missing = new ArrayList<>(byName.keySet());
        missing.removeAll(tensors.keySet());
        List<String> extra = new ArrayList<>(tensors.keySet());
        extra.removeAll(byName.keySet());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new IllegalArgumentException("into: there must be one value for each parameter, got "
                    + (missing.isEmpty() ? "" : "none for " + names(missing))
                    + (missing.isEmpty() || extra.isEmpty() ? "" : ", and ")
                    + (extra.isEmpty() ? "" : "values without a parameter for " + names(extra))
                    + (missing.isEmpty()
                            ? "; into(layer) sets a layer's running statistics, too, and intoMatching sets what fits and"
                                    + " reports the rest"
                            : ""));
        }
        set(byName);
    }

    /**
     * These values for some parameters: part of a model from a larger one.
     *
     * @param parameters the parameters
     * @return the values of the parameters that have one here
     * @throws IllegalArgumentException if two parameters have one name
     */
    public Weights only(Collection<Parameter> parameters) {
        Map<String, Tensor> kept = new LinkedHashMap<>(tensors);
        kept.keySet().retainAll(byName("only", parameters).keySet());
        return new Weights(kept, texts);
    }

    /**
     * Sets of all that a layer has, its parameters and its state, what has a value of its name and shape here, and leaves the rest as it is.
     *
     * @param layer the layer, or a chain of layers
     * @return what was set, and what did not fit
     * @throws IllegalArgumentException if two parameters have one name
     */
    public LoadReport intoMatching(Layer layer) {
        return intoMatching(all("intoMatching", layer));
    }

    /**
     * Sets those parameters that have a value of their name and shape here, and leaves the others as they are. Nothing else says that
     * something did not fit, so the report must be looked at.
     *
     * @param parameters the parameters
     * @return what was set, and what did not fit
     * @throws IllegalArgumentException if two parameters have one name
     */
    public LoadReport intoMatching(Collection<Parameter> parameters) {
        Map<String, Parameter> byName = byName("intoMatching", parameters);
        List<String> missing = new ArrayList<>();
        List<LoadReport.Misshapen> misshapen = new ArrayList<>();
        Map<String, Parameter> matching = new LinkedHashMap<>();
        byName.forEach((name, parameter) -> {
            Tensor value = tensors.get(name);
            Shape required = parameter.variable().shape();
            if (value == null) {
                missing.add(name);
            } else if (!value.shape().equals(required)) {
                misshapen.add(new LoadReport.Misshapen(name, required, value.shape()));
            } else {
                matching.put(name, parameter);
            }
        });
        List<String> unexpected = new ArrayList<>(tensors.keySet());
        unexpected.removeAll(byName.keySet());
        set(matching);
        return new LoadReport(List.copyOf(matching.keySet()), missing, unexpected, misshapen);
    }

    private void set(Map<String, Parameter> byName) {
        Map<Parameter, Tensor> values = new LinkedHashMap<>();
        byName.forEach((name, parameter) -> {
            Shape required = parameter.variable().shape();
            Tensor value = tensors.get(name);
            if (!value.shape().equals(required)) {
                throw new ShapeException(
                        "into",
                        "a value must have the shape of its parameter",
                        "parameter " + parameter + " and value " + value.shape());
            }
            values.put(parameter, value);
        });
        Parameter.setAll(values);
    }

    /**
     * These and others, whose names get a prefix and a dot: {@code with("step", Weights.of(step.state()))}.
     *
     * @param prefix what stands before the dot
     * @param part the values and texts to add
     * @return both
     * @throws IllegalArgumentException if a name is there already
     */
    public Weights with(String prefix, Weights part) {
        Given.value("with", "the prefix", prefix);
        Given.value("with", "the part", part);
        Map<String, Tensor> tensors = new LinkedHashMap<>(this.tensors);
        part.tensors.forEach((name, tensor) -> add(tensors, prefix + "." + name, tensor));
        Map<String, String> texts = new LinkedHashMap<>(this.texts);
        part.texts.forEach((name, text) -> add(texts, prefix + "." + name, text));
        return new Weights(tensors, texts);
    }

    private static <T> void add(Map<String, T> map, String name, T value) {
        if (map.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("with: a name must not be there already, got " + Text.name(name));
        }
    }

    /**
     * The values and texts whose names start with a prefix and a dot, without both: what {@link #with(String, Weights)} added.
     *
     * @param prefix what stands before the dot
     * @return the part
     * @throws IllegalArgumentException if there is none
     */
    public Weights part(String prefix) {
        String start = Given.value("part", "the prefix", prefix) + ".";
        Weights part = new Weights(part(start, tensors), part(start, texts));
        if (part.tensors.isEmpty() && part.texts.isEmpty()) {
            List<String> all = new ArrayList<>(tensors.keySet());
            all.addAll(texts.keySet());
            throw new IllegalArgumentException(
                    "part: a name must start with " + Text.name(start) + ", got " + namesOrNone(all));
        }
        return part;
    }

    private static <T> Map<String, T> part(String start, Map<String, T> all) {
        Map<String, T> part = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(start)) {
                part.put(name.substring(start.length()), value);
            }
        });
        return part;
    }

    /**
     * These with other names, such as those of another library.
     *
     * @param names the new name of each old one; names that are not in it stay
     * @return the same values under the new names
     * @throws IllegalArgumentException if an old name is not there, or two values would have one name
     */
    public Weights renamed(Map<String, String> names) {
        Map<String, String> to = Given.map("renamed: name", String.class, String.class, names);
        to.keySet().forEach(name -> tensor("renamed", name));
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            String other = to.getOrDefault(name, name);
            if (renamed.putIfAbsent(other, tensor) != null) {
                throw new IllegalArgumentException(
                        "renamed: values must have different names, got two called " + Text.name(other));
            }
        });
        return new Weights(renamed, texts);
    }

    /**
     * These with some matrices transposed. The weights of a {@code torch.nn.Linear} are [out, in], those of a layer here [in, out].
     *
     * @param names the names of the matrices
     * @return the same, but for these matrices
     * @throws IllegalArgumentException if a name is not there
     * @throws ShapeException if a value is not a matrix
     */
    public Weights transposed(String... names) {
        Map<String, Tensor> transposed = new LinkedHashMap<>(tensors);
        for (String name : Given.array("transposed: name", String.class, names)) {
            Tensor matrix = tensor("transposed", name);
            if (matrix.shape().rank() != 2) {
                throw new ShapeException(
                        "transposed", "a value must be a matrix", Text.name(name) + " " + matrix.shape());
            }
            transposed.put(name, Variable.of(matrix).transpose().value());
        }
        return new Weights(transposed, texts);
    }

    private Tensor tensor(String caller, String name) {
        return found(caller, "value", tensors, name);
    }

    private static <T> T found(String caller, String what, Map<String, T> all, String name) {
        T value = all.get(name);
        if (value == null) {
            throw new IllegalArgumentException(caller + ": there must be a " + what + " called " + Text.name(name)
                    + ", got " + namesOrNone(List.copyOf(all.keySet())));
        }
        return value;
    }

    /**
     * The values.
     *
     * @return the values by name, in order
     */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * These and a text, such as the epoch or the names of the classes, in place of what had that name.
     *
     * @param name the name of the text
     * @param text the text
     * @return both
     */
    public Weights with(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(texts);
        more.put(Given.value("with", "the name", name), Given.value("with", "the text", text));
        return new Weights(tensors, more);
    }

    /**
     * A text.
     *
     * @param name its name
     * @return the text
     * @throws IllegalArgumentException if there is none of this name
     */
    public String text(String name) {
        return found("text", "text", texts, Given.value("text", "the name", name));
    }

    /**
     * The texts.
     *
     * @return the texts by name, in order
     */
    public Map<String, String> texts() {
        return texts;
    }

    private static Map<String, Parameter> byName(String caller, Collection<Parameter> parameters) {
        return Given.byName(
                caller,
                Given.list(caller + ": parameter", Parameter.class, parameters),
                Parameter::name,
                "give layers and schedules different names, and take the weights of each optimiser alone");
    }

    private static String namesOrNone(List<String> names) {
        return names.isEmpty() ? "none" : names(names);
    }

    private static String names(List<String> names) {
        String shown = String.join(", ", names.stream().limit(5).map(Text::name).toList());
        return names.size() > 5 ? shown + " and " + (names.size() - 5) + " more" : shown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Weights weights && tensors.equals(weights.tensors) && texts.equals(weights.texts);
    }

    @Override
    public int hashCode() {
        return 31 * tensors.hashCode() + texts.hashCode();
    }

    /** The names, shapes and texts. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        tensors.forEach((name, tensor) -> lines.add(Text.name(name) + " " + tensor.shape()));
        texts.forEach((name, text) -> lines.add(Text.name(name) + " " + Text.quote(text)));
        return "Weights(" + String.join(", ", lines) + ")";
    }
}
