package dev.wengert.autodiff.plan;

/** The optimisations of the compiler. Each of them, and all together, keep the bits of the results. */
public enum Pass {
    /** See {@link NeutralSteps}. */
    NEUTRAL_STEPS,
    /** See {@link SharedSoftmax}. */
    SHARED_SOFTMAX,
    /** See {@link SharedFactors}. */
    SHARED_FACTORS,
    /** See {@link FusedMaxPooling}. */
    FUSED_MAX_POOLING,
    /** See {@link FoldedConstants}. */
    FOLDED_CONSTANTS,
    /** See {@link CommonSubexpressions}. */
    COMMON_SUBEXPRESSIONS,
    /** Elementwise steps are moved together and become one instruction, see {@link BlockRun} and {@link ScalarRun}. */
    FUSED_STEPS,
    /** New values of parameters are computed in the arrays of the old ones. */
    UPDATES_IN_PLACE;

    /** Applies the pass to a draft, if it rewrites one. */
    void apply(Draft draft) {
        switch (this) {
            case NEUTRAL_STEPS -> draft.rewrite(new NeutralSteps(draft));
            case SHARED_SOFTMAX -> draft.rewrite(new SharedSoftmax(draft));
            case SHARED_FACTORS -> draft.rewrite(new SharedFactors(draft));
            case FUSED_MAX_POOLING -> draft.rewrite(new FusedMaxPooling(draft));
            case FOLDED_CONSTANTS -> draft.rewrite(new FoldedConstants());
            case COMMON_SUBEXPRESSIONS -> draft.rewrite(new CommonSubexpressions());
            case FUSED_STEPS, UPDATES_IN_PLACE -> {
                // done by the assembler
            }
            default -> throw new AssertionError(this);
        }
    }
}
