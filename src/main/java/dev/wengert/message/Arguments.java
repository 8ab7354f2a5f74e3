package dev.wengert.message;

import java.util.AbstractList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The arguments of a function of several, as it gets them: an error says if it asks for more than there are, or changes them.
 *
 * @param <T> the type of the arguments
 */
public final class Arguments<T> extends AbstractList<T> implements RandomAccess {
    private final String caller;
    private final String what;
    private final List<T> all;

    /**
     * Arguments.
     *
     * @param caller the method that runs the function
     * @param what what its caller must give for each argument, such as "an example"
     * @param all the arguments, which do not change
     */
    public Arguments(String caller, String what, List<T> all) {
        this.caller = caller;
        this.what = what;
        this.all = all;
    }

    @Override
    public T get(int i) {
        if (i < 0 || i >= all.size()) {
            throw new IllegalArgumentException(caller + ": there must be " + what
                    + " for each argument of the function, got " + all.size() + " where it asks for get(" + i + ")");
        }
        return all.get(i);
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public Iterator<T> iterator() {
        return all.iterator(); // which removes nothing
    }

    @Override
    public ListIterator<T> listIterator(int from) {
        return all.listIterator(from);
    }

    @Override
    public T set(int i, T value) {
        throw fixed();
    }

    @Override
    public boolean add(T value) {
        throw fixed();
    }

    @Override
    public void add(int i, T value) {
        throw fixed();
    }

    @Override
    public boolean addAll(Collection<? extends T> values) {
        throw fixed();
    }

    @Override
    public boolean addAll(int i, Collection<? extends T> values) {
        throw fixed();
    }

    @Override
    public T remove(int i) {
        throw fixed();
    }

    @Override
    public boolean remove(Object value) {
        throw fixed();
    }

    @Override
    public boolean removeAll(Collection<?> values) {
        throw fixed();
    }

    @Override
    public boolean removeIf(Predicate<? super T> which) {
        throw fixed();
    }

    @Override
    public boolean retainAll(Collection<?> values) {
        throw fixed();
    }

    @Override
    public void replaceAll(UnaryOperator<T> f) {
        throw fixed();
    }

    @Override
    public void sort(Comparator<? super T> order) {
        throw fixed();
    }

    @Override
    public void clear() {
        throw fixed();
    }

    private UnsupportedOperationException fixed() {
        return new UnsupportedOperationException(
                caller + ": the function must not change the list of its arguments; make a list of its own");
    }
}
