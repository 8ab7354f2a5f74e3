package dev.wengert.io;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Broadcast;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Flip;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.Permute;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.autodiff.op.Windows;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes a tape as an ONNX graph. For a batch of any size it walks along two tapes of one function, recorded at batches of {@link #FEW} and
 * {@link #MORE}: what differs between them must follow from the batch size.
 */
final class OnnxExport {
    static final int FEW = 2;
    static final int MORE = 3;

    /** Stands for an output where a step is named. */
    private static final int OUTPUT = -1;

    /** A step, or an output, that cannot be written. Whoever catches it finds the line that made the step. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Null for an output. */
        final transient Variable step;

        final int index;
        private final int number;
        private final String before;
        private final String after;

        Refused(Tape tape, int index, String before, String after) {
            this.step = index == OUTPUT ? null : tape.steps().get(index);
            this.index = index;
            this.number = tape.inputs().size() + index;
            this.before = before;
            this.after = after;
        }

        /** The message, with the line that made the step, or the empty text. */
        String message(String site) {
            String named = step == null
                    ? "an output"
                    : Text.name(step.op().orElseThrow().label()) + " (step %" + number
                            + (site.isEmpty() ? "" : ", " + site) + ")";
            return "Onnx: " + before + named + after;
        }
    }

    private final Tape tape;
    private final Tape other;
    private final OnnxGraph graph;
    private final OnnxForms forms;
    private final OnnxValue[] values;
    private final Map<Variable, OnnxValue> constants = new IdentityHashMap<>();

    private OnnxExport(Tape tape, Tape other, OnnxGraph graph, String batch) {
        this.tape = tape;
        this.other = other;
        this.graph = graph;
        this.forms = new OnnxForms(graph, batch);
        this.values = new OnnxValue[tape.inputs().size() + tape.steps().size()];
    }

    /**
     * The bytes of a model.
     *
     * @param other the same function at another batch size, or the tape itself
     * @param inputs the names of the inputs that are no parameters
     * @param outputs the names of the outputs
     * @throws Refused if a step cannot be written
     */
    static byte[] model(Tape tape, Tape other, boolean float64, List<String> inputs, List<String> outputs) {
        OnnxGraph graph = new OnnxGraph(float64, OnnxGraph.MOST);
        inputs.forEach(name -> graph.reserve("an input", name));
        outputs.forEach(name -> graph.reserve("an output", name));
        List<Variable> all = tape.inputs();
        all.forEach(x -> x.parameter().ifPresent(p -> graph.reserve("a parameter", p.name())));
        boolean[] index = indices(tape);
        String batch = null;
        List<String> names = new ArrayList<>(inputs);
        OnnxValue[] given = new OnnxValue[all.size()];
        for (int i = 0; i < given.length; i++) {
            Shape shape = all.get(i).shape();
            Shape at = other.inputs().get(i).shape();
            Parameter parameter = all.get(i).parameter().orElse(null);
            if (parameter != null) {
                given[i] = OnnxValue.of(graph.constant(parameter.name(), parameter.value()), shape, at);
                continue;
            }
            String name = names.remove(0);
            graph.input(name, index[i], shape, at);
            given[i] = index[i]
                    ? new OnnxValue(graph.asNumbers(name), name, null, shape, at)
                    : OnnxValue.of(name, shape, at);
            if (batch == null && !shape.equals(at)) {
                batch = graph.node(
                        "Shape", List.of(name), OnnxGraph.attribute("start", 0), OnnxGraph.attribute("end", 1));
            }
        }
        OnnxExport export = new OnnxExport(tape, other, graph, batch);
        System.arraycopy(given, 0, export.values, 0, given.length);
        return export.model(outputs);
    }

    /** Which inputs are indices, as they are or after a move. */
    private static boolean[] indices(Tape tape) {
        int inputs = tape.inputs().size();
        boolean[] index = new boolean[inputs + tape.steps().size()];
        for (int k = tape.steps().size() - 1; k >= 0; k--) {
            Op op = tape.op(k);
            if (op instanceof Gather || op instanceof TakeAlong) {
                mark(index, tape.operand(k, 1));
            } else if (op instanceof OneHot || moves(op) && index[inputs + k]) {
                mark(index, tape.operand(k, 0));
            }
        }
        return index;
    }

    private static void mark(boolean[] index, int number) {
        if (number >= 0) {
            index[number] = true;
        }
    }

    private static boolean moves(Op op) {
        return op instanceof Identity
                || op == Flat.DETACH
                || op instanceof Reshape
                || op instanceof Broadcast
                || op instanceof Permute
                || op instanceof Slice
                || op instanceof Flip;
    }

    private byte[] model(List<String> outputs) {
        int inputs = tape.inputs().size();
        if (tape.steps().size() != other.steps().size()) {
            throw new IllegalArgumentException("dynamicBatch: the function must do the same for every batch size, got "
                    + tape.steps().size() + " steps for a batch of " + FEW + " and "
                    + other.steps().size() + " for a batch of " + MORE + "; leave out dynamicBatch()");
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            values[inputs + k] = step(k);
        }
        for (int i = 0; i < outputs.size(); i++) {
            int number = tape.result(i);
            OnnxValue value =
                    number < 0 ? constant(tape.outputs().get(i), other.outputs().get(i), OUTPUT) : values[number];
            graph.output(outputs.get(i), value.name(), value.shape(), value.other());
        }
        return graph.model();
    }

    private OnnxValue step(int k) {
        Op op = tape.op(k);
        Shape shape = tape.steps().get(k).shape();
        Shape at = other.steps().get(k).shape();
        List<OnnxValue> x = new ArrayList<>();
        for (int i = 0; i < tape.steps().get(k).inputs().size(); i++) {
            x.add(operand(k, i));
        }
        requireSame(k, op, x.get(0));
        requireMultiples(k, shape, at);
        OnnxValue pooled = pooled(k, op, OnnxValue.of(null, shape, at));
        OnnxValue y = pooled != null ? pooled : forms.of(op, other.op(k), x, shape, at);
        if (y == null) {
            throw new Refused(
                    tape,
                    k,
                    "every operation must have a form in ONNX, got ",
                    "; export a function that leaves it out");
        }
        return y;
    }

    private OnnxValue operand(int k, int i) {
        int number = tape.operand(k, i);
        if (number != other.operand(k, i)) {
            throw differs(k);
        }
        if (number >= 0) {
            return values[number];
        }
        return constant(
                tape.steps().get(k).inputs().get(i),
                other.steps().get(k).inputs().get(i),
                k);
    }

    /** Operations may differ in shapes that are those of their results, and in bounds of slices along an axis that goes with the batch size. */
    private void requireSame(int k, Op op, OnnxValue x) {
        Op same = other.op(k);
        boolean fits = op.equals(same);
        if (op instanceof Norm one && same instanceof Norm two) {
            fits = one.p() == two.p();
        } else if (op instanceof Reshape || op instanceof Broadcast || op instanceof Sum || op instanceof Max) {
            fits = op.getClass() == same.getClass();
        } else if (op instanceof Slice one && same instanceof Slice two && x.grows(one.axis())) {
            boolean first = one.to() <= 1 && one.equals(two);
            boolean multiples =
                    one.axis() == two.axis() && isMultiple(one.from(), two.from()) && isMultiple(one.to(), two.to());
            fits = first || multiples;
        }
        if (!fits) {
            throw differs(k);
        }
    }

    private static boolean isMultiple(int few, int more) {
        return (long) few * MORE == (long) more * FEW;
    }

    private Refused differs(int k) {
        return new Refused(
                tape,
                k,
                "dynamicBatch: a step must do the same for every batch size, got ",
                " for a batch of " + FEW + " and " + Text.name(other.op(k).label()) + " for a batch of " + MORE
                        + "; leave out dynamicBatch(), or what depends on the batch size");
    }

    private void requireMultiples(int k, Shape shape, Shape at) {
        boolean fits = shape.rank() == at.rank()
                && IntStream.range(0, shape.rank())
                        .allMatch(i -> shape.extent(i) == at.extent(i) || isMultiple(shape.extent(i), at.extent(i)));
        if (!fits) {
            throw new Refused(
                    tape,
                    k,
                    "dynamicBatch: extents must be fixed or multiples of the batch size, got " + shape
                            + " for a batch of " + FEW + " and " + at + " for a batch of " + MORE + " from ",
                    "; leave out dynamicBatch()");
        }
    }

    /** A constant: one that has the batch size as an extent must be the same for each example, as a first state of zeros is. */
    private OnnxValue constant(Variable c, Variable same, int k) {
        OnnxValue present = constants.get(c);
        if (present != null) {
            return present;
        }
        Tensor value = c.value();
        Tensor at = same.value();
        OnnxValue whole = OnnxValue.of(null, value.shape(), at.shape());
        Tensor part = value;
        if (value.shape().rank() == at.shape().rank()) {
            for (int axis = 0; axis < value.shape().rank(); axis++) {
                part = whole.grows(axis) ? first(part, axis) : part;
            }
        }
        if (!repeats(part, value) || !repeats(part, at)) {
            throw new Refused(
                    tape,
                    k,
                    "dynamicBatch: a constant must be the same for every example, got " + value.shape()
                            + " for a batch of " + FEW + " and " + at.shape() + " for a batch of " + MORE + " in ",
                    "; leave out dynamicBatch(), or make it an input");
        }
        String name = c.parameter().map(p -> named(p, value)).orElse(null);
        OnnxValue row = OnnxValue.of(name != null ? name : graph.constant(part), part.shape(), part.shape());
        OnnxValue y = forms.broadcast(row, whole);
        constants.put(c, y);
        return y;
    }

    private String named(Parameter parameter, Tensor value) {
        graph.reserve("a parameter", parameter.name());
        return graph.constant(parameter.name(), value);
    }

    private static Tensor first(Tensor x, int axis) {
        return Variable.of(x).slice(axis, 0, 1).value();
    }

    private static boolean repeats(Tensor part, Tensor whole) {
        return part.shape().broadcastsTo(whole.shape())
                && Variable.of(part)
                        .broadcastTo(whole.shape().toArray())
                        .value()
                        .equals(whole);
    }

    // ---- pooling ----

    /** The node for largest elements or sums of windows along one or two last axes of signals or images; null for anything else. */
    private OnnxValue pooled(int k, Op op, OnnxValue y) {
        boolean max = op instanceof Max;
        if (!max && (!(op instanceof Sum) || graph.isFloat64())) {
            return null;
        }
        int axes = y.rank() == 4 ? 1 : y.rank() == 6 ? 2 : 0;
        int[] sizes = new int[axes];
        int[] steps = new int[axes];
        int number = tape.operand(k, 0);
        for (int d = axes - 1; d >= 0; d--) {
            int step = number - tape.inputs().size();
            if (step < 0 || !(tape.op(step) instanceof Windows windows) || windows.axis() != d + 2) {
                return null;
            }
            sizes[d] = windows.size();
            steps[d] = windows.step();
            number = tape.operand(step, 0);
        }
        if (axes == 0 || number < 0 || !isInside(y, values[number], axes)) {
            return null;
        }
        OnnxValue x = values[number];
        return y.named(max ? forms.maxPool(x, sizes, steps) : forms.sumPool(x, sizes, steps));
    }

    /** Whether the last axes alone, those of the windows, have become 1. */
    private boolean isInside(OnnxValue y, OnnxValue x, int axes) {
        return x.rank() == axes + 2
                && IntStream.range(0, 2).allMatch(i -> y.extent(i) == x.extent(i))
                && IntStream.range(axes + 2, y.rank()).allMatch(i -> y.extent(i) == 1);
    }
}
