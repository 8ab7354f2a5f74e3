package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.data.Csv;
import dev.wengert.data.DataFileException;
import dev.wengert.data.Table;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input that was once answered in the words of Java, or not at all, with the whole message of today. */
class KnownBadInputTest {

    private static final Variable X = Variable.of(Tensor.ones(2, 3));
    private static final Parameter W = new Parameter("w", Tensor.ones(2));
    private static final UnaryOperator<Variable> NONE = null;

    /** A parameter's name that would break a line, turn it around, end a label and be read as HTML. */
    private static final String ODD = "a\u202E\n<b>";

    @TempDir
    Path dir;

    @Test
    void nullInListsAndArrays() {
        Sgd sgd = new Sgd(0.1);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("between: input 0 must be a variable, got null", () -> Tape.between(null, X));
        calls.put(
                "replayed: parameter 0 must be a parameter, got null",
                () -> sgd.replayed(in -> X.sum(), Collections.singletonList(null)));
        calls.put(
                "compile: parameter 0 must be a parameter, got null",
                () -> Tape.record(v -> v, Tensor.scalar(1)).compile(Collections.singletonList(null)));
        calls.put("step: gradient 0 must be a tensor, got null", () -> sgd.step(Collections.singletonMap(W, null)));
        calls.put(
                "the key of step: gradient 0 must be a parameter, got null",
                () -> sgd.step(Collections.singletonMap(null, Tensor.scalar(1))));
        calls.put("of: row 1 must be an array, got null", () -> Tensor.of(new double[][] {{1}, null}));
        calls.put(
                "model: parameter 1 must be a parameter, got null",
                () -> GradientCheck.model(() -> X.sum(), Arrays.asList(W, null)));
        calls.forEach((message, call) ->
                assertThatNullPointerException().isThrownBy(call).withMessage(message));
    }

    @Test
    void functionsThatAreNullAreRefusedWhereTheyAreGiven() {
        Tensor x = Tensor.of(1, 2);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("grad", () -> Autodiff.grad(NONE));
        calls.put("hessian", () -> Autodiff.hessian(NONE));
        calls.put("jacobian", () -> Autodiff.jacobian(NONE));
        calls.put("valueAndGrad", () -> Autodiff.valueAndGrad(NONE, x));
        calls.put("vjp", () -> Autodiff.vjp(NONE, x, x));
        calls.put("jvp", () -> Autodiff.jvp(NONE, x, x));
        calls.put("hvp", () -> Autodiff.hvp(NONE, x, x));
        calls.put("record", () -> Tape.record(NONE, x));
        calls.put("of", () -> GradientCheck.of(NONE));
        calls.put("ofAll", () -> GradientCheck.ofAll(null));
        calls.put("map", () -> x.map(null));
        calls.forEach((verb, call) -> assertThatNullPointerException()
                .isThrownBy(call)
                .withMessage(verb + ": the function must be given, got null"));
    }

