package dev.wengert.math;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.function.UnaryOperator;

/** Smooth functions of a vector of any length that return a number, one for each kind of operation. */
enum Smooth {
    LOG_SUM_EXP(x -> x.logSumExp()),
    REAL_SOFT_MAX(x -> x.realSoftMax(2.5)),
    EXPECTED_INDEX(x -> x.softmax().mul(index(x)).sum()),
    CROSS_ENTROPY(x -> x.crossEntropy(index(x).add(1), Reduction.SUM)),
    LAST_LABEL(x -> x.crossEntropyWithLabels(Variable.of(x.shape().size() - 1))),
    QUADRATIC(x -> x.square().mul(index(x).add(0.5)).sum()),
    NORM(x -> x.square().sum().add(1).sqrt()),
    NEURON(x -> x.tanh().sum().sigmoid()),
    VARIANCE(x -> x.variance()),
    RATIONAL(x -> x.square().add(1).reciprocal().sum()),
    QUOTIENT(x -> x.sum().div(x.square().sum().add(2))),
    PAIRS(x -> x.reshape(-1, 1).matmul(x.reshape(1, -1)).softplus().sum()),
    WAVES(x -> x.sin().mul(x.rsub(1).cos()).sum().exp()),
    POWERS(x -> x.square().add(0.5).pow(1.5).log1p().sum()),
    GELUS(x -> x.gelu().sum().square()),
    ERRORS(x -> x.erf().mul(x).sum().expm1()),
    /** elu has a kink in its second derivative; its sixth power has none before the seventh. */
    ELUS(x -> x.elu(1).pow(6).sum()),
    PIECES(x -> Variable.concat(0, x.slice(0, 0, 1), x)
            .mul(Variable.concat(0, x, x.slice(0, 0, 1)))
            .sum()
            .sin()),
    EXPONENTS(x -> x.square().add(1).pow(x).sum());

    private final UnaryOperator<Variable> f;

    Smooth(UnaryOperator<Variable> f) {
        this.f = f;
    }

    Variable of(Variable x) {
        return f.apply(x);
    }

    /** 0, 1, 2, … */
    private static Variable index(Variable x) {
        return Variable.of(Tensor.arange(x.shape().size()));
    }
}
