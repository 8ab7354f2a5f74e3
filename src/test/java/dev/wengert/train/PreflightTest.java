package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.io.Weights;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Layer;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Preflight.Finding;
import dev.wengert.train.Preflight.Level;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is found before a training, and that nothing of it stays. */
class PreflightTest {

    private static final Dataset DATA = data(x -> x);

    /** Four classes, one for each quadrant. */
    private static Dataset data(DoubleUnaryOperator first) {
        double[] x = Key.of(1).normal(60, 2).toArray();
        double[] labels = new double[60];
        Arrays.setAll(labels, i -> (x[2 * i] > 0 ? 1 : 0) + (x[2 * i + 1] > 0 ? 2 : 0));
        for (int i = 0; i < 60; i++) {
            x[2 * i] = first.applyAsDouble(x[2 * i]);
        }
        return new Dataset(Tensor.of(Shape.of(60, 2), x), Tensor.of(labels), 4);
    }

    private static Chain network(Layer activation, int classes) {
        SplittableRandom random = new SplittableRandom(2);
        return Chain.of(new Linear("one", 2, 16, random), activation, new Linear("two", 16, classes, random));
    }

    private static Trainer trainer(Layer model) {
        return Trainer.of(model, Loss.crossEntropy(), new Adam(0.05));
    }

    private static List<Finding> notOk(Preflight preflight) {
        return preflight.findings().stream().filter(f -> f.level() != Level.OK).toList();
    }

    @Test
    void nothingIsFoundWhereAllIsWellAndNothingStays() {
        SplittableRandom random = new SplittableRandom(2);
        Chain model = Chain.of(
                new Linear("one", 2, 16, random),
                new BatchNorm("norm", 16),
                Variable::tanh,
                new Dropout(0.1),
                new Linear("two", 16, 4, random));
        Trainer trainer = trainer(model).epochs(3);
        Weights before = trainer.weights();
        Preflight preflight = trainer.preflight(DATA);
        assertThat(preflight.toString().replace(System.lineSeparator(), "\n"))
                .matches("OK       numbers         all are finite\n"
                        + "OK       columns         all vary, and are of the size of 1\n"
                        + "OK       outputs         one for each of 4 classes\n"
                        + "OK       logits          the outputs are no probabilities\n"
                        + "OK       first loss      1\\.\\d{4} beside ln 4 = 1\\.3863\n"
                        + "OK       parameters      all of the loss are trained or saved\n"
                        + "OK       gradients       every parameter has one\n"
                        + "OK       one batch       2\\.\\d+ to 0\\.\\d+ in 100 steps\n"
                        + "OK       gradient check  \\d+ comparisons passed");
        assertThat(preflight.passed()).isTrue();
        assertThat(trainer.weights()).isEqualTo(before);

        SplittableRandom again = new SplittableRandom(2);
        Chain other = Chain.of(
                new Linear("one", 2, 16, again),
                new BatchNorm("norm", 16),
                Variable::tanh,
                new Dropout(0.1),
                new Linear("two", 16, 4, again));
        assertThat(trainer.fit(DATA).epochs())
                .isEqualTo(trainer(other).epochs(3).fit(DATA).epochs());
    }

    @Test
    void numbersThatAreMissing() {
        Dataset broken = data(x -> x > 2 ? Double.NaN : x);
        assertThat(notOk(trainer(network(Variable::tanh, 4)).preflight(broken)))
                .singleElement()
                .extracting(Finding::toString)
                .asString()
                .matches("ERROR    numbers         input 0 must be finite, got NaN in example \\d+; an Imputer replaces"
                        + " missing values");
    }

    @Test
    void columns() {
        assertThat(notOk(trainer(network(Variable::tanh, 4)).preflight(data(x -> 5))))
                .contains(new Finding(Level.WARNING, "columns", "1 of 2 columns (0) are constant, and tell nothing"));
        assertThat(notOk(trainer(network(Variable::tanh, 4)).preflight(data(x -> 1e5 * x))))
                .contains(new Finding(
                        Level.WARNING,
                        "columns",
                        "1 of 2 columns (0) have numbers far from the size of 1; use a Standardiser"));
    }

    @Test
    void aSoftmaxBeforeTheCrossEntropy() {
        Chain model = Chain.of(network(Variable::tanh, 4), Variable::softmax);
        assertThat(notOk(trainer(model).preflight(DATA)))
                .contains(new Finding(
                        Level.ERROR,
                        "logits",
                        "the outputs are probabilities, and the cross-entropy takes logits: leave out the softmax"));
        // where probabilities, or their logarithms, are taken, there is nothing to find
        Chain logs = Chain.of(network(Variable::tanh, 4), Variable::logSoftmax);
        assertThat(notOk(Trainer.of(logs, Loss.nll(), new Adam(0.05)).preflight(DATA)))
                .isEmpty();
    }

