package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.functional.Loops;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Visits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work grows with a program and no faster: twice as many steps or parameters are twice as many {@linkplain Visits visits}. */
class GrowthTest {

    private static final int SIZE = 200;

    /** The steps between a program and its replay, by name; each does its work when it is run. */
    static final class Programs implements BiFunction<String, Integer, Map<String, Runnable>> {

        private final Map<String, Runnable> works = new LinkedHashMap<>();
        private List<Variable> outputs;
        private Tape tape;
        private Step step;
        private Map<Parameter, Tensor> gradients;

        @Override
        public Map<String, Runnable> apply(String name, Integer n) {
            works.clear();
            boolean small = name.endsWith("numbers");
            List<Parameter> parameters = IntStream.range(0, name.startsWith("parameters") ? n : 3)
                    .mapToObj(i -> new Parameter("p" + i, Tensor.ones(small ? 1 : 2)))
                    .toList();
            Function<List<Variable>, Variable> loss = in -> loss(name, n, parameters, in.get(0));
            Tensor x = name.equals("rows of a loop") ? Tensor.ones(n, 2) : Tensor.ones(small ? 1 : 2);
            Sgd sgd = new Sgd(0.01);
            List<Variable> inputs = new ArrayList<>();
            inputs.add(Variable.of(x));
            boolean half = name.startsWith("parameters of which");
            List<Parameter> differentiated = parameters.subList(0, half ? n / 2 : parameters.size());
            differentiated.forEach(p -> inputs.add(p.variable()));
            works.put("compute", () -> outputs = List.of(loss.apply(inputs)));
            works.put("tape", () -> tape = Tape.between(inputs, outputs));
            works.put("print", () -> tape.toString());
            works.put("draw", () -> tape.toDot());
            works.put("picture", () -> tape.toSvg());
            works.put("push", () -> tape.pushforward(inputs));
            works.put("pull", () -> outputs = tape.pullback(List.of(Variable.of(Tensor.ones()))));
            works.put("tape of the gradient", () -> tape = Tape.between(inputs, List.of(squares(outputs))));
            works.put("compile", () -> tape.compile());
            works.put("pull again", () -> tape.pullback(List.of(Variable.of(Tensor.ones()))));
            works.put("gradients", () -> gradients = Autodiff.gradients(loss.apply(inputs), differentiated));
            works.put("step", () -> sgd.step(gradients));
            works.put("record, compile and run", () -> {
                step = sgd.replayed(loss, differentiated);
                step.run(x);
            });
            works.put("run", () -> step.run(x));
            return works;
        }

        private static Variable squares(List<Variable> x) {
            return sum(x.size(), i -> x.get(i).square().sum());
        }

        private static Variable sum(int n, IntFunction<Variable> term) {
            Variable sum = Variable.of(0);
            for (int i = 0; i < n; i++) {
                sum = sum.add(term.apply(i));
            }
            return sum;
        }

        private static Variable loss(String name, int n, List<Parameter> p, Variable x) {
            Variable first = x;
            Variable w = p.get(0).variable();
            switch (name) {
                case "steps", "steps on numbers" -> {
                    for (int i = 0; i < n; i++) {
                        x = x.sin().add(w);
                    }
                }
                case "parameters", "parameters that are numbers", "parameters of which half are constants" -> {
                    return sum(n, i -> p.get(i).variable().mul(first).sum());
                }
                case "steps of a loop" -> x = Loops.iterate(v -> v.sin().add(w), x, n);
                case "rows of a loop" -> {
                    Loops.Step step = (v, row) -> new Loops.Result(
                            List.of(v.get(0).sin().add(row.get(0).mul(w))), List.of());
                    x = Loops.scan(step, List.of(w), List.of(x)).carry().get(0);
                }
                case "operands" -> {
                    x = Variable.concat(
                            0, IntStream.range(0, n).mapToObj(i -> w.mul(i + 1)).toArray(Variable[]::new));
                }
                case "uses" -> {
                    return sum(n, i -> w.mul(first).sum());
                }
                case "constants" -> {
                    return sum(n, i -> w.mul(Variable.of(Tensor.of(i, 1))).sum());
                }
                case "reshapes" -> {
                    x = x.mul(w);
                    for (int i = 0; i < n; i++) {
                        x = x.reshape(1, 2).reshape(2);
                    }
                }
                case "slices of numbers" -> {
                    x = x.mul(w);
                    for (int i = 0; i < n; i++) {
                        x = x.slice(0, 0, 1).mul(x);
                    }
                }
                case "products" -> {
                    for (int i = 0; i < n; i++) {
                        x = x.reshape(1, 2).matmul(w.reshape(2, 1)).reshape(1).add(x.reshape(2));
                    }
                }
                default -> throw new AssertionError(name);
            }
            return x.square().sum();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps",
                "steps on numbers",
                "parameters",
                "parameters that are numbers",
                "parameters of which half are constants",
                "operands",
                "uses",
                "constants",
                "reshapes",
                "slices of numbers",
                "products"
            })
    void everythingIsLinearInTheNumberOf(String what) throws ReflectiveOperationException {
        assertThat(visits(what, SIZE)).allSatisfy(GrowthTest::isLinear);
    }

    /**
     * Only what computes values takes the steps. A recording computes those of its examples, and a step of training records twice, and runs. The
     * sizes have as many digits, all of which are printed.
     */
    @ParameterizedTest
    @ValueSource(strings = {"steps of a loop", "rows of a loop"})
    void aProgramIsMadeAsFastWhateverTheNumberOf(String what) throws ReflectiveOperationException {
        Map<String, long[]> visits = visits(what, 100);
        assertThat(visits).allSatisfy(GrowthTest::isLinear);
        for (String name : List.of("tape", "print", "draw", "compile", "step")) {
            long[] v = visits.get(name);
            assertThat(v).as(name).containsExactly(v[0], v[0], v[0]).doesNotContain(0);
        }
        long[] recorded = visits.get("record, compile and run");
        long[] computed = visits.get("gradients");
        assertThat(recorded[2] - recorded[0]).isEqualTo(3 * (computed[2] - computed[0]));
    }

    private static void isLinear(String name, long[] v) {
        assertThat(v[2] - v[1])
                .as("%s: visits %s", name, List.of(v[0], v[1], v[2]))
                .isLessThanOrEqualTo((v[1] - v[0]) * 21 / 10);
    }

    /** By the name of a work, its visits at three sizes, each twice the one before. */
    @SuppressWarnings("unchecked")
    private static Map<String, long[]> visits(String what, int smallest) throws ReflectiveOperationException {
        var programs = (BiFunction<String, Integer, Map<String, Runnable>>) Visits.counting(Programs.class);
        Map<String, long[]> visits = new LinkedHashMap<>();
        programs.apply(what, smallest).values().forEach(Runnable::run); // what is loaded once is loaded
        for (int k = 0; k < 3; k++) {
            int size = k;
            programs.apply(what, smallest << k).forEach((name, work) -> {
                Visits.take();
                work.run();
                visits.computeIfAbsent(name, n -> new long[3])[size] = Visits.take();
            });
        }
        return visits;
    }
}
