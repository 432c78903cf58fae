package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Simple negative preference optimisation (SimNPO): {@link NegativePreference} without a reference, of likelihoods that
 * do not grow with the length of a text.
 *
 * <pre>
 *   L_F(θ) = −(2/β) · E_i[ log σ( β · (ℓ_i − δ) ) ],   ℓ_i = NLL_i / n_i;     L = γ · L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>Reads D_F, and D_R unless α is 0. Defaults are those of the TOFU experiments; the paper's γ is our δ.
 *
 * @param beta β, inverse temperature
 * @param margin δ, the loss per token below which nothing is forgotten yet
 * @param forgetWeight γ, the weight of the forget set
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2410.07163">Fan et al., 2024</a>
 */
@Named("simnpo")
@AutoService(UnlearningMethod.class)
public record SimNpo(
        double beta,
        double margin,
        double forgetWeight,
        double retainWeight,
        int epochs,
        double learningRate,
        int batch,
        double weightDecay)
        implements ForgetRetainMethod {

    public SimNpo {
        Require.positive("beta", beta);
        Require.positive("forgetWeight", forgetWeight);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public SimNpo() {
        this(4.5, 0, 0.125, 1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Fan et al., 2024");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return frame().run(
                        original,
                        split,
                        trial,
                        (model, forget) -> loss(Likelihood.meanNll(model.logits(forget.inputs()), forget.labels()))
                                .mul(forgetWeight),
                        ForgetRetain::crossEntropy);
    }

    /** L_F from mean negative log-likelihoods {@code (B)}. */
    Tensor loss(Tensor meanNll) {
        return meanNll.add(-margin).mul(beta).logSigmoid().mean().mul(-2 / beta);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
