package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plans;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Factored;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** In a plan, the factors of a matrix are computed once, whatever needs them. */
class SharedFactorsTest {

    private static long factors(Function<List<Variable>, Variable> f, Factored.Kind kind) {
        Tape tape = Tape.record(
                x -> {
                    Variable y = f.apply(x);
                    List<Variable> g = Autodiff.gradients(y, x);
                    Variable second =
                            Autodiff.gradients(g.get(0).square().sum(), x).get(0);
                    return List.of(y, g.get(0), g.get(1), second);
                },
                List.of(Tensor.eye(3), Tensor.ones(3, 2)));
        Draft draft = Plans.draft(tape);
        for (Pass pass : Pass.values()) {
            pass.apply(draft);
        }
        return draft.steps().stream().filter(step -> step.kernel == kind).count();
    }

    @Test
    void aSolutionItsDerivativesAndADeterminantShareThem() {
        assertThat(factors(
                        x -> x.get(0)
                                .solve(x.get(1))
                                .mul(x.get(1))
                                .sum()
                                .add(x.get(0).logDet()),
                        Factored.Kind.LU))
                .isEqualTo(1);
    }

    @Test
    void leastSquaresAndTheirDerivativesShareThem() {
        assertThat(factors(x -> x.get(0).lstsq(x.get(1)).square().sum(), Factored.Kind.QR))
                .isEqualTo(1);
    }
}
