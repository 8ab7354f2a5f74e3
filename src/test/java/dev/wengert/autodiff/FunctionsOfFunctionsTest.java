package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A tape as a function, and the verbs for whole matrices and products beyond gradients. */
class FunctionsOfFunctionsTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Variable a = Variable.of(Tensor.normal(random, 3, 4));

    /** From R⁴ to R³. */
    private final UnaryOperator<Variable> f = x -> a.matmul(x).tanh().mul(x.slice(0, 0, 3));

    private final Tensor x = Tensor.normal(random, 4);

    // ---- apply ----

    @Test
    void aTapeIsAFunction() {
        Variable at = Variable.of(x);
        Tape tape = Tape.between(at, f.apply(at));
        Variable there = Variable.of(Tensor.normal(random, 4));
        Variable y = tape.apply(List.of(there)).get(0);
        assertThat(y.value()).isEqualTo(f.apply(there).value());
        UnaryOperator<Variable> again = v -> tape.apply(List.of(v)).get(0);
        assertThat(Autodiff.jacobian(again).apply(x))
                .isEqualTo(Autodiff.jacobian(f).apply(x));
        assertThat(Tape.record(again, x).compile().run(there.value())).containsExactly(y.value());
    }

    @Test
    void anOutputMayBeAnInputOrAConstant() {
        Variable p = Variable.of(1);
        Variable q = Variable.of(2);
        Tape tape = Tape.between(List.of(p, q), List.of(q, a, p.add(q)));
        List<Variable> y = tape.apply(List.of(Variable.of(10), Variable.of(20)));
        assertThat(y).extracting(Variable::value).containsExactly(Tensor.scalar(20), a.value(), Tensor.scalar(30));
    }

    @Test
    void theDerivativeOfATapeIsThatOfItsOtherVariables() {
        Variable p = Variable.of(3);
        Tape square = Tape.between(p, p.square());
        Variable q = Variable.of(5);
        Variable y = square.apply(List.of(q)).get(0).mul(p);
        assertThat(Autodiff.gradients(y, List.of(p, q)))
                .extracting(Variable::item)
                .containsExactly(25.0, 30.0);
    }

    @Test
    void theVariablesMustFit() {
        Variable at = Variable.of(x);
        Tape tape = Tape.between(at, f.apply(at));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.apply(List.of()))
                .withMessage("apply: there must be one value for each input, got 0 for 1");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> tape.apply(List.of(Variable.of(1))))
                .withMessage("apply: the value must have the shape of its input, got value 0 [] and input [4]");
    }

    // ---- closure and equality ----

    @Test
    void aClosureHasWhatItCapturesAsInputs() {
        Parameter w = new Parameter("w", Tensor.scalar(2));
        Variable b = Variable.of(3).exp();
        Tape tape = Tape.closure(v -> List.of(v.get(0).mul(w.variable()).add(b).mul(b), a), List.of(Variable.of(7)));
        assertThat(tape.inputs().subList(1, tape.inputs().size())).containsExactly(w.variable(), b, a);
        assertThat(tape.apply(List.of(Variable.of(5), Variable.of(4), Variable.of(1), a)))
                .extracting(Variable::value)
                .containsExactly(Tensor.scalar(21), a.value());
    }

    @Test
    void aClosureMustNotReadItsArguments() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Tape.closure(v -> List.of(v.get(0).mul(v.get(0).item())), List.of(Variable.of(1))))
                .withMessageStartingWith("value: a variable that is being recorded has no value yet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tape.closure(v -> List.of(v.get(1)), List.of(Variable.of(1))))
                .withMessage(
                        "closure: there must be an argument for each argument of the function, got 1 where it asks for get(1)");
    }

    @Test
    void tapesAreEqualIfTheyAreTheSameProgram() {
        assertThat(tape(2, 1)).isEqualTo(tape(2, 1)).hasSameHashCodeAs(tape(2, 1));
        assertThat(tape(2, 1)).isNotEqualTo(tape(3, 1)).isNotEqualTo(tape(2, 2));
        Variable p = Variable.of(1);
        Variable q = Variable.of(1);
        assertThat(Tape.between(List.of(p, q), List.of(p.sub(q))))
                .isNotEqualTo(Tape.between(List.of(p, q), List.of(q.sub(p))));
        assertThat(Tape.between(List.of(p), List.of(p.add(q))))
                .isNotEqualTo(Tape.between(List.of(p), List.of(p.add(2))));
        assertThat(Tape.between(List.of(p), List.of(p, p))).isNotEqualTo(Tape.between(List.of(p), List.of(p)));
    }

    private static Tape tape(double factor, int n) {
        Variable v = Variable.of(Tensor.ones(n));
        return Tape.between(v, v.mul(factor).sum());
    }

    // ---- verbs ----

    @Test
    void bothModesGiveTheJacobian() {
        Tensor j = Autodiff.jacobian(f).apply(x);
        close(Autodiff.jacfwd(f).apply(x), j);
        close(Autodiff.jacrev(f).apply(x), j);
        close(Autodiff.jacfwd(f).apply(Variable.of(x)).value(), j);
        close(Autodiff.jacrev(f).apply(Variable.of(x)).value(), j);
        Tensor many = Tensor.normal(random, 20);
        UnaryOperator<Variable> norm = v -> v.square().sum();
        close(Autodiff.jacfwd(norm).apply(many), many.map(v -> 2 * v));
        UnaryOperator<Variable> wide = v -> v.mul(Variable.of(many));
        close(Autodiff.jacrev(wide).apply(Tensor.scalar(3)), many);
        assertThat(Autodiff.jacrev(v -> v.reshape(0, 1))
                        .apply(Tensor.zeros(0))
                        .shape()
                        .toArray())
                .containsExactly(0, 1, 0);
        assertThat(Autodiff.jacfwd(v -> v.sum().broadcastTo(0)).apply(x).shape().toArray())
                .containsExactly(0, 4);
    }

    @Test
    void aLinearizationIsRunOnce() {
        int[] runs = {0};
        Linearization l = Autodiff.linearize(
                v -> {
                    runs[0]++;
                    return f.apply(v);
                },
                Variable.of(x));
        Tensor t = Tensor.normal(random, 4);
        Tensor g = Tensor.normal(random, 3);
        assertThat(l.value().value()).isEqualTo(f.apply(Variable.of(x)).value());
        assertThat(l.jvp(Variable.of(t)).value()).isEqualTo(Autodiff.jvp(f, x, t));
        assertThat(l.vjp(Variable.of(g)).value()).isEqualTo(Autodiff.vjp(f, x, g));
        assertThat(runs[0]).isEqualTo(1);
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> l.jvp(Variable.of(g)))
                .withMessage("jvp: the tangent must have the shape of its input, got tangent 0 [3] and input [4]");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> l.vjp(Variable.of(t)))
                .withMessage(
                        "vjp: the cotangent must have the shape of its output, got cotangent 0 [4] and output [3]");
    }

    @Test
    void aLinearizationIsDifferentiable() {
        Variable t = Variable.of(Tensor.normal(random, 4));
        UnaryOperator<Variable> slope = v -> Autodiff.linearize(f, v).jvp(t);
        UnaryOperator<Variable> direct = v -> Autodiff.jvp(f, v, t);
        assertThat(Autodiff.jacobian(slope).apply(x))
                .isEqualTo(Autodiff.jacobian(direct).apply(x));
    }

    @Test
    void theHessianFromTheLeftIsThatFromTheRight() {
        UnaryOperator<Variable> loss = v -> f.apply(v).square().sum();
        Tensor v = Tensor.normal(random, 4);
        close(Autodiff.vhp(loss, x, v), Autodiff.hvp(loss, x, v));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Autodiff.vhp(f, x, v))
                .withMessage(
                        "vhp: the function must return a single number, got [3]; sum it, or use vjp with a cotangent");
    }

    @Test
    void theGaussNewtonProductLeavesOutTheCurvatureOfTheModel() {
        Variable labels = Variable.of(Tensor.scalar(2));
        UnaryOperator<Variable> loss = o -> o.crossEntropyWithLabels(labels);
        Tensor v = Tensor.normal(random, 4);
        Variable j = Variable.of(Autodiff.jacobian(f).apply(x));
        Variable h =
                Variable.of(Autodiff.hessian(loss).apply(f.apply(Variable.of(x)).value()));
        close(
                Autodiff.ggnvp(f, loss, x, v),
                j.transpose().matmul(h.matmul(j.matmul(Variable.of(v)))).value());
        UnaryOperator<Variable> linear = a::matmul;
        close(Autodiff.ggnvp(linear, loss, x, v), Autodiff.hvp(w -> loss.apply(linear.apply(w)), x, v));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Autodiff.ggnvp(f, Variable::square, x, v))
                .withMessage(
                        "ggnvp: the function must return a single number, got [3]; sum it, or use vjp with a cotangent");
    }

    private static void close(Tensor a, Tensor b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        assertThat(a.toArray()).containsExactly(b.toArray(), within(1e-14));
    }
}
