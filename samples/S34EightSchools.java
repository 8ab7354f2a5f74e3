import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;

/**
 * Eight schools, by Hamiltonian Monte Carlo: a posterior distribution that is drawn from, with the help of its gradient.
 *
 * <p>Eight schools tried a coaching programme (D. B. Rubin, 1981). Each has an estimated effect and its standard error. The true effects θ
 * are taken to be normal around a common μ with a deviation τ, and both are unknown: their priors, those of Stan's example, are normal with
 * deviation 5, and half a Cauchy distribution of scale 5. The form is the non-centred one: {@code θ = μ + τ·η} with η of the standard normal
 * distribution. Drawn directly, the θ would lie in a funnel, too narrow for the steps where τ is small.
 *
 * <p>A move is a walk of leapfrog steps with a random momentum (R. M. Neal, 2011), and a draw that decides whether it counts. Here a whole
 * move of 100 chains, with its gradients and its chance, is one plan: in go the places and a key, out come the next places. Given τ all is
 * normal, so an integral over τ gives the exact means and deviations, to hold beside those of 100,000 draws.
 */
public final class S34EightSchools {

    private static final Variable EFFECT = Variable.of(Tensor.of(28, 8, -3, 7, -1, 1, 18, 12));
    private static final Variable ERROR = Variable.of(Tensor.of(15, 10, 16, 11, 9, 11, 10, 18));
    private static final double LENGTH = 0.3;

    private S34EightSchools() {}

    public static void main(String[] args) {
        run(System.out);
    }

    /** μ, τ and the eight effects, in the place of μ/5, log τ and η. */
    private static Variable model(Variable place) {
        Variable mu = place.slice(1, 0, 1).mul(5);
        Variable tau = place.slice(1, 1, 2).exp();
        return Variable.concat(1, mu, tau, place.slice(1, 2, 10).mul(tau).add(mu));
    }

    /** The logarithm of the posterior density at the place of each chain, up to a constant. */
    private static Variable density(Variable place) {
        List<Variable> parts = model(place).split(1, 1, 1, 8);
        Variable misfits = parts.get(2).sub(EFFECT).div(ERROR);
        Variable normals = Variable.concat(1, parts.get(0).div(5), place.slice(1, 2, 10), misfits);
        Variable tau = parts.get(1).log().sub(parts.get(1).div(5).square().log1p()); // the density of log τ, not of τ
        return tau.squeeze(1).sub(normals.square().sum(1).div(2));
    }

    /** From places and a key to the next places. */
    private static Variable move(Variable place, Variable key) {
        Derivative slope = Autodiff.grad(x -> density(x).sum());
        Variable momentum = Variable.normal(Variable.foldKey(key, 0), 100, 10);
        Variable p = momentum;
        Variable there = place;
        for (int leap = 0; leap < 8; leap++) {
            p = p.add(slope.apply(there).mul(LENGTH / 2));
            there = there.add(p.mul(LENGTH));
            p = p.add(slope.apply(there).mul(LENGTH / 2));
        }
        Variable cost = p.square().sub(momentum.square()).sum(1).div(2);
        Variable gain = density(there).sub(density(place)).sub(cost);
        Variable counts = Variable.uniform(Variable.foldKey(key, 1), 100).log().lt(gain);
        return Variable.where(counts.expandDims(1), there, place);
    }

    static void run(PrintStream out) {
        Tensor place = Key.of(1).normal(100, 10);
        List<Tensor> examples = List.of(place, Key.of(2).tensor());
        Plan plan =
                Tape.record(in -> List.of(move(in.get(0), in.get(1))), examples).compile();
        Variable[] draws = new Variable[1000];
        for (int i = -100; i < draws.length; i++) { // the first 100 moves lead to where the chains stay
            place = plan.run(place, Key.of(2).fold(i + 100).tensor()).get(0);
            if (i >= 0) {
                draws[i] = model(Variable.of(place));
            }
        }
        Variable all = Variable.concat(0, draws);
        out.println("              mu   tau   A     B     C     D     E     F     G     H");
        out.println("mean      " + all.mean(0).mul(100).round().div(100).value());
        out.println("exact     [4.40 3.60 6.21 4.94 3.93 4.76 3.62 4.04 6.30 4.85]");
        out.println("deviation " + all.std(0).mul(100).round().div(100).value());
        out.println("exact     [3.32 3.22 5.59 4.67 5.26 4.78 4.66 4.83 5.08 5.29]");
    }
}

/* What it prints:

              mu   tau   A     B     C     D     E     F     G     H
mean      [4.39 3.6  6.21 4.94 3.94 4.76 3.62 4.01 6.31 4.88]
exact     [4.40 3.60 6.21 4.94 3.93 4.76 3.62 4.04 6.30 4.85]
deviation [3.33 3.21 5.55 4.66 5.29 4.76 4.68 4.86 5.08 5.31]
exact     [3.32 3.22 5.59 4.67 5.26 4.78 4.66 4.83 5.08 5.29]
*/
