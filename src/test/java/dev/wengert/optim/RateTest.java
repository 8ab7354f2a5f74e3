package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Parameter;
import dev.wengert.io.Weights;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.ForkedJvm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RateTest {

    /** The schedules of PyTorch, whose rates carry the rounding errors of all steps before. */
    @Nested
    class Reference {

        private static final double TOLERANCE = 1e-13;

        @TestFactory
        Stream<DynamicTest> ratesAndMomentaArePyTorchs() {
            List<ModelCase> all = ModelCase.all("schedules");
            assertThat(all).hasSizeGreaterThanOrEqualTo(25);
            return all.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
        }

        private void check(ModelCase c) {
            double[] rates = c.numbers("rates");
            ModelCase o = c.options();
            if (c.has("metrics")) {
                Plateau plateau = plateau(o);
                double[] metrics = c.numbers("metrics");
                compare(c.name(), rates, step -> {
                    double rate = plateau.at(step);
                    plateau.offer(metrics[(int) step]);
                    return rate;
                });
                return;
            }
            Rate rate = rate(c.name().split(" ")[0], o);
            compare(c.name(), rates, rate);
            if (c.has("momenta")) {
                Rate momentum = rate instanceof OneCycle cycle
                        ? cycle.momentum(o.number("base_momentum"), o.number("max_momentum"))
                        : ((Cyclic) rate)
                                .momentum(
                                        o.number("base_momentum", 0.8), o.number("max_momentum", 0.9)); // its defaults
                compare(c.name() + ", momentum", c.numbers("momenta"), momentum);
            }
        }

        private void compare(String name, double[] expected, Rate rate) {
            for (int t = 0; t < expected.length; t++) {
                double actual = rate.at(t);
                assertThat(Math.abs(actual - expected[t]))
                        .as(name + ", step " + t + ": " + actual + " for " + expected[t])
                        .isLessThanOrEqualTo(TOLERANCE * Math.abs(expected[t]));
            }
        }

        private Rate rate(String name, ModelCase o) {
            double base = o.number("base");
            return switch (name) {
                case "ConstantLR" -> Rate.constant(base, o.number("factor"), o.integer("total_iters"));
                case "StepLR" -> Rate.step(base, o.integer("step_size"), o.number("gamma"));
                case "MultiStepLR" -> Rate.multiStep(base, o.number("gamma"), longs(o.numbers("milestones")));
                case "ExponentialLR" -> Rate.exponential(base, o.number("gamma"));
                case "LinearLR" -> linear(base, o);
                case "PolynomialLR" -> Rate.polynomial(base, o.integer("total_iters"), o.number("power"));
                case "LambdaLR" -> Rate.constant(base).times(step -> 1.0 / (1 + step));
                case "CosineAnnealingLR" -> Rate.cosine(base, o.integer("T_max"), o.number("eta_min"));
                case "CosineAnnealingWarmRestarts" ->
                    Rate.cosineRestarts(base, o.integer("T_0"), o.integer("T_mult"), o.number("eta_min"));
                case "OneCycleLR" -> oneCycle(o);
                case "CyclicLR" -> cyclic(o);
                case "SequentialLR" ->
                    linear(base, o.child("warmup"))
                            .then((long) o.numbers("milestones")[0], Rate.cosine(base, o.integer("T_max")));
                case "ChainedScheduler" ->
                    Rate.constant(base, o.number("factor"), o.integer("total_iters"))
                            .times(Rate.exponential(1, o.number("gamma")));
                default -> throw new AssertionError("there must be a schedule for " + name);
            };
        }

        private Rate linear(double base, ModelCase o) {
            return Rate.linear(
                    base * o.number("start_factor"), base * o.number("end_factor", 1), o.integer("total_iters"));
        }

        private OneCycle oneCycle(ModelCase o) {
            OneCycle cycle = new OneCycle(o.number("max_lr"), o.integer("total_steps"))
                    .pctStart(o.number("pct_start"))
                    .divFactor(o.number("div_factor"))
                    .finalDivFactor(o.number("final_div_factor"));
            cycle = o.flag("three_phase") ? cycle.threePhase() : cycle;
            return switch (o.text("anneal_strategy", null)) {
                case "cos" -> cycle;
                case "linear" -> cycle.linear();
                default -> throw new AssertionError(o.text("anneal_strategy", null));
            };
        }

        private Cyclic cyclic(ModelCase o) {
            Cyclic cycles = new Cyclic(
                    o.number("base_lr"), o.number("max_lr"), o.integer("step_size_up"), o.integer("step_size_down"));
            return switch (o.text("mode", null)) {
                case "triangular" -> cycles;
                case "triangular2" -> cycles.triangular2();
                case "exp_range" -> cycles.expRange(o.number("gamma"));
                default -> throw new AssertionError(o.text("mode", null));
            };
        }

        private Plateau plateau(ModelCase o) {
            Plateau plateau = new Plateau(o.number("base"))
                    .factor(o.number("factor"))
                    .patience(o.integer("patience"))
                    .cooldown(o.integer("cooldown", 0))
                    .minRate(o.number("min_lr", 0));
            plateau = o.text("mode", "min").equals("max") ? plateau.maximize() : plateau;
            double threshold = o.number("threshold", 1e-4);
            return o.text("threshold_mode", "rel").equals("abs")
                    ? plateau.absoluteThreshold(threshold)
                    : plateau.threshold(threshold);
        }

        private long[] longs(double[] numbers) {
            return Arrays.stream(numbers).mapToLong(v -> (long) v).toArray();
        }
    }

    /** Every schedule, and what it comes to after the longest of runs. */
    private static final Map<String, Map.Entry<Rate, Double>> ALL = Map.ofEntries(
            schedule("constant", Rate.constant(0.1), 0.1),
            schedule("constant with a factor", Rate.constant(0.1, 0.5, 3), 0.1),
            schedule("step", Rate.step(0.1, 3, 0.5), 0),
            schedule("multiStep", Rate.multiStep(0.1, 0.5, 8, 4, 4, 10), 0.1 / 16),
            schedule("exponential", Rate.exponential(0.1, 0.9), 0),
            schedule("exponential that grows", Rate.exponential(0.1, 2), Double.POSITIVE_INFINITY),
            schedule("linear", Rate.linear(0, 0.3, 7), 0.3),
            schedule("polynomial", Rate.polynomial(0.1, 7, 1.5), 0),
            // 2⁶³ − 1 is 7 more than multiples of 8 and of 10; that of 8 is odd, so the cosine rises
            schedule("cosine", Rate.cosine(0.1, 8), cosine(0.1, 0, 7, 8, false)),
            schedule("cosine with a minimum", Rate.cosine(0.3, Long.MAX_VALUE, 0.1), 0.1),
            schedule("cosineRestarts", Rate.cosineRestarts(0.3, 10, 1, 0.1), cosine(0.3, 0.1, 7, 10, true)),
            // the period of 2ⁿ steps begins at step 2ⁿ − 1
            schedule("cosineRestarts that grow", Rate.cosineRestarts(0.3, 1, 2, 0.1), 0.3),
            schedule("OneCycle", new OneCycle(0.1, 9), 0.1 / 25 / 1e4),
            schedule(
                    "OneCycle in three lines", new OneCycle(0.1, 9).threePhase().linear(), 0.1 / 25 / 1e4),
            schedule("momentum of OneCycle", new OneCycle(0.1, 9).momentum(0.85, 0.95), 0.95),
            schedule("Cyclic", new Cyclic(0.1, 0.3, 4, 4), 0.15), // 7 into a cycle
            schedule("Cyclic that halves", new Cyclic(0.1, 0.3, 4, 4).triangular2(), 0.1),
            schedule("Cyclic that decays", new Cyclic(0.1, 0.3, 4, 4).expRange(0.99), 0.1),
            schedule(
                    "momentum of Cyclic",
                    new Cyclic(0.1, 0.3, 4, 4).expRange(0.99).momentum(0.8, 0.9),
                    0.9),
            schedule("Plateau", new Plateau(0.1), 0.1),
            schedule("then", Rate.constant(0.1).then(3, Rate.linear(0.2, 0.3, 4)), 0.3),
            schedule("times", Rate.constant(0.5).times(Rate.linear(0, 0.5, 4)), 0.25),
            schedule("warmUp", Rate.linear(0.3, 0.2, 4).warmUp(3), 0.2));

    private static Map.Entry<String, Map.Entry<Rate, Double>> schedule(String name, Rate rate, double late) {
        return Map.entry(name, Map.entry(rate, late));
    }

    private static double cosine(double rate, double min, int step, int steps, boolean falls) {
        double part = (1 + StrictMath.cos(StrictMath.PI * step / steps)) / 2;
        return min + (rate - min) * (falls ? part : 1 - part);
    }

    @TestFactory
    Stream<DynamicTest> hugeNumbersOfStepsAreFine() {
        return ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    double late = e.getValue().getKey().at(Long.MAX_VALUE);
                    double expected = e.getValue().getValue();
                    assertThat(late == expected || Math.abs(late - expected) <= 1e-15)
                            .as(late + " for " + expected)
                            .isTrue();
                }));
    }

    @TestFactory
    Stream<DynamicTest> negativeNumbersOfStepsAreRefused() {
        return ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(),
                        () -> refuses(
                                "at: the step must be at least 0, got -1",
                                () -> e.getValue().getKey().at(-1))));
    }

    @Test
    void nothingIsAllocated() throws Exception {
        assertThat(ForkedJvm.run(Rate.class, RateAllocation.class, "-Xint")).isEqualToNormalizingNewlines("""
                        0 bytes in 1000 steps of 14 schedules
                        true: the meter sees what an offer makes
                        """);
    }

    @Nested
    class Conventions {

        @Test
        void theNextScheduleCountsFromZeroAndItsStepsFromTheStartOfTheFirst() {
            Rate rate = Rate.constant(1).then(2, step -> 10 + step).then(5, step -> 20 + step);
            assertThat(rates(rate, 8)).containsExactly(1, 1, 10, 11, 12, 20, 21, 22);
            assertThat(rates(Rate.constant(1).then(0, Rate.constant(2)), 2)).containsExactly(2, 2);
        }

        @Test
        void aWarmUpHasNoStepAtZeroAndNoneTwice() {
            assertThat(rates(Rate.linear(1, 0.5, 2).warmUp(3), 7)).containsExactly(0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.5);
            assertThat(rates(Rate.linear(1, 0.5, 2).warmUp(0), 3)).containsExactly(1, 0.75, 0.5);
        }

        @Test
        void aCosineRisesAgainAndASequenceKeepsItDown() {
            assertThat(rates(Rate.cosine(1, 2, 0.5), 7)).containsExactly(1, 0.75, 0.5, 0.75, 1, 0.75, 0.5);
            assertThat(rates(Rate.cosine(1, 2, 0.5).then(2, Rate.constant(0.5)), 5))
                    .containsExactly(1, 0.75, 0.5, 0.5, 0.5);
        }

        /** The last step before 0: 1 + cos(π − x) has lost half of its digits there, x²/4 − x⁴/48 has all. */
        @Test
        void aCosineKeepsItsDigitsNearZero() {
            double x = StrictMath.PI / 1e6;
            assertThat(Rate.cosine(1, 1_000_000).at(999_999)).isCloseTo(x * x / 4 * (1 - x * x / 12), within(1e-27));
        }

        @Test
        void milestonesAreCopiedAndMayBeInAnyOrder() {
            long[] milestones = {3, 1, 1};
            Rate rate = Rate.multiStep(8, 0.5, milestones);
            milestones[0] = 0;
            assertThat(rates(rate, 5)).containsExactly(8, 2, 2, 1, 1);
            assertThat(Rate.multiStep(8, 0.5).at(100)).isEqualTo(8);
        }

        @Test
        void theLastStepOfOneCycleHasItsLastRateAndSoHaveAllBeyond() {
            double last = 0.5 / 25 / 1e4;
            for (OneCycle cycle : List.of(
                    new OneCycle(0.5, 10), new OneCycle(0.5, 10).threePhase(), new OneCycle(0.5, 10).linear())) {
                assertThat(cycle.at(8)).isGreaterThan(last);
                assertThat(rates(step -> cycle.at(9 + step), 3)).containsExactly(last, last, last);
                assertThat(cycle.pctStart(0.5).at(4)).isEqualTo(0.5);
            }
        }

        @Test
        void aPhaseOfOneCycleWithoutLengthIsAtItsEnd() {
            assertThat(new OneCycle(0.5, 10).pctStart(0.1).at(0)).isEqualTo(0.5);
            assertThat(new OneCycle(0.5, 1).at(0)).isEqualTo(0.5 / 25 / 1e4);
            assertThat(new OneCycle(0.5, 10).pctStart(1).at(9)).isEqualTo(0.5);
        }

        @Test
        void theStateOfAComposedScheduleIsThatOfAllItsParts() {
            Plateau plateau = new Plateau(0.1);
            assertThat(Rate.cosine(0.1, 10).state()).isEmpty();
            assertThat(plateau.warmUp(5)
                            .times(plateau)
                            .then(3, Rate.constant(1))
                            .state())
                    .containsExactlyElementsOf(plateau.state());
        }
    }

    @Nested
    class OnPlateau {

        @Test
        void itsStateIsRestoredByItsParameters() {
            double[] metrics = {1, 0.9, 0.95, 0.95, 0.95, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9};
            for (int cut = 0; cut < metrics.length; cut++) {
                Plateau whole = plateau();
                Plateau first = plateau();
                for (int t = 0; t < cut; t++) {
                    whole.offer(metrics[t]);
                    first.offer(metrics[t]);
                }
                Plateau second = plateau();
                for (int i = 0; i < second.state().size(); i++) {
                    Parameter saved = first.state().get(i);
                    second.state().get(i).set(Tensor.scalar(saved.value().item()));
                }
                for (int t = cut; t < metrics.length; t++) {
                    assertThat(second.at(t)).isEqualTo(whole.at(t));
                    whole.offer(metrics[t]);
                    second.offer(metrics[t]);
                }
                assertThat(values(second)).isEqualTo(values(whole));
            }
        }

        private static Plateau plateau() {
            return new Plateau(0.1).factor(0.5).patience(1).cooldown(1);
        }

        private static List<Double> values(Plateau plateau) {
            return plateau.state().stream().map(p -> p.value().item()).toList();
        }

        @Test
        void itsParametersHaveNames() {
            assertThat(new Plateau(0.1).state())
                    .extracting(Parameter::name)
                    .containsExactly("plateau.rate", "plateau.best", "plateau.bad", "plateau.cooldown");
            assertThat(new Plateau(0.1).name("encoder").patience(2).state())
                    .extracting(Parameter::name)
                    .containsExactly("encoder.rate", "encoder.best", "encoder.bad", "encoder.cooldown");
        }

        @Test
        void anOptimiserWithTwoOfThemIsSaved() {
            Parameter w = new Parameter("w", Tensor.scalar(1));
            Parameter b = new Parameter("b", Tensor.scalar(1));
            Optimiser optimiser = new Sgd(new Plateau(1)).group(new Sgd(new Plateau(2).name("head")), List.of(b));
            Weights weights = Weights.of(optimiser.state(List.of(w, b)));
            assertThat(weights.tensors()).containsEntry("plateau.rate", Tensor.scalar(1));
            assertThat(weights.tensors()).containsEntry("head.rate", Tensor.scalar(2));
        }

        @Test
        void aMetricThatGetsWorseBelowZeroIsNoImprovement() {
            Plateau falling = new Plateau(1).factor(0.5).patience(0).threshold(0.1);
            falling.offer(-1);
            falling.offer(-0.95); // less than -1·(1 − 0.1)
            assertThat(falling.at(2)).isEqualTo(0.5);
            falling.offer(-1.05); // better, but not by a tenth
            assertThat(falling.at(3)).isEqualTo(0.25);
            falling.offer(-1.2);
            assertThat(falling.at(4)).isEqualTo(0.25);
            Plateau rising =
                    new Plateau(1).factor(0.5).patience(0).threshold(0.1).maximize();
            rising.offer(-1);
            rising.offer(-1.05); // more than -1·(1 + 0.1)
            assertThat(rising.at(2)).isEqualTo(0.5);
            rising.offer(-0.95);
            assertThat(rising.at(3)).isEqualTo(0.25);
            rising.offer(-0.8);
            assertThat(rising.at(4)).isEqualTo(0.25);
        }

        @Test
        void infiniteMetricsAreTheWorstAndTheBest() {
            Plateau rate = new Plateau(1).factor(0.5).patience(0);
            rate.offer(Double.POSITIVE_INFINITY);
            assertThat(rate.at(1)).isEqualTo(0.5);
            rate.offer(Double.NEGATIVE_INFINITY);
            assertThat(rate.at(2)).isEqualTo(0.5);
            rate.offer(-1e308);
            assertThat(rate.at(3)).isEqualTo(0.25);
        }

        @Test
        void nanIsRefusedAndChangesNothing() {
            Plateau rate = new Plateau(1).patience(0);
            rate.offer(1);
            List<Double> before = values(rate);
            refuses(
                    "offer: the metric must be a number, got NaN; find out what makes it, or skip it",
                    () -> rate.offer(Double.NaN));
            assertThat(values(rate)).isEqualTo(before);
        }

        @Test
        void settingsMakeNewSchedulesThatWereOfferedNothing() {
            Plateau used = new Plateau(1).patience(0);
            used.offer(1);
            used.offer(1);
            assertThat(used.at(2)).isEqualTo(0.1);
            assertThat(used.cooldown(2).at(2)).isEqualTo(1);
        }
    }

    @Test
    void whatIsWrongIsNamed() {
        refuses("constant: the rate must be finite and at least 0, got NaN", () -> Rate.constant(Double.NaN));
        refuses("constant: the factor must be finite and at least 0, got -1.0", () -> Rate.constant(1, -1, 2));
        refuses(
                "constant: the rate times the factor must be finite and at least 0, got Infinity",
                () -> Rate.constant(1e200, 1e200, 2));
        refuses("then: the number of steps must be at least 0, got -1", () -> Rate.constant(1, 1, -1));
        refuses("step: the rate must be positive and finite, got 0.0", () -> Rate.step(0, 1, 1));
        refuses("step: the number of steps between changes must be at least 1, got 0", () -> Rate.step(1, 0, 1));
        refuses("step: the factor must be positive and finite, got 0.0", () -> Rate.step(1, 1, 0));
        refuses(
                "multiStep: the rate must be positive and finite, got Infinity",
                () -> Rate.multiStep(Double.POSITIVE_INFINITY, 1));
        refuses("multiStep: the factor must be positive and finite, got -1.0", () -> Rate.multiStep(1, -1));
        refuses("multiStep: a milestone must be at least 1, got 0", () -> Rate.multiStep(1, 1, 3, 0));
        refuses("exponential: the rate must be positive and finite, got -1.0", () -> Rate.exponential(-1, 1));
        refuses("exponential: the factor must be positive and finite, got 0.0", () -> Rate.exponential(1, 0));
        refuses("linear: the first rate must be finite and at least 0, got -1.0", () -> Rate.linear(-1, 1, 1));
        refuses("linear: the last rate must be finite and at least 0, got NaN", () -> Rate.linear(1, Double.NaN, 1));
        refuses("linear: the number of steps must be at least 1, got 0", () -> Rate.linear(1, 1, 0));
        refuses("polynomial: the rate must be positive and finite, got 0.0", () -> Rate.polynomial(0, 1, 1));
        refuses("polynomial: the number of steps must be at least 1, got 0", () -> Rate.polynomial(1, 0, 1));
        refuses("polynomial: the power must be positive and finite, got 0.0", () -> Rate.polynomial(1, 1, 0));
        refuses("cosine: the rate must be positive and finite, got 0.0", () -> Rate.cosine(0, 1));
        refuses("cosine: the number of steps must be at least 1, got 0", () -> Rate.cosine(1, 0));
        refuses("cosine: min must be from 0 to the rate, 1.0, got 2.0", () -> Rate.cosine(1, 1, 2));
        refuses("cosineRestarts: the rate must be positive and finite, got 0.0", () -> Rate.cosineRestarts(0, 1, 1, 0));
        refuses("cosineRestarts: the period must be at least 1, got 0", () -> Rate.cosineRestarts(1, 0, 1, 0));
        refuses("cosineRestarts: the factor must be at least 1, got 0", () -> Rate.cosineRestarts(1, 1, 0, 0));
        refuses(
                "cosineRestarts: min must be from 0 to the rate, 1.0, got -1.0",
                () -> Rate.cosineRestarts(1, 1, 1, -1));
        refuses(
                "then: the number of steps must be at least 0, got -1",
                () -> Rate.constant(1).then(-1, Rate.constant(1)));
        refuses(
                "warmUp: the number of steps must be at least 0, got -1",
                () -> Rate.constant(1).warmUp(-1));
        absent(
                "then: the next schedule must be given, got null",
                () -> Rate.constant(1).then(1, null));
        absent(
                "times: the other schedule must be given, got null",
                () -> Rate.constant(1).times(null));
        absent("multiStep: the milestones must be given, got null", () -> Rate.multiStep(1, 1, (long[]) null));
    }

    @Test
    void whatIsWrongInACycleIsNamed() {
        OneCycle one = new OneCycle(1, 10);
        refuses("OneCycle: the highest rate must be positive and finite, got 0.0", () -> new OneCycle(0, 1));
        refuses("OneCycle: the number of steps must be at least 1, got 0", () -> new OneCycle(1, 0));
        refuses("pctStart: the fraction must be from 0 to 1.0, got 1.5", () -> one.pctStart(1.5));
        refuses(
                "pctStart: the fraction must be from 0 to half of the steps in three phases, 0.5, got 0.6",
                () -> one.threePhase().pctStart(0.6));
        refuses(
                "threePhase: pctStart must be from 0 to half of the steps, 0.5, got 0.6",
                () -> one.pctStart(0.6).threePhase());
        refuses("divFactor: the factor must be at least 1 and finite, got 0.5", () -> one.divFactor(0.5));
        refuses(
                "finalDivFactor: the factor must be at least 1 and finite, got NaN",
                () -> one.finalDivFactor(Double.NaN));
        refuses("momentum: max must be from 0 to 1.0, got 2.0", () -> one.momentum(1, 2));
        refuses("momentum: base must be from 0 to max, 0.5, got 0.6", () -> one.momentum(0.6, 0.5));
        refuses("Cyclic: base must be from 0 to max, 1.0, got 2.0", () -> new Cyclic(2, 1, 1, 1));
        refuses("Cyclic: max must be positive and finite, got 0.0", () -> new Cyclic(0, 0, 1, 1));
        refuses("Cyclic: the number of steps up must be at least 1, got 0", () -> new Cyclic(0, 1, 0, 1));
        refuses("Cyclic: the number of steps down must be at least 1, got 0", () -> new Cyclic(0, 1, 1, 0));
        refuses(
                "Cyclic: the numbers of steps up and down must be at most 9223372036854775807 together, got 1 and"
                        + " 9223372036854775807",
                () -> new Cyclic(0, 1, 1, Long.MAX_VALUE));
        refuses("expRange: gamma must be from 0 to 1.0, got 1.5", () -> new Cyclic(0, 1, 1, 1).expRange(1.5));
        refuses("momentum: max must be from 0 to 1.0, got 2.0", () -> new Cyclic(0, 1, 1, 1).momentum(1, 2));
    }

    @Test
    void whatIsWrongInAPlateauIsNamed() {
        Plateau rate = new Plateau(1);
        refuses("Plateau: the rate must be positive and finite, got 0.0", () -> new Plateau(0));
        refuses("factor: the factor must be more than 0 and less than 1, got 1.0", () -> rate.factor(1));
        refuses("patience: the patience must be at least 0, got -1", () -> rate.patience(-1));
        refuses("threshold: a relative threshold must be at least 0 and less than 1, got 1.0", () -> rate.threshold(1));
        refuses(
                "absoluteThreshold: the threshold must be finite and at least 0, got -1.0",
                () -> rate.absoluteThreshold(-1));
        refuses("cooldown: the cooldown must be at least 0, got -1", () -> rate.cooldown(-1));
        refuses("minRate: the lowest rate must be from 0 to the first rate, 1.0, got 2.0", () -> rate.minRate(2));
        absent("name: the name must be given, got null", () -> rate.name(null));
    }

    private static double[] rates(Rate rate, int steps) {
        return LongStream.range(0, steps).mapToDouble(rate::at).toArray();
    }

    private static void refuses(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    private static void absent(String message, ThrowingCallable call) {
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(call).withMessage(message);
    }
}
