package dev.wengert.functional;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A function whose derivative is a rule of its own, without a class: for a formula that keeps more digits, or for a gradient that is meant
 * to be another one, such as a straight-through estimator.
 *
 * <pre>{@code
 * UnaryOperator<Variable> rounded = CustomVjp.of("round", x -> x.add(1.5 * 0x1p52).sub(1.5 * 0x1p52), (g, y, x) -> g);
 * }</pre>
 *
 * <p>The function is an ordinary function of variables. It must take what it depends on as arguments, because no derivative passes to
 * anything else: a leaf variable that it captures is a constant. The rule is written with variables, too, so there are derivatives of every
 * order. It uses nothing but its arguments, and is linear in g, because forward mode uses its transpose. Like a tape, the function has the
 * Java control flow of the first argument, and must not ask for its value. Make it once, outside of what is recorded.
 */
public final class CustomVjp {

    private CustomVjp() {}

    /** The rule of a function of one variable. */
    @FunctionalInterface
    public interface Rule {

        /**
         * The cotangent of the argument, {@code Jᵀg}.
         *
         * @param g the cotangent of the result
         * @param y the result
         * @param x the argument
         * @return the cotangent, of the shape of x or of a shape that reduces to it; null if there is none
         */
        Variable vjp(Variable g, Variable y, Variable x);
    }

    /** The rule of a function of several variables. */
    @FunctionalInterface
    public interface ListRule {

        /**
         * The cotangents of the arguments, {@code J_iᵀg}.
         *
         * @param g the cotangent of the result
         * @param y the result
         * @param x the arguments
         * @return one for each argument, of its shape or of a shape that reduces to it; null where there is none
         */
        List<Variable> vjp(Variable g, Variable y, List<Variable> x);
    }

    /**
     * A function of one variable.
     *
     * @param name what tapes and reports call it
     * @param f the function
     * @param rule its derivative
     * @return the function with that derivative. Applying it throws an {@link IllegalArgumentException} if f uses a parameter, or something
     *     computed outside
     */
    public static UnaryOperator<Variable> of(String name, UnaryOperator<Variable> f, Rule rule) {
        Given.value("customVjp", "the function", f);
        Given.value("customVjp", "the rule", rule);
        Function<List<Variable>, Variable> list = ofList(name, x -> f.apply(x.get(0)), new Single(rule));
        return x -> list.apply(List.of(Given.value("customVjp", "the argument", x)));
    }

    /**
     * A function of several variables.
     *
     * @param name what tapes and reports call it
     * @param f the function
     * @param rule its derivatives
     * @return the function with those derivatives. Applying it throws an {@link IllegalArgumentException} if f uses a parameter, or
     *     something computed outside
     */
    public static Function<List<Variable>, Variable> ofList(
            String name, Function<List<Variable>, Variable> f, ListRule rule) {
        Given.value("customVjp", "the name", name);
        Given.value("customVjp", "the function", f);
        Given.value("customVjp", "the rule", rule);
        String caller = Text.name(name);
        return arguments -> {
            List<Variable> x = Given.list(caller + ": argument", Variable.class, arguments);
            Tape body = Tape.closure(
                    v -> List.of(Given.result(
                            caller, "a variable", f.apply(new Arguments<>(caller, "an argument", List.copyOf(v))))),
                    x);
            List<Variable> captured =
                    body.inputs().subList(x.size(), body.inputs().size());
            for (Variable v : captured) {
                if (v.op().isPresent() || v.parameter().isPresent() || v.isRecording()) {
                    throw new IllegalArgumentException(caller
                            + ": the function must take what it depends on as arguments, because no derivative passes to anything else, got "
                            + v.parameter()
                                    .map(p -> "parameter " + Text.name(p.name()))
                                    .orElse("a variable from outside"));
                }
            }
            Variable[] operands = Bodies.operands(x, captured);
            return new Custom(name, body, x.size(), rule).apply(operands);
        };
    }

    private record Single(Rule rule) implements ListRule {
        @Override
        public List<Variable> vjp(Variable g, Variable y, List<Variable> x) {
            return Collections.singletonList(rule.vjp(g, y, x.get(0)));
        }
    }

    /** The operation. Its operands are the arguments, then constants. */
    private record Custom(String label, Tape body, int arguments, ListRule rule) implements CustomOp {

        @Override
        public Shape shape(Shape... x) {
            return Bodies.shape(label, body, x);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Bodies.eval(body, x);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return i < arguments ? cotangents(g, y, x).get(i) : null;
        }

        @Override
        public void pullback(Cotangents c) {
            List<Variable> cotangents = cotangents(c.g(), c.y(), c.x());
            for (int i = 0; i < arguments; i++) {
                if (c.wants(i)) {
                    c.add(i, cotangents.get(i));
                }
            }
        }

        @Override
        public boolean passes(int i) {
            return i < arguments;
        }

        private List<Variable> cotangents(Variable g, Variable y, List<Variable> x) {
            List<Variable> cotangents = rule.vjp(g, y, x.subList(0, arguments));
            if (cotangents == null || cotangents.size() != arguments) {
                throw new IllegalArgumentException(Text.name(label) + ": the rule must return a cotangent for each of "
                        + arguments + " arguments, got " + (cotangents == null ? "null" : cotangents.size()));
            }
            return cotangents;
        }
    }
}
