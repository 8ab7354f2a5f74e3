package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({", 8", "1, 1", "3, 3", "64, 64", "0, 8", "-2, 8", "all, 8"})
    void settingBoundsThreads(String setting, int threads) {
        assertThat(Workers.threads(setting, 8)).isEqualTo(threads);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
