package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that are wrong for some cotangents only. */
class LinearityCheckTest {

    /** The identity, which does something to the cotangent and the tangent. */
    private record Bent(UnaryOperator<Variable> reverse, UnaryOperator<Variable> forward)
            implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return reverse.apply(g);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return forward.apply(t);
        }

        @Override
        public double ulps() {
            return 0;
        }
    }

    private static List<String> blamed(Bent op, long seed, double... x) {
        return GradientCheck.of(v -> op.apply(v).sum()).at(Tensor.of(x)).seed(seed).run().blames().stream()
                .map(Blame::what)
                .toList();
    }

    /** Of a single positive cotangent none of them changes anything. */
    @ParameterizedTest
    @ValueSource(longs = {0x5EED, 1, 2, 3, 4})
    void aCotangentOfEitherSignIsTried(long seed) {
        String what = "vjp, input 0: it must be linear in the cotangent, and 0 for 0";
        assertThat(blamed(new Bent(Variable::relu, t -> t), seed, 1.3)).containsExactly(what);
        assertThat(blamed(new Bent(Variable::abs, t -> t), seed, 1.3)).containsExactly(what);
        assertThat(blamed(new Bent(Variable::abs, t -> t), seed, 1.3, 0.5, 2)).containsExactly(what);
    }

    @Test
    void aCotangentIsClippedHoweverFarOut() {
        String what = "vjp, input 0: it must be linear in the cotangent, and 0 for 0";
        assertThat(blamed(new Bent(g -> g.clamp(-1e7, 1e7), t -> t), 1, 1.3)).containsExactly(what);
        assertThat(blamed(new Bent(g -> g.clamp(-1e25, 1e25), t -> t), 1, 1.3)).containsExactly(what);
    }

    /** It commutes with every factor, −1 among them. */
    @Test
    void aSumIsTried() {
        UnaryOperator<Variable> largest = g -> g.mul(g.abs().ge(g.abs().max()));
        assertThat(blamed(new Bent(largest, t -> t), 1, 1.3, 0.5))
                .containsExactly("vjp, input 0: it must be linear in the cotangent, and 0 for 0");
    }

    @Test
    void soIsTheTangent() {
        assertThat(blamed(new Bent(g -> g, Variable::abs), 1, 1.3))
                .containsExactly("jvp, input 0: it must be linear in the tangent, and 0 for 0");
    }

    /** The terms of the sums cancel, and what is left of one is not what is left of the other. */
    @Test
    void roundingIsNotNonlinear() {
        Variable w = Variable.of(Tensor.of(Shape.of(3, 1), 1, 1e8, -1e8));
        Bent cancelling = new Bent(
                g -> g.mul(w).sum(false, 0).reshape(1).div(1).sub(0),
                t -> t.mul(w).sum(false, 0).reshape(1));
        Variable y = cancelling.apply(Variable.of(Tensor.of(1.3)));
        assertThat(LinearityCheck.of(y, Variable.of(Tensor.of(0.7)))).isEmpty();
    }
}
