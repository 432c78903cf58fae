package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import lethe.data.AugmentedCopies;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.IdSelection;
import lethe.data.ImageEdit;
import lethe.data.KnownLookalikes;
import lethe.engine.Seed;
import org.junit.jupiter.api.Test;

class LookalikesTest {
    private static final Texts LETTERS = new Texts(
            List.of(
                    "Anna moved to Lisbon in the spring of last year",
                    "Bert keeps three dogs and a very old cat",
                    "Anna moved to Lisbon in the spring of last year",
                    "Then Anna moved to Lisbon in the spring of last year",
                    "Nothing of this kind was ever said before",
                    "bert keeps three dogs, and a very old cat!"),
            List.of("anna", "bert", "carl", "anna", "carl", ""));

    @Test
    void eachLookAlikeCountsOnceAndForItsOwner() {
        Lookalikes found = Lookalikes.search(LETTERS, new int[] {0, 1});

        assertThat(found).isEqualTo(new Lookalikes(2, 2, 3, 1, 1, List.of("exact", "minhash")));
        assertThat(found.words())
                .isEqualTo(
                        "2 of 2 examples to forget have 3 look-alikes in the remaining data"
                                + " (1 of other people, 1 of nobody known); forgetting the examples alone may leave their influence.");
    }

    @Test
    void oneExampleIsSpokenOfAsOne() {
        assertThat(new Lookalikes(1, 1, 1, 0, 1, List.of()).words())
                .startsWith(
                        "1 of 1 example to forget has 1 look-alike in the remaining data (nobody known owns them);");
    }

    @Test
    void whatResemblesNothingHasNone() {
        assertThat(Lookalikes.search(LETTERS, new int[] {4}).found()).isZero();
    }

    @Test
    void imagesAreComparedByTheirPixels() {
        Dataset train = new AugmentedCopies(
                        new Glyphs(200, 20, 0, 0.05), 10, List.of(0, 2), List.of(ImageEdit.LIGHT), 0, 2, false)
                .load(Seed.of(5))
                .train();

        Lookalikes found = Lookalikes.search(train, KnownLookalikes.targetsIn(train));

        assertThat(found.detectors()).containsExactly("exact", "perceptual-hash");
        assertThat(found.resembled()).isEqualTo(5);
        assertThat(found.found()).isEqualTo(10);
    }

    @Test
    void aSimilarityOfContentSuitsTextsAndImages() {
        var policy = new ClosureSelection(
                new IdSelection(List.of("text/0", "text/1")), new ContentSimilarity(0.9), false, 50);

        Closure closure = policy.closure(LETTERS, Seed.of(1));

        // The text that opens with "Then" shares 8 of 9 shingles.
        assertThat(closure.memberRows()).containsExactly(2, 5);
        assertThat(closure.ofOwner(Closure.Owner.THIRD_PARTY)).isEqualTo(1);
        assertThat(policy.rows(LETTERS, Seed.of(1))).containsExactly(0, 1, 2, 5);
        assertThat(new ContentSimilarity(0.88).matches(LETTERS, new int[] {0}, Optional.empty()))
                .extracting(Match::row, Match::reason)
                .containsExactly(tuple(2, "same content"), tuple(3, "shares 0.89 of 3-word runs"));

        Dataset images = new AugmentedCopies(
                        new Glyphs(200, 20, 0, 0.05), 10, List.of(0, 2), List.of(ImageEdit.LIGHT), 0, 2, false)
                .load(Seed.of(5))
                .train();
        assertThat(new ClosureSelection(0.9).rows(images, Seed.of(1))).hasSize(10 + 10);
        assertThatThrownBy(() -> new ClosureSelection(0.9).rows(LETTERS, Seed.of(1)))
                .hasMessageContaining("Write what is asked for, such as forget: {closure:");
    }

    @Test
    void whatIsAskedForMayResembleWhatElseIs() {
        assertThat(Lookalikes.of(LETTERS, new int[] {1, 0, 2, 4})).isDeepEqualTo(new int[][] {{5}, {2, 3}, {0, 3}, {}});
    }

    @Test
    void aSearchOfMinutesIsNotQuick() {
        Dataset few = LETTERS;

        assertThat(Lookalikes.isQuick(few, 2)).isTrue();
        assertThat(Lookalikes.isQuick(few, Integer.MAX_VALUE)).isFalse();
    }
}
