package dev.wengert.message;

import java.util.ArrayList;
import java.util.List;

/** A directed graph without cycles that is to be drawn. Each node follows those from which an arrow leads to it. */
public final class Flowchart {

    /** What a node stands for. */
    public enum Kind {
        /** A box: what is given. */
        INPUT("box", "[\"", "\"]"),
        /** A hexagon, or text alone. */
        CONSTANT("plaintext", "{{\"", "\"}}"),
        /** An ellipse, or a box with round ends. */
        STEP("ellipse", "([\"", "\"])"),
        /** A circle. */
        OUTPUT("doublecircle", "((\"", "\"))");

        private final String dot;
        private final String before;
        private final String after;

        Kind(String dot, String before, String after) {
            this.dot = dot;
            this.before = before;
            this.after = after;
        }
    }

    /** A node, and the numbers of the nodes from which an arrow leads to it. */
    record Node(int number, Kind kind, String label, List<Integer> from) {}

    private final List<Node> nodes = new ArrayList<>();

    /** A graph without nodes. */
    public Flowchart() {}

    /**
     * Adds a node.
     *
     * @param number its number, which no other node has
     * @param kind what it stands for
     * @param label its label
     * @param from the numbers of the nodes from which an arrow leads to it
     */
    public void node(int number, Kind kind, String label, List<Integer> from) {
        nodes.add(new Node(number, kind, label, from));
    }

    /** The nodes, in the order in which they were added. */
    List<Node> nodes() {
        return nodes;
    }

    /**
     * The graph in the DOT language of Graphviz.
     *
     * @return the text of a file
     */
    public String dot() {
        StringBuilder s = new StringBuilder("digraph tape {\n");
        for (Node node : nodes) {
            String label = node.label.replace('"', '\'').replace("\\", "\\\\");
            s.append("  n").append(node.number).append(" [label=\"").append(label);
            s.append("\", shape=").append(node.kind.dot).append("];\n");
            for (int from : node.from) {
                s.append("  n").append(from).append(" -> n").append(node.number).append(";\n");
            }
        }
        return s.append("}\n").toString();
    }

    /**
     * The graph as a Mermaid flowchart.
     *
     * @return the text of a file
     */
    public String mermaid() {
        StringBuilder s = new StringBuilder("flowchart TD\n");
        for (Node node : nodes) {
            s.append("  n").append(node.number).append(node.kind.before);
            s.append(Text.mermaid(node.label)).append(node.kind.after).append('\n');
            for (int from : node.from) {
                s.append("  n")
                        .append(from)
                        .append(" --> n")
                        .append(node.number)
                        .append('\n');
            }
        }
        return s.toString();
    }

    /**
     * The graph as a picture that needs nothing else.
     *
     * @return the text of an SVG file
     */
    public String svg() {
        return new FlowchartLayout(nodes).svg();
    }
}
