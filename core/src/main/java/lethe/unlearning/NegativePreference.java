package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Negative preference optimisation (NPO): gradient ascent that lets go of what is already forgotten.
 *
 * <pre>
 *   L_F(θ) = (2/β) · E_i[ log( 1 + (p_θ(y_i|x_i) / p_θo(y_i|x_i))^β ) ],     L = L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>Likelihoods are of whole examples: sums over tokens, not means. As β → 0 the gradient is that of ascent on them; the
 * weight of an example never exceeds that and vanishes once the model has moved away. Reads D_F, and D_R unless α is 0.
 * The original's likelihoods are computed once. The α of 1 is the variant with retain loss; published suites that apply
 * the logarithm to differences of logits, element by element, compute another loss.
 *
 * @param beta β, inverse temperature; larger values stop earlier
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2404.05868">Zhang et al., 2024</a>
 */
@Named("npo")
@AutoService(UnlearningMethod.class)
public record NegativePreference(
        double beta, double retainWeight, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {

    public NegativePreference {
        Require.positive("beta", beta);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public NegativePreference() {
        this(0.1, 1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Zhang et al., 2024");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        float[] reference = Evaluation.nll(original, split.forget());
        return frame().run(
                        original,
                        split,
                        trial,
                        (model, forget) -> loss(
                                Likelihood.nll(model.logits(forget.inputs()), forget.labels()),
                                ForgetRetain.of(reference, forget.rows())),
                        ForgetRetain::crossEntropy);
    }

    /** L_F from summed negative log-likelihoods {@code (B)} of the model and of the original. */
    Tensor loss(Tensor nll, Tensor reference) {
        return nll.sub(reference).mul(beta).logSigmoid().mean().mul(-2 / beta);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
