package dev.wengert.check.detection;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.accuracy.ExactEvaluation;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The derivatives of a right model to 200 digits, by differences: of the function for the first order, of its gradient for the second,
 * of the product of its Hessian with a vector for the third. It knows nothing of package check.
 *
 * <p>A fault counts if it changes an entry by at least 10⁻⁶ of the entry, and by at least ten times what rounding explains.
 */
final class Truth {

    private static final BigArithmetic ARITHMETIC = new BigArithmetic(200);
    private static final BigReal STEP = BigReal.of(new BigDecimal("1e-60"));

    /** One-sided slopes that are further apart than this are those of a kink; smooth ones differ by about the step. */
    private static final double KINK = 1e-20;

    /** Differences know nothing below it. */
    private static final double FLOOR = 1e-110;

    private static final double RELATIVE = 1e-6;
    private static final double BOUNDS = 10;

    private final Model model;
    private final Tape function;
    private final Tape gradient;
    private final double[] direction;
    private double[][] first;
    private double[][] second;
    private double[][] third;

    Truth(Model model) {
        this.model = model;
        this.function = Graphs.tape(model);
        this.gradient = gradient(function);
        this.direction = new Random(7)
                .doubles(Graphs.values(function.inputs()).length, 0.5, 1)
                .toArray();
    }

    private static Variable ones(Variable like) {
        return Variable.of(Tensor.ones(like.shape()));
    }

    private static Tape gradient(Tape tape) {
        return Tape.between(
                tape.inputs(), tape.pullback(List.of(ones(tape.outputs().get(0)))));
    }

    private static Tape along(Tape tape, double[] d) {
        return Tape.between(tape.inputs(), tape.pushforward(Graphs.split(d, tape.inputs())));
    }

    private static double[] unit(int n, int k) {
        double[] unit = new double[n];
        unit[k] = 1;
        return unit;
    }

    // ---- what is true ----

    /** For each element of the inputs the derivatives of all outputs in it; NaN at a kink. */
    private static double[][] differences(Tape tape) {
        List<BigReal[]> x = tape.inputs().stream()
                .map(v ->
                        Arrays.stream(v.value().toArray()).mapToObj(BigReal::of).toArray(BigReal[]::new))
                .toList();
        BigReal[] here = evaluate(tape, x);
        List<double[]> columns = new ArrayList<>();
        for (BigReal[] input : x) {
            for (int k = 0; k < input.length; k++) {
                BigReal v = input[k];
                input[k] = ARITHMETIC.add(v, STEP);
                BigReal[] plus = evaluate(tape, x);
                input[k] = ARITHMETIC.sub(v, STEP);
                BigReal[] minus = evaluate(tape, x);
                input[k] = v;
                double[] column = new double[here.length];
                Arrays.setAll(column, c -> slope(minus[c], here[c], plus[c]));
                columns.add(column);
            }
        }
        return columns.toArray(double[][]::new);
    }

    private static double slope(BigReal minus, BigReal here, BigReal plus) {
        double left = ARITHMETIC.div(ARITHMETIC.sub(here, minus), STEP).toDouble();
        double right = ARITHMETIC.div(ARITHMETIC.sub(plus, here), STEP).toDouble();
        double slope = ARITHMETIC
                .div(ARITHMETIC.sub(plus, minus), ARITHMETIC.add(STEP, STEP))
                .toDouble();
        boolean smooth = Math.abs(left - right) <= KINK * Math.max(Math.abs(slope), FLOOR / KINK)
                || Math.abs(left - right) <= 4 * Math.ulp(slope);
        return smooth ? slope : Double.NaN;
    }

    private static BigReal[] evaluate(Tape tape, List<BigReal[]> x) {
        return new ExactEvaluation(tape, x, ARITHMETIC)
                .outputs().stream().flatMap(Arrays::stream).toArray(BigReal[]::new);
    }

    // ---- what a mutant does ----

    /** Whether a mutant counts. */
    boolean counts(Mutant mutant) {
        Tape wrong = Graphs.tape(mutant.wrong());
        Tape wrongGradient = gradient(wrong);
        return firstOrder(wrong, wrongGradient)
                || secondOrder(wrongGradient)
                || replay(mutant)
                || mutant.order() >= 3 && thirdOrder(wrongGradient);
    }

    private boolean firstOrder(Tape wrong, Tape wrongGradient) {
        if (first == null) {
            first = differences(function);
        }
        int n = first.length;
        double[] truth = new double[n];
        Arrays.setAll(truth, k -> first[k][0]);
        if (changes(truth, gradient.outputs(), wrongGradient.outputs())) {
            return true;
        }
        for (int k = 0; k < n; k++) {
            if (changes(
                    first[k],
                    along(function, unit(n, k)).outputs(),
                    along(wrong, unit(n, k)).outputs())) {
                return true;
            }
        }
        return false;
    }

