package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.tensor.Tensor;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Java source of a program that checks one operation at given operands. */
final class Reproducer {

    private Reproducer() {}

    /** The source of a class {@code Reproducer}; empty if the operation cannot be named in source. */
    static Optional<String> source(Op op, List<Tensor> operands, int order, long seed) {
        return expression(op, operands.size())
                .map(f -> String.format(
                        Locale.ROOT,
                        """
                // fails on its own; seed %1$d
                %2$simport dev.wengert.check.GradientCheck;
                import dev.wengert.tensor.Shape;
                import dev.wengert.tensor.Tensor;

                public class Reproducer {
                    public static void main(String[] args) {
                        GradientCheck.%3$s
                                .at(%4$s)
                                .order(%5$d)
                                .seed(%1$dL)
                                .run()
                                .verify();
                    }
                }
                """,
                        seed,
                        packageLine(op),
                        f,
                        operands.stream().map(Reproducer::literal).collect(Collectors.joining(", ")),
                        order));
    }

    private static String packageLine(Op op) {
        boolean named =
                op instanceof CustomOp && !op.getClass().getPackageName().isEmpty();
        return named ? "package " + op.getClass().getPackageName() + ";\n\n" : "";
    }

    private static Optional<String> expression(Op op, int operands) {
        if (op instanceof CustomOp) {
            return construction(op).map(instance -> "op(" + instance + ")");
        }
        if (!op.label().matches("[a-zA-Z0-9]+")) {
            return Optional.empty();
        }
        String others =
                IntStream.range(1, operands).mapToObj(i -> "x.get(" + i + ")").collect(Collectors.joining(", "));
        return Optional.of("ofAll(x -> x.get(0)." + op.label() + "(" + others + "))");
    }

    /** How an object is made: a record from its components, another class without arguments. */
    private static Optional<String> construction(Object value) {
        Class<?> type = value.getClass();
        if (type.isAnonymousClass()
                || type.isLocalClass()
                || type.isHidden()
                || Modifier.isPrivate(type.getModifiers())) {
            return Optional.empty();
        }
        String arguments = "";
        if (type.isRecord()) {
            List<Optional<String>> literals = Arrays.stream(type.getRecordComponents())
                    .map(c -> component(value, c))
                    .toList();
            if (literals.stream().anyMatch(Optional::isEmpty)) {
                return Optional.empty();
            }
            arguments = literals.stream().map(Optional::orElseThrow).collect(Collectors.joining(", "));
        } else if (Arrays.stream(type.getDeclaredConstructors())
                .noneMatch(c -> c.getParameterCount() == 0 && !Modifier.isPrivate(c.getModifiers()))) {
            return Optional.empty();
        }
        return Optional.of("new " + type.getCanonicalName() + "(" + arguments + ")");
    }

    private static Optional<String> component(Object record, RecordComponent component) {
        Object value;
        try {
            component.getAccessor().setAccessible(true);
            value = component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException | RuntimeException hidden) {
            return Optional.empty();
        }
        if (value instanceof Double d) {
            return Optional.of(literal(d));
        }
        if (value instanceof Integer || value instanceof Boolean) {
            return Optional.of(value.toString());
        }
        if (value instanceof Enum<?> e) {
            return Optional.of(e.getDeclaringClass().getCanonicalName() + "." + e.name());
        }
        if (value instanceof Tensor t) {
            return Optional.of(literal(t));
        }
        return value instanceof Record ? construction(value) : Optional.empty();
    }

    private static String literal(Tensor t) {
        String shape = Arrays.toString(t.shape().toArray()).replaceAll("[\\[\\]]", "");
        String values = Arrays.stream(t.toArray()).mapToObj(Reproducer::literal).collect(Collectors.joining(", "));
        return t.shape().rank() == 1 && t.shape().size() > 0
                ? "Tensor.of(" + values + ")"
                : t.shape().rank() == 0
                        ? "Tensor.scalar(" + values + ")"
                        : "Tensor.of(Shape.of(" + shape + ")" + (values.isEmpty() ? "" : ", " + values) + ")";
    }

    private static String literal(double v) {
        if (Double.isNaN(v)) {
            return "Double.NaN";
        }
        return Double.isInfinite(v)
                ? (v > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY")
                : Double.toString(v);
    }
}
