package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a table with missing values and categories to inputs of a model, without losing a row. */
class PenguinsTest {
    @Test
    void everyPenguinIsUsed() throws IOException {
        Table table = Csv.readNamed(Path.of("samples/data/penguins.csv")).missing("NA");
        assertThat(table.rows()).isEqualTo(344);
        List<String> species = table.categories("species");
        assertThat(species).containsExactly("Adelie", "Chinstrap", "Gentoo");
        assertThat(table.categories("island")).containsExactly("Biscoe", "Dream", "Torgersen");
        assertThat(table.categories("sex")).containsExactly("female", "male");

        Tensor sizes = table.numbers("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g");
        Imputer imputer = Imputer.median(sizes);
        Standardiser standardiser = Standardiser.fit(imputer.apply(sizes));
        // Python: statistics in fractions of the same 344 rows
        assertThat(imputer.values()).isEqualTo(Tensor.of(44.45, 17.3, 197, 4050));
        assertThat(standardiser
                        .mean()
                        .equalsWithinUlps(
                                Tensor.of(43.925, 17.15203488372093, 200.8924418604651, 4200.872093023256), 1))
                .isTrue();
        assertThat(standardiser
                        .scale()
                        .equalsWithinUlps(
                                Tensor.of(5.435873520441085, 1.9661958426887138, 14.00342777273317, 798.5333364699052),
                                1))
                .isTrue();

        Tensor island = table.oneHot("island", table.categories("island"));
        Tensor sex = table.oneHot("sex", table.categories("sex"));
        assertThat(columnSums(island)).isEqualTo(Tensor.of(168, 124, 52));
        assertThat(columnSums(sex)).isEqualTo(Tensor.of(165, 168));

        Dataset data = new Dataset(sizes, table.labels("species", species), species.size())
                .mapInputs(x -> standardiser.apply(imputer.apply(x)));
        Dataset all = data.withInputs(data.features(), island, sex);
        assertThat(all).hasToString("Dataset[inputs [344, 4], [344, 3], [344, 2], 3 classes]");
        Tensor sums = columnSums(all.inputs().get(0));
        assertThat(sums.shape()).isEqualTo(Shape.of(4));
        for (double sum : sums.toArray()) {
            assertThat(Math.abs(sum)).isLessThan(1e-11);
        }
        assertThat(columnSums(OneHot.encode(all.labels(), 3))).isEqualTo(Tensor.of(152, 68, 124));
    }

    private static Tensor columnSums(Tensor x) {
        double[] sums = new double[x.shape().extent(1)];
        for (int i = 0; i < x.shape().extent(0); i++) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += x.get(i, j);
            }
        }
        return Tensor.of(sums);
    }
}
