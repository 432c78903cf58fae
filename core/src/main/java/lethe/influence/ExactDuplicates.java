package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.data.Dataset;
import lethe.models.Model;

/** Examples with the same content and label, by their SHA-256. */
@Named("exact")
@AutoService(SimilarityDetector.class)
public record ExactDuplicates() implements SimilarityDetector {
    @Override
    public double threshold() {
        return 1;
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        Map<String, List<Integer>> byDigest = new HashMap<>();
        for (int row : asked) {
            byDigest.computeIfAbsent(train.digest(row), digest -> new ArrayList<>())
                    .add(row);
        }
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        List<Match> found = new ArrayList<>();
        for (int row = 0; row < train.size(); row++) {
            if (Arrays.binarySearch(sorted, row) < 0) {
                for (int target : byDigest.getOrDefault(train.digest(row), List.of())) {
                    found.add(new Match(row, target, 1, "same content"));
                }
            }
        }
        return found;
    }
}
