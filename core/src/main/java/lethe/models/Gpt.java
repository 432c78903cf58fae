package lethe.models;

import com.google.auto.service.AutoService;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * A small language model to be trained from scratch, in the form of GPT-2: learned positions, layer norms before each
 * part, perceptrons four times as wide, biases everywhere, and the table of tokens as head. Weights start normal with
 * standard deviation 0.02, those that write into the residual stream with 0.02 / √(2 · layers), biases at 0; there is no
 * dropout. Sizes are ours, after those of nanoGPT for characters.
 *
 * @param layers how many
 * @param heads of each layer's attention; the width is a multiple
 * @param width D of the residual stream
 * @param context the longest text, in tokens
 * @see <a href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">
 *     Radford et al., 2019</a>
 */
@Named("gpt")
@AutoService(Architecture.class)
public record Gpt(int layers, int heads, int width, int context) implements LanguageModel {
    private static final double EPSILON = 1e-5;

    public Gpt {
        Require.positive("layers", layers);
        Require.positive("heads", heads);
        Require.positive("width", width);
        Require.positive("context", context);
        Require.that(width % heads == 0, "width must be a multiple of heads, but is " + width + " for " + heads);
    }

    /** {@link #micro}. */
    public Gpt() {
        this(2, 4, 64, 64);
    }

    /** Two layers of width 32, context 32: seconds to train; enough to memorise, not to write. */
    public static Gpt nano() {
        return new Gpt(2, 2, 32, 32);
    }

    /** Two layers of width 64, context 64: 0.1 million parameters over characters, about a minute to train. */
    public static Gpt micro() {
        return new Gpt();
    }

    /** Four layers of width 128, context 64: 0.8 million parameters over characters, some minutes to train. */
    public static Gpt mini() {
        return new Gpt(4, 4, 128, 64);
    }

    @Override
    public DecoderForm form(int vocabulary) {
        return new DecoderForm(
                Layout.GPT2,
                vocabulary,
                context,
                width,
                layers,
                heads,
                heads,
                width / heads,
                4 * width,
                Activation.GELU_TANH,
                EPSILON,
                Optional.empty(),
                true,
                true,
                true,
                false,
                true);
    }
}
