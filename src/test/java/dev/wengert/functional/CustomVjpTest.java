package dev.wengert.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CustomVjpTest {

    private static final double ROUNDS = 1.5 * 0x1p52;

    private static final UnaryOperator<Variable> ROUNDED =
            CustomVjp.of("rounded", x -> x.add(ROUNDS).sub(ROUNDS), (g, y, x) -> g);

    private static final UnaryOperator<Variable> CUBE = CustomVjp.of(
            "cube", x -> x.mul(x).mul(x), (g, y, x) -> g.mul(x.square().mul(3)));

    private static final Function<List<Variable>, Variable> PRODUCT = CustomVjp.ofList(
            "product",
            x -> x.get(0).mul(x.get(1)).mul(2).div(2),
            (g, y, x) -> Arrays.asList(g.mul(x.get(1)), g.mul(x.get(0))));

    @Test
    void aStraightThroughEstimator() {
        Tensor x = Tensor.of(0.25, 1.75, -2.5);
        assertThat(ROUNDED.apply(Variable.of(x)).value()).isEqualTo(Tensor.of(0, 2, -2));
        assertThat(Autodiff.grad(v -> ROUNDED.apply(v).square().sum()).apply(x)).isEqualTo(Tensor.of(0, 4, -4));
        assertThat(Autodiff.jvp(v -> ROUNDED.apply(v), x, Tensor.of(1, 2, 3))).isEqualTo(Tensor.of(1, 2, 3));
    }

    @Test
    void aRightRulePassesToOrderThree() {
        assertThat(GradientCheck.of(x -> CUBE.apply(x).sum())
                        .at(Tensor.of(0.5, -1.25))
                        .order(3)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(GradientCheck.of(x -> PRODUCT.apply(List.of(x, x.exp())).sum())
                        .at(Tensor.of(0.5, -1.25))
                        .order(3)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aWrongRuleIsFoundAndNamed() {
        UnaryOperator<Variable> wrong = CustomVjp.of("square", Variable::square, (g, y, x) -> g.mul(x));
        var report = GradientCheck.of(x -> wrong.apply(x).sum())
                .at(Tensor.of(0.5, -1.25))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.toString()).contains("square");
    }

    @Test
    void itIsRecordedTwiceAndReplayed() {
        Tape tape =
                Tape.record(x -> Autodiff.grad(v -> CUBE.apply(v).sum()).apply(x), Tensor.of(1, 2), Tensor.of(3, 4));
        assertThat(tape.compile().run(Tensor.of(-1, 0.5))).containsExactly(Tensor.of(3, 0.75));
    }

    @Test
    void anArgumentMayHaveNoCotangent() {
        var first = CustomVjp.ofList("first", x -> x.get(0).add(x.get(1)), (g, y, x) -> Arrays.asList(g, null));
        assertThat(Autodiff.gradients(x -> first.apply(x), Tensor.scalar(1), Tensor.scalar(2)))
                .containsExactly(Tensor.scalar(1), Tensor.scalar(0));
    }

    @Test
    void whatItDependsOnMustBeAnArgument() {
        Parameter w = new Parameter("w", Tensor.scalar(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomVjp.of("scaled", x -> x.mul(w.variable()), (g, y, x) -> g)
                        .apply(Variable.of(1)))
                .withMessage(
                        "scaled: the function must take what it depends on as arguments, because no derivative passes"
                                + " to anything else, got parameter w");
        Variable outside = Variable.of(1).exp();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomVjp.of("scaled", x -> x.mul(outside), (g, y, x) -> g)
                        .apply(Variable.of(1)))
                .withMessage(
                        "scaled: the function must take what it depends on as arguments, because no derivative passes"
                                + " to anything else, got a variable from outside");
    }

    @Test
    void aFunctionOfSeveralTakesWhatThereIs() {
        var f = CustomVjp.ofList("both", x -> x.get(0).mul(x.get(1)), (g, y, x) -> List.of(g, g));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> f.apply(List.of(Variable.of(1))))
                .withMessage(
                        "both: there must be an argument for each argument of the function, got 1 where it asks for get(1)");
        assertThatNullPointerException()
                .isThrownBy(() -> f.apply(Arrays.asList(Variable.of(1), null)))
                .withMessage("both: argument 1 must be a variable, got null");
        assertThatNullPointerException()
                .isThrownBy(() -> f.apply(null))
                .withMessage("both: arguments must be given, got null");
    }

    @Test
    void theRuleMustAnswerForEachArgument() {
        var f = CustomVjp.ofList("both", x -> x.get(0).mul(x.get(1)), (g, y, x) -> List.of(g));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Autodiff.gradients(x -> f.apply(x), Tensor.scalar(1), Tensor.scalar(2)))
                .withMessage("both: the rule must return a cotangent for each of 2 arguments, got 1");
    }

    @Test
    void anInputOfARecordingMustBeAnArgument() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tape.record(
                        c -> CustomVjp.of("scaled", x -> x.mul(c), (g, y, x) -> g)
                                .apply(Variable.of(3)),
                        Tensor.scalar(2)))
                .withMessage(
                        "scaled: the function must take what it depends on as arguments, because no derivative passes"
                                + " to anything else, got a variable from outside");
    }

    @Test
    void theRuleOfSeveralArgumentsRunsOnce() {
        int[] runs = {0};
        var f = CustomVjp.ofList("sum", x -> x.get(0).add(x.get(1)), (g, y, x) -> {
            runs[0]++;
            return List.of(g, g);
        });
        Autodiff.gradients(x -> f.apply(x), Tensor.scalar(1), Tensor.scalar(2));
        assertThat(runs[0]).isEqualTo(1);
    }
}
