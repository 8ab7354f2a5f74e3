package dev.wengert.check.detection;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.accuracy.ExactEvaluation;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A right operation of which the rules for one operand are wrong. It computes the same value, also to many digits. */
final class Spoiled implements CustomOp, ExactForm {

    /** The largest error that is stated; sums that cancel have a larger one, relative to what is left. */
    private static final double MOST_ULPS = 1024;

    private final Op right;
    private final Fault fault;
    private final int operand;
    private final double ulps;
    private final List<Tensor> first;
    private List<Tensor> saved;

    /**
     * Spoils an operation.
     *
     * @param step where it is right
     * @param operand whose rules become wrong
     * @param fault how
     */
    Spoiled(Variable step, int operand, Fault fault) {
        this.right = step.op().orElseThrow();
        this.fault = fault;
        this.operand = operand;
        this.first = step.inputs().stream().map(Variable::value).toList();
        this.saved = first;
        this.ulps = ulps(first);
    }

    /** The operation as it was. */
    Op right() {
        return right;
    }

    /** The operands that it was made with, as constants. */
    List<Variable> first() {
        return fresh(first);
    }

    /** The operands of the last evaluation, as constants: what an operation sees that remembers them. */
    List<Variable> saved() {
        return fresh(saved);
    }

    private static List<Variable> fresh(List<Tensor> x) {
        return x.stream().map(Variable::of).toList();
    }

    private Variable apply(List<Variable> x) {
        return right.apply(x.toArray(Variable[]::new));
    }

    /** Twice the error that the library states for the operation, in ulps of the result. */
    private double ulps(List<Tensor> x) {
        List<Variable> operands = fresh(x);
        Variable y = apply(operands);
        double[] value = y.value().toArray();
        double[] error = new Evaluation(Tape.between(operands, List.of(y)), x)
                .errorBounds(x.stream().map(t -> t.map(v -> 0)).toList())
                .get(0)
                .toArray();
        return 2
                * IntStream.range(0, value.length)
                        .filter(k -> Double.isFinite(value[k]) && value[k] != 0)
                        .mapToDouble(k -> Math.min(MOST_ULPS, error[k] / Math.ulp(value[k])))
                        .max()
                        .orElse(0);
    }

    @Override
    public Shape shape(Shape... x) {
        return right.shape(x);
    }

    @Override
    public Tensor eval(List<Tensor> x) {
        saved = x;
        return apply(fresh(x)).value();
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return (i == operand ? fault.vjp() : Fault.VJP).apply(this, i, g, y, x);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return (i == operand ? fault.jvp() : Fault.JVP).apply(this, i, t, y, x);
    }

    @Override
    public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
        List<Variable> operands = IntStream.range(0, x.size())
                .mapToObj(i -> Variable.of(Tensor.of(
                        s.get(i),
                        Arrays.stream(x.get(i)).mapToDouble(BigReal::toDouble).toArray())))
                .toList();
        return new ExactEvaluation(Tape.between(operands, List.of(apply(operands))), x, a)
                .outputs()
                .get(0);
    }

    @Override
    public double ulps() {
        return ulps;
    }

    @Override
    public String label() {
        return "spoiled " + right.label();
    }
}
