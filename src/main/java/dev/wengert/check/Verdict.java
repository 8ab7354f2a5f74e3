package dev.wengert.check;

/** The verdict of a check, from the best to the worst. The verdict on the whole is the worst of its entries, kinks aside. */
public enum Verdict {
    /** The rule's value lies within the bound, and the bound is as narrow as requested. */
    PASS,
    /** The function has no derivative there: its one-sided slopes differ, or an operation sits on its kink. */
    KINK,
    /** The bound is too wide to tell right from wrong. */
    INCONCLUSIVE,
    /** The rule's value differs from the derivative by more than the bound explains. */
    FAIL
}
