package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Worded;
import lethe.metrics.Blocks;
import lethe.models.Model;

/**
 * Texts that share words few others have: cosine of their words' counts, each weighed by how rare the word is,
 *
 * <pre>
 *   w(t, x) = n_t(x) · ( 1 + ln( (1 + N) / (1 + N_t) ) ),  N_t of the N texts have t
 * </pre>
 *
 * <p>Texts are read as by {@link MinHash}; the order of words plays no part. It ranks what resembles a text better than
 * shingles do where words changed places, but no one threshold separates: two texts on the same subject share rare words too.
 * Time grows with the examples times those asked for that share a word with them.
 *
 * @param threshold cosine from which on texts are similar
 * @see <a href="https://doi.org/10.1016/0306-4573(88)90021-0">Salton and Buckley, 1988</a>
 */
@Named("tf-idf")
@AutoService(SimilarityDetector.class)
public record TfIdfSimilarity(double threshold) implements SimilarityDetector {
    private static final int BLOCK = 1024; // texts compared together

    public TfIdfSimilarity {
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /** 0.6, ours. */
    public TfIdfSimilarity() {
        this(0.6);
    }

    /** The weight of a word in one of those asked for. */
    private record Posting(int asked, double weight) {}

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        Map<String, Integer> having = having(train);
        Map<String, List<Posting>> index = new HashMap<>();
        for (int i = 0; i < asked.length; i++) {
            int at = i;
            weights(train, asked[i], having)
                    .forEach((word, weight) -> index.computeIfAbsent(word, unused -> new ArrayList<>())
                            .add(new Posting(at, weight)));
        }
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        return Blocks.map(train.size(), BLOCK, (from, to) -> {
                    List<Match> found = new ArrayList<>();
                    for (int row = from; row < to; row++) {
                        if (Arrays.binarySearch(sorted, row) < 0) {
                            match(row, weights(train, row, having), index, asked, least, found);
                        }
                    }
                    return found;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static void match(
            int row,
            Map<String, Double> weights,
            Map<String, List<Posting>> index,
            int[] asked,
            double least,
            List<Match> found) {
        double[] cosines = new double[asked.length];
        weights.forEach((word, weight) -> {
            for (Posting posting : index.getOrDefault(word, List.of())) {
                cosines[posting.asked] += weight * posting.weight;
            }
        });
        for (int i = 0; i < asked.length; i++) {
            if (cosines[i] >= least) {
                double score = Math.min(1, cosines[i]);
                found.add(new Match(
                        row, asked[i], score, String.format(Locale.ROOT, "cosine of weighed words %.2f", score)));
            }
        }
    }

    /** N_t of every word t. */
    private static Map<String, Integer> having(Dataset train) {
        Map<String, Integer> having = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            new HashSet<>(words(train, row)).forEach(word -> having.merge(word, 1, Integer::sum));
        }
        return having;
    }

    /** w(t, x) of the words of one text, in length 1; in alphabetical order, so that sums repeat. */
    private static Map<String, Double> weights(Dataset train, int row, Map<String, Integer> having) {
        Map<String, Double> weights = new TreeMap<>();
        words(train, row).forEach(word -> weights.merge(word, 1.0, Double::sum));
        weights.replaceAll((word, count) ->
                count * (1 + Math.log((1.0 + train.size()) / (1 + having.getOrDefault(word, 0)))));
        double length =
                Math.sqrt(weights.values().stream().mapToDouble(w -> w * w).sum());
        weights.replaceAll((word, weight) -> weight / length);
        return weights;
    }

    private static List<String> words(Dataset train, int row) {
        String normal = MinHash.normalised(Worded.of(train, row)
                .orElseThrow(() -> new IllegalArgumentException("tf-idf compares texts, but '" + train.name()
                        + "' has none; use perceptual-hash or embedding")));
        return normal.isEmpty() ? List.of() : List.of(normal.split(" "));
    }
}
