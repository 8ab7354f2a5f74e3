package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Key;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is saved whole, in one file, and goes on in another model. */
class CheckpointTest {

    private static final class Run {
        private final Key key;
        private final Chain model;
        private final Step step;

        Run(Key key) {
            SplittableRandom random = new SplittableRandom(3);
            this.key = key;
            model = Chain.of(
                    new Linear("one", 4, 5, random),
                    new BatchNorm("norm", 5),
                    Variable::tanh,
                    new Dropout(0.3),
                    new Linear("two", 5, 1, random));
            step = new Adam(0.01)
                    .clip(0.7)
                    .replayed(
                            (in, context) ->
                                    model.apply(in.get(0), context).square().mean(),
                            model.parameters(),
                            key);
        }

        /** The batch of a step comes from the key and the number of the step. */
        void train(int from, int to) {
            for (int i = from; i < to; i++) {
                step.run(key.fold(1_000 + i).normal(8, 4));
            }
        }

        Weights checkpoint(int next) {
            return Weights.of(Map.of("key", key.tensor()))
                    .with("model", Weights.of(model.parameters()))
                    .with("state", Weights.of(model.state()))
                    .with("step", Weights.of(step.state()))
                    .with("next", String.valueOf(next));
        }

        static Run resumed(Weights checkpoint) {
            Run run = new Run(Key.of(checkpoint.tensors().get("key")));
            checkpoint.part("model").into(run.model.parameters());
            checkpoint.part("state").into(run.model.state());
            checkpoint.part("step").into(run.step.state());
            return run;
        }
    }

    @Test
    void aRunGoesOnFromItsFileWithTheSameBits(@TempDir Path dir) throws IOException {
        Run once = new Run(Key.of(5));
        once.train(0, 9);

        Run first = new Run(Key.of(5));
        first.train(0, 4);
        Path file = dir.resolve("run.safetensors");
        first.checkpoint(4).write(file);
        Weights read = Weights.read(file);
        assertThat(read).isEqualTo(first.checkpoint(4)).isNotEqualTo(new Run(Key.of(5)).checkpoint(4));
        Run second = Run.resumed(read);
        second.train(Integer.parseInt(read.text("next")), 9);

        assertThat(second.checkpoint(9)).isEqualTo(once.checkpoint(9));
        once.checkpoint(9).write(dir.resolve("once"));
        second.checkpoint(9).write(dir.resolve("resumed"));
        assertThat(dir.resolve("resumed")).hasSameBinaryContentAs(dir.resolve("once"));
    }
}
