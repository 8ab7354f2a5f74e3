package dev.wengert.autodiff;

import dev.wengert.autodiff.GeneratedProgram.Operation;
import dev.wengert.autodiff.GeneratedProgram.Step;
import dev.wengert.jqwik.SimplifyingArbitrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Random expression graphs. They shrink to few steps with early operands. */
public final class GeneratedPrograms extends SimplifyingArbitrary<GeneratedProgram> {

    private final int maxSteps;
    private final List<Operation> operations;

    private GeneratedPrograms(int maxSteps, List<Operation> operations) {
        this.maxSteps = maxSteps;
        this.operations = operations;
    }

    public static GeneratedPrograms upTo(int maxSteps) {
        return new GeneratedPrograms(maxSteps, List.of(Operation.values()));
    }

    public static GeneratedPrograms upTo(int maxSteps, Set<Operation> operations) {
        return new GeneratedPrograms(maxSteps, List.copyOf(operations));
    }

    @Override
    public GeneratedProgram draw(RandomGenerator random) {
        List<Step> steps = new ArrayList<>();
        int n = random.nextInt(maxSteps + 1);
        for (int i = 0; i < n; i++) {
            Operation operation = operations.get(random.nextInt(operations.size()));
            steps.add(new Step(operation, random.nextInt(64), random.nextInt(64)));
        }
        return new GeneratedProgram(steps);
    }

    @Override
    public Stream<GeneratedProgram> simpler(GeneratedProgram program) {
        List<Step> steps = program.steps();
        int n = steps.size();
        Stream<GeneratedProgram> halves =
                Stream.of(new GeneratedProgram(steps.subList(0, n / 2)), new GeneratedProgram(steps.subList(n / 2, n)));
        Stream<GeneratedProgram> singles = IntStream.range(0, n).mapToObj(i -> {
            List<Step> less = new ArrayList<>(steps);
            less.remove(i);
            return new GeneratedProgram(less);
        });
        Stream<GeneratedProgram> earlier = IntStream.range(0, n).boxed().flatMap(i -> {
            Step step = steps.get(i);
            return Stream.of(
                            new Step(step.operation(), 0, step.right()),
                            new Step(step.operation(), step.left(), 0),
                            new Step(step.operation(), step.left() / 2, step.right() / 2))
                    .map(simpler -> {
                        List<Step> replaced = new ArrayList<>(steps);
                        replaced.set(i, simpler);
                        return new GeneratedProgram(replaced);
                    });
        });
        return Stream.of(halves, singles, earlier).flatMap(s -> s);
    }

    @Override
    public long[] complexity(GeneratedProgram program) {
        int operands = program.steps().stream()
                .mapToInt(step -> step.left() + step.right())
                .sum();
        return new long[] {program.steps().size(), operands};
    }
}
