package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables of what layers have. */
final class Summary {

    private Summary() {}

    /** A row for each parameter. */
    static String ofParameters(Layer layer) {
        Gathered all = Gathered.of("summary", layer);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("name", "shape", "number", "trained"));
        all.parameters().forEach(p -> rows.add(row(p, "yes")));
        all.state().forEach(p -> rows.add(row(p, "no")));
        long trained = number(all.parameters());
        rows.add(List.of("total", "", "" + (trained + number(all.state())), "" + trained));
        return table(rows);
    }

    /** A row for each layer of a chain, with the shape that it gives to an example. */
    static String ofLayers(Chain chain, Variable example) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("layer", "output", "number", "trained"));
        rows.add(List.of("input", example.shape().toString(), "", ""));
        Variable y = example;
        for (Layer layer : chain.layers()) {
            y = layer.apply(y, Context.inference());
            rows.add(row(Gathered.print(layer), y.shape().toString(), layer));
        }
        rows.add(row("total", "", chain));
        return table(rows);
    }

    private static List<String> row(Parameter p, String trained) {
        return List.of(Text.name(p.name()), p.value().shape().toString(), "" + number(List.of(p)), trained);
    }

    private static List<String> row(String first, String second, Layer layer) {
        Gathered all = Gathered.of("summary", layer);
        long trained = number(all.parameters());
        return List.of(first, second, "" + (trained + number(all.state())), "" + trained);
    }

    private static long number(List<Parameter> parameters) {
        return parameters.stream().mapToLong(p -> p.value().shape().size()).sum();
    }

    /** Two columns to the left, and two to the right. */
    private static String table(List<List<String>> rows) {
        int[] width = IntStream.range(0, 4)
                .map(i ->
                        rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> IntStream.range(0, 4)
                        .mapToObj(i -> {
                            String space = " ".repeat(width[i] - row.get(i).length());
                            return i < 2 ? row.get(i) + space : space + row.get(i);
                        })
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
