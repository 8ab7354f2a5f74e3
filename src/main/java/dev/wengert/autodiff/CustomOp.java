package dev.wengert.autodiff;

import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * An operation that the user defines: the one extension point of the library.
 *
 * <p>Write {@link #shape}, {@link #eval} and {@link #vjp}; {@link #jvp} is derived as the transpose of the vjp. Rules are written with
 * {@link Variable}s, so a custom operation has derivatives of every order if its rules are right:
 *
 * <pre>{@code
 * record Cube() implements CustomOp {
 *     public Shape shape(Shape... x) { return x[0]; }
 *     public Tensor eval(List<Tensor> x) { return x.get(0).map(v -> v * v * v); }
 *     public Variable vjp(int i, Variable g, Variable y, List<Variable> x) { return g.mul(x.get(0).square().mul(3)); }
 * }
 * Variable y = new Cube().apply(x);
 * }</pre>
 *
 * <p>Constants of the operation are its fields; use a record, because {@link Tape#record} compares operations by {@code equals}. Labels,
 * masks and other data that change from call to call are inputs for which {@code vjp} returns null. An operation that knows its error, or
 * can compute itself to many digits, also implements {@code dev.wengert.precise.ExactForm}.
 */
public non-sealed interface CustomOp extends Op {

    /**
     * Computes the value. It must depend on nothing but its arguments.
     *
     * @param x the values of the operands
     * @return the result, of the shape that {@link #shape} states
     */
    Tensor eval(List<Tensor> x);

    /**
     * {@inheritDoc}
     *
     * <p>By default it is the transpose of {@link #vjp}: the vjp is linear in {@code g}, so pulling {@code t} back through it gives {@code
     * J_i t}.
     */
    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        // its value does not matter; it is deeper than y, so that the search for its uses stops at y
        Variable g = y.detach();
        Variable cotangent = vjp(i, g, y, x);
        if (cotangent == null) {
            return null;
        }
        Variable reduced = Sweep.reduce(this, i, cotangent, t.shape());
        return Tape.between(List.of(g), List.of(reduced)).pullback(List.of(t)).get(0);
    }
}
