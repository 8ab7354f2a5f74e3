package dev.wengert.autodiff;

import java.util.Arrays;

/**
 * A hash table with chains from nodes, compared by identity, to numbers. Each search has its own, so that many threads can search a graph
 * at once.
 *
 * <p>The hash of a node is its depth, which is free and rarely collides: in most graphs few nodes share a depth. When a chain has more than
 * {@value #LONGEST_CHAIN} nodes, the table changes, once, to identity hash codes. These are good but slow: the virtual machine writes each
 * into the object's header.
 */
final class NodeIndex {

    /** The result of {@link #get} for a node that is not in the table. */
    static final int ABSENT = Integer.MIN_VALUE;

    private static final int LONGEST_CHAIN = 16;

    /** The nodes in order of insertion; {@link #values} holds their numbers. */
    private Variable[] keys;

    private int[] values;

    /**
     * The heads of the chains: for each hash, the position plus 1 of the last node that has it, or 0. {@link #before} links to the previous
     * one likewise.
     */
    private int[] last;

    private int[] before;
    private int size;
    private boolean byIdentity;

    /**
     * An empty table.
     *
     * @param expected the approximate number of nodes; if there are more, the table grows
     */
    NodeIndex(int expected) {
        int capacity = Math.max(16, Integer.highestOneBit(Math.min(expected, 1 << 29)) << 1);
        keys = new Variable[capacity];
        values = new int[capacity];
        before = new int[capacity];
        last = new int[capacity];
    }

    int get(Variable node) {
        for (int i = last[hash(node) & last.length - 1]; i != 0; i = before[i - 1]) {
            if (keys[i - 1] == node) {
                return values[i - 1];
            }
        }
        return ABSENT;
    }

    /** Numbers a node that is not in the table. */
    void put(Variable node, int value) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            before = new int[2 * size];
            last = new int[2 * size];
            linkAll();
        }
        keys[size] = node;
        values[size] = value;
        if (link(size++) > LONGEST_CHAIN && !byIdentity) {
            byIdentity = true;
            Arrays.fill(last, 0);
            linkAll();
        }
    }

    private void linkAll() {
        for (int i = 0; i < size; i++) {
            link(i);
        }
    }

    /** Puts a node at the head of its chain; returns the length of the chain behind it, as far as it matters. */
    private int link(int i) {
        int hash = hash(keys[i]) & last.length - 1;
        int length = 0;
        for (int k = last[hash]; k != 0 && !byIdentity && length <= LONGEST_CHAIN; k = before[k - 1]) {
            length++;
        }
        before[i] = last[hash];
        last[hash] = i + 1;
        return length;
    }

    private int hash(Variable node) {
        return byIdentity ? System.identityHashCode(node) : node.depth();
    }
}
