package dev.wengert.check.detection;

/**
 * A model with one fault.
 *
 * @param kind the kind of fault
 * @param order the lowest order of derivative that is wrong
 * @param right the model without it
 * @param wrong the model with it
 * @param label the operation that is wrong, or at whose operand the edge is
 * @param step its number on the tape, inputs counted first
 * @param operand which operand
 * @param wiring whether an edge is wrong, and no operation
 */
record Mutant(String kind, int order, Model right, Model wrong, String label, int step, int operand, boolean wiring) {

    /** The operation without its numbers. */
    String operation() {
        return label.replaceAll("[\\[(].*", "");
    }

    /** Kind of fault, operation and operand. */
    String place() {
        return kind + " / " + operation() + " / " + operand;
    }
}
