package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Right derivatives at numbers that doubles can hardly hold: found by a property of a user's kind, and not to be called wrong. */
class TinyValuesTest {

    @Test
    void anExactOperationOnASubnormalNumber() {
        GradientReport report =
                GradientCheck.of(v -> v.mul(2).sum()).at(Tensor.of(1e-310)).run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aProbabilityThatIsAlmostSubnormal() {
        for (double o : new double[] {616, 700, 707.7, 708.1, 709, 720, 744}) {
            Variable y = Variable.of(Tensor.of(Shape.of(1, 2), 1, 0));
            GradientReport report = GradientCheck.of(v -> v.crossEntropy(y))
                    .at(Tensor.of(Shape.of(1, 2), o, 0))
                    .run();
            assertThat(report.verdict()).as(report.toString()).isNotEqualTo(Verdict.FAIL);
        }
    }
}
