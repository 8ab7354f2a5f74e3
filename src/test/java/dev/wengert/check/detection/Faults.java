package dev.wengert.check.detection;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.detection.Fault.OperandRule;
import dev.wengert.check.detection.Fault.Place;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The kinds of wrong rules. */
final class Faults {

    /** A fault that changes a rule's value by this factor is small. */
    private static final double SMALL = 1.01;

    private static final Place ANYWHERE = (step, i) -> true;
    private static final Place FINITE = (step, i) -> step.inputs().stream()
            .allMatch(x -> Arrays.stream(x.value().toArray()).allMatch(Double::isFinite));
    private static final Place SQUARE = (step, i) -> square(step.inputs().get(i).shape());
    private static final Place VECTOR =
            (step, i) -> step.inputs().get(i).shape().size() > 1;
    private static final Place BROADCAST =
            (step, i) -> !rule(step, i).shape().equals(step.inputs().get(i).shape());

    private final List<Fault> faults = new ArrayList<>();

    private Faults() {}

    /** All kinds, each once. */
    static List<Fault> all() {
        Faults f = new Faults();
        f.factors();
        f.entries();
        f.missing();
        f.frozen();
        f.higherOrders();
        f.softmaxFamily();
        f.elementwise();
        f.conventions();
        return List.copyOf(f.faults);
    }

    // ---- where ----

    private static boolean square(Shape shape) {
        return shape.rank() == 2 && shape.extent(0) == shape.extent(1) && shape.extent(0) > 1;
    }

    private static String label(Variable step) {
        return step.op().orElseThrow().label();
    }

    private static Place named(String... names) {
        Set<String> set = Set.of(names);
        return (step, i) -> i == 0 && set.contains(label(step));
    }

    /** Operations that carry an attribute in their label, such as {@code div(3.0)}. */
    private static Place prefixed(String prefix) {
        return (step, i) -> label(step).startsWith(prefix);
    }

    private static Place both(Place a, Place b) {
        return (step, i) -> a.fits(step, i) && b.fits(step, i);
    }

    /** What the right vjp of a step gives. */
    private static Variable rule(Variable step, int i) {
        Variable g = Variable.of(Tensor.ones(step.shape()));
        return step.op().orElseThrow().vjp(i, g, step, step.inputs());
    }

    // ---- how ----

    private void add(String kind, int order, Place place, OperandRule vjp, OperandRule jvp) {
        faults.add(new Fault(kind, order, place, vjp, jvp));
    }

    /** J·S instead of J, in both modes: {@code Sᵀ(Jᵀg)} and {@code J(St)}. */
    private void distorted(String kind, Place place, UnaryOperator<Variable> s, UnaryOperator<Variable> transpose) {
        add(
                kind,
                1,
                place,
                (op, i, g, y, x) -> transpose.apply(reduced(op, i, g, y, x)),
                (op, i, t, y, x) -> op.right().jvp(i, s.apply(t), y, x));
    }

    private void diagonal(String kind, Place place, UnaryOperator<Variable> s) {
        distorted(kind, place, s, s);
    }

    /** A wrong vjp, from which the wrong jvp follows as its transpose. */
    private void wrong(String kind, int order, Place place, OperandRule vjp) {
        add(kind, order, place, vjp, (op, i, t, y, x) -> transposed(op, vjp, i, t, y, x));
    }

    private static Variable transposed(Spoiled op, OperandRule vjp, int i, Variable t, Variable y, List<Variable> x) {
        Variable g = Variable.of(Tensor.zeros(y.shape()));
        Variable cotangent = Graphs.reduce(vjp.apply(op, i, g, y, x), t.shape());
        return Tape.between(g, cotangent).pullback(List.of(t)).get(0);
    }

    /** The right cotangent, of the shape of the operand. */
    private static Variable reduced(Spoiled op, int i, Variable g, Variable y, List<Variable> x) {
        return Graphs.reduce(op.right().vjp(i, g, y, x), x.get(i).shape());
    }

