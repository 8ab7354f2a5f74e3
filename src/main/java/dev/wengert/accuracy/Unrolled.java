package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.loop.Scan;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Loops with their steps written out: so they have exact forms, bounds and kinks, and their operations can be named. */
public final class Unrolled {

    /** A program of more steps is not written out, nor one of which the results have more elements. */
    private static final long MOST_STEPS = 200_000;

    private static final long MOST_ELEMENTS = 20_000_000;

    private Unrolled() {}

    /** A tape with its loops written out; the same tape if it has none, or would become too long. */
    public static Tape of(Tape tape) {
        return isTooLong(1, tape) ? tape : tape.unrolled();
    }

    private static boolean isTooLong(int times, Tape tape) {
        return times * count(tape, false) > MOST_STEPS || times * count(tape, true) > MOST_ELEMENTS;
    }

    private static boolean isTooLong(Op loop) {
        return loop instanceof Scan scan && isTooLong(scan.length(), scan.body());
    }

    /** The number of steps of a tape with its loops written out, or of their elements. */
    private static double count(Tape tape, boolean elements) {
        double count = 0;
        for (Variable step : tape.steps()) {
            count += step.op().orElseThrow() instanceof Scan scan
                    ? scan.length() * count(scan.body(), elements)
                    : elements ? step.shape().size() : 1;
        }
        return count;
    }

    /** A loop alone, around some operands. */
    private static Tape alone(Op loop, Stream<Tensor> x) {
        List<Variable> operands = x.map(Variable::of).toList();
        return Tape.between(operands, List.of(Scan.unrolled(loop, operands.toArray(new Variable[0]))));
    }

    private static Stream<Tensor> tensors(double[][] x, Shape[] s) {
        return IntStream.range(0, x.length).mapToObj(i -> Tensor.of(s[i], x[i]));
    }

    /** See {@link Bounds#of}. No bound is known of a loop that is too long. */
    static double[] bounds(Op loop, double[][] x, double[][] dx, Shape[] s) {
        if (isTooLong(loop)) {
            return null;
        }
        Evaluation evaluation = new Evaluation(alone(loop, tensors(x, s)));
        return evaluation.errorBounds(tensors(dx, s).toList()).get(0).toArray();
    }

    /** See {@link ExactForms#of(Op, Shape, BigReal[][], Shape[], BigArithmetic)}. A loop that is too long has no form. */
    static BigReal[] exact(Op loop, BigReal[][] x, Shape[] s, BigArithmetic a) {
        if (isTooLong(loop)) {
            return null;
        }
        double[][] near = Arrays.stream(x)
                .map(v -> Arrays.stream(v).mapToDouble(BigReal::toDouble).toArray())
                .toArray(double[][]::new);
        Tape tape = alone(loop, tensors(near, s));
        return new ExactEvaluation(tape, List.of(x), a).outputs().get(0);
    }
}
