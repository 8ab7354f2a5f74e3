package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plans;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Factored;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.QrOp;
import dev.wengert.autodiff.op.SvdOp;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** In a plan, the factors of a matrix are computed once, whatever needs them. */
class SharedFactorsTest {

    private static long factors(Function<List<Variable>, Variable> f, Kernel kernel) {
        Tape tape = Tape.record(
                x -> {
                    Variable y = f.apply(x);
                    List<Variable> g = Autodiff.gradients(y, x);
                    Variable second =
                            Autodiff.gradients(g.get(0).square().sum(), x).get(0);
                    return List.of(y, g.get(0), g.get(1), second);
                },
                List.of(Tensor.of(new double[][] {{3, 1, 0}, {0, 2, 1}, {1, 0, 1}}), Tensor.ones(3, 2)));
        Draft draft = Plans.draft(tape);
        for (Pass pass : Pass.values()) {
            pass.apply(draft);
        }
        return draft.steps().stream().filter(step -> step.kernel == kernel).count();
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

    /** The rules of a decomposition read its result, and each use of a part of it is the same step. */
    @Test
    void decompositionsAreDoneOnce() {
        assertThat(factors(x -> x.get(0).qr().q().sum().mul(x.get(0).qr().r().sum()), QrOp.QR))
                .isEqualTo(1);
        assertThat(factors(
                        x -> {
                            Variable a = x.get(0);
                            return a.svd()
                                    .u()
                                    .sum()
                                    .mul(a.singularValues().sum())
                                    .mul(a.svd().vt().sum());
                        },
                        SvdOp.SVD))
                .isEqualTo(1);
    }
}
