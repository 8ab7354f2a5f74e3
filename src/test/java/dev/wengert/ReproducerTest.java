package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Ops;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The program that a failed check prints compiles, and fails again for the same reason. */
class ReproducerTest {

    private static final Tensor X = Tensor.normal(new SplittableRandom(1), 3, 4);

    @TempDir
    private Path folder;

    /** What no program outside of this package can name. */
    record Hidden() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> 2 * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g;
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("Cube", x -> new Ops.Cube(1.001).apply(x.sin())),
                fault("FrozenCube", x -> new Ops.FrozenCube().apply(x.sin()).softmax()),
                fault("ForwardSine", x -> new Ops.ForwardSine().apply(x)),
                fault("Offset", x -> new Ops.Offset().apply(x.mul(2))),
                fault("Blocked", x -> new Ops.Blocked().apply(x).add(x)),
                fault("detach", x -> x.sin().mul(x.detach())),
                fault("mul", x -> Variable.of(x.value()).mul(x.exp())),
                fault("where", x -> Variable.where(x.gt(0), Variable.of(x.value()), x.exp())),
                fault("Hidden", x -> new Hidden().apply(x).mul(Variable.of(x.value()))),
                fault("FrozenRule", x -> new Ops.FrozenRule().apply(x.sin())),
                fault("Throwing", x -> new Ops.Throwing().apply(x.mul(2))),
                fault("Hidden", x -> new Hidden().apply(x)));
    }

    private static Arguments fault(String name, UnaryOperator<Variable> f) {
        return Arguments.of(name, f);
    }

    @ParameterizedTest
    @MethodSource
    void faults(String operation, UnaryOperator<Variable> f) throws Exception {
        GradientReport report = GradientCheck.of(v -> f.apply(v).sum()).at(X).run();

        String source = report.reproducer();
        assertThat(report.blames().get(0).operation()).isEqualTo(operation);
        assertThat(source).as(report.toString()).containsPattern("at\\(Tensor.of\\(Shape.of\\(1, 1\\), [01].0\\)[,)]");
        String name = compile(source);
        String path = Stream.of(folder.toString(), ForkedJvm.root(Variable.class), ForkedJvm.root(ReproducerTest.class))
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        assertThatThrownBy(() -> ForkedJvm.run(List.of("-cp", path, name)))
                .hasMessageContaining("java.lang.AssertionError: gradient check: FAIL")
                .hasMessageContaining("wrong: " + operation + " (step %");
    }

    /** Compiles the program, all warnings on; the name of its class. */
    private String compile(String source) throws Exception {
        Path file = Files.writeString(folder.resolve("Reproducer.java"), source);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        out,
                        out,
                        "-Xlint:all",
                        "-cp",
                        ForkedJvm.root(Variable.class) + File.pathSeparator + ForkedJvm.root(ReproducerTest.class),
                        "-d",
                        folder.toString(),
                        file.toString());
        assertThat(status).as(said + source).isZero();
        return source.contains("package dev.wengert;") ? "dev.wengert.Reproducer" : "Reproducer";
    }

    @Test
    void whatCannotBeWrittenIsSaid() {
        CustomOp anonymous = new CustomOp() {
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
                return g.mul(3);
            }
        };
        GradientReport report =
                GradientCheck.of(v -> anonymous.apply(v).sum()).at(X).run();
        assertThat(report.reproducer()).isEmpty();
        assertThat(report.facts())
                .contains(
                        "no reproducer: CustomOp cannot be written in Java source; let it be a class that is neither private"
                                + " nor local, and a record of numbers, enums, tensors and such records, or one with a constructor"
                                + " without arguments; a named module must open its package to dev.wengert; give the function itself, its point and the seed 24301");
    }

    @Test
    void soIsWhyThereIsNothingToWrite() {
        assertThat(said(x -> Variable.concat(0, x, Variable.of(x.value()))))
                .isEqualTo(
                        "no reproducer: concat(0) is an operation of the library for which Variable has no method of its"
                                + " operands alone; give the function itself, its point and the seed 24301");
        assertThat(said(x -> Variable.of(x.value()).sin()))
                .isEqualTo("no reproducer: a value was read in a function of which the source is not known; give the"
                        + " function itself, its point and the seed 24301");
        assertThat(said(x -> x.mul(x.mean().item()))).startsWith("no reproducer: a value was read in a function");
    }

    private static String said(UnaryOperator<Variable> f) {
        GradientReport report = GradientCheck.of(v -> f.apply(v).sum()).at(X).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.reproducer()).isEmpty();
        return report.facts().stream()
                .filter(fact -> fact.startsWith("no reproducer"))
                .findFirst()
                .orElse(report.toString());
    }
}
