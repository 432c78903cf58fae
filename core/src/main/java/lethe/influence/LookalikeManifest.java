package lethe.influence;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Concatenation;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.KnownLookalikes;
import lethe.data.Worded;
import lethe.engine.Device;
import lethe.engine.Scope;

/** Which examples a data set was made with as look-alikes of which, as a table for other programs. */
public final class LookalikeManifest {
    private static final double LEAST = 1e-6;

    private LookalikeManifest() {}

    /**
     * Comma-separated values as in RFC 4180, a header line first: id, the target it was made for, how it was edited,
     * whether it is in the training set or held out, whether it is unrelated, as one of a control or a decoy, and how similar
     * it is to the target, as {@link #similarities} says.
     *
     * @throws IllegalArgumentException if the data set was made without look-alikes
     */
    public static String of(Dataset train) {
        KnownLookalikes known = train.knownLookalikes()
                .orElseThrow(() -> new IllegalArgumentException("'" + train.name()
                        + "' was made without look-alikes, so that there is nothing to list; use a source such as"
                        + " augmented-copies"));
        Map<ExampleId, Double> similarities = similarities(train);
        var table = new StringBuilder("id,target,kind,part,unrelated,similarity\n");
        for (int row = 0; row < train.size(); row++) {
            ExampleId id = train.id(row);
            known.lookalike(id).ifPresent(it -> line(table, id, it, "train", similarities));
        }
        for (int row = 0; row < known.heldOut().size(); row++) {
            line(table, known.heldOut().id(row), known.heldOutLookalike(row), "held-out", similarities);
        }
        return table.toString();
    }

    private static void line(
            StringBuilder table,
            ExampleId id,
            KnownLookalikes.Lookalike known,
            String part,
            Map<ExampleId, Double> similarities) {
        line(
                table,
                id.value(),
                known.target().value(),
                known.kind(),
                part,
                Boolean.toString(known.unrelated()),
                text(Optional.ofNullable(similarities.get(id))));
    }

    /** A similarity as a field. */
    static String text(Optional<Double> similarity) {
        return similarity
                .map(value -> String.format(Locale.ROOT, "%.4f", value))
                .orElse("");
    }

    /**
     * How similar what a data set was made with is to its targets, held-out look-alikes included: what decided about them
     * where something did, the Jaccard index of {@code minhash} for texts, and for images the best of {@code exact} and
     * {@code perceptual-hash}, nothing where these propose no such pair.
     */
    static Map<ExampleId, Double> similarities(Dataset train) {
        KnownLookalikes known = train.knownLookalikes().orElseThrow();
        Map<ExampleId, KnownLookalikes.Lookalike> all = new HashMap<>();
        Map<ExampleId, Dataset.Origin> places = new HashMap<>();
        for (Dataset part : List.of(train, known.heldOut())) {
            for (int row = 0; row < part.size(); row++) {
                places.put(part.id(row), part.origin(row));
            }
        }
        for (int row = 0; row < train.size(); row++) {
            ExampleId id = train.id(row);
            known.lookalike(id).ifPresent(it -> all.put(id, it));
        }
        for (int row = 0; row < known.heldOut().size(); row++) {
            all.put(known.heldOut().id(row), known.heldOutLookalike(row));
        }
        Map<ExampleId, Double> similarities = new HashMap<>();
        all.forEach((id, it) -> it.similarity().ifPresent(value -> similarities.put(id, value)));
        if (similarities.size() == all.size()) {
            return similarities;
        }
        if (train.isText()) {
            var minHash = new MinHash();
            all.forEach((id, it) -> similarities.putIfAbsent(
                    id,
                    MinHash.jaccard(
                            minHash.shingles(worded(places, id)), minHash.shingles(worded(places, it.target())))));
        } else {
            Dataset concerned = train.select(IntStream.range(0, train.size())
                    .filter(row -> all.containsKey(train.id(row)) || known.isTarget(train.id(row)))
                    .toArray());
            proposed(known.heldOut().size() == 0 ? concerned : new Concatenation(concerned, known.heldOut()))
                    .forEach((pair, value) -> {
                        KnownLookalikes.Lookalike it = all.get(pair.get(0));
                        if (it != null && it.target().equals(pair.get(1))) {
                            similarities.putIfAbsent(pair.get(0), value);
                        }
                    });
        }
        return similarities;
    }

    private static String worded(Map<ExampleId, Dataset.Origin> places, ExampleId id) {
        return Optional.ofNullable(places.get(id))
                .flatMap(place -> Worded.of(place.dataset(), place.row()))
                .orElseThrow();
    }

    /** By id and target, of all pairs that are proposed. */
    private static Map<List<ExampleId>, Double> proposed(Dataset all) {
        Map<List<ExampleId>, Double> proposed = new HashMap<>();
        int[] targets = KnownLookalikes.targetsIn(all);
        try (Scope scope = Scope.open(Device.cpu())) {
            for (SimilarityDetector detector : Lookalikes.detectorsOf(all).values()) {
                detector.matches(all, targets, Optional.empty(), LEAST)
                        .forEach(match -> proposed.merge(
                                List.of(all.id(match.row()), all.id(match.target())), match.score(), Math::max));
            }
        }
        return proposed;
    }

    /** Adds a line of comma-separated values. */
    static void line(StringBuilder table, String... fields) {
        for (int i = 0; i < fields.length; i++) {
            boolean plain = fields[i].chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            table.append(i == 0 ? "" : ",").append(plain ? fields[i] : '"' + fields[i].replace("\"", "\"\"") + '"');
        }
        table.append('\n');
    }
}
