package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Identity;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The verbs of differentiation.
 *
 * <p>A function is an ordinary Java function of {@link Variable}s. To differentiate it at x, it is run on an alias of x, and the derivative
 * is pulled back (or pushed forward) along the {@link Tape} between the alias and the result. The derivative is again a graph of variables,
 * so composing gives every order:
 *
 * <pre>{@code
 * Derivative third = grad(grad(grad(x -> x.sin())));
 * double y = third.apply(Tensor.scalar(1)).item();      // −cos 1
 * }</pre>
 *
 * <p>Variables that the function captures from outside are constants to it, even the variable x itself: only the alias counts. So nested
 * derivatives cannot be confused with each other.
 *
 * <p>Tensors in, tensors out; variables in, variables out. Such a result can be differentiated again with respect to those variables.
 */
public final class Autodiff {

    private Autodiff() {}

    /** The tape of a function at a point. */
    static Tape trace(String verb, UnaryOperator<Variable> f, Variable x) {
        Variable alias = Identity.IDENTITY.apply(Given.value(verb, "the point", x));
        Variable y = Given.value(verb, "the function", f).apply(alias);
        return Tape.between(alias, Given.result(verb, "a variable", y));
    }

    private static Variable ones(Shape shape) {
        return Variable.of(Tensor.ones(shape));
    }

    /** The cotangent 1 of a result, which must be a single number. */
    private static Variable seed(String verb, Variable y) {
        if (y.shape().size() != 1) {
            throw new ShapeException(
                    verb,
                    "the function must return a single number",
                    y.shape().toString(),
                    "sum it, or use vjp with a cotangent");
        }
        return ones(y.shape());
    }

    /**
     * The gradient of a function that returns a single number, by reverse mode.
     *
     * @param f the function
     * @return its gradient, a function whose result has the shape of its argument; it throws {@link ShapeException} unless f returns one
     *     number
     */
    public static Derivative grad(UnaryOperator<Variable> f) {
        return grad("grad", f);
    }

    private static Derivative grad(String verb, UnaryOperator<Variable> f) {
        Given.value(verb, "the function", f);
        return x -> valueAndGrad(verb, f, x).gradient();
    }

    /**
     * The value and the gradient of a function that returns a single number.
     *
     * @param f the function
     * @param x the point
     * @return both, as variables
     * @throws ShapeException if f returns anything but one number
     */
    public static ValueAndGradient<Variable> valueAndGrad(UnaryOperator<Variable> f, Variable x) {
        return valueAndGrad("valueAndGrad", f, x);
    }

    private static ValueAndGradient<Variable> valueAndGrad(String verb, UnaryOperator<Variable> f, Variable x) {
        Tape tape = trace(verb, f, x);
        Variable y = tape.outputs().get(0);
        return new ValueAndGradient<>(y, tape.pullback(List.of(seed(verb, y))).get(0));
    }

    /**
     * The value and the gradient of a function that returns a single number.
     *
     * @param f the function
     * @param x the point
     * @return both, as tensors
     * @throws ShapeException if f returns anything but one number
     */
    public static ValueAndGradient<Tensor> valueAndGrad(UnaryOperator<Variable> f, Tensor x) {
        ValueAndGradient<Variable> both = valueAndGrad(f, Variable.of(x));
        return new ValueAndGradient<>(both.value().value(), both.gradient().value());
    }

    /**
     * The gradients of a function of several variables that returns a single number.
     *
     * @param f the function
     * @param x the point; the same variable may stand in two places
     * @return one gradient for each argument
     * @throws ShapeException if f returns anything but one number
     */
    public static List<Variable> gradients(Function<List<Variable>, Variable> f, List<Variable> x) {
        List<Variable> aliases = new ArrayList<>();
        for (Variable v : Given.list("gradients: argument", Variable.class, x)) {
            aliases.add(Identity.IDENTITY.apply(v));
        }
        List<Variable> arguments = new Arguments<>("gradients", "a variable", List.copyOf(aliases));
        Variable y = Given.value("gradients", "the function", f).apply(arguments);
        return gradients(Given.result("gradients", "a variable", y), aliases);
    }

    /**
     * The gradients of a function of several variables that returns a single number.
     *
     * @param f the function
     * @param x the point, one tensor for each argument
     * @return the value of one gradient for each argument
     * @throws ShapeException if f returns anything but one number
     */
    public static List<Tensor> gradients(Function<List<Variable>, Variable> f, Tensor... x) {
        List<Tensor> point = Given.array("gradients: argument", Tensor.class, x);
        return gradients(f, point.stream().map(Variable::of).toList()).stream()
                .map(Variable::value)
                .toList();
    }

