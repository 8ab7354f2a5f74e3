package dev.wengert.autodiff;

/** What becomes of the losses of a batch. */
public enum Reduction {
    /** They stay apart, one a row. */
    NONE,
    /** They are added. */
    SUM,
    /** They are averaged over the rows; no rows give NaN. */
    MEAN
}
