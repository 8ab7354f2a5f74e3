package dev.wengert.kernel;

import dev.wengert.kernel.vector.Lanes;

/**
 * A twin written with the Vector API. Its code is in a separate class in {@code dev.wengert.kernel.vector}, whose signatures have no type
 * of the Vector API. So that class is loaded by its first call, and never if the module is absent.
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

    /** Its initialiser logs once. */
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
