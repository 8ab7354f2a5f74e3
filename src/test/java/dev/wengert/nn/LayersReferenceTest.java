package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Layers against PyTorch: outputs, gradients, tangents and Hessian-vector products in parameters and inputs together. The reference is the sum
 * of the cotangent times the output.
 */
class LayersReferenceTest {

    /** Relative to the largest number of the tensor: sums in another order differ by a few rounding errors of their largest term. */
    private static final double TOLERANCE = 1e-12;

    /** Where the activations have a kink, the conventions differ. */
    private static final Map<String, double[]> KINKS = Map.of(
            "Hardtanh", new double[] {-1, 1},
            "ReLU6", new double[] {0, 6},
            "Hardsigmoid", new double[] {-3, 3},
            "Hardswish", new double[] {-3, 3},
            "ELU 1", new double[] {0},
            "SELU", new double[] {0});

    private final RandomGenerator random = new SplittableRandom(1);

    @TestFactory
    List<DynamicTest> isAsInPyTorch() {
        List<DynamicTest> tests = new ArrayList<>();
        for (ModelCase each : ModelCase.all("layers")) {
            tests.add(DynamicTest.dynamicTest(each.name(), () -> check(each)));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private void check(ModelCase c) {
        String kind = c.name().replaceAll("[ (].*", "");
        if (kind.equals("Dropout")) {
            dropout(c);
        } else if (kind.equals("Activation")) {
            activation(c);
        } else {
            layer(kind, c);
        }
    }

    // ---- layers with parameters ----

    private void layer(String kind, ModelCase c) {
        Model model = model(kind, c);
        Map<String, Tensor> point = new LinkedHashMap<>(c.tensors("parameters"));
        point.putAll(c.tensors("inputs"));
        List<String> names = List.copyOf(point.keySet());
        List<Variable> x = names.stream().map(n -> Variable.of(point.get(n))).toList();
        Function<List<Variable>, Variable> f = model.function(names, c);
        Variable y = f.apply(x);
        close("output", y.value(), c.tensor("output"));

        Variable cotangent = Variable.of(c.tensor("cotangent"));
        Function<List<Variable>, Variable> s = v -> f.apply(v).mul(cotangent).sum();
        List<Variable> g = Autodiff.gradients(s, x);
        boolean ties = c.name().contains("ties"); // shared evenly here, and given to the first there
        if (ties) {
            assertThat(Arrays.stream(g.get(0).value().toArray()).sum())
                    .isCloseTo(
                            Arrays.stream(c.tensors("gradients").get("x").toArray())
                                    .sum(),
                            offset(TOLERANCE));
            return;
        }
        Map<String, Tensor> gradients = c.tensors("gradients");
        Map<String, Tensor> direction = c.tensors("direction");
        List<Tensor> t = new ArrayList<>();
        List<Boolean> reached = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Tensor expected = gradients.get(names.get(i));
            reached.add(!unreached(kind, names.get(i), expected));
            if (reached.get(i)) {
                close("gradient of " + names.get(i), g.get(i).value(), expected);
            }
            t.add(reached.get(i) ? direction.get(names.get(i)) : Tensor.zeros(expected.shape()));
        }
        close("tangent", along(f, x, t).value(), c.tensor("tangent"));
        if (c.has("hvp")) {
            for (int i = 0; i < names.size(); i++) {
                int at = i;
                if (!reached.get(i)) {
                    continue;
                }
                Variable hvp = along(v -> Autodiff.gradients(s, v).get(at), x, t);
                close(
                        "Hessian-vector product of " + names.get(i),
                        hvp.value(),
                        c.tensors("hvp").get(names.get(i)));
            }
        }
        model.after(c, x);
    }

    /**
     * The files were made by {@code functional_call} of PyTorch 1.13, which hands a recurrent layer its own parameters, and not those that it
     * is given: derivatives in them are zeros there, and the direction moves the inputs alone. LayersTest checks these derivatives.
     */
    private static boolean unreached(String kind, String name, Tensor gradient) {
        return kind.matches("RNN|GRU|LSTM")
                && name.matches("(weight|bias)_.*")
                && Arrays.stream(gradient.toArray()).allMatch(v -> v == 0);
    }

    /** The derivative along a direction: of h at 0, where every argument moves by h times its tangent. */
    private static Variable along(Function<List<Variable>, Variable> f, List<Variable> x, List<Tensor> t) {
        UnaryOperator<Variable> line = h -> {
            List<Variable> moved = new ArrayList<>();
            for (int i = 0; i < x.size(); i++) {
                moved.add(x.get(i).add(h.mul(Variable.of(t.get(i)))));
            }
            return f.apply(moved);
        };
        return Autodiff.jvp(line, Variable.of(0), Variable.of(1));
    }

    /** A model of ours for a case. */
    private abstract static class Model {
        /** The layers' parameters by the names of PyTorch. */
        final Map<String, Parameter> parameters = new LinkedHashMap<>();

        /** The output from the inputs by name. */
        abstract Variable apply(Map<String, Variable> in);

        void after(ModelCase c, List<Variable> x) {}

        /** The function of parameters in PyTorch's layout, and inputs. */
        Function<List<Variable>, Variable> function(List<String> names, ModelCase c) {
            return v -> {
                Map<String, Variable> in = new LinkedHashMap<>();
                List<Parameter> ours = new ArrayList<>();
                List<Variable> values = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    Parameter p = parameters.get(names.get(i));
                    in.put(names.get(i), v.get(i));
                    if (p != null) {
                        boolean convolution = p.value().shape().rank() > 2
                                || c.name().contains("Embedding")
                                || c.name().contains("LayerNorm");
                        ours.add(p);
                        values.add(
                                convolution || p.value().shape().rank() < 2
                                        ? v.get(i)
                                        : v.get(i).transpose());
                    }
                }
                if (ours.isEmpty()) {
                    return apply(in);
                }
                return ParameterFunction.of(() -> apply(in), ours).apply(values);
            };
        }
    }

