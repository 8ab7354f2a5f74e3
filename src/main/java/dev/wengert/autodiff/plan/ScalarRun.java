package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.plan.Draft.Value;
import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Scratch;
import dev.wengert.kernel.Twin;
import dev.wengert.tensor.Shape;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An instruction that runs fused elementwise steps on single numbers in one loop. For single numbers, dispatch costs more than arithmetic.
 *
 * <p>Each step is four ints: a code, the register of the result, and the registers of two operands. Arithmetic and common functions have
 * their own codes; every other kernel runs on arrays of one element. A small interpreter runs the program; a long program that has run for
 * some time gets its own {@linkplain ScalarClass class}, where Java can define one.
 */
final class ScalarRun extends Instruction {

    static final int OTHER = 0;
    static final int ADD = 1;
    static final int SUB = 2;
    static final int MUL = 3;
    static final int DIV = 4;
    static final int NEG = 5;
    static final int GATE = 6;
    static final int SQUARE = 7;
    static final int EXP = 8;
    static final int LOG = 9;
    static final int SIN = 10;
    static final int COS = 11;
    static final int TANH = 12;
    static final int SIGMOID = 13;

    static final int WORDS = 4;

    /** Approximate time of a step, in ns. */
    private static final int NANOS = 4;

    /** From this many steps on, a class pays: it saves some nanoseconds for each step, and costs a millisecond and some kilobytes. */
    private static final int MANY = 64;

    /** A program that runs on registers; {@code others} are the kernels without a code. */
    interface Steps {
        void run(double[] registers, OnNumbers[] others);
    }

    private final double[] registers;
    private final int[] code;
    private final OnNumbers[] others;

    /** The program as a class; null if only the interpreter runs it. */
    private final Compiled compiled;

    /** The arrays that are loaded into the first registers. */
    private final double[][] sources;

    private final int[] stored;
    private final double[][] targets;

    /**
     * The instruction for some steps.
     *
     * @param steps the steps, in order
     * @param assignment their registers
     * @param sources the arrays that are loaded
     * @param kept the results that are stored
     * @param targets the arrays that store them
     */
    ScalarRun(List<Value> steps, Registers assignment, double[][] sources, List<Value> kept, double[][] targets) {
        this.sources = sources;
        this.targets = targets;
        stored = kept.stream().mapToInt(assignment::of).toArray();
        code = new int[WORDS * steps.size()];
        List<OnNumbers> found = new ArrayList<>();
        Map<Double, Integer> numbers = new LinkedHashMap<>();
        for (int k = 0; k < steps.size(); k++) {
            Kernel kernel = steps.get(k).kernel;
            int[] x = assignment.operands(k);
            int at = WORDS * k;
            code[at] = code(kernel);
            code[at + 1] = assignment.result(k);
            code[at + 2] = x[0];
            if (code[at] == OTHER) {
                code[at + 3] = found.size();
                found.add(new OnNumbers(kernel, x));
            } else if (x.length == 2) {
                code[at + 3] = x[1];
            } else if (number(kernel) != null) {
                int free = assignment.count() + numbers.size();
                code[at + 3] = numbers.computeIfAbsent(number(kernel), c -> free);
            }
            if (kernel instanceof NumberOp op && op.kind() == NumberOp.Kind.RDIV) {
                code[at + 2] = code[at + 3];
                code[at + 3] = x[0];
            }
        }
        others = found.toArray(OnNumbers[]::new);
        registers = new double[assignment.count() + numbers.size()];
        numbers.forEach((number, register) -> registers[register] = number);
        boolean fits = ScalarClass.fits(registers.length, others.length, steps.size());
        compiled = steps.size() >= MANY && fits ? new Compiled() : null;
    }

    /** The number of a {@link NumberOp}, else null; it is kept in a register that no step writes. */
    private static Double number(Kernel kernel) {
        return kernel instanceof NumberOp op ? (Double) op.c() : null;
    }

