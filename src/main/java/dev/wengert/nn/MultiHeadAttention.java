package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Attention of several heads (Vaswani et al. 2017): {@code softmax(QKᵀ/√d)V} for each head, and a linear layer on what they give. Queries Q,
 * keys K and values V are linear in their inputs, and d is their width, that of the embedding divided by the number of heads.
 *
 * <p>A mask is 1 where a query may look at a key, and 0 where it may not. <b>A query that may look at no key has weights of 0</b>: it gets the
 * bias of the last layer, and its derivatives are 0. (PyTorch gives NaN.)
 *
 * <pre>{@code
 * Variable y = attention.apply(x, MultiHeadAttention.causal(steps));
 * }</pre>
 */
public final class MultiHeadAttention implements Layer {

    private final Label label;
    private final int embed;
    private final int heads;
    private final Parameter weight;
    private final Parameter bias; // null if there is none
    private final Linear out;

    /**
     * A layer with biases of zeros. Weights are drawn uniformly from {@code ±√(6/(inputs + outputs))}, where those of queries, keys and values
     * lie side by side in a matrix [E, 3E].
     *
     * @param name the name of the layer; its parameters are {@code name.in_proj_weight}, {@code name.in_proj_bias},
     *     {@code name.out_proj.weight} and {@code name.out_proj.bias}
     * @param embed E, the number of features
     * @param heads the number of heads
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is less than 1, or the heads do not divide the features
     */
    public MultiHeadAttention(String name, int embed, int heads, RandomGenerator random) {
        this(name, embed, heads, true, random);
    }

    /**
     * A layer with or without biases.
     *
     * @param name the name of the layer
     * @param embed E, the number of features
     * @param heads the number of heads
     * @param bias whether there are biases
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is less than 1, or the heads do not divide the features
     */
    public MultiHeadAttention(String name, int embed, int heads, boolean bias, RandomGenerator random) {
        this.label = new Label("MultiHeadAttention", name);
        this.embed = embed;
        this.heads = heads;
        label.positive("embed and heads", embed, heads);
        if (embed % heads != 0) {
            throw new IllegalArgumentException(
                    label + ": heads must divide embed, got " + heads + " heads and embed " + embed);
        }
        Given.value(label.toString(), "the generator", random);
        int width = Shape.of(label.toString(), 3, embed).size();
        Tensor drawn = Initialiser.xavierUniform().draw(random, embed, width, embed, width);
        this.weight = new Parameter(label.parameter("in_proj_weight"), drawn);
        this.bias = bias ? new Parameter(label.parameter("in_proj_bias"), Tensor.zeros(width)) : null;
        this.out = new Linear(label.parameter("out_proj"), embed, embed, bias, Initialiser.xavierUniform(), random);
    }

    /**
     * A mask with which a step looks at itself and at those before.
     *
     * @param steps T
     * @return [T, T]
     * @throws ShapeException if steps is negative
     */
    public static Variable causal(int steps) {
        return Variable.of(Tensor.ones(steps, steps)).tril();
    }

    /**
     * A mask with which nothing looks at keys that only fill up a sequence. Masks are joined by {@code mul}.
     *
     * @param present [N, S], 1 for a key, 0 for what is none
     * @return [N, 1, 1, S]
     * @throws ShapeException if the shape is another
     */
    public static Variable keys(Variable present) {
        Shape got = Given.value("keys", "present", present).shape();
        if (got.rank() != 2) {
            throw new ShapeException("keys", "present must be [N, S]", got.toString());
        }
        return present.reshape(got.extent(0), 1, 1, got.extent(1));
    }

    /**
     * Every step looks at every step.
     *
     * @param x [N, T, E]
     * @return [N, T, E]
     * @throws ShapeException if x has another shape
     */
    @Override
    public Variable apply(Variable x) {
        return apply(x, x, x);
    }

