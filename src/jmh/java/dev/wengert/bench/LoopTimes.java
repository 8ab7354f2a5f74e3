package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Loops as one operation beside other forms of the same program: a solver of a neural differential equation, a million small steps, and the
 * gradient for each example of a batch. Prints tables for the page of measurements.
 *
 * <p>Measured is the processor's time of the thread, the median and the shortest of some runs, in turn.
 */
public final class LoopTimes {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int EXAMPLES = 256;
    private static final int WIDTH = 64;
    private static final int CLASSES = 10;

    private LoopTimes() {}

    /**
     * Measures all.
     *
     * @param args "quick" for small sizes and few runs
     */
    public static void main(String... args) {
        boolean quick = List.of(args).contains("quick");
        solver(quick ? 20 : 1000, quick ? 2 : 41);
        millionSteps(quick ? 10 : 1000, quick ? 2 : 11);
        perExample(quick ? 2 : 41);
    }

    /** A program in several forms: by name, what is done in a run. */
    private static void measure(String title, int runs, Map<String, Runnable> forms) {
        Map<String, double[]> times = new LinkedHashMap<>();
        for (int warm = 0; warm < runs / 2; warm++) {
            forms.values().forEach(Runnable::run);
        }
        for (int k = 0; k < runs; k++) {
            int run = k;
            forms.forEach((name, form) -> {
                long start = THREADS.getCurrentThreadCpuTime();
                form.run();
                times.computeIfAbsent(name, n -> new double[runs])[run] =
                        (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
            });
        }
        System.out.printf(
                "%n| %s | median, ms | shortest, ms | ratio of medians |%n| --- | ---: | ---: | ---: |%n", title);
        double[] first = times.values().iterator().next();
        times.values().forEach(Arrays::sort);
        times.forEach((name, t) -> System.out.printf(
                Locale.ROOT, "| %s | %.3g | %.3g | %.2f |%n", name, t[runs / 2], t[0], t[runs / 2] / first[runs / 2]));
    }

    private static void solver(int steps, int runs) {
        SplittableRandom random = new SplittableRandom(1);
        Tensor[] point = {
            Tensor.normal(random, 32, 4),
            Tensor.normal(random, 4, 16).map(v -> 0.3 * v),
            Tensor.normal(random, 16),
            Tensor.normal(random, 16, 4).map(v -> 0.3 * v)
        };
        Function<List<Variable>, List<Variable>> scan =
                x -> gradient(x, Loops.iterate(y -> euler(y, x, steps), x.get(0), steps));
        Function<List<Variable>, List<Variable>> java = x -> {
            Variable y = x.get(0);
            for (int k = 0; k < steps; k++) {
                y = euler(y, x, steps);
            }
            return gradient(x, y);
        };
        Map<String, Runnable> make = new LinkedHashMap<>();
        make.put("scan", () -> Tape.record(scan, List.of(point)).compile());
        make.put("loop in Java", () -> Tape.record(java, List.of(point)).compile());
        measure("record and compile the gradient of " + steps + " steps", runs, make);

        Plan one = Tape.record(scan, List.of(point)).compile();
        Plan other = Tape.record(java, List.of(point)).compile();
        Map<String, Runnable> run = new LinkedHashMap<>();
        run.put("loop in Java", () -> run(other, point));
        run.put("scan", () -> run(one, point));
        measure("replay it", runs, run);
    }

    private static void run(Plan plan, Tensor[] point) {
        for (int i = 0; i < point.length; i++) {
            plan.set(i, point[i]);
        }
        plan.run();
    }

    private static Variable euler(Variable y, List<Variable> x, int steps) {
        Variable velocity = y.matmul(x.get(1)).add(x.get(2)).tanh().matmul(x.get(3));
        return y.add(velocity.mul(1.0 / steps));
    }

    private static List<Variable> gradient(List<Variable> x, Variable end) {
        return Autodiff.gradients(end.square().sum(), x);
    }

    private static void millionSteps(int root, int runs) {
        UnaryOperator<Variable> step = y -> y.add(y.sin().mul(1e-6));
        Map<String, Runnable> forms = new LinkedHashMap<>();
        forms.put("scan", () -> gradientOf(y -> Loops.iterate(step, y, root * root)));
        forms.put("scan of scans", () -> gradientOf(y -> Loops.iterate(v -> Loops.iterate(step, v, root), y, root)));
        measure("the gradient of " + root + "² steps of four numbers", runs, forms);
    }

    private static void gradientOf(UnaryOperator<Variable> solver) {
        Variable x = Variable.of(Tensor.of(0.1, 0.2, 0.3, 0.4));
        Autodiff.gradients(solver.apply(x).square().sum(), List.of(x)).get(0).value();
    }

    private static void perExample(int runs) {
        Tensor[] point = examples();
        Map<String, Runnable> eager = new LinkedHashMap<>();
        Map<String, Runnable> replayed = new LinkedHashMap<>();
        FORMS.forEach((name, form) -> {
            eager.put(
                    name,
                    () -> form.apply(Arrays.stream(point).map(Variable::of).toList()));
            Plan plan = Tape.record(form, List.of(point)).compile();
            replayed.put(name, () -> run(plan, point));
        });
        measure("a gradient for each of 256 examples, eager", runs, eager);
        measure("replayed", runs, replayed);
    }

    /** Examples [256, 64], their labels, and the weights and biases of an MLP 64-64-10. */
    static Tensor[] examples() {
        SplittableRandom random = new SplittableRandom(1);
        return new Tensor[] {
            Tensor.normal(random, EXAMPLES, WIDTH),
            Tensor.arange(EXAMPLES).map(v -> v % CLASSES),
            Tensor.normal(random, WIDTH, WIDTH).map(v -> v / 8),
            Tensor.normal(random, WIDTH),
            Tensor.normal(random, WIDTH, CLASSES).map(v -> v / 8),
            Tensor.normal(random, CLASSES)
        };
    }

    /** Ways to compute, of {@link #examples}, the gradient in weights and biases for each example, stacked. */
    static final Map<String, Function<List<Variable>, List<Variable>>> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("outer products of activations and cotangents", LoopTimes::byOuterProducts);
        FORMS.put("weights expanded to the batch", LoopTimes::byBroadcasting);
        FORMS.put("`Loops.mapList`", LoopTimes::byMap);
        FORMS.put("loop in Java", LoopTimes::byLoop);
    }

