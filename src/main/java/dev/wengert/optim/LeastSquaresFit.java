package dev.wengert.optim;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Locale;

/** Parameters fitted by least squares, and how well the residuals determine them. */
public final class LeastSquaresFit {

    private final Minimum minimum;
    private final int residuals;
    private final Triangle triangle;

    LeastSquaresFit(Minimum minimum, int residuals, Triangle triangle) {
        this.minimum = minimum;
        this.residuals = residuals;
        this.triangle = triangle;
    }

    /**
     * Where the search ended, and why. Its value is the sum of squares, its gradient that of the sum of squares.
     *
     * @return the minimum
     */
    public Minimum minimum() {
        return minimum;
    }

    /**
     * The fitted parameters.
     *
     * @return the point, of the shape of the start
     */
    public Tensor point() {
        return minimum.point();
    }

    /**
     * The residual sum of squares.
     *
     * @return the sum of the squares of all residuals
     */
    public double sumOfSquares() {
        return minimum.value();
    }

    /**
     * The degrees of freedom: the number of residuals less the number of parameters.
     *
     * @return the number, which is not positive if there are no more residuals than parameters
     */
    public int degreesOfFreedom() {
        return residuals - point().shape().size();
    }

    /**
     * The residual standard deviation, {@code √(sum of squares / degrees of freedom)}.
     *
     * @return the deviation of one residual
     * @throws ArithmeticException if there are no degrees of freedom
     */
    public double residualDeviation() {
        if (degreesOfFreedom() < 1) {
            throw new ArithmeticException("deviations: there must be more residuals than parameters, got " + residuals
                    + " and " + point().shape().size());
        }
        return Math.sqrt(sumOfSquares() / degreesOfFreedom());
    }

    /**
     * The covariances of the parameters, {@code s²(JᵀJ)⁻¹} with the residual standard deviation s and the Jacobian J at the point: right
     * for residuals that are independent and equally wide, and a model that is nearly linear over the width of the deviations.
     *
     * @return the matrix, of shape [n, n] for n parameters
     * @throws ArithmeticException if there are no degrees of freedom, or the residuals do not determine all parameters
     */
    public Tensor covariance() {
        double s = residualDeviation();
        int column = triangle.dependent();
        if (column >= 0) {
            throw new ArithmeticException("deviations: the residuals must determine all parameters, got column "
                    + column + " of the Jacobian as a combination of those before it");
        }
        int n = point().shape().size();
        return Tensor.of(Shape.of(n, n), Vectors.scale(s * s, triangle.inverseOfSquare()));
    }

    /**
     * The standard deviations of the parameters: the roots of the diagonal of their {@linkplain #covariance() covariances}.
     *
     * @return one for each parameter, of the shape of the point
     * @throws ArithmeticException if there are no degrees of freedom, or the residuals do not determine all parameters
     */
    public Tensor deviations() {
        Tensor covariance = covariance();
        double[] deviations = new double[covariance.shape().extent(0)];
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = Math.sqrt(covariance.get(i, i));
        }
        return Tensor.of(point().shape(), deviations);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "least squares of %d residuals, %d degrees of freedom\n%s",
                residuals,
                degreesOfFreedom(),
                minimum);
    }
}
