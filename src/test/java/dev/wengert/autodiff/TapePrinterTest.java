package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.LOCALE)
class TapePrinterTest {

    private final Locale locale = Locale.getDefault();

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    /** loss = mean((xw + 1)²) with an input, a parameter, constants of one element and of more, and two outputs. */
    private static Tape tape() {
        Parameter w = new Parameter("w", Tensor.of(new double[][] {{1, 2}, {3, 4}}));
        Variable ones = Variable.of(Tensor.ones(2));
        return Tape.record(
                in -> {
                    Variable residual = in.get(0).matmul(w.variable()).add(ones);
                    return List.of(residual.square().sum().mul(Variable.of(0.5)), residual);
                },
                List.of(Tensor.ones(3, 2)));
    }

    @Test
    void text() {
        assertThat(tape()).hasToString("""
                        %0 = input [3, 2]
                        %1 = w [2, 2]
                        %7 = constant [2]
                        %8 = 0.5
                        %2 = matmul(%0, %1)  [3, 2]
                        %3 = add(%2, %7)  [3, 2]
                        %4 = square(%3)  [3, 2]
                        %5 = sum(%4)  []
                        %6 = mul(%5, %8)  []
                        return %6, %3
                        """);
    }

    @Test
    void attributesStandInBracketsAndOperandsInParentheses() {
        assertThat(Tape.record(x -> x.mul(2).clamp(0, 1).reshape(2, 1).sum(), Tensor.of(0, 1)))
                .hasToString("""
                        %0 = input [2]
                        %1 = mul[2.0](%0)  [2]
                        %2 = clamp[0.0, 1.0](%1)  [2]
                        %3 = reshape[2, 1](%2)  [2, 1]
                        %4 = sum(%3)  []
                        return %4
                        """);
    }

    @Test
    void dot() {
        assertThat(tape().toDot()).isEqualTo("""
                        digraph tape {
                          n0 [label="input [3, 2]", shape=box];
                          n1 [label="w [2, 2]", shape=box];
                          n7 [label="constant [2]", shape=plaintext];
                          n8 [label="0.5", shape=plaintext];
                          n2 [label="matmul [3, 2]", shape=ellipse];
                          n0 -> n2;
                          n1 -> n2;
                          n3 [label="add [3, 2]", shape=ellipse];
                          n2 -> n3;
                          n7 -> n3;
                          n4 [label="square [3, 2]", shape=ellipse];
                          n3 -> n4;
                          n5 [label="sum []", shape=ellipse];
                          n4 -> n5;
                          n6 [label="mul []", shape=ellipse];
                          n5 -> n6;
                          n8 -> n6;
                          n9 [label="output 0", shape=doublecircle];
                          n6 -> n9;
                          n10 [label="output 1", shape=doublecircle];
                          n3 -> n10;
                        }
                        """);
    }

    @Test
    void mermaid() {
        assertThat(tape().toMermaid()).isEqualTo("""
                        flowchart TD
                          n0["input [3, 2]"]
                          n1["w [2, 2]"]
                          n7{{"constant [2]"}}
                          n8{{"0.5"}}
                          n2(["matmul [3, 2]"])
                          n0 --> n2
                          n1 --> n2
                          n3(["add [3, 2]"])
                          n2 --> n3
                          n7 --> n3
                          n4(["square [3, 2]"])
                          n3 --> n4
                          n5(["sum []"])
                          n4 --> n5
                          n6(["mul []"])
                          n5 --> n6
                          n8 --> n6
                          n9(("output 0"))
                          n6 --> n9
                          n10(("output 1"))
                          n3 --> n10
                        """);
    }

    @Test
    void theGradientOfSinIsPrintedAsItIsWrittenInTheTapesJavadoc() {
        assertThat(Tape.record(Autodiff.grad(Variable::sin), Tensor.scalar(1))).hasToString("""
                        %0 = input []
                        %4 = 1.0
                        %1 = identity(%0)  []
                        %2 = cos(%1)  []
                        %3 = mul(%4, %2)  []
                        return %3
                        """);
    }

