package dev.wengert.autodiff;

/** Finds lines of the user's code. */
final class Sites {

    /** Stands for an unknown line. */
    static final StackTraceElement UNKNOWN = new StackTraceElement("unknown", "unknown", null, -1);

    private Sites() {}

    /** The innermost line on the stack that belongs neither to the library nor to Java; UNKNOWN if there is none before JUnit's frames. */
    static StackTraceElement caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.takeWhile(frame -> !frame.getClassName().startsWith("org.junit.platform."))
                        .filter(frame -> !belongs(frame.getDeclaringClass()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement))
                .orElse(UNKNOWN);
    }

    /**
     * Whether a class belongs to the library or to Java. The library's classes are known by their name and their code source, since the
     * library's tests have such names, too. Java's frames (streams, functional interfaces) may lie between the library and the user.
     */
    private static boolean belongs(Class<?> type) {
        return type.getName().startsWith("java.")
                || type.getName().startsWith("dev.wengert.")
                        && type.getProtectionDomain().equals(Sites.class.getProtectionDomain());
    }
}
