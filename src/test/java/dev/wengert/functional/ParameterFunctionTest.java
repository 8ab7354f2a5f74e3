package dev.wengert.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ParameterFunctionTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Linear hidden = new Linear("hidden", 3, 4, random);
    private final Linear out = new Linear("out", 4, 2, random);
    private final List<Parameter> parameters = new ArrayList<>();
    private final Variable x = Variable.of(Tensor.normal(random, 5, 3));
    private final Variable labels = Variable.of(Tensor.of(0, 1, 1, 0, 1));
    private final ParameterFunction loss;

    ParameterFunctionTest() {
        parameters.addAll(hidden.parameters());
        parameters.addAll(out.parameters());
        loss = ParameterFunction.of(this::loss, parameters);
    }

    private Variable loss() {
        return out.apply(hidden.apply(x).tanh()).crossEntropyWithLabels(labels);
    }

    @Test
    void aFlatVectorHoldsAllParameters() {
        assertThat(loss.size()).isEqualTo(3 * 4 + 4 + 4 * 2 + 2);
        assertThat(loss.point().shape().toArray()).containsExactly(26);
        assertThat(loss.apply(Variable.of(loss.point())).value()).isEqualTo(loss().value());
        assertThat(loss.apply(parameters.stream().map(Parameter::variable).toList())
                        .value())
                .isEqualTo(loss().value());
        assertThat(loss.apply(Map.of()).value()).isEqualTo(loss().value());
    }

    @Test
    void itFollowsItsArgumentAsTheModelFollowsItsParameters() {
        Tensor moved = loss.point().map(v -> v + 0.125);
        Parameter.setAll(loss.split(moved));
        assertThat(loss.apply(Variable.of(moved)).value()).isEqualTo(loss().value());
        Variable weight = out.parameters().get(0).variable();
        assertThat(loss.apply(Map.of(out.parameters().get(0), weight)).value())
                .as("the others are as they were")
                .isNotEqualTo(loss().value());
    }

    @Test
    void theGradientAndTheHessianOfAModelOfLayers() {
        Map<Parameter, Tensor> g = Autodiff.gradients(loss(), parameters);
        Tensor flat = Autodiff.grad(loss).apply(loss.point());
        assertThat(loss.split(flat)).isEqualTo(g);
        Tensor hessian = Autodiff.hessian(loss).apply(loss.point());
        assertThat(hessian.shape().toArray()).containsExactly(26, 26);
        Tensor v = Tensor.normal(random, 26);
        Tensor hv = Variable.of(hessian).matmul(Variable.of(v)).value();
        assertThat(hv.toArray())
                .containsExactly(Autodiff.hvp(loss, loss.point(), v).toArray(), within(1e-15));
        assertThat(GradientCheck.of(loss).at(loss.point()).order(2).run().verdict())
                .isEqualTo(Verdict.PASS);
    }

    /** The gradient through a step of gradient descent (C. Finn and others, Model-agnostic meta-learning, 2017): (I − αH)g of the stepped loss. */
    @Test
    void aGradientThroughAStep() {
        double rate = 0.1;
        Tensor at = loss.point();
        Tensor through = Autodiff.grad(
                        v -> loss.apply(v.sub(Autodiff.grad(loss).apply(v).mul(rate))))
                .apply(at);
        Variable stepped =
                Variable.of(at).sub(Variable.of(Autodiff.grad(loss).apply(at)).mul(rate));
        Tensor g = Autodiff.grad(loss).apply(stepped.value());
        Tensor hg = Autodiff.hvp(loss, at, g);
        Tensor expected = Variable.of(g).sub(Variable.of(hg).mul(rate)).value();
        assertThat(through.toArray()).containsExactly(expected.toArray(), within(1e-15));
    }

    @Test
    void itsDerivativesAreReplayed() {
        Plan plan = Tape.record(v -> Autodiff.grad(loss).apply(v), loss.point()).compile();
        Tensor there = Tensor.normal(random, 26);
        assertThat(plan.run(there)).containsExactly(Autodiff.grad(loss).apply(there));
    }

    @Test
    void aVectorOrParameterThatDoesNotFitIsAnError() {
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> loss.apply(Variable.of(Tensor.zeros(25))))
                .withMessage("parameterFunction: the flat vector must have shape [26], got [25]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.apply(List.of(Variable.of(1))))
                .withMessage("parameterFunction: there must be one value for each parameter, got 1 for 4");
        List<Variable> moved = new ArrayList<>(loss.split(Variable.of(loss.point())));
        moved.set(1, moved.get(3));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> loss.apply(moved))
                .withMessage(
                        "parameterFunction: a value must have the shape of its parameter, got value [2] and parameter hidden.bias [4]");
        moved.set(1, null);
        assertThatNullPointerException()
                .isThrownBy(() -> loss.apply(moved))
                .withMessage("parameterFunction: value 1 must be a variable, got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterFunction.of(this::loss, List.of(out.bias(), out.weight(), out.bias())))
                .withMessage("parameterFunction: every parameter must be given once, got out.bias again");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.apply(Map.of(new Parameter("other", Tensor.scalar(1)), Variable.of(1))))
                .withMessage(
                        "parameterFunction: there can be values for the parameters of the function, got one for other, which is none");
    }
}
