package dev.wengert.testing;

import java.lang.reflect.Method;

/** Bytes that a thread has allocated. By reflection, because the library's module does not read java.management. */
public final class AllocationMeter {

    private final Object bean;
    private final Method allocated;

    /** A meter of the thread that reads it. */
    public AllocationMeter() throws ReflectiveOperationException {
        bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        allocated = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
    }

    /** The bytes until now; reading costs some. */
    public long read() throws ReflectiveOperationException {
        return (long) allocated.invoke(bean);
    }
}
