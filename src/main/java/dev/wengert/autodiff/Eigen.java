package dev.wengert.autodiff;

import dev.wengert.message.Given;

/**
 * What {@link Variable#eigh} returns.
 *
 * @param values the eigenvalues [.., n], in ascending order
 * @param vectors the eigenvectors [.., n, n], as columns in the order of the values
 */
public record Eigen(Variable values, Variable vectors) {

    /**
     * Eigenvalues and eigenvectors.
     *
     * @param values the eigenvalues
     * @param vectors the eigenvectors
     */
    public Eigen {
        Given.array("Eigen: part", Variable.class, new Variable[] {values, vectors});
    }
}
