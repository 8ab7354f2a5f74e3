package dev.wengert.autodiff;

import dev.wengert.message.Given;

/**
 * What {@link Variable#qr} returns, with {@code k = min(m, n)}.
 *
 * @param q the orthonormal columns [.., m, k]
 * @param r the upper triangle [.., k, n]
 */
public record Qr(Variable q, Variable r) {

    /**
     * Factors.
     *
     * @param q the orthonormal columns
     * @param r the upper triangle
     */
    public Qr {
        Given.array("Qr: part", Variable.class, new Variable[] {q, r});
    }
}
