import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.data.Windows;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Optimiser;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A network that reads a rhyme letter by letter, learns what the next letter is, and then writes.
 *
 * <p>Each letter has a row of numbers (the embedding). A recurrent layer goes over the letters and keeps a state; from the state a linear
 * layer tells the next letter. Dropout makes it learn the rhyme in more than one way. What is dropped is a function of a key, and the key is
 * an input of the step, like the letters: so a replayed step draws anew each time, and a run can be repeated from any step on.
 *
 * <p>The rate of Adam falls along a cosine, and gradients are clipped by their norm, as is usual for loops over time.
 */
public final class S28Characters {

    private static final int STEPS = 300;
    private static final int ROWS = 8;
    private static final int LENGTH = 32;
    private static final int HIDDEN = 64;

    /** How many steps are made once more, eagerly. */
    private static final int EAGER = 60;

    /** The house that Jack built. */
    private static final String[] PARTS = {
        "the farmer sowing his corn\nthat kept ",
        "the cock that crowed in the morn\nthat waked ",
        "the priest all shaven and shorn\nthat married ",
        "the man all tattered and torn\nthat kissed ",
        "the maiden all forlorn\nthat milked ",
        "the cow with the crumpled horn\nthat tossed ",
        "the dog that worried ",
        "the cat that killed ",
        "the rat that ate ",
        "the malt that lay in ",
        "the house that Jack built.\n\n"
    };

    private final String text = text();
    private final List<Integer> letters =
            text.chars().distinct().sorted().boxed().toList();

    private final RandomGenerator random = new SplittableRandom(1);
    private final Embedding embedding = new Embedding("embedding", letters.size(), 16, random);
    private final Gru gru = new Gru("gru", 16, HIDDEN, random);
    private final Linear out = new Linear("out", HIDDEN, letters.size(), random);

    private S28Characters() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream to) {
        S28Characters replayed = new S28Characters();
        to.println(replayed.text.length() + " characters, " + replayed.letters.size() + " different ones");
        double[] losses = replayed.learn(true, STEPS);
        for (int step = 0; step < STEPS; step += 50) {
            to.println(String.format(Locale.ROOT, "step %3d: loss %.4f", step, losses[step]));
        }
        to.println("replayed: loss " + losses[EAGER - 1] + " at step " + (EAGER - 1));

        double[] others = new S28Characters().learn(false, EAGER);
        to.println("eager:    loss " + others[EAGER - 1]);
        to.println("the same up to there: " + Arrays.equals(losses, 0, EAGER, others, 0, EAGER));

        to.println("\n" + replayed.write("This is the ", 300, Key.of(3)).strip());
    }

    /** Makes some steps; returns the loss of each. */
    private double[] learn(boolean replayed, int steps) {
        // letters, next letters, key
        Function<List<Variable>, Variable> loss =
                in -> out.apply(gru.apply(embedding.apply(in.get(0))).dropout(0.2, in.get(2)))
                        .crossEntropyWithLabels(in.get(1));
        Optimiser adam = new Adam(Rate.cosine(1e-2, STEPS)).clip(1);
        List<Parameter> parameters = Layer.parameters(embedding, gru, out);
        Step step = replayed ? adam.replayed(loss, parameters) : adam.eager(loss, parameters);

        Dataset windows = Windows.shifted(codes(text), LENGTH, 1);
        Key key = Key.of(1);
        double[] losses = new double[steps];
        for (int i = 0; i < steps; i++) {
            Dataset batch = windows.batches(ROWS, key.fold(i)).get(0);
            losses[i] = step.run(batch.features(), batch.targets(), key.fold(i).tensor());
        }
        return losses;
    }

    /** Goes on from a beginning, letter by letter, each drawn with the probability that the network gives it. */
    private String write(String beginning, int count, Key key) {
        StringBuilder written = new StringBuilder(beginning);
        Variable state = Variable.of(Tensor.zeros(1, HIDDEN));
        for (int i = 0; i < count; i++) {
            Variable letter = Variable.of(codes(written.substring(i, i + 1)));
            state = gru.step(embedding.apply(letter), state);
            if (i == written.length() - 1) { // the beginning has been read
                Variable next =
                        out.apply(state).categorical(Variable.of(key.fold(i).tensor()));
                written.append((char) (int) letters.get((int) next.item()));
            }
        }
        return written.toString();
    }

    private Tensor codes(String of) {
        return Tensor.of(of.chars().mapToDouble(letters::indexOf).toArray());
    }

    static String text() {
        StringBuilder text = new StringBuilder();
        for (int first = PARTS.length - 1; first >= 0; first--) {
            text.append("This is ");
            for (int i = first; i < PARTS.length; i++) {
                text.append(PARTS[i]);
            }
        }
        return text.toString();
    }
}

/* What it prints:

1927 characters, 27 different ones
step   0: loss 3.3304
step  50: loss 0.6684
step 100: loss 0.3610
step 150: loss 0.2102
step 200: loss 0.2261
step 250: loss 0.1815
replayed: loss 0.49954093495231006 at step 59
eager:    loss 0.49954093495231006
the same up to there: true

This is the malt that lay in the house that Jack buin the mat the malt that lay in the house that Jack built.

This is the maiden all forlorn
that tossed the malt that lay in the house that Jack built.

This is the morn
that killed the cat that killed the malt that lay in the house that Jack built.
*/
