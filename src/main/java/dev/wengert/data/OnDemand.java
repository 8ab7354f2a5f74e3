package dev.wengert.data;

import dev.wengert.message.Given;
import java.util.AbstractList;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/** An immutable list whose elements are made when they are requested, and are not kept. */
final class OnDemand<T> extends AbstractList<T> implements RandomAccess {
    private final String caller;
    private final String what;
    private final int size;
    private final IntFunction<T> element;

    OnDemand(String caller, String what, int size, IntFunction<T> element) {
        this.caller = caller;
        this.what = what;
        this.size = size;
        this.element = element;
    }

    @Override
    public T get(int i) {
        return element.apply(Given.index(caller, what, i, size));
    }

    @Override
    public int size() {
        return size;
    }
}
