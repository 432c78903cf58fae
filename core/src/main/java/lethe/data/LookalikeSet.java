package lethe.data;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import lethe.engine.Tensor;

/** A data set that knows which of its examples are look-alikes of which. */
public sealed class LookalikeSet extends DatasetView implements KnownLookalikes {
    private final int[] targets;
    private final List<Optional<Lookalike>> known;
    private final Dataset heldOut;
    private final List<ExampleId> heldOutTargets;

    private LookalikeSet(
            Dataset base,
            int[] targets,
            List<Optional<Lookalike>> known,
            Dataset heldOut,
            List<ExampleId> heldOutTargets) {
        super(base);
        this.targets = targets.clone();
        this.known = List.copyOf(known);
        this.heldOut = heldOut;
        this.heldOutTargets = List.copyOf(heldOutTargets);
    }

    /**
     * A data set with what is known of it.
     *
     * @param targets rows of the targets, ascending
     * @param known for each row, for which target it is there
     * @param heldOut look-alikes that are not in the data set
     * @param heldOutTargets the target of each of them
     */
    public static Dataset of(
            Dataset base,
            int[] targets,
            List<Optional<Lookalike>> known,
            Dataset heldOut,
            List<ExampleId> heldOutTargets) {
        boolean pictured = base.size() > 0 && base.origin(0).dataset() instanceof Pictured;
        return pictured
                ? new WithPictures(base, targets, known, heldOut, heldOutTargets)
                : new LookalikeSet(base, targets, known, heldOut, heldOutTargets);
    }

    private static final class WithPictures extends LookalikeSet implements Pictured {
        WithPictures(
                Dataset base,
                int[] targets,
                List<Optional<Lookalike>> known,
                Dataset heldOut,
                List<ExampleId> heldOutTargets) {
            super(base, targets, known, heldOut, heldOutTargets);
        }

        @Override
        public BufferedImage picture(int row) {
            return Pictured.of(base, row).orElseThrow();
        }
    }

    @Override
    public int[] targets() {
        return targets.clone();
    }

    @Override
    public Optional<Lookalike> lookalike(int row) {
        return known.get(row);
    }

    @Override
    public Dataset heldOut() {
        return heldOut;
    }

    @Override
    public ExampleId heldOutTarget(int row) {
        return heldOutTargets.get(row);
    }

    @Override
    public Tensor labels(int[] rows) {
        return base.labels(rows);
    }
}
