package dev.wengert.autodiff.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.GeneratedProgram;
import dev.wengert.autodiff.GeneratedPrograms;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Plans;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever passes are applied, alone or together, a plan computes the bits of the eager run, and moves parameters as it does. */
class PassProperties {

    private final Parameter parameter = new Parameter("parameter", Tensor.of(1, 0, -2));

    @Provide
    Arbitrary<GeneratedProgram> programs() {
        return GeneratedPrograms.upTo(12);
    }

    @Provide
    Arbitrary<EnumSet<Pass>> passes() {
        Arbitrary<EnumSet<Pass>> one = Arbitraries.of(Pass.class).map(EnumSet::of);
        Arbitrary<EnumSet<Pass>> allButOne = one.map(EnumSet::complementOf);
        return Arbitraries.oneOf(List.of(one, allButOne));
    }

    @Provide
    Arbitrary<List<Tensor>> points() {
        Arbitrary<Tensor> moderate = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.between(-4, 4));
        Arbitrary<Tensor> any = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.any());
        return Arbitraries.oneOf(List.of(moderate, any)).list().ofSize(3);
    }

    /** The value, and what the parameter and the point would be after a step down; the vector is the step of the parameter. */
    private List<Variable> step(GeneratedProgram program, List<Variable> in) {
        Variable w = parameter.variable();
        Variable y = program.apply(in.get(0), w, in.get(1), in.get(2));
        List<Variable> g = Autodiff.gradients(y, List.of(in.get(0), w));
        return List.of(y, in.get(0).sub(g.get(0).mul(0.25)), w.sub(g.get(1).mul(0.25)));
    }

    @Property
    void aStepIsTheEagerOne(
            @ForAll("programs") GeneratedProgram program,
            @ForAll("points") List<Tensor> points,
            @ForAll("passes") EnumSet<Pass> passes) {
        parameter.set(points.get(0).rows(0, 3));
        Tape tape = Tape.record(
                in -> step(program, in), List.of(points.get(0), GeneratedProgram.INDEX, GeneratedProgram.LABELS));
        Plan plan = Plans.of(tape, List.of(parameter), passes);
        Tensor before = parameter.value();
        for (Tensor point : points) {
            List<Variable> eager = step(
                    program,
                    List.of(
                            Variable.of(point),
                            Variable.of(GeneratedProgram.INDEX),
                            Variable.of(GeneratedProgram.LABELS)));
            List<Tensor> replayed = plan.run(point, GeneratedProgram.INDEX, GeneratedProgram.LABELS);
            assertThat(replayed)
                    .isEqualTo(List.of(eager.get(0).value(), eager.get(1).value()));
            assertThat(parameter.value()).isEqualTo(eager.get(2).value());
        }
        assertThat(before)
                .as("a tensor does not change")
                .isEqualTo(points.get(0).rows(0, 3));
    }
}
