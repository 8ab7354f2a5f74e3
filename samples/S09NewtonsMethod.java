import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.valueAndGrad;

import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Table;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Newton's method: a use of the whole Hessian.
 *
 * <p>The gradient g gives the direction of a step, not its length. With the Hessian H of the loss at θ one knows the parabola
 * that touches it there, and goes to its lowest point, {@code θ − H⁻¹g}. Near the minimum each such step doubles the
 * number of correct digits: the size of the next gradient is a constant times the square of this one.
 *
 * <p>The model is softmax regression, which tells the species of penguins from four measurements. The loss is convex
 * but has no definite minimum: adding one vector to the weights of all classes changes no probability. A ridge,
 * {@code 0.005|θ|²}, makes H positive definite.
 */
public final class S09NewtonsMethod {

    private static final Path PENGUINS = Path.of("samples", "data", "penguins.csv");
    private static final String[] MEASURES = {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"};
    private static final String[] SPECIES = {"Adelie", "Chinstrap", "Gentoo"};

    private S09NewtonsMethod() {}

    public static void main(String[] args) {
        try {
            run(System.out);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static void run(PrintStream out) throws IOException {
        // Measurements in mm and g are made comparable: mean 0, variance 1. A column of ones is there for a bias.
        Table penguins = Csv.readNamed(PENGUINS).without("NA", MEASURES);
        Variable raw = Variable.of(penguins.numbers(MEASURES));
        Variable standard = raw.sub(raw.mean(0)).div(raw.variance(0).sqrt());
        Variable x = Variable.concat(1, standard, Variable.of(Tensor.ones(penguins.rows(), 1)));
        Variable labels = Variable.of(penguins.labels("species", SPECIES));

        UnaryOperator<Variable> loss = theta -> x.matmul(theta)
                .crossEntropyWithLabels(labels)
                .add(theta.square().sum().mul(0.005));

        // From theta = 0, where all classes are equally probable and the loss is log 3 = 1.0986.
        Tensor theta = Tensor.zeros(5, 3);
        double norm = Double.NaN;
        out.println(penguins.rows() + " penguins\n");
        out.println("Newton's method");
        out.println("step      loss  |gradient|  |gradient| / square of the one before");
        for (int step = 0; step <= 7; step++) {
            ValueAndGradient<Tensor> at = valueAndGrad(loss, theta);
            double before = norm;
            norm = norm(at.gradient());
            String ratio = step == 0 ? "" : String.format(Locale.ROOT, "%11.2g", norm / (before * before));
            out.printf(Locale.ROOT, "%4d  %.6f  %10.2e%s%n", step, at.value().item(), norm, ratio);

            // The Hessian has two times the shape of theta, [5, 3, 5, 3]; as a matrix, [15, 15].
            Tensor h = hessian(loss).apply(theta).reshape(15, 15);
            Tensor direction = solve(h, at.gradient().reshape(15)).reshape(5, 3);
            theta = minus(theta, direction);
        }

        // A step of gradient descent is cheaper, but after 250 it is where Newton's method was after 5.
        theta = Tensor.zeros(5, 3);
        out.println("\ngradient descent with rate 1");
        out.println("step      loss  |gradient|");
        for (int step = 0; step <= 500; step++) {
            ValueAndGradient<Tensor> at = valueAndGrad(loss, theta);
            if (step % 250 == 0) {
                out.printf(Locale.ROOT, "%4d  %.6f  %10.2e%n", step, at.value().item(), norm(at.gradient()));
            }
            theta = minus(theta, at.gradient());
        }
    }

    private static Tensor minus(Tensor a, Tensor b) {
        return Variable.of(a).sub(Variable.of(b)).value();
    }

    private static double norm(Tensor g) {
        return Variable.of(g).square().sum().sqrt().item();
    }

    /** x with Ax = b by Gaussian elimination; A is positive definite, so no pivots need be chosen. */
    private static Tensor solve(Tensor matrix, Tensor rightSide) {
        int n = rightSide.shape().size();
        double[][] a = new double[n][];
        double[] b = rightSide.toArray();
        for (int i = 0; i < n; i++) {
            a[i] = matrix.row(i).toArray();
        }
        for (int k = 0; k < n; k++) {
            for (int i = k + 1; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                for (int j = k; j < n; j++) {
                    a[i][j] -= factor * a[k][j];
                }
                b[i] -= factor * b[k];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) {
                b[i] -= a[i][j] * b[j];
            }
            b[i] /= a[i][i];
        }
        return Tensor.of(b);
    }
}

/* What it prints:

342 penguins

Newton's method
step      loss  |gradient|  |gradient| / square of the one before
   0  1.098612    1.04e+00
   1  0.234133    1.77e-01       0.16
   2  0.159771    5.82e-02        1.9
   3  0.142946    1.60e-02        4.7
   4  0.140711    2.50e-03        9.8
   5  0.140643    9.24e-05         15
   6  0.140643    1.45e-07         17
   7  0.140643    3.68e-13         17

gradient descent with rate 1
step      loss  |gradient|
   0  1.098612    1.04e+00
 250  0.140643    4.49e-05
 500  0.140643    6.93e-07
*/
