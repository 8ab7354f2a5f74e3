package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The expected texts are those that NumPy 2.4 prints, but for scalars and tensors without elements. */
class TensorTextTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void numbersTakeAsManyDecimalsAsTheyNeed() {
        prints(Tensor.of(1, 2, 3), "[1. 2. 3.]");
        prints(Tensor.of(1, 2.5, -0.0, 0.25), "[ 1.    2.5  -0.    0.25]");
        prints(Tensor.of(99999999, 1e5), "[99999999.   100000.]");
        prints(Tensor.of(0), "[0.]");
    }

    @Test
    void numbersTakeAtMostEightDecimals() {
        prints(Tensor.of(1 / 3., 2 / 3., 1), "[0.33333333 0.66666667 1.        ]");
        prints(Tensor.of(0.1 + 0.2), "[0.3]");
    }

    /** 0.100000005 is a double above that decimal number: a tie by its name, but not by its value. */
    @Test
    void decimalsRoundTheDoubleItself() {
        prints(Tensor.of(0.100000005), "[0.10000001]");
    }

    /** 90000000.1 names a double whose own first eight decimals are 09999999. */
    @Test
    void aNameOfEightDecimalsIsKept() {
        prints(Tensor.of(90000000.1), "[90000000.1]");
    }

    @Test
    void veryLargeSmallOrDifferentNumbersTakeExponents() {
        prints(Tensor.of(1e8, 123456789.125), "[1.00000000e+08 1.23456789e+08]");
        prints(Tensor.of(1e8), "[1.e+08]");
        prints(Tensor.of(-1e-5, -3), "[-1.e-05 -3.e+00]");
        prints(Tensor.of(0.00009, 0), "[9.e-05 0.e+00]");
        prints(Tensor.of(0.01, 10.01), "[1.000e-02 1.001e+01]");
        prints(Tensor.of(1e-300, 1, -INF), "[1.e-300 1.e+000    -inf]");
        prints(Tensor.of(0.0001, 0), "[0.0001 0.    ]");
        prints(Tensor.of(0.01, 10), "[ 0.01 10.  ]");
    }

    @Test
    void infinitiesAndNaN() {
        prints(Tensor.of(NAN, INF, -INF, 1.5), "[ nan  inf -inf  1.5]");
        prints(Tensor.of(NAN, INF), "[nan inf]");
        prints(Tensor.of(NAN, -INF), "[ nan -inf]");
    }

    @Test
    void pointsStandBelowEachOther() {
        prints(Tensor.of(new double[][] {{1, -2.5}, {10, 0.125}}), "[[ 1.    -2.5  ]", " [10.     0.125]]");
    }

    @Test
    void blankLinesSeparateMatrices() {
        prints(
                Tensor.arange(12).reshape(2, 2, 3),
                "[[[ 0.  1.  2.]",
                "  [ 3.  4.  5.]]",
                "",
                " [[ 6.  7.  8.]",
                "  [ 9. 10. 11.]]]");
        prints(
                Tensor.arange(8).reshape(2, 1, 2, 2),
                "[[[[0. 1.]",
                "   [2. 3.]]]",
                "",
                "",
                " [[[4. 5.]",
                "   [6. 7.]]]]");
    }

    @Test
    void longRowsAreWrapped() {
        prints(
                Tensor.arange(0, 5, 0.125).reshape(2, 20),
                "[[0.    0.125 0.25  0.375 0.5   0.625 0.75  0.875 1.    1.125 1.25  1.375",
                "  1.5   1.625 1.75  1.875 2.    2.125 2.25  2.375]",
                " [2.5   2.625 2.75  2.875 3.    3.125 3.25  3.375 3.5   3.625 3.75  3.875",
                "  4.    4.125 4.25  4.375 4.5   4.625 4.75  4.875]]");
    }

    @Test
    void bracketsCountForTheLengthOfALine() {
        prints(
                Tensor.arange(10, 30, 1),
                "[10. 11. 12. 13. 14. 15. 16. 17. 18. 19. 20. 21. 22. 23. 24. 25. 26. 27.",
                " 28. 29.]");
        prints(
                Tensor.arange(10, 30, 1).reshape(1, 20),
                "[[10. 11. 12. 13. 14. 15. 16. 17. 18. 19. 20. 21. 22. 23. 24. 25. 26. 27.",
                "  28. 29.]]");
        prints(
                Tensor.arange(10, 30, 1).reshape(1, 1, 20),
                "[[[10. 11. 12. 13. 14. 15. 16. 17. 18. 19. 20. 21. 22. 23. 24. 25. 26.",
                "   27. 28. 29.]]]");
    }

    @Test
    void moreThanAThousandElementsAreShortened() {
        assertThat(Tensor.zeros(1000).toString().split("\\s+")).hasSize(1000).doesNotContain("...");
        prints(Tensor.full(Shape.of(1001), 0.5), "[0.5 0.5 0.5 ... 0.5 0.5 0.5]");
        prints(
                Tensor.arange(200_000).reshape(2, 100, 1000).rows(1, 2).reshape(100, 1000),
                "[[100000. 100001. 100002. ... 100997. 100998. 100999.]",
                " [101000. 101001. 101002. ... 101997. 101998. 101999.]",
                " [102000. 102001. 102002. ... 102997. 102998. 102999.]",
                " ...",
                " [197000. 197001. 197002. ... 197997. 197998. 197999.]",
                " [198000. 198001. 198002. ... 198997. 198998. 198999.]",
                " [199000. 199001. 199002. ... 199997. 199998. 199999.]]");
    }

    @Test
    void sixEntriesAreNotShortened() {
        prints(
                Tensor.zeros(6, 167),
                "[[0. 0. 0. ... 0. 0. 0.]",
                " [0. 0. 0. ... 0. 0. 0.]",
                " [0. 0. 0. ... 0. 0. 0.]",
                " [0. 0. 0. ... 0. 0. 0.]",
                " [0. 0. 0. ... 0. 0. 0.]",
                " [0. 0. 0. ... 0. 0. 0.]]");
    }

    @Test
    void matricesAreShortenedToo() {
        prints(
                Tensor.ones(7, 1, 200),
                "[[[1. 1. 1. ... 1. 1. 1.]]",
                "",
                " [[1. 1. 1. ... 1. 1. 1.]]",
                "",
                " [[1. 1. 1. ... 1. 1. 1.]]",
                "",
                " ...",
                "",
                " [[1. 1. 1. ... 1. 1. 1.]]",
                "",
                " [[1. 1. 1. ... 1. 1. 1.]]",
                "",
                " [[1. 1. 1. ... 1. 1. 1.]]]");
    }

    /** What is left out does not count for the layout either. */
    @Test
    void onlyWhatIsShownIsMeasured() {
        double[] values = new double[1001];
        values[500] = 1e100;
        prints(Tensor.of(values), "[0. 0. 0. ... 0. 0. 0.]");
    }

    @Test
    void scalarsArePrintedInFull() {
        prints(Tensor.scalar(1 / 3.), "0.3333333333333333");
        prints(Tensor.scalar(3), "3.0");
        prints(Tensor.scalar(NAN), "NaN");
    }

    @Test
    void emptyTensorsShowTheirShape() {
        prints(Tensor.of(), "[]");
        prints(Tensor.zeros(3, 0), "[], shape [3, 0]");
        prints(Tensor.zeros(0, 3), "[], shape [0, 3]");
    }

    private static void prints(Tensor tensor, String... lines) {
        assertThat(tensor).hasToString(String.join("\n", lines));
    }
}
