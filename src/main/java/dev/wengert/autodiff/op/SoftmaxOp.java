package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.SoftmaxRows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The softmax family over the last axis, closed under differentiation, with p = softmax(o). Its operations stay accurate for a confident
 * class (MATH.md §9), where the same functions composed of exp and log lose all digits.
 *
 * <p>{@code J = diag p − ppᵀ} is the Jacobian of softmax, {@code I − 1pᵀ} the Jacobian of log-softmax. Both are operations here, and the
 * rules are made of them and their transposes.
 */
public enum SoftmaxOp implements Primitive {
    /** p. */
    SOFTMAX(1),
    /** log p. */
    LOG_SOFTMAX(1),
    /** L(o) = log Σ exp(o_k); the last extent becomes 1. */
    LOG_SUM_EXP(1),
    /** {@code L(λo)/λ} of logits and a number λ > 0; the last extent becomes 1. */
    REAL_SOFT_MAX(2),
    /** {@code −Σ y_j log p_j} of logits and targets; the last extent becomes 1. */
    CROSS_ENTROPY(2),
    /** {@code (Σ y_k) p − y} of logits and targets: the gradient of the cross-entropy, and −(I − p1ᵀ) y. */
    RESIDUAL(2),
    /** {@code J v = p∘(v − ⟨p, v⟩)} of logits and v. */
    JACOBIAN_PRODUCT(2),
    /** {@code (I − 1pᵀ) v = v − ⟨p, v⟩} of logits and v. */
    CENTER(2);

    private final int operands;
    private final String label = Labels.camelCase(this);

    SoftmaxOp(int operands) {
        this.operands = operands;
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, operands, x);
        Shape o = x[0];
        if (o.rank() == 0) {
            throw new ShapeException(label, "logits must have at least one axis", "logits []");
        }
        if (this == REAL_SOFT_MAX) {
            if (x[1].rank() != 0) {
                throw new ShapeException(label, "lambda must be a single number", "lambda " + x[1]);
            }
        } else if (operands == 2 && !x[1].equals(o)) {
            String second = this == CROSS_ENTROPY || this == RESIDUAL ? "targets" : "vectors";
            String got = "logits " + o + " and " + second + " " + x[1];
            String requirement = "logits and " + second + " must have the same shape";
            if (this == CROSS_ENTROPY && x[1].concat(Shape.of(o.extent(-1))).equals(o)) {
                throw new ShapeException(label, requirement, got, "for class indices use crossEntropyWithLabels");
            }
            throw new ShapeException(label, requirement, got);
        }
        return switch (this) {
            case LOG_SUM_EXP, REAL_SOFT_MAX, CROSS_ENTROPY -> o.with(-1, 1);
            default -> o;
        };
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int q = s[0].extent(-1);
        int rows = Blocks.outer(s[0], s[0].rank() - 1);
        double[] o = x[0];
        switch (this) {
            case SOFTMAX -> SoftmaxRows.softmax(o, y, rows, q, work[0]);
            case LOG_SOFTMAX -> SoftmaxRows.logSoftmax(o, y, rows, q);
            case LOG_SUM_EXP -> SoftmaxRows.logSumExp(o, y, rows, q);
            case REAL_SOFT_MAX -> {
                double lambda = x[1][0];
                if (!(lambda > 0)) {
                    throw new IllegalArgumentException(label + ": lambda must be positive, got " + lambda);
                }
                SoftmaxRows.realSoftMax(o, lambda, y, rows, q);
            }
            case CROSS_ENTROPY -> SoftmaxRows.crossEntropy(o, x[1], y, rows, q);
            case RESIDUAL -> SoftmaxRows.residual(o, x[1], y, rows, q, work[0]);
            case JACOBIAN_PRODUCT -> SoftmaxRows.jacobianProduct(o, x[1], y, rows, q, work[0]);
            case CENTER -> SoftmaxRows.center(o, x[1], y, rows, q, work[0]);
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return switch (this) {
            case SOFTMAX, RESIDUAL, JACOBIAN_PRODUCT, CENTER -> new int[] {SoftmaxRows.width(s[0].extent(-1))};
            default -> NO_WORK;
        };
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable o = x.get(0);
        return switch (this) {
            case SOFTMAX -> JACOBIAN_PRODUCT.apply(o, g);
            case LOG_SOFTMAX -> RESIDUAL.apply(o, g).neg();
            case LOG_SUM_EXP -> g.mul(SOFTMAX.apply(o));
            case REAL_SOFT_MAX -> g.mul(i == 0 ? SOFTMAX.apply(scaled(x)) : slopeInLambda(x));
            case CROSS_ENTROPY ->
                g.mul(
                        i == 0
                                ? RESIDUAL.apply(o, x.get(1))
                                : LOG_SOFTMAX.apply(o).neg());
            case RESIDUAL ->
                i == 0
                        ? total(x.get(1)).mul(JACOBIAN_PRODUCT.apply(o, g))
                        : CENTER.apply(o, g).neg();
            case JACOBIAN_PRODUCT -> i == 0 ? curvature(o, x.get(1), g) : JACOBIAN_PRODUCT.apply(o, g);
            case CENTER ->
                i == 0
                        ? JACOBIAN_PRODUCT.apply(o, x.get(1)).mul(total(g)).neg()
                        : RESIDUAL.apply(o, g).neg();
        };
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Variable o = x.get(0);
        return switch (this) {
            case SOFTMAX -> JACOBIAN_PRODUCT.apply(o, t);
            case LOG_SOFTMAX -> CENTER.apply(o, t);
            case LOG_SUM_EXP -> total(SOFTMAX.apply(o).mul(t));
            case REAL_SOFT_MAX ->
                i == 0
                        ? total(SOFTMAX.apply(scaled(x)).mul(t))
                        : slopeInLambda(x).mul(t);
            case CROSS_ENTROPY -> i == 0 ? total(RESIDUAL.apply(o, x.get(1)).mul(t)) : CROSS_ENTROPY.apply(o, t);
            case RESIDUAL -> i == 0 ? total(x.get(1)).mul(JACOBIAN_PRODUCT.apply(o, t)) : RESIDUAL.apply(o, t);
            case JACOBIAN_PRODUCT -> i == 0 ? curvature(o, x.get(1), t) : JACOBIAN_PRODUCT.apply(o, t);
            case CENTER ->
                i == 0
                        ? total(JACOBIAN_PRODUCT.apply(o, t).mul(centered(o, x.get(1))))
                                .neg()
                        : CENTER.apply(o, t);
        };
    }

