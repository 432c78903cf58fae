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
 * Who's Harry Potter? (WHP): the model learns what it would have said if learning the forget set had not raised anything.
 *
 * <pre>
 *   θ_F = θ_o fine-tuned further on D_F
 *   z_t = z_t(θ_o) − a · relu( z_t(θ_F) − z_t(θ_o) )
 *   L(θ) = E_t[ CE( softmax(z_t), p_θ,t ) ] on D_F,   from θ_o
 * </pre>
 *
 * <p>Reads D_F alone. This is the paper's unlearning by fine-tuning on generic targets; the same formula applied to
 * answers while a model is in use changes no weight and is a filter. Unlike the paper, names are not replaced by generic
 * ones first, and targets are whole distributions instead of their largest entry.
 *
 * @param strength a
 * @param reinforcingEpochs passes over D_F that make θ_F
 * @param epochs passes over D_F that learn the targets
 * @param learningRate step size of both; small models want ten to a hundred times that of billions of weights
 * @param batch examples in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2310.02238">Eldan and Russinovich, 2023</a>
 */
@Named("whp")
@AutoService(UnlearningMethod.class)
public record GenericTargets(
        double strength, int reinforcingEpochs, int epochs, double learningRate, int batch, double weightDecay)
        implements UnlearningMethod {

    public GenericTargets {
        Require.positive("strength", strength);
        Require.positive("reinforcingEpochs", reinforcingEpochs);
        new ForgetRetain(0, epochs, learningRate, batch, weightDecay);
    }

    public GenericTargets() {
        this(5, 3, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, "Eldan and Russinovich, 2023");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return (reinforcingEpochs + epochs * 5.0 / 3) * forgetShare; // two frozen models answer each step
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Model base = original.copy();
                Model reinforced = new ForgetRetain(0, reinforcingEpochs, learningRate, batch, weightDecay)
                        .run(
                                original,
                                split,
                                trial.part("reinforce"),
                                ForgetRetain::crossEntropy,
                                ForgetRetain::crossEntropy)) {
            return new ForgetRetain(0, epochs, learningRate, batch, weightDecay)
                    .run(
                            original,
                            split,
                            trial,
                            (model, forget) -> Likelihood.crossEntropy(
                                    model.logits(forget.inputs()),
                                    target(ForgetRetain.frozen(base, forget), ForgetRetain.frozen(reinforced, forget)),
                                    forget.labels()),
                            ForgetRetain::crossEntropy);
        }
    }

    /** The distribution to learn, in the shape of the logits. */
    Tensor target(Tensor base, Tensor reinforced) {
        return base.sub(reinforced.sub(base).relu().mul(strength)).softmax();
    }
}
