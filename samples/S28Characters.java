import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.data.Windows;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A network that reads a rhyme letter by letter, learns what the next letter is, and then writes.
 *
 * <p>Each letter has a row of numbers (the embedding). A recurrent layer goes over the letters and keeps a state; from the state a linear
 * layer tells the next letter. What dropout drops is a function of a key, and the key is an input of the step, like the letters: so a
 * replayed step draws anew each time. The rate of Adam falls along a cosine, and gradients are clipped by their norm.
 */
public final class S28Characters {

    private final String text = Rhyme.text();
    private final List<Integer> letters =
            text.chars().distinct().sorted().boxed().toList();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Embedding embedding = new Embedding("embedding", letters.size(), 16, random);
    private final Gru gru = new Gru("gru", 16, 64, random);
    private final Linear out = new Linear("out", 64, letters.size(), random);

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream to) {
        S28Characters network = new S28Characters();
        to.println(network.text.length() + " characters, " + network.letters.size() + " different ones");
        network.learn(to);
        to.println("\n" + network.write("This is the ", 300, Key.of(3)).strip());
    }

    private void learn(PrintStream to) {
        // letters, next letters, key
        Step step = new Adam(Rate.cosine(1e-2, 300))
                .clip(1)
                .replayed(
                        in -> out.apply(gru.apply(embedding.apply(in.get(0))).dropout(0.2, in.get(2)))
                                .crossEntropyWithLabels(in.get(1)),
                        Layer.parameters(embedding, gru, out));
        Dataset windows = Windows.shifted(codes(text), 32, 1);
        for (int i = 0; i < 300; i++) {
            Key key = Key.of(1).fold(i);
            Dataset batch = windows.batches(8, key).get(0);
            double loss = step.run(batch.features(), batch.targets(), key.tensor());
            if (i % 100 == 0) {
                to.println(String.format(Locale.ROOT, "step %3d: loss %.4f", i, loss));
            }
        }
    }

    /** Goes on from a beginning, letter by letter, each drawn with the probability that the network gives it. */
    private String write(String beginning, int count, Key key) {
        StringBuilder written = new StringBuilder(beginning);
        Variable state = Variable.of(Tensor.zeros(1, 64));
        for (int i = 0; i < count; i++) {
            state = gru.step(embedding.apply(Variable.of(codes(written.substring(i, i + 1)))), state);
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
}

/* What it prints:

1927 characters, 27 different ones
step   0: loss 3.3304
step 100: loss 0.3610
step 200: loss 0.2261

This is the malt that lay in the house that Jack buin the mat the malt that lay in the house that Jack built.

This is the maiden all forlorn
that tossed the malt that lay in the house that Jack built.

This is the morn
that killed the cat that killed the malt that lay in the house that Jack built.
*/
