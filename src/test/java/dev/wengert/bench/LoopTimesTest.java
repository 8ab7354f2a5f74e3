package dev.wengert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The forms of a program that are timed compute the same. */
class LoopTimesTest {

    @Test
    void allFormsHaveTheSameGradientForEachExample() {
        Tensor[] point = LoopTimes.examples();
        List<Variable> in = Arrays.stream(point).map(Variable::of).toList();
        List<Variable> expected = LoopTimes.FORMS.get("loop in Java").apply(in);
        LoopTimes.FORMS.forEach((name, form) -> {
            List<Variable> gradients = form.apply(in);
            for (int i = 0; i < 4; i++) {
                Variable off = gradients.get(i).sub(expected.get(i)).abs();
                assertThat(gradients.get(i).shape())
                        .as(name)
                        .isEqualTo(expected.get(i).shape());
                // Two products of 64 terms whose sizes add up to less than 20 are off by 66·2⁻⁵³·20 = 1.5e-13 each; a
                // factor is below 5.
                assertThat(off.max().item()).as(name).isLessThan(1e-12);
            }
            assertThat(Tape.record(form, List.of(point)).compile().run(point))
                    .as(name)
                    .isEqualTo(gradients.stream().map(Variable::value).toList());
        });
    }
}
