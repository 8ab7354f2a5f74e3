package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One line of the specification: a function, a point, and a plain formula for every element of the result.
 *
 * @param name what is shown
 * @param op the operation, unless the function is composed of several
 * @param f the function, as the library computes it
 * @param shape the shape of the result of an operation; null for a composed function, whose values other tests know
 * @param formula element by element, for an operation
 * @param ulps how far the value may be from the formula, which has errors of its own
 * @param terms the least magnitude of what those ulps are of, where terms cancel
 * @param inert operands through which no perturbation passes, although the function may depend on them
 * @param flat operands on which the function does not depend, near the point
 * @param smooth whether central differences can tell the derivative at the point
 * @param x the operands
 */
public record Sample(
        String name,
        Optional<Op> op,
        Function<List<Variable>, Variable> f,
        Shape shape,
        Formula formula,
        double ulps,
        double terms,
        Set<Integer> inert,
        Set<Integer> flat,
        boolean smooth,
        List<Tensor> x) {

    /** The element of the result at an index, from the operands. */
    @FunctionalInterface
    interface Formula {
        double at(int[] index, List<Tensor> x);
    }

    static Sample of(Op op, Shape shape, Formula formula, Tensor... x) {
        return new Sample(
                op.label(),
                Optional.of(op),
                v -> op.apply(v.toArray(Variable[]::new)),
                shape,
                formula,
                0,
                0,
                Set.of(),
                Set.of(),
                true,
                List.of(x));
    }

    static Sample composed(String name, Function<List<Variable>, Variable> f, Tensor... x) {
        return new Sample(name, Optional.empty(), f, null, null, 0, 0, Set.of(), Set.of(), true, List.of(x));
    }

    /** Allows errors of the value, in units in its last place. */
    Sample within(double allowed) {
        return new Sample(name, op, f, shape, formula, allowed, terms, inert, flat, smooth, x);
    }

    /** Allows errors of the value, in ulps of terms that cancel. */
    Sample within(double allowed, double ofTerms) {
        return new Sample(name, op, f, shape, formula, allowed, ofTerms, inert, flat, smooth, x);
    }

    Sample inert(Integer... operands) {
        return new Sample(name, op, f, shape, formula, ulps, terms, Set.of(operands), flat, smooth, x);
    }

    Sample flat(Integer... operands) {
        return new Sample(name, op, f, shape, formula, ulps, terms, inert, Set.of(operands), smooth, x);
    }

    /** At a kink, at a tie, or where the stencil of the differences leaves the domain or sees nothing. */
    Sample notSmooth() {
        return new Sample(name, op, f, shape, formula, ulps, terms, inert, flat, false, x);
    }

    /** The operands that may be perturbed. */
    List<Integer> active() {
        return IntStream.range(0, x.size())
                .boxed()
                .filter(i -> !inert.contains(i))
                .toList();
    }

    Tensor expected(List<Tensor> operands) {
        return Naive.tensor(shape, index -> formula.at(index, operands));
    }

    @Override
    public String toString() {
        return name + " of " + x.stream().map(Tensor::shape).toList();
    }
}
