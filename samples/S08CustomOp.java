import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jvp;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * An operation of your own: three methods, and it has derivatives of every order, in both modes.
 *
 * <p>The library has no arctangent. The operation below states three things: the shape of its result, its value, and the
 * rule by which a gradient passes through it, {@code atan′(x) = 1/(1 + x²)}.
 */
public final class S08CustomOp {

    private S08CustomOp() {}

    /** {@code y = atan x}, element by element. */
    record Atan() implements CustomOp {

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        /** The value, in plain numbers; any Java will do. */
        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(StrictMath::atan);
        }

        /**
         * The chain rule: g, the derivative of the final result by y, times the derivative of y by x. It is written with
         * operations of variables, which have derivatives of their own; so the second derivative follows from it.
         */
        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.div(x.get(0).square().add(1));
        }
    }

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        UnaryOperator<Variable> atan = x -> new Atan().apply(x);
        Tensor one = Tensor.scalar(1);

        // The derivatives are 1/(1 + x^2), -2x/(1 + x^2)^2 and (6x^2 - 2)/(1 + x^2)^3: at 1, 1/2, -1/2 and 1/2.
        out.println("atan 1 = pi/4      " + atan.apply(Variable.of(one)).item());
        out.println("first derivative   " + grad(atan).apply(one));
        out.println("second derivative  " + grad(grad(atan)).apply(one));
        out.println("third derivative   " + grad(grad(grad(atan))).apply(one));

        // Forward mode was not stated at all. It follows from the vjp, which is linear in g.
        out.println("\nforward mode, the tangent 3 of x: 3 * 1/2 = " + jvp(atan, one, Tensor.scalar(3)));
        UnaryOperator<Variable> sum = x -> new Atan().apply(x).sum();
        out.println("Hessian times (2, 2) at (1, -1): " + hvp(sum, Tensor.of(1, -1), Tensor.of(2, 2)));

        // Is the rule right? A difference quotient does not use the rule. (f(1 + h) - f(1 - h))/2h differs from
        // the first derivative by h^2/6 times the third, here by 1e-8/6 * 1/2 = 8e-10.
        double h = 1e-4;
        double above = atan.apply(Variable.of(1 + h)).item();
        double below = atan.apply(Variable.of(1 - h)).item();
        out.printf(Locale.ROOT, "%ndifference quotient with h = 1e-4: %.11f%n", (above - below) / (2 * h));
    }
}

/* What it prints:

atan 1 = pi/4      0.7853981633974483
first derivative   0.5
second derivative  -0.5
third derivative   0.5

forward mode, the tangent 3 of x: 3 * 1/2 = 1.5
Hessian times (2, 2) at (1, -1): [-1.  1.]

difference quotient with h = 1e-4: 0.50000000083
*/
