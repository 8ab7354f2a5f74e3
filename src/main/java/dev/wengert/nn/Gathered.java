package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
        return List.copyOf(Given.byName(caller, parameters, Parameter::name, "give the layers different names")
                .values());
    }

    /** How a layer prints itself; a lambda has no print. */
    static String print(Layer layer) {
        return layer.getClass().isHidden() ? "function" : layer.toString();
    }

    String print(String start) {
        return layers.stream().map(Gathered::print).collect(Collectors.joining(", ", start + "(", ")"));
    }
}
