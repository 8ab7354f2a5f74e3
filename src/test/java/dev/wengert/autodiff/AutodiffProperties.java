package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.GeneratedProgram.Operation;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The sweeps agree with each other on random expression graphs, exactly: the operations are those that make small dyadic numbers
 * of small dyadic numbers, the points are small whole numbers, and a case in which a number does not stay small is left out.
 */
class AutodiffProperties {

    private static final Set<Operation> EXACT = EnumSet.of(
            Operation.NEG,
            Operation.SQUARE,
            Operation.SCALE,
            Operation.SHIFT,
            Operation.REVERSE_DIFFERENCE,
            Operation.ADD,
            Operation.SUB,
            Operation.MUL,
            Operation.TWICE,
            Operation.CONSTANT,
            Operation.ABS,
            Operation.RELU,
            Operation.CLAMP,
            Operation.MAXIMUM,
            Operation.MINIMUM,
            Operation.WHERE,
            Operation.MASK,
            Operation.SIGN,
            Operation.DETACH,
            Operation.SUM,
            Operation.SUM_KEPT,
            Operation.SUM_ROWS,
            Operation.MAX_KEPT,
            Operation.MATMUL,
            Operation.MATMUL_TRANSPOSED,
            Operation.AFFINE,
            Operation.RESHAPE,
            Operation.SLICE,
            Operation.CONCAT,
            Operation.GATHER,
            Operation.SCATTER_ADD,
            Operation.ONE_HOT,
            Operation.FLOOR,
            Operation.ROUND,
            Operation.PROD,
            Operation.CUM_SUM,
            Operation.CUM_PROD,
            Operation.LINEAR_RECURRENCE,
            Operation.OUTER,
            Operation.DIAG,
            Operation.DIAGONAL,
            Operation.TRACE,
            Operation.TRIL,
            Operation.TRIU,
            Operation.TILE,
            Operation.SPLIT,
            Operation.STACK,
            Operation.PAD,
            Operation.FLIP,
            Operation.ROLL,
            Operation.SORT,
            Operation.TOP_K,
            Operation.ARGSORT,
            Operation.PICK,
            Operation.SCATTER_ADD_ALONG,
            Operation.DROPOUT,
            Operation.CUBE);

    @Provide
    Arbitrary<GeneratedProgram> programs() {
        return GeneratedPrograms.upTo(10, EXACT);
    }

    @Provide
    Arbitrary<Tensor> points() {
        return Arbitraries.integers()
                .between(-2, 2)
                .list()
                .ofSize(GeneratedProgram.SIZE)
                .map(list -> Tensor.of(list.stream().mapToDouble(v -> v).toArray()));
    }

    private static UnaryOperator<Variable> function(GeneratedProgram program) {
        Variable parameter = Variable.of(Tensor.of(1, 0, -1));
        Variable index = Variable.of(GeneratedProgram.INDEX);
        Variable labels = Variable.of(GeneratedProgram.LABELS);
        return z -> program.apply(z, parameter, index, labels);
    }

    /**
     * Leaves a case out unless every number in its graphs is below 2²⁰ and a multiple of 2⁻¹². Then every operation was exact: a
     * sum of products of two such numbers fits in a double.
     */
    private static void assumeExact(Variable... results) {
        Set<Variable> seen = new HashSet<>();
        List<Variable> stack = new ArrayList<>(List.of(results));
        while (!stack.isEmpty()) {
            Variable node = stack.remove(stack.size() - 1);
            if (seen.add(node)) {
                for (double v : node.value().toArray()) {
                    Assume.that(Math.abs(v) < 0x1p20 && v * 0x1p12 == Math.rint(v * 0x1p12));
                }
                stack.addAll(node.inputs());
            }
        }
    }

    private static Variable unit(int i) {
        double[] unit = new double[GeneratedProgram.SIZE];
        unit[i] = 1;
        return Variable.of(Tensor.of(unit));
    }

    /** Equality of numbers, in which signed zeros are equal. */
    private static void same(Variable actual, Variable expected) {
        assertThat(actual.value().ulpDistance(expected.value()))
                .as("%s is %s", actual, expected)
                .isZero();
    }

    private static Variable stack(Variable[] rows) {
        return Variable.stack(0, rows);
    }

