package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Operands;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Makes tapes by running functions: recordings, which can be replayed, and traces, whose steps know their lines of code. */
final class Recording {

    static final String TRACE = "trace";

    private Recording() {}

    /** A function of one variable as a function of a list. */
    static Function<List<Variable>, List<Variable>> single(UnaryOperator<Variable> f) {
        Given.value("record", "the function", f);
        return x -> List.of(Given.result("record", "a variable", f.apply(x.get(0))));
    }

    /** Records a function on examples. The inputs of the tape are those of f, then the parameters that it reached. */
    static Tape of(Function<List<Variable>, List<Variable>> f, List<Tensor> examples) {
        List<Variable> inputs = new ArrayList<>();
        for (Tensor example : Given.list("record: example", Tensor.class, examples)) {
            inputs.add(Variable.recording(example));
        }
        List<Variable> arguments = new Arguments<>("record", "an example", List.copyOf(inputs));
        List<Variable> results = Given.value("record", "the function", f).apply(arguments);
        List<Variable> outputs = Given.list("record: output", Variable.class, results);
        inputs.addAll(parameterLeaves(outputs));
        return Tape.between(inputs, outputs);
    }

    /** Records a function on two lists of examples, and refuses it if anything differs that would be frozen. */
    static Tape of(Function<List<Variable>, List<Variable>> f, List<Tensor> one, List<Tensor> two) {
        List<Tensor> examples = Given.list("record: example", Tensor.class, one);
        List<Tensor> others = Given.list("record: other", Tensor.class, two);
        Operands.requireSame(examples, others);
        Tape tape = of(f, examples);
        TapePrinter.requireSame(tape, of(f, others));
        return tape;
    }

    /** Records a function without constants: what it captures become inputs behind its arguments, in structural order. */
    static Tape closure(Function<List<Variable>, List<Variable>> f, List<Variable> x) {
        List<Variable> inputs = new ArrayList<>();
        List<Variable> given = Given.list("closure: argument", Variable.class, x);
        boolean traced = given.stream().anyMatch(Variable::isTraced);
        for (Variable v : given) {
            inputs.add(Variable.recording(v.tensor(), traced));
        }
        List<Variable> arguments = new Arguments<>("closure", "an argument", List.copyOf(inputs));
        List<Variable> results = Given.value("closure", "the function", f).apply(arguments);
        List<Variable> outputs = Given.list("closure: output", Variable.class, results);
        Tape tape = Tape.between(inputs, outputs);
        Set<Variable> captured = new LinkedHashSet<>(); // variables have identity equality
        for (int k = 0; k < tape.count; k++) {
            Variable step = tape.steps().get(k);
            for (int i = 0; i < step.operands(); i++) {
                if (tape.operand(k, i) == Tape.CONSTANT) {
                    captured.add(step.operand(i));
                }
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (tape.result(i) == Tape.CONSTANT) {
                captured.add(outputs.get(i));
            }
        }
        inputs.addAll(captured);
        return Tape.between(inputs, outputs);
    }

    /** The leaves of parameters that the outputs depend on, in structural order. */
    private static List<Variable> parameterLeaves(List<Variable> outputs) {
        Map<Variable, Boolean> seen = new IdentityHashMap<>();
        List<Variable> leaves = new ArrayList<>();
        List<Variable> stack = new ArrayList<>(outputs);
        Collections.reverse(stack);
        while (!stack.isEmpty()) {
            Variable node = stack.remove(stack.size() - 1);
            if (seen.put(node, true) != null) {
                continue;
            }
            Parameter parameter = node.parameterOrNull();
            if (parameter != null) {
                if (parameter.variable() != node) {
                    throw new IllegalStateException("record: the function uses an old value of parameter "
                            + Text.name(parameter.name()) + ", which was set since, and a plan would read the new one;"
                            + " compute it again, or detach it from the parameter: Variable.of(x.value())");
                }
                leaves.add(node);
            }
            for (int i = node.inputs().size() - 1; i >= 0; i--) {
                stack.add(node.inputs().get(i));
            }
        }
        return leaves;
    }

    /** Traces a function: runs it eagerly, with traced leaves for its parameters. */
    static Tape trace(Function<List<Variable>, List<Variable>> f, List<Tensor> x, Collection<Parameter> parameters) {
        Map<Parameter, Tensor> values = new LinkedHashMap<>();
        Given.list("trace: parameter", Parameter.class, parameters).forEach(p -> values.put(p, p.value()));
        return trace(f, x, values);
    }

    /** Traces a function while its parameters have other values. */
    static Tape trace(Function<List<Variable>, List<Variable>> f, List<Tensor> x, Map<Parameter, Tensor> values) {
        Map<Parameter, Tensor> parameters = Given.map("trace: value", Parameter.class, Tensor.class, values);
        List<Variable> inputs = new ArrayList<>();
        for (Tensor value : Given.list("trace: input", Tensor.class, x)) {
            inputs.add(Variable.traced(value, null));
        }
        List<Variable> arguments = new Arguments<>(TRACE, "a tensor", List.copyOf(inputs));
        Map<Parameter, Variable> leaves = new LinkedHashMap<>();
        parameters.forEach((parameter, value) -> leaves.put(parameter, parameter.variable()));
        Operands.requireShapes(
                TRACE,
                "value",
                "parameter",
                leaves.values().stream().map(Variable::shape).toList(),
                parameters.values().stream().map(Tensor::shape).toList());
        BiConsumer<Parameter, Variable> restore = Parameter::replace; // here, because it allocates
        try {
            parameters.forEach((parameter, value) -> {
                Variable traced = Variable.traced(value, parameter);
                parameter.replace(traced);
                inputs.add(traced);
            });
            return Tape.between(
                    TRACE, inputs, Given.value(TRACE, "the function", f).apply(arguments));
        } finally {
            leaves.forEach(restore);
        }
    }
}
