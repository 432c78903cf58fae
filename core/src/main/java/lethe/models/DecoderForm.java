package lethe.models;

import java.util.Arrays;
import java.util.Optional;
import lethe.catalog.Require;

/**
 * What decoders differ in. {@link Gpt} and {@link HuggingFaceModel} say it of theirs.
 *
 * @param layout names and storage of the weights; with it the kind of norm, whether positions are learned and whether
 *     perceptrons are gated
 * @param vocabulary V, the number of token ids
 * @param context the longest text, in tokens
 * @param width D of the residual stream
 * @param layers how many
 * @param heads H of the queries
 * @param groups G of keys and values; H is a multiple
 * @param headSize d of one head
 * @param inner width of the perceptrons' hidden layer
 * @param activation of that layer
 * @param epsilon added to variances in norms
 * @param rotary how queries and keys are turned by their position, where positions are not learned
 * @param inputBias whether queries, keys and values have a bias
 * @param outputBias whether the attention's output has one
 * @param innerBias whether the perceptrons have
 * @param parallel whether attention and perceptron of a layer read the same input, rather than one the other's output
 * @param tied whether the table of token vectors is the head too
 */
public record DecoderForm(
        Layout layout,
        int vocabulary,
        int context,
        int width,
        int layers,
        int heads,
        int groups,
        int headSize,
        int inner,
        Activation activation,
        double epsilon,
        Optional<Rotary> rotary,
        boolean inputBias,
        boolean outputBias,
        boolean innerBias,
        boolean parallel,
        boolean tied) {

    public DecoderForm {
        Require.positive("vocabulary", vocabulary);
        Require.positive("context", context);
        Require.positive("width", width);
        Require.positive("layers", layers);
        Require.positive("heads", heads);
        Require.positive("headSize", headSize);
        Require.positive("inner", inner);
        Require.positive("epsilon", epsilon);
        Require.that(
                groups > 0 && heads % groups == 0,
                "heads must be a multiple of the heads of keys and values, but are " + heads + " and " + groups);
        Require.that(
                layout == Layout.LLAMA || groups == heads,
                "Only the layout of Llama shares keys and values between heads, but there are " + heads + " heads and "
                        + groups + " of keys and values");
        int size = headSize;
        rotary.ifPresent(turned -> Require.that(
                turned.dimensions() <= size,
                "Rotary dimensions must lie within a head of " + size + ", but are " + turned.dimensions()));
    }

    /** The same form with a head of its own, or without. */
    DecoderForm withTied(boolean other) {
        return new DecoderForm(
                layout,
                vocabulary,
                context,
                width,
                layers,
                heads,
                groups,
                headSize,
                inner,
                activation,
                epsilon,
                rotary,
                inputBias,
                outputBias,
                innerBias,
                parallel,
                other);
    }

    /** Fails unless texts of this shape, {@code (T)}, fit the context. */
    void requireFits(long[] inputShape) {
        Require.that(
                inputShape.length == 1,
                "A language model takes texts of token ids (T), but the data has inputs of shape "
                        + Arrays.toString(inputShape));
        Require.that(
                inputShape[0] <= context,
                "The longest text has " + inputShape[0] + " tokens, but the context of the network is " + context
                        + "; cut or split the texts, or choose a network with a longer context");
    }
}
