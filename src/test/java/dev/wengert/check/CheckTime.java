package dev.wengert.check;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * How long checks of perceptrons take: {@code mvn -q test-compile exec:java -Dexec.mainClass=dev.wengert.check.CheckTime}. The time of
 * the processor is that of the checking thread alone.
 */
final class CheckTime {

    private static final int SAMPLES = 32;

    private CheckTime() {}

    /**
     * Runs the command.
     *
     * @param args nothing
     */
    public static void main(String[] args) {
        GradientCheck large = perceptron(100, 90, 10, Variable::tanh);
        GradientCheck small = perceptron(24, 32, 6, Variable::tanh).order(1).allEntries();
        GradientCheck huge = perceptron(784, 250, 16, Variable::tanh).order(1);
        GradientCheck wrong = perceptron(30, 30, 9, new Ops.Cube(2)::apply);
        for (int run = 0; run < 5; run++) {
            time("998 parameters, all entries, order 1", small);
            time("1,209 parameters, directions, order 2, wrong, to the verdict", wrong.withoutReproducer());
            time("the same with the reproducer", wrong);
            time("10,000 parameters, directions, order 2", large);
            time("200,266 parameters, directions, order 1", huge);
        }
    }

    private static void time(String what, GradientCheck check) {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        Verdict verdict = check.run().verdict();
        double seconds = 1e-9 * (System.nanoTime() - wall);
        double busy = 1e-9 * (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
        System.out.printf(Locale.ROOT, "%s: %.2f s, %.2f s of the processor, %s%n", what, seconds, busy, verdict);
    }

    private static GradientCheck perceptron(int inputs, int hidden, int classes, UnaryOperator<Variable> activation) {
        SplittableRandom random = new SplittableRandom(1);
        List<Parameter> p = new ArrayList<>();
        p.addAll(layer("hidden", inputs, hidden, random));
        p.addAll(layer("out", hidden, classes, random));
        Variable x = Variable.of(Tensor.normal(random, SAMPLES, inputs));
        Variable labels = Variable.of(Tensor.random(random, SAMPLES).map(v -> Math.floor(classes * v)));
        return GradientCheck.model(
                () -> activation
                        .apply(x.affine(p.get(0).variable(), p.get(1).variable()))
                        .affine(p.get(2).variable(), p.get(3).variable())
                        .crossEntropyWithLabels(labels),
                p);
    }

    private static List<Parameter> layer(String name, int from, int to, SplittableRandom random) {
        Tensor weight = Tensor.normal(random, from, to).map(v -> v / Math.sqrt(from));
        return List.of(
                new Parameter(name + ".weight", weight),
                new Parameter(name + ".bias", Tensor.normal(random, to).map(v -> 0.1 * v)));
    }
}
