package dev.wengert.autodiff;

import dev.wengert.autodiff.GeneratedProgram.Operation;
import dev.wengert.autodiff.GeneratedProgram.Step;
import dev.wengert.nn.Dropout;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Rate;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Prints how many bytes a thread allocates in many runs of a plan, beyond what it costs to ask. For a virtual machine that
 * interprets (-Xint): a compiler could remove allocations, and we want to see all.
 */
final class PlanAllocation {

    private PlanAllocation() {}

    /** Bytes that this thread has allocated. By reflection, because the library's module does not read java.management. */
    private static final class Meter {
        private final Object bean;
        private final Method allocated;

        Meter() throws ReflectiveOperationException {
            bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            allocated = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        }

        long read() throws ReflectiveOperationException {
            return (long) allocated.invoke(bean);
        }
    }

    /** The one from outside. */
    private static final Set<Operation> ALLOCATING = EnumSet.of(Operation.CUBE);

    /** A step of every operation that itself allocates nothing. */
    private static GeneratedProgram everyOperation() {
        List<Step> steps = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            if (!ALLOCATING.contains(operation)) {
                steps.add(new Step(operation, steps.size() % 3, (steps.size() + 1) % 7));
            }
        }
        return new GeneratedProgram(steps);
    }

    private static Tape everything(Parameter parameter) {
        GeneratedProgram program = everyOperation();
        return Tape.record(
                in -> {
                    UnaryOperator<Variable> f = z -> program.apply(z, parameter.variable(), in.get(1), in.get(2));
                    Variable y = f.apply(in.get(0));
                    List<Variable> g = Autodiff.gradients(y, List.of(in.get(0), parameter.variable()));
                    return List.of(y, g.get(0), g.get(1), Autodiff.hvp(f, in.get(0), in.get(3)), in.get(0), in.get(1));
                },
                List.of(
                        Tensor.ones(GeneratedProgram.SIZE),
                        GeneratedProgram.INDEX,
                        GeneratedProgram.LABELS,
                        Tensor.ones(GeneratedProgram.SIZE)));
    }

    public static void main(String[] args) throws ReflectiveOperationException {
        Meter meter = new Meter();
        Parameter parameter = new Parameter("parameter", Tensor.of(1, 2, 3));
        Tape tape = everything(parameter);
        Plan plan = tape.compile();
        double[] z = {0.1, -0.2, 0.3, 1, -2, 3, 0.5, 0.7, -0.9, 2};
        double[] index = {0, 1};
        double[] labels = {1, 2};
        double[] value = new double[1];
        double[] gradient = new double[GeneratedProgram.SIZE];
        runs(plan, z, index, labels, value, gradient, 10);
        meter.read();
        long start = meter.read();
        long cost = meter.read() - start;
        start = meter.read();
        runs(plan, z, index, labels, value, gradient, 100);
        System.out.println(meter.read() - start - cost + " bytes in 100 runs");
        System.out.println((tape.steps().size() > 500) + ": the plan is long");

        Tensor other = Tensor.of(3, 2, 1);
        start = meter.read();
        parameter.set(other);
        long set = meter.read() - start - cost;
        start = meter.read();
        runs(plan, z, index, labels, value, gradient, 1);
        System.out.println(meter.read() - start - cost + " bytes in a run with a new parameter");
        System.out.println((set > 0) + ": the meter sees the leaf that set makes");

        Tape chain = Tape.record(
                x -> {
                    for (int i = 0; i < 200; i++) {
                        x = x.neg();
                    }
                    return x;
                },
                Tensor.zeros(200_000));
        start = meter.read();
        chain.compile();
        long buffers = (meter.read() - start - cost) / (8 * 200_000);
        System.out.println(buffers + " buffers for a chain of 200 operations, its input included");

        dev.wengert.optim.Step step = training();
        steps(step, 10);
        start = meter.read();
        steps(step, 100);
        System.out.println(meter.read() - start - cost + " bytes in 100 steps of training");
    }

    /** A small network with dropout, its gradients, and the moves of its parameters, of which every second batch makes one. */
    private static dev.wengert.optim.Step training() {
        List<Parameter> p = List.of(
                new Parameter("v", Tensor.full(Shape.of(3, 4), 0.5)),
                new Parameter("a", Tensor.zeros(4)),
                new Parameter("w", Tensor.full(Shape.of(4, 2), -0.5)),
                new Parameter("b", Tensor.zeros(2)));
        Dropout dropout = new Dropout(0.5);
        return new Adam(Rate.constant(0.1))
                .clip(1)
                .accumulate(2)
                .average(0.9)
                .replayed(
                        (in, context) -> {
                            Variable h = in.get(0)
                                    .affine(p.get(0).variable(), p.get(1).variable())
                                    .relu();
                            Variable loss = dropout.apply(h, context)
                                    .affine(p.get(2).variable(), p.get(3).variable())
                                    .crossEntropyWithLabels(in.size() > 1 ? in.get(1) : Variable.of(Tensor.zeros(2)));
                            return in.size() > 2 ? loss.mul(in.get(2)) : loss;
                        },
                        p,
                        Key.of(1));
    }

    private static final Tensor X = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    private static final Tensor LABELS = Tensor.of(1, 0);
    private static final Tensor WEIGHT = Tensor.scalar(2);

    /** Batches of one, two and three tensors. */
    private static void steps(dev.wengert.optim.Step step, int n) {
        for (int i = 0; i < n; i++) {
            step.run(X);
            step.run(X, LABELS);
            step.run(X, LABELS, WEIGHT);
        }
    }

    private static void runs(
            Plan plan, double[] z, double[] index, double[] labels, double[] value, double[] gradient, int n) {
        for (int i = 0; i < n; i++) {
            z[i % z.length] += 0.125;
            plan.set(0, z);
            plan.set(1, index);
            plan.set(2, labels);
            plan.set(3, z);
            plan.run();
            plan.get(0, value);
            plan.get(1, gradient);
            plan.get(3, gradient);
            plan.get(4, gradient);
            plan.get(5, index);
        }
    }
}
