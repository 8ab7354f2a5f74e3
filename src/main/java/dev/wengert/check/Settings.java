package dev.wengert.check;

/**
 * How a check is done.
 *
 * @param order the highest order of derivative that is checked
 * @param accuracy the relative accuracy that an entry's bound must reach for a PASS
 * @param directions how many random directions are tried where not all entries are
 * @param allEntries whether every entry is checked on its own
 * @param digits the largest number of digits for entries that double arithmetic cannot decide; 0 for none
 * @param low the stencil stays at or above this
 * @param high the stencil stays at or below this
 */
record Settings(int order, double accuracy, int directions, boolean allEntries, int digits, double low, double high) {

    /** The same, but that every entry is checked on its own. */
    Settings withAllEntries() {
        return new Settings(order, accuracy, directions, true, digits, low, high);
    }
}
