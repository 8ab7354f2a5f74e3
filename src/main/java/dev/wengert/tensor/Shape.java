package dev.wengert.tensor;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.util.Arrays;

/**
 * The extents of a tensor along its axes, from the outermost to the innermost, and their arithmetic. A scalar has no
 * axes and one element; a shape with an extent of 0 has no elements. Immutable.
 *
 * <p>An axis may be counted from the end: -1 is the last. Methods that take the name of an operation put it before
 * their error message.
 */
public final class Shape {
    /** The most elements a tensor can have: the longest array that every JVM can make. */
    public static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private static final Shape SCALAR = new Shape(new int[0], 1);

    private final int[] extents;
    private final int size;
    private int hash; // 0: not yet computed; threads that race for it compute the same

    private Shape(int[] extents, int size) {
        this.extents = extents;
        this.size = size;
    }

    /**
     * The shape with these extents.
     *
     * @param extents one for each axis, 0 or more; none for a scalar
     * @return the shape
     * @throws ShapeException if an extent is negative or the product of the extents, without those that
     *     are 0, is above 2,147,483,639
     */
    public static Shape of(int... extents) {
        return of("shape", extents);
    }

    /**
     * The shape with these extents.
     *
     * @param op the operation
     * @param extents one for each axis, 0 or more; none for a scalar
     * @return the shape
     * @throws ShapeException if an extent is negative or the product of the extents, without those that
     *     are 0, is above 2,147,483,639
     */
    public static Shape of(String op, int... extents) {
        return own(op, Given.value(op, "the array of extents", extents).clone());
    }

    /** The shape with these extents. The shape owns the array from now on. */
    private static Shape own(String op, int[] extents) {
        if (extents.length == 0) {
            return SCALAR;
        }
        long size = 1;
        long positive = 1;
        for (int extent : extents) {
            if (extent < 0) {
                throw new ShapeException(op, "extents must not be negative", Text.numbers(extents));
            }
            size *= extent;
            positive *= Math.max(1, extent);
            if (positive > MAX_SIZE) {
                throw new ShapeException(
                        op,
                        "the product of the extents that are not 0 must be at most " + MAX_SIZE,
                        Text.numbers(extents));
            }
        }
        return new Shape(extents, (int) size);
    }

    /**
     * The number of axes.
     *
     * @return 0 for a scalar
     */
    public int rank() {
        return extents.length;
    }

    /**
     * The number of elements.
     *
     * @return the product of the extents: 1 for a scalar, 0 if an extent is 0
     */
    public int size() {
        return size;
    }

    /**
     * The extent along one axis.
     *
     * @param axis the axis; negative from the end
     * @return its extent
     * @throws ShapeException if there is no such axis
     */
    public int extent(int axis) {
        return extents[axis("extent", axis)];
    }

    /**
     * An axis counted from the front.
     *
     * @param op the operation that was given the axis
     * @param axis the axis; negative from the end
     * @return the same axis, in {@code 0..rank() - 1}
     * @throws ShapeException if there is no such axis
     */
    public int axis(String op, int axis) {
        int rank = extents.length;
        if (axis < -rank || axis >= rank) {
            String requirement = rank == 0
                    ? "a scalar has no axes"
                    : "axis must be in " + -rank + ".." + (rank - 1) + " for shape " + this;
            throw new ShapeException(op, requirement, rank == 0 ? "axis " + axis : String.valueOf(axis));
        }
        return axis < 0 ? axis + rank : axis;
    }

    /**
     * The extents.
     *
     * @return a new array
     */
    public int[] toArray() {
        return extents.clone();
    }

    /**
     * The shape of an elementwise operation on two operands, by NumPy's rule: axes are aligned at the last one. Aligned
     * extents must be equal, or one of them is 1 and is repeated.
     *
     * @param op the operation
     * @param left the left operand's shape
     * @param right the right operand's shape
     * @return the result's shape; an operand itself if it equals that
     * @throws ShapeException if the shapes do not broadcast
     */
    public static Shape broadcast(String op, Shape left, Shape right) {
        Given.value(op, "the left shape", left);
        if (Given.value(op, "the right shape", right).broadcastsTo(left)) {
            return left;
        }
        if (left.broadcastsTo(right)) {
            return right;
        }
        int rank = Math.max(left.rank(), right.rank());
        int[] extents = new int[rank];
        for (int k = 1; k <= rank; k++) {
            int l = left.fromEnd(k);
            int r = right.fromEnd(k);
            if (l != r && l != 1 && r != 1) {
                throw new ShapeException(
                        op,
                        "shapes must broadcast (trailing extents equal, or 1)",
                        "left " + left + " and right " + right);
            }
            extents[rank - k] = l == 1 ? r : l;
        }
        return own(op, extents);
    }

    /** The k-th extent from the end; 1 if there is none. */
    private int fromEnd(int k) {
        return k <= extents.length ? extents[extents.length - k] : 1;
    }

