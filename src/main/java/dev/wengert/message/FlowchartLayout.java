package dev.wengert.message;

import dev.wengert.message.Flowchart.Kind;
import dev.wengert.message.Flowchart.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A picture of a flowchart in layers, after K. Sugiyama, S. Tagawa and M. Toda, Methods for visual understanding of hierarchical system
 * structures, IEEE Transactions on Systems, Man, and Cybernetics 11 (1981). Time and size grow linearly with the nodes and arrows.
 *
 * <p>A node lies one layer below the lowest of those that lead to it; inputs and constants lie just above the first node that uses them. An
 * arrow that crosses layers has a bend in each. If it would cross many, it begins at a repetition of its first node instead.
 */
final class FlowchartLayout {

    private static final int MOST_LAYERS = 4;
    private static final int SWEEPS = 8;
    private static final int LONGEST_LABEL = 60;
    private static final double CHARACTER = 7.2;
    private static final int HEIGHT = 26;
    private static final int LAYER = 58;
    private static final int GAP = 22;
    private static final int MARGIN = 16;

    /** A node in its layer, a repetition of it, or a bend of an arrow. */
    private static final class Box {
        final Node node;
        final String label;
        final int layer;
        final double width;
        final List<Box> above = new ArrayList<>();
        final List<Box> below = new ArrayList<>();
        double x;

        Box(Node node, String label, int layer) {
            this.node = node;
            this.label = label;
            this.layer = layer;
            width = label == null ? 8 : Math.max(HEIGHT, label.length() * CHARACTER + 20);
        }

        boolean isBend() {
            return label == null;
        }

        int top() {
            return MARGIN + layer * LAYER;
        }
    }

    private final List<Node> nodes;
    private final Map<Integer, Integer> layerOf = new HashMap<>();
    private final List<List<Box>> layers = new ArrayList<>();

