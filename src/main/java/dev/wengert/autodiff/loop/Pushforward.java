package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Parts;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tangent of the result of a loop, by a loop in the same direction. Its carries are the tangents of the carries.
 *
 * <p>As in {@link Pullback}, the first steps are taken apart, until the carries that have a tangent are the same from step to step.
 */
final class Pushforward {

    private final Scan scan;
    private final Variable[] tangents;
    private final Scan.Packed y;
    private final List<Variable> x;
    private final BitSet[] sources;
    private final int carries;
    private final int xs;
    private final int ys;

    /** By result of the body, but sums: rows of tangents in the order of execution, of the steps that were taken apart. */
    private final List<List<Variable>> apart = new ArrayList<>();

    /** By result of the body: the rows of the loop, or the sum. */
    private final Variable[] rest;

    Pushforward(Scan scan, Variable[] tangents, Variable y, List<Variable> x) {
        this.scan = scan;
        this.tangents = tangents;
        this.y = Scan.packed(y);
        this.x = x;
        this.sources = scan.sources();
        this.carries = scan.carries();
        this.xs = carries + scan.xs();
        this.ys = carries + scan.ys();
        this.rest = new Variable[sources.length];
        Stream.of(sources).forEach(result -> apart.add(new ArrayList<>()));
    }

    /** The tangent of the packed result; null if there is none. */
    Variable run() {
        Variable[] t = Arrays.copyOf(tangents, carries);
        keep(t);
        int k = 0;
        while (k < scan.length() && k <= carries && !carried(t).equals(Pullback.present(t))) {
            t = step(t, k++);
            keep(t);
        }
        int left = scan.length() - k;
        if (left > 0) {
            loop(t, left);
        }
        return packed(left);
    }

    private void keep(Variable[] t) {
        IntStream.range(0, carries).forEach(i -> apart.get(i).add(t[i]));
    }

    /** The tangents of the inputs of the body: those of the carries, and of the other operands. */
    private Variable[] inputs(Variable[] t) {
        Variable[] all = tangents.clone();
        System.arraycopy(t, 0, all, 0, carries);
        return all;
    }

    /** The results of the body that have a tangent, if the carries have these. */
    private BitSet reached(Variable[] t) {
        BitSet present = Pullback.present(inputs(t));
        BitSet reached = new BitSet();
        IntStream.range(0, sources.length)
                .filter(i -> sources[i].intersects(present))
                .forEach(reached::set);
        return reached;
    }

    private BitSet carried(Variable[] t) {
        return reached(t).get(0, carries);
    }

    /** Takes step k. Returns the tangents of the carries after it. */
    private Variable[] step(Variable[] t, int k) {
        int row = scan.at(k);
        List<Variable> inputs = new ArrayList<>();
        Variable[] moves = inputs(t);
        for (int i = 0; i < x.size(); i++) {
            boolean stacked = i >= carries && i < xs;
            inputs.add(
                    i < carries
                            ? scan.row(y, i, scan.before(row))
                            : stacked ? Loop.row(x.get(i), row) : Identity.IDENTITY.apply(x.get(i)));
            moves[i] = stacked && moves[i] != null ? Loop.row(moves[i], row) : moves[i];
        }
        Variable[] results = body(inputs, moves, reached(t));
        for (int i = carries; i < ys; i++) {
            apart.get(i).add(results[i]);
        }
        for (int i = ys; i < results.length; i++) {
            rest[i] = Pullback.plus(rest[i], results[i]);
        }
        return Arrays.copyOf(results, carries);
    }

    /** The tangents of those results of the body that have one. */
    private Variable[] body(List<Variable> inputs, Variable[] t, BitSet reached) {
        List<Variable> results = scan.body().apply(inputs);
        BitSet present = Pullback.present(t);
        List<Variable> forward = Tape.between(
                        present.stream().mapToObj(inputs::get).toList(), results)
                .pushforward(present.stream().mapToObj(i -> t[i]).toList());
        Variable[] tangents = new Variable[sources.length];
        reached.stream().forEach(i -> tangents[i] = forward.get(i));
        return tangents;
    }

