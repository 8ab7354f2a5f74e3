package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Several layers with their parameters and their state: each once, and no two of one name. What one layer trains is trained, even where another
 * has it frozen.
 */
record Gathered(List<Layer> layers, List<Parameter> parameters, List<Parameter> state) {

    static Gathered of(String caller, Layer... layers) {
        List<Layer> given = Given.array(caller + ": layer", Layer.class, layers);
        List<Parameter> all = new ArrayList<>();
        given.forEach(layer -> all.addAll(layer.parameters()));
        List<Parameter> parameters = distinct(caller, all);
        given.forEach(layer -> all.addAll(layer.state()));
        List<Parameter> both = distinct(caller, all);
        return new Gathered(given, parameters, both.subList(parameters.size(), both.size()));
    }

    static List<Parameter> distinct(String caller, Collection<Parameter> parameters) {
        Map<String, Parameter> byName = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            Parameter other = byName.putIfAbsent(parameter.name(), parameter);
            if (other != null && other != parameter) {
                throw new IllegalArgumentException(caller + ": parameters must have different names, got two called "
                        + Text.name(parameter.name()) + "; give the layers different names");
            }
        }
        return List.copyOf(byName.values());
    }

    /** How a layer prints itself; a lambda has no print. */
    static String print(Layer layer) {
        return layer.getClass().isHidden() ? "function" : layer.toString();
    }

    String print(String start) {
        return layers.stream().map(Gathered::print).collect(Collectors.joining(", ", start + "(", ")"));
    }
}
