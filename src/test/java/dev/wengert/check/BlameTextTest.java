package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an operation with a wrong rule, to somebody who does not know the checker. */
class BlameTextTest {

    private static final Tensor X = Tensor.of(Shape.of(1, 2), 1, 2);

    /** {@code x²y}, of which one rule is off by a factor. */
    private record Product(int wrong, double factor, boolean forward, boolean second) implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] y = x.get(0).toArray();
            for (int k = 0; k < y.length; k++) {
                y[k] *= y[k] * x.get(1).toArray()[k];
            }
            return Tensor.of(x.get(0).shape(), y);
        }

        private Variable partial(int i, List<Variable> x) {
            Variable a = second && i == wrong ? x.get(0).detach() : x.get(0);
            return i == 0 ? x.get(0).mul(x.get(1)).mul(2) : x.get(0).mul(a);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(partial(i, x)).mul(i == wrong && !forward ? factor : 1);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return t.mul(partial(i, x)).mul(i == wrong ? factor : 1);
        }

        @Override
        public double ulps() {
            return 2;
        }
    }

    private static Blame blame(Product product) {
        GradientReport report = GradientCheck.ofAll(
                        x -> product.apply(x.toArray(Variable[]::new)).sum())
                .at(X, X)
                .run();
        assertThat(report.blames()).hasSize(1);
        return report.blames().get(0);
    }

    /** The text, in which the line of this class that made the step stands as "site". */
    private static String withoutSite(Blame blame) {
        assertThat(blame.site()).contains("(BlameTextTest.java:");
        return blame.toString().replace(blame.site(), "site");
    }

    @Test
    void theRuleTheOperandAndTheElementAreNamed() {
        assertThat(withoutSite(blame(new Product(1, 2, false, false))))
                .isEqualTo("Product (step %2 of the function, site):"
                        + " vjp of Product, input 1, element [0, 0]: it is not what differences give");
        assertThat(withoutSite(blame(new Product(1, 2, true, false))))
                .isEqualTo("Product (step %2 of the function, site):"
                        + " jvp of Product, input 1, element [0, 0]: it is not what differences give");
    }

    /** Along both operands at once only; neither of them shows it alone. */
    @Test
    void ofAWrongDerivativeOfARuleTheDerivativeIsNamed() {
        assertThat(withoutSite(blame(new Product(1, 1, false, true))))
                .isEqualTo("Product (step %2 of the function, site):"
                        + " jvp of vjp of Product, along a random direction: it is not what differences give");
        GradientReport cube =
                GradientCheck.of(x -> new Ops.FrozenCube().apply(x).sum()).at(X).run();
        assertThat(cube.blames())
                .extracting(BlameTextTest::withoutSite)
                .containsExactly("FrozenCube (step %1 of the function, site):"
                        + " jvp of vjp of FrozenCube, input 0, element [0, 0] twice: it is not what differences give");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gradient     | 0   | the rules give 2.0 where differences give 3.0 ± 1.2e-09",
                "jvp of vjp   | 100 | the rules give 2.0 where differences in 100 digits give 3.0 ± 1.2e-09",
                "duality      | 0   | the two sides are 2.0 and 3.0, and may be 1.2e-09 apart",
                "frozen value | 0   | differences of the tape give 2.0 where those of the function give 3.0 ± 1.2e-09",
                "replay       | 0   | the replay gives 2.0 where the function gives 3.0"
            })
    void theComparisonIsAClause(String path, int digits, String clause) {
        assertThat(blame(path, digits, 2, 3).comparison()).isEqualTo(clause);
    }

    private static Blame blame(String path, int digits, double value, double reference) {
        Entry entry = new Entry(1, path, "x", "", value, reference, 1.234e-9, 0, digits, Verdict.FAIL, "");
        return new Blame("f", 1, "function", "", "vjp of f", entry);
    }

    @Test
    void whatWasNotComparedIsNot() {
        assertThat(blame("vjp", 0, Double.NaN, Double.NaN).comparison()).isEmpty();
        assertThat(blame("gradient", 0, Double.NaN, 3).comparison())
                .isEqualTo("the rules give NaN where differences give 3.0 ± 1.2e-09");
    }

    @Test
    void theReportShowsIt(@TempDir Path folder) throws Exception {
        GradientReport report = new GradientReport(
                List.of(),
                List.of(blame("gradient", 0, 2, 3)),
                List.of(),
                List.of(),
                List.of(),
                "",
                false,
                new About(1, Bounds.SETTINGS, false, Set.of(), List.of(), List.of(), 0));
        assertThat(report.toString().lines().skip(1).limit(2))
                .containsExactly(
                        "wrong: f (step %1 of the function): vjp of f",
                        "       the rules give 2.0 where differences give 3.0 ± 1.2e-09");
        report.writeJson(folder.resolve("r.json"));
        assertThat(Files.readString(folder.resolve("r.json")))
                .contains("\"comparison\":\"the rules give 2.0 where differences give 3.0 ± 1.2e-09\"");
    }

    @Test
    void anOperationWithoutAnExactFormIsAFactAtTheTop() {
        GradientReport report = GradientCheck.of(
                        x -> new Ops.Swallowing().apply(x).add(1e12).sub(1e12).sum())
                .at(X)
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.facts().get(0))
                .isEqualTo("4 comparisons are inconclusive: evaluate: operation Swallowing has no exact form;"
                        + " implement ExactForm to give it one");
    }
}
