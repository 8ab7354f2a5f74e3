package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The new values of parameters, as variables, and the norm of the gradients if it was computed. */
final class Moves {

    private final Map<Parameter, Variable> values = new LinkedHashMap<>();
    private Variable norm = Variable.of(Double.NaN);

    void put(Parameter parameter, Variable value) {
        values.put(parameter, value);
    }

    void norm(Variable value) {
        norm = value;
    }

    Variable norm() {
        return norm;
    }

    List<Parameter> parameters() {
        return new ArrayList<>(values.keySet());
    }

    List<Variable> values() {
        return new ArrayList<>(values.values());
    }

    /** Sets all parameters, or, if anything is thrown, none. */
    void set() {
        Map<Parameter, Tensor> tensors = new LinkedHashMap<>();
        values.forEach((parameter, value) -> tensors.put(parameter, value.value()));
        Parameter.setAll(tensors);
    }
}
