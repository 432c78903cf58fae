package lethe.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks examples up by id. */
final class ExampleIds {
    private static final int SHOWN = 3;

    private ExampleIds() {}

    /** Fails if two examples of one source share an id. */
    static void requireDistinct(String source, Collection<ExampleId> ids) {
        Set<ExampleId> seen = new HashSet<>();
        for (ExampleId id : ids) {
            if (!seen.add(id)) {
                throw new IllegalArgumentException(source + ": two examples have the id '" + id + "'; ids must differ");
            }
        }
    }

    /**
     * The rows of some examples, ascending.
     *
     * @param origin where the ids come from, for messages
     * @throws IllegalArgumentException if there are none, one is named twice or one is unknown; the message shows the
     *     nearest that exists
     */
    static int[] rows(Dataset dataset, List<String> wanted, String origin) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(origin + " names no example; expected ids like " + dataset.id(0));
        }
        Map<String, Integer> rows = new HashMap<>();
        for (int row = 0; row < dataset.size(); row++) {
            rows.put(dataset.id(row).value(), row);
        }
        Set<String> seen = new HashSet<>();
        List<String> unknown = new ArrayList<>();
        for (String id : wanted) {
            if (!seen.add(id)) {
                throw new IllegalArgumentException(origin + " names example '" + id + "' twice");
            }
            if (!rows.containsKey(id)) {
                unknown.add(id);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(origin + " names " + unknown.size() + " of " + wanted.size()
                    + " examples that are not in '" + dataset.name() + "': "
                    + unknown.stream().limit(SHOWN).collect(Collectors.joining(", "))
                    + (unknown.size() > SHOWN ? ", …" : "") + "; nearest to the first is "
                    + nearest(unknown.get(0), rows.keySet()));
        }
        return wanted.stream().mapToInt(rows::get).sorted().toArray();
    }

    /** The text that takes the fewest single-letter changes to become {@code wanted}; the first of several. */
    static String nearest(String wanted, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String text) -> distance(wanted, text))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** The Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
