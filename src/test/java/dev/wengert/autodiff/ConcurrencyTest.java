package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Any number of threads may build and differentiate the same graphs: whatever they leave in the nodes is verified before it is used. */
class ConcurrencyTest {

    private static final int THREADS = 8;

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    /** Runs a task on all threads at once. */
    private <T> List<T> onAllThreads(Callable<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(executor.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                return task.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    /** Sums of numbers of many magnitudes: another order of additions gives other bits. */
    private static Variable branch(Variable x, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Variable y = x.sin();
        for (int i = 0; i < 30; i++) {
            Variable c = Variable.of(Tensor.normal(random, 3)).mul(StrictMath.pow(10, random.nextInt(7) - 3));
            y = random.nextBoolean() ? y.add(x.mul(c)).tanh() : y.mul(c).add(x.exp());
        }
        return y.tanh();
    }

    @Test
    void graphsOfTheirOwnOnManyThreads() throws Exception {
        Tensor x = Tensor.of(0.1, -0.2, 0.3);
        Callable<Tensor> task = () -> {
            Tensor g = null;
            for (int i = 0; i < 50; i++) {
                g = Autodiff.hvp(v -> branch(v, 1).mul(branch(v, 2)).sum(), x, x);
            }
            return g;
        };
        Tensor expected = task.call();
        assertThat(onAllThreads(task)).allMatch(expected::equals);
    }

    @Test
    void oneGraphDifferentiatedFromManyThreads() throws Exception {
        Variable x = Variable.of(Tensor.of(0.1, -0.2, 0.3));
        Variable y = branch(x, 1).mul(branch(x, 2)).sum();
        Callable<List<Object>> task = () -> {
            List<Object> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Variable g = Autodiff.gradients(y, List.of(x)).get(0);
                Tape tape = Tape.between(x, g);
                results.add(g.value());
                results.add(tape.pushforward(List.of(x)).get(0).value());
                results.add(tape.toString());
                results.add(tape.compile().run(Tensor.of(1, 2, 3)));
            }
            return results;
        };
        List<Object> expected = task.call();
        assertThat(onAllThreads(task)).allMatch(expected::equals);
    }

    /** A graph in which everything is used more than once, and by things of many depths. */
    private static List<Variable> tangled() {
        SplittableRandom random = new SplittableRandom(7);
        List<Variable> nodes = new ArrayList<>(List.of(Variable.of(1), Variable.of(2), Variable.of(Tensor.of(3, 4))));
        for (int i = 0; i < 300; i++) {
            Variable a = nodes.get(Math.max(0, nodes.size() - 1 - random.nextInt(30)));
            Variable b = nodes.get(random.nextInt(nodes.size()));
            nodes.add(random.nextBoolean() ? a.add(b) : a.tanh());
        }
        return nodes;
    }

    /** The program between two of its nodes, and one more input. */
    private static String program(List<Variable> nodes, int i) {
        int from = 7 * i % 40;
        List<Variable> inputs = List.of(nodes.get(from), nodes.get(40 + i));
        return Tape.between(inputs, List.of(nodes.get(200 + i), nodes.get(302 - i)))
                .toString();
    }

    /** Searches mark the nodes that they meet, and must not believe each other's marks. */
    @Test
    void overlappingSearchesOfOneGraph() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            expected.add(program(tangled(), i)); // the only search of its graph
        }
        assertThat(Set.copyOf(expected)).hasSizeGreaterThan(30);
        for (int round = 0; round < 20; round++) {
            List<Variable> shared = tangled();
            AtomicInteger thread = new AtomicInteger();
            List<List<String>> all = onAllThreads(() -> {
                int start = 11 * thread.getAndIncrement();
                String[] found = new String[60];
                for (int i = 0; i < 60; i++) {
                    found[(start + i) % 60] = program(shared, (start + i) % 60);
                }
                return List.of(found);
            });
            assertThat(all).containsOnly(expected);
        }
    }

    @Test
    void oneTapeSweptFromManyThreads() throws Exception {
        Variable x = Variable.of(Tensor.of(0.1, -0.2, 0.3));
        Tape tape = Tape.between(x, branch(x, 3));
        Callable<List<Tensor>> task = () -> {
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                results.add(tape.pullback(List.of(x)).get(0).value());
                results.add(tape.pushforward(List.of(x)).get(0).value());
            }
            return results;
        };
        List<Tensor> expected = task.call();
        assertThat(onAllThreads(task)).allMatch(expected::equals);
    }

    @Test
    void twoBranchesBuiltOnTwoThreadsGiveTheSameBitsAThousandTimes() throws Exception {
        Variable x = Variable.of(Tensor.of(0.1, -0.2, 0.3));
        Tensor expected = gradient(x, branch(x, 1), branch(x, 2));
        assertThat(gradient(x, branch(x, 2), branch(x, 1)))
                .as("the order of operands matters, so that a different order of accumulation would show")
                .isNotEqualTo(expected);
        for (int i = 0; i < 1000; i++) {
            CyclicBarrier start = new CyclicBarrier(2);
            int delay = i % 7;
            Future<Variable> first = executor.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                return branch(x, 1);
            });
            Future<Variable> second = executor.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                for (int k = 0; k < delay; k++) {
                    Thread.yield();
                }
                return branch(x, 2);
            });
            assertThat(gradient(x, first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS)))
                    .isEqualTo(expected);
        }
    }

    private static Tensor gradient(Variable x, Variable first, Variable second) {
        return Autodiff.gradients(first.mul(second).sum(), List.of(x)).get(0).value();
    }

    @Test
    void recordingOnOneThreadDoesNotDisturbAnother() throws Exception {
        Variable shared = Variable.of(Tensor.of(0.1, -0.2, 0.3));
        CyclicBarrier inside = new CyclicBarrier(2);
        Future<Tape> recording = executor.submit(() -> Tape.record(
                x -> {
                    await(inside);
                    Variable y = x.mul(shared);
                    await(inside);
                    return y;
                },
                Tensor.ones(3)));
        await(inside);
        assertThat(shared.exp().sum().item()).isFinite();
        assertThat(Autodiff.gradients(shared.square().sum(), List.of(shared))
                        .get(0)
                        .value())
                .isEqualTo(Tensor.of(0.2, -0.4, 0.6));
        await(inside);
        assertThat(recording.get(60, TimeUnit.SECONDS).steps()).hasSize(1);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