    private Model model(String kind, ModelCase c) {
        return switch (kind) {
            case "Linear" ->
                of(new Linear("l", o(c, "in"), o(c, "out"), !off(c, "bias"), Initialiser.xavierUniform(), random));
            case "LayerNorm" ->
                of(new LayerNorm(
                        "l", c.options().number("eps", 1e-5), c.options().flag("affine"), ints(c, "normalizedShape")));
            case "BatchNorm1d" -> batchNorm(c);
            case "Embedding" -> embedding(c);
            case "Conv1d" ->
                of(new Conv1d("l", o(c, "in"), o(c, "out"), o(c, "kernel"), o(c, "stride"), o(c, "padding"), random));
            case "Conv2d" -> conv2d(c);
            case "MaxPool2d", "AvgPool2d" -> of(pool(kind, c));
            case "RNN" -> rnn(c);
            case "GRU" -> gru(c);
            case "LSTM" -> lstm(c);
            case "MultiheadAttention" -> attention(c);
            default -> throw new AssertionError(kind);
        };
    }

    private static int o(ModelCase c, String key) {
        return c.options().integer(key);
    }

    private static int[] ints(ModelCase c, String key) {
        return c.options().pair(key, 0);
    }

    /** Whether an option is false, and not absent. */
    private static boolean off(ModelCase c, String key) {
        return c.options().has(key) && !c.options().flag(key);
    }

