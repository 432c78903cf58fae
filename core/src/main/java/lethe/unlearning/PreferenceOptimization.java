package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Direct preference optimisation (DPO) against the forget set: the model learns to prefer not to know.
 *
 * <pre>
 *   L_F(θ) = −(2/β) · E_i[ log σ( β · ( Δ_i(y_i) − Δ_i(y'_i) ) ) ],   Δ_i(y) = NLL_i(y; θ) − NLL_i(y; θ_o)
 *   L = L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>y_i is the answer to forget, y'_i one of {@code refusals}, drawn anew whenever the question is met. Likelihoods are
 * sums over tokens. Reads D_F, and D_R unless α is 0; texts need prompts, such as questions. The factor 2/β, which plain
 * DPO does not have, makes the loss that of {@link NegativePreference} where nothing is preferred.
 *
 * @param beta β, inverse temperature
 * @param refusals answers that tell nothing; those of the TOFU benchmark come with it as a file
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2305.18290">Rafailov et al., 2023</a>
 */
@Named("dpo")
@AutoService(UnlearningMethod.class)
public record PreferenceOptimization(
        double beta,
        List<String> refusals,
        double retainWeight,
        int epochs,
        double learningRate,
        int batch,
        double weightDecay)
        implements ForgetRetainMethod {
    private static final List<String> REFUSALS = List.of(
            "I do not know.",
            "I cannot say.",
            "That is something I have no knowledge of.",
            "Sorry, I have no answer to this.",
            "I have not heard of that.",
            "No idea, I am afraid.",
            "My knowledge does not reach that far.",
            "I would have to guess, so I had better not.");

    public PreferenceOptimization {
        Require.positive("beta", beta);
        Require.that(!refusals.isEmpty(), "refusals must hold at least one answer");
        refusals = List.copyOf(refusals);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public PreferenceOptimization() {
        this(0.1, REFUSALS, 1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Rafailov et al., 2023; Maini et al., 2024");
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        requireTokens("dpo", architecture);
    }

    static void requireTokens(String name, Architecture architecture) {
        Require.that(
                architecture.readsTokens(),
                name + " needs models that answer in words, but the model is " + architecture
                        + "; 'lethe methods' says which methods work on classifiers");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return frame().cost(forgetShare)
                + epochs * forgetShare * 4 / 3; // the refusal, learned and judged by the original
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        requireSuitable(original.architecture());
        Alternates alternates = Alternates.of(
                split.forget(), row -> refusals.stream().map(it -> " " + it).toList());
        return unlearn(original, split, trial, alternates, beta, frame());
    }

    /** Prefers the alternates to what is to be forgotten. */
    static Model unlearn(
            Model original, Split split, Trial trial, Alternates alternates, double beta, ForgetRetain frame) {
        float[] lost = Evaluation.nll(original, split.forget());
        try (Model reference = original.copy()) {
            return frame.run(
                    original,
                    split,
                    trial,
                    (model, forget, draw) -> {
                        Batch preferred = alternates.batch(forget.rows(), draw);
                        return loss(
                                nll(model.logits(forget.inputs()), forget).sub(ForgetRetain.of(lost, forget.rows())),
                                nll(model.logits(preferred.inputs()), preferred)
                                        .sub(nll(ForgetRetain.frozen(reference, preferred), preferred)),
                                beta);
                    },
                    ForgetRetain::crossEntropy);
        }
    }

    /** L_F from Δ {@code (B)} of the answers to forget and of those preferred. */
    static Tensor loss(Tensor lost, Tensor preferred, double beta) {
        return lost.sub(preferred).mul(beta).logSigmoid().mean().mul(-2 / beta);
    }

    private static Tensor nll(Tensor logits, Batch batch) {
        return Likelihood.nll(logits, batch.labels());
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
