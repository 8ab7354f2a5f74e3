package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    private static final double[][] WORK = {new double[3], new double[5]};
    private static final int[] LENGTHS = {3, 5};

    @Test
    void everyPartIsComputedOnce() {
        for (int threads = 1; threads <= 4; threads++) {
            Workers workers = new Workers(threads);
            for (int count = 0; count <= 9; count++) {
                AtomicIntegerArray times = new AtomicIntegerArray(count + 1);
                workers.compute(count, (part, work) -> times.incrementAndGet(part), WORK, LENGTHS);
                for (int part = 0; part < count; part++) {
                    assertThat(times.get(part)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void threadsWorkTogetherEachWithItsOwnScratch() throws InterruptedException {
        Set<double[][]> scratches = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(3);
        new Workers(3)
                .compute(
                        3,
                        (part, work) -> {
                            assertThat(work[0]).hasSize(3);
                            assertThat(work[1]).hasSize(5);
                            scratches.add(work);
                            all.countDown();
                            await(all);
                        },
                        WORK,
                        LENGTHS);
        assertThat(scratches).hasSize(3).contains(WORK);
    }

    @Test
    void aHelperKeepsItsScratchAndHasMoreOfItWhenMoreIsNeeded() {
        Workers workers = new Workers(2);
        double[][] small = scratchOfTheHelper(workers, LENGTHS);
        double[][] large = scratchOfTheHelper(workers, new int[] {2, 9, 1});
        assertThat(large[0]).isSameAs(small[0]).hasSize(3);
        assertThat(large[1]).hasSize(9);
        assertThat(large[2]).hasSize(1);
        assertThat(scratchOfTheHelper(workers, LENGTHS)[1]).isSameAs(large[1]);
    }

    private static double[][] scratchOfTheHelper(Workers workers, int[] lengths) {
        AtomicReference<double[][]> scratch = new AtomicReference<>();
        CountDownLatch both = new CountDownLatch(2);
        workers.compute(
                2,
                (part, work) -> {
                    if (work != WORK) {
                        scratch.set(work);
                    }
                    both.countDown();
                    await(both);
                },
                WORK,
                lengths);
        return scratch.get();
    }

    @Test
    void callersDoNotWaitForBusyHelpers() {
        Workers workers = new Workers(2);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Thread other = new Thread(() -> workers.compute(
                2,
                (part, work) -> {
                    begun.countDown();
                    await(end);
                },
                WORK,
                LENGTHS));
        other.start();
        await(begun);
        AtomicIntegerArray times = new AtomicIntegerArray(2);
        workers.compute(2, (part, work) -> times.incrementAndGet(part), WORK, LENGTHS);
        assertThat(times.toString()).isEqualTo("[1, 1]");
        end.countDown();
    }

    @Test
    void failuresReachTheCallerWhenNobodyWritesAnyMore() {
        IllegalArgumentException failure = new IllegalArgumentException("no such part");
        AtomicIntegerArray times = new AtomicIntegerArray(5);
        assertThatThrownBy(() -> new Workers(2)
                        .compute(
                                5,
                                (part, work) -> {
                                    times.incrementAndGet(part);
                                    if (part == 3) {
                                        throw failure;
                                    }
                                },
                                WORK,
                                LENGTHS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a part of a product failed: java.lang.IllegalArgumentException: no such part")
                .hasCause(failure);
        assertThat(times.toString()).isEqualTo("[1, 1, 1, 1, 1]");
    }

    @Test
    void interruptionIsKeptForTheCaller() {
        CountDownLatch both = new CountDownLatch(2);
        AtomicIntegerArray times = new AtomicIntegerArray(2);
        Thread.currentThread().interrupt();
        new Workers(2)
                .compute(
                        2,
                        (part, work) -> {
                            boolean interrupted =
                                    Thread.interrupted(); // the caller's, so that it can wait for the other
                            both.countDown();
                            await(both);
                            times.incrementAndGet(part);
                            if (interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        WORK,
                        LENGTHS);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(times.toString()).isEqualTo("[1, 1]");
    }

    @Test
    void whereNoThreadCanBeStartedTheCallerComputesAlone() {
        AtomicInteger attempts = new AtomicInteger();
        Workers workers = new Workers(3, pool -> {
            attempts.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread");
        });
        for (int i = 0; i < 100; i++) {
            AtomicIntegerArray times = new AtomicIntegerArray(5);
            workers.compute(5, (part, work) -> times.incrementAndGet(part), WORK, LENGTHS);
            assertThat(times.toString()).isEqualTo("[1, 1, 1, 1, 1]");
        }
        assertThat(attempts.get()).isPositive();
        assertThat(workers.waiting()).isLessThan(5);
    }

    @Test
    void aHelperThatBeganIsAwaitedWhereAnotherCannotBeStarted() {
        AtomicReference<Thread> helper = new AtomicReference<>();
        Workers workers = new Workers(3, pool -> {
            if (helper.get() != null) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            ForkJoinWorkerThread thread = Workers.helper(pool);
            helper.set(thread);
            return thread;
        });
        AtomicIntegerArray times = new AtomicIntegerArray(2);
        CountDownLatch both = new CountDownLatch(2);
        workers.compute(
                2,
                (part, work) -> {
                    both.countDown();
                    await(both);
                    if (Thread.currentThread() == helper.get()) {
                        pause();
                    }
                    times.incrementAndGet(part);
                },
                WORK,
                LENGTHS);
        assertThat(times.toString()).isEqualTo("[1, 1]");
    }

    @Test
    void aHelperWithoutMemoryLeavesItsPartsToTheOthers() {
        Workers workers = new Workers(2);
        for (int i = 0; i < 20; i++) {
            AtomicIntegerArray times = new AtomicIntegerArray(4);
            workers.compute(
                    4,
                    (part, work) -> {
                        pause();
                        times.incrementAndGet(part);
                    },
                    WORK,
                    new int[] {Integer.MAX_VALUE});
            assertThat(times.toString()).isEqualTo("[1, 1, 1, 1]");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({", 8", "1, 1", "3, 3", "64, 64", "32768, 32768"})
    void settingBoundsThreads(String setting, int threads) {
        assertThat(Workers.threads(setting, 8)).isEqualTo(threads);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "32769", "40000", "99999999999", "abc", "", " ", "2.5", "two\nlines"})
    void aWrongSettingIsToldAndIgnored(String setting) {
        List<String> log = new ArrayList<>();
        Logger logger = Logger.getLogger(Twin.LOGGER);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry.getLevel() + ": " + entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            assertThat(Workers.threads(setting, 8)).isEqualTo(8);
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(log)
                .containsExactly("WARNING: dev.wengert.threads must be a whole number from 1 to 32768, got \""
                        + setting.replace('\n', ' ') + "\"; it is ignored, and products use 8 threads");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40000", "0", "-1", "abc", ""})
    void aWrongSettingStopsNoProduct(String setting) throws Exception {
        assertThat(ForkedJvm.run(
                        Workers.class,
                        LargeProduct.class,
                        "-Ddev.wengert.kernel=plain",
                        "-XX:ActiveProcessorCount=2",
                        "-Ddev.wengert.threads=" + setting))
                .containsOnlyOnce("WARNING: dev.wengert.threads must be a whole number from 1 to 32768, got \""
                        + setting + "\"; it is ignored, and products use 2 threads" + System.lineSeparator())
                .endsWith(LargeProduct.RESULT + System.lineSeparator());
    }

    @Test
    void moreProcessorsThanThePoolCanHaveAreNotAskedFor() {
        assertThat(Workers.threads(null, 50_000)).isEqualTo(32_768);
        new Workers(32_768).compute(1, (part, work) -> {}, WORK, LENGTHS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
