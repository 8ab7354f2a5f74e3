package dev.wengert.autodiff;

import dev.wengert.autodiff.loop.Drafts;
import dev.wengert.autodiff.plan.Draft;
import dev.wengert.autodiff.plan.Pass;
import java.util.List;
import java.util.Set;

/** Hands tests of the compiler what only {@link Plan} sees. */
@SuppressWarnings("exports") // these packages are hidden, and tests are inside
public final class Plans {

    private Plans() {}

    public static Plan of(Tape tape, List<Parameter> assigned, Set<Pass> passes) {
        return new Plan(tape, assigned, passes);
    }

    public static Draft draft(Tape tape) {
        return Drafts.of(tape);
    }
}
