package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.data.TextEdit;
import lethe.data.TextVariants;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * {@link AugmentForget} for texts: forgets edited copies of the forget set beside it, and leaves look-alikes where they
 * are, S being part of what remains.
 *
 * @param copies made of each text
 * @param edits how copies are edited, in turn
 */
@Named("augment-texts")
@AutoService(Remedy.class)
public record AugmentTexts(int copies, List<TextEdit> edits) implements Remedy {
    public AugmentTexts {
        Require.positive("copies", copies);
        Require.that(!edits.isEmpty(), "edits must name at least one edit");
        edits = List.copyOf(edits);
    }

    /** Three copies, one edited in each way. */
    public AugmentTexts() {
        this(3, List.of(TextEdit.TEMPLATE, TextEdit.WORDS, TextEdit.NOISE));
    }

    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        Dataset train = split.train();
        if (!train.isText()) {
            throw new IllegalArgumentException(
                    "augment-texts edits texts, but '" + train.name() + "' holds images; choose the remedy augment");
        }
        return Variants.forgotten(
                split,
                copies,
                edits,
                (examples, each, numbers) ->
                        TextVariants.of(examples, each, Variants.INFIX, numbers, trial.random("variants")));
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
