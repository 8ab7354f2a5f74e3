package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A function and the point where its search begins. */
final class Start {

    private final String caller;
    private final UnaryOperator<Variable> f;
    private final Tensor point;
    private final IntFunction<String> name;

    private Start(String caller, UnaryOperator<Variable> f, Tensor point, IntFunction<String> name) {
        this.caller = caller;
        this.f = f;
        this.point = point;
        this.name = name;
        if (point.shape().size() == 0) {
            throw new IllegalArgumentException(
                    caller + ": the start must have elements, got one of shape " + point.shape());
        }
        double[] x = point.toArray();
        if (!Vectors.isFinite(x)) {
            throw new IllegalArgumentException(caller + ": the start must be finite, got " + notFinite(x));
        }
    }

    /** A function of one variable. */
    static Start of(String caller, UnaryOperator<Variable> f, Tensor point) {
        return new Start(
                caller,
                Given.value(caller, "the function", f),
                Given.value(caller, "the start", point),
                i -> "element " + i);
    }

    /** A function of parameters, as one of a flat vector. */
    static Start of(String caller, ParameterFunction f, List<Parameter> parameters) {
        return new Start(caller, f, f.point(), i -> element(parameters, i));
    }

    /** What was computed from parameters, as a function of them. */
    static ParameterFunction function(String caller, Supplier<Variable> f, Collection<Parameter> parameters) {
        Given.value(caller, "the function", f);
        return ParameterFunction.of(() -> Given.result(caller, "a variable", f.get()), distinct(caller, parameters));
    }

    static List<Parameter> distinct(String caller, Collection<Parameter> parameters) {
        return Given.list(caller + ": parameter", Parameter.class, parameters).stream()
                .distinct()
                .toList();
    }

    private static String element(List<Parameter> parameters, int i) {
        int at = i;
        for (Parameter parameter : parameters) {
            int size = parameter.value().shape().size();
            if (at < size) {
                return "element " + at + " of " + parameter;
            }
            at -= size;
        }
        throw new AssertionError(i);
    }

    String caller() {
        return caller;
    }

    Tensor point() {
        return point;
    }

    /** The function; its result is not null. */
    Variable apply(Variable x) {
        return Given.result(caller, "a variable", f.apply(x));
    }

    /** The first element that is not finite, in words. */
    String notFinite(double[] x) {
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(x[i])) {
                return x[i] + " as " + name.apply(i);
            }
        }
        throw new AssertionError("all are finite");
    }
}
