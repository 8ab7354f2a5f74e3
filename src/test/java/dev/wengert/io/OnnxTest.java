package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Sample;
import dev.wengert.autodiff.op.Samples;
import dev.wengert.functional.Loops;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a file, and what is refused. What models compute is tested in ONNX Runtime: {@code mvn -Ponnx}. */
class OnnxTest {
    private static final Tensor EXAMPLE = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});

    /** The operations without a form; argsort has one unless a NaN must become the result, as in a median. */
    private static final String REFUSED = """
            Cube, MaskedProduct, acoshSlope, addWindows, allFinite, argsort, asinSlope, asinhSlope, atan2, \
            atan2Slope, atanSlope, atanhSlope, bits, center, cholesky, convWeight, crossEntropy, det, digamma, \
            eigh, elu′, elu′′, erfSlope, erfc, erfcx, erfcx′, erfcx′′, erfinv, erfinvSlope, floorPiece, foldKey, \
            gaps, gate, gumbel, hypotSlope, independent, jacobianProduct, lbeta, lgamma, linearRecurrence, \
            logAddExpSlope, logCumSumExp, logDet, logNormalCdf, lstsq, maximumSlope, minimumSlope, modPiece, \
            momentRatio, nonzero, normal, normalSolve, permutation, polygamma, qr, ranks, residual, roundPiece, \
            scatterAdd, scatterAddAlong, sech2, signs, slope of abs, slope of clamp, slope of leakyRelu, slope \
            of max, slope of relu, solve, sumOfParts, svd, totalWeight, triangularSolve, uniform, ∂lbeta, ∂pow""";

    private static Linear linear() {
        Linear linear = new Linear("one", 2, 3, new SplittableRandom(1));
        linear.weight().set(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}));
        linear.bias().set(Tensor.of(0.5, -0.5, 1e300));
        return linear;
    }

    private static String text(Onnx onnx) {
        return OnnxModel.text(onnx.toByteArray());
    }

    @Test
    void aLayerIsWrittenWithItsParametersUnderTheirNames() {
        assertThat(text(Onnx.of(Chain.of(linear(), Variable::relu, x -> x.mul(0.1)), EXAMPLE)))
                .isEqualTo("""
                        ir_version 8
                        producer wengert
                        Gemm_4 = Gemm(input, one.weight, one.bias)
                        Relu_5 = Relu(Gemm_4)
                        Mul_7 = Mul(Relu_5, number_6)
                        output = Identity(Mul_7)
                        graph wengert
                        constant one.weight float [2, 3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
                        constant one.bias float [3] [0.5, -0.5, 3.4028235E38]
                        constant number_6 float [] [0.1]
                        input input float [4, 2]
                        output output float [4, 3]
                        opset "" 17
                        """);
    }

    @Test
    void anyNumberOfExamplesAndDoubles() {
        Layer layer = x -> linear().apply(x).leakyRelu(0.1);
        assertThat(text(Onnx.of(layer, EXAMPLE)
                        .dynamicBatch()
                        .float64()
                        .inputs("x")
                        .outputs("y")))
                .isEqualTo("""
                        ir_version 8
                        producer wengert
                        Gemm_5 = Gemm(x, one.weight, one.bias)
                        Less_7 = Less(Gemm_5, number_6)
                        Mul_9 = Mul(Gemm_5, number_8)
                        Where_10 = Where(Less_7, Mul_9, Gemm_5)
                        y = Identity(Where_10)
                        graph wengert
                        constant one.weight double [2, 3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
                        constant one.bias double [3] [0.5, -0.5, 1.0E300]
                        constant number_6 double [] [0.0]
                        constant number_8 double [] [0.1]
                        input x double [batch, 2]
                        output y double [batch, 3]
                        opset "" 17
                        """);
    }

    @Test
    void tokensAreWholeNumbersAlsoWhereTheyMove() {
        Embedding embedding = new Embedding("e", 3, 1, new SplittableRandom(1));
        embedding.weight().set(Tensor.of(Shape.of(3, 1), 5, 6, 7));
        Tensor tokens = Tensor.of(new double[][] {{0, 1}, {2, 2}});
        assertThat(text(Onnx.of(x -> embedding.apply(x.slice(1, 0, 1)), tokens)))
                .isEqualTo("""
                        ir_version 8
                        producer wengert
                        Slice_7 = Slice(input, whole_4, whole_5, whole_5)
                        Gather_8 = Gather(e.weight, Slice_7) axis=0
                        output = Identity(Gather_8)
                        graph wengert
                        constant e.weight float [3, 1] [5.0, 6.0, 7.0]
                        constant whole_4 int64 [1] [0]
                        constant whole_5 int64 [1] [1]
                        input input int64 [2, 2]
                        output output float [2, 1, 1]
                        opset "" 17
                        """);
    }

    @Test
    void whatHasTheBatchSizeIsComputedFromIt() {
        Layer layer = x -> {
            int n = x.shape().extent(0);
            Variable first = Variable.concat(1, Variable.of(Tensor.full(Shape.of(n, 2), 7)), x);
            return first.reshape(2 * n, 2).reshape(2, n, 2).permute(1, 0, 2);
        };
        assertThat(text(Onnx.of(layer, EXAMPLE).dynamicBatch())).isEqualTo("""
                        ir_version 8
                        producer wengert
                        Shape_2 = Shape(input) start=0 end=1
                        Concat_5 = Concat(Shape_2, whole_4) axis=0
                        Expand_6 = Expand(constant_3, Concat_5)
                        Concat_7 = Concat(Expand_6, input) axis=1
                        Reshape_9 = Reshape(Concat_7, whole_8)
                        Reshape_11 = Reshape(Reshape_9, whole_10)
                        Transpose_12 = Transpose(Reshape_11) perm=[1, 0, 2]
                        output = Identity(Transpose_12)
                        graph wengert
                        constant constant_3 float [1, 2] [7.0, 7.0]
                        constant whole_4 int64 [1] [2]
                        constant whole_8 int64 [2] [-1, 2]
                        constant whole_10 int64 [3] [2, -1, 2]
                        input input float [batch, 2]
                        output output float [batch, 2, 2]
                        opset "" 17
                        """);
    }

    @Test
    void poolingIsOneNode() {
        assertThat(text(Onnx.of(x -> x.maxPool2d(2, 1, 0), Tensor.ones(1, 1, 3, 3))))
                .contains(" = MaxPool(input) kernel_shape=[2, 2] strides=[1, 1]\n")
                .doesNotContain("Gather");
        assertThat(text(Onnx.of(x -> x.avgPool1d(2, 2, 0), Tensor.ones(1, 1, 4))))
                .contains(" = AveragePool(input) kernel_shape=[2] strides=[2]\n")
                .doesNotContain("Gather");
    }

    @Test
    void aFunctionOfSeveralVariables() {
        Onnx onnx = Onnx.of(x -> List.of(x.get(0).add(x.get(1)), x.get(1)), List.of(EXAMPLE, Tensor.of(1, 2)));
        assertThat(text(onnx.dynamicBatch("input0")))
                .contains(
                        "input input0 float [batch, 2]\ninput input1 float [2]\n",
                        "output output0 float [batch, 2]\noutput output1 float [2]\n",
                        "output1 = Identity(input1)\n");
    }

    @Test
    void aTapeHasThePresentValuesOfItsParameters() {
        Parameter w = new Parameter("w", Tensor.of(1, 2));
        Tape tape = Tape.record(x -> x.mul(w.variable()), EXAMPLE);
        w.set(Tensor.of(3, 4));
        assertThat(text(Onnx.of(tape))).contains("= Mul(input, w)\n", "constant w float [2] [3.0, 4.0]\n");
        Variable x = Variable.of(EXAMPLE);
        assertThat(text(Onnx.of(Tape.between(x, x.mul(w.variable())))))
                .contains("= Mul(input, w)\n", "constant w float [2] [3.0, 4.0]\n");
    }

    @Test
    void loopsAreWrittenOut() {
        Layer loop = x -> Loops.scan(
                        (h, a) -> {
                            Variable next = h.get(0).add(a.get(0)).tanh();
                            return new Loops.Result(List.of(next), List.of(next));
                        },
                        List.of(Variable.of(Tensor.zeros(2))),
                        List.of(x))
                .ys()
                .get(0);
        assertThat(text(Onnx.of(loop, EXAMPLE)).lines().filter(line -> line.contains("= Tanh(")))
                .hasSize(4);
    }

    @Test
    void theSameModelHasTheSameBytes(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("model.onnx");
        Onnx.of(linear(), EXAMPLE).write(file);
        assertThat(Files.readAllBytes(file))
                .isEqualTo(Onnx.of(linear(), EXAMPLE).toByteArray());
    }

    /** The Javadoc says which kinds of operations these are. */
    @Test
    void theOperationsWithoutAForm() {
        TreeSet<String> refused = new TreeSet<>();
        for (Sample sample : Samples.all()) {
            if (sample.op().isPresent() && sample.x().get(0).shape().size() > 0) {
                String name = sample.name().replaceAll("[(\\[].*", "");
                try {
                    Onnx.of(x -> List.of(sample.f().apply(x)), sample.x()).toByteArray();
                } catch (IllegalArgumentException e) {
                    assertThat(e)
                            .hasMessageStartingWith("Onnx: every operation must have a form in ONNX, got " + name)
                            .hasMessageEndingWith("Sample.java:51)); export a function that leaves it out");
                    refused.add(name);
                }
            }
        }
        assertThat(String.join(", ", refused)).isEqualTo(REFUSED);
    }

    // ---- messages ----

    private static final class Cube implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square()).mul(3);
        }
    }

    private static StackTraceElement here(int lines) {
        StackTraceElement here = new Throwable().getStackTrace()[1];
        return new StackTraceElement(
                here.getClassName(), here.getMethodName(), here.getFileName(), here.getLineNumber() + lines);
    }

    private static Variable factor(Variable x, StackTraceElement[] line) {
        line[0] = here(1);
        return x.mul(2).cholesky();
    }

    private static String ofFactor(String step, Object line) {
        return "Onnx: every operation must have a form in ONNX, got cholesky (step " + step + ", " + line
                + "); export a function that leaves it out";
    }

    @Test
    void anOperationWithoutAFormIsNamedWithTheLineThatAsksForIt() {
        StackTraceElement[] line = new StackTraceElement[1];
        Tensor matrix = Tensor.eye(2);
        assertThatIllegalArgumentException()
                .isThrownBy(Onnx.of(x -> factor(x, line), matrix)::toByteArray)
                .withMessage(ofFactor("%2", line[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Onnx.of(x -> factor(x, line), matrix).toByteArray())
                .withMessage(ofFactor("%2", line[0]));
        Tape traced = Tape.trace(x -> List.of(factor(x.get(0), line)), List.of(matrix), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Onnx.of(traced).toByteArray())
                .withMessage(ofFactor("%2", line[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Onnx.of(Tape.record(x -> factor(x, line), matrix)).toByteArray())
                .withMessage("Onnx: every operation must have a form in ONNX, got cholesky (step %2); export a function"
                        + " that leaves it out");
        Op cube = new Cube();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Onnx.of(Tape.record((UnaryOperator<Variable>) cube::apply, matrix))
                        .toByteArray())
                .withMessage(
                        "Onnx: every operation must have a form in ONNX, got Cube (step %1); export a function that"
                                + " leaves it out");
    }

    private static void refused(Layer layer, String message) {
        Onnx onnx = Onnx.of(layer, EXAMPLE);
        onnx.toByteArray();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.dynamicBatch().toByteArray())
                .satisfies(e -> assertThat(e.getMessage().replaceAll(", dev[^)]*\\)\\)", ")"))
                        .isEqualTo(message));
    }

    @Test
    void whatDependsOnTheBatchSizeIsRefused() {
        refused(
                x -> x.mean(0),
                "Onnx: dynamicBatch: a step must do the same for every batch size, got div(2.0) (step %3) for a batch of"
                        + " 2 and div(3.0) for a batch of 3; leave out dynamicBatch(), or what depends on the batch size");
        refused(
                x -> x.slice(0, 0, 2),
                "Onnx: dynamicBatch: a step must do the same for every batch size, got slice(0, 0, 2) (step %1) for a"
                        + " batch of 2 and slice(0, 0, 2) for a batch of 3; leave out dynamicBatch(), or what depends on the"
                        + " batch size");
        refused(
                x -> x.pad(0, 1, 0),
                "Onnx: dynamicBatch: extents must be fixed or multiples of the batch size, got [3, 2] for a batch of 2 and"
                        + " [4, 2] for a batch of 3 from pad(0, 1, 0) (step %1); leave out dynamicBatch()");
        refused(
                x -> x.add(Variable.of(Tensor.arange(x.shape().size()).reshape(x.shape()))),
                "Onnx: dynamicBatch: a constant must be the same for every example, got [2, 2] for a batch of 2 and [3, 2]"
                        + " for a batch of 3 in add (step %1); leave out dynamicBatch(), or make it an input");
        refused(
                x -> x.shape().extent(0) == 2 ? x : x.mul(2),
                "dynamicBatch: the function must do the same for every batch size, got 0 steps for a batch of 2 and 1 for a"
                        + " batch of 3; leave out dynamicBatch()");
    }

    @Test
    void anOutputThatIsAConstantMayBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Onnx.of(
                                x -> Variable.of(Tensor.arange(x.shape().extent(0))), EXAMPLE)
                        .dynamicBatch()
                        .toByteArray())
                .withMessage(
                        "Onnx: dynamicBatch: a constant must be the same for every example, got [2] for a batch of 2 and"
                                + " [3] for a batch of 3 in an output; leave out dynamicBatch(), or make it an input");
    }

    @Test
    void anExtentThatIsNoMultipleIsRefused() {
        refused(
                x -> x.matmul(x.transpose()).reshape(-1),
                "Onnx: dynamicBatch: extents must be fixed or multiples of the batch size, got [4] for a batch of 2 and [9]"
                        + " for a batch of 3 from reshape[4] (step %3); leave out dynamicBatch()");
    }

    @Test
    void namesMustFit() {
        Onnx onnx = Onnx.of(linear(), EXAMPLE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.inputs("a", "b").toByteArray())
                .withMessage("inputs: there must be a name for each input, got 2 names and 1 inputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.outputs().toByteArray())
                .withMessage("outputs: there must be a name for each output, got 0 names and 1 outputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.inputs("one.bias").toByteArray())
                .withMessage(
                        "Onnx: inputs, outputs and parameters must have different names, got two called \"one.bias\";"
                                + " give the layers different names, or others to inputs(…) and outputs(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.outputs("").toByteArray())
                .withMessage(
                        "Onnx: an output must have a name that is not empty and has no half of a surrogate pair, got \"\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onnx.dynamicBatch("x").toByteArray())
                .withMessage("dynamicBatch: names must be those of inputs, which are input, got \"x\"");
    }

    @Test
    void aBatchNeedsExamplesAndAFunction() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Onnx.of(Tape.record(Variable::exp, EXAMPLE))
                        .dynamicBatch()
                        .toByteArray())
                .withMessage("dynamicBatch: a tape has one batch size, and a function must be recorded for two; call"
                        + " Onnx.of(function, examples)");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() ->
                        Onnx.of(Variable::exp, Tensor.scalar(1)).dynamicBatch().toByteArray())
                .withMessage(
                        "dynamicBatch: inputs must have an example or more along their first axis, got input []; name"
                                + " the inputs whose first axis is that of the examples");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        OnnxGraph graph = new OnnxGraph(false, 20);
        graph.constant("a", Tensor.ones(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> graph.constant("b", Tensor.ones(2)))
                .withMessage(
                        "Onnx: the parameters and constants of a model must have at most 20 bytes, got 24 or more with"
                                + " b; export parts of it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OnnxGraph(true, 20).constant("a", Tensor.ones(4)))
                .withMessage(
                        "Onnx: the parameters and constants of a model must have at most 20 bytes, got 32 or more with"
                                + " a; float32 takes half of it");
        Shape large = Shape.of((1 << 24) + 1, 1);
        Shape index = Shape.of(1);
        List<OnnxValue> operands = List.of(OnnxValue.of("a", large, large), OnnxValue.of("i", index, index));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OnnxForms(graph, null)
                        .of(Gather.GATHER, Gather.GATHER, operands, Shape.of(1, 1), Shape.of(1, 1)))
                .withMessage(
                        "Onnx: computed indices in float32 must be below 16777216, got 16777217 places; call float64()");
    }
}
