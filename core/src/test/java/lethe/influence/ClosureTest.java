package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.models.Model;
import org.junit.jupiter.api.Test;

class ClosureTest {
    /** Similarity of neighbours in a row of numbers: the further along, the weaker. */
    private record Chain(double threshold) implements SimilarityDetector {
        @Override
        public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
            List<Match> found = new ArrayList<>();
            for (int target : asked) {
                for (int row : new int[] {target - 1, target + 1}) {
                    double score = 1 - 0.05 * Math.max(row, target);
                    boolean isAsked = IntStream.of(asked).anyMatch(it -> it == row);
                    if (row >= 0 && row < train.size() && !isAsked && score >= least) {
                        found.add(new Match(row, target, score, "neighbour"));
                    }
                }
            }
            return found;
        }
    }

    private static final List<SimilarityDetector> CHAIN = List.of(new Chain(0.5));

    private static Dataset numbers(int count) {
        return new Texts(Collections.nCopies(count, "number"));
    }

    @Test
    void oneStepStopsAtNeighbours() {
        Closure closure = Closure.oneStep(CHAIN, numbers(8), new int[] {3}, Optional.empty());

        assertThat(closure.memberRows()).containsExactly(2, 4);
        assertThat(closure.rows()).containsExactly(2, 3, 4);
        assertThat(closure.members().get(0).row()).isEqualTo(2); // 1 − 0.05 · 3 before 1 − 0.05 · 4
    }

    @Test
    void chainsAreFollowedAsFarAsTheyHoldAndScoreAsTheirWeakestLink() {
        Closure closure = Closure.transitive(CHAIN, numbers(20), new int[] {3}, Optional.empty(), 100);

        // Links are 1 − 0.05 · (larger row) and end below one half, at row 11.
        assertThat(closure.memberRows()).containsExactly(0, 1, 2, 4, 5, 6, 7, 8, 9, 10);
        assertThat(closure.members())
                .filteredOn(it -> it.row() == 0)
                .singleElement()
                .satisfies(it -> assertThat(it.score()).isEqualTo(0.85));
        assertThat(closure.members())
                .filteredOn(it -> it.row() == 10)
                .singleElement()
                .satisfies(it -> assertThat(it.target()).isEqualTo(9));
    }

    @Test
    void noGroupGrowsBeyondTheCap() {
        Closure closure = Closure.transitive(CHAIN, numbers(20), new int[] {3}, Optional.empty(), 4);

        assertThat(closure.rows()).hasSize(4);
    }

    @Test
    void aRowFoundTwiceIsOneMemberWithItsBestScore() {
        Closure closure = Closure.oneStep(
                List.of(new Chain(0.5), new Chain(0.6)), numbers(8), new int[] {2, 4}, Optional.empty());

        assertThat(closure.members())
                .filteredOn(it -> it.row() == 3)
                .singleElement()
                .satisfies(it -> assertThat(it.target()).isEqualTo(2));
    }

    @Test
    void thirdPartiesAreCounted() {
        var owned = new Texts(Collections.nCopies(4, "same"), List.of("ann", "ann", "ben", ""));

        Closure closure = Closure.oneStep(List.of(new ExactDuplicates()), owned, new int[] {0}, Optional.empty());

        assertThat(closure.members()).hasSize(3);
        assertThat(closure.ofOwner(Closure.Owner.ASKER)).isEqualTo(1);
        assertThat(closure.ofOwner(Closure.Owner.THIRD_PARTY)).isEqualTo(1);
        assertThat(closure.ofOwner(Closure.Owner.UNKNOWN)).isEqualTo(1);
    }

    @Test
    void aLimitKeepsTheMostSimilar() {
        Closure closure = Closure.transitive(CHAIN, numbers(20), new int[] {3}, Optional.empty(), 100);

        assertThat(closure.limited(1).members())
                .containsExactly(closure.members().get(0));
        assertThat(closure.limited(1000)).isEqualTo(closure);
    }

    @Test
    void unionsAreDisjointAndCapped() {
        var unions = new CappedUnions(6, 3);

        assertThat(unions.join(0, 1)).isTrue();
        assertThat(unions.join(1, 0)).isFalse();
        assertThat(unions.join(2, 3)).isTrue();
        assertThat(unions.join(1, 3)).isFalse(); // would be four
        assertThat(unions.join(4, 0)).isTrue();
        assertThat(unions.find(4)).isEqualTo(unions.find(1)).isNotEqualTo(unions.find(2));
        assertThat(unions.size(0)).isEqualTo(3);
        assertThat(unions.size(5)).isEqualTo(1);
    }
}
