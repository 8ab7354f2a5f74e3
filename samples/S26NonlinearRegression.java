import dev.wengert.autodiff.Variable;
import dev.wengert.optim.LeastSquaresFit;
import dev.wengert.optim.LevenbergMarquardt;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Nonlinear regression: a sum of two decays, fitted by least squares.
 *
 * <p>The problem is MGH17 of NIST's Statistical Reference Datasets, which was "found to be difficult for some very good algorithms". NIST
 * certifies the parameters and their standard deviations. The method of Levenberg and Marquardt needs the derivative of each residual by each
 * parameter; here they are exact. The deviations come from the same derivatives at the end.
 */
public final class S26NonlinearRegression {

    /** At x = 0, 10, 20, … */
    private static final double[] Y = {
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603,
        0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411,
        0.406
    };

    private static final double[][] CERTIFIED = {
        {3.7541005211E-01, 2.0723153551E-03},
        {1.9358469127E+00, 2.2031669222E-01},
        {-1.4646871366E+00, 2.2175707739E-01},
        {1.2867534640E-02, 4.4861358114E-04},
        {2.2122699662E-02, 8.9471996575E-04}
    };

    private S26NonlinearRegression() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Variable x = Variable.of(Tensor.arange(Y.length)).mul(10);
        Variable y = Variable.of(Tensor.of(Y));
        // y = b1 + b2 exp(-b4 x) + b3 exp(-b5 x)
        UnaryOperator<Variable> residuals =
                b -> at(b, 0).add(at(b, 1).mul(at(b, 3).mul(x).neg().exp()))
                        .add(at(b, 2).mul(at(b, 4).mul(x).neg().exp()))
                        .sub(y);
        for (Tensor start : new Tensor[] {Tensor.of(50, 150, -100, 1, 2), Tensor.of(0.5, 1.5, -1, 0.01, 0.02)}) {
            LeastSquaresFit fit = new LevenbergMarquardt().fit(residuals, start);
            Tensor deviations = fit.deviations();
            out.println("from " + start + ": " + fit.minimum().reason());
            out.println("             fitted        certified        deviation        certified");
            for (int i = 0; i < CERTIFIED.length; i++) {
                out.println(String.format(
                        Locale.ROOT,
                        "b%d %16.8e %16.8e %16.8e %16.8e",
                        i + 1,
                        fit.point().get(i),
                        CERTIFIED[i][0],
                        deviations.get(i),
                        CERTIFIED[i][1]));
            }
            out.println(String.format(
                    Locale.ROOT,
                    "residual sum of squares %.8e, of %d degrees of freedom",
                    fit.sumOfSquares(),
                    fit.degreesOfFreedom()));
        }
    }

    private static Variable at(Variable b, int i) {
        return b.slice(0, i, i + 1);
    }
}

/* What it prints:

from [  50.  150. -100.    1.    2.]: converged: the gradient is within its tolerance
             fitted        certified        deviation        certified
b1   3.75410052e-01   3.75410052e-01   2.07231536e-03   2.07231536e-03
b2   1.93584691e+00   1.93584691e+00   2.20316692e-01   2.20316692e-01
b3  -1.46468714e+00  -1.46468714e+00   2.21757077e-01   2.21757077e-01
b4   1.28675346e-02   1.28675346e-02   4.48613581e-04   4.48613581e-04
b5   2.21226997e-02   2.21226997e-02   8.94719966e-04   8.94719966e-04
residual sum of squares 5.46489470e-05, of 28 degrees of freedom
from [ 0.5   1.5  -1.    0.01  0.02]: converged: the gradient is within its tolerance
             fitted        certified        deviation        certified
b1   3.75410052e-01   3.75410052e-01   2.07231536e-03   2.07231536e-03
b2   1.93584691e+00   1.93584691e+00   2.20316692e-01   2.20316692e-01
b3  -1.46468714e+00  -1.46468714e+00   2.21757077e-01   2.21757077e-01
b4   1.28675346e-02   1.28675346e-02   4.48613581e-04   4.48613581e-04
b5   2.21226997e-02   2.21226997e-02   8.94719966e-04   8.94719966e-04
residual sum of squares 5.46489470e-05, of 28 degrees of freedom
*/
