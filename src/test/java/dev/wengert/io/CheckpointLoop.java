package dev.wengert.io;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;

/** A program that writes two checkpoints to one file in turn, until it is killed, and says when the first is there. */
final class CheckpointLoop {
    static final Weights A =
            Weights.of(Map.of("w", Tensor.full(Shape.of(200, 100), 1))).with("epoch", "1");
    static final Weights B = Weights.of(Map.of("v", Tensor.full(Shape.of(30_000), 2), "w", Tensor.scalar(3)));

    private CheckpointLoop() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        A.write(file);
        System.out.write('!');
        System.out.flush();
        while (true) {
            B.write(file);
            A.write(file);
        }
    }
}
