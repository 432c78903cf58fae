package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;

class GlyphsTest {
    @Test
    void theSameSeedGivesTheSamePicturesAndAnotherOnesDiffer() {
        try (Scope scope = Scope.open()) {
            Dataset first = new Glyphs(50, 20, 0.1, 0.1).load(Seed.of(7)).train();
            Dataset again = new Glyphs(50, 20, 0.1, 0.1).load(Seed.of(7)).train();
            Dataset other = new Glyphs(50, 20, 0.1, 0.1).load(Seed.of(8)).train();

            assertThat(digests(again)).isEqualTo(digests(first)).isNotEqualTo(digests(other));
        }
    }

    @Test
    void picturesArePinned() {
        Dataset train = new Glyphs(4, 1, 0, 0.1).load(Seed.of(7)).train();

        assertThat(train.digest(0)).isEqualTo("b1ac92aa74e15e44d3368aec581f44adf5e6965febad227bed5a96212bd65fcd");
    }

    @Test
    void exactlyTheStatedShareOfTrainingLabelsIsWrongAndKnownThroughViews() {
        Holdout data = new Glyphs(500, 200, 0.1, 0.1).load(Seed.of(3));
        Holdout honest = new Glyphs(500, 200, 0, 0.1).load(Seed.of(3));

        int[] wrong = IntStream.range(0, 500)
                .filter(row -> KnownMislabels.of(data.train(), row))
                .toArray();

        assertThat(wrong).hasSize(50);
        assertThat(IntStream.range(0, 500)
                        .filter(row -> data.train().label(row) != honest.train().label(row)))
                .containsExactly(Arrays.stream(wrong).boxed().toArray(Integer[]::new));
        Dataset view = data.train().select(wrong).select(new int[] {4});
        assertThat(KnownMislabels.of(view, 0)).isTrue();
        assertThat(KnownMislabels.of(data.test(), 0)).isFalse();
        assertThat(Pictured.of(view, 0)).isPresent();
    }

    @Test
    void allClassesOccurAndLookDifferent() {
        try (Scope scope = Scope.open()) {
            Dataset train = new Glyphs(2000, 1, 0, 0).load(Seed.of(1)).train();

            int[] counts = new int[10];
            for (int row = 0; row < train.size(); row++) {
                counts[train.label(row)]++;
            }

            assertThat(Arrays.stream(counts)).allMatch(count -> count > 140 && count < 260); // 200 ± 4.5 deviations
            Tensor inputs = train.inputs(IntStream.range(0, 200).toArray());
            assertThat(inputs.shape()).isEqualTo(new long[] {200, 3, 32, 32});
            for (float value : inputs.toFloats()) {
                assertThat(value).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void badSettingsAreNamed() {
        assertThatThrownBy(() -> new Glyphs(10, 10, 1.5, 0)).hasMessageContaining("mislabelled");
        assertThatThrownBy(() -> new Glyphs(0, 10, 0, 0)).hasMessageContaining("train must be positive");
    }

    private static String digests(Dataset dataset) {
        StringBuilder all = new StringBuilder();
        for (int row = 0; row < dataset.size(); row++) {
            all.append(dataset.digest(row));
        }
        return all.toString();
    }
}
