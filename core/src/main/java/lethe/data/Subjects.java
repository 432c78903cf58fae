package lethe.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Which person each example belongs to, from a table with the columns {@code id} and {@code subject}. */
final class Subjects {
    private final Map<String, String> byId;

    private Subjects(Map<String, String> byId) {
        this.byId = byId;
    }

    /**
     * Reads a table.
     *
     * @param file path of the CSV file; an empty text stands for none
     */
    static Subjects read(String file) {
        Map<String, String> byId = new HashMap<>();
        if (!file.isEmpty()) {
            Csv table = Csv.read(Path.of(file), List.of("id", "subject"), List.of());
            for (Csv.Row row : table.rows()) {
                String subject = row.required("subject");
                if (byId.put(row.required("id"), subject) != null) {
                    throw new IllegalArgumentException(
                            row.place() + ": example '" + row.required("id") + "' has a subject already");
                }
            }
        }
        return new Subjects(byId);
    }

    /** The lookup for a data set whose rows have these ids. */
    IntFunction<Optional<String>> of(IntFunction<ExampleId> ids) {
        return byId.isEmpty()
                ? row -> Optional.empty()
                : row -> Optional.ofNullable(byId.get(ids.apply(row).value()));
    }

    /**
     * Fails if the table names examples that are in neither data set; a mistyped id would otherwise be a person quietly
     * missed.
     */
    void requireKnown(Dataset train, Dataset test) {
        if (byId.isEmpty()) {
            return;
        }
        List<String> unknown = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Dataset dataset : List.of(train, test)) {
            for (int row = 0; row < dataset.size(); row++) {
                known.add(dataset.id(row).value());
            }
        }
        byId.keySet().stream().filter(id -> !known.contains(id)).sorted().forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("The table of subjects names " + unknown.size()
                    + " examples that are not in the data, such as "
                    + String.join(", ", unknown.subList(0, Math.min(3, unknown.size()))) + "; ids look like "
                    + train.id(0));
        }
    }
}
