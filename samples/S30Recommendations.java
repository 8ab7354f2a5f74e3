import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Initialiser;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Recommendations: a table of ratings with holes, filled by the product of two thin matrices.
 *
 * <p>A rating is guessed as {@code μ + b_u + c_f + p_u·q_f} (Y. Koren and others, 2009): the mean, a bias of the user and one of the film, and
 * the product of the user's tastes with the film's traits. A row of an embedding holds the bias and the tastes, or the bias and the traits.
 * Nobody says what a trait means: all are learned from the ratings that are there. Weight decay keeps rows small that few ratings speak for.
 *
 * <p>The table is drawn with three traits, so the best possible error is known: the noise, 0.3. Of 120 users and 80 films a quarter of the
 * ratings is there to learn from, 20 for each user. With fewer traits than three the model is too simple; with more it learns the noise.
 */
public final class S30Recommendations {

    private static final int USERS = 120;
    private static final int FILMS = 80;
    private static final Key KEY = Key.of(1);

    private S30Recommendations() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Variable products = normal(0, USERS, 3).matmul(normal(1, 3, FILMS));
        Variable biases = normal(2, USERS, 1).add(normal(3, 1, FILMS));
        Variable noise = normal(4, USERS, FILMS);
        Variable table = products.mul(0.5).add(biases.mul(0.4)).add(noise.mul(0.3));
        Variable cells = Variable.permutation(Variable.of(KEY.fold(5).tensor()), USERS * FILMS);
        Variable ratings = table.flatten().gather(cells);
        List<Variable> columns = List.of(cells.div(FILMS).floor(), cells.mod(FILMS), ratings); // user, film, rating
        Tensor[] train = rows(columns, 0, 2400);
        Tensor[] test = rows(columns, 2400, 3600);

        out.println("root mean square error   learned  held out");
        for (int traits : new int[] {0, 1, 2, 3, 4, 6}) {
            SplittableRandom random = new SplittableRandom(1);
            Initialiser small = Initialiser.normal(0, 0.1);
            Embedding users = new Embedding("users", USERS, 1 + traits, small, random);
            Embedding films = new Embedding("films", FILMS, 1 + traits, small, random);
            double mean = Variable.of(train[2]).mean().item();
            Function<List<Variable>, Variable> loss = in -> {
                List<Variable> user = users.apply(in.get(0)).split(1, 1, traits);
                List<Variable> film = films.apply(in.get(1)).split(1, 1, traits);
                Variable bias = user.get(0).add(film.get(0)).squeeze(1).add(mean);
                return Loss.mse().apply(user.get(1).mul(film.get(1)).sum(1).add(bias), in.get(2));
            };
            Step step = new Adam(0.05).weightDecay(3e-4).replayed(loss, Layer.parameters(users, films));
            for (int i = 0; i < 300; i++) {
                step.run(train);
            }
            String name = "biases and " + traits + " traits";
            out.println(String.format(Locale.ROOT, "%s  %12.4f  %8.4f", name, error(loss, train), error(loss, test)));
        }
    }

    private static Variable normal(int number, int... extents) {
        return Variable.of(KEY.fold(number).normal(extents));
    }

    private static Tensor[] rows(List<Variable> columns, int from, int to) {
        return columns.stream().map(v -> v.slice(0, from, to).value()).toArray(Tensor[]::new);
    }

    private static double error(Function<List<Variable>, Variable> loss, Tensor[] part) {
        return Math.sqrt(
                loss.apply(List.of(part).stream().map(Variable::of).toList()).item());
    }
}

/* What it prints:

root mean square error   learned  held out
biases and 0 traits        0.8165    0.8446
biases and 1 traits        0.6097    0.7691
biases and 2 traits        0.4208    0.6097
biases and 3 traits        0.2498    0.3777
biases and 4 traits        0.2230    0.4131
biases and 6 traits        0.1720    0.4697
*/
