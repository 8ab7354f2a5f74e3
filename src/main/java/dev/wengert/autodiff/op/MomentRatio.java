package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/**
 * The ratios {@code r_n = M_n/M_(n−1)} of the moments {@code M_n(x) = ∫₀^∞ sⁿ·exp(xs − s²/2) ds}, and {@code r_0 = 1/M_0 = φ(x)/Φ(x)}, the
 * slope of ln Φ. Since {@code M_n′ = M_(n+1)}, they are closed under differentiation: {@code r_0′ = −r_0·r_1}, and {@code r_n′ = r_n(r_(n+1)
 * − r_n)}. For very negative x, r_n is about {@code n/|x|}: nothing cancels there, while {@code x + φ/Φ}, which is r_1, would lose all digits.
 */
public record MomentRatio(int n) implements ElementwiseOp, Single {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.momentRatio(n, x[0], y, out.size());
    }

    /** At ±∞ the products are 0·∞; their limits are those at ±1e100. */
    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        Variable next = new MomentRatio(n + 1).apply(x.clamp(-1e100, 1e100));
        Variable ratio = y.clamp(0, 1e100);
        return d.mul(n == 0 ? ratio.mul(next).neg() : ratio.mul(next.sub(ratio)));
    }

    @Override
    public String label() {
        return "momentRatio(" + n + ")";
    }
}
