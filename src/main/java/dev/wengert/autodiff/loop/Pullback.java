package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The cotangents of the operands of a loop, by a loop in the other direction. Its carries are the cotangents of the carries.
 *
 * <p>An absent cotangent is not 0: 0 times an infinite slope is NaN. So the first steps back are taken apart, one after the other, until the
 * carries that have a cotangent are the same from step to step. They are after as many steps as there are carries, unless they take turns; then
 * the others start with zeros.
 */
final class Pullback {

    private final Scan scan;
    private final Scan.Packed g;
    private final Scan.Packed y;
    private final List<Variable> x;
    private final IntPredicate wants;
    private final BitSet[] sources;
    private final int carries;
    private final int outputs;

    /** By operand: the cotangent; of a stacked one, the rows of the steps that were taken apart, in the order of execution backwards. */
    private final Variable[] cotangents;

    private final List<List<Variable>> apart = new ArrayList<>();

    Pullback(Scan scan, Scan.Packed g, Variable y, List<Variable> x, IntPredicate wants) {
        this.scan = scan;
        this.g = g;
        this.y = Scan.packed(y);
        this.x = x;
        this.wants = wants;
        this.sources = scan.sources();
        this.carries = scan.carries();
        this.outputs = scan.body().outputs().size();
        this.cotangents = new Variable[x.size()];
        x.forEach(operand -> apart.add(new ArrayList<>()));
    }

    Variable[] run() {
        Variable[] lambda = new Variable[carries];
        for (int i = 0; i < carries; i++) {
            lambda[i] = scan.last(g, i);
        }
        int left = scan.length();
        Variable[] rest = left == 0 ? new Variable[outputs] : rest(left);
        for (int taken = 0;
                left > 0 && taken <= carries && !carried(lambda, rest).equals(present(lambda));
                taken++) {
            left--;
            lambda = step(lambda, left);
            rest = left == 0 ? rest : rest(left);
        }
        if (left > 0) {
            loop(lambda, rest, left);
        } else {
            System.arraycopy(lambda, 0, cotangents, 0, carries);
        }
        for (int i = carries; i < carries + scan.xs(); i++) {
            Shape each = scan.body().inputs().get(i).shape();
            cotangents[i] = Loop.join(apart.get(i), cotangents[i], left, each, !scan.reverse());
        }
        return cotangents;
    }

    /** The cotangents of what the first steps made: for a carry, of its values before them; for a stacked result, of its rows. */
    private Variable[] rest(int left) {
        int first = scan.reverse() ? scan.length() - left : 0;
        Variable[] rest = new Variable[outputs];
        for (int i = 0; i < outputs; i++) {
            int from = i < carries ? scan.before(first) : first;
            rest[i] = i < carries + scan.ys() ? scan.rows(g, i, from, from + left) : scan.sum(g, i);
        }
        return rest;
    }

    static BitSet present(Variable[] of) {
        BitSet present = new BitSet();
        IntStream.range(0, of.length).filter(i -> of[i] != null).forEach(present::set);
        return present;
    }

    /** The inputs of the body that have a cotangent, if these results of the body have one. */
    private BitSet reached(Variable[] outputs) {
        BitSet reached = new BitSet();
        present(outputs).stream().forEach(i -> reached.or(sources[i]));
        return reached;
    }

    /** The carries that have a cotangent before a step, if these have one after it. */
    private BitSet carried(Variable[] lambda, Variable[] rest) {
        BitSet carried = reached(outputs(lambda, rest));
        carried.clear(carries, x.size());
        IntStream.range(0, carries).filter(i -> rest[i] != null).forEach(carried::set);
        return carried;
    }

    /** The cotangents of the results of the body. */
    private Variable[] outputs(Variable[] lambda, Variable[] others) {
        Variable[] all = others.clone();
        System.arraycopy(lambda, 0, all, 0, carries);
        return all;
    }

