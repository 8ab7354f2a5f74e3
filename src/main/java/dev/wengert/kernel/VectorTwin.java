package dev.wengert.kernel;

import dev.wengert.kernel.vector.Lanes;

/**
 * A twin written with the Vector API. Its code is in a class of its own in {@code dev.wengert.kernel.vector}, in whose signatures no type of
 * the Vector API appears, so that it is loaded by the first call only, and never where the module is absent.
 */
abstract class VectorTwin extends Twin {

    VectorTwin(String name) {
        super(name);
    }

    /** Returns whether the twins serve, or may do so later. */
    static boolean isPossible() {
        return MODE == Mode.VECTOR || MODE == Mode.REHEARSED;
    }

    @Override
    final boolean isOfUse() {
        if (MODE == Mode.ABSENT) {
            Absence.tell();
            return false;
        }
        return Lanes.areWide();
    }

    /** Initialised, and so logged, once. */
    private static final class Absence {
        static {
            log(
                    System.Logger.Level.INFO,
                    "large products are faster with the Vector API: add --add-modules " + MODULE
                            + " to the options of java");
        }

        static void tell() {}
    }
}
