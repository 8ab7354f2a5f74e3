package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.AddWindows;
import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.autodiff.op.Windows;
import dev.wengert.kernel.Geometry;
import dev.wengert.kernel.MaxPooling;
import dev.wengert.tensor.Shape;

/**
 * The pass that takes the largest elements of windows along the last two axes without copies of the windows, and their gradient, too, where
 * no two windows overlap.
 */
final class FusedMaxPooling implements Draft.Rewrite {

    /** The largest element of each window of images. */
    private record LargestOfWindows(Geometry geometry) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            MaxPooling.max(geometry, Blocks.outer(s[0], s[0].rank() - 2), x[0], y);
        }
    }

    /** The gradient; its operands are the images, the largest elements, and the gradient with respect to these. */
    private record GradientOfWindows(Geometry geometry) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            MaxPooling.gradient(geometry, Blocks.outer(s[0], s[0].rank() - 2), x[0], x[1], x[2], y);
        }
    }

    private final Draft draft;

    FusedMaxPooling(Draft draft) {
        this.draft = draft;
    }

    @Override
    public Draft.Value apply(Draft.Value step) {
        if (step.kernel instanceof Max max) {
            Geometry geometry = geometry(step.x[0], max);
            return geometry == null ? step : largest(geometry, step.x[0], max);
        }
        if (!(step.kernel instanceof AddWindows rows)
                || !(step.x[0].kernel instanceof AddWindows columns)
                || step.x[0].x[0].kernel != Gate.GATE) {
            return step;
        }
        Draft.Value slope = step.x[0].x[0].x[0];
        Draft.Value g = step.x[0].x[0].x[1];
        if (!(slope.kernel instanceof Slope of) || !(of.of() instanceof Max max) || !g.shape.equals(max.to())) {
            return step;
        }
        Draft.Value windows = slope.x[0];
        Geometry geometry = geometry(windows, max);
        boolean apart = geometry != null
                && geometry.strideH() >= geometry.kernelH()
                && geometry.strideW() >= geometry.kernelW();
        if (!apart
                || !rows.equals(((Windows) windows.x[0].kernel).transpose(step.shape))
                || !columns.equals(((Windows) windows.kernel).transpose(windows.x[0].shape))) {
            return step;
        }
        return draft.add(
                new GradientOfWindows(geometry), step.shape, windows.x[0].x[0], largest(geometry, windows, max), g);
    }

    private Draft.Value largest(Geometry geometry, Draft.Value windows, Max max) {
        return draft.add(new LargestOfWindows(geometry), max.to(), windows.x[0].x[0]);
    }

    /** The geometry of windows along the last two axes of images, if these are what the maximum is taken of; or null. */
    private static Geometry geometry(Draft.Value windows, Max max) {
        if (!(windows.kernel instanceof Windows columns) || !(windows.x[0].kernel instanceof Windows rows)) {
            return null;
        }
        Shape s = windows.x[0].x[0].shape;
        if (rows.axis() != s.rank() - 2
                || columns.axis() != s.rank() - 1
                || !max.to().equals(windows.shape.with(-1, 1).with(-2, 1))) {
            return null;
        }
        return new Geometry(
                s.extent(-2), s.extent(-1), rows.size(), columns.size(), rows.step(), columns.step(), 0, 0, 1, 1, 1);
    }
}
