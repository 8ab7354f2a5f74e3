package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a batch gives: gradients, the new values of parameters, and the norm of the gradients if it was computed. */
final class Moves {

    private final Map<Parameter, Variable> values = new LinkedHashMap<>();
    private final Map<Parameter, Variable> gradients = new LinkedHashMap<>();
    private Variable loss = Variable.of(0);
    private Variable norm = Variable.of(Double.NaN);

    void loss(Variable value) {
        loss = value;
    }

    Variable loss() {
        return loss;
    }

    void gradient(Parameter parameter, Variable gradient) {
        gradients.put(parameter, gradient);
    }

    /** The parameters that have a gradient. */
    List<Parameter> reached() {
        return new ArrayList<>(gradients.keySet());
    }

    List<Variable> gradients() {
        return new ArrayList<>(gradients.values());
    }

    /** The number 0; computing it throws if the loss, a gradient or a new value is not finite. */
    Variable requireFinite() {
        List<Variable> all = new ArrayList<>(List.of(loss));
        all.addAll(gradients.values());
        all.addAll(values.values());
        return new AllFinite(all.size()).apply(all.toArray(new Variable[0]));
    }

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
