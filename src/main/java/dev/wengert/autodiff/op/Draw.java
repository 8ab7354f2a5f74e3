package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Threefry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/**
 * Random numbers of a key, which is the operand: two words of 32 bits as whole numbers. See {@link dev.wengert.tensor.Key}.
 *
 * @param kind the distribution
 * @param to the shape of the result
 */
public record Draw(Kind kind, Shape to) implements InertOp {

    /** The distributions. */
    public enum Kind {
        UNIFORM,
        /** Uniform in multiples of 2⁻³². */
        BITS,
        NORMAL,
        GUMBEL,
        PERMUTATION;

        private final String label = Labels.camelCase(this);
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        requireKey(kind.label, x[0]);
        return to;
    }

    static void requireKey(String op, Shape key) {
        if (!key.equals(Shape.of(2))) {
            throw new ShapeException(
                    op, "a key must have shape [2]", key.toString(), "Variable.of(key.tensor()) has it");
        }
    }

    /** A word of a key. This check runs at every evaluation, also on replay. */
    static int word(String op, double[] key, int i) {
        double v = key[i];
        if (!(v >= 0 && v < 0x1p32 && v == Math.rint(v))) {
            throw new IllegalArgumentException(
                    op + ": a key must be two whole numbers from 0 to 4294967295, got " + key[0] + " and " + key[1]);
        }
        return (int) (long) v;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        String op = kind.label;
        int first = word(op, x[0], 0);
        int second = word(op, x[0], 1);
        int n = out.size();
        switch (kind) {
            case UNIFORM -> Threefry.uniform(first, second, y, n);
            case BITS -> Threefry.bits(first, second, y, n);
            case NORMAL -> Threefry.normal(first, second, y, n);
            case GUMBEL -> Threefry.gumbel(first, second, y, n);
            case PERMUTATION -> Threefry.permutation(first, second, y, n);
            default -> throw new AssertionError(kind);
        }
    }

    /** Random numbers of a shape. */
    public static Variable of(Kind kind, Variable key, int... extents) {
        String op = kind.label;
        Operands.require(op, 0, key);
        return new Draw(kind, Shape.of(op, extents)).apply(key);
    }

    /** The numbers 0..n−1 in random order. */
    public static Variable permutation(Variable key, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("permutation: n must be 0 or more, got " + n);
        }
        return of(Kind.PERMUTATION, key, n);
    }

    /** 1 with probability p, else 0. */
    public static Variable bernoulli(Variable p, Variable key) {
        Operands.require("bernoulli", 1, key);
        requireKey("bernoulli", key.shape());
        return new Draw(Kind.BITS, p.shape()).apply(key).lt(p);
    }

    /** A class for each row of logits: the first at which the sum of probabilities exceeds a uniform number times their whole sum. */
    public static Variable categorical(Variable logits, Variable key) {
        Operands.require("categorical", 1, key);
        requireKey("categorical", key.shape());
        Shape shape = logits.shape();
        if (shape.rank() == 0 || shape.extent(-1) == 0) {
            throw new ShapeException("categorical", "the logits must have a last axis with classes", shape.toString());
        }
        int q = shape.extent(-1);
        Variable sums = logits.softmax().detach().cumSum(-1);
        Variable whole = sums.slice(-1, q - 1, q);
        Variable u = new Draw(Kind.UNIFORM, whole.shape()).apply(key).mul(whole);
        Variable nan = whole.mul(0).sum(-1); // 0, but for NaN
        return sums.le(u).sum(-1).add(nan);
    }

    /** Zeros with probability p, and the other elements divided by 1 − p. */
    public static Variable dropout(Variable x, double p, Variable key) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout: p must be from 0 to 1, got " + p);
        }
        Operands.require("dropout", 1, key);
        requireKey("dropout", key.shape());
        Variable kept = new Draw(Kind.BITS, x.shape()).apply(key).ge(p);
        return Variable.where(kept, p == 1 ? x : x.div(1 - p), Variable.of(0));
    }

    @Override
    public String label() {
        return kind.label + to;
    }
}