    private static int code(Kernel kernel) {
        if (kernel instanceof BinaryOp op) {
            return switch (op) {
                case ADD -> ADD;
                case SUB -> SUB;
                case MUL -> MUL;
                case DIV -> DIV;
            };
        }
        if (kernel instanceof UnaryOp op) {
            return switch (op) {
                case NEG -> NEG;
                case SQUARE -> SQUARE;
                case EXP -> EXP;
                case LOG -> LOG;
                case SIN -> SIN;
                case COS -> COS;
                case TANH -> TANH;
                case SIGMOID -> SIGMOID;
                default -> OTHER;
            };
        }
        if (kernel instanceof NumberOp op) {
            return switch (op.kind()) {
                case ADD -> ADD;
                case MUL -> MUL;
                case DIV, RDIV -> DIV;
            };
        }
        return kernel == Gate.GATE ? GATE : OTHER;
    }

    @Override
    public void run() {
        double[] r = registers;
        for (int i = 0; i < sources.length; i++) {
            r[i] = sources[i][0];
        }
        if (compiled != null && compiled.serves((long) NANOS * code.length / WORDS)) {
            compiled.steps().run(r, others);
        } else {
            execute(r, code, others);
        }
        for (int i = 0; i < stored.length; i++) {
            targets[i][0] = r[stored[i]];
        }
    }

    static void execute(double[] r, int[] code, OnNumbers[] others) {
        for (int at = 0; at < code.length; at += WORDS) {
            double a = r[code[at + 2]];
            int b = code[at + 3];
            double y;
            switch (code[at]) {
                case ADD -> y = a + r[b];
                case SUB -> y = a - r[b];
                case MUL -> y = a * r[b];
                case DIV -> y = a / r[b];
                case NEG -> y = -a;
                case GATE -> y = gate(a, r[b]);
                case SQUARE -> y = a * a;
                case EXP -> y = Elementary.exp(a);
                case LOG -> y = Elementary.log(a);
                case SIN -> y = Elementary.sin(a);
                case COS -> y = Elementary.cos(a);
                case TANH -> y = Elementary.tanh(a);
                case SIGMOID -> y = Elementary.sigmoid(a);
                default -> y = others[b].run(r);
            }
            r[code[at + 1]] = y;
        }
    }

    /** Returns the program as a class, or the interpreter where Java cannot define a class while it runs, as in a native image. */
    static Steps steps(int[] code, MethodHandles.Lookup lookup) {
        try {
            return ScalarClass.instance(code, lookup);
        } catch (LinkageError e) {
            return (registers, others) -> execute(registers, code, others);
        }
    }

    static double gate(double a, double b) {
        return a == 0.0 ? 0.0 : a * b;
    }

    /** The twin of the interpreter: the program as a class. */
    private final class Compiled extends Twin {

        /** Number of steps in a rehearsal: about 0.1 ms. */
        private static final int REHEARSED = 25_000;

        private Steps steps;

        /** Registers of the rehearsal; the plan has its own. */
        private double[] numbers;

        private OnNumbers[] kernels;

        Compiled() {
            super("steps on numbers");
        }

        Steps steps() {
            if (steps == null) {
                steps = ScalarRun.steps(code, MethodHandles.lookup());
            }
            return steps;
        }

        @Override
        protected int parts() {
            return 1;
        }

        @Override
        protected void rehearse(int part, boolean twin) {
            if (numbers == null) {
                numbers = registers.clone();
                kernels = Arrays.stream(others).map(OnNumbers::another).toArray(OnNumbers[]::new);
            }
            for (int done = 0; done < REHEARSED; done += code.length / WORDS) {
                if (twin) {
                    steps().run(numbers, kernels);
                } else {
                    execute(numbers, code, kernels);
                }
            }
        }
    }

    /** A kernel with arrays of one element. */
    static final class OnNumbers {

        private final Kernel kernel;
        private final int[] operands;
        private final double[][] x;
        private final Shape[] s;
        private final double[] y = new double[1];
        private final double[][] work;

        OnNumbers(Kernel kernel, int[] operands) {
            this.kernel = kernel;
            this.operands = operands;
            this.x = new double[operands.length][1];
            this.s = new Shape[operands.length];
            Arrays.fill(s, Shape.of());
            this.work = Scratch.arrays(kernel.workLengths(s));
        }

        OnNumbers another() {
            return new OnNumbers(kernel, operands);
        }

        double run(double[] registers) {
            for (int i = 0; i < operands.length; i++) {
                x[i][0] = registers[operands[i]];
            }
            kernel.eval(y, s[0], x, s, work);
            return y[0];
        }
    }
}
