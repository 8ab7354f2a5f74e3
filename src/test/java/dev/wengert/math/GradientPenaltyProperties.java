package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.gradients;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The gradient, with respect to parameters, of the squared length of a gradient with respect to the input, |∇ₓf|²: a derivative of a
 * derivative in other variables, which a framework that marks one level alone gets wrong.
 */
class GradientPenaltyProperties implements Layers {

    private static Variable penalty(Variable gradient) {
        return gradient.square().sum();
    }

    /**
     * f = ½xᵀAx + bᵀx has ∇ₓf = g = ½(A + Aᵀ)x + b, so |g|² has the gradients gxᵀ + xgᵀ in A and 2g in b. Of integers all of it is exact.
     */
    @Property
    void ofAQuadraticForm(@ForAll("integerMatrices") Tensor a, @ForAll("integerMatrices") Tensor numbers) {
        Variable x = Variable.of(numbers.row(0).map(v -> 2 * v));
        Variable matrix = Variable.of(a.map(v -> 2 * v));
        Variable b = Variable.of(numbers.row(1));
        List<Variable> actual = gradients(
                p -> penalty(grad((Variable v) -> v.matmul(p.get(0))
                                .matmul(v)
                                .div(2)
                                .add(p.get(1).mul(v).sum()))
                        .apply(x)),
                List.of(matrix, b));
        Variable g = matrix.add(matrix.transpose()).div(2).matmul(x).add(b);
        Variable outer = g.reshape(-1, 1).matmul(x.reshape(1, -1));
        assertThat(actual.get(0).sub(outer.add(outer.transpose())).value()).isEqualTo(Tensor.zeros(MOST, MOST));
        assertThat(actual.get(1).sub(g.mul(2)).value()).isEqualTo(Tensor.zeros(MOST));
    }

    /**
     * f = l(xW + b, y) has ∇ₓf = G = Wr with the residual r = Sp − y, so |G|² has the gradients 2(Gᵀr) + xᵀh in W, h in b and Wh in x,
     * where h = S·J(o)·2(WᵀG) is what passes through the residual.
     *
     * <p>Held to the exact value at the computed logits: r and J have (q + 16)u, G and WᵀG are sums of q and d products.
     */
    @Property
    void ofSoftmaxRegression(@ForAll("layers") Layer l) {
        Tensor y = l.y().rows(0, 1);
        Tensor x = l.x().rows(0, 1);
        List<Variable> leaves = List.of(Variable.of(x), Variable.of(l.w()), Variable.of(l.b()));
        List<Variable> actual = gradients(
                p -> penalty(
                        grad((Variable v) -> v.affine(p.get(1), p.get(2)).crossEntropy(Variable.of(y), Reduction.SUM))
                                .apply(p.get(0))),
                leaves);
        Tensor o = leaves.get(0).affine(leaves.get(1), leaves.get(2)).value();
        ExactSoftmax row = ExactSoftmax.rows(o, y).get(0);
        int d = l.features();
        BigDecimal[] g = new BigDecimal[d];
        BigDecimal[] gScale = new BigDecimal[d];
        for (int k = 0; k < d; k++) {
            int feature = k;
            g[k] = row.sum(j -> w(l, feature, j).multiply(row.gradient(j)));
            gScale[k] = row.sum(j -> w(l, feature, j).abs().multiply(row.gradientScale(j)));
        }
        BigDecimal[] v = new BigDecimal[row.q];
        BigDecimal[] vScale = new BigDecimal[row.q];
        for (int j = 0; j < row.q; j++) {
            v[j] = BigDecimal.ZERO;
            vScale[j] = BigDecimal.ZERO;
            for (int k = 0; k < d; k++) {
                v[j] = v[j].add(w(l, k, j).multiply(g[k])).add(w(l, k, j).multiply(g[k]));
                vScale[j] = vScale[j].add(w(l, k, j).abs().multiply(gScale[k]).multiply(BigDecimal.valueOf(2)));
            }
        }
        int units = 2 * (row.q + 16) + 4 * (row.q + d);
        for (int j = 0; j < row.q; j++) {
            int column = j;
            BigDecimal h =
                    row.s.multiply(row.p(j)).multiply(row.sum(i -> row.p(i).multiply(v[column].subtract(v[i]))));
            BigDecimal hScale =
                    row.s.multiply(row.p(j)).multiply(BigDecimal.valueOf(2)).multiply(largest(vScale));
            close("∂/∂b", actual.get(2).value().get(j), h, units, hScale, 1e6);
            for (int k = 0; k < d; k++) {
                BigDecimal xk = Exact.of(x.get(0, k));
                BigDecimal exact = g[k].multiply(row.gradient(j))
                        .multiply(BigDecimal.valueOf(2))
                        .add(xk.multiply(h));
                BigDecimal scale = gScale[k]
                        .multiply(row.gradientScale(j))
                        .multiply(BigDecimal.valueOf(2))
                        .add(xk.abs().multiply(hScale));
                close("∂/∂W", actual.get(1).value().get(k, j), exact, units, scale, 1e6);
            }
        }
    }

    private static BigDecimal w(Layer l, int k, int j) {
        return Exact.of(l.w().get(k, j));
    }

    private static BigDecimal largest(BigDecimal[] numbers) {
        return Arrays.stream(numbers).reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    @Provide
    Arbitrary<Tensor> weights() {
        return Tensors.of(Shape.of(3, 3), Doubles.between(-1, 1));
    }

    /** A network of two layers, of which nobody writes down the derivative: |∇ₓ f|² for f = Σ tanh(xA)B. */
    private static Variable penaltyOfNetwork(Variable a, Variable b, Variable x) {
        return penalty(
                grad((Variable v) -> v.matmul(a).tanh().matmul(b).softplus().sum())
                        .apply(x));
    }

    /**
     * Central differences of exact gradients, extrapolated once: what is left of them is of order h⁴ with h = 2⁻⁹, 2⁻³⁶ times a
     * fifth derivative of a network with weights up to 1, and rounding over h.
     */
    @Property(tries = 100)
    void ofANetwork(@ForAll("weights") Tensor a, @ForAll("weights") Tensor b, @ForAll("weights") Tensor x) {
        Variable right = Variable.of(b);
        Variable input = Variable.of(x.rows(0, 2));
        Tensor gradient = grad(w -> penaltyOfNetwork(w, right, input)).apply(a);
        for (int i = 0; i < 9; i++) {
            double coarse = difference(a, i, 0x1p-8, right, input);
            double fine = difference(a, i, 0x1p-9, right, input);
            double extrapolated = (4 * fine - coarse) / 3;
            double size = 1 + penaltyOfNetwork(Variable.of(a), right, input).item();
            assertThat(gradient.get(i / 3, i % 3)).isBetween(extrapolated - 1e-8 * size, extrapolated + 1e-8 * size);
        }
    }

    private static double difference(Tensor a, int i, double h, Variable b, Variable x) {
        double[] up = a.toArray();
        double[] down = a.toArray();
        up[i] += h;
        down[i] -= h;
        double right =
                penaltyOfNetwork(Variable.of(Tensor.of(a.shape(), up)), b, x).item();
        double left =
                penaltyOfNetwork(Variable.of(Tensor.of(a.shape(), down)), b, x).item();
        return (right - left) / (up[i] - down[i]);
    }
}
