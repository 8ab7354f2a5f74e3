package dev.wengert.functional;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The structure of a record of variables, such as the parameters of a model: the record as a list of its variables, and back. So a loss can
 * be a function of a record, and its gradient is a record with a component for each one (what JAX calls a pytree):
 *
 * <pre>{@code
 * record Layer(Variable w, Variable b) {}
 * record Net(Layer hidden, Layer out) {}
 *
 * Tree<Net> tree = Tree.of(net);
 * Net g = tree.grad(n -> loss(n, x, y)).apply(net);                      // g.hidden().w() is the gradient in net.hidden().w()
 * Net next = tree.map((v, slope) -> v.sub(slope.mul(0.1)), net, g);
 * }</pre>
 *
 * <p>The leaves are variables in components of records, in lists and in values of maps, in each other to any depth, in the order of the
 * components. Everything else, such as a number, a name or null, is no leaf, and stays as it is.
 *
 * @param <T> the type of the record; a list or a map will do
 */
public final class Tree<T> {

    private final T example;
    private final MethodHandles.Lookup lookup;
    private final Map<Class<?>, Parts> records = new ConcurrentHashMap<>();
    private final Map<String, Variable> leaves;

    /** What reads the components of a record, and makes a record of others. */
    private record Parts(List<RecordComponent> components, List<MethodHandle> accessors, MethodHandle constructor) {}

