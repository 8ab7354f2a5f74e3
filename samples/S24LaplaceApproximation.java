import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How sure a classifier is: the approximation of Laplace to the posterior of a logistic regression.
 *
 * <p>The weights are those that are most likely, given the data and a normal prior. Around them the logarithm of the posterior is nearly a
 * parabola, so the weights are nearly normally distributed, with the inverse of the Hessian as their covariances. A prediction averages
 * over them: far from the data it comes near to one half, where the most likely weights alone are too sure of themselves. The formula for
 * that average (D. J. C. MacKay, 1992) stands beside an average over weights that were drawn.
 */
public final class S24LaplaceApproximation {

    private static final int POINTS = 30;
    private static final int DRAWS = 100_000;
    private static final double PRIOR = 0.1;

    private final Variable x;
    private final Variable signs;

    private S24LaplaceApproximation() {
        SplittableRandom random = new SplittableRandom(7);
        double[][] points = new double[POINTS][];
        double[] sides = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            sides[i] = i % 2 == 0 ? 1 : -1;
            points[i] = new double[] {1, sides[i] + random.nextGaussian(), 0.5 * sides[i] + random.nextGaussian()};
        }
        x = Variable.of(Tensor.of(points));
        signs = Variable.of(Tensor.of(sides));
    }

    public static void main(String[] args) {
        run(System.out);
    }

    /** Minus the logarithm of the posterior, up to a constant. */
    private Variable loss(Variable w) {
        return x.matmul(w)
                .mul(signs)
                .logSigmoid()
                .sum()
                .neg()
                .add(w.square().sum().mul(PRIOR / 2));
    }

    static void run(PrintStream out) {
        S24LaplaceApproximation model = new S24LaplaceApproximation();
        Variable w = Variable.of(Tensor.zeros(3));
        for (int step = 0; step < 6; step++) {
            Tensor g = Autodiff.grad(model::loss).apply(w.value());
            out.println(String.format(
                    Locale.ROOT,
                    "step %d: loss %.6f, largest slope %.0e",
                    step,
                    model.loss(w).item(),
                    Variable.of(g).abs().max().item()));
            Variable hessian = Variable.of(Autodiff.hessian(model::loss).apply(w.value()));
            w = w.sub(hessian.solve(Variable.of(g)));
        }
        Variable hessian = Variable.of(Autodiff.hessian(model::loss).apply(w.value()));
        Variable covariance = hessian.inverse();
        for (int i = 0; i < 3; i++) {
            out.println(String.format(
                    Locale.ROOT,
                    "weight %d: %7.4f +- %.4f",
                    i,
                    w.value().get(i),
                    Math.sqrt(covariance.value().get(i, i))));
        }

        // draws of weights: w + L⁻ᵀz has the covariances (LLᵀ)⁻¹
        Variable l = hessian.cholesky();
        Variable z = Variable.normal(Variable.of(Key.of(3).tensor()), 3, DRAWS);
        Variable drawn = l.transpose().triangularSolve(z, true).add(w.expandDims(-1));
        out.println("   point      most likely   formula   drawn");
        for (double[] point : new double[][] {{1, 1, 0.5}, {1, 4, 2}, {1, 4, -6}, {1, 0, 12}}) {
            Variable at = Variable.of(Tensor.of(point));
            double mean = at.matmul(w).item();
            double variance = at.matmul(covariance).matmul(at).item();
            double average = at.matmul(drawn).sigmoid().mean().item();
            out.println(String.format(
                    Locale.ROOT,
                    "(%3.0f, %4.1f) %12.4f %10.4f %8.4f",
                    point[1],
                    point[2],
                    sigmoid(mean),
                    sigmoid(mean / Math.sqrt(1 + Math.PI * variance / 8)),
                    average));
        }
    }

    private static double sigmoid(double v) {
        return Variable.of(v).sigmoid().item();
    }
}

/* What it prints:

step 0: loss 20.794415, largest slope 1e+01
step 1: loss 15.741419, largest slope 1e+00
step 2: loss 15.558654, largest slope 2e-01
step 3: loss 15.556455, largest slope 2e-03
step 4: loss 15.556455, largest slope 5e-07
step 5: loss 15.556455, largest slope 2e-14
weight 0: -0.1265 +- 0.4727
weight 1:  0.5991 +- 0.4247
weight 2:  0.8189 +- 0.5319
   point      most likely   formula   drawn
(  1,  0.5)       0.7072     0.6942   0.6932
(  4,  2.0)       0.9803     0.9360   0.9442
(  4, -6.0)       0.0664     0.2881   0.2899
(  0, 12.0)       0.9999     0.9174   0.9313
*/
