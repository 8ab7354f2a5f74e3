package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** W15: the mean square of a convolution, and its gradients in the weights and in the images, of which the last one is told. */
final class ImageConvolution implements Work {

    private final Tensor x;
    private final Tensor w;
    private final int last;
    private final double[][] parts;
    private final double[] all;
    private Plan plan;

    ImageConvolution(Works.Images images) {
        x = Tensor.of(Shape.of(images.image()), images.x());
        w = Tensor.of(Shape.of(images.weight()), images.w());
        last = x.shape().extent(0) - 1;
        int image = x.shape().size() / (last + 1);
        parts = new double[][] {new double[1], new double[w.shape().size()], new double[image]};
        all = new double[1 + w.shape().size() + image];
    }

    private List<Variable> results(List<Variable> in) {
        Variable loss = in.get(0).conv2d(in.get(1)).square().mean();
        List<Variable> gradients = Autodiff.gradients(loss, in);
        return List.of(loss, gradients.get(1), gradients.get(0).slice(0, last, last + 1));
    }

    @Override
    public double[] eager() {
        List<double[]> arrays = new ArrayList<>();
        results(List.of(Variable.of(x), Variable.of(w)))
                .forEach(v -> arrays.add(v.value().toArray()));
        return join(arrays);
    }

    private double[] join(List<double[]> arrays) {
        int at = 0;
        for (double[] array : arrays) {
            System.arraycopy(array, 0, all, at, array.length);
            at += array.length;
        }
        return all;
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(this::results, List.of(x, w)).compile();
            plan.run(x, w);
        }
        plan.run();
        for (int i = 0; i < parts.length; i++) {
            plan.get(i, parts[i]);
        }
        return join(List.of(parts));
    }
}
