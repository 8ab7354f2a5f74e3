package dev.wengert.autodiff;

/** The way to combine the losses of a batch. */
public enum Reduction {
    /** They stay separate, one for each row. */
    NONE,
    /** They are added. */
    SUM,
    /** They are averaged over the rows; no rows give NaN. */
    MEAN,
    /** They are added, and divided by the number of examples, the first extent; no examples give NaN. */
    BATCH_MEAN
}
