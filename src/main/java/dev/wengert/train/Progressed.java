package dev.wengert.train;

import dev.wengert.tensor.Tensor;

/**
 * What is done of an epoch.
 *
 * @param examples the number of examples of the epoch
 * @param batch the number of batches
 * @param loss the sum of their losses, each times the weight of its examples
 * @param weight the weight of all their examples
 * @param norm the sum of the norms of their gradients
 * @param norms the number of these norms
 */
record Progressed(int examples, int batch, double loss, double weight, double norm, int norms) {

    static Progressed of(int examples) {
        return new Progressed(examples, 0, 0, 0, 0, 0);
    }

    Progressed with(double batchLoss, double batchWeight, double batchNorm) {
        boolean known = !Double.isNaN(batchNorm);
        return new Progressed(
                examples,
                batch + 1,
                loss + batchLoss * batchWeight,
                weight + batchWeight,
                known ? norm + batchNorm : norm,
                known ? norms + 1 : norms);
    }

    Tensor tensor() {
        return Tensor.of(examples, batch, loss, weight, norm, norms);
    }

    static Progressed of(Tensor t) {
        return new Progressed((int) t.get(0), (int) t.get(1), t.get(2), t.get(3), t.get(4), (int) t.get(5));
    }
}
