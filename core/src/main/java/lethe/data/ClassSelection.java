package lethe.data;

import com.google.auto.service.AutoService;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;

/**
 * All training examples of one class.
 *
 * @param label the name of the class, or its index
 */
@Named("class")
@AutoService(ForgetSelection.class)
public record ClassSelection(String label) implements ForgetSelection {
    public ClassSelection {
        Require.that(!label.isBlank(), "label must be the name or the index of a class, but is empty");
    }

    /** The first class. */
    public ClassSelection() {
        this("0");
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        int wanted = index(train);
        int[] rows = IntStream.range(0, train.size())
                .filter(row -> train.label(row) == wanted)
                .toArray();
        Require.that(rows.length > 0, "'" + train.name() + "' holds no example of class '" + label + "'");
        return rows;
    }

    private int index(Dataset train) {
        int named = train.classes().indexOf(label);
        if (named >= 0) {
            return named;
        }
        if (label.matches("\\d{1,9}")
                && Integer.parseInt(label) < train.classes().size()) {
            return Integer.parseInt(label);
        }
        throw new IllegalArgumentException("Unknown class '" + label + "' in '" + train.name() + "'; nearest is '"
                + ExampleIds.nearest(label, train.classes()) + "', and the indices are 0…"
                + (train.classes().size() - 1));
    }
}
