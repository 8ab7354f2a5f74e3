package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/** W6: the product of a vector with the Hessian of the mean loss of softmax regression with respect to the weights. */
final class HessianProduct implements Work {

    private final Tensor x;
    private final Tensor y;
    private final Tensor w;
    private final Tensor v;
    private final double[] product;
    private Plan plan;

    HessianProduct() {
        int[] layers = Works.layers("W6");
        Data.Network network = Works.network("W6");
        x = Tensor.of(Shape.of(layers[0], layers[1]), network.x());
        y = Tensor.of(Shape.of(layers[0], layers[2]), network.y());
        w = Tensor.of(Shape.of(layers[1], layers[2]), network.weights()[0]);
        v = Tensor.of(Shape.of(layers[1], layers[2]), Works.direction());
        product = new double[v.shape().size()];
    }

    @Override
    public double[] eager() {
        return product(Variable.of(x), Variable.of(y), Variable.of(w), Variable.of(v))
                .value()
                .toArray();
    }

    private static Variable product(Variable x, Variable y, Variable w, Variable v) {
        return Autodiff.hvp(a -> x.matmul(a).crossEntropy(y), w, v);
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(in -> List.of(product(in.get(0), in.get(1), in.get(2), in.get(3))), List.of(x, y, w, v))
                    .compile();
            plan.run(x, y, w, v);
        }
        plan.run();
        plan.get(0, product);
        return product;
    }
}
