package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What sets several parameters sets all of them or, whatever is thrown, none. */
class AllOrNothingTest {

    private static final int COUNT = 4;

    private final List<Parameter> parameters = IntStream.range(0, COUNT)
            .mapToObj(i -> new Parameter("p" + i, Tensor.of(i, i)))
            .toList();

    /** The identity, which throws if it is armed. */
    private static final class Trap implements CustomOp {

        Throwable thrown;

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            throwIt(thrown);
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwIt(Throwable thrown) throws T {
        if (thrown != null) {
            throw (T) thrown;
        }
    }

    static Stream<Throwable> throwables() {
        return Stream.of(
                new IllegalStateException("exception"),
                new OutOfMemoryError("error"),
                new StackOverflowError("error"),
                new Throwable("neither"));
    }

    private List<Tensor> values() {
        return parameters.stream().map(Parameter::value).toList();
    }

    private static List<Tensor> all(double... values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> Tensor.of(values[i], values[i]))
                .toList();
    }

    /** One parameter is updated by arithmetic alone, one by way of an exponential, one becomes an input, one is not read. */
    private List<Variable> updates(List<Trap> traps, Variable x) {
        return List.of(
                traps.get(0).apply(parameters.get(0).variable()).add(1),
                traps.get(1).apply(parameters.get(1).variable().exp()).log(),
                traps.get(2).apply(x),
                traps.get(3).apply(parameters.get(0).variable()));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void aRunThatThrowsAnywhereAssignsNothing(Throwable thrown) {
        List<Trap> traps = Stream.generate(Trap::new).limit(COUNT + 1).toList();
        Plan plan = Tape.record(
                        in -> {
                            List<Variable> outputs = new ArrayList<>();
                            outputs.add(traps.get(COUNT).apply(in.get(0)).sum());
                            outputs.addAll(updates(traps, in.get(0)));
                            return outputs;
                        },
                        List.of(Tensor.of(0, 0)))
                .compile(parameters);
        List<Tensor> before = values();
        for (Trap trap : traps) {
            trap.thrown = thrown;
            assertThatThrownBy(() -> plan.run(Tensor.of(7, 7))).isSameAs(thrown);
            assertThatThrownBy(plan::run).isSameAs(thrown);
            assertThat(values()).isEqualTo(before);
            trap.thrown = null;
        }
        plan.run(Tensor.of(7, 7));
        assertThat(values()).isEqualTo(all(1, 1, 7, 0));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void aStepThatThrowsAtAnyParameterMovesNothing(Throwable thrown) {
        Map<Parameter, Tensor> gradients = gradients();
        List<Tensor> before = values();
        for (Parameter at : parameters) {
            int walk = 0;
            while (catchThrowable(trappedStep(gradients, at, walk, thrown)) == thrown) {
                assertThat(values()).as("at %s in walk %d", at, walk).isEqualTo(before);
                walk++;
            }
            assertThat(walk).as("walks through the map").isPositive();
            assertThat(values()).isEqualTo(all(-1, 0, 1, 2));
            parameters.forEach(p -> p.set(before.get(parameters.indexOf(p))));
        }
    }

    private static ThrowingCallable trappedStep(
            Map<Parameter, Tensor> gradients, Parameter at, int walk, Throwable thrown) {
        return () -> new Sgd(1).step(trapped(gradients, at, walk, thrown));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void settingAllThatThrowsAtAnyParameterSetsNone(Throwable thrown) {
        List<Tensor> before = values();
        for (Parameter at : parameters) {
            assertThatThrownBy(() -> Parameter.setAll(trapped(gradients(), at, 0, thrown)))
                    .isSameAs(thrown);
            assertThat(values()).isEqualTo(before);
        }
    }

    @Test
    void setsAll() {
        Parameter.setAll(gradients());
        assertThat(values()).isEqualTo(all(1, 1, 1, 1));
        Parameter.setAll(Map.of());
        assertThat(values()).isEqualTo(all(1, 1, 1, 1));
    }

    @Test
    void aValueOfAnotherShapeSetsNone() {
        Map<Parameter, Tensor> values = gradients();
        values.put(parameters.get(2), Tensor.of(1));
        assertThatThrownBy(() -> Parameter.setAll(values))
                .isInstanceOf(ShapeException.class)
                .hasMessage("set: the value of parameter p2 must keep its shape, got parameter [2] and value [1]");
        assertThat(values()).isEqualTo(all(0, 1, 2, 3));
    }

    private Map<Parameter, Tensor> gradients() {
        Map<Parameter, Tensor> gradients = new LinkedHashMap<>();
        parameters.forEach(p -> gradients.put(p, Tensor.of(1, 1)));
        return gradients;
    }

    /** A map that throws at a key in one of the walks through it. */
    private static <K, V> Map<K, V> trapped(Map<K, V> map, K at, int walk, Throwable thrown) {
        return new AbstractMap<>() {
            private int walks;

            @Override
            public Set<Entry<K, V>> entrySet() {
                return new AbstractSet<>() {
                    @Override
                    public Iterator<Entry<K, V>> iterator() {
                        int present = walks++;
                        Iterator<Entry<K, V>> entries = map.entrySet().iterator();
                        return new Iterator<>() {
                            @Override
                            public boolean hasNext() {
                                return entries.hasNext();
                            }

                            @Override
                            public Entry<K, V> next() {
                                Entry<K, V> entry = entries.next();
                                throwIt(entry.getKey() == at && present == walk ? thrown : null);
                                return entry;
                            }
                        };
                    }

                    @Override
                    public int size() {
                        return map.size();
                    }
                };
            }
        };
    }

    @Test
    void noStepIsTornWhereTheHeapEnds() throws Exception {
        assertThat(ForkedJvm.run(
                        Variable.class, EndOfHeap.class, "-Xmx16m", "-Xms16m", "-XX:+UseSerialGC", "-XX:-UseTLAB"))
                .isEqualToIgnoringNewLines(String.join("", EndOfHeap.EXPECTED));
    }
}
