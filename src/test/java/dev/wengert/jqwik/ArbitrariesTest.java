package dev.wengert.jqwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the arbitraries draw: that nothing leaves its set, by drawing or by shrinking, and that rare values come up. */
class ArbitrariesTest {

    private static final int DRAWS = 2000;

    private static <T> List<T> draws(SimplifyingArbitrary<T> arbitrary) {
        Random random = new Random(17);
        return Stream.generate(() -> arbitrary.draw(random)).limit(DRAWS).toList();
    }

    /** Each draw and each step from it. */
    private static <T> void staysInside(SimplifyingArbitrary<T> arbitrary, Predicate<T> inside) {
        for (T value : draws(arbitrary).subList(0, 50)) {
            assertThat(value).matches(inside);
            assertThat(arbitrary.simpler(value)).allMatch(inside);
        }
    }

    @Test
    void doublesOfEveryKindComeUp() {
        List<Double> x = draws(Doubles.any());
        assertThat(x).anyMatch(v -> v.equals(0.0)).anyMatch(v -> v.equals(-0.0)).anyMatch(v -> v.isNaN());
        assertThat(x).contains(1.0, -1.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        assertThat(x).contains(Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE);
        assertThat(x.stream().filter(v -> v != 0 && Math.abs(v) < Double.MIN_NORMAL))
                .hasSizeGreaterThan(20);
        assertThat(x.stream().filter(v -> Math.abs(v) > 1e100)).hasSizeGreaterThan(300);
        assertThat(x.stream().filter(v -> v != 0 && Math.abs(v) < 1e-100)).hasSizeGreaterThan(300);
        assertThat(x.stream().filter(v -> v != (float) v.doubleValue())).hasSizeGreaterThan(600);
    }

    @Test
    void finiteDoublesAreFinite() {
        staysInside(Doubles.finite(), Double::isFinite);
    }

    @Test
    void boundsComeUpAndHold() {
        Doubles doubles = Doubles.between(-0.3, 710.5);
        staysInside(doubles, x -> -0.3 <= x && x <= 710.5);
        assertThat(draws(doubles)).contains(-0.3, 710.5, 0.0, 1.0).anyMatch(x -> x > 0 && x < 0.01);
    }

    @Test
    void anIntervalAwayFromZeroIsMet() {
        staysInside(Doubles.between(1.5, 1.75), x -> 1.5 <= x && x <= 1.75);
        staysInside(Doubles.between(3, 3), x -> x == 3);
    }

    @Test
    void placesAndTheirNeighboursComeUp() {
        assertThat(draws(Doubles.between(-4, 4).near(1.5))).contains(1.5, Math.nextUp(1.5), Math.nextDown(1.5));
    }

    @Test
    void shapesOfEveryRankComeUp() {
        Shapes shapes = Shapes.upTo(3, 4).orEmpty();
        staysInside(shapes, shapes::contains);
        assertThat(draws(shapes))
                .contains(Shape.of(), Shape.of(0), Shape.of(1), Shape.of(4, 4))
                .anyMatch(s -> s.rank() == 3);
        assertThat(draws(Shapes.upTo(3, 4).atLeast(2))).allMatch(s -> s.rank() >= 2 && s.size() > 0);
    }

    @Test
    void tensorsTakeTheirShapesAndElements() {
        Shapes shapes = Shapes.upTo(3, 3).orEmpty();
        Doubles positive = Doubles.between(0.5, 2);
        Predicate<Tensor> inside = t -> DoubleStream.of(t.toArray()).allMatch(positive::contains);
        staysInside(Tensors.of(shapes, positive), inside.and(t -> shapes.contains(t.shape())));
        staysInside(
                Tensors.of(Shape.of(2, 2), positive), inside.and(t -> t.shape().equals(Shape.of(2, 2))));
        assertThat(draws(Tensors.of(Shape.of(2), Doubles.finite())))
                .filteredOn(t -> t.get(0) == t.get(1))
                .hasSizeGreaterThan(100);
    }

    @Test
    void broadcastableTensorsBroadcast() {
        Shapes shapes = Shapes.upTo(3, 3).orEmpty();
        BroadcastableTensors pairs = new BroadcastableTensors(2, shapes, Doubles.finite());
        staysInside(
                pairs,
                t -> shapes.contains(
                        Shape.broadcast("test", t.get(0).shape(), t.get(1).shape())));
        assertThat(draws(pairs))
                .filteredOn(t -> !t.get(0).shape().equals(t.get(1).shape()))
                .hasSizeGreaterThan(500);
    }

    @Test
    void logitsOfEveryRegimeComeUp() {
        List<double[]> rows = draws(Logits.upTo(4, 6).atLeast(2)).stream()
                .map(o -> o.row(0).toArray())
                .toList();
        assertThat(rows).filteredOn(r -> spread(r) == 0).hasSizeGreaterThan(10);
        assertThat(rows).filteredOn(r -> spread(r) > 0 && spread(r) < 1e-5).hasSizeGreaterThan(50);
        assertThat(rows).filteredOn(r -> spread(r) > 30 && spread(r) < 45).hasSizeGreaterThan(50);
        assertThat(rows).filteredOn(r -> spread(r) > 700 && spread(r) < 750).hasSizeGreaterThan(50);
        assertThat(rows)
                .filteredOn(r -> spread(r) < 100 && Math.abs(r[0]) > 1e6)
                .hasSizeGreaterThan(50);
    }

    private static double spread(double[] row) {
        return Arrays.stream(row).max().orElseThrow() - Arrays.stream(row).min().orElseThrow();
    }

    @Test
    void maskedLogitsKeepAFiniteClass() {
        Logits masked = Logits.upTo(3, 4).masked();
        staysInside(masked, masked::contains);
        assertThat(draws(masked)).anyMatch(o -> o.get(0, 0) == Double.NEGATIVE_INFINITY);
    }

    @Test
    void dyadicLogitsAreDyadic() {
        staysInside(Logits.upTo(3, 4).dyadic(), o -> Arrays.stream(o.toArray()).allMatch(x -> (x * 1024) % 1 == 0));
    }

    @Test
    void targetsAreOfTheirKind() {
        Logits logits = Logits.upTo(4, 5).masked();
        staysInside(Classifications.of(logits, Targets.ONE_HOT), c -> rows(c, Targets.ONE_HOT));
        staysInside(Classifications.of(logits, Targets.DISTRIBUTION), c -> rows(c, Targets.DISTRIBUTION));
        staysInside(Classifications.of(logits, Targets.NON_NEGATIVE), c -> rows(c, Targets.NON_NEGATIVE));
        assertThat(draws(Classifications.of(logits, Targets.SIGNED)))
                .anyMatch(c -> c.targets().get(0, 0) < 0);
    }

    private static boolean rows(Classification c, Targets kind) {
        return Stream.iterate(0, i -> i + 1)
                .limit(c.rows())
                .map(i -> c.targets().row(i).toArray())
                .allMatch(y -> {
                    boolean positive = Arrays.stream(y).allMatch(v -> v >= 0);
                    double sum = Arrays.stream(y).sum();
                    return switch (kind) {
                        case ONE_HOT ->
                            sum == 1 && Arrays.stream(y).filter(v -> v != 0).count() == 1;
                        case DISTRIBUTION -> positive && sum == 1;
                        default -> positive;
                    };
                });
    }

    @Test
    void targetsOfOneBatchAreOfTheirKind() {
        SimplifyingArbitrary<Tensor> oneHot = Targets.ONE_HOT.of(2, 3);
        staysInside(oneHot, y -> rows(new Classification(y, y), Targets.ONE_HOT));
        assertThat(draws(oneHot)).allMatch(y -> y.shape().equals(Shape.of(2, 3)));
        staysInside(Targets.SIGNED.of(1, 2), y -> y.shape().equals(Shape.of(1, 2)));
    }

    @Test
    void badArgumentsAreRefused() {
        refuses(
                () -> Shapes.upTo(-1, 3),
                "upTo: the rank must be 0 or more and the extent 1 or more, got rank -1 and extent 3");
        refuses(
                () -> Shapes.upTo(2, 0),
                "upTo: the rank must be 0 or more and the extent 1 or more, got rank 2 and extent 0");
        refuses(() -> Shapes.upTo(3, 3).atLeast(4), "atLeast: the rank must be in 0..3, got 4");
        refuses(() -> Logits.upTo(0, 3), "upTo: rows and classes must be 1 or more, got 0 rows and 3 classes");
        refuses(() -> Logits.upTo(2, 3).atLeast(4), "atLeast: classes must be in 1..3, got 4");
        refuses(() -> Targets.ONE_HOT.of(2, 0), "of: rows and classes must be 1 or more, got 2 rows and 0 classes");
        refuses(() -> Doubles.between(2, 1), "between: bounds must be finite and in order, got 2.0 and 1.0");
        refuses(
                () -> Doubles.finite().near(Double.NaN),
                "near: places must be finite, got NaN; infinities and NaN come up in any()");
        refuses(
                () -> Tensors.broadcastable(0, Shapes.upTo(1, 1), Doubles.any()),
                "broadcastable: the count must be 1 or more, got 0");
    }

    private static void refuses(Supplier<?> call, String message) {
        assertThatThrownBy(call::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
