package dev.wengert.jqwik;

import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Batches of {@link Logits} with {@link Targets} of one kind. They shrink to few rows, few classes and small integers. */
public final class Classifications extends SimplifyingArbitrary<Classification> {

    private final Logits logits;
    private final Targets targets;

    private Classifications(Logits logits, Targets targets) {
        this.logits = logits;
        this.targets = targets;
    }

    /**
     * Logits with targets.
     *
     * @param logits the logits
     * @param targets the kind of targets
     * @return the arbitrary
     */
    public static Classifications of(Logits logits, Targets targets) {
        return new Classifications(
                Given.value("of", "the logits", logits), Given.value("of", "the kind of targets", targets));
    }

    @Override
    public Classification draw(RandomGenerator random) {
        Tensor o = logits.draw(random);
        return new Classification(o, targets.draw(o.shape().extent(0), o.shape().extent(1), random));
    }

    @Override
    public Stream<Classification> simpler(Classification c) {
        Tensor o = c.logits();
        Tensor y = c.targets();
        Stream<Classification> rows = IntStream.range(0, c.rows() > 1 ? c.rows() : 0)
                .mapToObj(i -> new Classification(Slices.keep(o, 0, k -> k == i), Slices.keep(y, 0, k -> k == i)));
        Stream<Classification> fewerRows = IntStream.range(0, c.rows() > 1 ? c.rows() : 0)
                .mapToObj(i -> new Classification(Slices.without(o, 0, i), Slices.without(y, 0, i)));
        Stream<Classification> fewerClasses = IntStream.range(0, c.classes() > logits.minClasses() ? c.classes() : 0)
                .mapToObj(j -> new Classification(Slices.without(o, 1, j), targets.without(y, j)));
        Stream<Classification> simplerLogits = Logits.simplerLogits(o).map(simple -> new Classification(simple, y));
        Stream<Classification> simplerTargets = targets.simpler(y).map(simple -> new Classification(o, simple));
        return Stream.of(rows, fewerRows, fewerClasses, simplerTargets, simplerLogits)
                .flatMap(s -> s)
                .filter(simple -> logits.contains(simple.logits()));
    }

    @Override
    public long[] complexity(Classification c) {
        return new long[] {
            c.logits().shape().size(),
            (long) c.rows() + c.classes(),
            Slices.complexityOfElements(c.logits()) + targets.complexity(c.targets())
        };
    }
}
