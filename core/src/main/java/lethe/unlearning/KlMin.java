package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * KL minimisation: climbs the loss of the forget set and holds the answers on the retain set where they were.
 *
 * <pre>
 *   L(θ) = −CE(D_F batch) + α · KL( p_θo ‖ p_θ ) on the D_R batch,   from θ_o
 * </pre>
 *
 * <p>Reads D_F and D_R. Unlike the published code, which averages the divergence over all positions, prompts and padding
 * included, only those count that a loss is wanted of.
 *
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
 */
@Named("kl-min")
@AutoService(UnlearningMethod.class)
public record KlMin(double retainWeight, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {

    public KlMin {
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public KlMin() {
        this(1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Maini et al., 2024");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Model reference = original.copy()) {
            return frame().run(
                            original,
                            split,
                            trial,
                            (model, forget) ->
                                    ForgetRetain.crossEntropy(model, forget).neg(),
                            ForgetRetain.divergenceFrom(reference));
        }
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
