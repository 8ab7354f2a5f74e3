import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The derivatives of the cross-entropy by the logits: softmax(o) − y, then p(1 − p), and so on.
 *
 * <p>The loss of logits o for a target y is {@code l = log Σ exp(o_k) − Σ y_k o_k}. Its gradient is {@code p − y} with
 * {@code p = softmax(o)}: the model's probabilities minus the target. Its second derivatives are {@code p_j(1 − p_j)} on the
 * diagonal and {@code −p_i p_j} off it: the covariance of a one-hot vector that is drawn with the probabilities p. The
 * third are its third central moments. The program below contains none of these formulas: it differentiates the loss once
 * more each time.
 */
public final class S05FirstAndSecondDerivative {

    private S05FirstAndSecondDerivative() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // Logits with the probabilities 1/4, 1/2, 1/4; the sample belongs to class 1.
        Tensor o = Tensor.of(0, StrictMath.log(2), 0);
        Variable y = Variable.of(Tensor.of(0, 1, 0));
        UnaryOperator<Variable> loss = v -> v.crossEntropy(y);

        out.println("softmax p\n" + Rounded.of(Variable.of(o).softmax().value()));
        out.println("first derivative p - y\n" + Rounded.of(grad(loss).apply(o)));
        // 1/4 * 3/4 = 0.1875, 1/2 * 1/2 = 0.25, -1/4 * 1/2 = -0.125, -1/4 * 1/4 = -0.0625
        Tensor h = hessian(loss).apply(o);
        out.println("second derivative, p_j(1 - p_j) on the diagonal and -p_i p_j off it\n" + Rounded.of(h));
        // 3/16 * 1/2 = 0.09375 at both ends of the diagonal, and 1/4 * 0 in its middle
        out.println("third derivative, p_j(1 - p_j)(1 - 2 p_j) on the diagonal\n"
                + Rounded.of(jacobian(hessian(loss)).apply(o)));

        // The variance identity. Over the q classes the probabilities have the mean 1/q; their variance and the mean
        // of the second derivatives p_j(1 - p_j) add up to a constant. Here 1/72 + 15/72 = 2/9.
        double variance = Variable.of(o).softmax().variance().item();
        double mean = (h.get(0, 0) + h.get(1, 1) + h.get(2, 2)) / 3;
        out.println("\nthe variance identity");
        out.printf(Locale.ROOT, "variance of p      %.8f%n", variance);
        out.printf(Locale.ROOT, "mean of p(1 - p)   %.8f%n", mean);
        out.printf(Locale.ROOT, "sum                %.8f%n", variance + mean);
        out.printf(Locale.ROOT, "(q - 1)/q^2 = 2/9  %.8f%n", 2.0 / 9);

        // A model that is sure, and right. The second class has p = exp(-40)/(1 + exp(-40)), which is 4.2e-18; the
        // first has 1 - 4.2e-18. But the doubles next to 1 are 1e-16 apart, so the first probability is rounded to 1,
        // and the textbook formulas give 0: no loss, no gradient, no curvature. The library has the sum of the
        // other classes in the place of 1 - p, and keeps every digit.
        Tensor sure = Tensor.of(40, 0);
        Variable right = Variable.of(Tensor.of(1, 0));
        UnaryOperator<Variable> surely = v -> v.crossEntropy(right);
        double p = Variable.of(sure).softmax().value().get(0);
        double epsilon = StrictMath.exp(-40) / (1 + StrictMath.exp(-40));
        double l = surely.apply(Variable.of(sure)).item();
        double first = grad(surely).apply(sure).get(0);
        double second = hessian(surely).apply(sure).get(0, 0);
        double third = jacobian(hessian(surely)).apply(sure).get(0, 0, 0);
        String row = "%-18s %9.1f %20.12e%n";
        out.printf(Locale.ROOT, "%nlogits (40, 0), class 0: the truth is +-%.12e%n", epsilon);
        out.println("                    textbook              library");
        out.printf(Locale.ROOT, row, "loss", -StrictMath.log(p), l);
        out.printf(Locale.ROOT, row, "first derivative", p - 1, first);
        out.printf(Locale.ROOT, row, "second derivative", p * (1 - p), second);
        out.printf(Locale.ROOT, row, "third derivative", p * (1 - p) * (1 - 2 * p), third);
    }
}

/* What it prints:

softmax p
[0.25 0.5  0.25]
first derivative p - y
[ 0.25 -0.5   0.25]
second derivative, p_j(1 - p_j) on the diagonal and -p_i p_j off it
[[ 0.1875 -0.125  -0.0625]
 [-0.125   0.25   -0.125 ]
 [-0.0625 -0.125   0.1875]]
third derivative, p_j(1 - p_j)(1 - 2 p_j) on the diagonal
[[[ 0.09375 -0.0625  -0.03125]
  [-0.0625   0.       0.0625 ]
  [-0.03125  0.0625  -0.03125]]

 [[-0.0625   0.       0.0625 ]
  [ 0.       0.       0.     ]
  [ 0.0625   0.      -0.0625 ]]

 [[-0.03125  0.0625  -0.03125]
  [ 0.0625   0.      -0.0625 ]
  [-0.03125 -0.0625   0.09375]]]

the variance identity
variance of p      0.01388889
mean of p(1 - p)   0.20833333
sum                0.22222222
(q - 1)/q^2 = 2/9  0.22222222

logits (40, 0), class 0: the truth is +-4.248354255292e-18
                    textbook              library
loss                    -0.0   4.248354255292e-18
first derivative         0.0  -4.248354255292e-18
second derivative        0.0   4.248354255292e-18
third derivative        -0.0  -4.248354255292e-18
*/
