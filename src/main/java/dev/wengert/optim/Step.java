package dev.wengert.optim;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.message.Arguments;
import dev.wengert.message.Given;
import dev.wengert.nn.Context;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * One step of training: the loss of a batch, its gradients, and the moves of all parameters. It is eager or replayed, with the same bits
 * ({@link Optimiser#eager}, {@link Optimiser#replayed}).
 *
 * <p>A replayed step has a plan for each combination of shapes that it meets. After the first run with a combination, a run with at most
 * three tensors allocates nothing.
 *
 * <p>If a run throws, no parameter and no state has moved. A step does one thing at a time, on one thread.
 */
public final class Step {

    private final Optimiser optimiser;
    private final BiFunction<List<Variable>, Context, Variable> loss;
    private final List<Parameter> parameters;

    /** The key of chance; null if the loss has no context. */
    private final Variable key;

    private final boolean replayed;
    private final boolean finite;
    private final List<Rate> schedules;
    private final AtomicBoolean running = new AtomicBoolean();
    private final List<Replay> replays = new ArrayList<>();

    /** The inputs of a run with at most three tensors, and numbers that are read and written. */
    private final Tensor[][] few = {{}, new Tensor[1], new Tensor[2], new Tensor[3]};

    private final double[] number = new double[1];
    private double norm = Double.NaN;

    /** A plan for inputs of some shapes. */
    private record Replay(List<Shape> shapes, boolean last, Plan plan) {

        boolean serves(Tensor[] inputs, boolean last) {
            if (this.last != last || shapes.size() != inputs.length) {
                return false;
            }
            for (int i = 0; i < inputs.length; i++) {
                if (!shapes.get(i).equals(inputs[i].shape())) {
                    return false;
                }
            }
            return true;
        }
    }

    Step(
            String caller,
            Optimiser optimiser,
            BiFunction<List<Variable>, Context, Variable> loss,
            Collection<Parameter> parameters,
            Key key,
            boolean replayed) {
        this.optimiser = optimiser;
        this.loss = loss;
        this.parameters = List.copyOf(Given.byName(
                        caller,
                        Given.list(caller + ": parameter", Parameter.class, parameters),
                        Parameter::name,
                        "give the layers different names")
                .values());
        if (this.parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    caller + ": there must be a parameter to train, got none; a lambda that applies a layer hides the"
                            + " layer's parameters: use the layer itself, or Layer.of(formula, layers)");
        }
        this.key = key == null ? null : Variable.of(key.tensor());
        this.replayed = replayed;
        this.finite = optimiser.requiresFinite();
        this.schedules = optimiser.schedules();
        optimiser.state(this.parameters);
    }

    /**
     * Makes a step of a loss without inputs.
     *
     * @return the loss before the step
     */
    public double run() {
        enter();
        return leave(few[0]);
    }

    /**
     * Makes a step.
     *
     * @param x the input of the loss
     * @return the loss before the step
     */
    public double run(Tensor x) {
        enter();
        few[1][0] = x;
        return leave(few[1]);
    }

    /**
     * Makes a step.
     *
     * @param x the first input of the loss
     * @param y the second
     * @return the loss before the step
     */
    public double run(Tensor x, Tensor y) {
        enter();
        few[2][0] = x;
        few[2][1] = y;
        return leave(few[2]);
    }

    /**
     * Makes a step.
     *
     * @param x the first input of the loss
     * @param y the second
     * @param z the third
     * @return the loss before the step
     */
    public double run(Tensor x, Tensor y, Tensor z) {
        enter();
        few[3][0] = x;
        few[3][1] = y;
        few[3][2] = z;
        return leave(few[3]);
    }

    /**
     * Makes a step.
     *
     * @param inputs the inputs of the loss
     * @return the loss before the step
     */
    public double run(Tensor... inputs) {
        Tensor[] given = Given.value("run", "the array of inputs", inputs).clone();
        enter();
        return leave(given);
    }

    /**
     * Makes a step.
     *
     * @param inputs the inputs of the loss, such as {@code batch.tensors()}
     * @return the loss before the step
     */
    public double run(List<Tensor> inputs) {
        return run(Given.list("run: input", Tensor.class, inputs).toArray(new Tensor[0]));
    }

    /**
     * The norm of all gradients in the last run that made a step, before they were clipped.
     *
     * @return the norm; NaN before the first step, and if gradients are not clipped by their norm
     */
    public double gradientNorm() {
        return norm;
    }

    /**
     * The state of the optimiser: what a checkpoint needs beside the parameters.
     *
     * @return the state, in a fixed order
     */
    public List<Parameter> state() {
        return optimiser.state(parameters);
    }

    @Override
    public String toString() {
        return (replayed ? "replayed" : "eager") + " step of " + parameters.size() + " parameters by " + optimiser;
    }

    private void enter() {
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException("run: a step does one thing at a time, and it is busy, on another thread or"
                    + " around this call; make a step for each model");
        }
    }

    private double leave(Tensor[] inputs) {
        try {
            for (int i = 0; i < inputs.length; i++) {
                if (inputs[i] == null) {
                    throw new NullPointerException("run: input " + i + " must be a tensor, got null");
                }
            }
            boolean last = read(optimiser.batchParameter()) == optimiser.microBatches() - 1;
            try {
                return replayed ? replay(inputs, last) : compute(inputs, last);
            } catch (AllFinite.Refused e) {
                throw notFinite(inputs, last);
            }
        } finally {
            if (inputs.length <= 3) {
                Arrays.fill(inputs, null);
            }
            running.set(false);
        }
    }

    private double read(Parameter counter) {
        counter.get(number);
        return number[0];
    }

    private List<Variable> settings() {
        long made = (long) read(optimiser.countParameter());
        return schedules.stream()
                .map(rate -> Variable.of(Optimiser.value(rate, made)))
                .toList();
    }

    private double compute(Tensor[] inputs, boolean last) {
        Moves moves = moves(Arrays.stream(inputs).map(Variable::of).toList(), settings(), last);
        if (finite) {
            moves.requireFinite();
        }
        double value = moves.loss().item();
        double gradientNorm = moves.norm().item();
        moves.set();
        norm = last ? gradientNorm : norm;
        return value;
    }

    private double replay(Tensor[] inputs, boolean last) {
        Plan plan = plan(inputs, last);
        for (int i = 0; i < inputs.length; i++) {
            plan.set(i, inputs[i]);
        }
        long made = (long) read(optimiser.countParameter());
        for (int i = 0; i < schedules.size(); i++) {
            number[0] = Optimiser.value(schedules.get(i), made);
            plan.set(inputs.length + i, number);
        }
        plan.run();
        if (last && optimiser.hasNorm()) {
            plan.get(1, number);
            norm = number[0];
        }
        plan.get(0, number);
        return number[0];
    }

    private Plan plan(Tensor[] inputs, boolean last) {
        for (int i = 0; i < replays.size(); i++) {
            Replay replay = replays.get(i);
            if (replay.serves(inputs, last)) {
                return replay.plan();
            }
        }
        List<Tensor> examples = new ArrayList<>(List.of(inputs));
        schedules.forEach(rate -> examples.add(Tensor.scalar(0)));
        List<Parameter> moved = new ArrayList<>();
        Tape tape = Tape.record(
                in -> {
                    Moves moves = moves(in.subList(0, inputs.length), in.subList(inputs.length, in.size()), last);
                    List<Variable> outputs = new ArrayList<>(List.of(moves.loss(), moves.norm()));
                    if (finite) {
                        outputs.add(moves.requireFinite());
                    }
                    outputs.addAll(moves.values());
                    moved.clear();
                    moved.addAll(moves.parameters());
                    return outputs;
                },
                examples,
                examples);
        Replay replay = new Replay(Arrays.stream(inputs).map(Tensor::shape).toList(), last, tape.compile(moved));
        replays.add(replay);
        return replay.plan();
    }

    /** Computes the loss of a batch, its gradients, and the new values of parameters and state. */
    private Moves moves(List<Variable> inputs, List<Variable> settings, boolean last) {
        Moves moves = new Moves();
        Context context = key == null ? null : Context.training(keyOfBatch());
        Variable y = Given.result("run", "a variable", loss.apply(new Arguments<>("run", "a tensor", inputs), context));
        List<Variable> leaves = parameters.stream().map(Parameter::variable).toList();
        List<Variable> gradients = Autodiff.gradients(y, leaves);
        moves.loss(y);
        for (int i = 0; i < leaves.size(); i++) {
            if (!isAbsent(gradients.get(i))) {
                moves.gradient(parameters.get(i), gradients.get(i));
            }
        }
        optimiser.move(moves, settings, last);
        if (context != null) {
            context.updates().forEach(moves::put);
        }
        return moves;
    }

    /** Makes the step again, eagerly, to find where a number that is not finite comes from. */
    private NotFiniteException notFinite(Tensor[] inputs, boolean last) {
        Moves[] moves = new Moves[1];
        Tape tape = Tape.trace(
                in -> {
                    moves[0] = moves(in, settings(), last);
                    return List.of(moves[0].loss());
                },
                List.of(inputs),
                parameters);
        return Anomaly.of(tape, moves[0]);
    }

    private Variable keyOfBatch() {
        Variable ofStep = Variable.foldKey(key, optimiser.countParameter().variable());
        return optimiser.microBatches() == 1
                ? ofStep
                : Variable.foldKey(ofStep, optimiser.batchParameter().variable());
    }

    /** Whether no derivative reaches the parameter: its gradient is then a constant of zeros. */
    private static boolean isAbsent(Variable gradient) {
        if (gradient.op().isPresent() || gradient.parameter().isPresent() || gradient.isRecording()) {
            return false;
        }
        Tensor value = gradient.value();
        return value.equals(Tensor.zeros(value.shape()));
    }
}
