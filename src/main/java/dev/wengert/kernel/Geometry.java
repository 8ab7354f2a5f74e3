package dev.wengert.kernel;

/**
 * How a kernel moves over an image. Output (p, q) meets, at kernel position (i, j), the element {@code (p·strideH + i·dilationH − padH,
 * q·strideW + j·dilationW − padW)} of the image; outside of the image there are zeros.
 *
 * @param h the rows of the image
 * @param w the columns of the image
 * @param kernelH the rows of the kernel
 * @param kernelW the columns of the kernel
 * @param strideH the step from output to output, in rows
 * @param strideW the step in columns
 * @param padH the rows of zeros above, and below
 * @param padW the columns of zeros on the left, and on the right
 * @param dilationH the distance of the kernel's rows
 * @param dilationW the distance of the kernel's columns
 * @param groups into how many groups the channels are divided; each output channel meets the input channels of its own group only
 */
public record Geometry(
        int h,
        int w,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padH,
        int padW,
        int dilationH,
        int dilationW,
        int groups) {

    public int outH() {
        return (h + 2 * padH - dilationH * (kernelH - 1) - 1) / strideH + 1;
    }

    public int outW() {
        return (w + 2 * padW - dilationW * (kernelW - 1) - 1) / strideW + 1;
    }
}
