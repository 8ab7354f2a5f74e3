package dev.wengert.autodiff;

import dev.wengert.functional.Loops;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/** Gradients by loops through so many steps, or with so many parameters, that a graph of all steps has no room. */
final class ManyLoopSteps {

    private ManyLoopSteps() {}

    /** Prints the smallest and the largest element of a gradient: "steps" or "parameters". */
    public static void main(String[] args) {
        Tensor gradient = args[0].equals("steps") ? steps(1000) : parameters(100_000, 1000);
        Variable g = Variable.of(gradient);
        System.out.println(g.min().item() + " " + g.max().item());
    }

    /** n² steps y' = y + y/10⁶ of four numbers, by a scan of scans; the gradient of the sum. */
    private static Tensor steps(int n) {
        Variable x = Variable.of(Tensor.of(0.1, 0.2, 0.3, 0.4));
        Variable y = Loops.iterate(v -> Loops.iterate(u -> u.add(u.mul(1e-6)), v, n), x, n);
        return Autodiff.gradients(y.sum(), List.of(x)).get(0).value();
    }

    /** Steps y' = y + Σw·y/10⁶ with many weights w; the gradient in the weights, all of which are 0.001. */
    private static Tensor parameters(int n, int steps) {
        Variable w = Variable.of(Tensor.full(Shape.of(n), 1e-3));
        Variable y = Loops.iterate(v -> v.add(v.mul(w).sum().mul(1e-6)), Variable.of(1), steps);
        return Autodiff.gradients(y, List.of(w)).get(0).value();
    }
}
