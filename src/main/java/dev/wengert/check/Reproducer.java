package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A check of one operation, and the same check as a Java program.
 *
 * @param expression the source of the check: a call of a method of {@code GradientCheck}
 * @param home the package to which the program must belong, or empty for any
 * @param check the same check
 */
record Reproducer(String expression, String home, GradientCheck check) {

    /**
     * The forms in which the check of an operation can be written, the best first; empty if the operation cannot be written in source.
     *
     * @param frozen the operand whose value is read and made a constant, or −1 for none
     */
    static List<Reproducer> of(Op op, int operands, int frozen) {
        GradientCheck applied = GradientCheck.ofAll(x -> op.apply(IntStream.range(0, operands)
                .mapToObj(i -> i == frozen ? Variable.of(x.get(i).value()) : x.get(i))
                .toArray(Variable[]::new)));
        List<String> arguments = IntStream.range(0, operands)
                .mapToObj(i -> i == frozen ? "Variable.of(x.get(" + i + ").value())" : "x.get(" + i + ")")
                .toList();
        if (op instanceof CustomOp) {
            String home = isPublic(op.getClass()) ? "" : op.getClass().getPackageName();
            String call = ".apply(" + String.join(", ", arguments) + "))";
            return construction(op).stream()
                    .flatMap(made -> Stream.of(
                            new Reproducer("op(" + made + ")", home, GradientCheck.op(op)),
                            new Reproducer("ofAll(x -> " + made + call, home, applied)))
                    .skip(frozen < 0 ? 0 : 1)
                    .toList();
        }
        if (isMethod(op.label(), operands - 1, false)) {
            String call = arguments.get(0) + "." + op.label() + "(" + String.join(", ", arguments.subList(1, operands));
            return List.of(new Reproducer("ofAll(x -> " + call + "))", "", applied));
        }
        String call = "Variable." + op.label() + "(" + String.join(", ", arguments);
        return isMethod(op.label(), operands, true)
                ? List.of(new Reproducer("ofAll(x -> " + call + "))", "", applied))
                : List.of();
    }

    private static boolean isMethod(String name, int variables, boolean isStatic) {
        return Arrays.stream(Variable.class.getMethods())
                .anyMatch(m -> m.getName().equals(name)
                        && Modifier.isStatic(m.getModifiers()) == isStatic
                        && List.of(m.getParameterTypes()).equals(Collections.nCopies(variables, Variable.class)));
    }

    /** The reason why the check of an operation cannot be written in source, and a remedy. */
    static String obstacle(Op op) {
        return op instanceof CustomOp
                ? Blame.name(op)
                        + " cannot be written in Java source; let it be a class that is neither private nor local, and a record"
                        + " of numbers, enums, tensors and such records, or one with a constructor without arguments; a named module"
                        + " must open its package to dev.wengert"
                : Blame.name(op)
                        + " is an operation of the library for which Variable has no method of its operands alone";
    }

    private static boolean isPublic(Class<?> type) {
        boolean outer = type.getEnclosingClass() == null || isPublic(type.getEnclosingClass());
        return outer && Modifier.isPublic(type.getModifiers());
    }

    /** Whether the program fails. */
    boolean fails(List<Tensor> operands, int order, long seed) {
        try {
            return check.at(operands.toArray(Tensor[]::new))
                            .order(order)
                            .seed(seed)
                            .withoutReproducer()
                            .run()
                            .verdict()
                    == Verdict.FAIL;
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError refused) {
            return false;
        }
    }

    /** The source of a class {@code Reproducer}. */
    String source(List<Tensor> operands, int order, long seed) {
        String at = operands.stream().map(Reproducer::literal).collect(Collectors.joining(", "));
        StringBuilder imports = new StringBuilder();
        if (expression.contains("Variable")) {
            imports.append("import dev.wengert.autodiff.Variable;\n");
        }
        imports.append("import dev.wengert.check.GradientCheck;\n");
        if (at.contains("Shape.of")) {
            imports.append("import dev.wengert.tensor.Shape;\n");
        }
        imports.append("import dev.wengert.tensor.Tensor;\n");
        return String.format(
                Locale.ROOT,
                """
                // fails on its own; seed %1$d
                %2$s%3$s
                public class Reproducer {
                    public static void main(String[] args) {
                        GradientCheck.%4$s
                                .at(%5$s)
                                .order(%6$d)
                                .seed(%1$dL)
                                .run()
                                .verify();
                    }
                }
                """,
                seed,
                home.isEmpty() ? "" : "package " + home + ";\n\n",
                imports,
                expression,
                at,
                order);
    }

    /** The source that makes an object: of a record with its components, of another class without arguments. */
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
