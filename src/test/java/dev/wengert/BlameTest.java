package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Ops;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The line of the user's code that is to blame: from a package that is not the library's. */
class BlameTest {

    private static Variable wrong(Variable x) {
        return new Ops.Cube(2).apply(x); // the line
    }

    @Test
    void isTheOneThatMadeTheOperation() {
        GradientReport report =
                GradientCheck.of(x -> wrong(x.sin()).sum()).at(Tensor.of(1, 2)).run();
        assertThat(report.blames()).hasSize(1);
        assertThat(report.blames().get(0).site()).matches(".*BlameTest\\.wrong\\(BlameTest\\.java:\\d+\\)");
    }

    @Test
    void soIsThatOfAKink() {
        GradientReport report =
                GradientCheck.of(x -> x.relu().sum()).at(Tensor.of(0, 1)).run();
        assertThat(report.entries().get(0).note())
                .matches("not differentiable: relu at \\S*BlameTest\\S*; one-sided slopes 0.0 and 1.0,"
                        + " and the rule's value lies between them");
    }
}