    @Property
    void forwardModeGivesTheGradientOfReverseMode(
            @ForAll("programs") GeneratedProgram program, @ForAll("points") Tensor point) {
        UnaryOperator<Variable> f = function(program);
        Variable z = Variable.of(point);
        Variable gradient = Autodiff.grad(f).apply(z);
        Variable[] slopes = new Variable[GeneratedProgram.SIZE];
        Arrays.setAll(slopes, i -> Autodiff.jvp(f, z, unit(i)));
        Variable forward = stack(slopes);
        assumeExact(gradient, forward);
        same(gradient, forward);
    }

    @Property(tries = 50)
    void fourWaysToTheHessian(@ForAll("programs") GeneratedProgram program, @ForAll("points") Tensor point) {
        UnaryOperator<Variable> f = function(program);
        Variable z = Variable.of(point);
        Derivative gradient = Autodiff.grad(f);
        Variable[] forwardOverReverse = new Variable[GeneratedProgram.SIZE];
        Variable[] reverseOverReverse = new Variable[GeneratedProgram.SIZE];
        Variable[] reverseOverForward = new Variable[GeneratedProgram.SIZE];
        Variable[] forwardOverForward = new Variable[GeneratedProgram.SIZE];
        for (int i = 0; i < GeneratedProgram.SIZE; i++) {
            Variable e = unit(i);
            forwardOverReverse[i] = Autodiff.hvp(f, z, e);
            reverseOverReverse[i] = Autodiff.vjp(gradient, z, e);
            reverseOverForward[i] = Autodiff.grad(x -> Autodiff.jvp(f, x, e)).apply(z);
            Variable[] entries = IntStream.range(0, GeneratedProgram.SIZE)
                    .mapToObj(j -> Autodiff.jvp(x -> Autodiff.jvp(f, x, e), z, unit(j)))
                    .toArray(Variable[]::new);
            forwardOverForward[i] = stack(entries);
        }
        Variable h = Autodiff.hessian(f).apply(z);
        Variable[] ways = {
            stack(forwardOverReverse), stack(reverseOverReverse), stack(reverseOverForward), stack(forwardOverForward)
        };
        assumeExact(h, ways[0], ways[1], ways[2], ways[3]);
        same(h.transpose(), h);
        for (Variable way : ways) {
            same(way, h);
        }
    }

    @Property
    void aProductWithTheHessianIsThatWithTheMatrix(
            @ForAll("programs") GeneratedProgram program,
            @ForAll("points") Tensor point,
            @ForAll("points") Tensor vector) {
        UnaryOperator<Variable> f = function(program);
        Variable v = Variable.of(vector);
        Variable product = Autodiff.hvp(f, Variable.of(point), v);
        Variable viaMatrix = Autodiff.hessian(f).apply(Variable.of(point)).matmul(v);
        assumeExact(product, viaMatrix);
        same(product, viaMatrix);
    }

    /** With h an input beside z, the two gradients are partial; the total one follows by the chain rule through h. */
    @Property
    void inputsThatDependOnEachOtherObeyTheChainRule(
            @ForAll("programs") GeneratedProgram inner,
            @ForAll("programs") GeneratedProgram outer,
            @ForAll("points") Tensor point) {
        Variable z = Variable.of(point);
        Variable h = function(inner).apply(z);
        Variable y =
                function(outer).apply(z.mul(h.clamp(-1, 1)).add(h.mul(0.25))).add(h.square());
        List<Variable> partial = Autodiff.gradients(y, List.of(z, h));
        Variable total = Autodiff.gradients(y, List.of(z)).get(0);
        Variable slope = Autodiff.gradients(h, List.of(z)).get(0);
        Variable composed = partial.get(0).add(partial.get(1).mul(slope));
        assumeExact(total, composed);
        same(composed, total);
        same(Autodiff.gradients(y, List.of(h, z)).get(0), partial.get(1));
    }

    @Property
    void thePullbackIsAdditive(
            @ForAll("programs") GeneratedProgram program, @ForAll("points") Tensor a, @ForAll("points") Tensor b) {
        UnaryOperator<Variable> f = function(program);
        UnaryOperator<Variable> wide = x -> f.apply(x).mul(x);
        Variable z = Variable.of(a);
        Tape tape = Tape.between(z, wide.apply(z));
        Variable u = Variable.of(a);
        Variable v = Variable.of(b);
        Variable sum = tape.pullback(List.of(u.add(v))).get(0);
        Variable parts =
                tape.pullback(List.of(u)).get(0).add(tape.pullback(List.of(v)).get(0));
        assumeExact(sum, parts);
        same(sum, parts);
    }
}
