package dev.wengert.autodiff.loop;

import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.plan.Code;
import dev.wengert.autodiff.plan.Pass;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** A loop with a compiled body of its own. Each step reads its rows of the loop's operands, and writes its rows of the result. */
final class ScanKernel implements Kernel {

    private final Scan scan;
    private final Code body;

    /** The number of elements of each input of the body. */
    private final int[] inputs;

    /** By result of the body: its number of elements, and where it begins in the result of the loop. */
    private final int[] sizes;

    private final int[] offsets;

    ScanKernel(Scan scan) {
        this.scan = scan;
        this.body = new Code(Drafts.of(scan.body()), List.of(), EnumSet.allOf(Pass.class));
        this.inputs = sizes(scan.body().inputs());
        this.sizes = sizes(scan.body().outputs());
        this.offsets = new int[sizes.length];
        Arrays.setAll(offsets, scan::offset);
    }

    private static int[] sizes(List<Variable> variables) {
        return variables.stream().mapToInt(v -> v.shape().size()).toArray();
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int carries = scan.carries();
        int rows = carries + scan.xs();
        int stacked = carries + scan.ys();
        int first = scan.before(scan.at(0));
        for (int i = 0; i < carries; i++) {
            System.arraycopy(x[i], 0, y, offsets[i] + first * sizes[i], sizes[i]);
        }
        for (int i = rows; i < x.length; i++) {
            body.load(i, x[i], 0);
        }
        Arrays.fill(y, stacked == sizes.length ? y.length : offsets[stacked], y.length, 0);
        for (int k = 0; k < scan.length(); k++) {
            int t = scan.at(k);
            for (int i = 0; i < carries; i++) {
                body.load(i, y, offsets[i] + scan.before(t) * sizes[i]);
            }
            for (int i = carries; i < rows; i++) {
                body.load(i, x[i], t * inputs[i]);
            }
            body.run();
            for (int i = 0; i < carries; i++) {
                body.store(i, y, offsets[i] + scan.after(t) * sizes[i]);
            }
            for (int i = carries; i < stacked; i++) {
                body.store(i, y, offsets[i] + t * sizes[i]);
            }
            for (int i = stacked; i < sizes.length; i++) {
                if (k == 0) {
                    body.store(i, y, offsets[i]); // 0 + −0 would be 0
                } else {
                    body.add(i, y, offsets[i]);
                }
            }
        }
    }

    /** Equal loops on equal operands are one common subexpression. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ScanKernel kernel && scan.equals(kernel.scan);
    }

    @Override
    public int hashCode() {
        return scan.hashCode();
    }
}