    private static UnaryOperator<Variable> entryTimes(double factor) {
        return v -> {
            double[] ones = new double[v.shape().size()];
            Arrays.fill(ones, 1);
            ones[ones.length / 2] = factor;
            return v.mul(Variable.of(Tensor.of(v.shape(), ones)));
        };
    }

    /** Moves every element to the next place of the last axis, or to the place before. */
    private static UnaryOperator<Variable> rolled(boolean back) {
        return v -> {
            int n = v.shape().extent(-1);
            int cut = back ? 1 : n - 1;
            return Variable.concat(-1, v.slice(-1, cut, n), v.slice(-1, 0, cut));
        };
    }

    // ---- kinds ----

    private void factors() {
        diagonal("factor 1.001", ANYWHERE, v -> v.mul(1.001));
        diagonal("factor 1.01", ANYWHERE, v -> v.mul(SMALL));
        diagonal("doubled", ANYWHERE, v -> v.mul(2));
        diagonal("sign", ANYWHERE, Variable::neg);
        add(
                "vjp alone, factor 1.01",
                1,
                ANYWHERE,
                (op, i, g, y, x) -> reduced(op, i, g, y, x).mul(SMALL),
                Fault.JVP);
        add(
                "jvp alone, factor 1.01",
                1,
                ANYWHERE,
                Fault.VJP,
                (op, i, t, y, x) -> op.right().jvp(i, t.mul(SMALL), y, x));
        add("missing 1/n", 1, prefixed("div("), (op, i, g, y, x) -> g, (op, i, t, y, x) -> t);
        add("cotangent clipped", 1, ANYWHERE, (op, i, g, y, x) -> op.right().vjp(i, g.clamp(-1, 1), y, x), Fault.JVP);
        add(
                "cotangent plus 0.001",
                1,
                ANYWHERE,
                (op, i, g, y, x) -> reduced(op, i, g, y, x).add(1e-3),
                Fault.JVP);
    }

    private void entries() {
        diagonal("one entry, factor 1.001", VECTOR, entryTimes(1.001));
        diagonal("one entry, factor 1.01", VECTOR, entryTimes(SMALL));
        diagonal("one entry doubled", VECTOR, entryTimes(2));
        diagonal("one entry zeroed", VECTOR, entryTimes(0));
        distorted(
                "off by one",
                (step, i) -> step.inputs().get(i).shape().rank() > 0
                        && step.inputs().get(i).shape().extent(-1) > 1,
                rolled(true),
                rolled(false));
        diagonal("transposed cotangent", SQUARE, Variable::transpose);
        wrong("off-by-one index", 1, named("gather"), (op, i, g, y, x) -> {
            Variable next = x.get(1).add(1);
            Variable rows = Variable.of(x.get(0).shape().extent(0));
            Variable index = Variable.where(next.ge(rows), Variable.of(0), next);
            return op.right().vjp(i, g, y, List.of(x.get(0), index));
        });
        wrong(
                "transposed operand",
                1,
                both(
                        prefixed("matmul"),
                        (step, i) -> square(step.inputs().get(1 - i).shape())),
                (op, i, g, y, x) -> op.right()
                        .vjp(i, g, y, x.stream().map(Variable::transpose).toList()));
        wrong(
                "wrong axis",
                1,
                both(named("softmax", "logSoftmax"), SQUARE),
                (op, i, g, y, x) -> op.right()
                        .vjp(i, g.transpose(), y.transpose(), List.of(x.get(0).transpose()))
                        .transpose());
    }

