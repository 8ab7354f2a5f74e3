package dev.wengert.autodiff;

import dev.wengert.message.Text;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A depth-first search, without recursion, for the steps between outputs and inputs.
 *
 * <p>Node k carries mark k + 1. Other searches and threads may overwrite marks, so a mark is trusted only if nodes[mark − 1] is this node.
 * Mark 0: never visited. If the mark does not settle it, the node is looked up in a table that is created on first need; a graph that is
 * searched once needs none.
 */
final class Search {
    /** The verb of {@link Autodiff} for derivatives: its searches do not look behind operands through which none passes. */
    static final String GRADIENTS = "gradients";

    private final String caller;
    private final boolean forGradients;
    private final List<Variable> inputs;
    private final int shallowest;
    private final int expected;
    private Variable[] nodes;
    private int[] starts;
    private int[] operands;
    private int count;

    /** The numbers of all visited nodes; null until it is needed. */
    private NodeIndex table;

    /** The inputs that are leaves of parameters, by parameter; null until it is needed. */
    private Map<Parameter, Variable> leaves;

    /**
     * The path from the output to the current node. {@link #slots} holds, for each node on it, the position in {@link #operands} of the
     * operand that leads on; until the number of that operand is known, the position holds its index.
     */
    private final Variable[] path;

    private final int[] slots;

    /** The end of the operands that are reserved so far. */
    private int met;

    Search(String caller, List<Variable> inputs, List<Variable> outputs) {
        this.caller = caller;
        this.forGradients = caller.equals(GRADIENTS);
        this.inputs = inputs;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < inputs.size(); i++) {
            least = Math.min(least, inputs.get(i).depth());
        }
        this.shallowest = least;
        int deepest = least;
        for (int i = 0; i < outputs.size(); i++) {
            deepest = Math.max(deepest, outputs.get(i).depth());
        }
        // an output of this depth depends on at least this many nodes, and all are visited
        expected = inputs.size() + (deepest - least);
        // each node of a path is deeper than the next
        path = new Variable[deepest - least + 1];
        slots = new int[path.length];
        nodes = new Variable[expected + expected / 2 + 1];
        starts = new int[nodes.length];
        operands = new int[2 * expected + 2];
        for (int i = 0; i < inputs.size(); i++) {
            if (visited(inputs.get(i)) != NodeIndex.ABSENT) {
                throw new IllegalArgumentException(
                        caller + ": every input must be given once, got input " + i + " again");
            }
            number(inputs.get(i), 0);
        }
    }

    Tape run(List<Variable> outputs) {
        int[] results = new int[outputs.size()];
        for (int i = 0; i < results.length; i++) {
            results[i] = visit(outputs.get(i));
        }
        return new Tape(inputs, nodes, count - inputs.size(), operands, starts, outputs, results);
    }

    private int visit(Variable output) {
        int number = known(output);
        if (number != NodeIndex.ABSENT) {
            requireNoOtherLeaf(output);
            return number;
        }
        int top = 0;
        Variable node = output;
        int next = 0;
        int base = reserve(node);
        while (true) {
            int n = node.operands();
            while (next < n && (number = known(node, next)) != NodeIndex.ABSENT) {
                operands[base + next++] = number;
            }
            if (next < n) {
                path[top] = node;
                operands[base + next] = next;
                slots[top++] = base + next;
                node = node.operand(next);
                next = 0;
                base = reserve(node);
            } else {
                number = finish(node, base, n);
                if (top == 0) {
                    return number;
                }
                node = path[--top];
                int slot = slots[top];
                next = operands[slot];
                base = slot - next++;
                operands[slot] = number;
            }
        }
    }

    /** Reserves space for the numbers of a node's operands; returns its start. */
    private int reserve(Variable node) {
        int base = met;
        met += node.operands();
        if (met > operands.length) {
            operands = Arrays.copyOf(operands, 2 * met);
        }
        return base;
    }

    /** The number of an operand, if it has been visited or need not be. */
    private int known(Variable node, int i) {
        Variable operand = node.operand(i);
        int number = known(operand);
        if (number >= 0) {
            return number;
        }
        boolean leaf = operand.depth() == shallowest && operand.parameterOrNull() != null;
        if (number == NodeIndex.ABSENT || leaf) {
            if (forGradients && !node.opOrNull().passes(i)) {
                return Tape.CONSTANT;
            }
            if (leaf) {
                requireNoOtherLeaf(operand);
            }
        }
        return number;
    }

    /**
     * The number of a node, if it has been visited or need not be: a node that is not an input, and not deeper than any input, is a
     * constant.
     */
    private int known(Variable node) {
        int depth = node.depth();
        if (depth < shallowest) {
            return Tape.CONSTANT;
        }
        int number = visited(node);
        return number == NodeIndex.ABSENT && depth == shallowest ? Tape.CONSTANT : number;
    }

    /** The number of a node, if it has been visited. */
    private int visited(Variable node) {
        int mark = node.mark();
        if (mark == 0) {
            return NodeIndex.ABSENT;
        }
        return mark <= count && nodes[mark - 1] == node ? mark - 1 : table().get(node);
    }

    private NodeIndex table() {
        if (table == null) {
            table = new NodeIndex(expected);
            for (int i = 0; i < count; i++) {
                table.put(nodes[i], i);
            }
        }
        return table;
    }

    /** Refuses a leaf whose parameter is an input with another leaf: the derivative would be zero. */
    private void requireNoOtherLeaf(Variable leaf) {
        Parameter parameter = leaf.parameterOrNull();
        if (parameter == null || visited(leaf) >= 0) {
            return;
        }
        if (leaves == null) {
            leaves = new HashMap<>();
            inputs.forEach(input -> leaves.putIfAbsent(input.parameterOrNull(), input));
        }
        Variable input = leaves.get(parameter);
        if (input != null) {
            if (caller.equals(Recording.TRACE)) {
                throw new IllegalStateException("trace: the function must compute everything anew from its"
                        + " parameters, got something computed before from parameter " + Text.name(parameter.name())
                        + "; take its variable() within the function");
            }
            throw new IllegalStateException(caller + ": parameter " + Text.name(parameter.name()) + " was set after "
                    + (parameter.variable() == input
                            ? "the output was computed from its old value; compute the output again, with variable() taken anew"
                            : "its leaf was taken as an input; take variable() again"));
        }
    }

    /** Numbers a node whose operands have been numbered. */
    private int finish(Variable node, int start, int n) {
        int i = 0;
        while (i < n && operands[start + i] == Tape.CONSTANT) {
            i++;
        }
        if (i == n) {
            table().put(node, Tape.CONSTANT);
            node.mark(Integer.MAX_VALUE); // no node has this mark
            return Tape.CONSTANT;
        }
        return number(node, start);
    }

    private int number(Variable node, int start) {
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
        }
        if (table != null) {
            table.put(node, count);
        }
        nodes[count] = node;
        starts[count] = start;
        node.mark(count + 1);
        return count++;
    }
}