    /** The derivative of J(o)v along d, {@code J d∘(v − ⟨p,v⟩) − p⟨J d, v⟩}; it is its own transpose. */
    private static Variable curvature(Variable o, Variable v, Variable d) {
        Variable product = JACOBIAN_PRODUCT.apply(o, d).mul(centered(o, v));
        return product.sub(SOFTMAX.apply(o).mul(total(product)));
    }

    /** {@code v − ⟨p, v⟩}, but 0 for a class of probability 0, because its v may be infinite. */
    private static Variable centered(Variable o, Variable v) {
        return Variable.where(SOFTMAX.apply(o).eq(0), Variable.of(0), CENTER.apply(o, v));
    }

    /**
     * λ(o − max o). The maximum is detached, because softmax and its entropy do not depend on a shift. A class at −∞ is moved to −1e300,
     * where its probability is also 0: its contribution to a derivative in λ is then 0·(−1e300) = 0, whereas 0·(−∞) is NaN.
     */
    private static Variable scaled(List<Variable> x) {
        Variable o = x.get(0);
        Variable max = new Max(o.shape().with(-1, 1)).apply(o).detach();
        return o.sub(max).clamp(-1e300, 0).mul(x.get(1));
    }

    /** {@code d/dλ L(λo)/λ = −H(p)/λ²}, where classes of probability 0 contribute nothing to the entropy H. */
    private static Variable slopeInLambda(List<Variable> x) {
        Variable z = scaled(x);
        Variable p = SOFTMAX.apply(z);
        Variable finite = Variable.where(p.eq(0), Variable.of(0), z);
        return total(p.mul(finite)).sub(LOG_SUM_EXP.apply(z)).div(x.get(1).square());
    }

    private static Variable total(Variable v) {
        return new Sum(v.shape().with(-1, 1)).apply(v);
    }

    /** {@code log Σ exp(x_k)} over axes. */
    public static Variable logSumExp(Variable x, boolean keepExtents, int... axes) {
        int[] over = Operands.axes("logSumExp", axes);
        Shape kept = x.shape().reduce("logSumExp", keepExtents, over);
        return LOG_SUM_EXP.apply(Permute.lastly("logSumExp", x, over)).reshape(kept);
    }

    /** {@code log(Σ exp(λx_k))/λ} over the last axis. */
    public static Variable realSoftMax(Variable x, Variable lambda) {
        Variable y = REAL_SOFT_MAX.apply(x, lambda);
        return y.reshape(x.shape().reduce("realSoftMax", false, -1));
    }

    /** The cross-entropy between logits and distributions. */
    public static Variable crossEntropy(Variable logits, Variable targets, Reduction reduction) {
        return Sum.reduce("crossEntropy", CROSS_ENTROPY.apply(logits, targets), reduction);
    }

    /** The cross-entropy between logits and class indices. */
    public static Variable crossEntropyWithLabels(Variable logits, Variable labels, Reduction reduction) {
        return crossEntropy(logits, OneHot.like("crossEntropyWithLabels", "logits", logits, labels), reduction);
    }

    /** The negative log-likelihood of class indices. */
    public static Variable nll(Variable logP, Variable labels, Reduction reduction) {
        Variable chosen = Gate.GATE.apply(OneHot.like("nll", "log-probabilities", logP, labels), logP);
        return Sum.reduce("nll", chosen.sum(true, -1).neg(), reduction);
    }

    @Override
    public String label() {
        return label;
    }
}
