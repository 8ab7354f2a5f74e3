import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Two networks that press an image of 64 pixels through 8 numbers, its code: an autoencoder, and a variational one that can draw.
 *
 * <p>The autoencoder learns to give back what it got. Nothing says where its codes lie, so a random code is not one of a digit. The encoder
 * of the variational autoencoder (D. P. Kingma and M. Welling, 2014) gives a mean m and a deviation σ, and the code is drawn: {@code m + σ·ε},
 * with ε from a key of the context, so that the derivative passes through m and σ. A divergence keeps the codes near the normal distribution.
 * Minus both terms of the loss is a bound of the log-likelihood, the ELBO. It gives back less exactly, and a random code looks like a digit.
 */
public final class S31Autoencoders {

    private static final int CODE = 8;

    private final boolean variational;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Chain encoder =
            Chain.of(new Linear("in", 64, 64, random), Variable::relu, new Linear("code", 64, 2 * CODE, random));
    private final Chain decoder =
            Chain.of(new Linear("back", CODE, 64, random), Variable::relu, new Linear("out", 64, 64, random));

    private S31Autoencoders(boolean variational) {
        this.variational = variational;
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    /** Minus the log-likelihood of an image and, if the code is drawn, the divergence of the code. */
    private Variable loss(Variable x, Context context) {
        List<Variable> code = encoder.apply(x).chunk(1, 2);
        Variable mean = code.get(0);
        Variable log = code.get(1); // of the deviation
        int n = x.shape().extent(0);
        Variable z = variational ? mean.add(log.exp().mul(Variable.normal(context.key(), n, CODE))) : mean;
        Variable back = Loss.binaryCrossEntropy().reduction(Reduction.SUM).apply(decoder.apply(z), x);
        Variable divergence =
                mean.square().add(log.mul(2).exp().sub(1)).div(2).sub(log).sum();
        return (variational ? back.add(divergence) : back).div(n);
    }

    static void run(PrintStream out) throws IOException {
        Images digits = Images.digits();
        Variable test = Variable.of(digits.test().features());
        Variable z = Variable.normal(Variable.of(Key.of(4).tensor()), 3, CODE);
        Variable[] drawn = new Variable[2];
        for (int i = 0; i < 2; i++) {
            S31Autoencoders model = new S31Autoencoders(i == 1);
            List<Parameter> parameters = Layer.parameters(model.encoder, model.decoder);
            Step step = new Adam(1e-2).replayed((in, context) -> model.loss(in.get(0), context), parameters, Key.of(1));
            for (int epoch = 0; epoch < 15; epoch++) {
                for (Dataset batch : digits.train().batches(64, Key.of(2).fold(epoch))) {
                    step.run(batch.features());
                }
            }
            Variable mean = model.encoder.apply(test).slice(1, 0, CODE);
            Variable error = Loss.mse().apply(model.decoder.apply(mean).sigmoid(), test);
            Variable loss = model.loss(test, Context.training(Key.of(3)));
            String form = i == 0 ? "autoencoder: squared error %.4f%n" : "variational: squared error %.4f, ELBO %.2f%n";
            out.printf(Locale.ROOT, form, error.item(), -loss.item());
            drawn[i] = model.decoder.apply(z).sigmoid();
        }
        out.printf("%-54s%s%n", "images of random codes:", "of the same codes, variational:");
        Images.print(Variable.concat(0, drawn).value(), out);
    }
}

/* What it prints:

autoencoder: squared error 0.0157
variational: squared error 0.0348, ELBO -24.79
images of random codes:                               of the same codes, variational:
  ..==**##++::          --##::          --##%%**..      ..##@@%%==          ::####..          ::****==..
  ==##==++##--        ..##--          ::##**--%%--..    ++@@****++          ==%%%%--          ####**##::
  --==::++**::        ==++..          --++..  ++--      --++..++--          --##@@--        ::%%--::##--
    ::++**--        ..%%--::....              ++::        ::++##..          ::%%%%..        ::##--::##--
    ..++++..        --##%%%%##::            ----          ..**##::          ==@@%%..        ::==....**--
    ..====..        --**%%%%++::          ::##..          ..====--          **%%**::        ..--  ..##..
  ..++====--          ::==--..          --##**==++::      ******--          **%%##==..        ++==**##
  ..++##**--            --%%--          ==**####@@##      %%@@++..          ::##%%++::        ::%%##::
*/
