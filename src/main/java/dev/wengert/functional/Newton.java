package dev.wengert.functional;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Newton's method for {@code f(z, c) = 0}. */
final class Newton {

    private static final int NEWTON_STEPS = 100;
    private static final int HALVINGS = 40;

    /** Once a root is found, further steps take off the rest of the rounding. */
    private static final int POLISHES = 3;

    private final Tape body;
    private final List<Tensor> x;

    /**
     * The method at a start.
     *
     * @param body f, with the inputs z and c
     * @param x the start, then c
     */
    Newton(Tape body, List<Tensor> x) {
        this.body = body;
        this.x = x;
    }

    /** A root, to the last digits that the rounding of f leaves. */
    Tensor root() {
        Tensor z = x.get(0);
        BoundedValue here = new BoundedValue(body, z, x);
        for (int k = 0; k < NEWTON_STEPS; k++) {
            if (here.beyondRounding() <= 1) {
                return polished(z, here);
            }
            Tensor jacobian = jacobian(z);
            Variable step = step(jacobian, here, z);
            double[] weights = weights(jacobian, z, step.value());
            Tensor next = Variable.of(z).sub(step).value();
            BoundedValue there = new BoundedValue(body, next, x);
            for (int h = 0; h < HALVINGS && !(there.beside(weights) < here.beside(weights)); h++) {
                step = step.mul(0.5);
                next = Variable.of(z).sub(step).value();
                there = new BoundedValue(body, next, x);
            }
            if (!(there.beside(weights) < here.beside(weights))) {
                throw new ArithmeticException(
                        "root: a step of Newton's method must bring the function nearer to 0, and step " + k
                                + " did not; start closer to a root");
            }
            z = next;
            here = there;
        }
        throw new ArithmeticException("root: Newton's method must find a root within " + NEWTON_STEPS
                + " steps, and found none; start closer to a root");
    }

    /** The size of the terms of each equation: {@code Σ |J_ij|(|z_j| + |step_j|)}. */
    private static double[] weights(Tensor jacobian, Tensor z, Tensor step) {
        Variable sizes =
                Implicit.flat(Variable.of(z).abs().add(Variable.of(step).abs()));
        return Variable.of(jacobian).abs().matmul(sizes).value().toArray();
    }

    private Tensor jacobian(Tensor z) {
        List<Variable> captured =
                x.subList(1, x.size()).stream().map(Variable::of).toList();
        return Implicit.jacobian(body, Variable.of(z), captured).value();
    }

    private static Variable step(Tensor jacobian, BoundedValue here, Tensor z) {
        if (!Arrays.stream(jacobian.toArray()).allMatch(Double::isFinite)) {
            throw new ArithmeticException("root: the Jacobian must be finite, and is not; start closer to a root");
        }
        return Solve.of(Variable.of(jacobian), Variable.of(Tensor.of(here.f()))).reshape(z.shape());
    }

    /** Takes steps as long as they bring f nearer to 0. */
    private Tensor polished(Tensor root, BoundedValue there) {
        Tensor z = root;
        BoundedValue here = there;
        for (int k = 0; k < POLISHES && here.beyondRounding() > 0; k++) {
            Tensor next;
            try {
                next = Variable.of(z).sub(step(jacobian(z), here, z)).value();
            } catch (ArithmeticException singular) {
                return z;
            }
            BoundedValue value = new BoundedValue(body, next, x);
            if (!(value.beyondRounding() < here.beyondRounding())) {
                return z;
            }
            z = next;
            here = value;
        }
        return z;
    }
}
