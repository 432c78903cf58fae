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
 * UNDIAL: the model distils itself, with what it was sure of turned down.
 *
 * <pre>
 *   L_F(θ) = E_t[ CE( softmax(z_t(θ_o) − β · onehot(y_t)), p_θ,t ) ],     L = L_F + α · CE(D_R batch)
 * </pre>
 *
 * <p>The target is fixed, so nothing can run away. Reads D_F, and D_R only if α is above 0, which in the paper it is not.
 * Unlike the published code, positions that no loss is wanted of are left out; there they turn down a token counted from
 * the end of the vocabulary.
 *
 * @param strength β, by how much the logit of each true token is lowered
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2402.10052">Dong et al., 2024</a>
 */
@Named("undial")
@AutoService(UnlearningMethod.class)
public record Undial(
        double strength, double retainWeight, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {

    public Undial {
        Require.positive("strength", strength);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public Undial() {
        this(10, 0, 10, 1e-4, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Dong et al., 2024");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Model reference = original.copy()) {
            return frame().run(
                            original,
                            split,
                            trial,
                            (model, forget) -> loss(
                                    ForgetRetain.frozen(reference, forget),
                                    model.logits(forget.inputs()),
                                    forget.labels()),
                            ForgetRetain::crossEntropy);
        }
    }

    /** L_F. */
    Tensor loss(Tensor reference, Tensor logits, Tensor labels) {
        Tensor target = reference.sub(Likelihood.oneHot(logits, labels).mul(strength));
        return Likelihood.crossEntropy(logits, target.softmax(), labels);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
