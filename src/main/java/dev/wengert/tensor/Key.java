package dev.wengert.tensor;

import dev.wengert.kernel.Threefry;
import dev.wengert.message.Given;
import java.util.ArrayList;
import java.util.List;

/**
 * Chance as a value: a seed that is split and folded. The same key draws the same numbers, on every machine, in every version of Java, and in
 * any order of calls; nothing is advanced, and nothing is global. For other numbers take another key:
 *
 * <pre>{@code
 * Key key = Key.of(1);
 * Tensor noise = key.fold(epoch).normal(32, 10);
 * }</pre>
 *
 * <p>A key is two words of 32 bits. As a tensor of shape [2] it is an input of a function, so a replayed plan draws anew for each key. The
 * numbers are blocks of Threefry-2x32 with 20 rounds (J. K. Salmon and others, Parallel random numbers: as easy as 1, 2, 3, SC 2011). The
 * first word of the counter is the number of the block, and the second tells what is drawn. The layout is part of the result:
 *
 * <ul>
 *   <li>uniform: block i makes element i, by its upper 53 bits;
 *   <li>normal: blocks 2i and 2i + 1 make elements 2i and 2i + 1 by the method of Box and Muller;
 *   <li>Bernoulli and dropout: block i makes elements 2i and 2i + 1, each by 32 bits;
 *   <li>Gumbel: block i makes element i, by 52 bits;
 *   <li>permutation: block i decides what is swapped with place i, from the last place on;
 *   <li>fold: the block of a number, in a range of counters that no draw uses.
 * </ul>
 */
public final class Key {

    private final int first;
    private final int second;

    private Key(long words) {
        this.first = (int) words;
        this.second = (int) (words >>> 32);
    }

    /**
     * The key of a seed.
     *
     * @param seed any number
     * @return the key; different seeds have different keys
     */
    public static Key of(long seed) {
        return new Key(seed);
    }

    /**
     * The key of a tensor that {@link #tensor()} returned.
     *
     * @param words two whole numbers from 0 to 4294967295
     * @return the key
     * @throws ShapeException unless the shape is [2]
     * @throws IllegalArgumentException if an element is no such number
     */
    public static Key of(Tensor words) {
        if (!Given.value("key", "the tensor", words).shape().equals(Shape.of(2))) {
            throw new ShapeException(
                    "key", "a key must have shape [2]", words.shape().toString());
        }
        return new Key(words("key", words.get(0), words.get(1)));
    }

    /** The words of a key as doubles, checked; the first in the lower half. */
    private static long words(String caller, double first, double second) {
        for (double word : new double[] {first, second}) {
            if (!(word >= 0 && word < 0x1p32 && word == Math.rint(word))) {
                throw new IllegalArgumentException(caller
                        + ": a key must be two whole numbers from 0 to 4294967295, got " + first + " and " + second);
            }
        }
        return (long) second << 32 | (long) first;
    }

    /**
     * Another key, for a number such as an epoch, a step or a layer. Keys of different numbers are different, and so are keys of the same
     * number from different keys, but for chances of 2⁻⁶⁴.
     *
     * @param number 0 or more
     * @return the key of that number
     * @throws IllegalArgumentException if the number is negative
     */
    public Key fold(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("fold: the number must be 0 or more, got " + number);
        }
        return new Key(Threefry.fold(first, second, number));
    }

    /**
     * Several keys: those of {@link #fold} for 0, 1, ….
     *
     * @param count the number of keys
     * @return the keys
     * @throws IllegalArgumentException if the count is negative, or more than {@link Shape#MAX_SIZE}
     */
    public List<Key> split(int count) {
        if (count < 0 || count > Shape.MAX_SIZE) {
            throw new IllegalArgumentException(
                    "split: the number of keys must be from 0 to " + Shape.MAX_SIZE + ", got " + count);
        }
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(fold(i));
        }
        return List.copyOf(keys);
    }

    /**
     * The two words as whole numbers from 0 to 4294967295: what operations with chance take as an operand.
     *
     * @return a tensor of shape [2]
     */
    public Tensor tensor() {
        return Tensor.of(Integer.toUnsignedLong(first), Integer.toUnsignedLong(second));
    }

    /**
     * Random numbers, uniform in [0, 1).
     *
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public Tensor uniform(int... extents) {
        Shape shape = Shape.of("uniform", extents);
        double[] y = new double[shape.size()];
        Threefry.uniform(first, second, y, y.length);
        return Tensor.of(shape, y);
    }

    /**
     * Random numbers, normal with mean 0 and standard deviation 1.
     *
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public Tensor normal(int... extents) {
        Shape shape = Shape.of("normal", extents);
        double[] y = new double[shape.size()];
        Threefry.normal(first, second, y, y.length);
        return Tensor.of(shape, y);
    }

    /**
     * The numbers 0..n−1 in random order, such as for {@link Tensor#rows(int[])}.
     *
     * @param n how many
     * @return the permutation
     * @throws IllegalArgumentException if n is negative, or more than {@link Shape#MAX_SIZE}
     */
    public int[] permutation(int n) {
        if (n < 0 || n > Shape.MAX_SIZE) {
            throw new IllegalArgumentException("permutation: n must be from 0 to " + Shape.MAX_SIZE + ", got " + n);
        }
        double[] y = new double[n];
        Threefry.permutation(first, second, y, n);
        int[] permutation = new int[n];
        for (int i = 0; i < n; i++) {
            permutation[i] = (int) y[i];
        }
        return permutation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && first == key.first && second == key.second;
    }

    @Override
    public int hashCode() {
        return 31 * first + second;
    }

    /** The two words in hexadecimal. */
    @Override
    public String toString() {
        return String.format("Key(%08x %08x)", first, second);
    }
}
