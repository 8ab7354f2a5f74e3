package dev.wengert.peers;

import dev.wengert.bench.Data;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** SameDiff of ND4J: training steps only; second derivatives fail, and the chain does not end. */
public final class SameDiffPeer implements Peer {

    /** Doubles everywhere. */
    public SameDiffPeer() {
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    @Override
    public Supplier<double[]> prepare(String work) {
        if (!List.of("W1", "W2", "W3", "W4", "W5").contains(work)) {
            return null;
        }
        Data.Network network = Works.network(work);
        int[] layers = Works.layers(work);
        int n = layers[0];
        int last = layers.length - 2;
        SameDiff sd = SameDiff.create();
        SDVariable h = sd.constant("x", array(network.x(), n, layers[1]));
        SDVariable y = sd.constant("y", array(network.y(), n, layers[last + 1]));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            SDVariable w = sd.var("w" + i, array(network.weights()[i], layers[i + 1], layers[i + 2]));
            SDVariable b = sd.var("b" + i, array(network.biases()[i], layers[i + 2]));
            names.add("w" + i);
            names.add("b" + i);
            h = (i == 0 ? h : sd.nn().relu(h, 0)).mmul(w).add(b);
        }
        SDVariable loss = sd.nn().logSoftmax(h).mul(y).sum().mul("loss", -1.0 / n);
        sd.setLossVariables(loss);
        return () -> {
            OutAndGrad step = sd.calculateGradientsAndOutputs(Map.of(), List.of("loss"), names);
            for (String name : names) {
                sd.getVariable(name).getArr().subi(step.getGradients().get(name).muli(Works.RATE));
            }
            return new double[] {step.getOutputs().get("loss").getDouble(0)};
        };
    }

    private static INDArray array(double[] x, long... shape) {
        return Nd4j.create(x, shape, DataType.DOUBLE);
    }
}
