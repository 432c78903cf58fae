package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import lethe.data.Blobs;
import org.junit.jupiter.api.Test;

class TfIdfSimilarityTest {
    private static final Texts TEXTS = new Texts(
            List.of("the cat", "The dog!", "dog, the", "the the bird", "", "cat"), List.of("", "", "", "", "", ""));

    private static List<Match> matches(double least, int... asked) {
        return new TfIdfSimilarity().matches(TEXTS, asked, Optional.empty(), least);
    }

    @Test
    void rareWordsCountMoreThanFrequentOnes() {
        // Of six texts four have "the" and two "dog" and "cat" each: weights 1 + ln(7/5) = 1.3365 and 1 + ln(7/3) =
        // 1.8473.
        double the = 1.3365;
        double rare = 1.8473;
        double two = the * the + rare * rare;

        List<Match> found = matches(0.01, 1);

        assertThat(found).extracting(Match::row).containsExactly(0, 2, 3);
        assertThat(found.get(0).score()).isEqualTo(the * the / two, within(1e-4));
        assertThat(found.get(1).score()).isEqualTo(1, within(1e-12)); // order and marks play no part
        double bird = 1 + Math.log(7 / 2.0);
        assertThat(found.get(2).score())
                .isEqualTo(2 * the * the / Math.sqrt(two * (4 * the * the + bird * bird)), within(1e-4));
    }

    @Test
    void theThresholdIsObeyedAndEmptyTextsResembleNothing() {
        assertThat(matches(0.9, 1)).hasSize(1);
        assertThat(matches(0.01, 4)).isEmpty();
        assertThat(matches(0.5, 0)).extracting(Match::row).containsExactly(5);
    }

    @Test
    void imagesAreRefused() {
        assertThatThrownBy(() ->
                        new TfIdfSimilarity().matches(new Blobs(4, 2, 1, 4, 1), new int[] {0}, Optional.empty(), 0.5))
                .hasMessageContaining("perceptual-hash");
    }
}
