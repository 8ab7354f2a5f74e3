/** The extents of an array whose elements lie row by row. */
final class Shape {
    private final int[] extents;

    private Shape(int[] extents) {
        this.extents = extents;
    }

    static Shape of(int... extents) {
        return new Shape(extents);
    }

    int rank() {
        return extents.length;
    }

    /** The extent at an axis; negative axes count from the last one. */
    int extent(int axis) {
        return extents[axis < 0 ? axis + extents.length : axis];
    }

    int size() {
        int size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        return size;
    }
}
