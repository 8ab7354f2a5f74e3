package dev.wengert.message;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Checks that what callers must give is there. Lists, arrays and maps are copied first, so that what was checked does not change
 * afterwards.
 */
public final class Given {
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8; // the longest array that every JVM can make

    private Given() {}

    /**
     * A value that must not be null.
     *
     * @param caller the method that was given the value
     * @param what the value, in words such as "the function"
     * @param value the value
     * @param <T> its type
     * @return the value
     */
    public static <T> T value(String caller, String what, T value) {
        if (value == null) {
            throw new NullPointerException(caller + ": " + what + " must be given, got null");
        }
        return value;
    }

    /**
     * What a caller's function returned, which must not be null.
     *
     * @param caller the method that ran the function
     * @param what what must be returned, in words such as "a variable"
     * @param result what was returned
     * @param <T> its type
     * @return the result
     */
    public static <T> T result(String caller, String what, T result) {
        if (result == null) {
            throw new NullPointerException(caller + ": the function must return " + what + ", got null");
        }
        return result;
    }

    /**
     * A number above 0.
     *
     * @param caller the method that was given the number
     * @param what the number, in words such as "the rate"
     * @param value the number
     * @return the number
     * @throws IllegalArgumentException unless it is positive and finite
     */
    public static double positive(String caller, String what, double value) {
        return require(value > 0 && value <= Double.MAX_VALUE, caller, what, "positive and finite", value);
    }

    /**
     * A number of 0 or more.
     *
     * @param caller the method that was given the number
     * @param what the number, in words
     * @param value the number
     * @return the number
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public static double notNegative(String caller, String what, double value) {
        return require(value >= 0 && value <= Double.MAX_VALUE, caller, what, "finite and at least 0", value);
    }

    /**
     * A number from 0 to 1, 1 excluded, such as the decay of a moving average.
     *
     * @param caller the method that was given the number
     * @param what the number, in words
     * @param value the number
     * @return the number
     * @throws IllegalArgumentException unless it is at least 0 and less than 1
     */
    public static double fraction(String caller, String what, double value) {
        return require(value >= 0 && value < 1, caller, what, "at least 0 and less than 1", value);
    }

    private static double require(boolean fits, String caller, String what, String required, double value) {
        if (!fits) {
            throw new IllegalArgumentException(caller + ": " + what + " must be " + required + ", got " + value);
        }
        return value;
    }

    /**
     * Parameters by name. One that is given twice counts once.
     *
     * @param caller the method that was given them
     * @param parameters the parameters
     * @param name gives the name of a parameter
     * @param remedy what to do about two of one name
     * @param <T> the type of the parameters
     * @return the parameters in order
     * @throws IllegalArgumentException if two have one name
     */
    public static <T> Map<String, T> byName(
            String caller, Collection<T> parameters, Function<T, String> name, String remedy) {
        Map<String, T> byName = new LinkedHashMap<>();
        for (T parameter : parameters) {
            T other = byName.putIfAbsent(name.apply(parameter), parameter);
            if (other != null && other != parameter) {
                throw new IllegalArgumentException(caller + ": parameters must have different names, got two called "
                        + Text.name(name.apply(parameter)) + "; " + remedy);
            }
        }
        return byName;
    }

    /**
     * The elements of a list or another collection.
     *
     * @param what the method and the word for an element, such as "between: input"
     * @param type the type of the elements, which raw types do not hold to
     * @param values the elements
     * @param <T> the type of the elements
     * @return an immutable copy
     */
    public static <T> List<T> list(String what, Class<T> type, Collection<? extends T> values) {
        if (values == null) {
            throw new NullPointerException(what + "s must be given, got null");
        }
        int size = values.size();
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException(what + "s must be 0 to " + MAX_SIZE + " in number, got " + size);
        }
        List<T> copy;
        try {
            copy = List.copyOf(values);
        } catch (NullPointerException e) {
            throw wrong(what, Arrays.asList(values.toArray()).indexOf(null), type, null);
        }
        for (int i = 0; i < copy.size(); i++) {
            Object element = copy.get(i);
            if (!type.isInstance(element)) {
                throw wrong(what, i, type, element);
            }
        }
        return copy;
    }

    /**
     * The elements of an array.
     *
     * @param what the method and the word for an element, such as "run: input"
     * @param type the type of the elements
     * @param values the elements
     * @param <T> the type of the elements
     * @return an immutable copy
     */
    public static <T> List<T> array(String what, Class<T> type, T[] values) {
        return list(what, type, values == null ? null : Arrays.asList(values));
    }

    /**
     * The entries of a map.
     *
     * @param what the method and the word for a value, such as "step: gradient"
     * @param key the type of the keys
     * @param type the type of the values
     * @param map the entries
     * @param <K> the type of the keys
     * @param <V> the type of the values
     * @return a copy in the same order
     */
    public static <K, V> Map<K, V> map(String what, Class<K> key, Class<V> type, Map<K, V> map) {
        if (map == null) {
            throw new NullPointerException(what + "s must be given, got null");
        }
        Map<Object, Object> raw = new LinkedHashMap<>(map);
        Map<K, V> copy = new LinkedHashMap<>();
        raw.forEach((k, v) -> {
            int i = copy.size();
            if (!key.isInstance(k)) {
                throw wrong("the key of " + what, i, key, k);
            }
            if (!type.isInstance(v)) {
                throw wrong(what, i, type, v);
            }
            copy.put(key.cast(k), type.cast(v));
        });
        return copy;
    }

    /**
     * An index that must be one of those that there are.
     *
     * @param caller the method that was given the index
     * @param what the word for what it counts
     * @param i the index
     * @param count how many there are
     * @return the index
     */
    public static int index(String caller, String what, int i, int count) {
        if (i < 0 || i >= count) {
            throw new IndexOutOfBoundsException(caller + ": the index of the " + what
                    + " must be at least 0 and less than " + count + ", got " + i);
        }
        return i;
    }

    private static RuntimeException wrong(String what, int i, Class<?> type, Object value) {
        String kind = type.isArray() ? "an array" : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
        String required = what + (i < 0 ? "" : " " + i) + " must be " + kind;
        return value == null
                ? new NullPointerException(required + ", got null")
                : new IllegalArgumentException(
                        required + ", got a " + value.getClass().getName());
    }
}
