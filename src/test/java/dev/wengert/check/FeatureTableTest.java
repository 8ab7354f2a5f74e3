package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.detection.Table;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the checker does, one test for each row of the table that compares it with others. */
class FeatureTableTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Variable w = Variable.of(Tensor.normal(random, 4, 3));
    private final Tensor x = Tensor.normal(random, 2, 4);

    private static List<Entry> ofPath(GradientReport report, String path) {
        return report.entries().stream().filter(e -> e.path().equals(path)).toList();
    }

    @Test
    void fullEntryWiseJacobian() {
        GradientReport report =
                GradientCheck.of(v -> v.matmul(w).softmax().log().sum()).at(x).run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ofPath(report, "gradient"))
                .extracting(Entry::input)
                .hasSize(8)
                .contains("x[0, 0]", "x[1, 3]");
        assertThat(ofPath(report, "jvp of vjp")).hasSize(64);
    }

    @Test
    void cheapRandomProjection() {
        GradientReport report = GradientCheck.of(v -> v.matmul(w).tanh().sum())
                .at(x)
                .directions(2)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ofPath(report, "gradient"))
                .extracting(Entry::input)
                .containsExactlyInAnyOrder("direction 0", "direction 1");
        assertThat(report.facts()).anyMatch(f -> f.contains("passes with probability at most (√(2/π)·B/δ)^2"));
    }

    @Test
    void secondOrderByDefault() {
        GradientReport report = GradientCheck.of(
                        v -> new Ops.FrozenCube().apply(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(ofPath(report, "gradient")).allMatch(e -> e.verdict() == Verdict.PASS);
        assertThat(ofPath(report, "jvp of vjp")).anyMatch(e -> e.verdict() == Verdict.FAIL);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void thirdOrder() {
        GradientReport report = GradientCheck.of(v -> v.crossEntropy(Variable.of(Tensor.of(0, 1, 0))))
                .at(Tensor.of(0.5, -1, 2))
                .order(3)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ofPath(report, "jvp of jvp of vjp")).hasSize(9);
    }

    @Test
    void forwardModeChecked() {
        GradientReport report = GradientCheck.of(
                        v -> new Ops.ForwardSine().apply(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(ofPath(report, "gradient")).allMatch(e -> e.verdict() == Verdict.PASS);
        assertThat(ofPath(report, "jvp")).allMatch(e -> e.verdict() == Verdict.FAIL);
    }

    @Test
    void stepFreeDuality() {
        GradientReport wrong = GradientCheck.of(
                        v -> new Ops.ForwardSine().apply(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(ofPath(wrong, "duality")).allMatch(e -> e.verdict() == Verdict.FAIL && e.step() == 0);
        GradientReport derived = GradientCheck.of(v -> new Ops.Cube(2).apply(v))
                .at(Tensor.scalar(1))
                .run();
        assertThat(ofPath(derived, "duality"))
                .allMatch(e -> e.verdict() == Verdict.PASS && e.note().startsWith("derived"));
        assertThat(derived.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void taylorRates() {
        GradientReport right =
                GradientCheck.of(v -> v.matmul(w).tanh().sum()).at(x).run();
        assertThat(right.taylor()).isNotEmpty();
        assertThat(right.taylor().get(3).firstRate()).isBetween(1.9, 2.1);
        assertThat(right.taylor().get(3).secondRate()).isBetween(2.8, 3.2);
        GradientReport wrong = GradientCheck.of(v -> new Ops.Cube(1.1).apply(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(wrong.facts()).contains("Taylor: the first remainder falls slower than h²");
    }

    @Test
    void stepAdaptedToTheFunction() {
        GradientReport report = GradientCheck.ofAll(
                        v -> v.get(0).mul(1e6).sin().add(v.get(1).mul(1e-3).sin()))
                .at(Tensor.scalar(1), Tensor.scalar(1))
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        List<Entry> gradient = ofPath(report, "gradient");
        double fast = gradient.stream()
                .filter(e -> e.input().equals("x"))
                .findFirst()
                .orElseThrow()
                .step();
        double slow = gradient.stream()
                .filter(e -> e.input().equals("x1"))
                .findFirst()
                .orElseThrow()
                .step();
        assertThat(slow).isGreaterThan(1e3 * fast);
    }

    @Test
    void errorBoundDrivesTheVerdict() {
        // one part in 10⁹: far below every fixed tolerance in use, far above the bound
        GradientReport report = GradientCheck.of(
                        v -> new Ops.Cube(1 + 1e-9).apply(v).sum())
                .at(Tensor.of(1, 2))
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        // at an optimum the entries are 1e-17, with large relative errors, and right
        Variable zero = Variable.of(Tensor.of(0.1, 0.2, 0.3));
        GradientReport cancelling = GradientCheck.of(v -> v.sub(zero).square().sum())
                .at(Tensor.of(0.1, 0.2, 0.1 + 0.2))
                .run();
        assertThat(cancelling.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void inconclusive() {
        GradientReport report = GradientCheck.of(v -> v.add(1e12).sub(1e12).sum())
                .at(Tensor.of(0.5))
                .order(1)
                .accuracy(1e-14)
                .highPrecision(0)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.verify()).isSameAs(report);
        assertThatThrownBy(() -> GradientCheck.of(v -> v.add(1e12).sub(1e12).sum())
                        .at(Tensor.of(0.5))
                        .order(1)
                        .accuracy(1e-14)
                        .highPrecision(0)
                        .strict()
                        .run()
                        .verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("gradient check: INCONCLUSIVE");
    }

    @Test
    void highPrecisionReference() {
        GradientCheck check = GradientCheck.of(
                        v -> v.crossEntropy(Variable.of(Tensor.of(1, 0))).add(1))
                .at(Tensor.of(40, 0))
                .order(1);
        assertThat(check.highPrecision(0).run().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        GradientReport report = check.run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ofPath(report, "gradient")).allMatch(e -> e.digits() == 100);
        assertThat(ofPath(report, "gradient").get(0).reference())
                .isEqualTo(ofPath(report, "gradient").get(0).value());
    }

    /** A line of this class stands in the text as "site". */
    private static String withoutSites(String text) {
        return text.replaceAll(
                "dev\\.wengert\\.check\\.FeatureTableTest\\.\\S+\\(FeatureTableTest\\.java:\\d+\\)", "site");
    }

    @Test
    void kinkDetection() {
        GradientReport report =
                GradientCheck.of(v -> v.relu().sum()).at(Tensor.of(1, 0, -1)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.count(Verdict.KINK)).isPositive();
        assertThat(withoutSites(ofPath(report, "gradient").get(0).note()))
                .startsWith("not differentiable: relu at site; ")
                .endsWith("one-sided slopes 0.0 and 1.0, and the rule's value lies between them");
        assertThat(GradientCheck.of(Variable::abs).at(Tensor.scalar(0)).run().verdict())
                .isEqualTo(Verdict.KINK);
        // smooth as a whole, but every operation is at its kink: the derivative is 1, and the rules say 0
        GradientReport hidden = GradientCheck.of(
                        v -> v.relu().sub(v.neg().relu()).sum())
                .at(Tensor.of(0, 1))
                .run();
        assertThat(hidden.count(Verdict.KINK)).isPositive();
        assertThat(hidden.count(Verdict.FAIL)).isZero();
    }

    @Test
    void staysInsideTheDomain() {
        GradientReport report = GradientCheck.of(v -> v.log().sum())
                .at(Tensor.of(1e-3, 2))
                .domain(0, 2.5)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        GradientReport edge = GradientCheck.of(v -> v.square().sum())
                .at(Tensor.of(0))
                .domain(0, 1)
                .order(1)
                .run();
        assertThat(edge.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(ofPath(edge, "gradient").get(0).note()).isEqualTo("the stencil leaves the domain");
    }

    @Test
    void nanAndInfinityPolicy() {
        GradientReport equal = GradientCheck.of(v -> v.square().sum())
                .at(Tensor.of(Double.NaN))
                .order(1)
                .run();
        assertThat(ofPath(equal, "gradient")).allMatch(e -> e.verdict() == Verdict.PASS && Double.isNaN(e.value()));
        GradientReport swallowed = GradientCheck.of(
                        v -> new Ops.Swallowing().apply(v).sum())
                .at(Tensor.of(Double.NaN))
                .order(1)
                .run();
        assertThat(ofPath(swallowed, "gradient")).allMatch(e -> e.verdict() == Verdict.FAIL);
        GradientReport masked = GradientCheck.of(v -> v.crossEntropy(Variable.of(Tensor.of(0, 1, 0))))
                .at(Tensor.of(1, 2, Double.NEGATIVE_INFINITY))
                .run();
        assertThat(masked.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void exceptionParity() {
        Variable weights = Variable.of(Tensor.zeros(3, 3));
        assertThatThrownBy(() ->
                        GradientCheck.of(v -> v.matmul(weights).sum()).at(x).run())
                .hasMessageStartingWith(
                        "matmul: columns of left must equal rows of right, got left [2, 4] and right [3, 3]");
        GradientReport report = GradientCheck.of(
                        v -> new Ops.Throwing().apply(v).sum())
                .at(Tensor.of(0.5))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries().get(0).note())
                .isEqualTo("the value can be computed, but its derivative throws: no derivative here");
        assertThat(report.blames())
                .extracting(blame -> withoutSites(blame.toString()))
                .containsExactly("Throwing (step %1 of the function, site): vjp of Throwing: it throws");
    }

    @Test
    void determinismCheck() {
        int[] calls = {0};
        assertThatThrownBy(() -> GradientCheck.of(v -> v.mul(calls[0]++).sum())
                        .at(Tensor.of(1))
                        .run())
                .hasMessage("run: the function must be repeatable, got 0.0 and then 1.0;"
                        + " it must not count its calls, read a clock, or draw from a generator that goes on");
    }

    @Test
    void zeroCotangentAndAccumulation() {
        GradientReport offset = GradientCheck.of(v -> new Ops.Offset().apply(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(offset.blames())
                .extracting(Blame::what)
                .containsExactly("vjp, input 0: it must be linear in the cotangent, and 0 for 0");
        GradientReport twice = GradientCheck.of(v -> v.mul(v).add(v).mul(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(twice.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void vacuousPassFound() {
        GradientReport unreached = GradientCheck.ofAll(v -> v.get(0).sum())
                .at(Tensor.of(1), Tensor.of(2))
                .run();
        assertThat(unreached.facts())
                .contains("the gradient with respect to x1 is identically zero: it is not reached");
        GradientReport flat =
                GradientCheck.of(v -> v.sub(v).sum()).at(Tensor.of(1)).run();
        assertThat(flat.facts())
                .contains("the gradient with respect to x is identically zero: nothing is tested there but that it is");
    }

    @Test
    void namesTheWrongOp() {
        // saturation downstream hides nothing
        GradientReport report = GradientCheck.of(v -> new Ops.Cube(2)
                        .apply(v.matmul(w))
                        .mul(30)
                        .logSoftmax()
                        .exp()
                        .sum())
                .at(x)
                .run();
        assertThat(report.blames()).hasSize(1);
        Blame blame = report.blames().get(0);
        assertThat(blame.operation()).isEqualTo("Cube");
        assertThat(withoutSites(blame.toString()))
                .isEqualTo("Cube (step %2 of the function, site):"
                        + " vjp of Cube, input 0, element [0, 0]: it is not what differences give");
    }

    @Test
    void namesTheCutEdge() {
        GradientReport report = GradientCheck.of(v -> v.sin().mul(v.detach()).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(report.blames()).hasSize(1);
        assertThat(report.blames().get(0).operation()).isEqualTo("detach");
        assertThat(report.blames().get(0).what())
                .isEqualTo("wiring: nothing passes along the edge from input x (operand 0)");
        GradientReport blocked = GradientCheck.of(
                        v -> new Ops.Blocked().apply(v).add(v).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(blocked.blames()).extracting(Blame::operation).containsExactly("Blocked");
    }

    @Test
    void worstEntryTable() {
        GradientReport report = GradientCheck.of(v -> new Ops.Cube(1.5).apply(v).sum())
                .at(Tensor.of(1, 2))
                .order(1)
                .run();
        assertThat(report.entries().get(0).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(withoutSites(report.toString()))
                .startsWith("gradient check: FAIL")
                .contains("wrong: Cube (step %1 of the function, site): vjp of Cube, input 0, element [0]: it is")
                .containsPattern("FAIL +gradient +x\\[1\\] +18\\.0 +12\\.0");
        assertThatThrownBy(report::verify).isInstanceOf(AssertionError.class).hasMessage(report.toString());
    }

    @Test
    void machineReadableResultAndPlot(@TempDir Path folder) throws Exception {
        GradientReport report =
                GradientCheck.of(v -> v.matmul(w).tanh().sum()).at(x).run();
        report.writeJson(folder.resolve("r.json"));
        report.writeCsv(folder.resolve("r.csv"));
        report.writeHtml(folder.resolve("r.html"));
        assertThat(Files.readString(folder.resolve("r.json")))
                .startsWith("{\"verdict\":\"PASS\",\"counts\":{\"PASS\":");
        List<String> csv = Files.readAllLines(folder.resolve("r.csv"));
        assertThat(csv.get(0)).isEqualTo("verdict,order,path,input,element,rule,reference,bound,ulps,step,digits,note");
        assertThat(csv).hasSize(report.entries().size() + 1);
        assertThat(Files.readString(folder.resolve("r.html")))
                .contains("<svg".substring(1))
                .contains("\"verdict\":\"PASS\"")
                .doesNotContain("src=\"http")
                .doesNotContain("\"REPORT\"");
    }

    @Test
    void shrinksToAMinimalInput() {
        GradientReport report = GradientCheck.of(
                        v -> new Ops.Cube(1.001).apply(v.matmul(w)).sum())
                .at(x)
                .run();
        assertThat(report.reproducer())
                .contains("GradientCheck.op(new dev.wengert.check.Ops.Cube(1.001))")
                .contains(".at(Tensor.of(Shape.of(1, 1), 1.0))");
    }

    /** The figures of a full run are beside this test; the pages show these and no others. */
    @Test
    void ownDetectionScorePublished() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String measurements = Files.readString(Path.of("src/site/markdown/measurements.md"));
        assertThat(readme).contains(published("rules").markdown());
        for (String shown : List.of("rules", "entries", "right", "scales", "orders", "sorts", "kinds", "equivalents")) {
            assertThat(measurements).contains(published(shown).markdown());
        }
        assertThat(published("rules").rows().get(1)).startsWith("wengert");
        assertThat(published("scales").column("missed")).containsOnly("0");
        assertThat(published("kinds").rows()).hasSizeGreaterThan(25);
    }

    private static Table published(String name) throws IOException {
        return Table.read(Path.of("src/test/resources/dev/wengert/check/detection", name + ".csv"));
    }

    @Test
    void wholeModelsWithParametersByName() {
        Linear layer = new Linear("layer", 4, 3, random);
        Variable input = Variable.of(x);
        Variable labels = Variable.of(Tensor.of(0, 2));
        GradientReport report = GradientCheck.model(
                        () -> layer.apply(input).crossEntropyWithLabels(labels), layer.parameters())
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ofPath(report, "gradient").stream().map(Entry::input).collect(Collectors.toSet()))
                .hasSize(15)
                .contains("layer.weight[3, 2]", "layer.bias[0]");
        Parameter weight = layer.weight();
        assertThat(layer.weight().variable()).isSameAs(weight.variable());
    }

    @Test
    void aSingleOperationWithLabelsHeldFixed() {
        GradientReport report = GradientCheck.ofAll(v -> v.get(0).crossEntropyWithLabels(Variable.of(Tensor.of(1, 0))))
                .at(Tensor.normal(random, 2, 3))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(GradientCheck.op(new Ops.Cube(1))
                        .at(Tensor.of(1, -2))
                        .order(3)
                        .run()
                        .verify()
                        .count(Verdict.INCONCLUSIVE))
                .isZero();
    }

    @Test
    void cancelledByAnInterrupt() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> GradientCheck.of(v -> v.sin().sum()).at(x).run())
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("the gradient check was interrupted");
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void progressIsReported() {
        List<Double> progress = new ArrayList<>();
        GradientCheck.of(v -> v.sin().sum()).at(x).onProgress(progress::add).run();
        assertThat(progress).isSorted().endsWith(1.0).hasSizeGreaterThan(3);
    }
}
