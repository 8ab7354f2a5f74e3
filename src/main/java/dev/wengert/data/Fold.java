package dev.wengert.data;

import dev.wengert.message.Given;

/**
 * A pair of parts of a data set: one to train with, one to validate with.
 *
 * @param train the samples of all other folds
 * @param validation the samples of this fold
 */
public record Fold(Dataset train, Dataset validation) {
    /**
     * Checks the parts.
     *
     * @param train the samples of all other folds
     * @param validation the samples of this fold
     */
    public Fold {
        Given.value("Fold", "the data set to train with", train);
        Given.value("Fold", "the data set to validate with", validation);
    }
}
