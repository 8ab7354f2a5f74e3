package dev.wengert.autodiff;

/** Lines of the user's code. */
final class Sites {

    /** No line that anybody could look at. */
    static final StackTraceElement UNKNOWN = new StackTraceElement("unknown", "unknown", null, -1);

    private Sites() {}

    /** The innermost line on the stack that is not the library's, and above those that run tests; UNKNOWN if there is none. */
    static StackTraceElement caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.takeWhile(frame -> !frame.getClassName().startsWith("org.junit.platform."))
                        .filter(frame -> !belongs(frame.getDeclaringClass()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement))
                .orElse(UNKNOWN);
    }

    /**
     * Whether a class is the library's, by its name and by where it was loaded from: tests of the library have such names, too. Java's
     * own frames (streams, functional interfaces) between the library and the user are not the user's.
     */
    private static boolean belongs(Class<?> type) {
        return type.getName().startsWith("java.")
                || type.getName().startsWith("dev.wengert.")
                        && type.getProtectionDomain().equals(Sites.class.getProtectionDomain());
    }
}
