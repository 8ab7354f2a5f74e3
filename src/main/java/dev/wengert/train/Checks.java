package dev.wengert.train;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.data.Dataset;
import dev.wengert.io.Weights;
import dev.wengert.message.Text;
import dev.wengert.nn.Context;
import dev.wengert.nn.CrossEntropy;
import dev.wengert.nn.Loss;
import dev.wengert.optim.NotFiniteException;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The checks of a preflight, in order. Nothing that they do stays. */
final class Checks {

    /** How many steps a batch is learned for, and what is left of its loss if it can be. */
    private static final int STEPS = 100;

    private static final double LEFT = 0.5;

    /** How many examples the gradient is checked on. */
    private static final int FEW = 4;

    /** The largest size in a column that is scaled is between this and its inverse. */
    private static final double SMALL = 0.01;

    private final List<Preflight.Finding> findings = new ArrayList<>();
    private final BiFunction<List<Variable>, Context, Variable> loss;
    private final List<Parameter> trained;
    private final Dataset data;
    private final Dataset batch;

    Checks(BiFunction<List<Variable>, Context, Variable> loss, List<Parameter> trained, Dataset data, Dataset batch) {
        this.loss = loss;
        this.trained = trained;
        this.data = data;
        this.batch = batch;
    }

    List<Preflight.Finding> findings() {
        return findings;
    }

    private void found(Preflight.Level level, String check, String text) {
        findings.add(new Preflight.Finding(level, check, text));
    }

    /** Warns, unless there is nothing to warn of. */
    private void warn(String check, String warning, String ok) {
        found(warning == null ? Preflight.Level.OK : Preflight.Level.WARNING, check, warning == null ? ok : warning);
    }

    // ---- the data ----

