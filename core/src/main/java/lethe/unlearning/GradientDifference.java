package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Gradient difference: climbs the loss of the forget set while it descends on the retain set.
 *
 * <pre>
 *   L(θ) = −CE(D_F batch) + α · CE(D_R batch),   from θ_o
 * </pre>
 *
 * <p>Reads D_F and D_R. Cross-entropy is a mean over all tokens of a batch, so long texts weigh more. Nothing bounds the
 * ascent; {@link NegativePreference} is its bounded relative. Unlike {@link NegGradPlus}, whose epochs count D_R, an
 * epoch is one pass over D_F.
 *
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
 */
@Named("gradient-difference")
@AutoService(UnlearningMethod.class)
public record GradientDifference(double retainWeight, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {

    public GradientDifference {
        new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }

    public GradientDifference() {
        this(1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Liu et al., 2022; Maini et al., 2024");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return frame().run(
                        original,
                        split,
                        trial,
                        (model, forget) ->
                                ForgetRetain.crossEntropy(model, forget).neg(),
                        ForgetRetain::crossEntropy);
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, weightDecay);
    }
}
