import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/** The softmax of one row of logits and the derivatives of its cross-entropy, to 40 digits: what doubles are measured with. */
final class ExactSoftmax {
    private static final MathContext DIGITS = new MathContext(40);

    /** Below this, exp is less than half of the smallest double, so next to doubles it is 0. */
    private static final BigDecimal EXP_IS_ZERO = BigDecimal.valueOf(-746);

    private final BigDecimal[] p;
    private final BigDecimal[] others;

    /** Logits must be finite. */
    ExactSoftmax(double[] o) {
        BigDecimal m = new BigDecimal(Arrays.stream(o).max().orElseThrow()); // exact, as is the difference below
        BigDecimal[] e = new BigDecimal[o.length];
        for (int j = 0; j < o.length; j++) {
            BigDecimal x = new BigDecimal(o[j]).subtract(m);
            e[j] = x.compareTo(EXP_IS_ZERO) < 0 ? BigDecimal.ZERO : BigDecimalMath.exp(x, DIGITS);
        }
        BigDecimal sum = sumExcept(-1, e);
        p = new BigDecimal[o.length];
        others = new BigDecimal[o.length];
        for (int j = 0; j < o.length; j++) {
            p[j] = e[j].divide(sum, DIGITS);
            others[j] =
                    sumExcept(j, e).divide(sum, DIGITS); // not 1 - p: 40 digits are not enough where p is 1 - 1e-300
        }
    }

    private static BigDecimal sumExcept(int j, BigDecimal[] e) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k < e.length; k++) {
            sum = k == j ? sum : sum.add(e[k], DIGITS);
        }
        return sum;
    }

    /** {@code p_j − y_j} for an image of class c. */
    BigDecimal gradient(int j, int c) {
        return j == c ? others[j].negate() : p[j];
    }

    /** {@code p_j(1 − p_j)} on the diagonal, {@code −p_j p_k} off it. */
    BigDecimal hessian(int j, int k) {
        return p[j].multiply(j == k ? others[j] : p[k].negate(), DIGITS);
    }
}
