package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a check refuses, with the whole message: without it, nothing would be tested, and pass. */
class ArgumentsTest {

    private static final GradientCheck SQUARE = GradientCheck.of(x -> x.square().sum());

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void noDirections(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.directions(count))
                .withMessage("directions: there must be at least 1 direction, got " + count
                        + "; without any the whole is not checked");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1, 0, 1, Double.POSITIVE_INFINITY})
    void anAccuracyThatIsNone(double relative) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.accuracy(relative))
                .withMessage("accuracy: the relative accuracy must be greater than 0 and less than 1, got " + relative
                        + "; choose one such as 1e-6");
    }

    @Test
    void negativeDigits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.highPrecision(-1))
                .withMessage("highPrecision: the number of digits must be from 100 to 100000, or 0 for none, got -1");
    }

    @Test
    void aDomainThatIsEmpty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.domain(5, -5))
                .withMessage("domain: the lowest value must be less than the highest, got 5.0 and -5.0;"
                        + " use an infinity where there is no bound");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.domain(Double.NaN, 1))
                .withMessage("domain: the lowest value must be less than the highest, got NaN and 1.0;"
                        + " use an infinity where there is no bound");
    }

    @Test
    void aPointOutsideOfTheDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.domain(1, 6).at(Tensor.of(2, 7)).run())
                .withMessage("run: the point must be inside of the domain [1.0, 6.0], got 7.0;"
                        + " choose another point, or a wider domain");
        Parameter p = new Parameter("w", Tensor.of(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> GradientCheck.model(() -> p.variable().square().sum(), List.of(p))
                                .domain(0, 6)
                                .run())
                .withMessage("run: the point must be inside of the domain [0.0, 6.0], got -1.0;"
                        + " choose another point, or a wider domain");
    }

    @Test
    void anotherNumberOfTensorsThanTheFunctionTakes() {
        Tensor a = Tensor.of(1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SQUARE.at(a, a).run())
                .withMessage("at: a function of one variable must have a point of one tensor, got 2;"
                        + " use ofAll for a function of several");
        assertThatIllegalArgumentException()
                .isThrownBy(SQUARE::at)
                .withMessage("at: the point must have a tensor for each argument of the function, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> GradientCheck.ofAll(x -> x.get(0).mul(x.get(1)).sum())
                                .at(a)
                                .run())
                .withMessage(
                        "at: there must be a tensor for each argument of the function, got 1 where it asks for get(1)");
    }

    @Test
    void aModelAtAPointOrWithoutParameters() {
        Parameter p = new Parameter("w", Tensor.of(1, 2));
        GradientCheck model = GradientCheck.model(() -> p.variable().square().sum(), List.of(p));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.at(Tensor.of(1)))
                .withMessage("at: a model must be checked at the present values of its parameters,"
                        + " got a point of 1 tensors; leave at(…) out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.model(() -> Variable.of(1), List.of()))
                .withMessage("model: there must be at least one parameter, got none;"
                        + " give those of the model, or check a function with of(…)");
    }

    @Test
    void aFunctionThatReturnsNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.of(x -> null).at(Tensor.of(1)).run())
                .withMessage(
                        "run: the function must return a variable, got null;" + " return what is to be differentiated");
    }
}
