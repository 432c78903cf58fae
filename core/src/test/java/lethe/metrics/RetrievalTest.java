package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RetrievalTest {
    @Test
    void precisionsAreAveragedOverWhatWasLookedFor() {
        double[] scores = {0.9, 0.8, 0.7, 0.6};
        boolean[] wanted = {true, false, true, false};

        Retrieval grade = Retrieval.of(scores, wanted, 4, 0.65);

        // Ranks 1 and 3 of the two that have a score; two more have none: (1/1 + 2/3 + 0 + 0) / 4.
        assertThat(grade.averagePrecision()).isEqualTo((1 + 2 / 3.0) / 4, within(1e-12));
        assertThat(grade.precision()).isEqualTo(2 / 3.0);
        assertThat(grade.recall()).isEqualTo(0.5);
    }

    @Test
    void tiesRankInTheirWorstOrder() {
        Retrieval grade = Retrieval.of(new double[] {1, 1}, new boolean[] {true, false}, 1, 1);

        assertThat(grade.averagePrecision()).isEqualTo(0.5);
    }

    @Test
    void nothingFoundIsPreciseAndUseless() {
        assertThat(Retrieval.of(new double[0], new boolean[0], 3, 0.5)).isEqualTo(new Retrieval(1, 0, 0));
    }
}
