package dev.wengert.reference;

import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One network of fully connected layers with its mean cross-entropy, gradients and Hessian-vector products, computed by PyTorch in
 * float64.
 *
 * @param name the extents of the layers
 * @param activation what stands between the layers: relu, tanh, sigmoid or softplus
 * @param x the samples, of shape [n, d]
 * @param labels their classes, of shape [n]
 * @param parameters weight [in, out] and bias [1, out] of each layer in turn
 * @param logits the output of the last layer, of shape [n, q]
 * @param loss the mean over the samples
 * @param gradients those of the loss, one a parameter
 * @param vectors directions, one a parameter
 * @param hessianVectorProducts the Hessian of the loss in all parameters times the directions, one a parameter
 */
public record MlpReference(
        String name,
        String activation,
        Tensor x,
        Tensor labels,
        List<Tensor> parameters,
        Tensor logits,
        double loss,
        List<Tensor> gradients,
        List<Tensor> vectors,
        List<Tensor> hessianVectorProducts) {

    /** Reads all networks. */
    public static List<MlpReference> all() {
        return Json.cases("mlp.json").stream().map(MlpReference::of).toList();
    }

    private static MlpReference of(Map<String, Object> json) {
        return new MlpReference(
                (String) json.get("name"),
                (String) json.get("activation"),
                Json.tensor(json.get("x")),
                Json.tensor(json.get("labels")),
                Json.tensors(json.get("parameters")),
                Json.tensor(json.get("logits")),
                (Double) json.get("loss"),
                Json.tensors(json.get("gradients")),
                Json.tensors(json.get("vectors")),
                Json.tensors(json.get("hessianVectorProducts")));
    }

    @Override
    public String toString() {
        return name;
    }
}
