import static dev.wengert.autodiff.Autodiff.grad;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Order statistics in a loss: quantile regression, and a fit that sorts its residuals.
 *
 * <p>The derivative of a sort is the permutation that it found: the gradient of what was moved goes back to where it came from. So a loss may
 * be a function of sorted residuals. Least trimmed squares (P. J. Rousseeuw, 1984) adds up the smallest 80 % of the squares, and outliers
 * have no influence. Quantile regression (R. Koenker and G. Bassett, 1978) weighs residuals above and below the line differently; a share q
 * of the points comes to lie below.
 */
public final class S18SortedResiduals {

    private static final int POINTS = 200;

    private S18SortedResiduals() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // y = 1 + 2x, with noise that grows with x; every tenth point is an outlier.
        Key key = Key.of(1);
        Variable x = Variable.of(key.fold(1).uniform(POINTS));
        Variable noise = Variable.of(key.fold(2).normal(POINTS)).mul(x.mul(0.5).add(0.1));
        Variable y = x.mul(2).add(1).add(noise);
        Variable outlier = Variable.of(Tensor.arange(POINTS)).mod(10).eq(0);
        Variable spoiled = y.add(outlier.mul(10));

        out.println("fits of y = a + bx, where a = 1 and b = 2");
        print(
                out,
                "least squares",
                fit(line -> residuals(line, x, spoiled).square().mean()));
        int kept = POINTS * 4 / 5;
        print(
                out,
                "the same, trimmed",
                fit(line -> residuals(line, x, spoiled)
                        .square()
                        .sort(0)
                        .slice(0, 0, kept)
                        .mean()));
        out.println("quantile regression without outliers");
        for (double q : new double[] {0.1, 0.5, 0.9}) {
            Tensor line = fit(l -> {
                Variable r = residuals(l, x, y);
                return r.mul(q).maximum(r.mul(q - 1)).mean();
            });
            double below = residuals(Variable.of(line), x, y).lt(0).mean().item();
            print(out, String.format(Locale.ROOT, "q = %.1f, %.3f below", q, below), line);
        }
    }

    private static Variable residuals(Variable line, Variable x, Variable y) {
        return y.sub(x.mul(line.slice(0, 1, 2)).add(line.slice(0, 0, 1)));
    }

    /** Gradient descent with a rate that falls. */
    private static Tensor fit(UnaryOperator<Variable> loss) {
        Tensor line = Tensor.zeros(2);
        for (int step = 0; step < 4000; step++) {
            Tensor g = grad(loss).apply(line);
            line = Variable.of(line)
                    .sub(Variable.of(g).mul(0.5 / (1 + step / 200.0)))
                    .value();
        }
        return line;
    }

    private static void print(PrintStream out, String what, Tensor line) {
        out.println(String.format(Locale.ROOT, "%-22s a = %5.2f, b = %5.2f", what, line.get(0), line.get(1)));
    }
}

/* What it prints:

fits of y = a + bx, where a = 1 and b = 2
least squares          a =  2.45, b =  1.07
the same, trimmed      a =  0.97, b =  2.12
quantile regression without outliers
q = 0.1, 0.100 below   a =  0.87, b =  1.28
q = 0.5, 0.495 below   a =  1.01, b =  1.97
q = 0.9, 0.900 below   a =  1.24, b =  2.34
*/
