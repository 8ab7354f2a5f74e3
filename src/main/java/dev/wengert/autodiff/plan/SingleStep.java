package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Kernel;
import dev.wengert.tensor.Shape;

/** An instruction that runs one step. */
final class SingleStep extends Instruction {

    private final Kernel kernel;
    private final double[] y;
    private final Shape out;
    private final double[][] x;
    private final Shape[] s;
    private final double[][] work;

    SingleStep(Kernel kernel, double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        this.kernel = kernel;
        this.y = y;
        this.out = out;
        this.x = x;
        this.s = s;
        this.work = work;
    }

    @Override
    public void run() {
        kernel.eval(y, out, x, s, work);
    }
}
