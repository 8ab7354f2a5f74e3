package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.plan.Draft;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Tapes as kernels, shapes and constants, which the compiler works on. */
public final class Drafts {

    private Drafts() {}

    /** The draft of a tape. */
    public static Draft of(Tape tape) {
        Draft draft = new Draft();
        Map<Variable, Draft.Value> constants = new IdentityHashMap<>();
        List<Draft.Value> values = new ArrayList<>();
        for (Variable input : tape.inputs()) {
            values.add(draft.input(input.shape()));
        }
        List<Variable> steps = tape.steps();
        for (int k = 0; k < steps.size(); k++) {
            List<Variable> operands = steps.get(k).inputs();
            Draft.Value[] x = new Draft.Value[operands.size()];
            for (int i = 0; i < x.length; i++) {
                int number = tape.operand(k, i);
                String user = "step %" + values.size();
                x[i] = number < 0 ? constant(draft, operands.get(i), user, constants) : values.get(number);
            }
            values.add(draft.add(Kernel.of(tape.op(k)), steps.get(k).shape(), x));
        }
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            draft.output(
                    number < 0 ? constant(draft, tape.outputs().get(i), "output " + i, constants) : values.get(number));
        }
        return draft;
    }

    /** Returns the constant for a variable. A variable that is being recorded is refused: its value is only that of its example. */
    private static Draft.Value constant(Draft draft, Variable x, String user, Map<Variable, Draft.Value> constants) {
        if (x.isRecording()) {
            throw new IllegalStateException(
                    "compile: " + user + " uses a variable of another recording, which is not one of the inputs;"
                            + " a plan would freeze the value of its example; make it an input");
        }
        return constants.computeIfAbsent(x, constant -> draft.constant(constant.value()));
    }
}