    private static Model of(Layer layer) {
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                return layer.apply(in.get("x"));
            }
        };
        layer.parameters().forEach(p -> model.parameters.put(p.name().substring(2), p));
        return model;
    }

    private static Model batchNorm(ModelCase c) {
        ModelCase o = c.options();
        BatchNorm layer = new BatchNorm(
                "l", o.integer("features"), o.number("eps"), o.number("momentum", Double.NaN), o.flag("affine"));
        ModelCase before = c.child("buffersBefore");
        layer.state().get(0).set(before.tensor("running_mean"));
        layer.state().get(1).set(before.tensor("running_var"));
        Model model = new Model() {
            private Context context() {
                return o.flag("training") ? Context.training(Key.of(1)) : Context.inference();
            }

            @Override
            Variable apply(Map<String, Variable> in) {
                return layer.apply(in.get("x"), context());
            }

            @Override
            void after(ModelCase c, List<Variable> x) {
                if (!o.flag("training")) {
                    return;
                }
                Variable in = x.get(x.size() - 1);
                for (Variable batch : List.of(in, in.mul(2))) {
                    Context context = context();
                    layer.apply(batch, context);
                    context.updates().forEach((p, v) -> p.set(v.value()));
                }
                ModelCase after = c.child("buffersAfterXAnd2X");
                close("running mean", layer.state().get(0).value(), after.tensor("running_mean"));
                close("running variance", layer.state().get(1).value(), after.tensor("running_var"));
                assertThat(layer.state().get(2).value().item()).isEqualTo(after.number("num_batches_tracked"));
            }
        };
        layer.parameters().forEach(p -> model.parameters.put(p.name().substring(2), p));
        return model;
    }

    private Model embedding(ModelCase c) {
        int rows = o(c, "rows");
        int width = o(c, "width");
        Embedding layer = c.options().has("paddingIndex")
                ? new Embedding("l", rows, width, o(c, "paddingIndex"), random)
                : new Embedding("l", rows, width, random);
        Variable indices = Variable.of(c.tensor("indices"));
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                return layer.apply(indices);
            }
        };
        model.parameters.put("weight", layer.weight());
        return model;
    }

    private Model conv2d(ModelCase c) {
        ModelCase o = c.options();
        if (c.name().contains("same")) {
            return of(Conv2d.same("l", o(c, "in"), o(c, "out"), o(c, "kernel"), random));
        }
        return of(new Conv2d(
                "l",
                o(c, "in"),
                o(c, "out"),
                o.pair("kernel", 1),
                o.pair("stride", 1),
                o.pair("padding", 0),
                o.pair("dilation", 1),
                o.integer("groups", 1),
                !off(c, "bias"),
                random));
    }

    private static Layer pool(String kind, ModelCase c) {
        ModelCase o = c.options();
        int kernel = o.integer("kernel");
        int stride = o.integer("stride", kernel);
        int padding = o.integer("padding", 0);
        int dilation = o.integer("dilation", 1);
        boolean ceil = o.flag("ceil");
        if (dilation == 1 && !ceil && !off(c, "countIncludePad")) {
            return kind.equals("MaxPool2d")
                    ? new MaxPool2d(kernel, stride, padding)
                    : new AvgPool2d(kernel, stride, padding);
        }
        return kind.equals("MaxPool2d")
                ? x -> x.maxPool2d(kernel, stride, padding, dilation, ceil)
                : x -> x.avgPool2d(kernel, stride, padding, ceil, o.flag("countIncludePad"));
    }

    // ---- recurrent layers: PyTorch puts time first, and the batch second, unless it is asked ----

    private static Variable timeFirst(ModelCase c, Variable x) {
        return c.options().flag("batch_first") ? x : x.permute(1, 0, 2);
    }

    private static Variable flat(Variable... parts) {
        return Variable.concat(0, Arrays.stream(parts).map(Variable::flatten).toArray(Variable[]::new));
    }

    /** The initial state of a layer, or the only one. */
    private static Variable state(Map<String, Variable> in, String name, int i) {
        return in.get(name).select(0, i);
    }

    private static Variable last(Variable y) {
        return y.select(1, -1);
    }

    private static void put(Model model, Layer layer, String suffix) {
        layer.parameters()
                .forEach(p -> model.parameters.put(p.name().substring(p.name().indexOf('.') + 1) + suffix, p));
    }

    private Model rnn(ModelCase c) {
        boolean relu = "relu".equals(c.options().text("nonlinearity", "tanh"));
        Rnn layer = new Rnn(
                "l", o(c, "in"), o(c, "hidden"), !off(c, "bias"), relu ? Variable::relu : Variable::tanh, random);
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                Variable y = layer.apply(timeFirst(c, in.get("x")), state(in, "h0", 0));
                return flat(timeFirst(c, y), last(y));
            }
        };
        put(model, layer, "_l0");
        return model;
    }

    private Model gru(ModelCase c) {
        boolean both = c.options().flag("bidirectional");
        Gru there = new Gru("there", o(c, "in"), o(c, "hidden"), !off(c, "bias"), random);
        Gru back = new Gru("back", o(c, "in"), o(c, "hidden"), !off(c, "bias"), random);
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                Variable x = timeFirst(c, in.get("x"));
                Variable y = there.apply(x, state(in, "h0", 0));
                if (!both) {
                    return flat(timeFirst(c, y), last(y));
                }
                Variable z = back.apply(x.flip(1), state(in, "h0", 1));
                return flat(timeFirst(c, Variable.concat(2, y, z.flip(1))), last(y), last(z));
            }
        };
        put(model, there, "_l0");
        if (both) {
            put(model, back, "_l0_reverse");
        }
        return model;
    }

    private Model lstm(ModelCase c) {
        List<Lstm> layers = new ArrayList<>();
        for (int i = 0; i < c.options().integer("num_layers", 1); i++) {
            layers.add(
                    new Lstm("l" + i, i == 0 ? o(c, "in") : o(c, "hidden"), o(c, "hidden"), !off(c, "bias"), random));
        }
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                Variable y = timeFirst(c, in.get("x"));
                List<Variable> h = new ArrayList<>();
                List<Variable> cells = new ArrayList<>();
                for (int i = 0; i < layers.size(); i++) {
                    Lstm.Sequence s = layers.get(i).apply(y, new Lstm.State(state(in, "h0", i), state(in, "c0", i)));
                    y = s.y();
                    h.add(s.last().h());
                    cells.add(s.last().c());
                }
                List<Variable> all = new ArrayList<>(List.of(timeFirst(c, y)));
                all.addAll(h);
                all.addAll(cells);
                return flat(all.toArray(new Variable[0]));
            }
        };
        for (int i = 0; i < layers.size(); i++) {
            put(model, layers.get(i), "_l" + i);
        }
        return model;
    }

    private Model attention(ModelCase c) {
        MultiHeadAttention layer = new MultiHeadAttention("l", o(c, "embed"), o(c, "heads"), !off(c, "bias"), random);
        Variable mask = c.has("attentionMask")
                ? Variable.of(c.tensor("attentionMask")).eq(0)
                : c.has("keyPaddingMask")
                        ? MultiHeadAttention.keys(
                                Variable.of(c.tensor("keyPaddingMask")).eq(0))
                        : null;
        Model model = new Model() {
            @Override
            Variable apply(Map<String, Variable> in) {
                Variable query = in.get("query");
                Variable key = in.get("key");
                return mask == null
                        ? layer.apply(query, key, in.get("value"))
                        : layer.apply(query, key, in.get("value"), mask);
            }

            @Override
            void after(ModelCase c, List<Variable> x) {
                c.tensors("parameters")
                        .forEach((n, v) -> parameters
                                .get(n)
                                .set(
                                        v.shape().rank() == 2
                                                ? Variable.of(v).transpose().value()
                                                : v));
                Variable query = Variable.of(c.tensors("inputs").get("query"));
                Variable key = Variable.of(c.tensors("inputs").get("key"));
                Variable w = mask == null ? layer.weights(query, key) : layer.weights(query, key, mask);
                close("weights", w.mean(1).value(), c.tensor("weights"));
            }
        };
        layer.parameters().forEach(p -> model.parameters.put(p.name().substring(2), p));
        return model;
    }

    // ---- functions of numbers ----

    private static final Map<String, UnaryOperator<Variable>> ACTIVATIONS = Map.ofEntries(
            Map.entry("ReLU", Variable::relu),
            Map.entry("LeakyReLU 0.01", x -> x.leakyRelu(0.01)),
            Map.entry("ELU 1", x -> x.elu(1)),
            Map.entry("SELU", Variable::selu),
            Map.entry("GELU exact", Variable::gelu),
            Map.entry("GELU tanh", Variable::geluTanh),
            Map.entry("SiLU", Variable::silu),
            Map.entry("Mish", Variable::mish),
            Map.entry("Sigmoid", Variable::sigmoid),
            Map.entry("LogSigmoid", Variable::logSigmoid),
            Map.entry("Tanh", Variable::tanh),
            Map.entry("Softplus", Variable::softplus),
            Map.entry("Softsign", Variable::softsign),
            Map.entry("Hardtanh", Variable::hardtanh),
            Map.entry("ReLU6", Variable::relu6),
            Map.entry("Hardsigmoid", Variable::hardsigmoid),
            Map.entry("Hardswish", Variable::hardswish),
            Map.entry("Tanhshrink", x -> x.sub(x.tanh())));

    private static void activation(ModelCase c) {
        String name = c.text("torch", null);
        UnaryOperator<Variable> f = ACTIVATIONS.get(name);
        double[] x = c.tensors("inputs").get("x").toArray();
        UnaryOperator<Variable> first =
                v -> Autodiff.grad(w -> f.apply(w).sum()).apply(v);
        UnaryOperator<Variable> second =
                v -> Autodiff.grad(w -> first.apply(w).sum()).apply(v);
        for (int i = 0; i < x.length; i++) {
            double at = x[i];
            Variable v = Variable.of(at);
            String where = name + " at " + at;
            if (name.equals("Softplus") && at > 20) {
                // PyTorch is linear there
                assertThat(f.apply(v).item()).as(where).isCloseTo(at, offset(2.1e-9));
                assertThat(first.apply(v).item()).as(where).isCloseTo(1, offset(2.1e-9));
                continue;
            }
            near(where, f.apply(v).item(), c.tensor("output").toArray()[i], TOLERANCE);
            if (DoubleStream.of(KINKS.getOrDefault(name, new double[0])).noneMatch(kink -> kink == at)) {
                // PyTorch has 1/6 as a float in the derivative of hardsigmoid
                double tolerance = name.equals("Hardsigmoid") ? 1e-7 : TOLERANCE;
                near(
                        where + ", derivative",
                        first.apply(v).item(),
                        c.tensor("derivative").toArray()[i],
                        tolerance);
                if (c.has("second")) {
                    near(
                            where + ", second derivative",
                            second.apply(v).item(),
                            c.tensor("second").toArray()[i],
                            TOLERANCE);
                }
            }
        }
    }

    private static void near(String what, double got, double expected, double tolerance) {
        if (Double.isNaN(expected)) {
            // PyTorch multiplies 0 by infinity
            assertThat(got).as(what).isFinite();
            return;
        }
        // where a function saturates, PyTorch cancels numbers near 1 or near x: 30 times 2^-53 is 3e-15
        assertThat(Math.abs(got - expected) <= Math.max(tolerance * Math.abs(expected), 4e-15))
                .as("%s: got %s, expected %s", what, got, expected)
                .isTrue();
    }

    private static void dropout(ModelCase c) {
        double p = c.options().number("p");
        Tensor ones = Tensor.ones(200_000);
        Layer layer = new Dropout(p);
        Variable x = Variable.of(ones);
        Context context = Context.training(Key.of(1));
        double[] y = layer.apply(x, context).value().toArray();
        double kept = c.number("keptValue");
        assertThat(Arrays.stream(y).allMatch(v -> v == 0 || Math.abs(v - kept) <= TOLERANCE * kept))
                .isTrue();
        double mean = Arrays.stream(y).average().orElseThrow();
        double variance =
                Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double five = 5 * Math.sqrt(c.number("expectedVariance") / y.length);
        assertThat(Math.abs(mean - c.number("expectedMean"))).isLessThanOrEqualTo(five);
        assertThat(Math.abs(variance - c.number("expectedVariance")))
                .isLessThanOrEqualTo(0.02 * c.number("expectedVariance"));
        assertThat(layer.apply(x, Context.inference()).value()).isEqualTo(ones);
    }

    private static void close(String what, Tensor got, Tensor expected) {
        assertThat(got.shape()).as(what).isEqualTo(expected.shape());
        double[] a = got.toArray();
        double[] b = expected.toArray();
        double scale = Arrays.stream(b).map(Math::abs).max().orElse(0);
        for (int i = 0; i < a.length; i++) {
            assertThat(Math.abs(a[i] - b[i]) <= TOLERANCE * Math.max(scale, 1e-3))
                    .as("%s, element %s: got %s, expected %s", what, i, a[i], b[i])
                    .isTrue();
        }
    }
}
