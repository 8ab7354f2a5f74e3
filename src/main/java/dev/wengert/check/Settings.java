package dev.wengert.check;

import java.util.Set;

/**
 * The options of a check.
 *
 * @param order the highest order of derivative that is checked
 * @param accuracy the relative accuracy that an entry's bound must reach for a PASS
 * @param directions the number of random directions, if not every entry is checked on its own
 * @param allEntries whether every entry is checked on its own
 * @param digits the largest number of digits for entries that doubles cannot decide; 0 for doubles alone
 * @param low the lowest value of an element of a stencil
 * @param high the highest value of an element of a stencil
 * @param nearby whether points close by are checked, too
 * @param elements the names of inputs and elements that are checked on their own, instead of random directions; empty if none was chosen
 */
record Settings(
        int order,
        double accuracy,
        int directions,
        boolean allEntries,
        int digits,
        double low,
        double high,
        boolean nearby,
        Set<String> elements) {

    /** Whether each direction moves a single element. */
    boolean oneByOne() {
        return allEntries || !elements.isEmpty();
    }

    /** The same with every entry checked on its own. */
    Settings withAllEntries() {
        return with(order, directions, true, digits);
    }

    /** The same with a few random directions instead of all entries: enough for one operation. */
    Settings forOneOperation(int digits) {
        return with(order, 2, false, digits);
    }

    /** The same accuracy and domain with other derivatives, of no chosen elements. */
    Settings with(int order, int directions, boolean allEntries, int digits) {
        return new Settings(order, accuracy, directions, allEntries, digits, low, high, nearby, Set.of());
    }
}