    private void missing() {
        add("operand dropped", 1, ANYWHERE, (op, i, g, y, x) -> null, (op, i, t, y, x) -> null);
        add("vjp missing", 1, ANYWHERE, (op, i, g, y, x) -> null, Fault.JVP);
        add("jvp missing", 1, ANYWHERE, Fault.VJP, (op, i, t, y, x) -> null);
        wrong("broadcast not reduced", 1, BROADCAST, (op, i, g, y, x) -> {
            Variable whole = op.right().vjp(i, g, y, x);
            Shape to = x.get(i).shape();
            int extra = whole.shape().rank() - to.rank();
            for (int d = 0; d < whole.shape().rank(); d++) {
                if (d < extra || to.extent(d - extra) == 1) {
                    whole = whole.slice(d, 0, 1);
                }
            }
            return whole.reshape(to);
        });
        wrong("broadcast averaged", 1, BROADCAST, (op, i, g, y, x) -> {
            Variable whole = op.right().vjp(i, g, y, x);
            return Graphs.reduce(whole, x.get(i).shape())
                    .mul((double) x.get(i).shape().size() / whole.shape().size());
        });
        wrong(
                "sum over the wrong axis",
                1,
                both(prefixed("sum"), SQUARE),
                (op, i, g, y, x) -> reduced(op, i, g, y, x).transpose());
    }

    private void frozen() {
        wrong("stale operands", 1, ANYWHERE, (op, i, g, y, x) -> {
            List<Variable> stale = IntStream.range(0, x.size())
                    .mapToObj(j -> op.right().vjp(j, g, y, x) == null
                            ? x.get(j)
                            : op.first().get(j).mul(0.9))
                    .toList();
            return op.right().vjp(i, g, op.right().apply(stale.toArray(Variable[]::new)), stale);
        });
        wrong("operands baked in", 2, ANYWHERE, (op, i, g, y, x) -> {
            List<Variable> baked = op.saved();
            return op.right().vjp(i, g, op.right().apply(baked.toArray(Variable[]::new)), baked);
        });
        wrong(
                "detach in the rule",
                2,
                ANYWHERE,
                (op, i, g, y, x) -> op.right()
                        .vjp(i, g, y.detach(), x.stream().map(Variable::detach).toList()));
        wrong(
                "output for input",
                1,
                (step, i) -> step.inputs().get(i).shape().equals(step.shape()),
                (op, i, g, y, x) -> {
                    List<Variable> confused = new ArrayList<>(x);
                    confused.set(i, y);
                    return op.right().vjp(i, g, y, confused);
                });
        wrong("NaN swallowed", 1, ANYWHERE, (op, i, g, y, x) -> {
            Variable v = reduced(op, i, g, y, x);
            return Variable.where(v.eq(v), v, Variable.of(0));
        });
    }

    private void higherOrders() {
        for (double factor : new double[] {SMALL, -1}) {
            String kind = factor < 0 ? "second order alone, sign" : "second order alone, factor 1.01";
            add(
                    kind,
                    2,
                    ANYWHERE,
                    (op, i, g, y, x) -> new Echo(op.label(), factor).apply(reduced(op, i, g, y, x)),
                    (op, i, t, y, x) ->
                            new Echo(op.label(), factor).apply(op.right().jvp(i, t, y, x)));
        }
        wrong(
                "asymmetric Hessian",
                2,
                both(
                        FINITE,
                        (step, i) -> step.inputs().get(i).shape().rank() > 0
                                && step.inputs().get(i).shape().extent(-1) > 2),
                (op, i, g, y, x) -> {
                    Variable skew =
                            rolled(true).apply(x.get(i)).sub(rolled(false).apply(x.get(i)));
                    return reduced(op, i, g, y, x).add(skew.sub(skew.detach()).mul(g.sum()));
                });
        wrong("third order alone", 3, FINITE, (op, i, g, y, x) -> {
            Variable s = x.get(i).sum();
            return op.right().vjp(i, g, y, x).mul(s.sub(s.detach()).square().add(1));
        });
    }