    /**
     * Every step looks at steps where a mask lets it.
     *
     * @param x [N, T, E]
     * @param mask 1 and 0, of a shape that broadcasts to [N, heads, T, T]
     * @return [N, T, E]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable apply(Variable x, Variable mask) {
        return apply(x, x, x, mask);
    }

    /**
     * Every query looks at every key.
     *
     * @param query [N, T, E]
     * @param key [N, S, E]
     * @param value [N, S, E]
     * @return [N, T, E]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable apply(Variable query, Variable key, Variable value) {
        return output(weights(query, key), value);
    }

    /**
     * Queries look at keys where a mask lets them.
     *
     * @param query [N, T, E]
     * @param key [N, S, E]
     * @param value [N, S, E]
     * @param mask 1 and 0, of a shape that broadcasts to [N, heads, T, S]
     * @return [N, T, E]
     * @throws ShapeException if the shapes do not fit
     */
    public Variable apply(Variable query, Variable key, Variable value, Variable mask) {
        return output(weights(query, key, mask), value);
    }

    /**
     * How much each query looks at each key.
     *
     * @param query [N, T, E]
     * @param key [N, S, E]
     * @return [N, heads, T, S], where the sum over S is 1
     * @throws ShapeException if the shapes do not fit
     */
    public Variable weights(Variable query, Variable key) {
        return scores(query, key).softmax();
    }

    /**
     * How much each query looks at each key where a mask lets it.
     *
     * @param query [N, T, E]
     * @param key [N, S, E]
     * @param mask 1 and 0, of a shape that broadcasts to [N, heads, T, S]
     * @return [N, heads, T, S], where the sum over S is 1, or 0 for a query that may look at no key
     * @throws ShapeException if the shapes do not fit
     */
    public Variable weights(Variable query, Variable key, Variable mask) {
        Variable scores = scores(query, key);
        Shape got = Given.value(label.toString(), "the mask", mask).shape();
        if (!got.broadcastsTo(scores.shape())) {
            throw label.shape("the mask must broadcast to [N, heads, T, S] = " + scores.shape(), got);
        }
        // the least number, not -infinity: a softmax of nothing but -infinity is NaN
        Variable masked = Variable.where(mask, scores, Variable.of(-Double.MAX_VALUE));
        return Variable.where(mask, masked.softmax(), Variable.of(0));
    }

    private Variable scores(Variable query, Variable key) {
        Variable q = split("query", query, 0);
        Variable k = split("key", key, 1);
        if (q.shape().extent(0) != k.shape().extent(0)) {
            throw label.shape("query and key must have the same N", query.shape() + " and " + key.shape());
        }
        return new MatMul(false, true).apply(q.mul(1 / Math.sqrt(embed / heads)), k);
    }

    private Variable output(Variable weights, Variable value) {
        Variable v = split("value", value, 2);
        Shape w = weights.shape();
        if (v.shape().extent(0) != w.extent(0) || v.shape().extent(2) != w.extent(3)) {
            throw label.shape("value must be [N, S, E] = " + Shape.of(w.extent(0), w.extent(3), embed), value.shape());
        }
        return out.apply(weights.matmul(v).permute(0, 2, 1, 3).reshape(w.extent(0), w.extent(2), embed));
    }

    /** Queries, keys or values of each head, [N, heads, T, d]. */
    private Variable split(String what, Variable x, int part) {
        Shape got = Given.value(label.toString(), what, x).shape();
        if (got.rank() != 3 || got.extent(2) != embed) {
            throw label.shape(what + " must be [N, T, " + embed + "]", got);
        }
        Variable w = weight.variable().slice(1, part * embed, (part + 1) * embed);
        Variable y =
                bias == null ? x.matmul(w) : x.affine(w, bias.variable().slice(0, part * embed, (part + 1) * embed));
        return y.reshape(got.extent(0), got.extent(1), heads, embed / heads).permute(0, 2, 1, 3);
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(bias == null ? List.of(weight) : List.of(weight, bias));
        all.addAll(out.parameters());
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return label.with(embed + ", " + heads + " heads");
    }
}