    FlowchartLayout(List<Node> nodes) {
        this.nodes = nodes;
        findLayers();
        makeBoxes();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            sweep(sweep % 2 == 0, FlowchartLayout::order);
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            sweep(sweep % 2 == 0, FlowchartLayout::place);
        }
    }

    private void findLayers() {
        Map<Integer, Integer> firstUse = new HashMap<>();
        for (Node node : nodes) {
            int layer = 0;
            for (int from : node.from()) {
                layer = Math.max(layer, layerOf.get(from) + 1);
            }
            layerOf.put(node.number(), layer);
            for (int from : node.from()) {
                firstUse.merge(from, layer, Math::min);
            }
        }
        for (Node node : nodes) {
            if (node.from().isEmpty() && firstUse.containsKey(node.number())) {
                layerOf.put(node.number(), firstUse.get(node.number()) - 1);
            }
        }
    }

    private void makeBoxes() {
        Map<Integer, Box> boxes = new HashMap<>();
        for (Node node : nodes) {
            String label = node.kind() == Kind.OUTPUT ? node.label() : "%" + node.number() + " " + node.label();
            boolean fits = label.length() <= LONGEST_LABEL;
            String shown = fits ? label : label.substring(0, LONGEST_LABEL) + "…";
            boxes.put(node.number(), add(new Box(node, shown, layerOf.get(node.number()))));
        }
        Map<List<Integer>, Box> repetitions = new HashMap<>();
        for (Node node : nodes) {
            Box to = boxes.get(node.number());
            for (int number : new LinkedHashSet<>(node.from())) {
                Box from = boxes.get(number);
                if (to.layer - from.layer > MOST_LAYERS) {
                    Node repeated = from.node;
                    from = repetitions.computeIfAbsent(
                            List.of(number, to.layer - 1), key -> add(new Box(repeated, "%" + number, to.layer - 1)));
                }
                while (from.layer < to.layer - 1) {
                    from = join(from, add(new Box(from.node, null, from.layer + 1)));
                }
                join(from, to);
            }
        }
    }

    private Box add(Box box) {
        while (layers.size() <= box.layer) {
            layers.add(new ArrayList<>());
        }
        List<Box> layer = layers.get(box.layer);
        box.x = layer.isEmpty() ? 0 : right(layer.get(layer.size() - 1), box);
        layer.add(box);
        return box;
    }

    /** The least place of a box beside another one. */
    private static double right(Box left, Box box) {
        return left.x + (left.width + box.width) / 2 + GAP;
    }

    private static Box join(Box from, Box to) {
        from.below.add(to);
        to.above.add(from);
        return to;
    }

    /** Goes through all layers, downwards or upwards. The work on a layer gets where each box would like to be. */
    private void sweep(boolean down, Work work) {
        for (int i = 0; i < layers.size(); i++) {
            List<Box> layer = layers.get(down ? i : layers.size() - 1 - i);
            work.on(layer, box -> {
                List<Box> neighbours = down ? box.above : box.below;
                return neighbours.stream().mapToDouble(b -> b.x).average().orElse(box.x);
            });
        }
    }

    private interface Work {
        void on(List<Box> layer, Function<Box, Double> wish);
    }

    /** Sorts a layer, and packs it. */
    private static void order(List<Box> layer, Function<Box, Double> wish) {
        Map<Box, Double> wishes = new HashMap<>();
        layer.forEach(box -> wishes.put(box, wish.apply(box)));
        layer.sort(Comparator.comparing(wishes::get));
        for (int i = 1; i < layer.size(); i++) {
            layer.get(i).x = right(layer.get(i - 1), layer.get(i));
        }
        double middle = (layer.get(0).x + layer.get(layer.size() - 1).x) / 2;
        layer.forEach(box -> box.x -= middle);
    }

    /** Some boxes side by side: their number, and where the first would be if all before it had no width. */
    private record Run(int count, double sum) {
        double mean() {
            return sum / count;
        }
    }

    /** Moves the boxes of a layer in their order, so that the squares of the distances to their wishes are least (pool adjacent violators). */
    private static void place(List<Box> layer, Function<Box, Double> wish) {
        double[] offset = new double[layer.size()];
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < offset.length; i++) {
            Box box = layer.get(i);
            offset[i] = i == 0 ? 0 : offset[i - 1] + (layer.get(i - 1).width + box.width) / 2 + GAP;
            Run run = new Run(1, wish.apply(box) - offset[i]);
            while (!runs.isEmpty() && runs.get(runs.size() - 1).mean() >= run.mean()) {
                Run before = runs.remove(runs.size() - 1);
                run = new Run(before.count + run.count, before.sum + run.sum);
            }
            runs.add(run);
        }
        int i = 0;
        for (Run run : runs) {
            for (int k = 0; k < run.count; k++, i++) {
                layer.get(i).x = run.mean() + offset[i];
            }
        }
    }

    String svg() {
        double left = 0;
        double right = 0;
        for (List<Box> layer : layers) {
            left = Math.min(left, layer.get(0).x - layer.get(0).width / 2);
            Box last = layer.get(layer.size() - 1);
            right = Math.max(right, last.x + last.width / 2);
        }
        long width = (long) Math.ceil(right - left) + 2 * MARGIN;
        int height = 2 * MARGIN + (layers.isEmpty() ? 0 : (layers.size() - 1) * LAYER + HEIGHT);
        StringBuilder s = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <style>
                  text { font: 12px monospace; text-anchor: middle; fill: #1c2330; }
                  path { fill: none; stroke: #8b95a5; } marker path { fill: #8b95a5; stroke: none; }
                  rect { fill: #ffffff; stroke: #5b6678; } .input { fill: #e3edfb; stroke: #1f5fbf; } .constant { fill: #f6f7f9; stroke: #d9dee7; }
                  .output { fill: #fbeee3; stroke: #c2571a; } .repeated { stroke-dasharray: 3 3; }
                </style>
                <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
                <path d="M0 0 8 4 0 8z"/></marker></defs>
                <rect width="100%%" height="100%%" style="stroke: none"/>
                """, width, height));
        double shift = MARGIN - left;
        for (List<Box> layer : layers) {
            for (Box box : layer) {
                box.x += shift;
            }
        }
        for (List<Box> layer : layers) {
            for (Box box : layer) {
                if (!box.isBend()) {
                    box.above.forEach(from -> arrow(s, from, box));
                }
            }
        }
        for (List<Box> layer : layers) {
            for (Box box : layer) {
                if (!box.isBend()) {
                    draw(s, box);
                }
            }
        }
        return s.append("</svg>\n").toString();
    }

    /** Draws an arrow: straight through the layers of its bends, curved between layers. */
    private static void arrow(StringBuilder s, Box above, Box to) {
        List<Box> way = new ArrayList<>(List.of(to));
        for (Box box = above; box.isBend(); box = box.above.get(0)) {
            way.add(0, box);
        }
        Box from = way.get(0).isBend() ? way.get(0).above.get(0) : above;
        long x = Math.round(from.x);
        int y = from.top() + HEIGHT;
        s.append("<path d=\"M").append(x).append(' ').append(y);
        for (Box box : way) {
            int middle = (y + box.top()) / 2;
            s.append('C').append(x).append(' ').append(middle).append(' ');
            x = Math.round(box.x);
            s.append(x).append(' ').append(middle).append(' ');
            s.append(x).append(' ').append(box.top());
            y = box.top() + HEIGHT;
            if (box != to) {
                s.append('V').append(y);
            }
        }
        s.append("\" marker-end=\"url(#tip)\"/>\n");
    }

    private static void draw(StringBuilder s, Box box) {
        String number = "%" + box.node.number();
        s.append("<g><title>").append(Text.html(box.node.label())).append("</title><rect class=\"");
        s.append(box.node.kind().name().toLowerCase(Locale.ROOT));
        s.append(box.label.equals(number) ? " repeated" : "");
        s.append("\" x=\"").append(Math.round(box.x - box.width / 2));
        s.append("\" y=\"").append(box.top());
        s.append("\" width=\"").append(Math.round(box.width));
        s.append("\" height=\"").append(HEIGHT);
        s.append("\" rx=\"").append(box.node.kind() == Kind.STEP ? HEIGHT / 2 : 4);
        s.append("\"/><text x=\"").append(Math.round(box.x));
        s.append("\" y=\"").append(box.top() + 17);
        s.append("\" textLength=\"").append(Math.round(box.label.length() * CHARACTER));
        s.append("\">").append(Text.html(box.label)).append("</text></g>\n");
    }
}
