package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Weighted gradient ascent (WGA): climbs the loss of each token as far as the model still believes in it.
 *
 * <pre>
 *   L_F(θ) = E_t[ p_t^β · log p_t ],   p_t = p_θ(y_t | x_&lt;t), the weight a constant;     L = L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>Ascent without the runaway: a token that is forgotten has no weight left. Reads D_F, and D_R unless α is 0.
 *
 * @param beta β; 0 is gradient ascent
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2502.19301">Wang et al., 2025</a>
 */
@Named("wga")
@AutoService(UnlearningMethod.class)
public record WeightedGradientAscent(
        double beta, double retainWeight, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {

    public WeightedGradientAscent {
        Require.notNegative("beta", beta);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public WeightedGradientAscent() {
        this(1, 1, 5, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Wang et al., 2025");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return frame().run(original, split, trial, this::loss, ForgetRetain::crossEntropy);
    }

    private Tensor loss(Model model, Batch forget) {
        return loss(model.logits(forget.inputs()), forget.labels());
    }

    /** L_F. */
    Tensor loss(Tensor logits, Tensor labels) {
        Tensor logP = logits.crossEntropyEach(labels).neg();
        Tensor weight = logP.detach().mul(beta).exp();
        return Likelihood.mean(weight.mul(logP), labels);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
