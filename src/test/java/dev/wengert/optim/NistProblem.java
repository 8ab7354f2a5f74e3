package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A problem of nonlinear regression of NIST's Statistical Reference Datasets: its data, starts and certified values. */
final class NistProblem {

    final String name;
    final List<double[]> rows = new ArrayList<>();
    final List<double[]> parameters = new ArrayList<>();
    double sumOfSquares;

    NistProblem(String name) {
        this.name = name;
        List<String> lines;
        try (InputStream file = getClass().getResourceAsStream("/dev/wengert/nist/" + name + ".dat")) {
            lines = new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int k = 0; k < lines.size(); k++) {
            String line = lines.get(k).strip();
            if (line.matches("b\\d = .*")) {
                parameters.add(numbers(line.substring(line.indexOf('=') + 1)));
            } else if (line.startsWith("Residual Sum of Squares:")) {
                sumOfSquares = numbers(line.substring(line.indexOf(':') + 1))[0];
            } else if (k >= 60 && line.matches("[-+.\\dE ]+")) {
                rows.add(numbers(line));
            }
        }
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** A column of the table of parameters: start 1, start 2, the certified values, their standard deviations. */
    double[] column(int k) {
        return parameters.stream().mapToDouble(row -> row[k]).toArray();
    }

    double[] y() {
        return rows.stream().mapToDouble(row -> row[0]).toArray();
    }

    double[] x() {
        return rows.stream().mapToDouble(row -> row[1]).toArray();
    }

    UnaryOperator<Variable> residuals() {
        Variable x = Variable.of(Tensor.of(x()));
        Variable y = Variable.of(Tensor.of(y()));
        return b -> model(b, x).sub(y);
    }

    private Variable model(Variable b, Variable x) {
        return switch (name) {
            case "Hahn1" -> polynomial(b, x, 0, 1, 2, 3).div(polynomial(b, x, -1, 4, 5, 6));
            case "Kirby2" -> polynomial(b, x, 0, 1, 2).div(polynomial(b, x, -1, 3, 4));
            case "Lanczos1" ->
                exponential(b, x, 0, 1).add(exponential(b, x, 2, 3)).add(exponential(b, x, 4, 5));
            case "MGH17" -> at(b, 0).add(exponential(b, x, 1, 3)).add(exponential(b, x, 2, 4));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Variable at(Variable b, int i) {
        return b.slice(0, i, i + 1);
    }

    private static Variable exponential(Variable b, Variable x, int factor, int rate) {
        return at(b, factor).mul(at(b, rate).mul(x).neg().exp());
    }

    /** By Horner's rule; −1 stands for the coefficient 1. */
    private static Variable polynomial(Variable b, Variable x, int... coefficients) {
        Variable sum = Variable.of(0);
        for (int k = coefficients.length - 1; k >= 0; k--) {
            Variable c = coefficients[k] < 0 ? Variable.of(1) : at(b, coefficients[k]);
            sum = sum.mul(x).add(c);
        }
        return sum;
    }

    /** The number of digits that agree. */
    static double digits(double v, double certified) {
        return v == certified ? 16 : -Math.log10(Math.abs(v - certified) / Math.abs(certified));
    }
}
