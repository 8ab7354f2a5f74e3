package dev.wengert.reference;

import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One case of the softmax cross-entropy, computed by mpmath with 1500 digits and rounded to doubles.
 *
 * @param name what the case is about
 * @param logits o, of shape [q]
 * @param target y, of shape [q]
 * @param softmax p
 * @param logSumExp L(o)
 * @param loss l(o, y)
 * @param gradient ∂l/∂o
 * @param hessian ∂²l/∂o², of shape [q, q]; absent where it is not stored
 * @param thirdDiagonal ∂³l/∂o_j³
 * @param classVariance the variance of p over the classes, (1/q)·Σ (p_j − 1/q)²
 */
public record SoftmaxReference(
        String name,
        Tensor logits,
        Tensor target,
        Tensor softmax,
        double logSumExp,
        double loss,
        Tensor gradient,
        Optional<Tensor> hessian,
        Tensor thirdDiagonal,
        double classVariance) {

    /** Reads all cases. */
    public static List<SoftmaxReference> all() {
        return Json.cases("softmax-cross-entropy.json").stream()
                .map(SoftmaxReference::of)
                .toList();
    }

    private static SoftmaxReference of(Map<String, Object> json) {
        return new SoftmaxReference(
                (String) json.get("name"),
                Json.tensor(json.get("logits")),
                Json.tensor(json.get("target")),
                Json.tensor(json.get("softmax")),
                (Double) json.get("logSumExp"),
                (Double) json.get("loss"),
                Json.tensor(json.get("gradient")),
                Optional.ofNullable(json.get("hessian")).map(Json::tensor),
                Json.tensor(json.get("thirdDiagonal")),
                (Double) json.get("classVariance"));
    }

    @Override
    public String toString() {
        return name;
    }
}