    private static List<Variable> byMap(List<Variable> in) {
        List<Variable> weights = in.subList(2, 6);
        return Loops.mapList(row -> ofOne(row.get(0), row.get(1), weights), in.subList(0, 2));
    }

    private static List<Variable> byLoop(List<Variable> in) {
        List<Variable> weights = in.subList(2, 6);
        List<List<Variable>> all = new ArrayList<>();
        for (int k = 0; k < EXAMPLES; k++) {
            Variable x = in.get(0).slice(0, k, k + 1).reshape(WIDTH);
            all.add(ofOne(x, in.get(1).slice(0, k, k + 1).reshape(), weights));
        }
        return IntStream.range(0, 4)
                .mapToObj(i -> Variable.stack(
                        0, all.stream().map(gradients -> gradients.get(i)).toArray(Variable[]::new)))
                .toList();
    }

    private static List<Variable> ofOne(Variable x, Variable label, List<Variable> w) {
        Variable hidden = x.reshape(1, WIDTH).matmul(w.get(0)).add(w.get(1)).tanh();
        Variable logits = hidden.matmul(w.get(2)).add(w.get(3));
        return Autodiff.gradients(logits.crossEntropyWithLabels(label.reshape(1)), w);
    }

    private static List<Variable> byBroadcasting(List<Variable> in) {
        List<Variable> w = new ArrayList<>();
        for (Variable shared : in.subList(2, 6)) {
            int[] extents = IntStream.concat(
                            IntStream.of(EXAMPLES), Arrays.stream(shared.shape().toArray()))
                    .toArray();
            w.add(shared.broadcastTo(extents));
        }
        Variable x = in.get(0).reshape(EXAMPLES, WIDTH, 1);
        Variable hidden = x.mul(w.get(0)).sum(1).add(w.get(1)).tanh();
        Variable logits =
                hidden.reshape(EXAMPLES, WIDTH, 1).mul(w.get(2)).sum(1).add(w.get(3));
        return Autodiff.gradients(logits.crossEntropyWithLabels(in.get(1), Reduction.SUM), w);
    }

    private static List<Variable> byOuterProducts(List<Variable> in) {
        Variable before = in.get(0).matmul(in.get(2)).add(in.get(3));
        Variable hidden = before.tanh();
        Variable logits = hidden.matmul(in.get(4)).add(in.get(5));
        Variable loss = logits.crossEntropyWithLabels(in.get(1), Reduction.SUM);
        Variable ofLogits = Autodiff.gradients(loss, List.of(logits)).get(0);
        Variable ofBefore =
                Tape.between(before, logits).pullback(List.of(ofLogits)).get(0);
        return List.of(outer(in.get(0), ofBefore), ofBefore, outer(hidden, ofLogits), ofLogits);
    }

    /** The outer product of each row with the row of another. */
    private static Variable outer(Variable a, Variable b) {
        int n = a.shape().extent(1);
        int m = b.shape().extent(1);
        return a.reshape(EXAMPLES, n, 1).mul(b.reshape(EXAMPLES, 1, m));
    }
}
