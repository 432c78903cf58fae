package lethe.influence;

import java.util.Comparator;
import lethe.catalog.Named;

/**
 * A training example that resembles another.
 *
 * @param row its row
 * @param target row of the other, which is asked to be forgotten
 * @param score how much, in [0, 1]
 * @param reason in a few words
 */
public record Match(int row, int target, double score, String reason) {
    /** The strongest first; equal ones in row order, so that results repeat. */
    static final Comparator<Match> STRONGEST = Comparator.comparingDouble((Match match) -> -match.score)
            .thenComparingInt(Match::row)
            .thenComparingInt(Match::target);

    /** The same with the detector's name before the reason, if it has one in the catalogue. */
    Match by(SimilarityDetector detector) {
        Named name = detector.getClass().getAnnotation(Named.class);
        return name == null ? this : new Match(row, target, score, name.value() + ": " + reason);
    }
}
