package lethe.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** The machine's own rate of matrix products, the limit of everything that convolves. */
final class MatrixRate {
    private MatrixRate() {}

    /** Operations a second of the fastest square product of up to 2,048 rows that is found in five rounds. */
    static double measure(Precision precision) {
        Map<Precision, Double> rates = new EnumMap<>(Precision.class);
        raise(rates, 2048, 1, 5);
        return Objects.requireNonNull(rates.get(precision));
    }

    /** Raises {@code rates} to the operations a second of the fastest square matrix product found. */
    static void raise(Map<Precision, Double> rates, int largest, int warmUp, int rounds) {
        for (int side : new int[] {largest / 4, largest / 2, largest}) {
            for (Precision precision : Precision.values()) {
                try (Scope scope = Scope.open()) {
                    Tensor a = Seed.of(1).normal(1, side, side).to(precision);
                    Tensor b = Seed.of(2).normal(1, side, side).to(precision);
                    Runnable product = () -> {
                        try (Scope step = Scope.open()) {
                            a.matmul(b);
                        }
                    };
                    double[] seconds = Bench.interleaved(warmUp, rounds, Map.of("product", product))
                            .get("product");
                    double fastest =
                            Arrays.stream(Objects.requireNonNull(seconds)).min().orElseThrow();
                    rates.merge(precision, 2.0 * side * side * side / fastest, Math::max);
                }
            }
        }
    }
}