    @Test
    void aConstantThatIsUsedTwiceIsOneConstant() {
        Variable two = Variable.of(2);
        assertThat(Tape.record(x -> x.mul(two).add(two), Tensor.scalar(1))).hasToString("""
                        %0 = input []
                        %3 = 2.0
                        %1 = mul(%0, %3)  []
                        %2 = add(%1, %3)  []
                        return %2
                        """);
    }

    @Test
    void twoConstantsOfOneValueAreTwo() {
        assertThat(Tape.record(x -> x.mul(Variable.of(2)).add(Variable.of(2)), Tensor.scalar(1)))
                .hasToString("""
                        %0 = input []
                        %3 = 2.0
                        %4 = 2.0
                        %1 = mul(%0, %3)  []
                        %2 = add(%1, %4)  []
                        return %2
                        """);
    }

    @Test
    void outputsThatAreInputsAndConstants() {
        Tape tape = Tape.record(in -> List.of(Variable.of(3), in.get(1)), List.of(Tensor.scalar(1), Tensor.ones(2)));
        assertThat(tape).hasToString("""
                        %0 = input []
                        %1 = input [2]
                        %2 = 3.0
                        return %2, %1
                        """);
        assertThat(tape.toDot()).isEqualTo("""
                        digraph tape {
                          n0 [label="input []", shape=box];
                          n1 [label="input [2]", shape=box];
                          n2 [label="3.0", shape=plaintext];
                          n3 [label="output 0", shape=doublecircle];
                          n2 -> n3;
                          n4 [label="output 1", shape=doublecircle];
                          n1 -> n4;
                        }
                        """);
    }

    @Test
    void theFirstInputAsAnOutput() {
        assertThat(Tape.record(x -> x, Tensor.scalar(1))).hasToString("%0 = input []\nreturn %0\n");
    }

    @Test
    void anEmptyTape() {
        Tape tape = Tape.between(List.of(), List.of());
        assertThat(tape).hasToString("return\n");
        assertThat(tape.toDot()).isEqualTo("digraph tape {\n}\n");
        assertThat(tape.toMermaid()).isEqualTo("flowchart TD\n");
    }

    @Test
    void theLanguageOfTheMachineDoesNotMatter() {
        Tape tape = tape();
        String text = tape.toString();
        String dot = tape.toDot();
        String mermaid = tape.toMermaid();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        assertThat(String.format("%d", 1))
                .as("this locale has digits of its own")
                .isEqualTo("١");
        assertThat(tape).hasToString(text);
        assertThat(tape.toDot()).isEqualTo(dot);
        assertThat(tape.toMermaid()).isEqualTo(mermaid);
    }

    @Test
    void quotesAndBackslashesInNamesDoNotEndALabel() {
        Parameter odd = new Parameter("\"a\\", Tensor.scalar(1));
        Tape tape = Tape.record(x -> x.mul(odd.variable()), Tensor.scalar(1));
        assertThat(tape.toDot()).contains("  n1 [label=\"'\\\\'a\\\\\\\\' []\", shape=box];\n");
        assertThat(tape.toMermaid()).contains("  n1[\"#34;\\#34;a\\\\#34; []\"]\n");
    }

    @Test
    void percentSignsInNamesArePrinted() {
        Parameter odd = new Parameter("100%s", Tensor.scalar(1));
        Tape tape = Tape.record(x -> x.mul(odd.variable()), Tensor.scalar(1));
        assertThat(tape).asString().contains("%1 = 100%s []\n");
        assertThat(tape.toDot()).contains("  n1 [label=\"100%s []\", shape=box];\n");
        assertThat(tape.toMermaid()).contains("  n1[\"100%s []\"]\n");
    }
}
