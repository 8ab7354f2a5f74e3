package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the report tells of the check and of its inputs. */
class ReportContentTest {

    @Test
    void whatOneNeedsToDoTheCheckAgainIsInTheJson() {
        GradientReport report = GradientCheck.ofAll(
                        x -> x.get(0).mul(x.get(1).detach()).sum())
                .at(Tensor.of(1, 2), Tensor.of(0.5, 3))
                .seed(7)
                .order(1)
                .accuracy(1e-5)
                .domain(-10, 10)
                .intended("detach")
                .strict()
                .run();
        String json = ReportFiles.json(report);
        assertThat(json)
                .contains(
                        "\"seed\":7,\"options\":{\"order\":1,\"accuracy\":1.0E-5,\"allEntries\":true,\"elements\":[],\"directions\":3,"
                                + "\"highPrecision\":400,\"domain\":[-10.0,10.0],\"intended\":[\"detach\"],\"strict\":true},"
                                + "\"point\":[{\"name\":\"x\",\"shape\":[2],\"values\":[1.0,2.0]},"
                                + "{\"name\":\"x1\",\"shape\":[2],\"values\":[0.5,3.0]}],\"wengert\":")
                .contains("\"java\":\"" + Runtime.version() + "\",\"seconds\":");
    }

    @Test
    void ofManyComparisonsOnlyTheWorstAreListed() {
        GradientReport report = GradientCheck.of(x -> x.square().sum())
                .at(Tensor.normal(new SplittableRandom(1), 50))
                .run();
        assertThat(report.entries()).hasSizeGreaterThan(2000);
        String json = ReportFiles.json(report);
        assertThat(json).contains("\"entriesLeftOut\":" + (report.entries().size() - 2000) + ",");
        assertThat(json.length()).isLessThan(700_000);
        assertThat(ReportFiles.csv(report).lines()).hasSize(report.entries().size() + 1);
    }

    @Test
    void aWrongGradientOfOneParameterOfManyIsNamed() {
        SplittableRandom random = new SplittableRandom(1);
        Parameter right = new Parameter("right", Tensor.normal(random, 150));
        Parameter wrong = new Parameter("wrong", Tensor.normal(random, 150));
        GradientReport report = GradientCheck.model(
                        () -> right.variable()
                                .mul(wrong.variable().detach())
                                .add(wrong.variable())
                                .square()
                                .sum(),
                        List.of(right, wrong))
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries())
                .filteredOn(e -> e.path().equals("gradient") && e.verdict() == Verdict.FAIL)
                .extracting(Entry::input)
                .contains("wrong in direction 0")
                .doesNotContain("right in direction 0");
    }

    @Test
    void withoutAReproducerNoneIsLookedFor() {
        Ops.Cube wrong = new Ops.Cube(2);
        GradientCheck check = GradientCheck.of(x -> wrong.apply(x).sum()).at(Tensor.of(0.5, 2));
        assertThat(check.run().reproducer()).contains("GradientCheck");
        GradientReport report = check.withoutReproducer().run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.reproducer()).isEmpty();
    }

    /** Its name is of two lines. */
    private record TwoLines() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0));
        }

        @Override
        public String label() {
            return "first\nsecond";
        }
    }

    @Test
    void aNameStaysOnOneLineWhereverItStands() {
        GradientReport report = GradientCheck.of(x -> new TwoLines().apply(x).sum())
                .at(Tensor.of(1.5))
                .run();
        assertThat(report.blames()).isNotEmpty();
        assertThat(report.toString()).doesNotContain("first\nsecond").contains("vjp of \"first\\u000Asecond\"");
    }

    @Test
    void kinksThatRandomDirectionsLeaveOutAreCounted() {
        GradientCheck check =
                GradientCheck.of(x -> x.relu().sum()).at(Tensor.arange(300)).strict();
        GradientReport report = check.run();
        assertThat(report.count(Verdict.KINK)).isEqualTo(1);
        assertThat(report.entries())
                .filteredOn(e -> e.verdict() == Verdict.KINK)
                .extracting(Entry::input, Entry::note)
                .containsExactly(
                        tuple(
                                "1 elements",
                                "not differentiable: they move an operation over its kink; the random directions leave them out"));
        assertThatThrownBy(report::verify)
                .hasMessageStartingWith(
                        "strict: a check must pass without kinks and without lost digits, got 1 comparisons"
                                + " at kinks and 0 of lost digits");
    }

    @Test
    void whatIsHeldFixedIsSaid() {
        GradientReport report = GradientCheck.op(new FirstOnly())
                .at(Tensor.of(1, 2), Tensor.of(3, 4))
                .run();
        assertThat(report.facts())
                .contains(
                        "operand 1 passes no derivative: it is held fixed, and nothing is tested there; ofAll(…) moves it,"
                                + " too");
        assertThat(GradientCheck.of(x -> x.sin().sum())
                        .at(Tensor.of(Double.NaN))
                        .run()
                        .facts())
                .contains("the function is NaN here: nothing is tested but that its derivative is NaN, too");
    }

    /** A product whose second rule was forgotten. */
    private record FirstOnly() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).mul(Variable.of(x.get(1))).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return i == 0 ? g.mul(x.get(1)) : null;
        }
    }

    @Test
    void tooFewDigitsAreRefused() {
        assertThatThrownBy(() -> GradientCheck.of(Variable::sum).highPrecision(60))
                .hasMessage("highPrecision: the number of digits must be from 100 to 100000, or 0 for none, got 60");
    }

    @Test
    void twoReportsAreCompared() {
        GradientCheck right = GradientCheck.external(x -> x[0] * x[1], x -> new double[] {x[1], x[0]})
                .at(2, 3);
        GradientCheck wrong = GradientCheck.external(x -> x[0] * x[1], x -> new double[] {x[1], 1.5 * x[0]})
                .at(2, 3);
        GradientReport before = wrong.run();
        GradientReport now = right.run();
        List<GradientReport.Change> changes = now.changesSince(before);
        assertThat(changes.get(0))
                .hasToString("gradient x[1]: FAIL -> PASS, rule 3.0 -> 2.0, reference "
                        + now.entries().stream()
                                .filter(e ->
                                        e.path().equals("gradient") && e.input().equals("x[1]"))
                                .findFirst()
                                .orElseThrow()
                                .reference());
        assertThat(changes).noneMatch(c -> c.toString().startsWith("gradient x[0]"));
        assertThat(now.changesSince(right.run())).isEmpty();
    }

    @Test
    void aComparisonThatOneReportHasIsAChange() {
        GradientCheck check = GradientCheck.of(x -> x.square().sum()).at(Tensor.of(1, 2));
        GradientReport first = check.order(1).run();
        GradientReport second = check.order(2).run();
        assertThat(second.changesSince(first))
                .anySatisfy(c -> assertThat(c.toString())
                        .startsWith(
                                "jvp of vjp x[0], element x[0]: none -> PASS, rule none -> 2.0, reference none -> "));
        assertThat(first.changesSince(second))
                .anySatisfy(c -> assertThat(c.toString()).startsWith("jvp of vjp x[0], element x[0]: PASS -> none"));
    }
}
