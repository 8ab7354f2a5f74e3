package dev.wengert.autodiff;

/**
 * Numbers nodes by identity: an open hash table, private to one search, so that graphs can be searched on many threads at once.
 *
 * <p>The hash of a node is its depth, which costs nothing and rarely collides: in most graphs few nodes share a depth. But the
 * depths of a chain fill the table without a gap, through which a search for a node that is not there would run to the end. So
 * no node stands far from its hash, and no search goes further; where that cannot be, the table changes once to identity hash
 * codes, which are good and slow to make (the virtual machine writes each into the object's header).
 */
final class NodeIndex {

    /** What {@link #get} answers for a node that was never put. */
    static final int ABSENT = Integer.MIN_VALUE;

    private static final int LONGEST_PROBE = 16;

    private Variable[] keys = new Variable[32];
    private int[] values = new int[32];
    private int size;
    private boolean byIdentity;

    int get(Variable node) {
        int mask = keys.length - 1;
        int i = hash(node) & mask;
        for (int probes = 0; keys[i] != null && (byIdentity || probes <= LONGEST_PROBE); probes++) {
            if (keys[i] == node) {
                return values[i];
            }
            i = (i + 1) & mask;
        }
        return ABSENT;
    }

    /** Numbers a node that is not in the table. */
    void put(Variable node, int value) {
        if (2 * ++size > keys.length) {
            rehash(2 * keys.length);
        }
        insert(node, value);
    }

    private void insert(Variable node, int value) {
        int mask = keys.length - 1;
        int i = hash(node) & mask;
        int probes = 0;
        while (keys[i] != null) {
            i = (i + 1) & mask;
            probes++;
        }
        keys[i] = node;
        values[i] = value;
        if (probes > LONGEST_PROBE && !byIdentity) {
            byIdentity = true;
            rehash(keys.length);
        }
    }

    private void rehash(int capacity) {
        Variable[] oldKeys = keys;
        int[] oldValues = values;
        keys = new Variable[capacity];
        values = new int[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != null) {
                insert(oldKeys[i], oldValues[i]);
            }
        }
    }

    private int hash(Variable node) {
        return byIdentity ? System.identityHashCode(node) : node.depth();
    }
}
