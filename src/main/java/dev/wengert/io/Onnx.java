package dev.wengert.io;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.nn.Context;
import dev.wengert.nn.Layer;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes a function as a model in the <a href="https://onnx.ai">ONNX</a> format (opset 17), which runs in ONNX Runtime and in browsers, phones and
 * databases. This is immutable: each option gives another one.
 *
 * <pre>{@code
 * Onnx.of(network, examples).dynamicBatch().write(Path.of("digits.onnx"));
 * }</pre>
 *
 * <p>The model has the present values of the parameters, under their names. Numbers are float32 unless {@link #float64} is called; a finite
 * number beyond float32 becomes the largest one. Inputs are called {@code input} and outputs {@code output}, or {@code input0}, {@code
 * input1}, … if there are several. An input that is an index, such as the tokens of an {@code Embedding}, is INT64; there, negative indices count
 * from the end, and others beyond the table are the runtime's matter.
 *
 * <p>Loops are written out. Functions that ONNX lacks are composed of others where that keeps their digits; gelu and normalCdf are made of {@code
 * 1 + erf}, and so are right absolutely, but lose digits in the left tail. These have no form and are refused, with the line of code that asks
 * for them: factorisations and what is solved by them, random numbers, special functions such as lgamma and erfc, atan2, medians and quantiles,
 * recurrences, losses, the slopes that derivatives are made of, and custom operations.
 *
 * <p>Not every runtime has every operation for every type: for float64, ONNX Runtime 1.29 on a CPU has no convolution, no erf (and so no
 * gelu), and of angles and hyperbolic functions only sin, cos and tanh.
 */
public final class Onnx {

    private static final String NAME = "Onnx";

    /** What is recorded: null if the tape was given. */
    private final Function<List<Variable>, List<Variable>> function;

    private final List<Tensor> examples;

    /** Null if a function was given. */
    private final Tape tape;

    private final boolean float64;

    /** The inputs whose first axis is the batch: null for none, empty for all. */
    private final List<String> batched;

    private final List<String> inputs; // null for names by default
    private final List<String> outputs;

    private Onnx(
            Function<List<Variable>, List<Variable>> function,
            List<Tensor> examples,
            Tape tape,
            boolean float64,
            List<String> batched,
            List<String> inputs,
            List<String> outputs) {
        this.function = function;
        this.examples = examples;
        this.tape = tape;
        this.float64 = float64;
        this.batched = batched;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * A layer, or any function of one variable, in inference.
     *
     * @param layer the layer, or a chain of layers
     * @param example an input; the model takes this shape, and with {@link #dynamicBatch} any number of examples
     * @return the export
     */
    public static Onnx of(Layer layer, Tensor example) {
        Given.value(NAME, "the layer", layer);
        return of(
                x -> List.of(Given.result(NAME, "a variable", layer.apply(x.get(0), Context.inference()))),
                List.of(Given.value(NAME, "the example", example)));
    }

    /**
     * A function of several variables with several results.
     *
     * @param f the function
     * @param examples one input each; the model takes these shapes
     * @return the export
     */
    public static Onnx of(Function<List<Variable>, List<Variable>> f, List<Tensor> examples) {
        return new Onnx(
                Given.value(NAME, "the function", f),
                Given.list(NAME + ": example", Tensor.class, examples),
                null,
                false,
                null,
                null,
                null);
    }

    /**
     * A tape. Parameters among its inputs become constants of the model. Only a {@linkplain Tape#trace traced} one knows the lines of code
     * for messages.
     *
     * @param tape the tape
     * @return the export
     */
    public static Onnx of(Tape tape) {
        return new Onnx(null, null, Given.value(NAME, "the tape", tape), false, null, null, null);
    }

    /**
     * The same with numbers of 64 bits, as they are here.
     *
     * @return the export
     */
    public Onnx float64() {
        return new Onnx(function, examples, tape, true, batched, inputs, outputs);
    }

    /**
     * The same for any number of examples: the first axis of inputs is left open. The function is recorded for two and for three of the examples
     * (the first ones, again if there are fewer), and refused unless both recordings agree in all but the number.
     *
     * @param inputs the names of the inputs whose first axis is that of the examples; all inputs if none is named
     * @return the export
     */
    public Onnx dynamicBatch(String... inputs) {
        List<String> named = Given.array("dynamicBatch: input", String.class, inputs);
        return new Onnx(function, examples, tape, float64, named, this.inputs, outputs);
    }

    /**
     * The same with other names of the inputs.
     *
     * @param names one for each input
     * @return the export
     */
    public Onnx inputs(String... names) {
        return new Onnx(
                function, examples, tape, float64, batched, Given.array("inputs: name", String.class, names), outputs);
    }

    /**
     * The same with other names of the outputs.
     *
     * @param names one for each output
     * @return the export
     */
    public Onnx outputs(String... names) {
        return new Onnx(
                function, examples, tape, float64, batched, inputs, Given.array("outputs: name", String.class, names));
    }

    /**
     * Records the function, and writes the model to a file, which is made or replaced in one step.
     *
     * @param file the file
     * @throws DataFileException if writing fails; the file is then what it was before
     * @throws IllegalArgumentException if an operation has no form in ONNX, or the function is not the same for every batch size; the message
     *     names the operation, the step of the tape, and the line of code. Also if names are not as many as inputs or outputs, or not different,
     *     or the model would have 2 GB or more
     * @throws IllegalStateException if the function cannot be {@linkplain Tape#record recorded}, or a tape is to have a dynamic batch
     */
    public void write(Path file) throws DataFileException {
        Given.value("write", "the file", file);
        byte[] model = toByteArray();
        AtomicFile.write(file, out -> out.write(model));
    }

    /**
     * Records the function, and gives the bytes of the file.
     *
     * @return the model
     * @throws IllegalArgumentException as {@link #write} does
     * @throws IllegalStateException as {@link #write} does
     */
    public byte[] toByteArray() {
        List<Tensor> few = batched == null ? examples : ofBatch(OnnxExport.FEW);
        Tape one = unrolled(few);
        Tape two = batched == null ? one : unrolled(ofBatch(OnnxExport.MORE));
        try {
            return OnnxExport.model(
                    one,
                    two,
                    float64,
                    inputNames(arguments(one)),
                    outputNames(one.outputs().size()));
        } catch (OnnxExport.Refused e) {
            throw new IllegalArgumentException(e.message(site(e, one, few)), e);
        }
    }

    private Tape unrolled(List<Tensor> inputs) {
        return (tape != null ? tape : Tape.record(function, inputs)).unrolled();
    }

    private static int arguments(Tape tape) {
        return (int) tape.inputs().stream().filter(x -> x.parameter().isEmpty()).count();
    }

    private List<String> inputNames(int count) {
        return names("inputs", "input", inputs, count);
    }

    private List<String> outputNames(int count) {
        return names("outputs", "output", outputs, count);
    }

    private static List<String> names(String caller, String what, List<String> given, int count) {
        if (given == null) {
            return IntStream.range(0, count)
                    .mapToObj(i -> count == 1 ? what : what + i)
                    .toList();
        }
        if (given.size() != count) {
            throw new IllegalArgumentException(caller + ": there must be a name for each " + what + ", got "
                    + given.size() + " names and " + count + " " + caller);
        }
        return given;
    }

    /** The examples with so many rows where the first axis is that of the batch. */
    private List<Tensor> ofBatch(int n) {
        if (tape != null) {
            throw new IllegalStateException(
                    "dynamicBatch: a tape has one batch size, and a function must be recorded for"
                            + " two; call Onnx.of(function, examples)");
        }
        List<String> names = inputNames(examples.size());
        for (String name : batched) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("dynamicBatch: names must be those of inputs, which are "
                        + String.join(", ", names) + ", got " + Text.quote(name));
            }
        }
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Tensor example = examples.get(i);
            boolean open = batched.isEmpty() || batched.contains(names.get(i));
            all.add(open ? ofBatch(names.get(i), example, n) : example);
        }
        return all;
    }

    private static Tensor ofBatch(String name, Tensor example, int n) {
        Shape shape = example.shape();
        if (shape.rank() == 0 || shape.extent(0) == 0) {
            throw new ShapeException(
                    "dynamicBatch",
                    "inputs must have an example or more along their first axis",
                    name + " " + shape,
                    "name the inputs whose first axis is that of the examples");
        }
        return example.rows(IntStream.range(0, n).map(i -> i % shape.extent(0)).toArray());
    }

    /** The line that made a step; it is found by running the function again, as recordings do not remember lines. */
    private String site(OnnxExport.Refused e, Tape one, List<Tensor> few) {
        Variable step = e.step;
        if (step == null) {
            return "";
        }
        if (function != null) {
            List<Parameter> parameters =
                    one.inputs().stream().flatMap(x -> x.parameter().stream()).toList();
            Tape traced = Tape.trace(function, few, parameters).unrolled();
            step = traced.steps().get(e.index);
        }
        return step.site().map(StackTraceElement::toString).orElse("");
    }
}
