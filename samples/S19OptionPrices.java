import static dev.wengert.autodiff.Autodiff.grad;

import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Option prices by Black and Scholes (1973), and their sensitivities to the third order.
 *
 * <p>The price of a call is {@code C = S·Φ(d₁) − K·e^(−rT)·Φ(d₂)}. Traders watch its derivatives, the Greeks. Each is a composition of {@code
 * grad}; beside it stands the closed form from a textbook. They agree to the last digits: the normal distribution function, its density and
 * all that follows have rules that keep their digits.
 */
public final class S19OptionPrices {

    private static final double SPOT = 100;
    private static final double STRIKE = 110;
    private static final double RATE = 0.03;
    private static final double VOLATILITY = 0.25;
    private static final double TIME = 0.5;

    /** The variables of the price, by their places in the argument. */
    private enum Of {
        S,
        SIGMA,
        T,
        R
    }

    private S19OptionPrices() {}

    public static void main(String[] args) {
        run(System.out);
    }

    /** The price of a call, at [S, σ, T, r]. */
    private static Variable price(Variable x) {
        Variable spot = x.select(0, 0);
        Variable volatility = x.select(0, 1);
        Variable time = x.select(0, 2);
        Variable rate = x.select(0, 3);
        Variable deviation = volatility.mul(time.sqrt());
        Variable drift = rate.add(volatility.square().div(2)).mul(time);
        Variable d1 = spot.div(STRIKE).log().add(drift).div(deviation);
        Variable d2 = d1.sub(deviation);
        Variable discounted = rate.mul(time).neg().exp().mul(STRIKE);
        return spot.mul(d1.normalCdf()).sub(discounted.mul(d2.normalCdf()));
    }

    /** The derivative of the price in some of its variables, one after the other. */
    private static double greek(Of... of) {
        UnaryOperator<Variable> f = S19OptionPrices::price;
        for (Of v : of) {
            Derivative g = grad(f);
            f = x -> g.apply(x).select(0, v.ordinal());
        }
        return f.apply(Variable.of(Tensor.of(SPOT, VOLATILITY, TIME, RATE))).item();
    }

    static void run(PrintStream out) {
        double root = Math.sqrt(TIME);
        double deviation = VOLATILITY * root;
        double d1 = (Math.log(SPOT / STRIKE) + (RATE + VOLATILITY * VOLATILITY / 2) * TIME) / deviation;
        double d2 = d1 - deviation;
        double density = Math.exp(-d1 * d1 / 2) / Math.sqrt(2 * Math.PI);
        double discount = STRIKE * Math.exp(-RATE * TIME);
        double above = Variable.of(d1).normalCdf().item();
        double paid = discount * Variable.of(d2).normalCdf().item();
        double vega = SPOT * density * root;
        double gamma = density / (SPOT * deviation);

        out.println("greek      by derivatives     closed form");
        print(out, "price", greek(), SPOT * above - paid);
        print(out, "delta", greek(Of.S), above);
        print(out, "vega", greek(Of.SIGMA), vega);
        print(out, "theta", -greek(Of.T), -SPOT * density * VOLATILITY / (2 * root) - RATE * paid);
        print(out, "rho", greek(Of.R), TIME * paid);
        print(out, "gamma", greek(Of.S, Of.S), gamma);
        print(out, "vanna", greek(Of.S, Of.SIGMA), -density * d2 / VOLATILITY);
        print(out, "vomma", greek(Of.SIGMA, Of.SIGMA), vega * d1 * d2 / VOLATILITY);
        double charm = -density * (2 * RATE * TIME - d2 * deviation) / (2 * TIME * deviation);
        print(out, "charm", -greek(Of.S, Of.T), charm);
        print(out, "speed", greek(Of.S, Of.S, Of.S), -gamma / SPOT * (d1 / deviation + 1));
        print(out, "zomma", greek(Of.S, Of.S, Of.SIGMA), gamma * (d1 * d2 - 1) / VOLATILITY);
        double color = -gamma / (2 * TIME) * (1 + d1 * (2 * RATE * TIME - d2 * deviation) / deviation);
        print(out, "color", greek(Of.S, Of.S, Of.T), color);
        double product = d1 * d2;
        double ultima = -vega / (VOLATILITY * VOLATILITY) * (product * (1 - product) + d1 * d1 + d2 * d2);
        print(out, "ultima", greek(Of.SIGMA, Of.SIGMA, Of.SIGMA), ultima);
    }

    private static void print(PrintStream out, String greek, double derived, double closed) {
        double difference = Math.abs(derived - closed) / Math.abs(closed);
        out.println(String.format(
                Locale.ROOT,
                "%-6s %17.9f %15.9f  %s",
                greek,
                derived,
                closed,
                difference < 1e-13 ? "the same to 13 digits" : "NOT the same"));
    }
}

/* What it prints:

greek      by derivatives     closed form
price        3.898551183     3.898551183  the same to 13 digits
delta        0.357214388     0.357214388  the same to 13 digits
vega        26.382774146    26.382774146  the same to 13 digits
theta       -7.550380165    -7.550380165  the same to 13 digits
rho         15.911443808    15.911443808  the same to 13 digits
gamma        0.021106219     0.021106219  the same to 13 digits
vanna        0.809931578     0.809931578  the same to 13 digits
vomma       20.956227903    20.956227903  the same to 13 digits
charm       -0.265801552    -0.265801552  the same to 13 digits
speed        0.000225821     0.000225821  the same to 13 digits
zomma       -0.067659895    -0.067659895  the same to 13 digits
color       -0.015604325    -0.015604325  the same to 13 digits
ultima    -248.020279981  -248.020279981  the same to 13 digits
*/
