package lethe.models;

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
}