    /** Takes step k back. Returns the cotangents of the carries before it. */
    private Variable[] step(Variable[] lambda, int k) {
        int t = scan.at(k);
        Variable[] others = new Variable[outputs];
        for (int i = carries; i < outputs; i++) {
            others[i] = i < carries + scan.ys() ? scan.row(g, i, t) : scan.sum(g, i);
        }
        List<Variable> inputs = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            boolean stacked = i >= carries && i < carries + scan.xs();
            Variable input = i < carries
                    ? scan.row(y, i, scan.before(t))
                    : stacked ? Loop.row(x.get(i), t) : Identity.IDENTITY.apply(x.get(i));
            inputs.add(input);
        }
        Variable[] back = body(inputs, outputs(lambda, others));
        Variable[] before = new Variable[carries];
        for (int i = 0; i < x.size(); i++) {
            if (i < carries) {
                before[i] = plus(back[i], scan.row(g, i, scan.before(t)));
            } else if (i < carries + scan.xs()) {
                apart.get(i).add(back[i]);
            } else {
                cotangents[i] = plus(cotangents[i], back[i]);
            }
        }
        return before;
    }

    static Variable orZeros(Variable v, Variable like) {
        return v != null ? v : Variable.of(Tensor.zeros(like.shape()));
    }

    static Variable plus(Variable a, Variable b) {
        return a == null ? b : b == null ? a : a.add(b);
    }

    /** The cotangents of the inputs of the body that are wanted and have one. */
    private Variable[] body(List<Variable> inputs, Variable[] g) {
        List<Variable> results = scan.body().apply(inputs);
        BitSet present = present(g);
        List<Variable> back = Tape.between(
                        inputs, present.stream().mapToObj(results::get).toList())
                .pullback(present.stream().mapToObj(i -> g[i]).toList());
        BitSet reached = reached(g);
        Variable[] cotangents = new Variable[inputs.size()];
        for (int i = 0; i < cotangents.length; i++) {
            cotangents[i] = reached.get(i) && (i < carries || wants.test(i)) ? back.get(i) : null;
        }
        return cotangents;
    }

    /** Takes the other steps back, the first ones of the loop, as a loop. */
    private void loop(Variable[] last, Variable[] rest, int left) {
        Variable[] lambda = last.clone();
        BitSet live = present(lambda);
        for (BitSet more = carried(lambda, rest); ; more = carried(lambda, rest)) {
            more.andNot(live);
            if (more.isEmpty()) {
                break;
            }
            more.stream().forEach(i -> lambda[i] = orZeros(null, x.get(i)));
            live.or(more);
        }
        BitSet reached = reached(outputs(lambda, rest));
        if (reached.isEmpty() && live.isEmpty()) {
            return;
        }
        int first = scan.reverse() ? scan.length() - left : 0;
        int xs = carries + scan.xs();
        List<Variable> rows = new ArrayList<>();
        List<Variable> constants = new ArrayList<>(x.subList(xs, x.size()));
        for (int i = 0; i < xs; i++) {
            int from = scan.before(first);
            rows.add(i < carries ? scan.rows(y, i, from, from + left) : Loop.rows(x.get(i), first, first + left));
        }
        for (int i = 0; i < outputs; i++) {
            if (rest[i] != null) {
                (i < carries + scan.ys() ? rows : constants).add(rest[i]);
            }
        }
        int[] back = IntStream.range(carries, x.size())
                .filter(i -> reached.get(i) && wants.test(i))
                .toArray();
        int stacked = (int) Arrays.stream(back).filter(i -> i < xs).count();
        Loop.Step step = (carry, row, constant) -> {
            List<Variable> inputs = new ArrayList<>(row.subList(0, xs));
            inputs.addAll(constant.subList(0, x.size() - xs));
            Iterator<Variable> lambdas = carry.iterator();
            Iterator<Variable> others = Stream.concat(
                            row.subList(xs, row.size()).stream(),
                            constant.subList(x.size() - xs, constant.size()).stream())
                    .iterator();
            Variable[] g = new Variable[outputs];
            Variable[] more = new Variable[carries];
            for (int i = 0; i < outputs; i++) {
                if (i < carries) {
                    g[i] = live.get(i) ? lambdas.next() : null;
                    more[i] = rest[i] != null ? others.next() : null;
                } else {
                    g[i] = rest[i] != null ? others.next() : null;
                }
            }
            Variable[] cotangents = body(inputs, g);
            List<Variable> before = live.stream()
                    .mapToObj(i -> orZeros(plus(cotangents[i], more[i]), x.get(i)))
                    .toList();
            List<Variable> found =
                    Arrays.stream(back).mapToObj(i -> cotangents[i]).toList();
            return new Loop.Results(before, found.subList(0, stacked), found.subList(stacked, found.size()));
        };
        List<Variable> carry = live.stream().mapToObj(i -> lambda[i]).toList();
        Loop loop = Loop.run(step, carry, rows, constants, left, !scan.reverse());
        int number = 0;
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            cotangents[i] = loop.last(number++);
        }
        for (int k = 0; k < back.length; k++) {
            cotangents[back[k]] = k < stacked ? loop.stacked(k) : plus(cotangents[back[k]], loop.sum(k - stacked));
        }
    }
}
