package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Entries that are 0 because nothing leads there need no digits. */
class IndependenceTest {

    @Test
    void entriesOffTheDiagonalAreZeroWithoutHighPrecision() {
        GradientReport report = GradientCheck.of(x -> x.exp().add(x.relu()).sum())
                .at(Tensor.of(1, -2, 3))
                .run();
        List<Entry> offDiagonal = report.entries().stream()
                .filter(e -> e.path().equals("jvp of vjp") && !e.input().equals(e.output()))
                .toList();
        assertThat(offDiagonal).hasSize(6).allMatch(e -> e.verdict() == Verdict.PASS);
        assertThat(offDiagonal).allMatch(e -> e.digits() == 0 && e.bound() == 0);
    }

    private static boolean independent(UnaryOperator<Variable> f, double x) {
        Variable v = Variable.of(Tensor.scalar(x));
        Program program = new Program(Tape.between(v, f.apply(v)));
        return program.independent(new double[] {x}, new double[] {1})[0];
    }

    @Test
    void aBranchThatIsNotTakenDoesNotCount() {
        assertThat(independent(x -> Variable.where(x.gt(0), x, Variable.of(1)), -2))
                .isTrue();
        assertThat(independent(x -> Variable.where(x.gt(0), x, Variable.of(1)), 2))
                .isFalse();
    }

    /** 1 − e⁻⁴⁰ is 1, which the other branch gives, too. */
    @Test
    void aMaskThatNaNChangesSaysNothing() {
        assertThat(independent(x -> Variable.where(x.gt(0), x.neg().exp().rsub(1), Variable.of(1)), 40))
                .isFalse();
    }

    @Test
    void whatIsRoundedAwayDependsAllTheSame() {
        assertThat(independent(x -> x.mul(1e-30).add(1), 1)).isFalse();
    }

    @Test
    void refusedAndUnknownOperationsSayNothing() {
        assertThat(independent(x -> Variable.of(Tensor.of(1, 2)).realSoftMax(x), 1))
                .isFalse();
        assertThat(independent(x -> new Ops.Cube(1).apply(x).mul(0).add(1), 1)).isFalse();
    }
}
