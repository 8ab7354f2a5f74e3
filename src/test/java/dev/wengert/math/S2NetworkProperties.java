package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** MATH.md §2: softmax regression is one fully connected layer, an affine map. */
class S2NetworkProperties implements Layers {

    private static Variable outputs(Variable x, Layer l) {
        return x.affine(Variable.of(l.w()), Variable.of(l.b()));
    }

    @Example
    void theSmallestPicture() {
        Tensor x = Tensor.of(new double[][] {{1, 2, 3, 4}});
        Tensor w = Tensor.of(new double[][] {{1, 0, -1}, {0, 1, 0}, {2, 0, 0}, {0, 0, 1}});
        Tensor o = outputs(Variable.of(x), new Layer(x, w, Tensor.of(10, 20, 30), Tensor.zeros(1, 3)))
                .value();
        assertThat(o).isEqualTo(Tensor.of(new double[][] {{17, 22, 33}}));
    }

    /** A sum of d products and a bias: each of its d + 1 terms is rounded at most d + 1 times. */
    @Property
    void outputsAreWeightedSumsOfTheFeatures(@ForAll("layers") Layer l) {
        Tensor o = outputs(Variable.of(l.x()), l).value();
        for (int i = 0; i < l.samples(); i++) {
            for (int j = 0; j < l.classes(); j++) {
                BigDecimal exact = Exact.of(l.b().get(j));
                BigDecimal scale = exact.abs();
                for (int k = 0; k < l.features(); k++) {
                    BigDecimal term = Exact.of(l.x().get(i, k)).multiply(Exact.of(l.w().get(k, j)));
                    exact = exact.add(term);
                    scale = scale.add(term.abs());
                }
                close("output", o.get(i, j), exact, l.features() + 1, scale);
            }
        }
    }

    /** Fully connected: every output feels every input, by the weight between them. */
    @Property
    void everyOutputDependsOnEveryInputByItsWeight(@ForAll("layers") Layer l) {
        Tensor x = l.x().row(0);
        Tensor jacobian = jacobian(v -> outputs(v, l)).apply(x);
        assertThat(jacobian).isEqualTo(Variable.of(l.w()).transpose().add(0).value());
    }

    /** Its outputs are linear in the weights: the derivative of output j in w_kj is x_k, and 0 in the other columns. */
    @Property
    void everyOutputDependsOnItsWeightsByTheInputs(@ForAll("layers") Layer l) {
        Variable x = Variable.of(l.x().row(0));
        Tensor jacobian = jacobian(w -> x.affine(w, Variable.of(l.b()))).apply(l.w());
        for (int j = 0; j < l.classes(); j++) {
            for (int k = 0; k < l.features(); k++) {
                for (int column = 0; column < l.classes(); column++) {
                    double expected = column == j ? x.value().get(k) : 0;
                    assertThat(jacobian.get(j, k, column) == expected)
                            .as("[%d, %d, %d]", j, k, column)
                            .isTrue();
                }
            }
        }
    }

    /** An affine map takes the midpoint to the midpoint. */
    @Property
    void theMapIsAffine(@ForAll("integerLayers") Layer l, @ForAll("integerMatrices") Tensor other) {
        Variable x = Variable.of(l.x());
        Variable z = Variable.of(Layers.cut(other, l.samples(), l.features()));
        Variable middle = outputs(x.add(z).div(2), l);
        Variable average = outputs(x, l).add(outputs(z, l)).div(2);
        assertThat(middle.sub(average).value()).isEqualTo(Tensor.zeros(middle.shape()));
    }

    @Property
    void itsSecondDerivativeIsZero(@ForAll("layers") Layer l) {
        Tensor x = l.x().row(0);
        Shape shape = x.shape().concat(x.shape());
        assertThat(hessian(v -> outputs(v, l).sum()).apply(x)).isEqualTo(Tensor.zeros(shape));
    }

    /** Two layers with nothing between them are one: (XW + b)V + c = X(WV) + (bV + c). */
    @Property
    void twoAffineMapsAreOne(@ForAll("integerLayers") Layer l, @ForAll("integerMatrices") Tensor next) {
        Variable x = Variable.of(l.x());
        Variable w = Variable.of(l.w());
        Variable b = Variable.of(l.b());
        Variable v = Variable.of(Layers.cut(next, l.classes(), 3));
        Variable c = Variable.of(Layers.cut(next, 1, 3).row(0));
        Variable twice = x.affine(w, b).affine(v, c);
        Variable once = x.affine(w.matmul(v), b.matmul(v).add(c));
        assertThat(twice.sub(once).value()).isEqualTo(Tensor.zeros(twice.shape()));
    }

    /** The prediction needs no softmax: the class of the largest output is among the most probable. */
    @Property
    void thePredictionIsTheLargestOutput(@ForAll("layers") Layer l) {
        Variable o = outputs(Variable.of(l.x()), l);
        Variable p = o.softmax();
        Variable predicted = Variable.of(o.value().argmax(-1)).oneHot(l.classes());
        assertThat(p.mul(predicted).sum(-1).value()).isEqualTo(p.max(-1).value());
    }
}