    /**
     * Whether a tensor of this shape can be repeated to another shape, by NumPy's rule.
     *
     * @param to the other shape
     * @return true if, with axes aligned at the last one, {@code to} has every axis of this and each extent of this is
     *     equal to that of {@code to}, or 1
     */
    public boolean broadcastsTo(Shape to) {
        if (this == to) {
            return true;
        }
        int offset = Given.value("broadcastsTo", "the shape", to).extents.length - extents.length;
        if (offset < 0) {
            return false;
        }
        for (int i = 0; i < extents.length; i++) {
            if (extents[i] != 1 && extents[i] != to.extents[i + offset]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The shape of a reduction over some axes.
     *
     * @param op the operation
     * @param keepExtents whether a reduced axis stays, with extent 1, or goes
     * @param axes the axes to reduce, each once, negative from the end; none for all of them
     * @return the result's shape
     * @throws ShapeException if there is no such axis or an axis is given twice
     */
    public Shape reduce(String op, boolean keepExtents, int... axes) {
        if (Given.value(op, "the array of axes", axes).length == 0 && !keepExtents) {
            return SCALAR;
        }
        int rank = extents.length;
        boolean[] reduced = new boolean[rank];
        if (axes.length == 0) {
            Arrays.fill(reduced, true);
        }
        for (int axis : axes) {
            int i = axis(op, axis);
            if (reduced[i]) {
                throw new ShapeException(
                        op, "axes must be distinct", "axes " + Text.numbers(axes) + " for shape " + this);
            }
            reduced[i] = true;
        }
        int[] result = new int[keepExtents ? rank : rank - axes.length];
        int k = 0;
        for (int i = 0; i < rank; i++) {
            if (!reduced[i]) {
                result[k++] = extents[i];
            } else if (keepExtents) {
                result[k++] = 1;
            }
        }
        return own(op, result);
    }

    /**
     * The shape with its axes in another order.
     *
     * @param op the operation
     * @param axes for each axis of the result, the axis of this it comes from; negative from the end
     * @return the result's shape
     * @throws ShapeException if the axes are not a permutation of the axes of this shape
     */
    public Shape permute(String op, int... axes) {
        int rank = extents.length;
        int[] result = new int[rank];
        boolean[] used = new boolean[rank];
        boolean permutation = Given.value(op, "the array of axes", axes).length == rank;
        for (int k = 0; k < rank && permutation; k++) {
            int i = axis(op, axes[k]);
            permutation = !used[i];
            used[i] = true;
            result[k] = extents[i];
        }
        if (!permutation) {
            throw new ShapeException(op, "axes must name every axis of shape " + this + " once", Text.numbers(axes));
        }
        return own(op, result);
    }

    /**
     * The shape of the same elements in other extents.
     *
     * @param op the operation
     * @param to the new extents; one of them may be -1 and is then found from the number of elements
     * @return the new shape
     * @throws ShapeException if the number of elements would change, or cannot be kept by an extent in place of -1
     */
    public Shape reshape(String op, int... to) {
        int[] result = Given.value(op, "the array of extents", to).clone();
        int unknown = -1;
        for (int i = 0; i < result.length; i++) {
            if (result[i] == -1 && unknown < 0) {
                unknown = i;
                result[i] = 1;
            } else if (result[i] < 0) {
                throw new ShapeException(
                        op, "extents must not be negative (one may be -1: whatever fits)", Text.numbers(to));
            }
        }
        long known = 1;
        for (int extent : result) {
            known = Math.min(known * extent, Integer.MAX_VALUE); // no overflow: an extent of 0 may still follow
        }
        if (unknown >= 0) {
            if (known == 0) {
                throw new ShapeException(op, "extents beside -1 must not be 0", Text.numbers(to));
            }
            if (size % known != 0) {
                throw new ShapeException(
                        op, "extents beside -1 must divide the " + count() + " of shape " + this, Text.numbers(to));
            }
            result[unknown] = (int) (size / known);
        } else if (known != size) {
            throw new ShapeException(
                    op, "the new shape must have the " + count() + " of shape " + this, Text.numbers(to));
        }
        return own(op, result);
    }

    private String count() {
        return size == 1 ? "1 element" : size + " elements";
    }

    /**
     * The shape with one extent replaced.
     *
     * @param axis the axis; negative from the end
     * @param extent its new extent
     * @return the new shape
     * @throws ShapeException if there is no such axis, the extent is negative or the shape is too large
     */
    public Shape with(int axis, int extent) {
        return with("with", axis, extent);
    }

    /**
     * The shape with one extent replaced.
     *
     * @param op the operation
     * @param axis the axis; negative from the end
     * @param extent its new extent
     * @return the new shape
     * @throws ShapeException if there is no such axis, the extent is negative or the shape is too large
     */
    public Shape with(String op, int axis, int extent) {
        int[] result = extents.clone();
        result[axis(op, axis)] = extent;
        return own(op, result);
    }

    /**
     * The extents of this shape followed by those of another. The shape of a Jacobian is that of its output
     * followed by that of its input.
     *
     * @param other the other shape
     * @return the new shape
     * @throws ShapeException if it is too large
     */
    public Shape concat(Shape other) {
        return concat("concat", other);
    }

    /**
     * The extents of this shape followed by those of another.
     *
     * @param op the operation
     * @param other the other shape
     * @return the new shape
     * @throws ShapeException if it is too large
     */
    public Shape concat(String op, Shape other) {
        int[] more = Given.value(op, "the other shape", other).extents;
        int[] result = Arrays.copyOf(extents, extents.length + more.length);
        System.arraycopy(more, 0, result, extents.length, more.length);
        return own(op, result);
    }

    /**
     * Whether the extents are the same.
     *
     * @param other the object to compare with
     * @return true for a shape with the same extents
     */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Shape
                        && size == ((Shape) other).size
                        && Arrays.equals(extents, ((Shape) other).extents);
    }

    /**
     * A hash of the extents.
     *
     * @return the hash
     */
    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = Arrays.hashCode(extents);
            hash = h;
        }
        return h;
    }

    /**
     * The extents in brackets: of more than 32 the first ones, and how many there are.
     *
     * @return {@code "[4, 3]"} for 4 rows of 3 columns, {@code "[]"} for a scalar
     */
    @Override
    public String toString() {
        return Text.numbers(extents);
    }
}