    /** Takes the other steps, the last ones, as a loop. */
    private void loop(Variable[] last, int left) {
        Variable[] t = last.clone();
        BitSet live = Pullback.present(t);
        for (BitSet more = carried(t); ; more = carried(t)) {
            more.andNot(live);
            if (more.isEmpty()) {
                break;
            }
            more.stream().forEach(i -> t[i] = Pullback.orZeros(null, x.get(i)));
            live.or(more);
        }
        BitSet reached = reached(t);
        if (reached.isEmpty() && live.isEmpty()) {
            return;
        }
        int first = scan.reverse() ? 0 : scan.length() - left;
        List<Variable> rows = new ArrayList<>();
        List<Variable> constants = new ArrayList<>(x.subList(xs, x.size()));
        for (int i = 0; i < xs; i++) {
            int from = scan.before(first);
            rows.add(i < carries ? scan.rows(y, i, from, from + left) : Loop.rows(x.get(i), first, first + left));
        }
        for (int i = carries; i < x.size(); i++) {
            if (tangents[i] != null && i < xs) {
                rows.add(Loop.rows(tangents[i], first, first + left));
            } else if (tangents[i] != null) {
                constants.add(tangents[i]);
            }
        }
        int[] found = reached.stream().filter(i -> i >= carries).toArray();
        int stacked = (int) Arrays.stream(found).filter(i -> i < ys).count();
        Loop.Step step = (carry, row, constant) -> {
            List<Variable> inputs = new ArrayList<>(row.subList(0, xs));
            inputs.addAll(constant.subList(0, x.size() - xs));
            Iterator<Variable> moves = Stream.of(
                            carry, row.subList(xs, row.size()), constant.subList(x.size() - xs, constant.size()))
                    .flatMap(List::stream)
                    .iterator();
            Variable[] all = inputs(t);
            for (int i = 0; i < all.length; i++) {
                all[i] = all[i] == null ? null : moves.next();
            }
            Variable[] results = body(inputs, all, reached);
            List<Variable> after = live.stream()
                    .mapToObj(i -> Pullback.orZeros(results[i], x.get(i)))
                    .toList();
            List<Variable> others =
                    Arrays.stream(found).mapToObj(i -> results[i]).toList();
            return new Loop.Results(after, others.subList(0, stacked), others.subList(stacked, others.size()));
        };
        List<Variable> carry = live.stream().mapToObj(i -> t[i]).toList();
        Loop loop = Loop.run(step, carry, rows, constants, left, scan.reverse());
        int number = 0;
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            rest[i] = loop.carries(number++);
        }
        for (int k = 0; k < found.length; k++) {
            rest[found[k]] = k < stacked ? loop.stacked(k) : Pullback.plus(rest[found[k]], loop.sum(k - stacked));
        }
    }

    /** The tangent of the packed result, from the parts that have one. */
    private Variable packed(int left) {
        SortedMap<Integer, Variable> parts = new TreeMap<>();
        for (int i = 0; i < sources.length; i++) {
            int taken = apart.get(i).size();
            int all = taken + left;
            for (int k = 0; k < taken; k++) {
                put(parts, i, scan.reverse() ? all - 1 - k : k, apart.get(i).get(k));
            }
            put(parts, i, scan.reverse() || i >= ys ? 0 : taken, rest[i]);
        }
        if (parts.isEmpty()) {
            return null;
        }
        Shape shape = scan.shape(x.stream().map(Variable::shape).toArray(Shape[]::new));
        if (parts.values().stream().mapToInt(part -> part.shape().size()).sum() == shape.size()) {
            return Variable.concat(0, parts.values().toArray(new Variable[0]));
        }
        Parts sum = new Parts(shape);
        parts.forEach((from, part) -> sum.add(Parts.Part.slice(0, from, part)));
        return sum.sum();
    }

    /** Puts tangents where the rows of a result begin that they belong to. */
    private void put(SortedMap<Integer, Variable> parts, int result, int row, Variable part) {
        if (part != null && part.shape().size() > 0) {
            int each = scan.body().outputs().get(result).shape().size();
            parts.put(
                    scan.offset(result) + row * each, part.reshape(part.shape().size()));
        }
    }
}
