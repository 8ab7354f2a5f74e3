package dev.wengert.kernel;

import java.util.Locale;
import java.util.Optional;

/**
 * Says for one kernel whether a call goes to its plain loops or to their twin: the same computation, bit for bit, written in another
 * way, which is faster once it is compiled. Since the bits are the same, the answer may change from one call to the next.
 *
 * <p>Such code (that of the Vector API is the extreme) is slow, by orders of magnitude, until C2 has compiled it, and nothing in
 * Java says when that is. So the plain loops serve at first. When a kernel has done some 50 ms of work, a daemon thread rehearses its twin
 * on data of its own, in parts that together run through every branch, tail and remainder, and from the moment when every part is as
 * fast as the plain loops the twin serves. Programs that end earlier never load a class of it.
 *
 * <p>A kernel has one twin, or several that are used apart, and asks for work that is large enough:
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
 *     if (n >= 64 && TWIN.serves(4L * n)) {      // about so many ns does the call take in plain loops
 *         VectorExp.exp(x, y, n);
 *     } else {
 *         plain(x, y, n);
 *     }
 * }
 * }</pre>
 *
 * <p>The system property {@code dev.wengert.kernel} forces {@code plain} loops or the twins ({@code vector}) for the whole program, without a
 * rehearsal.
 */
public abstract class Twin {

    /** Where the rest of the program learns which code runs, and why. */
    static final String LOGGER = "dev.wengert.kernel";

    static final String MODULE = "jdk.incubator.vector";
    /** Without the instruction, only the plain loops do without it. */
    static final Mode MODE = Fma.isExact()
            ? Mode.of(System.getProperty("dev.wengert.kernel"), isPresent(), System.getProperty("java.vm.info", ""))
            : Mode.PLAIN;

    /** How much plain work comes before a rehearsal, in nanoseconds. */
    private static final long PATIENCE = 50_000_000;
    /** How long a rehearsal may last, in nanoseconds. */
    private static final long LIMIT = 30_000_000_000L;
    /** How often in succession a part must be fast. */
    private static final int SUCCESSES = 3;
    /**
     * What a part may take, as a multiple of the plain loops. Cold code is slower by a large factor, and cold tails make a part slow, too; a
     * compiled twin is faster in the large, but on narrow vectors not in all that a rehearsal must touch.
     */
    private static final double FAST = 1.5;

    private static final Object ONE_AT_A_TIME = new Object();

    private final String name;
    private volatile boolean ready = MODE == Mode.VECTOR;
    /** The rest of the patience. Threads may overwrite each other's subtractions: it is an estimate. */
    private long left = MODE == Mode.PLAIN ? Long.MAX_VALUE : PATIENCE;

    private boolean begun;

    /** Makes the twin of a kernel that the log calls by this name. */
    protected Twin(String name) {
        this.name = name;
    }

    /** Returns how many parts the rehearsal has. */
    protected abstract int parts();

    /** Does the sample work of one part, in the plain loops or in their twin. */
    protected abstract void rehearse(int part, boolean twin);

    /** Returns whether a rehearsal can succeed: asked once, before the first, on its thread. */
    boolean isOfUse() {
        return true;
    }

    /** Returns whether the twin serves this call, which takes about so many nanoseconds in plain loops. */
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

    /** Returns whether the twin serves, and will from now on. */
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
            thread.start();
        }
    }

    private void prepare() {
        synchronized (ONE_AT_A_TIME) {
            try {
                ready = isOfUse() && succeeds();
            } catch (LinkageError e) {
                // a Java version whose Vector API is not the one that this was compiled with
                log(System.Logger.Level.WARNING, name + ": plain loops stay, this Java version cannot do better: " + e);
                return;
            }
        }
        log(System.Logger.Level.DEBUG, name + (ready ? ": compiled code is used from now on" : ": plain loops stay"));
    }

    /** Rehearses until each part was fast, some times in succession. */
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
     * Returns whether there is a Vector API, and lets this module read it: a module that required it, if only statically, would make the
     * compiler warn of an incubator module wherever somebody requires this one.
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

    /** How it is decided what serves. */
    enum Mode {
        PLAIN,
        /** As {@link #REHEARSED}, without the Vector API; once it matters the log says what to add. */
        ABSENT,
        REHEARSED,
        VECTOR;

        /** Returns what a setting (null if there is none) means where the module is there or not, in this kind of virtual machine. */
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
