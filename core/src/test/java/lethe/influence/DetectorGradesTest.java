package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.KnownLookalikes;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.data.LookalikeSet;
import lethe.metrics.Retrieval;
import lethe.models.Model;
import org.junit.jupiter.api.Test;

/** Two targets, rows 0 and 1; rows 2 to 5 are look-alikes of kinds a and b, rows 6 to 9 decoys of kind wrong; row 10 is neither. */
class DetectorGradesTest {
    private static final Dataset TRAIN = made(Map.of(
            2, lookalike(0, "a", false),
            3, lookalike(1, "a", false),
            4, lookalike(0, "b", false),
            5, lookalike(1, "b", false),
            6, lookalike(0, "wrong", true),
            7, lookalike(0, "wrong", true),
            8, lookalike(1, "wrong", true),
            9, lookalike(1, "wrong", true)));

    private static Dataset made(Map<Integer, Lookalike> rows) {
        var base = new Texts(IntStream.range(0, 11).mapToObj(i -> "text " + i).toList());
        Map<ExampleId, Lookalike> known = new HashMap<>();
        rows.forEach((row, it) -> known.put(base.id(row), it));
        return new LookalikeSet(base, List.of(base.id(0), base.id(1)), known, base.select(new int[0]), List.of());
    }

    private static Lookalike lookalike(int target, String kind, boolean unrelated) {
        return new Lookalike(new ExampleId("text/" + target), kind, unrelated);
    }

    /** Says what it was told, from 0.7 on as similar. */
    private record Told(List<Match> all) implements SimilarityDetector {
        @Override
        public double threshold() {
            return 0.7;
        }

        @Override
        public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
            return all.stream().filter(match -> match.score() >= least).toList();
        }
    }

    private static Match match(int row, int target, double score) {
        return new Match(row, target, score, "told");
    }

    private static final Told DETECTOR = new Told(List.of(
            match(2, 0, 0.95),
            match(3, 1, 0.8),
            match(4, 0, 0.6), // below the threshold
            match(5, 0, 0.9), // not its target
            match(6, 0, 0.85), // a decoy that is taken
            match(7, 0, 0.5), // one that is not
            match(8, 0, 0.99), // not its target: a mistake, but not about form
            match(10, 1, 0.75)));

    @Test
    void decoysAreCountedForTheirOwnTargets() {
        DetectorGrades.Decoys decoys =
                DetectorGrades.of(DETECTOR, TRAIN, Optional.empty()).decoys().orElseThrow();

        // Of four decoys one in twenty is none: the threshold lies above the best, 0.85, and of the look-alikes one is
        // there.
        assertThat(decoys)
                .isEqualTo(new DetectorGrades.Decoys(
                        4, Map.of("all", 0.25, "wrong", 0.25), 0.85, Map.of("all", 0.25, "a", 0.5, "b", 0.0)));
        assertThat(decoys.recall().keySet()).containsExactly("all", "a", "b");
    }

    @Test
    void decoysThatAreFoundAreMistakes() {
        Map<String, Retrieval> grades =
                DetectorGrades.of(DETECTOR, TRAIN, Optional.empty()).retrieval();

        // In order of score: 8 wrong, 2 right, 5 wrong, 6 wrong, 3 right, 10 wrong, 4 right, 7 wrong; six above 0.7.
        Retrieval all = grades.getOrDefault("all", new Retrieval(0, 0, 0));
        assertThat(all.precision()).isEqualTo(2 / 6.0, within(1e-12));
        assertThat(all.recall()).isEqualTo(0.5);
        assertThat(all.averagePrecision()).isEqualTo((1 / 2.0 + 2 / 5.0 + 3 / 7.0) / 4, within(1e-12));
    }

    @Test
    void oneDecoyInTwentyMayPass() {
        double[] scores =
                IntStream.rangeClosed(1, 40).mapToDouble(i -> i / 100.0).toArray();

        DetectorGrades.Decoys decoys = DetectorGrades.Decoys.of(
                0.31, Map.of("all", scores), Map.of("all", new double[] {0.385, 0.38, 0.39, 0.1}));

        assertThat(decoys.above()).isEqualTo(0.38); // 0.39 and 0.40 pass
        assertThat(decoys.recall()).isEqualTo(Map.of("all", 0.5));
        assertThat(decoys.taken()).isEqualTo(Map.of("all", 0.25));
    }

    @Test
    void theOracleTakesNone() {
        DetectorGrades grades = DetectorGrades.of(new KnownTruth(), TRAIN, Optional.empty());

        assertThat(grades.retrieval().values()).allMatch(new Retrieval(1, 1, 1)::equals);
        DetectorGrades.Decoys decoys = grades.decoys().orElseThrow();
        assertThat(decoys.taken()).containsEntry("all", 0.0);
        assertThat(decoys.recall().values()).containsOnly(1.0);
        assertThat(KnownLookalikes.isUnrelated(TRAIN, 8, 1)).isTrue();
        assertThat(KnownLookalikes.isUnrelated(TRAIN, 8, 0)).isFalse();
        assertThat(KnownLookalikes.isUnrelated(TRAIN, 2, 0)).isFalse();
    }

    @Test
    void withoutDecoysNothingIsSaidOfThem() {
        Dataset none = made(Map.of(2, lookalike(0, "a", false)));

        assertThat(DetectorGrades.of(DETECTOR, none, Optional.empty()).decoys()).isEmpty();
    }
}
