package lethe.influence;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.data.KnownLookalikes;
import lethe.engine.Device;
import lethe.engine.Scope;

/** Which examples a data set was made with as look-alikes of which, as a table for other programs. */
public final class LookalikeManifest {
    private static final double LEAST = 1e-6;

    private LookalikeManifest() {}

    /**
     * Comma-separated values as in RFC 4180, a header line first: id, the target it was made for, how it was edited,
     * whether it is in the training set or held out, whether it is an unrelated example of a control, and how similar it is
     * to the target by {@code minhash} or {@code perceptual-hash}, empty where these propose no such pair.
     *
     * @throws IllegalArgumentException if the data set was made without look-alikes
     */
    public static String of(Dataset train) {
        KnownLookalikes known = train.knownLookalikes()
                .orElseThrow(() -> new IllegalArgumentException("'" + train.name()
                        + "' was made without look-alikes, so that there is nothing to list; use a source such as"
                        + " augmented-copies"));
        Map<List<Integer>, Double> similarity = similarity(train);
        Map<String, Integer> rows = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            rows.put(train.id(row).value(), row);
        }
        var table = new StringBuilder("id,target,kind,part,unrelated,similarity\n");
        for (int row = 0; row < train.size(); row++) {
            int at = row;
            known.lookalike(train.id(row))
                    .ifPresent(it -> line(
                            table,
                            train.id(at).value(),
                            it.target().value(),
                            it.kind(),
                            "train",
                            Boolean.toString(it.unrelated()),
                            Optional.ofNullable(similarity.get(List.of(
                                            at, rows.getOrDefault(it.target().value(), -1))))
                                    .map(value -> String.format(Locale.ROOT, "%.4f", value))
                                    .orElse("")));
        }
        for (int row = 0; row < known.heldOut().size(); row++) {
            line(
                    table,
                    known.heldOut().id(row).value(),
                    known.heldOutTarget(row).value(),
                    "",
                    "held-out",
                    "false",
                    "");
        }
        return table.toString();
    }

    /** By row and target, of all pairs that are proposed. */
    private static Map<List<Integer>, Double> similarity(Dataset train) {
        Map<List<Integer>, Double> similarity = new HashMap<>();
        int[] targets = KnownLookalikes.targetsIn(train);
        try (Scope scope = Scope.open(Device.cpu())) {
            for (SimilarityDetector detector : Lookalikes.detectorsOf(train).values()) {
                detector.matches(train, targets, Optional.empty(), LEAST)
                        .forEach(match ->
                                similarity.merge(List.of(match.row(), match.target()), match.score(), Math::max));
            }
        }
        return similarity;
    }

    private static void line(StringBuilder table, String... fields) {
        for (int i = 0; i < fields.length; i++) {
            boolean plain = fields[i].chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            table.append(i == 0 ? "" : ",").append(plain ? fields[i] : '"' + fields[i].replace("\"", "\"\"") + '"');
        }
        table.append('\n');
    }
}
