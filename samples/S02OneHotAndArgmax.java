import dev.wengert.autodiff.Variable;
import dev.wengert.data.OneHot;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;

/**
 * One-hot labels: a class is a vector of its own, not a number. And argmax needs no softmax.
 *
 * <p>Let cat, chicken and dog be the classes 0, 1 and 2. As numbers they would say that a chicken lies between a cat
 * and a dog, and that it is worse to take a cat for a dog than for a chicken. The one-hot vectors (1,0,0), (0,1,0) and
 * (0,0,1) say nothing of the kind: each is as far from one as from the other.
 */
public final class S02OneHotAndArgmax {

    private S02OneHotAndArgmax() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // Numbers have an order, and distances that mean nothing.
        Variable number = Variable.of(Tensor.of(0, 1, 2)).reshape(3, 1);
        out.println("squared distances between the classes as numbers\n"
                + number.sub(number.transpose()).square().value());

        // One-hot vectors have no order: all distances are the same.
        Variable vector = Variable.of(OneHot.encode(Tensor.of(0, 1, 2), 3));
        out.println("squared distances between the classes as one-hot vectors\n"
                + vector.reshape(3, 1, 3).sub(vector).square().sum(-1).value());

        // There and back: a dog, a cat, a chicken, and another dog.
        Tensor labels = Tensor.of(2, 0, 1, 2);
        Tensor vectors = OneHot.encode(labels, 3);
        out.println("\nencode\n" + vectors);
        out.println("decode\n" + OneHot.decode(vectors));

        // A fourth class has no vector among three.
        try {
            OneHot.encode(Tensor.of(2, 3), 3);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
        }

        // A network returns no one-hot vector. The softmax turns its outputs, the logits, into probabilities...
        Tensor logits = Tensor.of(new double[][] {{0, 1, 3}, {2, 1, -1}, {-1, 5, 4}});
        Tensor p = Variable.of(logits).softmax().value();
        out.println("\nprobabilities\n" + p);

        // ...but it keeps their order, so the most probable class is already known before.
        out.println("most probable by the probabilities\n" + p.argmax(-1));
        out.println("most probable by the logits\n" + logits.argmax(-1));

        // The logits are even more exact. A lead of 1e-17 is lost when both probabilities are rounded to 1/2, and of
        // equal numbers argmax takes the first.
        Tensor close = Tensor.of(0, 1e-17);
        out.println("\na lead of 1e-17 for class 1");
        out.println("by the probabilities: class "
                + Variable.of(close).softmax().value().argmax());
        out.println("by the logits: class " + close.argmax());
    }
}

/* What it prints:

squared distances between the classes as numbers
[[0. 1. 4.]
 [1. 0. 1.]
 [4. 1. 0.]]
squared distances between the classes as one-hot vectors
[[0. 2. 2.]
 [2. 0. 2.]
 [2. 2. 0.]]

encode
[[0. 0. 1.]
 [1. 0. 0.]
 [0. 1. 0.]
 [0. 0. 1.]]
decode
[2. 0. 1. 2.]
encode: labels must be whole numbers in 0..2, got 3.0 at [1]

probabilities
[[0.04201007 0.1141952  0.84379473]
 [0.70538451 0.25949646 0.03511903]
 [0.00180884 0.72973621 0.26845495]]
most probable by the probabilities
[2. 0. 1.]
most probable by the logits
[2. 0. 1.]

a lead of 1e-17 for class 1
by the probabilities: class 0
by the logits: class 1
*/
