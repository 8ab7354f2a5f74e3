package dev.wengert.functional;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What was computed from parameters, as a function of other values in their place: of a list, of a map, or of one flat vector that holds
 * the elements of all parameters in order. So a model made of layers has a Hessian, products with it, and Newton steps:
 *
 * <pre>{@code
 * ParameterFunction loss = ParameterFunction.of(() -> model.apply(x).crossEntropy(y), parameters);
 * Tensor hessian = Autodiff.hessian(loss).apply(loss.point());      // [n, n] for n elements of all parameters
 * Variable adapted = loss.apply(loss.split(flat));                  // at any variables; differentiable in them
 * }</pre>
 *
 * <p>The function is run once, when this is made. Everything but its parameters is a constant from then on: data, other parameters, and
 * Java control flow. Setting a parameter later does not change this function. A function of variables in a record needs no parameters: see
 * {@link Tree}.
 */
public final class ParameterFunction implements UnaryOperator<Variable> {

    private final List<Parameter> parameters;
    private final Tape tape;

    private ParameterFunction(List<Parameter> parameters, Tape tape) {
        this.parameters = parameters;
        this.tape = tape;
    }

    /**
     * A function of parameters.
     *
     * @param f computes a variable from the parameters, such as a loss
     * @param parameters the parameters, in the order of the flat vector
     * @return the function
     * @throws IllegalArgumentException if a parameter is given twice
     */
    public static ParameterFunction of(Supplier<Variable> f, List<Parameter> parameters) {
        List<Parameter> given = Given.list("parameterFunction: parameter", Parameter.class, parameters);
        Set<Parameter> distinct = new HashSet<>();
        for (Parameter parameter : given) {
            if (!distinct.add(parameter)) {
                throw new IllegalArgumentException("parameterFunction: every parameter must be given once, got "
                        + Text.name(parameter.name()) + " again");
            }
        }
        List<Variable> leaves = given.stream().map(Parameter::variable).toList();
        Variable y = Given.value("parameterFunction", "the function", f).get();
        Variable output = Given.result("parameterFunction", "a variable", y);
        return new ParameterFunction(given, Tape.between(leaves, List.of(output)));
    }

    /**
     * The function of a flat vector.
     *
     * @param flat the elements of all parameters in order, of shape [{@link #size}]
     * @return the result
     * @throws ShapeException if the vector has another shape
     */
    @Override
    public Variable apply(Variable flat) {
        return apply(split(flat));
    }

    /**
     * The function of a list.
     *
     * @param values one for each parameter, in order, of its shape
     * @return the result
     * @throws IllegalArgumentException if there are more or fewer values than parameters
     * @throws ShapeException if a value has another shape than its parameter
     */
    public Variable apply(List<Variable> values) {
        List<Variable> given = Given.list("parameterFunction: value", Variable.class, values);
        if (given.size() != parameters.size()) {
            throw new IllegalArgumentException("parameterFunction: there must be one value for each parameter, got "
                    + given.size() + " for " + parameters.size());
        }
        for (int i = 0; i < given.size(); i++) {
            Shape shape = given.get(i).shape();
            if (!shape.equals(tape.inputs().get(i).shape())) {
                throw new ShapeException(
                        "parameterFunction",
                        "a value must have the shape of its parameter",
                        "value " + shape + " and parameter " + parameters.get(i));
            }
        }
        return tape.apply(given).get(0);
    }

    /**
     * The function of a map.
     *
     * @param values the values of some parameters; the others keep the values that they had when this function was made
     * @return the result
     * @throws IllegalArgumentException if there is a value for what is none of the parameters
     * @throws ShapeException if a value has another shape than its parameter
     */
    public Variable apply(Map<Parameter, Variable> values) {
        Map<Parameter, Variable> given = Given.map("parameterFunction: value", Parameter.class, Variable.class, values);
        given.keySet().stream().filter(p -> !parameters.contains(p)).findFirst().ifPresent(p -> {
            throw new IllegalArgumentException(
                    "parameterFunction: there can be values for the parameters of the function, got one for "
                            + Text.name(p.name()) + ", which is none");
        });
        List<Variable> all = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Variable value = given.get(parameters.get(i));
            all.add(value == null ? Variable.of(tape.inputs().get(i).value()) : value);
        }
        return apply(all);
    }

    /**
     * The number of elements of all parameters.
     *
     * @return the length of the flat vector
     */
    public int size() {
        return Flat.size(shapes());
    }

    /**
     * The flat vector at which this function was made.
     *
     * @return the values of all parameters at that time, of shape [{@link #size}]
     */
    public Tensor point() {
        double[] flat = new double[size()];
        int at = 0;
        for (Variable input : tape.inputs()) {
            System.arraycopy(input.value().toArray(), 0, flat, at, input.shape().size());
            at += input.shape().size();
        }
        return Tensor.of(flat);
    }

    /**
     * The parts of a flat vector.
     *
     * @param flat the elements of all parameters in order, of shape [{@link #size}]
     * @return one variable for each parameter, of its shape
     * @throws ShapeException if the vector has another shape
     */
    public List<Variable> split(Variable flat) {
        return Flat.split("parameterFunction", flat, shapes());
    }

    /**
     * The parts of a flat vector, by parameter: what {@link Parameter#setAll} takes.
     *
     * @param flat the elements of all parameters in order, of shape [{@link #size}]
     * @return one tensor for each parameter, of its shape
     * @throws ShapeException if the vector has another shape
     */
    public Map<Parameter, Tensor> split(Tensor flat) {
        Flat.require(
                "parameterFunction",
                Given.value("parameterFunction", "the flat vector", flat).shape(),
                shapes());
        double[] elements = flat.toArray();
        Map<Parameter, Tensor> parts = new LinkedHashMap<>();
        int at = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Shape shape = tape.inputs().get(i).shape();
            parts.put(parameters.get(i), Tensor.of(shape, Arrays.copyOfRange(elements, at, at + shape.size())));
            at += shape.size();
        }
        return parts;
    }

    private List<Shape> shapes() {
        return tape.inputs().stream().map(Variable::shape).toList();
    }
}
