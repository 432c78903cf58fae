package lethe.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lethe.engine.Tensor;

/** A data set that knows which of its examples are look-alikes of which. */
public final class LookalikeSet extends DatasetView implements KnownLookalikes {
    private final Set<ExampleId> targets;
    private final Map<ExampleId, Lookalike> known;
    private final Dataset heldOut;
    private final List<Lookalike> heldOutLookalikes;
    private final Map<ExampleId, Stratum> strata;

    /**
     * A data set with what is known of it.
     *
     * @param known for which target an example is there, by its id
     * @param heldOut look-alikes that are not in the data set
     * @param heldOutLookalikes for which target each of them is there
     */
    public LookalikeSet(
            Dataset base,
            List<ExampleId> targets,
            Map<ExampleId, Lookalike> known,
            Dataset heldOut,
            List<Lookalike> heldOutLookalikes) {
        this(base, targets, known, heldOut, heldOutLookalikes, Map.of());
    }

    /** As above, with the groups that targets were drawn from. */
    public LookalikeSet(
            Dataset base,
            List<ExampleId> targets,
            Map<ExampleId, Lookalike> known,
            Dataset heldOut,
            List<Lookalike> heldOutLookalikes,
            Map<ExampleId, Stratum> strata) {
        super(base);
        this.targets = Set.copyOf(targets);
        this.known = Map.copyOf(known);
        this.heldOut = heldOut;
        this.heldOutLookalikes = List.copyOf(heldOutLookalikes);
        this.strata = Map.copyOf(strata);
    }

    @Override
    public Optional<KnownLookalikes> knownLookalikes() {
        return Optional.of(this);
    }

    @Override
    public boolean isTarget(ExampleId id) {
        return targets.contains(id);
    }

    @Override
    public Optional<Lookalike> lookalike(ExampleId id) {
        return Optional.ofNullable(known.get(id));
    }

    @Override
    public Dataset heldOut() {
        return heldOut;
    }

    @Override
    public Lookalike heldOutLookalike(int row) {
        return heldOutLookalikes.get(row);
    }

    @Override
    public Optional<Stratum> stratum(ExampleId target) {
        return Optional.ofNullable(strata.get(target));
    }

    @Override
    public Tensor labels(int[] rows) {
        return base.labels(rows);
    }

    @Override
    public Origin origin(int row) {
        return base.origin(row);
    }
}
