package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Nonzero;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** One evaluation of a tape at a point to many digits. Each step is computed by its mathematical function, not by its double algorithm. */
public final class ExactEvaluation {

    /** So many multiplications with additions take about the time of an exponential of 100 to 400 digits. */
    private static final int MULTIPLICATIONS = 8;

    private final Tape tape;
    private final BigArithmetic arithmetic;
    private final BigReal[][] values;
    private final Map<Variable, BigReal[]> constants;
    private long effort;

    /**
     * Evaluates a tape.
     *
     * @param tape the tape
     * @param x the elements of each input, parameters included, in row-major order
     * @param arithmetic the arithmetic to use
     * @throws IllegalStateException if an operation has no exact form
     */
    public ExactEvaluation(Tape tape, List<BigReal[]> x, BigArithmetic arithmetic) {
        this(tape, x, arithmetic, null);
    }

    private ExactEvaluation(Tape tape, List<BigReal[]> x, BigArithmetic arithmetic, ExactEvaluation near) {
        this.tape = tape;
        this.arithmetic = arithmetic;
        this.constants = near == null ? new IdentityHashMap<>() : near.constants;
        int n = tape.inputs().size();
        values = new BigReal[n + tape.steps().size()][];
        for (int i = 0; i < n; i++) {
            values[i] = near == null ? x.get(i) : unified(x.get(i), near.values[i]);
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            BigReal[][] operands = operands(k);
            Earlier earlier = near == null ? Earlier.NOTHING : new Earlier(near.operands(k), near.values[n + k]);
            BigReal[] result = earlier.result(operands);
            values[n + k] = result != null ? result : exact(tape.op(k), y, operands, arithmetic, earlier);
            effort += earlier.changes(values[n + k]) * effort(tape, k);
        }
    }

    /** The same numbers; one that another row has in the same place is the same object. */
    private static BigReal[] unified(BigReal[] x, BigReal[] other) {
        BigReal[] unified = x.clone();
        Arrays.setAll(unified, j -> x[j].sameAs(other[j]) ? other[j] : x[j]);
        return unified;
    }

    /**
     * Evaluates the same tape at another point, with the same arithmetic. What depends only on elements that are the same there is not
     * computed again.
     *
     * @param x the elements of each input
     * @return the evaluation there
     */
    public ExactEvaluation at(List<BigReal[]> x) {
        return new ExactEvaluation(tape, x, arithmetic, this);
    }

    /** The number of digits. */
    public int digits() {
        return arithmetic.digits();
    }

    /** The effort of a whole evaluation: the number of elements of all steps. A few multiplications of a matrix product count as one. */
    public static long effort(Tape tape) {
        return IntStream.range(0, tape.steps().size())
                .mapToLong(k -> tape.steps().get(k).shape().size() * effort(tape, k))
                .sum();
    }

    /** The effort of this evaluation: what is the same as in another one counts nothing. */
    public long effort() {
        return effort;
    }

    /** The effort for an element of a step. */
    private static long effort(Tape tape, int k) {
        return 1 + Sums.terms(tape.op(k), Evaluation.shapes(tape.steps().get(k))) / MULTIPLICATIONS;
    }

    private BigReal[][] operands(int k) {
        List<Variable> x = tape.steps().get(k).inputs();
        BigReal[][] operands = new BigReal[x.size()][];
        Arrays.setAll(operands, i -> {
            int number = tape.operand(k, i);
            return number < 0 ? constants.computeIfAbsent(x.get(i), ExactEvaluation::exact) : values[number];
        });
        return operands;
    }

