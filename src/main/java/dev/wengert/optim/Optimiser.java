package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.nn.Context;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A rule by which parameters follow their gradients, and the state that it keeps of each parameter.
 *
 * <p>The rule is written once, in variables: {@link #update}. It serves the eager step, the replayed step with the same bits, and derivatives
 * through many steps. The state is made of {@link Parameter}s, which are saved and restored like others.
 *
 * <pre>{@code
 * Step step = new Adam(1e-3).clip(1).replayed(in -> mlp.apply(in.get(0)).crossEntropyWithLabels(in.get(1)), mlp.parameters());
 * double loss = step.run(features, labels);
 * }</pre>
 *
 * <p>A parameter without a gradient is left alone, with its state. Options are set before the first step. An optimiser is used by one thread
 * at a time.
 */
public abstract class Optimiser {

    private final List<Rate> rates;
    private double weightDecay;
    private boolean maximized;
    private Clipping clipping = Clipping.NONE;
    private int microBatches = 1;
    private double averageDecay;
    private boolean finite;

    /** Whether this is the rule of a group of another optimiser. */
    private boolean grouped;

    /** The rules of the parameters that do not follow this one. */
    private final Map<Parameter, Optimiser> groups = new LinkedHashMap<>();

    private final Map<Parameter, Slots> slots = new LinkedHashMap<>();
    private final Parameter count = new Parameter("optimiser.step", Tensor.scalar(0));
    private final Parameter batch = new Parameter("optimiser.batch", Tensor.scalar(0));

    /** The state of a parameter; {@link #sum} and {@link #average} are null where they are not kept. */
    private record Slots(List<Parameter> state, Parameter sum, Parameter average) {

        List<Parameter> all() {
            List<Parameter> all = new ArrayList<>(state);
            if (sum != null) {
                all.add(sum);
            }
            if (average != null) {
                all.add(average);
            }
            return all;
        }
    }

    /**
     * A rule.
     *
     * @param rates the learning rate, and after it what else is a function of the number of steps, such as a momentum
     */
    protected Optimiser(Rate... rates) {
        this.rates = Given.array(name() + ": rate", Rate.class, rates);
    }

    /**
     * The names of what this rule keeps of each parameter, in the order of {@link #start} and {@link #rule}.
     *
     * @return the names, such as {@code exp_avg}; empty for a rule without a state
     */
    protected abstract List<String> slots();

    /**
     * What this rule keeps of a parameter before the first step: zeros of its shape, and the number 0 for a slot called {@code step}, unless a
     * rule says otherwise.
     *
     * @param shape the shape of the parameter
     * @return one tensor for each name of {@link #slots}
     */
    protected List<Tensor> start(Shape shape) {
        return slots().stream()
                .map(slot -> slot.equals("step") ? Tensor.scalar(0) : Tensor.zeros(shape))
                .toList();
    }

    /**
     * The rule: one step of one parameter, in variables.
     *
     * @param w the value of the parameter
     * @param g its gradient, of the same shape
     * @param state what the rule keeps of the parameter
     * @param rates the rates of this step, each a single number: the learning rate first
     * @return the new value of the parameter, then its new state
     */
    protected abstract List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates);

    /**
     * What this rule keeps of a parameter before the first step.
     *
     * @param shape the shape of the parameter
     * @return the state that {@link #update} takes first
     */
    public final List<Tensor> initial(Shape shape) {
        return start(Given.value("initial", "the shape", shape));
    }

    /**
     * One step of one parameter, as a function: a gradient can be taken through many steps, also in the rates.
     *
     * @param parameter the value of the parameter
     * @param gradient its gradient, of the same shape
     * @param state what the rule keeps of the parameter: {@link #initial} at first
     * @param rates the rates of this step, each a single number: the learning rate first
     * @return the new value of the parameter, then its new state
     * @throws ShapeException if the gradient, or a part of the state, has another shape
     * @throws IllegalArgumentException if there are more or fewer parts of the state, or rates, than this rule has
     */
    public final List<Variable> update(
            Variable parameter, Variable gradient, List<Variable> state, List<Variable> rates) {
        Shape shape = Given.value("update", "the parameter", parameter).shape();
        require("gradient", shape, Given.value("update", "the gradient", gradient));
        List<Variable> kept = Given.list("update: state", Variable.class, state);
        List<Tensor> initial = start(shape);
        require("parts of the state", initial.size(), kept.size());
        for (int i = 0; i < kept.size(); i++) {
            require(slots().get(i), initial.get(i).shape(), kept.get(i));
        }
        List<Variable> given = Given.list("update: rate", Variable.class, rates);
        require("rates", this.rates.size(), given.size());
        given.forEach(rate -> require("rate", Shape.of(), rate));
        return rule(parameter, gradient, kept, given);
    }

    private void require(String what, int required, int got) {
        if (got != required) {
            throw new IllegalArgumentException(
                    "update: there must be " + required + " " + what + " for " + name() + ", got " + got);
        }
    }

    private static void require(String what, Shape required, Variable got) {
        if (!got.shape().equals(required)) {
            throw new ShapeException(
                    "update",
                    "the " + what + " must be " + required,
                    got.shape().toString());
        }
    }

    /**
     * Adds the parameter, times this number, to its gradient: the gradient of a penalty {@code ½·decay·‖w‖²}. {@link AdamW} shrinks the
     * parameter instead.
     *
     * @param decay the number, 0 or more
     * @return this optimiser
     * @throws IllegalArgumentException unless the decay is finite and at least 0
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser weightDecay(double decay) {
        Given.notNegative(name(), "the weight decay", decay);
        requireUnused("weightDecay");
        this.weightDecay = decay;
        return this;
    }

    /**
     * Moves parameters along their gradients instead of against them.
     *
     * @return this optimiser
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser maximize() {
        requireUnused("maximize");
        this.maximized = true;
        return this;
    }

    /**
     * Clips gradients by their Euclidean norm: if the norm of all gradients together is above the limit, they are scaled down to it, by
     * {@code limit/(norm + 1e-6)} as PyTorch does.
     *
     * @param limit the largest norm, positive
     * @return this optimiser
     * @throws IllegalArgumentException unless the limit is positive
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser clip(double limit) {
        return clip(limit, 2);
    }

    /**
     * Clips gradients by another norm.
     *
     * @param limit the largest norm, positive
     * @param p the power of the norm, 1 or more; infinity for the largest absolute value
     * @return this optimiser
     * @throws IllegalArgumentException unless the limit is positive, and p is 1 or more
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser clip(double limit, double p) {
        if (!(p >= 1)) {
            throw new IllegalArgumentException(name() + ": the power of the norm must be 1 or more, got " + p);
        }
        return clip("clip", new Clipping(limit, p));
    }

    /**
     * Clips each element of each gradient to the range from −limit to limit.
     *
     * @param limit the largest absolute value, positive
     * @return this optimiser
     * @throws IllegalArgumentException unless the limit is positive
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser clipValue(double limit) {
        return clip("clipValue", new Clipping(limit, Clipping.BY_VALUE));
    }

    private Optimiser clip(String option, Clipping clip) {
        if (!(clip.limit() > 0)) {
            throw new IllegalArgumentException(
                    name() + ": the limit of clipping must be positive, got " + clip.limit());
        }
        requireUnused(option);
        this.clipping = clip;
        return this;
    }

    /**
     * Makes a step of every so many batches, with the mean of their gradients. All batches of a step must reach the same parameters: batches are
     * counted for the optimiser, so two steps of different parameters need an optimiser each.
     *
     * @param microBatches the number of batches, 1 or more
     * @return this optimiser
     * @throws IllegalArgumentException if the number is less than 1
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser accumulate(int microBatches) {
        if (microBatches < 1) {
            throw new IllegalArgumentException(
                    name() + ": the number of batches of a step must be 1 or more, got " + microBatches);
        }
        requireUnused("accumulate");
        this.microBatches = microBatches;
        return this;
    }

    /**
     * Keeps a moving average of the parameters: {@code average ← decay·average + (1 − decay)·w} after each step, from the values before the
     * first step on. See {@link #averages}.
     *
     * @param decay how much of the average stays, from 0 to 1
     * @return this optimiser
     * @throws IllegalArgumentException unless the decay is above 0 and less than 1
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser average(double decay) {
        if (!(decay > 0 && decay < 1)) {
            throw new IllegalArgumentException(
                    name() + ": the decay of the average must be above 0 and less than 1, got " + decay);
        }
        requireUnused("average");
        this.averageDecay = decay;
        return this;
    }

    /**
     * Refuses steps that are not finite: if the loss, a gradient, a new value or new state has an infinity or a NaN, the step throws a {@link
     * NotFiniteException} that names where it comes from, and nothing has moved. It costs one pass over what moves.
     *
     * @return this optimiser
     */
    public final Optimiser requireFinite() {
        this.finite = true;
        return this;
    }

    /**
     * Lets some parameters follow another rule, with rates, decay and state of its own: a parameter group. What belongs to all parameters,
     * clipping, accumulation and averages, is set here.
     *
     * @param rule the other rule, with its options: they cannot be set from then on
     * @param parameters the parameters that follow it
     * @return this optimiser
     * @throws IllegalArgumentException if a parameter is in another group, or the rule has clipping, batches, averages or groups of its own
     * @throws IllegalStateException if this optimiser has made a step
     */
    public final Optimiser group(Optimiser rule, Collection<Parameter> parameters) {
        Given.value("group", "the rule", rule);
        if (rule.clipping != Clipping.NONE
                || rule.microBatches > 1
                || rule.averageDecay > 0
                || !rule.groups.isEmpty()) {
            throw new IllegalArgumentException("group: clipping, accumulation, averages and groups belong to all"
                    + " parameters, got a rule that has them; set them on the optimiser that the group is added to");
        }
        requireUnused("group");
        List<Parameter> given = Given.list("group: parameter", Parameter.class, parameters);
        for (Parameter parameter : given) {
            if (groups.containsKey(parameter)) {
                throw new IllegalArgumentException(
                        "group: a parameter can be in one group, got " + Text.name(parameter.name()) + " again");
            }
        }
        given.forEach(parameter -> groups.put(parameter, rule));
        rule.grouped = true;
        finite |= rule.finite;
        return this;
    }

    /**
     * A step that computes everything anew each time. Shapes and Java control flow may change from run to run.
     *
     * @param loss the loss, a function of a batch that returns a single number
     * @param parameters the parameters that are trained
     * @return the step
     * @throws IllegalArgumentException if there is no parameter
     */
    public final Step eager(Function<List<Variable>, Variable> loss, Collection<Parameter> parameters) {
        return new Step("eager", this, withoutContext("eager", loss), parameters, null, false);
    }

    /**
     * A step that computes everything anew each time, of a model with layers that differ in training.
     *
     * @param loss the loss, a function of a batch and of the context of training
     * @param parameters the parameters that are trained
     * @param key the key of chance: each step draws from this key folded with the number of steps
     * @return the step
     * @throws IllegalArgumentException if there is no parameter
     */
    public final Step eager(
            BiFunction<List<Variable>, Context, Variable> loss, Collection<Parameter> parameters, Key key) {
        Given.value("eager", "the loss", loss);
        return new Step("eager", this, loss, parameters, Given.value("eager", "the key", key), false);
    }

    /**
     * A step that is recorded when it meets a combination of shapes for the first time, and replayed from then on. It gives the same bits as
     * the eager step, and is faster. Java control flow is frozen as recorded.
     *
     * @param loss the loss, a function of a batch that returns a single number. It is recorded twice, to find what would be frozen and is
     *     drawn anew in each run, such as a mask: pass that, or its key, as an input
     * @param parameters the parameters that are trained
     * @return the step
     * @throws IllegalArgumentException if there is no parameter
     */
    public final Step replayed(Function<List<Variable>, Variable> loss, Collection<Parameter> parameters) {
        return new Step("replayed", this, withoutContext("replayed", loss), parameters, null, true);
    }

    /**
     * A step that is recorded and replayed, of a model with layers that differ in training.
     *
     * @param loss the loss, a function of a batch and of the context of training
     * @param parameters the parameters that are trained
     * @param key the key of chance: each step draws from this key folded with the number of steps
     * @return the step
     * @throws IllegalArgumentException if there is no parameter
     */
    public final Step replayed(
            BiFunction<List<Variable>, Context, Variable> loss, Collection<Parameter> parameters, Key key) {
        Given.value("replayed", "the loss", loss);
        return new Step("replayed", this, loss, parameters, Given.value("replayed", "the key", key), true);
    }

    private static BiFunction<List<Variable>, Context, Variable> withoutContext(
            String caller, Function<List<Variable>, Variable> loss) {
        Given.value(caller, "the loss", loss);
        return (in, context) -> loss.apply(in);
    }

    /**
     * Moves parameters by gradients that were computed elsewhere: the step of a loop of one's own.
     *
     * @param gradients a gradient for each parameter, as {@link dev.wengert.autodiff.Autodiff#gradients} returns them; parameters that are not
     *     in the map are left alone
     * @throws NotFiniteException if {@link #requireFinite} is set and a gradient or what moves is not finite
     * @throws ShapeException if a gradient does not have the shape of its parameter. Whatever is thrown, no parameter has moved then
     */
    public final void step(Map<Parameter, Tensor> gradients) {
        Map<Parameter, Tensor> given = Given.map("step: gradient", Parameter.class, Tensor.class, gradients);
        Moves moves = new Moves();
        given.forEach((parameter, gradient) -> {
            if (!gradient.shape().equals(parameter.variable().shape())) {
                throw new ShapeException(
                        "step",
                        "a gradient must have the shape of its parameter",
                        "parameter " + parameter + " and gradient " + gradient.shape());
            }
            moves.gradient(parameter, Variable.of(gradient));
        });
        boolean last = batch.value().item() == microBatches - 1;
        move(moves, settings(), last);
        if (finite) {
            try {
                moves.requireFinite();
            } catch (AllFinite.Refused e) {
                throw Anomaly.of(moves);
            }
        }
        moves.set();
    }

    /**
     * The state of parameters, made if there is none yet, and the number of steps: what a checkpoint needs beside the parameters.
     *
     * @param parameters the parameters that are trained
     * @return the state, in a fixed order
     */
    public final List<Parameter> state(Collection<Parameter> parameters) {
        Set<Parameter> all = new LinkedHashSet<>();
        all.add(count);
        if (microBatches > 1) {
            all.add(batch);
        }
        for (Rate rate : schedules()) {
            all.addAll(rate.state());
        }
        for (Parameter parameter : Given.list("state: parameter", Parameter.class, parameters)) {
            all.addAll(slots(parameter).all());
        }
        return List.copyOf(all);
    }

    /**
     * The moving averages of parameters.
     *
     * @param parameters the parameters that are trained
     * @return the average of each
     * @throws IllegalStateException if this optimiser keeps none
     */
    public final Map<Parameter, Tensor> averages(Collection<Parameter> parameters) {
        if (averageDecay == 0) {
            throw new IllegalStateException(
                    "averages: this optimiser keeps no averages; call average(decay) when it is made");
        }
        Map<Parameter, Tensor> averages = new LinkedHashMap<>();
        for (Parameter parameter : Given.list("averages: parameter", Parameter.class, parameters)) {
            averages.put(parameter, slots(parameter).average().value());
        }
        return averages;
    }

    /**
     * The number of steps made so far. A batch that is accumulated is no step.
     *
     * @return the number of steps
     */
    public final long count() {
        return (long) count.value().item();
    }

    /**
     * The learning rate of the next step.
     *
     * @return the rate
     */
    public final double rate() {
        return rates.get(0).at(count());
    }

    /** The parameter that counts steps. */
    final Parameter countParameter() {
        return count;
    }

    /** The parameter that counts the batches of a step, if there is more than one. */
    final Parameter batchParameter() {
        return batch;
    }

    final boolean requiresFinite() {
        return finite;
    }

    final int microBatches() {
        return microBatches;
    }

    /** The schedules of all groups in order, and the limit of clipping if there is one: {@link #move} takes their values. */
    final List<Rate> schedules() {
        List<Rate> all = new ArrayList<>();
        rules().forEach(rule -> all.addAll(rule.rates));
        if (clipping != Clipping.NONE) {
            all.add(Rate.constant(clipping.limit()));
        }
        return all;
    }

    /**
     * Whether gradients are clipped by their norm, so that a step tells it: {@link Step#gradientNorm}.
     *
     * @return whether a step computes the norm of the gradients
     */
    public final boolean hasNorm() {
        return clipping != Clipping.NONE && clipping.p() != Clipping.BY_VALUE;
    }

    private Set<Optimiser> rules() {
        Set<Optimiser> rules = new LinkedHashSet<>();
        rules.add(this);
        rules.addAll(groups.values());
        return rules;
    }

    private List<Variable> settings() {
        long made = count();
        return schedules().stream().map(rate -> Variable.of(value(rate, made))).toList();
    }

    /**
     * Adds the moves of a batch to its gradients.
     *
     * @param settings the values of {@link #schedules}
     * @param last whether the batch completes a step; else its gradients are kept for one
     */
    final void move(Moves moves, List<Variable> settings, boolean last) {
        List<Parameter> parameters = moves.reached();
        List<Variable> g = moves.gradients();
        if (microBatches > 1) {
            List<Variable> sums = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                Parameter sum = slots(parameters.get(i)).sum();
                Variable total = sum.variable().add(g.get(i));
                moves.put(sum, last ? Variable.of(Tensor.zeros(total.shape())) : total);
                sums.add(total.div(microBatches));
            }
            moves.put(batch, last ? Variable.of(0) : batch.variable().add(1));
            if (!last) {
                return;
            }
            g = sums;
        }
        if (clipping != Clipping.NONE && !g.isEmpty()) {
            g = clipping.apply(moves, g, settings.get(settings.size() - 1));
        }
        for (int i = 0; i < parameters.size(); i++) {
            move(moves, parameters.get(i), g.get(i), settings);
        }
        moves.put(count, count.variable().add(1));
    }

    private void move(Moves moves, Parameter parameter, Variable gradient, List<Variable> settings) {
        Optimiser rule = groups.getOrDefault(parameter, this);
        int from = 0;
        for (Optimiser other : rules()) {
            if (other == rule) {
                break;
            }
            from += other.rates.size();
        }
        Slots own = slots(parameter);
        Variable w = parameter.variable();
        List<Variable> state = own.state().stream().map(Parameter::variable).toList();
        List<Variable> moved = rule.decayed(w, gradient, state, settings.subList(from, from + rule.rates.size()));
        moves.put(parameter, moved.get(0));
        for (int k = 0; k < state.size(); k++) {
            moves.put(own.state().get(k), moved.get(k + 1));
        }
        if (own.average() != null) {
            moves.put(
                    own.average(),
                    own.average().variable().mul(averageDecay).add(moved.get(0).mul(1 - averageDecay)));
        }
    }

    private List<Variable> decayed(Variable w, Variable gradient, List<Variable> state, List<Variable> rates) {
        Variable g = maximized ? gradient.neg() : gradient;
        if (weightDecay == 0) {
            return rule(w, g, state, rates);
        }
        return decoupled()
                ? rule(w.mul(rates.get(0).mul(weightDecay).rsub(1)), g, state, rates)
                : rule(w, g.add(w.mul(weightDecay)), state, rates);
    }

    /** Whether weight decay shrinks the parameter, rather than change its gradient. */
    boolean decoupled() {
        return false;
    }

    private Slots slots(Parameter parameter) {
        return slots.computeIfAbsent(parameter, p -> {
            Optimiser rule = groups.getOrDefault(p, this);
            List<String> names = rule.slots();
            List<Tensor> values = rule.start(p.variable().shape());
            List<Parameter> state = new ArrayList<>();
            for (int k = 0; k < names.size(); k++) {
                state.add(new Parameter(p.name() + "." + names.get(k), values.get(k)));
            }
            return new Slots(
                    state,
                    microBatches > 1
                            ? new Parameter(
                                    p.name() + ".gradient",
                                    Tensor.zeros(p.variable().shape()))
                            : null,
                    averageDecay > 0 ? new Parameter(p.name() + ".average", p.value()) : null);
        });
    }

    final void requireUnused(String option) {
        if (!slots.isEmpty()) {
            throw new IllegalStateException(
                    option + ": options must be set before the first step, got one for an optimiser"
                            + " with a state; make a new optimiser");
        }
        if (grouped) {
            throw new IllegalStateException(
                    option + ": options of a rule must be set before it is the rule of a group, got one for"
                            + " such a rule; make a new optimiser");
        }
    }

    /** The value of a schedule in a step. */
    static double value(Rate rate, long step) {
        double value = rate.at(step);
        if (!(value >= 0)) {
            throw new IllegalArgumentException(
                    "step: a rate must be at least 0, got " + value + " after " + step + " steps");
        }
        return value;
    }

    @Override
    public String toString() {
        return name() + ", " + count() + " steps";
    }

    /** The root of a mean of squares; its derivative is 0 where that is 0, or less by rounding. */
    static Variable root(Variable squares) {
        return squares.maximum(Double.MIN_NORMAL).sqrt();
    }

    private String name() {
        return getClass().getSimpleName();
    }
}
