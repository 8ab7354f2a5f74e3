package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;

/**
 * Sets elements to zero at random in training, and divides the others by the probability that they stay; passes everything in inference
 * (Srivastava et al. 2014). See {@link Variable#dropout}.
 */
public final class Dropout implements Layer {

    private final double p;

    /**
     * A layer that drops.
     *
     * @param p the probability that an element is dropped, from 0 to 1
     * @throws IllegalArgumentException if p is no probability
     */
    public Dropout(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("Dropout: p must be from 0 to 1, got " + p);
        }
        this.p = p;
    }

    /** Throws: whether this drops depends on the context. */
    @Override
    public Variable apply(Variable x) {
        throw Context.missing("Dropout");
    }

    @Override
    public Variable apply(Variable x, Context context) {
        Given.value("Dropout", "x", x);
        return Given.value("Dropout", "the context", context).isTraining() ? x.dropout(p, context.key()) : x;
    }

    @Override
    public String toString() {
        return "Dropout(" + p + ")";
    }
}