    private boolean secondOrder(Tape wrong) {
        if (second == null) {
            second = differences(gradient);
        }
        return columns(second, gradient, wrong) || rows(second, gradient, wrong);
    }

    private boolean thirdOrder(Tape wrong) {
        Tape right = along(gradient, direction);
        if (third == null) {
            third = differences(right);
        }
        return columns(third, right, along(wrong, direction));
    }

    private static boolean columns(double[][] truth, Tape right, Tape wrong) {
        for (int k = 0; k < truth.length; k++) {
            double[] unit = unit(truth.length, k);
            if (changes(
                    truth[k], along(right, unit).outputs(), along(wrong, unit).outputs())) {
                return true;
            }
        }
        return false;
    }

    /** The Hessian by reverse over reverse mode. */
    private static boolean rows(double[][] truth, Tape right, Tape wrong) {
        for (int k = 0; k < truth.length; k++) {
            double[] unit = unit(truth.length, k);
            List<Variable> rightRow = right.pullback(Graphs.split(unit, right.outputs()));
            List<Variable> wrongRow = wrong.pullback(Graphs.split(unit, wrong.outputs()));
            double[] row = new double[truth.length];
            int at = k;
            Arrays.setAll(row, j -> truth[j][at]);
            if (changes(row, rightRow, wrongRow)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a gradient that was recorded at one point is another one when it is replayed at a second. */
    private boolean replay(Mutant mutant) {
        Random random = new Random(11);
        List<Tensor> there = model.x().stream()
                .map(t -> t.map(v -> v + 0.25 * random.nextGaussian()))
                .toList();
        Tape recorded;
        try {
            recorded = Tape.record(x -> gradientOf(mutant.wrong(), x), model.x());
        } catch (IllegalStateException refused) {
            return false;
        }
        List<Variable> eager =
                gradientOf(mutant.wrong(), there.stream().map(Variable::of).toList());
        double[] replayed = recorded.compile().run(there.toArray(Tensor[]::new)).stream()
                .flatMapToDouble(t -> Arrays.stream(t.toArray()))
                .toArray();
        double[] value = Graphs.values(eager);
        for (int k = 0; k < value.length; k++) {
            if (Math.abs(value[k] - replayed[k]) > RELATIVE * Math.abs(value[k])) {
                return true;
            }
        }
        return false;
    }

    private static List<Variable> gradientOf(Model model, List<Variable> x) {
        Variable y = model.f().apply(x);
        return Tape.between(x, List.of(y)).pullback(List.of(ones(y)));
    }

    /** Whether an entry of the wrong derivative is off by what counts. Where the right one is off, there is no derivative. */
    private static boolean changes(double[] truth, List<Variable> right, List<Variable> wrong) {
        double[] r = Graphs.values(right);
        double[] w = Graphs.values(wrong);
        if (Arrays.equals(r, w)) {
            return false;
        }
        double[] rounding = rounding(right);
        double[] wrongRounding = rounding(wrong);
        for (int c = 0; c < truth.length; c++) {
            double t = truth[c];
            double reference = Double.isNaN(t) ? r[c] : t;
            boolean convention = Double.isFinite(t) && Math.abs(r[c] - t) > BOUNDS * rounding[c] + FLOOR;
            if (!convention && !(Double.isNaN(t) && Double.isFinite(r[c])) && off(w[c], reference, wrongRounding[c])) {
                return true;
            }
        }
        return false;
    }

    private static boolean off(double value, double truth, double rounding) {
        if (!Double.isFinite(truth) || !Double.isFinite(value)) {
            return Double.compare(value, truth) != 0;
        }
        double change = Math.abs(value - truth);
        double size = Math.max(Math.abs(value), Math.abs(truth));
        return change >= RELATIVE * size && change > FLOOR && !(change < BOUNDS * (rounding + Math.ulp(truth)));
    }

    /** Bounds of the rounding errors of some computed variables. */
    private static double[] rounding(List<Variable> computed) {
        Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Variable> leaves = new ArrayList<>();
        Deque<Variable> open = new ArrayDeque<>(computed);
        while (!open.isEmpty()) {
            Variable v = open.pop();
            if (seen.add(v)) {
                v.inputs().forEach(open::push);
                if (v.op().isEmpty()) {
                    leaves.add(v);
                }
            }
        }
        List<Tensor> x = leaves.stream().map(Variable::value).toList();
        List<Tensor> exact = x.stream().map(t -> t.map(v -> 0)).toList();
        return new Evaluation(Tape.between(leaves, computed), x)
                .errorBounds(exact).stream()
                        .flatMapToDouble(t -> Arrays.stream(t.toArray()))
                        .toArray();
    }
}
