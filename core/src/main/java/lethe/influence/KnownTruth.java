package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.KnownLookalikes;
import lethe.models.Model;

/** What a data set that was made with look-alikes says itself: the oracle beside which other detectors are seen. */
@Named("known")
@AutoService(SimilarityDetector.class)
public record KnownTruth() implements SimilarityDetector {
    @Override
    public double threshold() {
        return 1;
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        Map<ExampleId, Integer> targets = new HashMap<>();
        for (int row : asked) {
            targets.put(train.id(row), row);
        }
        List<Match> found = new ArrayList<>();
        for (int row = 0; row < train.size(); row++) {
            int at = row;
            KnownLookalikes.of(train, row)
                    .filter(known -> !known.unrelated() && targets.containsKey(known.target()))
                    .ifPresent(known -> found.add(new Match(
                            at, targets.getOrDefault(known.target(), -1), 1, "made as a copy: " + known.kind())));
        }
        return found;
    }
}
