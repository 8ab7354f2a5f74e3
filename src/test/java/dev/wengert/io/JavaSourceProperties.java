package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.GeneratedProgram;
import dev.wengert.autodiff.GeneratedPrograms;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever a program is made of, it computes the bits of its plan in Java. */
class JavaSourceProperties {

    private final Parameter parameter = new Parameter("parameter", Tensor.of(1, 0, -2));

    @Provide
    Arbitrary<List<GeneratedProgram>> programs() {
        return GeneratedPrograms.upTo(12).list().ofSize(40);
    }

    @Provide
    Arbitrary<Tensor> point() {
        Arbitrary<Tensor> moderate = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.between(-4, 4));
        Arbitrary<Tensor> any = Tensors.of(Shape.of(GeneratedProgram.SIZE), Doubles.any());
        return Arbitraries.oneOf(List.of(moderate, any));
    }

    /** The value, and its gradients. */
    private List<Variable> valueAndGradients(GeneratedProgram program, List<Variable> in) {
        Variable w = parameter.variable();
        Variable y = program.apply(in.get(0), w, in.get(1), in.get(2));
        List<Variable> results = new ArrayList<>(Autodiff.gradients(y, List.of(in.get(0), w)));
        results.add(y);
        return results;
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void programsHaveTheBitsOfTheirPlans(
            @ForAll("programs") List<GeneratedProgram> programs, @ForAll("point") Tensor point) throws Throwable {
        List<Tensor> x = List.of(point, GeneratedProgram.INDEX, GeneratedProgram.LABELS);
        List<Tape> tapes = programs.stream()
                .map(program -> Tape.record(in -> valueAndGradients(program, in), x))
                .filter(tape -> IntStream.range(0, tape.steps().size()).noneMatch(k -> tape.op(k) instanceof CustomOp))
                .toList();
        List<JavaSource> sources = new ArrayList<>();
        for (Tape tape : tapes) {
            sources.add(JavaSource.of(tape, "Program" + sources.size()));
        }
        JavaPrograms compiled = JavaPrograms.compile(sources);
        for (int k = 0; k < sources.size(); k++) {
            double[][] got = compiled.run("Program" + k, x);
            List<Tensor> want = tapes.get(k).compile().run(x.toArray(Tensor[]::new));
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i]).as("%s", tapes.get(k)).isEqualTo(want.get(i).toArray());
            }
        }
    }
}