    private void softmaxFamily() {
        Place crossEntropy = named("crossEntropy");
        wrong(
                "p − 1 without exclusion",
                1,
                crossEntropy,
                (op, i, g, y, x) ->
                        g.mul(x.get(0).softmax().mul(x.get(1).sum(true, -1)).sub(x.get(1))));
        wrong(
                "S dropped",
                1,
                crossEntropy,
                (op, i, g, y, x) -> g.mul(x.get(0).softmax().sub(x.get(1))));
        wrong("maximum not subtracted", 1, named("crossEntropy", "softmax", "logSumExp"), (op, i, g, y, x) -> {
            Variable e = x.get(0).exp();
            Variable p = e.div(e.sum(true, -1));
            return switch (op.right().label()) {
                case "softmax" -> p.mul(g.sub(p.mul(g).sum(true, -1)));
                case "logSumExp" -> g.mul(p);
                default -> g.mul(p.mul(x.get(1).sum(true, -1)).sub(x.get(1)));
            };
        });
        wrong("off-diagonal dropped", 1, named("softmax"), (op, i, g, y, x) -> g.mul(y.mul(y.rsub(1))));
        wrong("sum of cotangents dropped", 1, named("logSoftmax"), (op, i, g, y, x) -> g.sub(g.mul(y.exp())));
        wrong(
                "masked class leaks",
                1,
                named("softmax", "logSoftmax", "logSumExp", "crossEntropy"),
                (op, i, g, y, x) -> {
                    List<Variable> floored = new ArrayList<>(x);
                    floored.set(0, x.get(0).maximum(-20));
                    return op.right().vjp(i, g, op.right().apply(floored.toArray(Variable[]::new)), floored);
                });
        wrong(
                "temperature factor",
                1,
                named("realSoftMax"),
                (op, i, g, y, x) -> op.right().vjp(i, g, y, x).mul(x.get(1)));
    }

    private void elementwise() {
        wrong(
                "1 − y² where y saturates",
                1,
                named("tanh", "sigmoid"),
                (op, i, g, y, x) -> g.mul(label(y).endsWith("tanh") ? y.square().rsub(1) : y.mul(y.rsub(1))));
        wrong(
                "dropped term",
                1,
                named("gelu"),
                (op, i, g, y, x) ->
                        g.mul(x.get(0).mul(Math.sqrt(0.5)).erf().add(1).mul(0.5)));
        wrong(
                "denominator not squared",
                1,
                (step, i) -> i == 1 && label(step).equals("div"),
                (op, i, g, y, x) -> g.mul(x.get(0)).div(x.get(1)).neg());
        wrong("exponent not reduced", 1, prefixed("pow("), (op, i, g, y, x) -> {
            String label = op.right().label();
            return g.mul(y).mul(Double.parseDouble(label.substring(4, label.length() - 1)));
        });
        wrong("sine for cosine", 1, named("sin", "cos"), (op, i, g, y, x) -> g.mul(y));
        wrong(
                "mask inverted",
                1,
                named("relu"),
                (op, i, g, y, x) -> Variable.where(x.get(0).gt(0), Variable.of(0), g));
    }

    /** These give another value at a kink alone, where every value between the slopes of the sides is a convention. */
    private void conventions() {
        wrong(
                "another value at a kink",
                1,
                named("relu"),
                (op, i, g, y, x) -> Variable.where(x.get(0).ge(0), g, Variable.of(0)));
        wrong(
                "another value at a kink",
                1,
                named("abs"),
                (op, i, g, y, x) -> Variable.where(x.get(0).ge(0), g, g.neg()));
        wrong(
                "another value at a kink",
                1,
                named("maximum"),
                (op, i, g, y, x) -> Variable.where(x.get(0).ge(x.get(1)), g, Variable.of(0)));
        wrong(
                "all of it to every tie",
                1,
                prefixed("max["),
                (op, i, g, y, x) -> Variable.where(x.get(0).eq(y), g, Variable.of(0)));
    }
}
