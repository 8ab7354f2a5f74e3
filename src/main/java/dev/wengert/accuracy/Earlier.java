package dev.wengert.accuracy;

import dev.wengert.precise.BigReal;
import java.util.stream.IntStream;

/**
 * What an earlier evaluation of a step found. An element that was computed of the same numbers, which are the same objects then, is not
 * computed again.
 */
final class Earlier {

    /** Nothing was evaluated earlier. */
    static final Earlier NOTHING = new Earlier(null, null);

    private final BigReal[][] x;
    private final BigReal[] y;

    Earlier(BigReal[][] x, BigReal[] y) {
        this.x = x;
        this.y = y;
    }

    /** The whole result; null if an operand has another number now. */
    BigReal[] result(BigReal[][] now) {
        for (int i = 0; i < now.length; i++) {
            if (!same(now, i, 0, 1, now[i].length)) {
                return null;
            }
        }
        return y;
    }

    /** An element of the result. */
    BigReal element(int k) {
        return y[k];
    }

    /** The number of elements of a result that are not those of the earlier one. */
    long changes(BigReal[] now) {
        return y == null
                ? now.length
                : IntStream.range(0, now.length).filter(k -> now[k] != y[k]).count();
    }

    /** Whether some numbers of operand i are the same as earlier: those from one on, in distances. */
    boolean same(BigReal[][] now, int i, int from, int distance, int count) {
        if (x == null) {
            return false;
        }
        for (int l = 0; l < count; l++) {
            if (now[i][from + l * distance] != x[i][from + l * distance]) {
                return false;
            }
        }
        return true;
    }
}
