import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ExactSoftmaxTest {

    @Test
    void keepsWhatCancelsInDoubles() { // the first row of MATH.md, section 9
        double epsilon = 4.248354255291589e-18;
        ExactSoftmax exact = new ExactSoftmax(new double[] {40, 0});
        assertThat(exact.gradient(0, 0).doubleValue()).isEqualTo(-epsilon);
        assertThat(exact.gradient(1, 0).doubleValue()).isEqualTo(epsilon);
        assertThat(exact.gradient(1, 1).doubleValue()).isEqualTo(-1);
        for (int j = 0; j < 2; j++) {
            for (int k = 0; k < 2; k++) {
                assertThat(exact.hessian(j, k).doubleValue()).isEqualTo(j == k ? epsilon : -epsilon);
            }
        }
    }

    @Test
    void takesLogitsOfAnySize() {
        ExactSoftmax exact = new ExactSoftmax(new double[] {1e308, -1e308, 1e308 - 1e300});
        assertThat(exact.gradient(0, 1)).isEqualByComparingTo(BigDecimal.ONE);
        assertThat(exact.gradient(1, 1)).isEqualByComparingTo(BigDecimal.ONE.negate());
        assertThat(exact.hessian(0, 0)).isEqualByComparingTo(BigDecimal.ZERO);
    }
}
