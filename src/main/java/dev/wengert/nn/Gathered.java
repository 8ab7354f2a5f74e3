package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The parameters of several layers: each once, and no two of one name. */
final class Gathered {

    private Gathered() {}

    static List<Parameter> of(String caller, Layer[] layers, Function<Layer, List<Parameter>> which) {
        List<Parameter> all = new ArrayList<>();
        for (Layer layer : Given.array(caller + ": layer", Layer.class, layers)) {
            all.addAll(which.apply(layer));
        }
        return distinct(caller, all);
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
}
