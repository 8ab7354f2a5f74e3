package dev.wengert.autodiff;

import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Steps of training in a heap that is full but for some bytes: for few bytes they throw, and with enough they do not. */
final class EndOfHeap {

    static final List<String> EXPECTED = List.of(
            "eager: none torn, some refused, some done",
            "eager, small: none torn, some refused, some done",
            "run(x): none torn, some refused, some done",
            "trace: none torn, some refused, some done");

    private static final int LONG = 200_000;

    /** A link of the ballast. */
    private record Ballast(byte[] bytes, Ballast next) {}

    /** Work that moves parameters by 1. */
    private interface Step {
        void run();
    }

    private final int count;
    private final int size;
    private Ballast ballast;
    private byte[] reserve;
    private final List<Parameter> parameters;

    private EndOfHeap(int count, int size) {
        this.count = count;
        this.size = size;
        this.parameters = IntStream.range(0, count)
                .mapToObj(i -> new Parameter("p" + i, Tensor.zeros((i + 1) * size)))
                .toList();
    }

    public static void main(String[] args) {
        EndOfHeap large = new EndOfHeap(4, 10_000);
        EndOfHeap small = new EndOfHeap(4, 2);
        System.out.println("eager: " + large.tried(large.eager(), 40_000));
        System.out.println("eager, small: " + small.tried(small.eager(), 48));
        Plan plan = large.plan();
        Tensor x = Tensor.zeros(LONG);
        System.out.println("run(x): " + large.tried(() -> plan.run(x), 80_000));
        System.out.println("trace: " + small.tried(small.trace(), 320));
    }

    private Step eager() {
        Map<Parameter, Tensor> gradients = new LinkedHashMap<>();
        parameters.forEach(p -> gradients.put(p, Tensor.full(p.shape(), -1)));
        Sgd sgd = new Sgd(1);
        return () -> sgd.step(gradients);
    }

    /** A plan with an output that takes more memory than tensors of all parameters. */
    private Plan plan() {
        return Tape.record(
                        in -> {
                            List<Variable> outputs = new ArrayList<>(in);
                            parameters.forEach(p -> outputs.add(p.variable().add(1)));
                            return outputs;
                        },
                        List.of(Tensor.zeros(LONG)))
                .compile(parameters);
    }

    /** A trace with other values, after which the parameters must have theirs, and a step. */
    private Step trace() {
        Map<Parameter, Tensor> others = new LinkedHashMap<>();
        parameters.forEach(p -> others.put(p, Tensor.full(p.shape(), 1e6)));
        Step step = eager();
        return () -> {
            Tape.trace(in -> List.of(parameters.get(0).variable().add(1)), List.of(), others);
            step.run();
        };
    }

    private String tried(Step step, int stride) {
        step.run(); // what is loaded at the first call is loaded
        int torn = 0;
        int refused = 0;
        int done = 0;
        for (int room = 0; done < 3; room += stride) {
            double before = value(0);
            boolean threw = threw(step, room);
            double after = value(0);
            refused += threw ? 1 : 0;
            done += threw ? 0 : 1;
            boolean whole = threw ? after == before : Math.abs(after - before - 1) < 1e-9;
            for (int i = 0; i < count; i++) {
                whole &= value(i) == after;
            }
            torn += whole ? 0 : 1;
            if (!whole) {
                parameters.forEach(p -> p.set(Tensor.zeros(p.shape())));
            }
        }
        return (torn == 0 ? "none" : torn + " of " + refused) + " torn, " + (refused == 0 ? "none" : "some")
                + " refused, some done";
    }

    private double value(int i) {
        return parameters.get(i).value().get(size - 1);
    }

    /** Runs a step in a heap that has room for so many bytes; returns whether it threw. */
    private boolean threw(Step step, int room) {
        reserve = new byte[room];
        for (int length = 1 << 20; length > 0; length /= 4) {
            try {
                while (true) {
                    ballast = new Ballast(new byte[length], ballast);
                }
            } catch (OutOfMemoryError full) {
                // as it should be
            }
        }
        reserve = null;
        try {
            step.run();
            return false;
        } catch (OutOfMemoryError e) {
            return true;
        } finally {
            ballast = null;
        }
    }
}