    @Test
    void argumentsThatAreNotThereAndArgumentsThatAreChanged() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Sgd(0.1).replayed(in -> in.get(0).sum(), List.of(W)).run())
                .withMessage(
                        "run: there must be a tensor for each argument of the function, got 0 where it asks for get(0)");
        assertThatThrownBy(() -> Tape.record(
                        in -> {
                            in.add(X);
                            return in;
                        },
                        List.of(Tensor.scalar(1))))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("record: the function must not change the list of its arguments; make a list of its own");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void listsOfOtherTypesAndOfNegativeSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tape.between((List) List.of("x"), List.of(X)))
                .withMessage("between: input 0 must be a variable, got a java.lang.String");
        List<Variable> negative = new AbstractList<>() {
            @Override
            public Variable get(int i) {
                return X;
            }

            @Override
            public int size() {
                return -1;
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tape.between(negative, List.of(X)))
                .withMessage("between: inputs must be 0 to 2147483639 in number, got -1");
    }

    @Test
    void factoriesOfValues() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("of: the array of values must be given, got null", () -> Tensor.of((double[]) null));
        calls.put("of: rows must be given, got null", () -> Tensor.of((double[][]) null));
        calls.put("zeros: the shape must be given, got null", () -> Tensor.zeros((Shape) null));
        calls.put("zeros: the array of extents must be given, got null", () -> Tensor.zeros((int[]) null));
        calls.put("normal: the generator must be given, got null", () -> Tensor.normal(null, 2));
        calls.put("shape: the array of extents must be given, got null", () -> Shape.of((int[]) null));
        calls.put("variable: its value must be given, got null", () -> Variable.of((Tensor) null));
        calls.put("parameter: its name must be given, got null", () -> new Parameter(null, Tensor.scalar(1)));
        calls.put(
                "apply: the point must be given, got null",
                () -> Autodiff.grad(v -> v).apply((Tensor) null));
        calls.put(
                "gradients: the output must be given, got null", () -> Autodiff.gradients((Variable) null, List.of(X)));
        calls.put("Linear: the name must be given, got null", () -> new Linear(null, 1, 1, new SplittableRandom(1)));
        calls.forEach((message, call) ->
                assertThatNullPointerException().isThrownBy(call).withMessage(message));
    }

    @Test
    void numbersThatMakeNoFunctionAndNoLayer() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("leakyRelu: the slope must be finite, got NaN", () -> X.leakyRelu(Double.NaN));
        calls.put("celu: alpha must be finite and above 0, got 0.0", () -> X.celu(0));
        calls.put("elu: alpha must be finite and at least 0, got -1.0", () -> X.elu(-1));
        for (int n : new int[] {0, -1}) {
            calls.put(
                    "Linear: inputs and outputs must be 1 or more, got " + n + " inputs and 2 outputs",
                    () -> new Linear("a", n, 2, new SplittableRandom(1)));
        }
        calls.forEach((message, call) ->
                assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
    }

    @Test
    void resultsThatAreTooLargeNameTheOperation() {
        String large = ": the product of the extents that are not 0 must be at most 2147483639, got ";
        Variable tall = Variable.of(Tensor.zeros(100_000, 0));
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("oneHot" + large + "[2147483647]", () -> X.oneHot(Integer.MAX_VALUE));
        calls.put("broadcastTo" + large + "[2147483647, 2, 3]", () -> X.broadcastTo(Integer.MAX_VALUE, 2, 3));
        calls.put("matmul" + large + "[100000, 100000]", () -> tall.matmul(tall.transpose()));
        calls.put(
                "scatterAdd: extents must not be negative, got [-1]",
                () -> X.scatterAdd(Variable.of(Tensor.zeros(2)), -1));
        calls.forEach((message, call) ->
                assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
    }

    private record Sum2() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.broadcast("Sum2", x[0], x[1]);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g;
        }
    }

    private record Named(String label) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(x.size());
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g;
        }
    }

    @Test
    void aCustomOperationOfAnotherNumberOfOperands() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sum2().apply(X))
                .withMessage("Sum2: there must be as many operands as shape() asks for, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Named("a").apply(X))
                .withMessage(
                        "eval: there must be an operand for each argument of the function, got 1 where it asks for get(1)");
    }

    @Test
    void classesThatAreGivenTwice() throws IOException {
        Table table = Csv.readNamed(Files.writeString(dir.resolve("a.csv"), "c\na\n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.labels("c", "a", "b", "a"))
                .withMessage("labels: classes must differ, got \"a\" again");
    }

    @Test
    void extremeBoundsDoNotOverflow() throws IOException {
        Path file = Files.writeString(dir.resolve("a.csv"), "7\n");
        Table table = Csv.read(file);
        assertThatThrownBy(() -> table.labels(Integer.MAX_VALUE, 2))
                .isInstanceOf(DataFileException.class)
                .hasMessage(file + ": there must be at least 2147483648 columns, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.labels(0, Integer.MIN_VALUE))
                .withMessage("labels: classes must be 1 or more, got -2147483648");
        assertThat(table.labels(0, Integer.MAX_VALUE)).isEqualTo(Tensor.of(7));
    }

    @Test
    void aReplacementCharacterIsText() throws IOException {
        Path file = Files.writeString(dir.resolve("a.csv"), "\uFFFD,b\n");
        assertThat(Csv.readNamed(Files.writeString(file, "\uFFFD,b\n1,2\n")).names())
                .containsExactly("\uFFFD", "b");
        Files.write(file, new byte[] {'a', (byte) 0xEF, (byte) 0xBF, (byte) 0xBD, (byte) 0xC3, '\n'});
        assertThatThrownBy(() -> Csv.read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessage(file + ":1:3: the file must be UTF-8 text, got a byte that is not;"
                        + " Csv.options().charset(…) reads others");
    }

    @Test
    void namesFromOutsideAreShownOnOneLine() throws IOException {
        Parameter odd = new Parameter(ODD, Tensor.scalar(1));
        Tape tape = Tape.record(v -> v.mul(odd.variable()), Tensor.scalar(1));
        assertThat(tape).hasToString("""
                %0 = input []
                %1 = "a\\u202E\\u000A<b>" []
                %2 = mul(%0, %1)  []
                return %2
                """);
        assertThat(tape.toMermaid()).contains("  n1[\"#34;a\\u202E\\u000A#60;b#62;#34; []\"]\n");
        assertThatThrownBy(() -> odd.set(Tensor.ones(2)))
                .hasMessage("set: the value of parameter \"a\\u202E\\u000A<b>\" must keep its shape,"
                        + " got parameter [] and value [2]");
        assertThat(new Parameter("n".repeat(1_000_000), Tensor.scalar(1)))
                .hasToString("\"" + "n".repeat(100) + "…\" []");
    }

    /** A rule that is wrong, of an operation whose name is HTML. */
    private record Wrong() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(2);
        }

        @Override
        public String label() {
            return "</script><b>\u202E\n";
        }
    }

    @Test
    void aFindingShowsTheNameOfAnOperationOnOneLineAndAPageReadsNoHtml() throws IOException {
        GradientReport report = GradientCheck.of(v -> new Wrong().apply(v).sum())
                .at(Tensor.of(1, 2))
                .order(1)
                .run();
        assertThat(report.blames())
                .isNotEmpty()
                .allSatisfy(blame -> assertThat(blame.operation()).isEqualTo("\"</script><b>\\u202E\\u000A\""));
        Path file = dir.resolve("report.html");
        report.writeHtml(file);
        assertThat(Files.readString(file)).doesNotContain("</script><b>");
    }
}
