package dev.wengert.autodiff;

import dev.wengert.message.Given;

/**
 * What {@link Variable#svd} returns, with {@code k = min(m, n)}.
 *
 * @param u the left singular vectors [.., m, k], as columns in the order of the values
 * @param s the singular values [.., k], in descending order
 * @param vt the right singular vectors [.., k, n], as rows in the order of the values
 */
public record Svd(Variable u, Variable s, Variable vt) {

    /**
     * Singular values and vectors.
     *
     * @param u the left singular vectors
     * @param s the singular values
     * @param vt the right singular vectors
     */
    public Svd {
        Given.array("Svd: part", Variable.class, new Variable[] {u, s, vt});
    }
}
