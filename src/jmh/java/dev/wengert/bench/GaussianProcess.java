package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;

/** W14: the logarithm of the marginal likelihood of a Gaussian process, and its gradient in three hyperparameters. */
final class GaussianProcess implements Work {

    private final Variable eye = Variable.of(Tensor.eye(Works.POINTS));
    private final Tensor x;
    private final Tensor y;
    private final Tensor theta;
    private final double[] valueAndGradient = new double[4];
    private final double[] value = new double[1];
    private final double[] gradient = new double[3];
    private Plan plan;

    GaussianProcess() {
        Works.Process process = Works.process();
        x = Tensor.of(process.x());
        y = Tensor.of(process.y());
        theta = Tensor.of(process.theta());
    }

    private Variable likelihood(Variable x, Variable y, Variable theta) {
        Variable amplitude = theta.slice(0, 0, 1).mul(2).exp();
        Variable length = theta.slice(0, 1, 2).mul(-2).exp();
        Variable noise = theta.slice(0, 2, 3).mul(2).exp();
        Variable squares = x.expandDims(-1).sub(x).square();
        Variable covariance = squares.mul(length.mul(-0.5)).exp().mul(amplitude);
        Variable factor = covariance.add(eye.mul(noise)).cholesky();
        Variable whitened = factor.triangularSolve(y, false);
        return whitened.square()
                .sum()
                .div(2)
                .add(factor.diagonal().log().sum())
                .add(Works.POINTS / 2.0 * Math.log(2 * Math.PI))
                .neg();
    }

    @Override
    public double[] eager() {
        Variable points = Variable.of(x);
        Variable values = Variable.of(y);
        ValueAndGradient<Tensor> both = Autodiff.valueAndGrad(t -> likelihood(points, values, t), theta);
        value[0] = both.value().item();
        return join(both.gradient().toArray());
    }

    private double[] join(double... slopes) {
        valueAndGradient[0] = value[0];
        System.arraycopy(slopes, 0, valueAndGradient, 1, slopes.length);
        return valueAndGradient;
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(
                            in -> {
                                ValueAndGradient<Variable> both =
                                        Autodiff.valueAndGrad(t -> likelihood(in.get(0), in.get(1), t), in.get(2));
                                return List.of(both.value(), both.gradient());
                            },
                            List.of(x, y, theta))
                    .compile();
            plan.run(x, y, theta);
        }
        plan.run();
        plan.get(0, value);
        plan.get(1, gradient);
        return join(gradient);
    }
}