    /** The elements of each output, in row-major order. */
    public List<BigReal[]> outputs() {
        List<BigReal[]> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            outputs.add(number < 0 ? exact(tape.outputs().get(i)) : values[number].clone());
        }
        return outputs;
    }

    /**
     * The branch of each step with kinks: on which side of its kinks each element is, as {@link Evaluation#branches()} tells in doubles.
     *
     * @param near the same tape in doubles, close by
     * @param dx for each input, bounds of the errors of its elements there
     * @param share an element is on a kink if its distance is less than this share of its error in doubles
     * @return for each step the sides as signs; empty for a smooth operation
     */
    public List<List<Integer>> branches(Evaluation near, List<Tensor> dx, double share) {
        double[][] errors = near.allErrorBounds(dx);
        List<List<Integer>> branches = new ArrayList<>();
        for (int k = 0; k < tape.steps().size(); k++) {
            List<Integer> sides = new ArrayList<>();
            Op op = tape.op(k);
            if (op instanceof Primitive p && p.branch() != null) {
                BigReal[][] x = operands(k);
                double[][] slack = new double[x.length][];
                for (int i = 0; i < x.length; i++) {
                    int number = tape.operand(k, i);
                    slack[i] = number < 0 ? new double[x[i].length] : errors[number].clone();
                    Arrays.setAll(slack[i], j -> number < 0 ? 0 : share * errors[number][j]);
                }
                addSides(op, tape.steps().get(k), x, slack, sides);
            }
            branches.add(sides);
        }
        return branches;
    }

    private void addSides(Op op, Variable y, BigReal[][] x, double[][] slack, List<Integer> sides) {
        if (op instanceof Choice || op instanceof Comparison) {
            int[][] at = Origins.broadcast(Evaluation.shapes(y), y.shape());
            for (int j = 0; j < at[0].length; j++) {
                int a = at[0][j];
                int b = at[1][j];
                sides.add(side(arithmetic.sub(x[0][a], x[1][b]), slack[0][a] + slack[1][b]));
            }
            return;
        }
        Op kinked = op instanceof Slope slope ? slope.of() : op;
        if (kinked instanceof Max max) {
            Shape s = y.inputs().get(0).shape();
            BigReal[] largest = ExactForms.of(max, max.to(), x, new Shape[] {s}, arithmetic);
            int[] at = Origins.broadcast(new Shape[] {max.to()}, s)[0];
            for (int j = 0; j < at.length; j++) {
                sides.add(side(arithmetic.sub(x[0][j], largest[at[j]]), 2 * slack[0][j]));
            }
            return;
        }
        if (op instanceof Argsort || op instanceof Ranks) {
            addOrder(LineForms.lines(y.shape(), LineForms.axis(op)), x[0], slack[0], sides);
            return;
        }
        if (kinked instanceof Norm || kinked instanceof Nonzero) {
            Shape to = kinked instanceof Norm norm ? norm.to() : ((Nonzero) kinked).to();
            int[] at = Origins.broadcast(new Shape[] {to}, y.inputs().get(0).shape())[0];
            Integer[] all = new Integer[to.size()];
            Arrays.fill(all, 0);
            for (int j = 0; j < at.length; j++) {
                all[at[j]] |= side(x[0][j].abs(), slack[0][j]);
            }
            sides.addAll(List.of(all));
            return;
        }
        boolean clamp = kinked instanceof PiecewiseLinear f && f.kind() == PiecewiseLinear.Kind.CLAMP;
        for (int j = 0; j < x[0].length; j++) {
            if (clamp) {
                PiecewiseLinear f = (PiecewiseLinear) kinked;
                sides.add(side(arithmetic.sub(x[0][j], BigReal.of(f.a())), slack[0][j]));
                sides.add(side(arithmetic.sub(x[0][j], BigReal.of(f.b())), slack[0][j]));
            } else {
                sides.add(side(x[0][j], slack[0][j]));
            }
        }
    }

    /** For each line the order of its elements, and whether neighbours in this order are apart. */
    private void addOrder(int[][] lines, BigReal[] x, double[] slack, List<Integer> sides) {
        for (int[] line : lines) {
            int[] order = LineForms.order(x, line, false);
            for (int l = 0; l < order.length; l++) {
                sides.add(order[l]);
                int at = line[order[l]];
                int before = line[order[Math.max(0, l - 1)]];
                sides.add(l == 0 ? 1 : side(arithmetic.sub(x[at], x[before]), slack[at] + slack[before]));
            }
        }
    }

    private static int side(BigReal distance, double slack) {
        if (distance.isNaN()) {
            return 2;
        }
        boolean on = distance.isZero() || slack > 0 && distance.abs().toDouble() <= slack;
        return on ? 0 : (int) distance.signum();
    }

    private static BigReal[] exact(Variable constant) {
        return Arrays.stream(TensorArrays.of(constant.value()))
                .mapToObj(BigReal::of)
                .toArray(BigReal[]::new);
    }

    private static BigReal[] exact(Op op, Variable y, BigReal[][] x, BigArithmetic arithmetic, Earlier earlier) {
        Shape[] s = Evaluation.shapes(y);
        BigReal[] result;
        try {
            result = op instanceof ExactForm form
                    ? form.exact(List.of(x), List.of(s), arithmetic)
                    : ExactForms.of(op, y.shape(), x, s, arithmetic, earlier);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException thrown) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " throws " + thrown, thrown);
        }
        if (result == null) {
            throw new IllegalStateException(
                    "evaluate: operation " + op.label() + " has no exact form; implement ExactForm to give it one");
        }
        if (result.length != y.shape().size()) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " must return "
                    + y.shape().size() + " numbers, got " + result.length);
        }
        return result;
    }
}
