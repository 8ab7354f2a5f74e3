package dev.wengert.jqwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Properties that fail, run by jqwik: each must end in the case that a person would have written down. */
class ShrinkingTest {

    /** Wrong statements. Each names its sample in its message, so that the message that is left names the shrunk one. */
    static class Wrong {

        @Provide
        Arbitrary<Double> numbers() {
            return Doubles.any();
        }

        @Provide
        Arbitrary<Tensor> tensors() {
            return Tensors.of(Shapes.upTo(3, 4), Doubles.finite());
        }

        @Provide
        Arbitrary<List<Tensor>> pairs() {
            return Tensors.broadcastable(2, Shapes.upTo(3, 4), Doubles.finite());
        }

        @Provide
        Arbitrary<List<Shape>> shapes() {
            return Shapes.broadcastable(3, Shapes.upTo(3, 4));
        }

        @Provide
        Arbitrary<Tensor> distributions() {
            return Targets.DISTRIBUTION.of(2, 4);
        }

        @Provide
        Arbitrary<Classification> labelled() {
            return Classifications.of(Logits.upTo(5, 10), Targets.ONE_HOT);
        }

        @Provide
        Arbitrary<Classification> weighted() {
            return Classifications.of(Logits.upTo(5, 10), Targets.SIGNED);
        }

        @Property(seed = "1")
        void exponentialIsFinite(@ForAll("numbers") double x) {
            fail(Double.isFinite(Math.exp(x)) || !Double.isFinite(x), x);
        }

        @Property(seed = "1")
        void noNumberIsSubnormal(@ForAll("numbers") double x) {
            fail(x == 0 || !(Math.abs(x) < Double.MIN_NORMAL), x);
        }

        @Property(seed = "1")
        void everyNumberIsAFloat(@ForAll("numbers") double x) {
            fail(x != x || x == (float) x, x);
        }

        @Property(seed = "1")
        void noElementIsBelowMinusTwo(@ForAll("tensors") Tensor x) {
            fail(Arrays.stream(x.toArray()).allMatch(v -> v >= -2), x);
        }

        @Property(seed = "1")
        void noTwoElementsTie(@ForAll("tensors") Tensor x) {
            fail(Arrays.stream(x.toArray()).distinct().count() == x.shape().size(), x.shape() + " " + x);
        }

        @Property(seed = "1")
        void broadcastOperandsHaveOneShape(@ForAll("pairs") List<Tensor> x) {
            fail(
                    x.get(0).shape().equals(x.get(1).shape()),
                    x.get(0).shape() + " and " + x.get(1).shape());
        }

        @Property(seed = "1")
        void broadcastShapesHaveOneRank(@ForAll("shapes") List<Shape> x) {
            fail(x.stream().mapToInt(Shape::rank).distinct().count() == 1, x);
        }

        @Property(seed = "1")
        void targetsAreOneHot(@ForAll("distributions") Tensor y) {
            fail(Arrays.stream(y.row(1).toArray()).filter(v -> v != 0).count() == 1, y.row(1));
        }

        @Property(seed = "1")
        void confidenceIsNeverCertain(@ForAll("labelled") Classification c) {
            double[] o = c.logits().row(0).toArray();
            fail(Arrays.stream(o).map(Math::exp).sum() != Math.exp(o[0]) || o.length == 1, c);
        }

        @Property(seed = "1")
        void targetsSumToOne(@ForAll("weighted") Classification c) {
            fail(Arrays.stream(c.targets().row(0).toArray()).sum() == 1, c);
        }

        @Property(seed = "1")
        void lastClassIsNeverTheTarget(@ForAll("labelled") Classification c) {
            fail(c.classes() < 3 || c.targets().get(0, 2) == 0, c);
        }

        private static void fail(boolean holds, Object sample) {
            if (!holds) {
                throw new AssertionError(sample.toString());
            }
        }
    }

    /** What is left of a wrong statement's sample. */
    private static String shrunk(String statement, Class<?>... parameters) {
        List<Event> failed = EngineTestKit.engine("jqwik")
                .configurationParameter("jqwik.database", "target/jqwik-database-of-wrong-statements")
                .configurationParameter("jqwik.failures.after.default", "RANDOM_SEED")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .selectors(selectMethod(Wrong.class, statement, parameters))
                .execute()
                .testEvents()
                .failed()
                .list();
        assertThat(failed).hasSize(1);
        return failed.get(0)
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage();
    }

    @Test
    void aNumberShrinksToTheFirstIntegerThatFails() {
        assertThat(shrunk("exponentialIsFinite", double.class)).isEqualTo("710.0");
    }

    @Test
    void aSubnormalNumberShrinksToOneBit() {
        assertThat(shrunk("noNumberIsSubnormal", double.class)).isEqualTo(Double.toString(Double.MIN_NORMAL / 2));
    }

    @Test
    void aLargeNumberShrinksToAPowerOfTwo() {
        assertThat(shrunk("everyNumberIsAFloat", double.class)).isEqualTo(Double.toString(0x1p128));
    }

    @Test
    void aTensorShrinksToTheElementThatFails() {
        assertThat(shrunk("noElementIsBelowMinusTwo", Tensor.class)).isEqualTo("-3.0");
    }

    @Test
    void aTensorKeepsTheElementsThatItNeeds() {
        assertThat(shrunk("noTwoElementsTie", Tensor.class)).isEqualTo("[2] [0. 0.]");
    }

    @Test
    void broadcastOperandsShrinkTogether() {
        assertThat(shrunk("broadcastOperandsHaveOneShape", List.class)).isEqualTo("[] and [1]");
    }

    @Test
    void broadcastShapesShrinkTogether() {
        assertThat(shrunk("broadcastShapesHaveOneRank", List.class)).isEqualTo("[[1], [], []]");
    }

    @Test
    void aDistributionShrinksToTheFirstClasses() {
        assertThat(shrunk("targetsAreOneHot", Tensor.class)).isEqualTo("[0.5 0.5 0.  0. ]");
    }

    @Test
    void aClassificationShrinksToTwoClassesAndIntegers() {
        assertThat(shrunk("confidenceIsNeverCertain", Classification.class))
                .isEqualTo("logits {{0.0, -37.0}} and targets {{1.0, 0.0}}");
    }

    @Test
    void targetsShrinkWithTheirLogits() {
        assertThat(shrunk("targetsSumToOne", Classification.class)).isEqualTo("logits {{0.0}} and targets {{0.0}}");
    }

    @Test
    void aClassThatIsNeededStays() {
        assertThat(shrunk("lastClassIsNeverTheTarget", Classification.class))
                .isEqualTo("logits {{0.0, 0.0, 0.0}} and targets {{0.0, 0.0, 1.0}}");
    }
}
