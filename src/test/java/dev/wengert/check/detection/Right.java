package dev.wengert.check.detection;

import java.util.Set;

/**
 * A right function, and what was said of it.
 *
 * @param model the function
 * @param outcome what the checker said
 * @param accepting the other rules that accept it; null where they were not asked
 */
record Right(Model model, Outcome outcome, Set<PeerRules> accepting) {

    /** Whether the other rules were asked, which know nothing of kinks. */
    boolean isComparable() {
        return accepting != null && !outcome.kinks();
    }
}
