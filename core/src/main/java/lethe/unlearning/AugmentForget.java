package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.ImageEdit;
import lethe.data.ImageVariants;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Forgets edited copies of the forget set beside it, and leaves look-alikes where they are, S being part of what remains.
 * It asks whether forgetting that generalises undoes what others' examples teach. For images; of texts see
 * {@link AugmentTexts}.
 *
 * @param copies made of each example
 * @param edits how copies are edited, in turn
 */
@Named("augment")
@AutoService(Remedy.class)
public record AugmentForget(int copies, List<ImageEdit> edits) implements Remedy {
    public AugmentForget {
        Require.positive("copies", copies);
        Require.that(!edits.isEmpty(), "edits must name at least one edit");
        edits = List.copyOf(edits);
    }

    /** Four copies, each edited in every way at once. */
    public AugmentForget() {
        this(4, List.of(ImageEdit.MIXED));
    }

    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        return Variants.forgotten(
                split,
                copies,
                edits,
                (examples, each, numbers) ->
                        ImageVariants.of(examples, each, Variants.INFIX, numbers, trial.random("variants")));
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
