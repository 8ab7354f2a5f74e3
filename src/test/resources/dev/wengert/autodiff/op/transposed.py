"""Writes transposed.csv: transposed convolutions by plain loops over the definition that PyTorch documents for ConvTranspose1d and 2d.

Element i of the operand adds x[i] * w[k] to element i * stride - padding + k * dilation of the result, whose extent is
(n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1. Numbers are eighths, so that all sums are exact.
At stride 1 with one channel the loops are held to scipy.signal.convolve2d.

python3 transposed.py > transposed.csv
"""
import itertools

import numpy as np
from scipy.signal import convolve2d


def places(extents):
    return itertools.product(*map(range, extents))


def transposed(x, w, g, stride, padding, output_padding, groups, dilation):
    """The result, and the derivatives of sum(g * result) for x and w; g is made if it is None."""
    axes = x.ndim - 2
    batch, channels, extents, kernel = x.shape[0], x.shape[1], x.shape[2:], w.shape[2:]
    shape = [
        (extents[d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) + output_padding[d] + 1
        for d in range(axes)
    ]
    y = np.zeros((batch, w.shape[1] * groups, *shape))
    g = eighths(y.shape) if g is None else g
    gx, gw = np.zeros(x.shape), np.zeros(w.shape)
    for b, c, o in places((batch, channels, w.shape[1])):
        to = c // (channels // groups) * w.shape[1] + o
        for i in places(extents):
            for k in places(kernel):
                at = tuple(i[d] * stride[d] - padding[d] + k[d] * dilation[d] for d in range(axes))
                if all(0 <= at[d] < shape[d] for d in range(axes)):
                    y[(b, to, *at)] += x[(b, c, *i)] * w[(c, o, *k)]
                    gx[(b, c, *i)] += g[(b, to, *at)] * w[(c, o, *k)]
                    gw[(c, o, *k)] += g[(b, to, *at)] * x[(b, c, *i)]
    return y, g, gx, gw


random = np.random.default_rng(20261130)


def eighths(shape):
    return random.integers(-16, 17, shape) / 8


image, kernel = eighths((1, 1, 5, 4)), eighths((1, 1, 3, 2))
assert np.array_equal(
    transposed(image, kernel, None, (1, 1), (0, 0), (0, 0), 1, (1, 1))[0][0, 0], convolve2d(image[0, 0], kernel[0, 0])
)

# x, weight, stride, padding, output_padding, groups, dilation
CASES = [
    ((2, 2, 4), (2, 3, 3), (1,), (0,), (0,), 1, (1,)),
    ((1, 2, 5), (2, 2, 3), (2,), (1,), (1,), 1, (1,)),
    ((2, 4, 3), (4, 1, 2), (3,), (0,), (2,), 2, (2,)),
    ((1, 3, 4), (3, 2, 4), (2,), (2,), (0,), 3, (1,)),
    ((1, 1, 1), (1, 2, 3), (3,), (2,), (1,), 1, (2,)),
    ((2, 2, 3, 2), (2, 3, 2, 2), (1, 1), (0, 0), (0, 0), 1, (1, 1)),
    ((1, 2, 3, 3), (2, 2, 3, 3), (2, 2), (1, 1), (1, 1), 1, (1, 1)),
    ((1, 4, 2, 3), (4, 2, 3, 2), (3, 2), (2, 0), (1, 0), 2, (1, 3)),
    ((2, 2, 2, 4), (2, 1, 2, 3), (1, 3), (0, 1), (0, 2), 2, (2, 1)),
    ((1, 1, 4, 1), (1, 1, 4, 4), (2, 1), (3, 1), (1, 0), 1, (1, 2)),
]
print("# stride;padding;outputPadding;groups;dilation; then shape;numbers of x, weight, cotangent, output, gradient of x, gradient of weight: see transposed.py")
for x_shape, w_shape, *options in CASES:
    x, w = eighths(x_shape), eighths(w_shape)
    y, g, gx, gw = transposed(x, w, None, *options)
    cells = [",".join(map(str, np.atleast_1d(option))) for option in options]
    for tensor in (x, w, g, y, gx, gw):
        cells += [",".join(map(str, tensor.shape)), ",".join(repr(float(v)) for v in tensor.ravel())]
    print(";".join(cells))
