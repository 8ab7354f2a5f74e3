package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Elements that are chosen by name, of functions with too many for all of them. */
class ElementsTest {

    private static final Tensor POINT =
            Tensor.of(IntStream.range(0, 300).mapToDouble(i -> 1 + i / 100.0).toArray());

    private static double cubes(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v * v * v;
        }
        return sum;
    }

    /** The gradient of {@link #cubes}, with one element that is wrong by a factor. */
    private static GradientCheck wrongAt(int element) {
        return GradientCheck.external(ElementsTest::cubes, x -> {
                    double[] g = new double[x.length];
                    for (int i = 0; i < g.length; i++) {
                        g[i] = 3 * x[i] * x[i] * (i == element ? 1 + 1e-5 : 1);
                    }
                    return g;
                })
                .at(POINT.toArray());
    }

    @Test
    void onlyTheyAreCheckedOnTheirOwn() {
        GradientReport report = wrongAt(-1).elements("x[7]", "x[299]").run();
        report.verify();
        assertThat(report.entries().stream()
                        .filter(e -> e.path().equals("gradient"))
                        .map(Entry::input))
                .containsExactlyInAnyOrder("x[7]", "x[299]");
        assertThat(report.facts()).contains("only chosen elements were checked on their own: x[299], x[7]");
    }

    @Test
    void aWrongOneIsFound() {
        assertThat(wrongAt(7).elements("x[7]").run().entries())
                .anyMatch(e -> e.path().equals("gradient") && e.input().equals("x[7]") && e.verdict() == Verdict.FAIL);
    }

    @Test
    void theNameOfAParameterIsThatOfAllItsElements() {
        SplittableRandom random = new SplittableRandom(1);
        Parameter weight = new Parameter("one.weight", Tensor.normal(random, 40, 10));
        Parameter bias = new Parameter("one.bias", Tensor.normal(random, 10));
        Variable x = Variable.of(Tensor.normal(random, 3, 40));
        GradientReport report = GradientCheck.model(
                        () -> x.affine(weight.variable(), bias.variable())
                                .tanh()
                                .sum(),
                        List.of(weight, bias))
                .elements("one.bias", "one.weight[3, 9]")
                .run();
        report.verify();
        assertThat(report.entries().stream()
                        .filter(e -> e.path().equals("gradient"))
                        .map(Entry::input))
                .hasSize(11)
                .contains("one.weight[3, 9]", "one.bias[0]", "one.bias[9]");
    }

    @Test
    void badInput() {
        GradientCheck check = wrongAt(-1);
        assertThatThrownBy(check::elements)
                .hasMessage("elements: there must be at least 1 name, got none; allEntries() checks all");
        assertThatThrownBy(() -> check.elements("x[300]").run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "run: elements must have names of inputs or their elements, such as x[299], got \"x[300]\"");
    }
}
