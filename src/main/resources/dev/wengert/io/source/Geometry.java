/** How a kernel moves over an image: extents of image and kernel, then step, padding and dilation, each for rows and columns. */
final class Geometry {
    private final int[] n;

    /** In this order: h, w, kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, groups. */
    Geometry(int... n) {
        this.n = n;
    }

    int h() {
        return n[0];
    }

    int w() {
        return n[1];
    }

    int kernelH() {
        return n[2];
    }

    int kernelW() {
        return n[3];
    }

    int strideH() {
        return n[4];
    }

    int strideW() {
        return n[5];
    }

    int padH() {
        return n[6];
    }

    int padW() {
        return n[7];
    }

    int dilationH() {
        return n[8];
    }

    int dilationW() {
        return n[9];
    }

    int groups() {
        return n[10];
    }

    int outH() {
        return (h() + 2 * padH() - dilationH() * (kernelH() - 1) - 1) / strideH() + 1;
    }

    int outW() {
        return (w() + 2 * padW() - dilationW() * (kernelW() - 1) - 1) / strideW() + 1;
    }
}
