package lethe.data;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.engine.Seed;

/**
 * Training examples named one by one.
 *
 * @param ids their ids
 */
@Named("ids")
@AutoService(ForgetSelection.class)
public record IdSelection(List<String> ids) implements ForgetSelection {
    public IdSelection {
        ids = List.copyOf(ids);
    }

    /** Names nobody, which is an error once it is used. */
    public IdSelection() {
        this(List.of());
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        return ExampleIds.rows(train, ids, "The list of examples to forget");
    }
}