    /**
     * The gradients of a variable that holds a single number, with respect to variables that it was computed from.
     *
     * @param y the variable to differentiate, a single number
     * @param x the variables to differentiate with respect to; each counts as independent of the others, even if it was computed from them
     * @return one gradient for each variable of x, of its shape; zeros where y does not depend on it
     * @throws ShapeException if y is anything but one number
     */
    public static List<Variable> gradients(Variable y, List<Variable> x) {
        Variable seed = seed("gradients", Given.value("gradients", "the output", y));
        return Tape.between(Search.GRADIENTS, x, List.of(y)).pullback(List.of(seed));
    }

    /**
     * The gradients of a loss with respect to parameters.
     *
     * @param loss the variable to differentiate, a single number
     * @param parameters the parameters to differentiate with respect to
     * @return the value of one gradient for each parameter, in their order; zeros where the loss does not depend on it
     * @throws ShapeException if the loss is anything but one number
     * @throws IllegalStateException if a parameter was set after the loss was computed, or the loss is being recorded
     */
    public static Map<Parameter, Tensor> gradients(Variable loss, Collection<Parameter> parameters) {
        List<Parameter> given = Given.list("gradients: parameter", Parameter.class, parameters);
        List<Parameter> distinct = given.stream().distinct().toList();
        List<Variable> leaves = distinct.stream().map(Parameter::variable).toList();
        List<Variable> g = gradients(loss, leaves);
        if (loss.isRecording()) {
            throw new IllegalStateException(
                    "gradients: a variable that is being recorded has no value yet, so its gradients with"
                            + " respect to parameters are no tensors; in a recording use gradients(loss, variables) with the parameters'"
                            + " variable()");
        }
        Map<Parameter, Tensor> result = new LinkedHashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            result.put(distinct.get(i), g.get(i).value());
        }
        return result;
    }

    /**
     * The vector-Jacobian product {@code Jᵀg}, by reverse mode.
     *
     * @param f the function
     * @param x the point
     * @param g a cotangent, of the shape of what f returns
     * @return the cotangent of x
     * @throws ShapeException if g has another shape
     */
    public static Variable vjp(UnaryOperator<Variable> f, Variable x, Variable g) {
        return Sweep.pullback("vjp", trace("vjp", f, x), Collections.singletonList(g))
                .get(0);
    }

    /**
     * The vector-Jacobian product {@code Jᵀg}, by reverse mode.
     *
     * @param f the function
     * @param x the point
     * @param g a cotangent, of the shape of what f returns
     * @return the cotangent of x
     * @throws ShapeException if g has another shape
     */
    public static Tensor vjp(UnaryOperator<Variable> f, Tensor x, Tensor g) {
        return vjp(f, Variable.of(x), Variable.of(g)).value();
    }

    /**
     * The Jacobian-vector product {@code Jt}, by forward mode.
     *
     * @param f the function
     * @param x the point
     * @param t a tangent, of the shape of x
     * @return the tangent of what f returns
     * @throws ShapeException if t has another shape
     */
    public static Variable jvp(UnaryOperator<Variable> f, Variable x, Variable t) {
        return Sweep.pushforward("jvp", trace("jvp", f, x), Collections.singletonList(t))
                .get(0);
    }

    /**
     * The Jacobian-vector product {@code Jt}, by forward mode.
     *
     * @param f the function
     * @param x the point
     * @param t a tangent, of the shape of x
     * @return the tangent of what f returns
     * @throws ShapeException if t has another shape
     */
    public static Tensor jvp(UnaryOperator<Variable> f, Tensor x, Tensor t) {
        return jvp(f, Variable.of(x), Variable.of(t)).value();
    }

    /**
     * The Jacobian, by forward mode column by column, or by reverse mode row by row if there are fewer rows. Applying it throws a {@link
     * ShapeException} if it would have more than {@link Shape#MAX_SIZE} elements.
     *
     * @param f the function
     * @return its Jacobian; its shape is the shape of f's result followed by the shape of f's argument
     */
    public static Derivative jacobian(UnaryOperator<Variable> f) {
        return new Jacobian("jacobian", Given.value("jacobian", "the function", f), Jacobian.Mode.ANY);
    }

    /**
     * The Jacobian by forward mode, column by column: for more results than arguments.
     *
     * @param f the function
     * @return its Jacobian; its shape is the shape of f's result followed by the shape of f's argument
     */
    public static Derivative jacfwd(UnaryOperator<Variable> f) {
        return new Jacobian("jacfwd", Given.value("jacfwd", "the function", f), Jacobian.Mode.FORWARD);
    }

    /**
     * The Jacobian by reverse mode, row by row: for fewer results than arguments.
     *
     * @param f the function
     * @return its Jacobian; its shape is the shape of f's result followed by the shape of f's argument
     */
    public static Derivative jacrev(UnaryOperator<Variable> f) {
        return new Jacobian("jacrev", Given.value("jacrev", "the function", f), Jacobian.Mode.REVERSE);
    }

    /**
     * The value of a function at a point, and its derivative there as a linear map. The function is run once; each product with the
     * Jacobian is a sweep.
     *
     * @param f the function
     * @param x the point
     * @return the value, and the products {@code Jt} and {@code Jᵀg}
     */
    public static Linearization linearize(UnaryOperator<Variable> f, Variable x) {
        return new Linearization(trace("linearize", f, x));
    }

    /**
     * The Hessian of a function that returns a single number: the {@linkplain #jacobian Jacobian} of its gradient, by forward over reverse
     * mode.
     *
     * @param f the function
     * @return its Hessian; its shape is the shape of f's argument, twice
     */
    public static Derivative hessian(UnaryOperator<Variable> f) {
        return new Jacobian("hessian", grad("hessian", f)::apply, Jacobian.Mode.ANY);
    }

    /**
     * The product of the Hessian with a vector, {@code Hv}, by forward over reverse mode: a few times the work of a gradient.
     *
     * @param f a function that returns a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or f returns anything but one number
     */
    public static Variable hvp(UnaryOperator<Variable> f, Variable x, Variable v) {
        return Sweep.pushforward("hvp", trace("hvp", grad("hvp", f), x), Collections.singletonList(v))
                .get(0);
    }

    /**
     * The product of the Hessian with a vector, {@code Hv}, by forward over reverse mode: a few times the work of a gradient.
     *
     * @param f a function that returns a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or f returns anything but one number
     */
    public static Tensor hvp(UnaryOperator<Variable> f, Tensor x, Tensor v) {
        return hvp(f, Variable.of(x), Variable.of(v)).value();
    }

    /**
     * The product of a vector with the Hessian, {@code vᵀH}, by reverse over reverse mode. It equals {@link #hvp}, up to rounding, if the
     * rules of f are right.
     *
     * @param f a function that returns a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or f returns anything but one number
     */
    public static Variable vhp(UnaryOperator<Variable> f, Variable x, Variable v) {
        return Sweep.pullback("vhp", trace("vhp", grad("vhp", f), x), Collections.singletonList(v))
                .get(0);
    }

    /**
     * The product of a vector with the Hessian, {@code vᵀH}, by reverse over reverse mode.
     *
     * @param f a function that returns a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or f returns anything but one number
     */
    public static Tensor vhp(UnaryOperator<Variable> f, Tensor x, Tensor v) {
        return vhp(f, Variable.of(x), Variable.of(v)).value();
    }

    /**
     * The product of the generalised Gauss-Newton matrix with a vector, {@code JᵀHJv}, where J is the Jacobian of f at x, and H the Hessian
     * of the loss at f(x) (N. N. Schraudolph, Fast curvature matrix-vector products for second-order gradient descent, Neural Computation
     * 14, 2002). For a convex loss the matrix is positive semidefinite; it is the Hessian of loss(f(x)) without the curvature of f.
     *
     * @param f the function, such as a model of its parameters
     * @param loss a function of what f returns, a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or the loss returns anything but one number
     */
    public static Variable ggnvp(UnaryOperator<Variable> f, UnaryOperator<Variable> loss, Variable x, Variable v) {
        Tape tape = trace("ggnvp", f, x);
        Variable jv =
                Sweep.pushforward("ggnvp", tape, Collections.singletonList(v)).get(0);
        UnaryOperator<Variable> slope = grad("ggnvp", loss)::apply;
        Tape outer = trace("ggnvp", slope, tape.outputs().get(0));
        return tape.pullback(outer.pushforward(List.of(jv))).get(0);
    }

    /**
     * The product of the generalised Gauss-Newton matrix with a vector, {@code JᵀHJv}.
     *
     * @param f the function, such as a model of its parameters
     * @param loss a function of what f returns, a single number
     * @param x the point
     * @param v the vector, of the shape of x
     * @return the product, of the shape of x
     * @throws ShapeException if v has another shape, or the loss returns anything but one number
     */
    public static Tensor ggnvp(UnaryOperator<Variable> f, UnaryOperator<Variable> loss, Tensor x, Tensor v) {
        return ggnvp(f, loss, Variable.of(x), Variable.of(v)).value();
    }
}
