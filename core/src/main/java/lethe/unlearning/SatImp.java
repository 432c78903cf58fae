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
 * Saturation and importance (SatImp): ascent with token weights that spare what is forgotten and what was never sure.
 *
 * <pre>
 *   L_F(θ) = E_t[ p_t^β₁ (1 − p_t)^β₂ · log p_t ],   the weight a constant;     L = γ · L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>Reads D_F, and D_R unless α is 0. γ is 1 and α is 0.1 as in the paper, where a published suite has them reversed.
 *
 * @param saturation β₁, how fast the weight falls with the probability
 * @param importance β₂, how fast it falls towards certainty
 * @param forgetWeight γ, the weight of the forget set
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2505.11953">Yang et al., 2025</a>
 */
@Named("satimp")
@AutoService(UnlearningMethod.class)
public record SatImp(
        double saturation,
        double importance,
        double forgetWeight,
        double retainWeight,
        int epochs,
        double learningRate,
        int batch,
        double weightDecay)
        implements ForgetRetainMethod {

    public SatImp {
        Require.notNegative("saturation", saturation);
        Require.notNegative("importance", importance);
        Require.positive("forgetWeight", forgetWeight);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public SatImp() {
        this(5, 1, 1, 0.1, 5, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Yang et al., 2025");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return frame().run(
                        original,
                        split,
                        trial,
                        (model, forget) -> loss(model.logits(forget.inputs()), forget.labels())
                                .mul(forgetWeight),
                        ForgetRetain::crossEntropy);
    }

    /** L_F. */
    Tensor loss(Tensor logits, Tensor labels) {
        Tensor logP = logits.crossEntropyEach(labels).neg();
        Tensor fixed = logP.detach();
        // log(1 − p) from log p; a certain token has weight 0
        Tensor rest = fixed.exp().neg().add(1).clampMin(1e-12).log();
        Tensor weight = fixed.mul(saturation).add(rest.mul(importance)).exp();
        return Likelihood.mean(weight.mul(logP), labels);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
