import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Why the loss is a logarithm: the cross-entropy of the samples is −log of their likelihood.
 *
 * <p>A model that gives the class y_i of sample i the probability P(y_i | x_i) gives all n of them, together, the
 * probability {@code Π_i P(y_i | x_i)}: the likelihood. Learning is to make it large. But a product of many
 * probabilities is too small for a computer, and a logarithm makes it a sum: {@code −log Π_i P(y_i | x_i) = Σ_i l_i},
 * where {@code l_i = −log P(y_i | x_i)} is the cross-entropy. So the smallest loss and the largest likelihood are one
 * and the same.
 */
public final class S04LikelihoodAndLoss {

    private S04LikelihoodAndLoss() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // Three samples, of the classes 0, 1 and 2. The softmax of log p is p, so here we choose the probabilities.
        Variable labels = Variable.of(Tensor.of(0, 1, 2));
        Variable logits = Variable.of(Tensor.of(new double[][] {{0.7, 0.2, 0.1}, {0.1, 0.6, 0.3}, {0.2, 0.3, 0.5}}))
                .log();

        // The likelihood is 0.7 * 0.6 * 0.5 = 0.21.
        Variable losses = logits.crossEntropyWithLabels(labels, Reduction.NONE);
        out.println("losses of the samples, -log of 0.7, 0.6 and 0.5\n" + losses.value());
        out.printf(
                Locale.ROOT,
                "likelihood = exp(-sum of the losses) = %.4f%n",
                losses.sum().neg().exp().item());

        // Of 2000 samples with probability 1/2 each, the product is 2^-2000. No double is that small; its logarithm
        // is nothing special, 2000 log 2.
        Variable even = Variable.of(Tensor.zeros(2000, 2));
        Variable first = Variable.of(Tensor.zeros(2000));
        Variable sum = even.crossEntropyWithLabels(first, Reduction.SUM);
        out.println("\n2000 samples with probability 1/2 each");
        out.println("likelihood " + sum.neg().exp().item());
        out.printf(Locale.ROOT, "-log likelihood %.4f = 2000 log 2%n", sum.item());

        // A target need not be a single class: let an expert say 1/2, 1/4, 1/4, and the model 1/4, 1/4, 1/2. Counted
        // in bits (divided by log 2), -log of these probabilities is 1, 2, 2 and 2, 2, 1.
        Variable y = Variable.of(Tensor.of(0.5, 0.25, 0.25));
        Variable o = Variable.of(Tensor.of(0.25, 0.25, 0.5)).log();
        double bit = StrictMath.log(2);
        double crossEntropy = o.crossEntropy(y).item() / bit;
        // With logits log y the model says y, and the loss is the entropy of the target itself.
        double entropy = y.log().crossEntropy(y).item() / bit;
        out.println("\na target that is a distribution");
        out.printf(Locale.ROOT, "cross-entropy = 1/2 * 2 + 1/4 * 2 + 1/4 * 1 = %.4f bits%n", crossEntropy);
        out.printf(Locale.ROOT, "entropy of y  = 1/2 * 1 + 1/4 * 2 + 1/4 * 2 = %.4f bits%n", entropy);

        // A wrong model adds the divergence of Kullback and Leibler, the sum of y log(y/p). It is
        // never negative, and 0 only if p = y. So the loss is smallest at p = y: nowhere else is its gradient 0.
        Variable divergence = y.mul(y.log().sub(o)).sum();
        out.printf(Locale.ROOT, "KL(y||p)      = 1/2 * 1 + 1/4 * 0 - 1/4 * 1 = %.4f bits%n", divergence.item() / bit);
        Derivative gradient = Autodiff.grad(v -> v.crossEntropy(y));
        out.println("gradient at p     " + Rounded.of(gradient.apply(o.value())));
        out.println("gradient at p = y " + Rounded.of(gradient.apply(y.log().value())));
    }
}

/* What it prints:

losses of the samples, -log of 0.7, 0.6 and 0.5
[0.35667494 0.51082562 0.69314718]
likelihood = exp(-sum of the losses) = 0.2100

2000 samples with probability 1/2 each
likelihood 0.0
-log likelihood 1386.2944 = 2000 log 2

a target that is a distribution
cross-entropy = 1/2 * 2 + 1/4 * 2 + 1/4 * 1 = 1.7500 bits
entropy of y  = 1/2 * 1 + 1/4 * 2 + 1/4 * 2 = 1.5000 bits
KL(y||p)      = 1/2 * 1 + 1/4 * 0 - 1/4 * 1 = 0.2500 bits
gradient at p     [-0.25  0.    0.25]
gradient at p = y [0. 0. 0.]
*/
