import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Layer;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * One block of attention reads the rhyme of {@link S28Characters} word by word, and then writes a sentence.
 *
 * <p>The recurrent network there carries what it has read in a state. Attention looks back instead: each word asks a question, each word
 * before it offers a key and a value, and the answer is the mean of the values whose keys fit (A. Vaswani and others, 2017). A mask hides the
 * words that come later. Attention does not see the order of words, so an embedding of the place is added to that of the word. Then two
 * layers work on each place alone. Both parts add to what is there, and see it normalised.
 */
public final class S35Attention {

    private static final int LENGTH = 16;
    private final List<String> text = split(Rhyme.text());
    private final List<String> words = text.stream().distinct().toList();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Embedding word = new Embedding("word", words.size(), 32, random);
    private final Embedding place = new Embedding("place", LENGTH, 32, random);
    private final LayerNorm norm = new LayerNorm("norm", 32);
    private final MultiHeadAttention attention = new MultiHeadAttention("attention", 32, 4, random);
    private final Linear wide = new Linear("wide", 32, 64, random);
    private final Linear narrow = new Linear("narrow", 64, 32, random);
    private final Chain alone = Chain.of(new LayerNorm("norm2", 32), wide, Variable::gelu, narrow);
    private final Chain head = Chain.of(new LayerNorm("norm3", 32), new Linear("head", 32, words.size(), random));

    public static void main(String[] args) {
        new S35Attention().learnAndWrite(System.out);
    }

    static void run(PrintStream out) {
        new S35Attention().learnAndWrite(out);
    }

    private Variable logits(Variable rows) {
        int steps = rows.shape().extent(1);
        Variable x = word.apply(rows).add(place.apply(Variable.of(Tensor.arange(steps))));
        Variable seen = norm.apply(x);
        x = x.add(attention.apply(seen, MultiHeadAttention.causal(steps)));
        return head.apply(x.add(alone.apply(x)));
    }

    private void learnAndWrite(PrintStream out) {
        Step step = new Adam(Rate.cosine(8e-3, 200))
                .replayed(
                        in -> logits(in.get(0).slice(1, 0, LENGTH))
                                .crossEntropyWithLabels(in.get(0).slice(1, 1, LENGTH + 1)),
                        Layer.parameters(word, place, norm, attention, alone, head));
        Variable rows = codes(text).windows(0, LENGTH + 1, 1);
        double loss = 0;
        for (int i = 0; i < 200; i++) {
            Tensor starts = Key.of(1).fold(i).uniform(16).map(u -> Math.floor(u * (text.size() - LENGTH)));
            loss = step.run(rows.gather(Variable.of(starts)).value());
        }
        List<String> written = split("This is the ");
        for (int i = 0; i < 100 && !written.get(written.size() - 1).endsWith(".\n\n"); i++) {
            List<String> last = written.subList(Math.max(0, written.size() - LENGTH), written.size());
            Variable next = logits(codes(last).expandDims(0)).select(1, -1);
            Variable key = Variable.of(Key.of(1).fold(i).tensor());
            written.add(words.get((int) next.categorical(key).item()));
        }
        out.printf(Locale.ROOT, "loss %.4f%n%s", loss, String.join("", written));
    }

    private static List<String> split(String text) {
        return new ArrayList<>(List.of(text.split("(?<=\\s)(?=\\S)")));
    }

    private Variable codes(List<String> of) {
        return Variable.of(Tensor.of(of.stream().mapToDouble(words::indexOf).toArray()));
    }
}

/* What it prints:

loss 0.1484
This is the cock that crowed in the morn
that waked the priest all shaven and shorn
that married the man all tattered and torn
that kissed the maiden all forlorn
that milked the cow with the crumpled horn
that tossed the dog that worried the cat that killed the rat that ate the malt that lay in the house that Jack built.

*/
