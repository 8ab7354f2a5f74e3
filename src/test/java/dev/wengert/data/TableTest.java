package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static final String NAME_IT = "; if it stands for a missing value, call missing(…) first";
    private static final String LEAVE_OUT = "; without(…) leaves out rows with a missing value";

    @TempDir
    Path dir;

    private Path file() {
        return dir.resolve("a.csv");
    }

    private Table rows(String... lines) throws IOException {
        return Csv.read(Files.write(file(), List.of(lines)));
    }

    private Table named(String... lines) throws IOException {
        return Csv.readNamed(Files.write(file(), List.of(lines)));
    }

    private void assertError(ThrowingCallable read, String message) {
        assertThatThrownBy(read).isExactlyInstanceOf(DataFileException.class).hasMessage(file() + message);
    }

    @Test
    void numbersInAllTheirForms() throws IOException {
        assertThat(rows(
                                "1,-2,+3,4.,.5,-0,6.5e3,7E-2,8e+1,007",
                                "NaN,Infinity,-Infinity,nan,Inf,-inf,+INF,1e-999,-nan,0")
                        .numbers())
                .isEqualTo(Tensor.of(new double[][] {
                    {1, -2, 3, 4, 0.5, -0.0, 6500, 0.07, 80, 7},
                    {
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.POSITIVE_INFINITY,
                        0,
                        Double.NaN,
                        0
                    }
                }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc", "NA", "in", "--inf", "infin", "1f", "1d", "0x1p0", " 1", "1 ", "1-2", "--1", ".", "-", "e5",
                "1e", "1e5.5", "1_000", "1;2", "~1", "1.2.3"
            })
    void whatIsNoNumber(String text) throws IOException {
        Table table = rows("1,2", "3," + text);
        assertError(table::numbers, ":2:3: cell 2 must be a number, got \"" + text + "\"" + NAME_IT);
    }

    @Test
    void digitsAreThoseOfAscii() throws IOException {
        Table devanagari = rows("\u0967\u0968");
        assertError(devanagari::numbers, ":1:1: cell 1 must be a number, got \"\\u0967\\u0968\"" + NAME_IT);
        Table noBreakSpace = rows("1\u00A0000");
        assertError(noBreakSpace::numbers, ":1:1: cell 1 must be a number, got \"1\\u00A0000\"" + NAME_IT);
    }

    @Test
    void aNumberIsInfiniteOnlyIfItSaysSo() throws IOException {
        Table table = rows("1.7976931348623157e308,-1e309");
        assertError(table::numbers, ":1:24: cell 2 must be a number within the range of double, got \"-1e309\"");
    }

    @Test
    void longTextIsCut() throws IOException {
        Table table = rows("x".repeat(41), "y".repeat(40));
        assertError(table::numbers, ":1:1: cell 1 must be a number, got \"" + "x".repeat(40) + "…\"" + NAME_IT);
        Table whole = table.without("x".repeat(41));
        assertError(whole::numbers, ":2:1: cell 1 must be a number, got \"" + "y".repeat(40) + "\"" + NAME_IT);
    }

    @Test
    void theLocalePlaysNoPart() throws IOException {
        Locale locale = Locale.getDefault();
        try {
            for (String tag : new String[] {"de-DE", "tr-TR", "ar-EG-u-nu-arab"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                Table table = rows("1.5,\u0661");
                assertThat(table.numbers(0, 1).toArray()).containsExactly(1.5);
                assertError(table::numbers, ":1:5: cell 2 must be a number, got \"\\u0661\"" + NAME_IT);
            }
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void columnsByPosition() throws IOException {
        Table table = rows("1,2,3", "4,5,6");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.columns()).isEqualTo(3);
        assertThat(table.numbers(1, 3)).isEqualTo(Tensor.of(new double[][] {{2, 3}, {5, 6}}));
        assertThat(table.numbers(2, 2).shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void columnsByName() throws IOException {
        Table table = named("a,b,c", "1,2,x", "4,5,y");
        assertThat(table.numbers("b", "a", "b")).isEqualTo(Tensor.of(new double[][] {{2, 1, 2}, {5, 4, 5}}));
    }

    @Test
    void labelsAsNumbers() throws IOException {
        assertThat(rows("x,2", "y,0", "z,1.0").labels(1, 3)).isEqualTo(Tensor.of(2, 0, 1));
    }

    @Test
    void labelsAsText() throws IOException {
        assertThat(named("a,b", "1,dog", "2,cat", "3,dog").labels("b", "cat", "dog"))
                .isEqualTo(Tensor.of(1, 0, 1));
    }

    @Test
    void rowsWithoutAMark() throws IOException {
        Table table = named("a,b", "1,NA", "NA,2", "3,4", "NAN,6");
        assertThat(table.without("NA").rows()).isEqualTo(2);
        assertThat(table.without("NA", "b").rows()).isEqualTo(3);
        assertThat(table.without("NA", "a", "b").rows()).isEqualTo(2);
        assertThat(table.rows()).isEqualTo(4);
    }

    @Test
    void errorsNameTheLineOfTheFileAfterRowsWereLeftOut() throws IOException {
        Table table = named("a,b", "NA,1", "2,x").without("NA");
        assertError(table::numbers, ":3:3: cell 2 (b) must be a number, got \"x\"" + NAME_IT);
    }

    @Test
    void noRowsAreLeft() throws IOException {
        assertThat(named("a,b", "NA,1").without("NA").numbers().shape()).isEqualTo(Shape.of(0, 2));
    }

    @Test
    void aLabelThatIsNoClass() throws IOException {
        Table table = rows("1,0", "2,3", "x,1.5");
        assertError(() -> table.labels(1, 3), ":2:3: cell 2 must be a whole number in 0..2, got \"3\"");
        assertError(() -> table.labels(1, 4), ":3:3: cell 2 must be a whole number in 0..3, got \"1.5\"");
        assertError(() -> table.labels(0, 4), ":3:1: cell 1 must be a number, got \"x\"" + LEAVE_OUT);
    }

    @Test
    void aTextThatIsNoClass() throws IOException {
        Table table = named("a,b", "1,dog", "2,chicken");
        assertError(
                () -> table.labels("b", "cat", "dog"), ":3:3: cell 2 (b) must be one of [cat, dog], got \"chicken\"");
    }

    @Test
    void thereMustBeClasses() throws IOException {
        Table table = named("a", "1");
        assertThatThrownBy(() -> table.labels(0, 0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels: classes must be 1 or more, got 0");
        assertThatThrownBy(() -> table.labels("a"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels: classes must be 1 or more, got 0");
    }

    @Test
    void aColumnThatIsNotThere() throws IOException {
        Table named = named("a,b", "1,2");
        assertError(() -> named.numbers("b", "c"), ": there must be a column \"c\", got [a, b]");
        assertError(() -> named.labels("B", "2"), ": there must be a column \"B\", got [a, b]");
        assertError(() -> named.without("NA", "c"), ": there must be a column \"c\", got [a, b]");
        Table unnamed = rows("1,2");
        assertError(
                () -> unnamed.numbers("a"),
                ": there must be a column \"a\", got columns without names; Csv.readNamed reads them from the first line");
    }

    @Test
    void columnsOutOfRange() throws IOException {
        Table table = rows("1,2");
        assertError(() -> table.numbers(1, 4), ": there must be at least 4 columns, got 2");
        assertError(() -> table.labels(2, 3), ": there must be at least 3 columns, got 2");
        assertThatThrownBy(() -> table.numbers(-1, 2))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("numbers: columns must satisfy 0 <= from <= to, got from -1 and to 2");
        assertThatThrownBy(() -> table.numbers(2, 1))
                .hasMessage("numbers: columns must satisfy 0 <= from <= to, got from 2 and to 1");
        assertThatThrownBy(() -> table.labels(-1, 3)).hasMessage("labels: the column must be 0 or more, got -1");
    }

    @Test
    void missingValuesAreNotNumbers() throws IOException {
        Table table = named("a,b", "1,NA", "?,2", "3,4");
        assertThat(table.missing("NA", "?").numbers()).isEqualTo(Tensor.of(new double[][] {
            {1, Double.NaN}, {Double.NaN, 2}, {3, 4}
        }));
        assertError(() -> table.missing("NA").numbers(), ":3:1: cell 1 (a) must be a number, got \"?\"" + NAME_IT);
        assertThat(table.missing("NA", "?").without("?").numbers("b")).isEqualTo(Tensor.of(new double[][] {
            {Double.NaN}, {4}
        }));
        Table other = table.missing("NA").missing("?");
        assertError(other::numbers, ":2:3: cell 2 (b) must be a number, got \"NA\"" + NAME_IT);
    }

    @Test
    void aMissingLabelIsRefused() throws IOException {
        Table table = named("a,b", "0,dog", "NA,NA").missing("NA");
        assertError(
                () -> table.labels("b", "NA", "dog"),
                ":3:4: cell 2 (b) must be one of [NA, dog], got \"NA\"" + LEAVE_OUT);
        assertError(
                () -> table.labels(0, 2), ":3:1: cell 1 (a) must be a whole number in 0..1, got \"NA\"" + LEAVE_OUT);
    }

    @Test
    void categoriesAreDistinctAndSorted() throws IOException {
        Table table = named("a,b", "1,dog", "2,NA", "3,cat", "4,dog", "5,Dog");
        assertThat(table.missing("NA").categories("b")).containsExactly("Dog", "cat", "dog");
        assertThat(table.categories("b")).containsExactly("Dog", "NA", "cat", "dog");
        assertThat(table.without("NA").labels("b", table.missing("NA").categories("b")))
                .isEqualTo(Tensor.of(2, 1, 2, 0));
        assertError(() -> table.categories("c"), ": there must be a column \"c\", got [a, b]");
    }

    @Test
    void categoriesAsOneHotVectors() throws IOException {
        Table table = named("a,b", "1,dog", "2,NA", "3,cat").missing("NA");
        assertThat(table.oneHot("b", List.of("cat", "dog", "hen"))).isEqualTo(Tensor.of(new double[][] {
            {0, 1, 0}, {0, 0, 0}, {1, 0, 0}
        }));
        assertError(() -> table.oneHot("b", List.of("dog")), ":4:3: cell 2 (b) must be one of [dog], got \"cat\"");
        assertThatThrownBy(() -> table.oneHot("b", List.of("dog", "dog")))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("oneHot: classes must differ, got \"dog\" again");
        assertThatThrownBy(() -> table.oneHot("b", List.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("oneHot: classes must be 1 or more, got 0");
        assertThatThrownBy(() -> table.labels("b", "dog", "dog"))
                .hasMessage("labels: classes must differ, got \"dog\" again");
    }
}