    @Test
    void outputsForMoreClassesThanThereAre() {
        assertThat(notOk(trainer(network(Variable::tanh, 5)).preflight(DATA)))
                .contains(new Finding(Level.WARNING, "outputs", "the model has 5 outputs for 4 classes"));
    }

    @Test
    void outputsForFewerClassesThanThereAre() {
        Trainer trainer = trainer(network(Variable::tanh, 4));
        Dataset more = new Dataset(DATA.features(), DATA.labels(), 5);
        assertThat(notOk(trainer.preflight(more)))
                .contains(new Finding(Level.ERROR, "outputs", "the model has 4 outputs for 5 classes"));
    }

    @Test
    void outputsThatALossWouldBroadcast() {
        Linear model = new Linear("w", 2, 1, new SplittableRandom(1));
        Trainer trainer = Trainer.of(model, (y, t) -> y.sub(t).square().mean(), new Adam(0.05));
        Tensor targets = Key.of(3).normal(60);
        assertThat(notOk(trainer.preflight(Dataset.of(DATA.features(), targets))))
                .contains(new Finding(
                        Level.WARNING,
                        "outputs",
                        "[32, 1] beside targets [32]: a loss of your own would broadcast them; reshape one of them"));
    }

    @Test
    void parametersThatALambdaHides() {
        SplittableRandom random = new SplittableRandom(1);
        Linear hidden = new Linear("hidden", 16, 16, random);
        Chain model = network(h -> h.add(hidden.apply(h).tanh()), 4);
        assertThat(notOk(trainer(model).preflight(DATA)))
                .contains(new Finding(
                        Level.WARNING,
                        "parameters",
                        "hidden.weight, hidden.bias are in the loss, and neither trained nor saved: a lambda that applies a"
                                + " layer hides its parameters; use the layer itself, or Layer.of(formula, layers), and"
                                + " override parameters() and state() in a layer of your own"));
    }

    @Test
    void aModelThatBeginsFarFromChance() {
        Chain model = network(Variable::tanh, 4);
        model.parameters()
                .get(2)
                .set(Tensor.normal(new SplittableRandom(1), 16, 4).map(w -> 50 * w));
        assertThat(notOk(trainer(model).preflight(DATA)))
                .filteredOn(f -> f.check().equals("first loss"))
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .matches("\\d+\\.\\d{4} beside ln 4 = 1\\.3863: the model begins far from chance; scale its inputs, or"
                        + " use an Initialiser with smaller weights");
    }

    @Test
    void deadUnitsAndABatchThatIsNotLearned() {
        Chain model = network(x -> x.sub(100).relu(), 4);
        assertThat(notOk(trainer(model).preflight(DATA)))
                .contains(new Finding(
                        Level.WARNING,
                        "gradients",
                        "those of one.weight, one.bias, two.weight are 0: the loss does not reach them, or all units are"
                                + " dead"));
        assertThat(notOk(Trainer.of(network(Variable::tanh, 4), Loss.crossEntropy(), new Sgd(1e-6))
                        .preflight(DATA)))
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .matches("the loss of one batch goes from \\S+ to \\S+ in 100 steps: it is not learned; look at the"
                        + " learning rate and the model");
        assertThat(notOk(Trainer.of(network(Variable::relu, 4), Loss.crossEntropy(), new Sgd(1e200))
                        .preflight(DATA)))
                .filteredOn(f -> f.check().equals("one batch"))
                .singleElement()
                .matches(f -> f.level() == Level.ERROR)
                .extracting(Finding::text)
                .asString()
                .contains("no parameter has moved");
    }

    /** The cube, with a wrong slope. */
    private record Cube() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square()).mul(2);
        }
    }

    @Test
    void aWrongGradient() {
        assertThat(notOk(trainer(network(x -> new Cube().apply(x), 4)).preflight(DATA)))
                .filteredOn(f -> f.check().equals("gradient check"))
                .singleElement()
                .matches(f -> f.level() == Level.ERROR)
                .extracting(Finding::text)
                .asString()
                .contains("wrong: Cube");
    }

    @Test
    void aFormulaHasNoOutputsToLookAt() {
        Linear model = new Linear("w", 2, 2, new SplittableRandom(1));
        Trainer trainer = Trainer.ofFormula(
                (in, context) -> Loss.mse().apply(model.apply(in.get(0)), in.get(0)), new Adam(0.05), model);
        assertThat(trainer.preflight(Dataset.unlabelled(DATA.features())).findings())
                .extracting(Finding::check)
                .containsExactly("numbers", "columns", "parameters", "gradients", "one batch", "gradient check");
    }
}
