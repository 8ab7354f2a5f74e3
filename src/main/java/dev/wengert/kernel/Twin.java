package dev.wengert.kernel;

import java.util.Locale;
import java.util.Optional;

/**
 * A switch between the plain loops of a kernel and their twin. The twin computes the same bits by other code, which is faster once it is
 * compiled. Since the bits agree, the switch may change between two calls.
 *
 * <p>Such code is slower by orders of magnitude until C2 has compiled it (Vector API code is the extreme), and Java does not say when that
 * is. So the plain loops run at first. After about 50 ms of work in them, a daemon thread rehearses the twin on data of its own. The parts
 * of the rehearsal together run every branch, tail and remainder. As soon as every part is about as fast as the plain loops, the twin
 * serves. Shorter programs never load its classes.
 *
 * <p>A kernel has one twin, or several for separate uses, and asks it only for large work:
 *
 * <pre>{@code
 * private static final Twin TWIN = new VectorTwin("exp") {
 *     int parts() { return 1; }
 *     void rehearse(int part, boolean twin) {    // some 0.1 to 1 ms of compiled work, each time the same
 *         double[] x = …, y = …;                 // lengths around the lanes, special values
 *         if (twin) VectorExp.exp(x, y, n); else plain(x, y, n);
 *     }
 * };
 *
 * static void exp(double[] x, double[] y, int n) {
 *     if (n >= 64 && TWIN.serves(4L * n)) {      // the call takes about this many ns in plain loops
 *         VectorExp.exp(x, y, n);
 *     } else {
 *         plain(x, y, n);
 *     }
 * }
 * }</pre>
 *
 * <p>The system property {@code dev.wengert.kernel} forces {@code plain} loops or the twins ({@code vector}) for the whole program, without
 * a rehearsal.
 */
public abstract class Twin {

    /** Name of the logger that tells which code runs, and why. */
    static final String LOGGER = "dev.wengert.kernel";

    static final String MODULE = "jdk.incubator.vector";
    /** PLAIN if the processor has no fused multiply-add: in vectors it would then be as slow as {@link Math#fma} is. */
    static final Mode MODE = Fma.isInstruction()
            ? Mode.of(System.getProperty("dev.wengert.kernel"), isPresent(), System.getProperty("java.vm.info", ""))
            : Mode.PLAIN;

    /** Work in plain loops before a rehearsal, in ns. */
    private static final long PATIENCE = 50_000_000;
    /** Longest time of a rehearsal, in ns. */
    private static final long LIMIT = 30_000_000_000L;
    /** Number of times in succession that a part must be fast. */
    private static final int SUCCESSES = 3;
    /**
     * A part is fast if it takes less than 1.5 times as long as the plain loops. Cold code, even cold tails only, takes much longer. On
     * narrow vectors a compiled twin may be slower than the plain loops in some parts, although it is faster on the whole.
     */
    private static final double FAST = 1.5;

    private static final Object ONE_AT_A_TIME = new Object();

    private final String name;
    private volatile boolean ready = MODE == Mode.VECTOR;
    /** The rest of {@link #PATIENCE}. It is an estimate: threads may overwrite each other's subtractions. */
    private long left = MODE == Mode.PLAIN ? Long.MAX_VALUE : PATIENCE;

    private boolean begun;

    /** Makes the twin of a kernel; the log uses this name. */
    protected Twin(String name) {
        this.name = name;
    }

    /** Returns how many parts the rehearsal has. */
    protected abstract int parts();

    /** Runs the sample work of one part, in the plain loops or in the twin. */
    protected abstract void rehearse(int part, boolean twin);

    /** Returns whether a rehearsal can succeed; asked once, before it starts, on its thread. */
    boolean isOfUse() {
        return true;
    }

    /** Returns whether the twin serves this call, which takes about {@code nanos} ns in plain loops. */
    public final boolean serves(long nanos) {
        if (ready) {
            return true;
        }
        left -= nanos;
        if (left < 0) {
            begin();
        }
        return false;
    }

    /** Returns whether the twin serves from now on. */
    final boolean isReady() {
        return ready;
    }

    private synchronized void begin() {
        left = Long.MAX_VALUE;
        if (!begun) {
            begun = true;
            // No inherited thread locals: the program's own must not stay reachable from here.
            Thread thread = new Thread(null, this::prepare, "wengert " + name, 0, false);
            thread.setDaemon(true);
            try {
                start(thread);
            } catch (OutOfMemoryError e) {
                begun = false; // no thread can be started now: after more work, it is tried again
                left = PATIENCE;
            }
        }
    }

    void start(Thread thread) {
        thread.start();
    }

    private void prepare() {
        synchronized (ONE_AT_A_TIME) {
            try {
                ready = isOfUse() && succeeds();
            } catch (LinkageError e) {
                // the Vector API of this Java version differs from the one that this was compiled with
                log(System.Logger.Level.WARNING, name + ": plain loops stay, this Java version cannot do better: " + e);
                return;
            }
        }
        log(System.Logger.Level.DEBUG, name + (ready ? ": compiled code is used from now on" : ": plain loops stay"));
    }

    /** Rehearses until each part was fast {@link #SUCCESSES} times in succession. */
    private boolean succeeds() {
        long start = System.nanoTime();
        int[] successes = new int[parts()];
        int done = 0;
        while (done < parts()) {
            done = 0;
            for (int part = 0; part < parts(); part++) {
                successes[part] = time(part, true) < FAST * time(part, false) ? successes[part] + 1 : 0;
                done += successes[part] >= SUCCESSES ? 1 : 0;
            }
            if (System.nanoTime() - start > LIMIT) {
                return false;
            }
        }
        return true;
    }

    private long time(int part, boolean vector) {
        long start = System.nanoTime();
        rehearse(part, vector);
        return System.nanoTime() - start;
    }

    /**
     * Returns whether the Vector API is present, and lets this module read it. With {@code requires static} instead, the compiler would
     * warn of an incubator module in every module that requires this one.
     */
    private static boolean isPresent() {
        Optional<Module> present = ModuleLayer.boot().findModule(MODULE);
        if (present.isPresent()) {
            Twin.class.getModule().addReads(present.get());
        }
        return present.isPresent();
    }

    static void log(System.Logger.Level level, String message) {
        System.getLogger(LOGGER).log(level, message);
    }

    /** How the switch is set. */
    enum Mode {
        PLAIN,
        /** As {@link #REHEARSED}, but the Vector API is absent; when its twins would pay, the log says how to add it. */
        ABSENT,
        REHEARSED,
        VECTOR;

        /** Returns the mode for a setting (null if there is none), the presence of the module, and the kind of virtual machine. */
        static Mode of(String setting, boolean present, String machine) {
            switch (setting == null ? "" : setting.toLowerCase(Locale.ROOT)) {
                case "plain":
                    return PLAIN;
                case "vector":
                    if (present) {
                        return VECTOR;
                    }
                    log(
                            System.Logger.Level.WARNING,
                            "dev.wengert.kernel=vector needs the module of the Vector API; plain loops are used."
                                    + " Add --add-modules " + MODULE + " to the options of java");
                    return PLAIN;
                case "":
                    boolean compiles = !machine.contains("interpreted mode") && !machine.contains("emulated-client");
                    return !compiles ? PLAIN : present ? REHEARSED : ABSENT;
                default:
                    log(
                            System.Logger.Level.WARNING,
                            "dev.wengert.kernel must be plain or vector, got " + setting + "; it is ignored");
                    return of(null, present, machine);
            }
        }
    }
}
