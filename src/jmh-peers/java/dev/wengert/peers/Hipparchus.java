package dev.wengert.peers;

import dev.wengert.bench.Data;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.function.Supplier;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.UnivariateDerivative1;

/** Hipparchus: forward mode, so works of few variables only. */
public final class Hipparchus implements Peer {

    @Override
    public Supplier<double[]> prepare(String work) {
        return switch (work) {
            case "W1" -> trainingStep(Works.network(work), Works.layers(work));
            case "W7-10", "W7-100" -> hessian(Works.classes(work));
            case "W8" -> Hipparchus::chain;
            default -> null;
        };
    }

    private static Supplier<double[]> trainingStep(Data.Network network, int[] layers) {
        int d = layers[1];
        int q = layers[2];
        double[] x = network.x();
        double[] y = network.y();
        double[] w = network.weights()[0].clone();
        double[] b = network.biases()[0].clone();
        int size = w.length + b.length;
        return () -> {
            Gradient sum = Gradient.constant(size, 0);
            Gradient chosen = Gradient.constant(size, 0);
            Gradient[] o = new Gradient[q];
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < q; j++) {
                o[j] = Gradient.variable(size, w.length + j, b[j]);
                for (int i = 0; i < d; i++) {
                    o[j] = o[j].add(
                            Gradient.variable(size, i * q + j, w[i * q + j]).multiply(x[i]));
                }
                largest = Math.max(largest, o[j].getValue());
            }
            for (int j = 0; j < q; j++) {
                sum = sum.add(o[j].subtract(largest).exp());
                chosen = chosen.add(o[j].multiply(y[j]));
            }
            Gradient loss = sum.log().add(largest).subtract(chosen);
            for (int i = 0; i < size; i++) {
                double step = Works.RATE * loss.getPartialDerivative(i);
                if (i < w.length) {
                    w[i] -= step;
                } else {
                    b[i - w.length] -= step;
                }
            }
            return new double[] {loss.getValue()};
        };
    }

    private static Supplier<double[]> hessian(int classes) {
        double[] logits = Works.logits(classes);
        DSFactory factory = new DSFactory(classes, 2);
        return () -> {
            double largest = Double.NEGATIVE_INFINITY;
            for (double v : logits) {
                largest = Math.max(largest, v);
            }
            DerivativeStructure sum = factory.constant(0);
            DerivativeStructure first = null;
            for (int i = 0; i < classes; i++) {
                DerivativeStructure o = factory.variable(i, logits[i]);
                first = i == 0 ? o : first;
                sum = sum.add(o.subtract(largest).exp());
            }
            DerivativeStructure loss = sum.log().add(largest).subtract(first);
            double[] hessian = new double[classes * classes];
            int[] orders = new int[classes];
            for (int i = 0; i < classes; i++) {
                orders[i]++;
                for (int j = 0; j < classes; j++) {
                    orders[j]++;
                    hessian[i * classes + j] = loss.getPartialDerivative(orders);
                    orders[j]--;
                }
                orders[i]--;
            }
            return hessian;
        };
    }

    private static double[] chain() {
        UnivariateDerivative1 x = new UnivariateDerivative1(1, 1);
        for (int i = 0; i < Works.CHAIN; i++) {
            x = x.multiply(1.0001).add(x.sin().multiply(0.001));
        }
        return new double[] {x.getValue(), x.getFirstDerivative()};
    }
}
