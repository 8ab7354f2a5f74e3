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

    /** The same with every entry checked on its own. */
    Settings withAllEntries() {
        return with(order, directions, true, digits);
    }

    /** The same with a few random directions instead of all entries: enough for one operation. */
    Settings forOneOperation(int digits) {
        return with(order, 2, false, digits);
    }

    /** The same accuracy and domain with other derivatives. */
    Settings with(int order, int directions, boolean allEntries, int digits) {
        return new Settings(order, accuracy, directions, allEntries, digits, low, high);
    }
}
