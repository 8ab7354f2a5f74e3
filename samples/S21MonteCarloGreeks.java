import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The price of a call by Monte Carlo, with pathwise Greeks.
 *
 * <p>Paths of the logarithm of the price are sampled in small steps of time, by a scan: each step folds its number into the key, and draws
 * an increment for each path. The payoff is a smooth function of spot and volatility on each path but at the strike, so the mean of its
 * derivatives is the derivative of the mean: delta and vega come with the price. Of each the paths give a standard error, and the formulas
 * of Black and Scholes (1973) the truth.
 *
 * <p>A key is an input. So the same key gives the same bits, eager or replayed, and a plan that was compiled once draws anew for another
 * key.
 */
public final class S21MonteCarloGreeks {

    private static final int PATHS = 20_000;
    private static final int STEPS = 50;
    private static final double SPOT = 100;
    private static final double STRIKE = 105;
    private static final double RATE = 0.03;
    private static final double VOLATILITY = 0.2;
    private static final double TIME = 1;

    private S21MonteCarloGreeks() {}

    public static void main(String[] args) {
        run(System.out);
    }

    /** The discounted payoff of each path. */
    private static Variable payoffs(Variable spot, Variable volatility, Variable key) {
        double h = TIME / STEPS;
        Variable drift = volatility.square().div(-2).add(RATE).mul(h);
        Variable deviation = volatility.mul(Math.sqrt(h));
        Variable numbers = Variable.of(Tensor.arange(STEPS));
        Loops.Step step = (carry, x) -> {
            Variable increment = Variable.normal(Variable.foldKey(key, x.get(0)), PATHS);
            return new Loops.Result(
                    List.of(carry.get(0).add(increment.mul(deviation).add(drift))), List.of());
        };
        Variable start = spot.log().broadcastTo(PATHS);
        Variable end =
                Loops.scan(step, List.of(start), List.of(numbers)).carry().get(0);
        return end.exp().sub(STRIKE).relu().mul(StrictMath.exp(-RATE * TIME));
    }

    /** Price, delta and vega, each the mean over the paths, and behind them their standard errors. The last input is the key. */
    private static List<Variable> greeks(List<Variable> in) {
        // Each path has a spot and a volatility of its own, so that the gradient of the sum has the derivative on each
        // path.
        Variable spot = in.get(0).broadcastTo(PATHS);
        Variable volatility = in.get(1).broadcastTo(PATHS);
        Variable payoffs = payoffs(spot, volatility, in.get(2));
        List<Variable> samples = new ArrayList<>(List.of(payoffs));
        samples.addAll(Autodiff.gradients(payoffs.sum(), List.of(spot, volatility)));
        List<Variable> results = new ArrayList<>();
        samples.forEach(s -> results.add(s.mean()));
        samples.forEach(s -> results.add(s.std().div(Math.sqrt(PATHS))));
        return results;
    }

    static void run(PrintStream out) {
        Tensor key = Key.of(1).tensor();
        List<Tensor> point = List.of(Tensor.scalar(SPOT), Tensor.scalar(VOLATILITY), key);
        Tape tape = Tape.record(S21MonteCarloGreeks::greeks, point);
        out.println(PATHS + " paths of " + STEPS + " steps; the tape of price, delta and vega has "
                + tape.steps().size() + " operations");

        double deviation = VOLATILITY * Math.sqrt(TIME);
        double d1 = (StrictMath.log(SPOT / STRIKE) + (RATE + VOLATILITY * VOLATILITY / 2) * TIME) / deviation;
        double below = Variable.of(d1 - deviation).normalCdf().item();
        double delta = Variable.of(d1).normalCdf().item();
        double price = SPOT * delta - STRIKE * StrictMath.exp(-RATE * TIME) * below;
        double vega = SPOT * Math.sqrt(TIME) * StrictMath.exp(-d1 * d1 / 2) / Math.sqrt(2 * Math.PI);
        double[] closed = {price, delta, vega};

        Plan plan = tape.compile();
        List<Tensor> eager = greeks(point.stream().map(Variable::of).toList()).stream()
                .map(Variable::value)
                .toList();
        out.println("eager and replayed, the same bits: " + eager.equals(plan.run(point.toArray(new Tensor[0]))));

        out.println("seed          Monte Carlo   closed form   difference in standard errors");
        for (int seed = 1; seed <= 3; seed++) {
            List<Tensor> drawn = plan.run(
                    Tensor.scalar(SPOT), Tensor.scalar(VOLATILITY), Key.of(seed).tensor());
            for (int i = 0; i < 3; i++) {
                double mean = drawn.get(i).item();
                double error = drawn.get(3 + i).item();
                out.println(String.format(
                        Locale.ROOT,
                        "%d  %-5s %9.4f +- %.4f %11.4f %8.1f",
                        seed,
                        List.of("price", "delta", "vega").get(i),
                        mean,
                        error,
                        closed[i],
                        (mean - closed[i]) / error));
            }
        }
    }
}

/* What it prints:

20000 paths of 50 steps; the tape of price, delta and vega has 73 operations
eager and replayed, the same bits: true
seed          Monte Carlo   closed form   difference in standard errors
1  price    7.3160 +- 0.0907      7.1281      2.1
1  delta    0.5076 +- 0.0042      0.5024      1.2
1  vega    41.0392 +- 0.5380     39.8935      2.1
2  price    7.2262 +- 0.0888      7.1281      1.1
2  delta    0.5096 +- 0.0042      0.5024      1.7
2  vega    40.4228 +- 0.5258     39.8935      1.0
3  price    7.1355 +- 0.0897      7.1281      0.1
3  delta    0.5027 +- 0.0042      0.5024      0.1
3  vega    40.0002 +- 0.5331     39.8935      0.2
*/
