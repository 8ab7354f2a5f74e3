package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Replay is the eager run, bit for bit, of random expression graphs and their derivatives, at other points and other labels. */
class PlanProperties {

    private final Parameter parameter = new Parameter("parameter", Tensor.of(1, 0, -2));

    @Provide
    Arbitrary<GeneratedProgram> programs() {
        return GeneratedPrograms.upTo(12);
    }

    @Provide
    Arbitrary<List<Tensor>> points() {
        Arbitrary<Tensor> moderate = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.between(-4, 4));
        return moderate.list().ofSize(3);
    }

    @Provide
    Arbitrary<List<Tensor>> specialPoints() {
        Arbitrary<Tensor> any = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.any());
        return any.list().ofSize(3);
    }

    /** Value, gradients and product of the Hessian with a vector; inputs are the point, rows, labels and the vector. */
    private List<Variable> everything(GeneratedProgram program, List<Variable> in) {
        Variable z = in.get(0);
        UnaryOperator<Variable> f = x -> program.apply(x, parameter.variable(), in.get(1), in.get(2));
        Variable y = f.apply(z);
        List<Variable> g = Autodiff.gradients(y, List.of(z, parameter.variable()));
        return List.of(y, g.get(0), g.get(1), Autodiff.hvp(f, z, in.get(3)), Autodiff.jvp(f, z, in.get(3)));
    }

    private void agrees(Function<List<Variable>, List<Variable>> f, List<Tensor> points) {
        Tensor vector = points.get(1);
        Plan plan = Tape.record(f, List.of(points.get(0), GeneratedProgram.INDEX, GeneratedProgram.LABELS, vector))
                .compile();
        for (int i = 0; i < points.size(); i++) {
            parameter.set(points.get((i + 1) % points.size()).rows(0, 3));
            Tensor[] in = {points.get(i), Tensor.of(i % 2, 0), Tensor.of(i, 1), points.get(points.size() - 1 - i)};
            List<Tensor> eager = f
                    .apply(List.of(Variable.of(in[0]), Variable.of(in[1]), Variable.of(in[2]), Variable.of(in[3])))
                    .stream()
                    .map(Variable::value)
                    .toList();
            assertThat(plan.run(in)).isEqualTo(eager);
        }
    }

    @Property
    void allAtOnce(@ForAll("programs") GeneratedProgram program, @ForAll("points") List<Tensor> points) {
        agrees(in -> everything(program, in), points);
    }

    @Property
    void allAtOnceAtSpecialPoints(
            @ForAll("programs") GeneratedProgram program, @ForAll("specialPoints") List<Tensor> points) {
        agrees(in -> everything(program, in), points);
    }

    /** One output alone frees more buffers than all together. */
    @Property
    void eachByItself(@ForAll("programs") GeneratedProgram program, @ForAll("points") List<Tensor> points) {
        for (int i = 0; i < 5; i++) {
            int output = i;
            agrees(in -> List.of(everything(program, in).get(output)), points);
        }
    }

    @Property(tries = 50)
    void aSecondRecordingIsTheSame(
            @ForAll("programs") GeneratedProgram program, @ForAll("points") List<Tensor> points) {
        Function<List<Variable>, List<Variable>> f = in -> everything(program, in);
        Tape tape = Tape.record(
                f,
                List.of(points.get(0), GeneratedProgram.INDEX, GeneratedProgram.LABELS, points.get(1)),
                List.of(points.get(2), Tensor.of(0, 1), Tensor.of(1, 1), points.get(0)));
        assertThat(tape)
                .hasToString(Tape.record(
                                f,
                                List.of(points.get(1), GeneratedProgram.INDEX, GeneratedProgram.LABELS, points.get(2)))
                        .toString());
    }
}
