package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShapeExceptionTest {
    @Test
    void saysWhatWasRequiredAndWhatWasGot() {
        assertThat(new ShapeException("sum", "axes must be distinct", "axes [0, 0] for shape [4, 3]"))
                .hasMessage("sum: axes must be distinct, got axes [0, 0] for shape [4, 3]");
    }

    @Test
    void saysWhatToDo() {
        assertThat(new ShapeException(
                        "matmul",
                        "columns of left must equal rows of right",
                        "left [4, 3] and right [4, 3]",
                        "did you mean left.transpose()?"))
                .hasMessage("matmul: columns of left must equal rows of right, got left [4, 3] and right [4, 3];"
                        + " did you mean left.transpose()?");
    }

    @Test
    void isAnIllegalArgument() {
        assertThat(new ShapeException("op", "requirement", "got")).isInstanceOf(IllegalArgumentException.class);
    }
}
