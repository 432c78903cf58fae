package lethe.models;

import java.util.Map;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** An architecture whose networks turn token ids into logits of the token that follows. Inputs are texts {@code (T)}. */
public interface LanguageModel extends Architecture {
    /** The form of the network over {@code vocabulary} token ids. */
    DecoderForm form(int vocabulary);

    @Override
    default Decoder build(long[] inputShape, int classes) {
        DecoderForm form = form(classes);
        form.requireFits(inputShape);
        return new Decoder(form);
    }

    @Override
    default boolean readsTokens() {
        return true;
    }

    /** Fresh weights, except those that {@link #fill} has. The vocabulary may be larger than that of the data. */
    @Override
    default Model create(long[] inputShape, int classes, Seed seed) {
        Model model = Model.fresh(this, inputShape, form(classes).vocabulary(), seed);
        try {
            fill(model.named());
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    default Model blank(long[] inputShape, int classes) {
        return Model.blank(this, inputShape, form(classes).vocabulary());
    }

    /** Replaces weights that training starts from because they are stored; by default none are. */
    default void fill(Map<String, Tensor> weights) {}
}
