package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import java.util.List;

/** Operations through which no perturbation passes, because their derivative is 0 or unwanted. */
public sealed interface InertOp extends Primitive
        permits Comparison, Slope, Flat, OneHot, Nonzero, Argsort, Ranks, Draw, FoldKey, Signs, AllFinite {

    @Override
    default boolean derivesJvp() {
        return true;
    }

    @Override
    default boolean passes(int i) {
        return false;
    }

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return null;
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return null;
    }
}
