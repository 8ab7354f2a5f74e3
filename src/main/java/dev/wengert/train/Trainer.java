package dev.wengert.train;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.data.Dataset;
import dev.wengert.io.Weights;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.nn.Context;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Loss;
import dev.wengert.optim.NotFiniteException;
import dev.wengert.optim.Optimiser;
import dev.wengert.optim.Plateau;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Trains a model for some epochs: batches in an order that a key draws, validation after each epoch, early stopping, checkpoints.
 *
 * <pre>{@code
 * History history = Trainer.of(mlp, Loss.crossEntropy(), new Adam(1e-3))
 *         .epochs(50)
 *         .validation(valid)
 *         .metric("accuracy", Metrics::accuracy)
 *         .earlyStopping(5)
 *         .listener(Listener.progress(System.out))
 *         .fit(train);
 * }</pre>
 *
 * <p>The same key, data and model give the same bits, also if the training was stopped in the middle of an epoch and goes on from a {@linkplain
 * #checkpoint checkpoint} in another process. A trainer is silent unless it has a listener. It is used by one thread at a time.
 *
 * <p>A loss, gradient or parameter that is not finite ends the training: the error names the epoch and batch, the parameter, the operation and
 * its line, and the parameters are those before the batch.
 */
public final class Trainer {

    private static final String MODEL = "model";
    private static final String OPTIMISER = "optimiser";
    private static final String STOPPING = "stopping";
    private static final String TRAINER = Checkpoint.PART;

    /** The name of the loss among the figures of an evaluation. */
    private static final String LOSS = "loss";

    /** The parts of a checkpoint that belong to the trainer. */
    private static final Set<String> RESERVED = Set.of(MODEL, OPTIMISER, STOPPING, TRAINER);

    /** How many examples a model is evaluated on at a time. */
    private static final int CHUNK = 256;

    /** What gives the outputs, from the inputs; null for a formula, which gives the loss alone. */
    private final BiFunction<List<Variable>, Context, Variable> model;

    /** The number of the model's inputs; −1 for any number. */
    private final int inputs;

    private final Loss criterion;
    private final BiFunction<List<Variable>, Context, Variable> loss;
    private final Optimiser optimiser;
    private final List<Parameter> trained;
    private final List<Parameter> state;

    private int batchSize = 32;
    private boolean dropsLast;
    private int epochs;
    private Key key = Key.of(0);
    private boolean replayed = true;
    private Dataset validation;
    private Tensor sampling;
    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private EarlyStopping stopping;
    private String watched = Epoch.VALIDATION_LOSS;
    private Plateau plateau;
    private final List<Listener> listeners = new ArrayList<>();
    private Path file;
    private int every = Integer.MAX_VALUE;
    private Weights kept = Weights.of(Map.of());

    private Step step;
    private final List<Epoch> past = new ArrayList<>();

    /** The epoch that is trained, from 0, and what of it is done. */
    private Progressed now = Progressed.of(0);

    private Trainer(
            BiFunction<List<Variable>, Context, Variable> model,
            int inputs,
            Loss criterion,
            BiFunction<List<Variable>, Context, Variable> loss,
            Optimiser optimiser,
            Layer... layers) {
        this.model = model;
        this.inputs = inputs;
        this.criterion = criterion;
        this.loss = loss;
        this.optimiser = Given.value("Trainer", "the optimiser", optimiser).requireFinite();
        this.trained = Layer.parameters(layers);
        this.state = Layer.state(layers);
        if (trained.isEmpty()) {
            throw new IllegalArgumentException(
                    "Trainer: the model must have a parameter to train, got none; a lambda that applies a layer"
                            + " hides the layer's parameters: use the layer itself, or Layer.of(formula, layers)");
        }
    }

    /**
     * A trainer of a model with one input.
     *
     * @param model the model
     * @param loss what its outputs cost beside the targets, a mean over the examples; if the data have weights, one that takes them
     * @param optimiser the optimiser; it is set to {@linkplain Optimiser#requireFinite() require} finite steps
     * @return the trainer
     * @throws IllegalArgumentException if the model has no parameter
     */
    public static Trainer of(Layer model, Loss loss, Optimiser optimiser) {
        Given.value("Trainer", "the model", model);
        return new Trainer(
                (in, context) -> model.apply(in.get(0), context),
                1,
                Given.value("Trainer", "the loss", loss),
                (in, context) -> cost(loss, model.apply(in.get(0), context), in.subList(1, in.size())),
                optimiser,
                model);
    }

    /**
     * A trainer of a model with several inputs.
     *
     * <pre>{@code
     * Trainer.ofInputs(2, (in, context) -> left.apply(in.get(0), context).add(right.apply(in.get(1), context)), Loss.mse(), new Adam(1e-3), left, right)
     * }</pre>
     *
     * @param inputs the number of inputs, 1 or more
     * @param model the outputs, from the inputs, in training or in inference
     * @param loss what the outputs cost beside the targets, a mean over the examples; if the data have weights, one that takes them
     * @param optimiser the optimiser; it is set to {@linkplain Optimiser#requireFinite() require} finite steps
     * @param layers the layers that the model applies
     * @return the trainer
     * @throws IllegalArgumentException if there are fewer inputs than 1, the layers have no parameter, or two of one name
     */
    public static Trainer ofInputs(
            int inputs,
            BiFunction<List<Variable>, Context, Variable> model,
            Loss loss,
            Optimiser optimiser,
            Layer... layers) {
        Given.value("Trainer", "the model", model);
        return new Trainer(
                model,
                positive("Trainer", "the number of inputs", inputs),
                Given.value("Trainer", "the loss", loss),
                (in, context) -> cost(loss, model.apply(in.subList(0, inputs), context), in.subList(inputs, in.size())),
                optimiser,
                layers);
    }

    /**
     * A trainer of any loss, such as that of a variational autoencoder. It has no outputs, so no metrics.
     *
     * @param loss the mean loss of a batch, from its inputs, targets and weights, as {@link Dataset#tensors} lists them, in training or in
     *     inference
     * @param optimiser the optimiser; it is set to {@linkplain Optimiser#requireFinite() require} finite steps
     * @param layers the layers that the loss applies
     * @return the trainer
     * @throws IllegalArgumentException if the layers have no parameter, or two of one name
     */
    public static Trainer ofFormula(
            BiFunction<List<Variable>, Context, Variable> loss, Optimiser optimiser, Layer... layers) {
        return new Trainer(null, -1, null, Given.value("Trainer", "the loss", loss), optimiser, layers);
    }

    // ---- options ----

    /**
     * Sets how many examples a batch has; the last batch of an epoch has what is left. The default is 32.
     *
     * @param size the number, 1 or more
     * @return this trainer
     * @throws IllegalArgumentException if the size is less than 1
     */
    public Trainer batchSize(int size) {
        batchSize = positive("batchSize", "the size", size);
        return this;
    }

    /**
     * Leaves out the last batch of an epoch if it is short, such as one example, which {@code BatchNorm} refuses. Which examples these are
     * differs from epoch to epoch. A short batch that is the only one stays.
     *
     * @return this trainer
     */
    public Trainer dropLast() {
        dropsLast = true;
        return this;
    }

    /**
     * Sets the number of the last epoch. A training that goes on from a checkpoint of epoch 3 of 10 has 7 more.
     *
     * @param last the number, 1 or more
     * @return this trainer
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Trainer epochs(int last) {
        epochs = positive("epochs", "the number of epochs", last);
        return this;
    }

    /**
     * Sets the key of the order of the examples, and of all that layers draw. The default is {@code Key.of(0)}.
     *
     * @param key the key
     * @return this trainer
     */
    public Trainer key(Key key) {
        this.key = Given.value("key", "the key", key);
        step = null;
        return this;
    }

    /**
     * Computes each step anew instead of replaying it: slower, with the same bits, and Java control flow may change from batch to batch.
     *
     * @return this trainer
     */
    public Trainer eager() {
        replayed = false;
        step = null;
        return this;
    }

    /**
     * Sets the data that the model is evaluated on after each epoch.
     *
     * @param data the data, with an example at least
     * @return this trainer
     * @throws IllegalArgumentException if there is no example, or the data do not belong to the model
     */
    public Trainer validation(Dataset data) {
        requireData("validation", data);
        validation = data;
        return this;
    }

    /**
     * Adds a figure of the validation set.
     *
     * @param name its name
     * @param metric the figure
     * @return this trainer
     * @throws IllegalArgumentException if the name is taken or not plain, or this is a trainer of a formula, which has no outputs
     */
    public Trainer metric(String name, Metric metric) {
        String given = Given.value("metric", "the name", name);
        Given.value("metric", "the metric", metric);
        if (model == null) {
            throw new IllegalArgumentException(
                    "metric: there must be a model with outputs, got a formula; compute the figure in a listener");
        }
        if (given.isBlank() || !given.equals(Text.name(given)) || given.contains(",")) {
            throw new IllegalArgumentException(
                    "metric: the name must be plain text without a comma, got " + Text.quote(given));
        }
        boolean taken = metrics.containsKey(given)
                || List.of(LOSS, Epoch.TRAINING_LOSS, Epoch.VALIDATION_LOSS, Epoch.RATE, Epoch.GRADIENT_NORM)
                        .contains(given);
        if (taken) {
            throw new IllegalArgumentException("metric: figures must have different names, got " + given + " again");
        }
        metrics.put(given, metric);
        return this;
    }

    /**
     * Ends the training when the validation loss has not fallen for some epochs. At the end the parameters are those of the best epoch.
     *
     * @param patience how many epochs in a row may be without improvement, 1 or more
     * @return this trainer
     * @throws IllegalArgumentException if the patience is less than 1
     */
    public Trainer earlyStopping(int patience) {
        return earlyStopping(Epoch.VALIDATION_LOSS, EarlyStopping.lowest(patience));
    }

    /**
     * Ends the training when a figure has not improved for some epochs. At the end the parameters are those of the best epoch.
     *
     * <pre>{@code
     * trainer.earlyStopping("accuracy", EarlyStopping.highest(10));
     * }</pre>
     *
     * @param figure the name of the figure: that of a metric, {@value Epoch#VALIDATION_LOSS} or {@value Epoch#TRAINING_LOSS}
     * @param stopping the patience, and whether the figure should fall or rise; one that was offered nothing yet
     * @return this trainer
     */
    public Trainer earlyStopping(String figure, EarlyStopping stopping) {
        this.watched = Given.value("earlyStopping", "the figure", figure);
        this.stopping = Given.value("earlyStopping", "the stopping", stopping);
        return this;
    }

    /**
     * Offers the validation loss of each epoch to a rate that is reduced when it no longer falls.
     *
     * @param rate the rate, which is that of the optimiser
     * @return this trainer
     */
    public Trainer plateau(Plateau rate) {
        this.plateau = Given.value("plateau", "the rate", rate);
        return this;
    }

    /**
     * Draws the examples of each epoch with replacement, instead of taking each once.
     *
     * @param weights how likely each example of the training data is, in proportion: [n], 0 or more, not all 0
     * @return this trainer
     */
    public Trainer sampling(Tensor weights) {
        this.sampling = Given.value("sampling", "the weights", weights);
        return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener the listener
     * @return this trainer
     */
    public Trainer listener(Listener listener) {
        listeners.add(Given.value("listener", "the listener", listener));
        return this;
    }

    /**
     * Writes the whole state to a file after each epoch: parameters, running statistics, the optimiser and its schedule, the history, and the
     * best parameters. See {@link #restore}.
     *
     * @param file the file, which is replaced in one step
     * @return this trainer
     */
    public Trainer checkpoint(Path file) {
        this.file = Given.value("checkpoint", "the file", file);
        return this;
    }

    /**
     * Writes the whole state to a file after each epoch, and within an epoch after every so many batches.
     *
     * @param file the file, which is replaced in one step
     * @param batches the number of batches, 1 or more
     * @return this trainer
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Trainer checkpoint(Path file, int batches) {
        every = positive("checkpoint", "the number of batches", batches);
        return checkpoint(file);
    }

    /**
     * Adds to each checkpoint what belongs to the model and is not trained, such as a fitted standardiser or the names of the classes: {@code
     * Weights.read(file).part(name)} gives it back.
     *
     * @param name the name of the part
     * @param part the part
     * @return this trainer
     * @throws IllegalArgumentException if the name is taken
     */
    public Trainer keep(String name, Weights part) {
        if (RESERVED.contains(Given.value("keep", "the name", name).split("\\.", 2)[0])) {
            throw new IllegalArgumentException("keep: the name must not be one of the trainer's, "
                    + String.join(", ", RESERVED.stream().sorted().toList())
                    + ", or start with one and a dot, got " + Text.name(name));
        }
        kept = kept.with(name, part);
        return this;
    }

    // ---- training ----

    /**
     * Trains, until the last epoch or early stopping. After {@link #restore} it goes on from there; called again, it goes on from the present
     * parameters.
     *
     * @param train the examples to learn from
     * @return the figures of all epochs
     * @throws NotFiniteException if a step is not finite; the parameters are those before the batch
     * @throws IllegalStateException if it is not said when the training ends, or early stopping has not its figure
     * @throws IllegalArgumentException if there are no examples, or in the middle of an epoch not as many as it began with
     * @throws UncheckedIOException if a checkpoint cannot be written
     */
    public History fit(Dataset train) {
        requireData("fit", train);
        requireOptions(train);
        int last = epochs > 0 ? epochs : Integer.MAX_VALUE;
        int before = past.size();
        History history;
        try {
            listeners.forEach(listener -> listener.onStart(last));
            if (file != null && !Files.exists(file)) {
                write(); // whatever is wrong with it is known now, and not after an epoch
            }
            while (past.size() < last && !(stopping != null && stopping.reached())) {
                epoch(train);
            }
            history = finish(before);
        } catch (RuntimeException | Error e) {
            try {
                tell(new History(past, "stopped: " + (e.getMessage() == null ? e : e.getMessage()), null));
            } catch (RuntimeException inListener) {
                e.addSuppressed(inListener);
            }
            throw e;
        }
        tell(history);
        return history;
    }

    /**
     * Looks for what most often goes wrong, before a training: numbers that are missing, columns that are constant or not scaled, a softmax
     * before the cross-entropy, a first loss far from chance, parameters without a gradient, a batch that cannot be learned by heart in 100
     * steps, and a gradient that is not that of the loss. Afterwards parameters and optimiser are as they were.
     *
     * @param train the examples to learn from
     * @return what was found
     * @throws IllegalArgumentException if the data do not belong to the model
     */
    public Preflight preflight(Dataset train) {
        requireData("preflight", train);
        Key chance = key.fold(1);
        Dataset batch = train.batches(batchSize, key.fold(0).fold(1)).get(0);
        Checks checks = new Checks(loss, trained, train, batch);
        if (checks.numbers()) {
            checks.columns();
            if (Checks.takesLogits(criterion, train)) {
                checks.logits(criterion, outputs(batch));
            } else if (model != null) {
                checks.shapes(outputs(batch));
            }
            checks.parameters(state, chance);
            checks.gradients(chance);
            checks.oneBatch(step(), all());
            checks.gradientCheck(chance);
        }
        return new Preflight(checks.findings());
    }

    private void requireData(String caller, Dataset train) {
        requireExamples(caller, train);
        if (model != null && train.inputs().size() != inputs) {
            throw new IllegalArgumentException(caller + ": the model has " + inputs
                    + (inputs == 1 ? " input" : " inputs") + ", got data with "
                    + train.inputs().size() + "; Trainer.ofInputs makes a trainer of several");
        }
        if (model != null && !train.hasTargets()) {
            throw new IllegalArgumentException(caller
                    + ": there must be targets beside the outputs of the model, got data without; for an autoencoder"
                    + " use Dataset.of(x, x), for a loss of one's own Trainer.ofFormula");
        }
    }

    private void requireOptions(Dataset train) {
        if (now.batch() > 0 && now.examples() != train.size()) {
            throw new IllegalArgumentException("fit: an epoch goes on with the data that it began with, "
                    + now.examples() + " examples, got " + train.size());
        }
        if (epochs == 0 && stopping == null) {
            throw new IllegalStateException(
                    "fit: it must be said when the training ends; call epochs(n) or earlyStopping(patience)");
        }
        if (stopping != null
                && !watched.equals(Epoch.TRAINING_LOSS)
                && (validation == null || !watched.equals(Epoch.VALIDATION_LOSS) && !metrics.containsKey(watched))) {
            throw new IllegalStateException("fit: early stopping needs the figure " + Text.quote(watched) + ", got "
                    + (validation == null
                            ? "no validation set; call validation(data)"
                            : "no metric of this name; call metric(name, metric)"));
        }
        if (!metrics.isEmpty() && validation == null) {
            throw new IllegalStateException(
                    "fit: metrics are figures of the validation set, got none; call validation(data)");
        }
        if (plateau != null && validation == null) {
            throw new IllegalStateException(
                    "fit: a plateau needs the validation loss, got no validation set; call validation(data)");
        }
    }

    private static Dataset requireExamples(String caller, Dataset data) {
        if (Given.value(caller, "the data", data).size() == 0) {
            throw new IllegalArgumentException(caller + ": there must be an example, got none");
        }
        return data;
    }

    private void epoch(Dataset train) {
        Key ofEpoch = key.fold(0).fold(past.size() + 1);
        List<Dataset> batches = sampling == null
                ? train.batches(batchSize, ofEpoch)
                : train.sampled(train.size(), sampling, ofEpoch).batches(batchSize);
        boolean whole = train.size() % batchSize == 0;
        if (dropsLast && !whole && batches.size() > 1) {
            batches = batches.subList(0, batches.size() - 1);
        }
        if (now.batch() == 0) {
            now = Progressed.of(train.size());
        }
        while (now.batch() < batches.size()) {
            int number = now.batch() + 1;
            Dataset batch = batches.get(now.batch());
            long steps = optimiser.count();
            double batchLoss = batchLoss(batch, number, batches.size());
            now = now.with(batchLoss, weight(batch), optimiser.count() > steps ? step().gradientNorm() : Double.NaN);
            int count = batches.size();
            listeners.forEach(listener -> listener.onBatch(past.size() + 1, number, count, batchLoss));
            if (number % every == 0 && number < batches.size()) {
                write();
            }
        }
        close();
        listeners.forEach(listener -> listener.onEpoch(new History(past, "not ended", null)));
        write();
    }

    private double batchLoss(Dataset batch, int number, int batches) {
        try {
            return step().run(batch.tensors());
        } catch (NotFiniteException e) {
            throw new NotFiniteException("fit: epoch " + (past.size() + 1) + ", batch " + number + " of " + batches
                    + ": " + named(e.getMessage(), batch));
        }
    }

    /** A message of a step, with the inputs of its loss called what they are. */
    private static String named(String message, Dataset data) {
        String text = message.replaceFirst("^run: ", "");
        int first = data.inputs().size();
        if (data.hasTargets()) {
            text = text.replace("input " + first + " is", "the targets are");
        }
        if (data.hasWeights()) {
            text = text.replace("input " + (data.tensors().size() - 1) + " is", "the weights are");
        }
        return first == 1 ? text.replace("input 0 is", "the features are") : text;
    }

    /** Ends an epoch: its figures, and what depends on them. */
    private void close() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Epoch.TRAINING_LOSS, now.loss() / now.weight());
        if (validation != null) {
            evaluate(validation)
                    .forEach((name, figure) -> figures.put(name.equals(LOSS) ? Epoch.VALIDATION_LOSS : name, figure));
        }
        if (plateau != null) {
            plateau.offer(figures.get(Epoch.VALIDATION_LOSS));
        }
        figures.put(Epoch.RATE, optimiser.rate());
        if (optimiser.hasNorm()) {
            figures.put(Epoch.GRADIENT_NORM, now.norm() / now.norms());
        }
        past.add(new Epoch(past.size() + 1, figures));
        now = Progressed.of(0);
        if (stopping != null) {
            double figure = figures.get(watched);
            if (Double.isNaN(figure)) {
                throw new IllegalStateException(
                        "fit: early stopping needs a number, got NaN as " + watched + " of epoch " + past.size());
            }
            stopping.offer(figure, weights());
        }
    }

    private History finish(int before) {
        String end = past.size() > before
                ? "ended after epoch " + past.size()
                : "nothing was left to do after epoch " + past.size() + "; epochs(n) sets a later end";
        if (stopping != null) {
            stopping.best().into(all());
            end = (stopping.reached() ? "stopped early after epoch " + past.size() : end)
                    + "; the parameters are those with the " + stopping.direction() + " " + watched + ", "
                    + Epoch.rounded(stopping.bestFigure());
        }
        ConfusionMatrix confusion = null;
        if (model != null && validation != null && validation.hasClasses()) {
            Tensor outputs = predict(validation);
            if (outputs.shape().equals(Shape.of(validation.size(), validation.classes()))) {
                confusion = ConfusionMatrix.of(outputs.argmax(-1), validation.labels(), validation.classes());
            }
        }
        return new History(past, end, confusion);
    }

    /** Tells all listeners that the training has ended, also if one of them throws. */
    private void tell(History history) {
        RuntimeException thrown = null;
        for (Listener listener : listeners) {
            try {
                listener.onEnd(history);
            } catch (RuntimeException e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
    }

    // ---- the model as it is ----

    /**
     * The outputs of the model, in inference.
     *
     * @param inputs the inputs [n, ..], one at least
     * @return the outputs, one for each example
     * @throws IllegalStateException if this is a trainer of a formula, which has no outputs
     */
    public Tensor predict(Tensor... inputs) {
        return predict(Dataset.unlabelled(inputs));
    }

    /**
     * The outputs of the model, in inference.
     *
     * @param data the examples, one at least; targets and weights do not count
     * @return the outputs, one for each example
     * @throws IllegalStateException if this is a trainer of a formula, which has no outputs
     */
    public Tensor predict(Dataset data) {
        if (model == null) {
            throw new IllegalStateException(
                    "predict: there must be a model with outputs, got a formula; apply its layers");
        }
        Variable[] parts = requireExamples("predict", data).batches(CHUNK).stream()
                .map(this::outputs)
                .toArray(Variable[]::new);
        return Variable.concat(0, parts).value();
    }

    private Variable outputs(Dataset data) {
        return Variable.of(
                model.apply(variables(data.inputs()), Context.inference()).value());
    }

    /**
     * The figures of the model, in inference.
     *
     * @param data examples with their targets, one at least
     * @return {@code loss}, the mean over the examples, and the metrics by name
     * @throws IllegalArgumentException if there is no example, or the data do not belong to the model
     */
    public Map<String, Double> evaluate(Dataset data) {
        requireData("evaluate", data);
        Map<String, Double> figures = new LinkedHashMap<>();
        if (model == null) {
            double sum = 0;
            double weight = 0;
            for (Dataset chunk : data.batches(CHUNK)) {
                sum += loss.apply(variables(chunk.tensors()), Context.inference())
                                .item()
                        * weight(chunk);
                weight += weight(chunk);
            }
            figures.put(LOSS, sum / weight);
        } else {
            Tensor outputs = predict(data);
            List<Tensor> targets = data.tensors().subList(inputs, data.tensors().size());
            figures.put(
                    LOSS,
                    cost(criterion, Variable.of(outputs), variables(targets)).item());
            metrics.forEach((name, metric) -> figures.put(name, metric.of(outputs, data.targets())));
        }
        return figures;
    }

    private static List<Variable> variables(List<Tensor> tensors) {
        return tensors.stream().map(Variable::of).toList();
    }

    /** What outputs cost beside targets, and perhaps weights. */
    private static Variable cost(Loss criterion, Variable outputs, List<Variable> targets) {
        return targets.size() == 1
                ? criterion.apply(outputs, targets.get(0))
                : criterion.apply(outputs, targets.get(0), targets.get(1));
    }

    /** What the loss of a batch counts: the weights of its examples together, or their number. */
    private static double weight(Dataset batch) {
        return batch.hasWeights() ? Arrays.stream(batch.weights().toArray()).sum() : batch.size();
    }

    /**
     * The parameters and running statistics of the model, as they are: what another program needs to use it.
     *
     * @return the weights, which do not change when the parameters do
     */
    public Weights weights() {
        return Weights.of(all());
    }

    private List<Parameter> all() {
        List<Parameter> all = new ArrayList<>(trained);
        all.addAll(state);
        return all;
    }

    private Step step() {
        if (step == null) {
            Key chance = key.fold(1);
            step = replayed ? optimiser.replayed(loss, trained, chance) : optimiser.eager(loss, trained, chance);
        }
        return step;
    }

    // ---- checkpoints ----

    private void write() {
        if (file == null) {
            return;
        }
        try {
            whole().write(file);
        } catch (DataFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole state. */
    private Weights whole() {
        Weights all = kept.with(MODEL, weights())
                .with(OPTIMISER, Weights.of(step().state()))
                .with(TRAINER, Checkpoint.of(key, batchSize, now, past));
        return stopping == null ? all : all.with(STOPPING, stopping.state());
    }

    /**
     * Goes back to a checkpoint, so that {@link #fit} goes on from there as if it had not stopped: with the same data, options and key the bits
     * are the same. If anything is thrown, nothing has changed.
     *
     * @param checkpoint a file that a trainer of the same model wrote
     * @return this trainer
     * @throws DataFileException if the file cannot be read
     * @throws IllegalArgumentException if it belongs to another model, optimiser, key or size of batches
     */
    public Trainer restore(Path checkpoint) throws DataFileException {
        Weights read = Weights.read(checkpoint);
        Checkpoint own = new Checkpoint(read);
        own.requireSame("key", key.tensor());
        own.requireSame("batchSize", Tensor.scalar(batchSize));
        Progressed progressed = own.progressed();
        List<Epoch> epochs = own.epochs();
        boolean stops = read.tensors().keySet().stream().anyMatch(name -> name.startsWith(STOPPING + "."));
        if (stops != (stopping != null)) {
            throw new IllegalArgumentException(
                    "restore: a training goes on with the early stopping that it began with, got "
                            + (stops ? "none; call earlyStopping before" : "one for a checkpoint without"));
        }
        if (stops) {
            own.tensor(STOPPING + ".since");
        }
        if (stops && !epochs.isEmpty()) {
            own.tensor(STOPPING + ".figure");
        }
        Weights before = weights();
        try {
            if (stops && !epochs.isEmpty()) {
                read.part(STOPPING + ".weights").into(all()); // which only shows that they are of this model
            }
            read.part(MODEL).into(all());
            read.part(OPTIMISER).into(step().state());
        } catch (IllegalArgumentException e) {
            before.into(all());
            throw new IllegalArgumentException(
                    "restore: the checkpoint must be one of this model and this optimiser: " + e.getMessage(), e);
        }
        if (stops) {
            stopping.restore(read.part(STOPPING));
        }
        now = progressed;
        past.clear();
        past.addAll(epochs);
        return this;
    }

    private static int positive(String option, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + ": " + what + " must be 1 or more, got " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return "trainer of " + trained.size() + " parameters by " + optimiser;
    }
}
