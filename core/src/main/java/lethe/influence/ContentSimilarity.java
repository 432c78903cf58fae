package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.models.Model;

/**
 * Whatever suits the data and needs no model: {@code exact}, and {@code minhash} for texts or {@code perceptual-hash} for
 * images, with their other settings at their defaults. The score of a pair is the best of them.
 *
 * @param threshold score from which on two examples are similar
 */
@Named("content")
@AutoService(SimilarityDetector.class)
public record ContentSimilarity(double threshold) implements SimilarityDetector {
    public ContentSimilarity {
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /** 0.9, as {@code perceptual-hash} has it. */
    public ContentSimilarity() {
        this(0.9);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        Map<List<Integer>, Match> best = new HashMap<>();
        for (SimilarityDetector detector : Lookalikes.detectorsOf(train).values()) {
            for (Match match : detector.matches(train, asked, Optional.empty(), least)) {
                best.merge(List.of(match.row(), match.target()), match, (a, b) -> b.score() > a.score() ? b : a);
            }
        }
        return best.values().stream().sorted(Match.STRONGEST).toList();
    }
}