    /** Whether all numbers are finite. */
    boolean numbers() {
        List<Tensor> tensors = data.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            double[] values = tensors.get(i).toArray();
            for (int k = 0; k < values.length; k++) {
                if (!Double.isFinite(values[k])) {
                    String what = i < data.inputs().size()
                            ? "input " + i
                            : i == data.inputs().size() ? "the targets" : "the weights";
                    found(
                            Preflight.Level.ERROR,
                            "numbers",
                            what + " must be finite, got " + values[k] + " in example "
                                    + k / (values.length / data.size()) + "; an Imputer replaces missing values");
                    return false;
                }
            }
        }
        found(Preflight.Level.OK, "numbers", "all are finite");
        return true;
    }

    /** Whether columns are constant, or far from the size of 1. */
    void columns() {
        for (int i = 0; i < data.inputs().size(); i++) {
            String check = data.inputs().size() == 1 ? "columns" : "columns of " + i;
            double[] x = data.inputs().get(i).toArray();
            int width = x.length / data.size();
            List<Integer> constant = new ArrayList<>();
            List<Integer> unscaled = new ArrayList<>();
            for (int j = 0; j < width; j++) {
                double size = 0;
                boolean varies = false;
                for (int k = j; k < x.length; k += width) {
                    size = Math.max(size, Math.abs(x[k]));
                    varies |= x[k] != x[j];
                }
                if (!varies) {
                    constant.add(j);
                } else if (!(size >= SMALL && size <= 1 / SMALL)) {
                    unscaled.add(j);
                }
            }
            warn(
                    check,
                    unscaled.isEmpty()
                            ? null
                            : listed(unscaled, width) + " have numbers far from the size of 1; use a Standardiser",
                    constant.isEmpty() ? "all vary, and are of the size of 1" : "all that vary are of the size of 1");
            if (!constant.isEmpty()) {
                warn(check, listed(constant, width) + " are constant, and tell nothing", "");
            }
        }
    }

    private static String listed(List<Integer> columns, int of) {
        return columns.size() + " of " + of + " columns ("
                + columns.stream().limit(8).map(String::valueOf).collect(Collectors.joining(", "))
                + (columns.size() > 8 ? ", …" : "") + ")";
    }

    // ---- the model ----

    /** Whether the outputs are logits of the classes, and the first loss is that of a model that knows nothing. */
    void logits(Loss criterion, Variable outputs) {
        Variable labels = Variable.of(batch.labels());
        int rank = outputs.shape().rank();
        int classes = outputs.shape().extent(rank - 1);
        if (classes < data.classes()) {
            found(
                    Preflight.Level.ERROR,
                    "outputs",
                    "the model has " + classes + " outputs for " + data.classes() + " classes");
            return;
        }
        double value = criterion.apply(outputs, labels).item();
        double shifted = criterion.apply(outputs.add(1), labels).item();
        if (!(Math.abs(shifted - value) <= 1e-9 * Math.abs(value) + 1e-9)) {
            return; // it takes log-probabilities, which do not shift
        }
        String count = classes == data.classes()
                ? null
                : "the model has " + classes + " outputs for " + data.classes() + " classes";
        warn("outputs", count, "one for each of " + classes + " classes");
        double[] y = outputs.value().toArray();
        boolean probabilities = Arrays.stream(y).allMatch(p -> p >= 0);
        for (double sum : outputs.sum(rank - 1).value().toArray()) {
            probabilities &= Math.abs(sum - 1) < 1e-9;
        }
        found(
                probabilities ? Preflight.Level.ERROR : Preflight.Level.OK,
                "logits",
                probabilities
                        ? "the outputs are probabilities, and the cross-entropy takes logits: leave out the softmax"
                        : "the outputs are no probabilities");
        double chance = StrictMath.log(classes);
        String first = String.format(Locale.ROOT, "%.4f beside ln %d = %.4f", value, classes, chance);
        warn(
                "first loss",
                value <= 2 * chance
                        ? null
                        : first
                                + ": the model begins far from chance; scale its inputs, or use an Initialiser with smaller weights",
                first);
    }

    /** Whether the outputs have the shape of the targets. */
    void shapes(Variable outputs) {
        boolean same = outputs.shape().equals(batch.targets().shape());
        warn(
                "outputs",
                same
                        ? null
                        : outputs.shape() + " beside targets " + batch.targets().shape()
                                + ": a loss of your own would broadcast them; reshape one of them",
                "of the shape of the targets");
    }

    /** Whether the loss has parameters that are neither trained nor saved. */
    void parameters(List<Parameter> state, Key key) {
        Tape tape = Tape.record(in -> List.of(loss.apply(in, training(key))), batch.tensors());
        List<String> hidden = tape.inputs().stream()
                .flatMap(input -> input.parameter().stream())
                .filter(parameter -> !trained.contains(parameter) && !state.contains(parameter))
                .map(parameter -> Text.name(parameter.name()))
                .toList();
        warn(
                "parameters",
                hidden.isEmpty()
                        ? null
                        : String.join(", ", hidden) + " are in the loss, and neither trained nor saved: a lambda that"
                                + " applies a layer hides its parameters; use the layer itself, or Layer.of(formula, layers),"
                                + " and override parameters() and state() in a layer of your own",
                "all of the loss are trained or saved");
    }

    /** Whether each parameter has a gradient. */
    void gradients(Key key) {
        Variable value = loss.apply(variables(batch), training(key));
        List<String> zero = new ArrayList<>();
        for (Map.Entry<Parameter, Tensor> g : Autodiff.gradients(value, trained).entrySet()) {
            if (g.getValue().equals(Tensor.zeros(g.getValue().shape()))) {
                zero.add(Text.name(g.getKey().name()));
            }
        }
        warn(
                "gradients",
                zero.isEmpty()
                        ? null
                        : "those of " + String.join(", ", zero)
                                + " are 0: the loss does not reach them, or all units are dead",
                "every parameter has one");
    }

    /** Whether a batch can be learned by heart. */
    void oneBatch(Step step, List<Parameter> all) {
        Weights before = Weights.of(all);
        Weights state = Weights.of(step.state());
        try {
            Tensor[] x = batch.tensors().toArray(new Tensor[0]);
            double first = step.run(x);
            double last = first;
            for (int i = 1; i < STEPS; i++) {
                last = step.run(x);
            }
            String losses = String.format(Locale.ROOT, "%.4g to %.4g in %d steps", first, last, STEPS);
            warn(
                    "one batch",
                    last < LEFT * first
                            ? null
                            : "the loss of one batch goes from " + losses
                                    + ": it is not learned; look at the learning rate and the model",
                    losses);
        } catch (NotFiniteException e) {
            found(Preflight.Level.ERROR, "one batch", e.getMessage().replaceFirst("^run: ", ""));
        } finally {
            before.into(all);
            state.into(step.state());
        }
    }

    /** Whether the gradient is that of the loss. */
    void gradientCheck(Key key) {
        List<Variable> few = variables(batch.rows(0, Math.min(FEW, batch.size())));
        GradientReport report = GradientCheck.model(() -> loss.apply(few, training(key)), trained)
                .order(1)
                .withoutReproducer()
                .run();
        String counts = report.count(Verdict.PASS) + " comparisons passed";
        switch (report.verdict()) {
            case FAIL -> found(Preflight.Level.ERROR, "gradient check", report.toString());
            case INCONCLUSIVE ->
                found(
                        Preflight.Level.WARNING,
                        "gradient check",
                        "undecided; " + counts + ", " + report.count(Verdict.INCONCLUSIVE) + " were not decided");
            default -> found(Preflight.Level.OK, "gradient check", counts);
        }
    }

    static boolean takesLogits(Loss criterion, Dataset data) {
        return criterion instanceof CrossEntropy && data.hasClasses();
    }

    private static Context training(Key key) {
        return Context.training(key);
    }

    private static List<Variable> variables(Dataset data) {
        return data.tensors().stream().map(Variable::of).toList();
    }
}
