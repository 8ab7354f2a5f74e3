package dev.wengert.precise;

import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * An operation that knows itself to many digits, or the error of its doubles: what a {@code CustomOp} implements, too, if it is to be
 * checked as sharply as the operations of the library. Without it, errors are estimated.
 *
 * <pre>{@code
 * record Cube() implements CustomOp, ExactForm {
 *     …
 *     public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
 *         return Arrays.stream(x.get(0)).map(v -> a.mul(v, a.mul(v, v))).toArray(BigReal[]::new);
 *     }
 *     public double ulps() { return 1.5; }         // v * v * v: half an ulp at the end, and less than one from the first product
 * }
 * }</pre>
 */
public interface ExactForm {

    /**
     * The function to many digits, for checks that double arithmetic cannot decide. Where such a check fails, this is compared with
     * what the operation computes in doubles, so that a wrong exact form is reported itself.
     *
     * @param x the operands, exactly, each in row-major order
     * @param s the shapes of the operands
     * @param a the arithmetic to do it in
     * @return the result in row-major order; or null, the default, if there is no such form
     */
    default BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
        return null;
    }

    /**
     * The error of the operation in doubles, in ulps of each element of its result, or of the {@link #scale} where that is larger.
     *
     * @return the largest error; or NaN, the default, if it is not known
     */
    default double ulps() {
        return Double.NaN;
    }

    /**
     * The size of the terms that a result may cancel from.
     *
     * @return a size, 0 or more, and finite; by default 0: the error is relative to each element
     */
    default double scale() {
        return 0;
    }
}
