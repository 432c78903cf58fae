package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.data.TextSet;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.models.Decoder;
import lethe.models.Generation;
import lethe.models.Model;
import lethe.text.Tokenizer;
import lethe.training.Trial;

/**
 * Alternate preference optimisation (AltPO): the model learns to prefer other answers of its own making.
 *
 * <p>The loss is that of {@link PreferenceOptimization} with plausible other answers in place of refusals, so that the
 * model keeps answering as it does. The original writes them: {@code alternates} to each prompt of the forget set, drawn
 * at temperature 1 before the first step. An empty one is replaced by "?". Reads D_F, and D_R unless α is 0; texts need
 * prompts.
 *
 * <p>Unlike the paper, nobody asks the model to be wrong: it has not learned to follow instructions. What it knows by heart
 * it may repeat, and then the loss of that draw does not move it.
 *
 * @param beta β, inverse temperature
 * @param alternates other answers to each prompt
 * @param newTokens the longest of them, in tokens
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2409.13474">Mekala et al., 2025</a>
 */
@Named("altpo")
@AutoService(UnlearningMethod.class)
public record AlternatePreference(
        double beta,
        int alternates,
        int newTokens,
        double retainWeight,
        int epochs,
        double learningRate,
        int batch,
        double weightDecay)
        implements ForgetRetainMethod {

    public AlternatePreference {
        Require.positive("beta", beta);
        Require.positive("alternates", alternates);
        Require.positive("newTokens", newTokens);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public AlternatePreference() {
        this(0.1, 5, 200, 1, 2, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Mekala et al., 2025");
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        PreferenceOptimization.requireTokens("altpo", architecture);
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return frame().cost(forgetShare) + (epochs * 4 + alternates) * forgetShare / 3;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        requireSuitable(original.architecture());
        List<List<String>> written = write(original, split.forget(), trial.random("alternates"));
        Alternates others = Alternates.of(split.forget(), written::get);
        return PreferenceOptimization.unlearn(original, split, trial, others, beta, frame());
    }

    private List<List<String>> write(Model original, Dataset forget, Seed seed) {
        Tokenizer tokenizer = TextSet.behind(forget, 0).tokenizer();
        List<String> prompts = new ArrayList<>();
        for (int row = 0; row < forget.size(); row++) {
            prompts.addAll(Collections.nCopies(alternates, Alternates.prompt(forget, row)));
        }
        List<List<String>> each = new ArrayList<>();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model writer = original.copy()) {
            int room = Decoder.of(writer).form().context();
            int longest = prompts.stream()
                    .mapToInt(prompt -> tokenizer.encode(prompt).length)
                    .max()
                    .orElse(0);
            // An answer is learned with its end, which takes a token more.
            int length = Math.max(1, Math.min(newTokens, room - longest - 1));
            List<String> all = Generation.sampling(length).continuations(writer, tokenizer, prompts, List.of(), seed);
            for (int from = 0; from < all.size(); from += alternates) {
                String prompt = prompts.get(from);
                each.add(all.subList(from, from + alternates).stream()
                        .map(text -> fitting(tokenizer, prompt, text, room - 1))
                        .toList());
            }
        }
        return each;
    }

    /** What was written, cut until it fits behind its prompt: bytes that are no text take more tokens when read again. */
    private static String fitting(Tokenizer tokenizer, String prompt, String written, int room) {
        String text = written.isEmpty() ? "?" : written;
        while (text.length() > 1 && tokenizer.encode(prompt + text).length > room) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
        }
        return text;
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
