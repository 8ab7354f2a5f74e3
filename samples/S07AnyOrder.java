import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;

import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.function.UnaryOperator;

/**
 * Derivatives of any order, and derivatives inside derivatives.
 *
 * <p>The derivative of a function of variables is a function of variables. So there is nothing to learn for the second
 * order: it is {@code grad(grad(f))}. There is nothing to switch on, either, no mode and no flag for keeping the graph.
 */
public final class S07AnyOrder {

    private S07AnyOrder() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // One order after the other.
        Tensor three = Tensor.scalar(3);
        UnaryOperator<Variable> cube = x -> x.pow(3);
        out.println("x^3 at 3");
        out.println("3x^2  " + grad(cube).apply(three));
        out.println("6x    " + grad(grad(cube)).apply(three));
        out.println("6     " + grad(grad(grad(cube))).apply(three));
        out.println("0     " + grad(grad(grad(grad(cube)))).apply(three));

        // Any order is a loop. The k-th derivative of 1/(1 - x) at 0 is k!.
        out.println("\n1/(1 - x) at 0");
        UnaryOperator<Variable> f = x -> x.rsub(1).reciprocal();
        for (int k = 0; k <= 8; k++) {
            out.println("order " + k + "  " + f.apply(Variable.of(0)).item());
            f = grad(f);
        }

        // Several variables: the Hessian is the Jacobian of the gradient, and so on. For a^2 b at (a, b) = (3, 5)
        // the gradient is (2ab, a^2), the Hessian ((2b, 2a), (2a, 0)); of the third order only the derivatives twice
        // by a and once by b are not 0, but 2.
        UnaryOperator<Variable> g = x -> x.select(0, 0).square().mul(x.select(0, 1));
        Tensor x35 = Tensor.of(3, 5);
        out.println("\na^2 b at (3, 5)");
        out.println("gradient\n" + grad(g).apply(x35));
        out.println("Hessian\n" + hessian(g).apply(x35));
        out.println("third derivative\n" + jacobian(hessian(g)).apply(x35));

        // A derivative inside another derivative. The inner function x + y has the derivative 1 by y, so the
        // outer one is x * 1, with the derivative 1. A library that marks all differentiated variables alike
        // takes the x within x + y for a y, and answers 2: perturbation confusion. Here the inner derivative follows
        // its own argument only; every variable that it captures, even x, is a constant to it. There is no mark, so
        // there is nothing to confuse.
        Derivative nested = grad(x -> x.mul(grad(y -> x.add(y)).apply(Variable.of(1))));
        out.println("\nd/dx of x * (d/dy of x + y)               " + nested.apply(Tensor.scalar(1)));

        // Even if the inner derivative is taken at x itself. d/dy of x y^2 is 2xy, at y = x it is 2x^2, and d/dx of
        // that is 4x. Confused, it would be d/dx of 3x^2, 6x.
        Derivative same = grad(x -> grad(y -> x.mul(y.square())).apply(x));
        out.println("d/dx of (d/dy of x y^2 at y = x), x = 1   " + same.apply(Tensor.scalar(1)));
    }
}

/* What it prints:

x^3 at 3
3x^2  27.0
6x    18.0
6     6.0
0     0.0

1/(1 - x) at 0
order 0  1.0
order 1  1.0
order 2  2.0
order 3  6.0
order 4  24.0
order 5  120.0
order 6  720.0
order 7  5040.0
order 8  40320.0

a^2 b at (3, 5)
gradient
[30.  9.]
Hessian
[[10.  6.]
 [ 6.  0.]]
third derivative
[[[0. 2.]
  [2. 0.]]

 [[2. 0.]
  [0. 0.]]]

d/dx of x * (d/dy of x + y)               1.0
d/dx of (d/dy of x y^2 at y = x), x = 1   4.0
*/
