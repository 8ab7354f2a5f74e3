package dev.wengert.peers;

import dev.wengert.bench.Data;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import rapaio.darray.Shape;
import rapaio.nn.Autograd;
import rapaio.nn.Optimizer;
import rapaio.nn.Tensor;
import rapaio.nn.TensorManager;

/** Rapaio: training steps; its gradients cannot be differentiated. */
public final class RapaioPeer implements Peer {

    private final TensorManager manager = TensorManager.ofDouble();

    @Override
    public Supplier<double[]> prepare(String work) {
        if (!List.of("W1", "W2", "W3", "W4", "W5").contains(work)) {
            return null;
        }
        Data.Network network = Works.network(work);
        int[] layers = Works.layers(work);
        int n = layers[0];
        int last = layers.length - 2;
        Tensor x = tensor(network.x(), n, layers[1]);
        Tensor y = tensor(network.y(), n, layers[last + 1]);
        List<Tensor> parameters = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            parameters.add(tensor(network.weights()[i], layers[i + 1], layers[i + 2]));
            parameters.add(tensor(network.biases()[i], layers[i + 2]));
        }
        parameters.forEach(p -> p.requiresGrad(true));
        Optimizer sgd = Optimizer.SGD(manager, parameters).lr.set(Works.RATE);
        return () -> {
            sgd.zeroGrad();
            Tensor h = x;
            for (int i = 0; i < parameters.size(); i += 2) {
                h = (i == 0 ? h : h.max(0)).bvtm(parameters.get(i)).add(parameters.get(i + 1));
            }
            Tensor loss = h.logsoftmax(1).mul(y).sum().mul(-1.0 / n);
            loss.setGrad(manager.scalarArray(1));
            Autograd.backward(loss);
            sgd.step();
            return new double[] {loss.value().getDouble()};
        };
    }

    private Tensor tensor(double[] x, int... shape) {
        return manager.var(manager.strideArray(Shape.of(shape), x));
    }
}
