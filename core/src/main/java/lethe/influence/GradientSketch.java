package lethe.influence;

import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Decoder;
import lethe.models.Model;
import lethe.training.Likelihood;

/**
 * Gradients of texts by the last linear map of a language model, projected. That of a text's loss, with hidden states h_t
 * {@code (D)} and {@code δ_t = p_t − e_{y_t}} {@code (V)} at the tokens t that a loss is wanted of, is
 *
 * <pre>
 *   G(x) = 1/n Σ_t δ_t ⊗ h_t                           (V × D)
 *   S_i(x) = Σ_t (r_i · δ_t) (s_i · h_t),              i = 1 … m
 *   E[S(x) · S(x')] / m = n n' ⟨G(x), G(x')⟩
 * </pre>
 *
 * <p>with entries of r_i and s_i that are +1 or −1, drawn independently. Two texts with the same tokens have the same
 * sketch. A cosine of sketches is off by about {@code 1/√m = 0.03} where the true one is near 0 and by less the nearer it is
 * to 1; where few tokens decide by up to three times that. Projections of both sides by a and b vectors, all pairs of which
 * are kept, would cost less, but be off by {@code 1/√a} where texts agree on one side, with the same {@code m = ab} by 0.18.
 *
 * <p>The bias, where there is one, does not count; nor does, where the map shares its weights with the table of tokens, what
 * the gradient gets through the input. Vectors for the map alone are drawn by a fixed seed, so that results repeat.
 *
 * @see <a href="https://arxiv.org/abs/2105.00105">Sun et al., Tensor Random Projection for Low Memory Dimension Reduction,
 *     2021</a>
 */
final class GradientSketch {
    /** m: 4 kB a text. */
    static final int PROJECTIONS = 1024;

    private static final Seed SEED = Seed.of(1);
    private static final int TEXTS = 8; // each has logits for every token

    private GradientSketch() {}

    /** Sketches S of all texts in evaluation mode, {@code (n, m)}. */
    static Vectors of(Model model, Dataset texts) {
        return of(model, texts, SEED);
    }

    static Vectors of(Model model, Dataset texts, Seed seed) {
        Decoder decoder = Decoder.of(model);
        float[] sketches = new float[Math.multiplyExact(texts.size(), PROJECTIONS)];
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (NoGrad guard = NoGrad.enter();
                Scope all = Scope.open()) {
            Tensor r = signs(seed.derive("outputs"), decoder.form().vocabulary()); // (m, V)
            Tensor s = signs(seed.derive("inputs"), decoder.form().width()); // (m, D)
            for (int from = 0; from < texts.size(); from += TEXTS) {
                try (Scope scope = Scope.open()) {
                    int[] rows = Vectors.range(from, Math.min(texts.size(), from + TEXTS));
                    Tensor h = decoder.features(texts.inputs(rows)); // (B, T, D)
                    Tensor delta = residuals(decoder.logits(h), texts.labels(rows)); // (B, T, V)
                    float[] part = delta.linear(r).mul(h.linear(s)).sumOver(1).toFloats(); // (B, m)
                    System.arraycopy(part, 0, sketches, from * PROJECTIONS, part.length);
                }
            }
        } finally {
            model.training(wasTraining);
        }
        return new Vectors(sketches, PROJECTIONS);
    }

    private static Tensor signs(Seed seed, long width) {
        return seed.normal(1, PROJECTIONS, width).sign();
    }

    /** δ, and 0 where no loss is wanted. What is learned by heart leaves tiny numbers, which {@code p_y − 1} would lose. */
    static Tensor residuals(Tensor logits, Tensor labels) {
        Tensor own = Likelihood.oneHot(logits, labels); // (B, T, V)
        Tensor others = logits.softmax().mul(own.neg().add(1));
        Tensor lacking = others.sumOver(-1).unsqueeze(-1); // 1 − p_y
        return others.sub(own.mul(lacking)).mul(Likelihood.wanted(labels).unsqueeze(-1));
    }
}
