package dev.wengert.train;

/** How a figure of each class becomes one of all classes. */
public enum Average {
    /** The figure of all decisions together. */
    MICRO,

    /** The mean over classes. */
    MACRO,

    /** The mean over classes, weighted by the number of examples of each. */
    WEIGHTED
}
