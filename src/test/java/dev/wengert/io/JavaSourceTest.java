package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.functional.Loops;
import dev.wengert.message.Text;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Lstm;
import dev.wengert.nn.MaxPool2d;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs as Java: models have the same bits, and what is refused says why. */
class JavaSourceTest {

    private final RandomGenerator random = new Random(1);

    private Tensor randn(int... extents) {
        return Tensor.zeros(extents).map(v -> random.nextGaussian());
    }

    /** The source of a program whose results are those of the plan and of the eager run. */
    private static JavaSource sameBits(Tape tape, Tensor... x) throws Throwable {
        JavaSource source = JavaSource.of(tape, "com.example.Program");
        double[][] got = JavaPrograms.compile(List.of(source)).run(source.toString(), List.of(x));
        List<Tensor> want = tape.compile().run(x);
        assertThat(got).hasNumberOfRows(want.size());
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isEqualTo(want.get(i).toArray());
        }
        assertThat(source.text()).matches("\\p{ASCII}*");
        return source;
    }

    private JavaSource sameBits(Layer layer, int... extents) throws Throwable {
        Tape tape = Tape.record(x -> layer.apply(x, Context.inference()), Tensor.zeros(extents));
        Tensor x = randn(extents);
        JavaSource source = JavaSource.of(tape, "com.example.Program");
        double[][] got = JavaPrograms.compile(List.of(source)).run(source.toString(), List.of(x));
        assertThat(got[0]).isEqualTo(layer.predict(x).toArray());
        return sameBits(tape, x);
    }

    private Chain mlp(int inputs, int hidden, int outputs) {
        return Chain.of(
                new Linear("one", inputs, hidden, random),
                Variable::gelu,
                new Linear("two", hidden, outputs, random),
                Variable::softmax);
    }

    @Test
    void oneRow() throws Throwable {
        JavaSource source = sameBits(mlp(64, 64, 10), 1, 64);
        assertThat(source.text()).contains("""
                            public static double[] predict(double[] x) {
                                require("x", x, 64); // [1, 64]
                                double[] v1 = affine(x, one_weight, one_bias, 1, 64, 64); // affine  [1, 64]
                                double[] v2 = gelu(v1); // gelu  [1, 64]
                                double[] v3 = affine(v2, two_weight, two_bias, 1, 64, 10); // affine  [1, 10]
                                double[] v4 = softmax(v3, 1, 10); // softmax  [1, 10]
                                return v4;
                            }
                        """);
        assertThat(source.text()).hasSizeLessThan(90_000);
        assertThat(source.weights()).isEmpty();
    }

    /** Products of several blocks, remainders of rows and columns, and softmax in vectors where the machine has them. */
    @Test
    void manyRows() throws Throwable {
        sameBits(mlp(301, 67, 19), 37, 301);
        sameBits(mlp(5, 3, 2), 129, 5);
    }

    @Test
    void weightsThatAreTooManyForTheTextStandInAFile(@TempDir Path folder) throws Throwable {
        JavaSource source = sameBits(mlp(784, 100, 10), 3, 784);
        assertThat(source.weights())
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(4 + 4 * 4 + 8 * 79_510));
        assertThat(source.text()).hasSizeLessThan(30_000);
        Path file = source.write(folder);
        assertThat(file).isEqualTo(folder.resolve("com/example/Program.java")).hasContent(source.text());
        assertThat(folder.resolve("com/example/Program.weights"))
                .hasBinaryContent(source.weights().orElseThrow());
    }

    @Test
    void images() throws Throwable {
        Chain network = Chain.of(
                new Conv2d("conv", 1, 8, 3, 1, 1, random),
                new BatchNorm("norm", 8),
                Variable::relu,
                new MaxPool2d(2),
                Conv2d.same("second", 8, 4, 3, random),
                Variable::silu,
                x -> x.flatten(1),
                new Linear("out", 4 * 7 * 7, 10, random));
        sameBits(network, 2, 1, 14, 14);
    }

    @Test
    void sequences() throws Throwable {
        sameBits(x -> new Gru("gru", 5, 7, new Random(2)).apply(x, Context.inference()), 3, 11, 5);
        sameBits(x -> new Lstm("lstm", 5, 7, new Random(2)).apply(x, Context.inference()), 3, 40, 5);
    }

    @Test
    void attention() throws Throwable {
        MultiHeadAttention attention = new MultiHeadAttention("attention", 16, 4, random);
        LayerNorm norm = new LayerNorm("norm", 16);
        sameBits(Chain.of(norm, attention, norm), 2, 9, 16);
    }

    @Test
    void indicesAreChecked() throws Throwable {
        Embedding embedding = new Embedding("embedding", 5, 3, random);
        Tape tape = Tape.record(x -> embedding.apply(x, Context.inference()), Tensor.of(0, 4));
        sameBits(tape, Tensor.of(3, 1));
        JavaSource source = JavaSource.of(tape, "Program");
        JavaPrograms programs = JavaPrograms.compile(List.of(source));
        assertThatThrownBy(() -> programs.run("Program", List.of(Tensor.of(0, 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gather: every index must be a whole number in 0..4, got 5.0 at position 1");
        assertThatThrownBy(() -> programs.run("Program", List.of(Tensor.of(0, 1, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("predict: x must have 2 numbers, got 3");
    }

    @Test
    void severalInputsAndOutputs() throws Throwable {
        Tape tape = Tape.record(
                x -> List.of(
                        x.get(0).mul(x.get(1)),
                        x.get(1),
                        x.get(0).reshape(1, 3),
                        Variable.of(4),
                        x.get(0).sum()),
                List.of(Tensor.zeros(3), Tensor.zeros(2, 3)));
        JavaSource source = sameBits(tape, randn(3), randn(2, 3));
        assertThat(source.text()).contains("public static double[][] predict(double[] x0, double[] x1) {");
    }

    /** A result can be changed without harm to arguments, constants and other results. */
    @Test
    void resultsAreArraysOfTheirOwn() throws Throwable {
        Variable constant = Variable.of(Tensor.of(1, 2, 3));
        Tape tape = Tape.record(
                x -> {
                    Variable y = x.get(0).exp();
                    return List.of(x.get(0), x.get(0).reshape(3, 1), constant, y, y.reshape(1, 3), y);
                },
                List.of(Tensor.zeros(3)));
        JavaSource source = sameBits(tape, Tensor.of(1, 2, 3));
        JavaPrograms programs = JavaPrograms.compile(List.of(source));
        Tensor x = Tensor.of(1, 2, 3);
        double[][] first = programs.run(source.toString(), List.of(x));
        Arrays.fill(first[2], 7);
        assertThat(first[3]).isNotSameAs(first[5]);
        assertThat(programs.run(source.toString(), List.of(x))[2]).containsExactly(1, 2, 3);
    }

    @Test
    void aGradientIsAProgramLikeAnyOther() throws Throwable {
        Chain network = mlp(6, 5, 3);
        Tape tape = Tape.record(
                x -> {
                    Variable loss = network.apply(x.get(0), Context.inference())
                            .log()
                            .square()
                            .mean();
                    return List.of(
                            loss, Autodiff.gradients(loss, List.of(x.get(0))).get(0));
                },
                List.of(Tensor.zeros(4, 6)));
        sameBits(tape, randn(4, 6));
    }

    /** What depends on parameters and constants alone is computed once, and stands in the class. */
    @Test
    void constantsAreFolded() throws Throwable {
        Linear layer = new Linear("layer", 2, 2, random);
        Variable w = layer.parameters().get(0).variable();
        Tape tape = Tape.record(x -> x.mul(w.exp().sum()), Tensor.zeros(2));
        JavaSource source = sameBits(tape, randn(2));
        assertThat(source.text()).contains("in 1 steps").doesNotContain("exp");
    }

    @Test
    void specialNumbersKeepTheirBits() throws Throwable {
        Variable few = Variable.of(Tensor.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE));
        Variable zeros = Variable.of(Tensor.full(Shape.of(4, 4), -0.0));
        Tape tape = Tape.record(
                x -> List.of(few.add(x.get(0)), zeros.mul(x.get(0)), x.get(0).mul(-1e-310)), List.of(Tensor.zeros(4)));
        sameBits(tape, Tensor.of(1, 2, 3, 4));
        sameBits(tape, Tensor.of(-0.0, -0.0, -0.0, Double.POSITIVE_INFINITY));
    }

    /** A long program is cut into methods that Java compiles; a loop is written out. */
    @Test
    void manySteps() throws Throwable {
        Tape chain = Tape.record(
                x -> {
                    Variable y = x;
                    for (int i = 0; i < 1500; i++) {
                        y = y.sin().add(Variable.of(Tensor.of(i, 1, -i)));
                    }
                    return y;
                },
                Tensor.zeros(3));
        sameBits(chain, randn(3));
        Tape loop = Tape.record(x -> Loops.scan((c, row) -> c.mul(row).tanh(), x.select(0, 0), x), Tensor.zeros(30, 4));
        sameBits(loop, randn(30, 4));
    }

    @Test
    void aSumOfManyElements() throws Throwable {
        Tape tape = Tape.record(
                x -> List.of(
                        x.get(0).sum(),
                        x.get(0).sum(0),
                        x.get(0).mean(1),
                        x.get(0).max(0),
                        x.get(0).std(1, 0)),
                List.of(Tensor.zeros(19, 23)));
        sameBits(tape, randn(19, 23));
    }

    private record Cube() implements CustomOp {
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
            return g.mul(x.get(0).square().mul(3));
        }
    }

    @Test
    void whatHasNoFormIsNamed() {
        Tape recorded = Tape.record(x -> new Cube().apply(x.exp()), Tensor.zeros(2));
        assertThatThrownBy(() -> JavaSource.of(recorded, "Program"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("javaSource: every operation must have a form in Java, got Cube [2] as step 1");
        Tape traced = Tape.trace(
                x -> List.of(x.get(0).exp().cholesky()), List.of(Tensor.eye(2).map(v -> v * 9)), List.of());
        assertThatThrownBy(() -> JavaSource.of(traced, "Program"))
                .hasMessageMatching(
                        "javaSource: every operation must have a form in Java, got cholesky \\[2, 2] as step 1"
                                + " at dev\\.wengert/?.*JavaSourceTest.*\\(JavaSourceTest\\.java:\\d+\\)");
    }

    @Test
    void theNameMustBeThatOfAClass() {
        Tape tape = Tape.record(Variable::exp, Tensor.zeros(2));
        for (String name : List.of(
                "",
                "program",
                "com.example.",
                "com.class.Program",
                "Pro-gram",
                "Elementary",
                "String",
                "..A",
                "a..B",
                "System",
                "StrictMath",
                "IllegalArgumentException",
                "IllegalStateException",
                "java.lang.Program")) {
            assertThatThrownBy(() -> JavaSource.of(tape, name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "javaSource: the name of the class must be an identifier that begins with a capital letter,"
                                    + " behind the names of packages, and no class that the source has itself, got "
                                    + Text.name(name));
        }
    }

    @Test
    void theWeightsMustBeBesideTheClass() throws Throwable {
        JavaSource source = JavaSource.of(
                Tape.record(x -> mlp(784, 100, 10).apply(x, Context.inference()), Tensor.zeros(1, 784)), "Big");
        JavaPrograms programs = JavaPrograms.withoutWeights(source);
        assertThatThrownBy(() -> programs.run("Big", List.of(Tensor.zeros(1, 784))))
                .isInstanceOf(ExceptionInInitializerError.class)
                .cause()
                .hasMessage("the file Big.weights must be beside the class, got none");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("com"));
        JavaSource source = JavaSource.of(Tape.record(Variable::exp, Tensor.zeros(2)), "com.example.Program");
        assertThatThrownBy(() -> source.write(folder))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("making its directory must succeed, got ");
        assertThat(file).isEmptyFile();
    }
}
