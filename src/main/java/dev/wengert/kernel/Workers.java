package dev.wengert.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that help a caller with the parts of a large computation. The parts must not depend on each other; then the result does not
 * depend on which thread computes which part.
 *
 * <p>The caller takes parts itself until none is left, and then waits only for parts that a helper has begun. So it is not slower than
 * alone, even if all helpers are busy. It never runs the tasks of others, and the helpers do not belong to the common pool.
 *
 * <p>The system property {@code dev.wengert.threads} sets the number of threads, the caller included; 1 means no helpers. Without it, the
 * number of processors is used. Where a thread cannot be started, those that run compute all parts.
 */
final class Workers {

    /** One computation in parts. */
    interface Parts {
        /** Computes one part, with scratch that no other thread uses. */
        void compute(int part, double[][] work);
    }

    /** The largest number of threads: a pool has at most 32,767. */
    private static final int MOST = 1 << 15;

    private static final Workers WORKERS = new Workers(threads(
            System.getProperty("dev.wengert.threads"), Runtime.getRuntime().availableProcessors()));

    private final int threads;
    /** Its threads are daemons; they start when needed and end when idle. */
    private final Pool helpers;

    Workers(int threads) {
        this(threads, Workers::helper);
    }

    Workers(int threads, ForkJoinPool.ForkJoinWorkerThreadFactory factory) {
        this.threads = threads;
        helpers = threads == 1 ? null : new Pool(threads - 1, factory);
    }

    static ForkJoinWorkerThread helper(ForkJoinPool pool) {
        return new Helper(pool);
    }

    static Workers get() {
        return WORKERS;
    }

    /** Returns how many threads can work on one computation, the caller included. */
    int threads() {
        return threads;
    }

    /** Computes all parts. The caller uses {@code work}; each helper has scratch arrays of at least {@code lengths}. */
    void compute(int count, Parts parts, double[][] work, int[] lengths) {
        Job job = new Job(count, parts, lengths);
        if (threads > 1) {
            helpers.help(job, Math.min(count, threads) - 1);
        }
        job.takeParts(work);
        job.await();
    }

    /** Returns how many times a helper is called and has not come yet. */
    int waiting() {
        return helpers.getQueuedSubmissionCount();
    }

    /** Returns the number of threads that a setting (null if there is none) means. */
    static int threads(String setting, int processors) {
        int usual = Math.min(processors, MOST);
        if (setting == null) {
            return usual;
        }
        try {
            int threads = Integer.parseInt(setting);
            if (threads > 0 && threads <= MOST) {
                return threads;
            }
        } catch (NumberFormatException e) {
            // logged below
        }
        System.getLogger(Twin.LOGGER)
                .log(
                        System.Logger.Level.WARNING,
                        "dev.wengert.threads must be a whole number from 1 to " + MOST + ", got \""
                                + setting.replaceAll("\\R", " ") + "\"; it is ignored, and products use " + usual
                                + " threads");
        return usual;
    }

    private static final class Pool extends ForkJoinPool {

        Pool(int size, ForkJoinWorkerThreadFactory factory) {
            // a helper dies without a word, of memory that it or the next one lacks: the others compute all parts
            super(size, factory, (helper, death) -> {}, false);
        }

        /**
         * Calls some helpers; that they come is not certain. Calls that wait are forgotten when they are more than helpers: where no thread
         * can be started, the arrays of each computation would stay reachable from here.
         */
        void help(Job job, int count) {
            if (getQueuedSubmissionCount() > getParallelism()) {
                while (pollSubmission() != null) {
                    // forgotten: its caller computes it
                }
            }
            try {
                for (int i = 0; i < count; i++) {
                    execute(job);
                }
            } catch (OutOfMemoryError | RejectedExecutionException e) {
                // a thread could not be started: the others compute all parts
            }
        }
    }

    /** A thread that keeps its scratch of up to 0.6 MB, so that it is not allocated and cleared for every product. */
    private static final class Helper extends ForkJoinWorkerThread {
        private final Scratch scratch = new Scratch();

        Helper(ForkJoinPool pool) {
            super(pool);
            // the program's class loader must not stay reachable from here
            setContextClassLoader(ClassLoader.getSystemClassLoader());
        }
    }

    private static final class Job implements Runnable {
        private final int count;
        private final Parts parts;
        private final int[] lengths;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch open;
        private volatile Throwable failure;

        Job(int count, Parts parts, int[] lengths) {
            this.count = count;
            this.parts = parts;
            this.lengths = lengths;
            open = new CountDownLatch(count);
        }

        @Override
        public void run() {
            if (next.get() < count) {
                takeParts(((Helper) Thread.currentThread()).scratch.of(lengths));
            }
        }

        void takeParts(double[][] work) {
            for (int part = next.getAndIncrement(); part < count; part = next.getAndIncrement()) {
                try {
                    parts.compute(part, work);
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    open.countDown();
                }
            }
        }

        /** Waits for the parts that helpers have begun, even if this thread is interrupted, because they write to the caller's array. */
        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    open.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (OutOfMemoryError e) {
                    Thread.onSpinWait(); // not even a place in the queue of those that wait: look again
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw new IllegalStateException("a part of a product failed: " + failure, failure);
            }
        }
    }
}