    private Tree(T example, MethodHandles.Lookup lookup) {
        this.example = Given.value("tree", "the example", example);
        this.lookup = lookup;
        this.leaves = leaves(example);
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("tree: the example must hold a variable, got none in "
                    + example.getClass().getTypeName());
        }
    }

    /**
     * The structure of an example.
     *
     * @param example a record of variables
     * @param <T> its type
     * @return the structure
     * @throws IllegalArgumentException if the example holds no variable, a variable is in an array, or a record is neither public in a
     *     package that its module exports, nor in one that it opens
     */
    public static <T> Tree<T> of(T example) {
        return new Tree<>(example, null);
    }

    /**
     * The structure of an example whose records are not public.
     *
     * @param example a record of variables
     * @param lookup {@code MethodHandles.lookup()}, which may do what its caller may
     * @param <T> the type of the record
     * @return the structure
     * @throws IllegalArgumentException if the example holds no variable, a variable is in an array, or the caller may not use a record
     */
    public static <T> Tree<T> of(T example, MethodHandles.Lookup lookup) {
        return new Tree<>(example, Given.value("tree", "the lookup", lookup));
    }

    /**
     * The names of the leaves, in order.
     *
     * @return paths such as {@code hidden.w}, {@code layers[0].w}, {@code rates[key]}
     */
    public List<String> names() {
        return List.copyOf(leaves.keySet());
    }

    /**
     * The leaves of a record, in order.
     *
     * @param x a record with the structure of the example; variables may have other shapes
     * @return its variables
     * @throws IllegalArgumentException if it has other leaves than the example
     */
    public List<Variable> flatten(T x) {
        Map<String, Variable> found = leaves(Given.value("flatten", "the record", x));
        if (!found.keySet().equals(leaves.keySet())) {
            throw new IllegalArgumentException(
                    "flatten: the record must have the leaves of the example, " + this + ", got " + text(found));
        }
        return leaves.keySet().stream().map(found::get).toList();
    }

    /**
     * The record with these leaves. All that is no leaf comes from the example.
     *
     * @param leaves as many variables as the example has, in order
     * @return the record
     * @throws IllegalArgumentException if there are more or fewer
     */
    public T unflatten(List<Variable> leaves) {
        List<Variable> given = Given.list("unflatten: leaf", Variable.class, leaves);
        if (given.size() != this.leaves.size()) {
            throw new IllegalArgumentException(
                    "unflatten: there must be a variable for each leaf of " + this + ", got " + given.size());
        }
        return build(example, given);
    }

    /**
     * The gradient of a function of the record.
     *
     * @param f a function that returns a single number
     * @return a function from a record to the record of its gradients, which can be differentiated again
     */
    public UnaryOperator<T> grad(Function<T, Variable> f) {
        Given.value("grad", "the function", f);
        return x -> build(x, Autodiff.gradients(v -> f.apply(build(x, v)), flatten(x)));
    }

    /**
     * A record with the results of a function of each leaf in their place.
     *
     * @param f the function
     * @param x a record with the structure of the example
     * @return x with the results in the place of its leaves
     * @throws IllegalArgumentException if x has other leaves than the example
     */
    public T map(UnaryOperator<Variable> f, T x) {
        Given.value("map", "the function", f);
        return map((a, b) -> f.apply(a), x, x);
    }

    /**
     * A record with the results of a function of each leaf of one record and the same of another, such as a parameter and its gradient.
     *
     * @param f the function
     * @param x a record with the structure of the example
     * @param y another one
     * @return x with the results in the place of its leaves
     * @throws IllegalArgumentException if x or y has other leaves than the example
     */
    public T map(BinaryOperator<Variable> f, T x, T y) {
        Given.value("map", "the function", f);
        List<Variable> a = flatten(x);
        List<Variable> b = flatten(y);
        List<Variable> results = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            results.add(Given.result("map", "a variable", f.apply(a.get(i), b.get(i))));
        }
        return build(x, results);
    }

    /**
     * The elements of all leaves in one vector, such as a solver or {@link Autodiff#hessian} takes.
     *
     * @param x a record with the structure of the example
     * @return its elements in order, of rank 1
     * @throws IllegalArgumentException if it has other leaves than the example
     */
    public Variable ravel(T x) {
        return Variable.concat(0, flatten(x).stream().map(Variable::flatten).toArray(Variable[]::new));
    }

    /**
     * The record with these elements.
     *
     * @param flat a vector of the elements of all leaves in order
     * @return the record, whose leaves have the shapes of those of the example
     * @throws ShapeException if the vector has another length
     */
    public T unravel(Variable flat) {
        List<Shape> shapes = leaves.values().stream().map(Variable::shape).toList();
        return build(example, Flat.split("unravel", flat, shapes));
    }

    @Override
    public String toString() {
        return text(leaves);
    }

    private static String text(Map<String, Variable> leaves) {
        List<String> names = new ArrayList<>();
        leaves.forEach((name, leaf) -> names.add(Text.name(name) + " " + leaf.shape()));
        return names.toString();
    }

    // ---- the walk ----

    private Map<String, Variable> leaves(T root) {
        Map<String, Variable> found = new LinkedHashMap<>();
        replace(root, "", (name, leaf) -> {
            if (found.put(name, leaf) != null) {
                throw new IllegalArgumentException(
                        "tree: names of leaves must differ, got " + Text.name(name) + " again");
            }
            return leaf;
        });
        return found;
    }

    /** The record with other leaves, which are in the order of those of the example. */
    @SuppressWarnings("unchecked") // what is replaced are variables, by variables
    private T build(T root, List<Variable> with) {
        Map<String, Variable> named = new HashMap<>();
        Iterator<Variable> next = with.iterator();
        leaves.keySet().forEach(name -> named.put(name, next.next()));
        return (T) replace(root, "", (name, leaf) -> named.get(name));
    }

    /** The same node with its leaves replaced; itself, if no leaf changes. */
    private Object replace(Object node, String name, BiFunction<String, Variable, Variable> leaf) {
        if (node instanceof Variable v) {
            return leaf.apply(name, v);
        }
        if (node instanceof Record r) {
            return replaceInRecord(r, name, leaf);
        }
        if (node instanceof List<?> list) {
            List<Object> parts = new ArrayList<>();
            for (Object part : list) {
                parts.add(replace(part, name + "[" + parts.size() + "]", leaf));
            }
            return isSame(parts, list) ? list : Collections.unmodifiableList(parts);
        }
        if (node instanceof Map<?, ?> map) {
            Map<Object, Object> parts = new LinkedHashMap<>();
            map.forEach((key, part) -> parts.put(key, replace(part, name + "[" + key + "]", leaf)));
            return isSame(parts.values(), map.values()) ? map : Collections.unmodifiableMap(parts);
        }
        if (node instanceof Variable[]) {
            throw new IllegalArgumentException("tree: variables must be in records, lists and maps, got an array at "
                    + Text.name(name) + "; make it a list");
        }
        return node;
    }

    private Object replaceInRecord(Record node, String name, BiFunction<String, Variable, Variable> leaf) {
        Parts parts = records.computeIfAbsent(node.getClass(), this::parts);
        List<Object> old = new ArrayList<>();
        List<Object> replaced = new ArrayList<>();
        for (int i = 0; i < parts.components.size(); i++) {
            RecordComponent component = parts.components.get(i);
            Object part = call(parts.accessors.get(i), node);
            Object with = replace(part, name.isEmpty() ? component.getName() : name + "." + component.getName(), leaf);
            if (with != part && !component.getType().isInstance(with)) {
                throw new IllegalArgumentException("tree: component " + component.getName() + " of "
                        + node.getClass().getTypeName() + " must be declared as a List or a Map, got "
                        + component.getType().getTypeName());
            }
            old.add(part);
            replaced.add(with);
        }
        return isSame(replaced, old) ? node : call(parts.constructor, replaced.toArray());
    }

    private static boolean isSame(Iterable<?> parts, Iterable<?> others) {
        Iterator<?> other = others.iterator();
        for (Object part : parts) {
            if (part != other.next()) {
                return false;
            }
        }
        return true;
    }

    // ---- reflection ----

    private Parts parts(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            List<MethodHandle> accessors = new ArrayList<>();
            for (RecordComponent component : components) {
                accessors.add(lookupOf(component.getAccessor()).unreflect(component.getAccessor()));
            }
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return new Parts(
                    List.of(components), accessors, lookupOf(constructor).unreflectConstructor(constructor));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "tree: record " + type.getTypeName()
                            + " must be public in a package that its module exports or opens, "
                            + (lookup == null
                                    ? "got neither; or pass MethodHandles.lookup() with the example"
                                    : "or be one that the caller of the lookup may use, got a lookup of "
                                            + lookup.lookupClass().getTypeName()),
                    e);
        }
    }

    private MethodHandles.Lookup lookupOf(AccessibleObject member) {
        if (lookup == null) {
            member.trySetAccessible(); // where it fails, unreflect says so
        }
        return lookup == null ? MethodHandles.lookup() : lookup;
    }

    private static Object call(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
    }
}
