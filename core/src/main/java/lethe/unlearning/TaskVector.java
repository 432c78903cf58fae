package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Task-vector negation: walks away from where learning the forget set once more would lead.
 *
 * <pre>
 *   θ_F = θ_o fine-tuned further on D_F;     θ = θ_o − a · (θ_F − θ_o)
 * </pre>
 *
 * <p>Reads D_F alone. Statistics of batch normalisation stay those of θ_o. As in the MUSE experiments the fine-tuning starts
 * from the model that is to forget; the right a depends on how far that goes and is worth a search.
 *
 * @param scale a
 * @param epochs passes over D_F that make θ_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2212.04089">Ilharco et al., 2023</a>
 */
@Named("task-vector")
@AutoService(UnlearningMethod.class)
public record TaskVector(double scale, int epochs, double learningRate, int batch, double weightDecay)
        implements UnlearningMethod {

    public TaskVector {
        Require.positive("scale", scale);
        new ForgetRetain(0, epochs, learningRate, batch, weightDecay);
    }

    public TaskVector() {
        this(1, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, "Ilharco et al., 2023");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Scope scope = Scope.open();
                Model reinforced = reinforced(original, split, trial);
                NoGrad guard = NoGrad.enter()) {
            Tensor vector = reinforced.weights().values().sub(original.weights().values());
            return Surgery.on(original, model -> model.weights().values().addInPlace(vector, -scale));
        }
    }

    /** θ_F. */
    private Model reinforced(Model original, Split split, Trial trial) {
        return new ForgetRetain(0, epochs, learningRate, batch, weightDecay)
                .run(original, split, trial, ForgetRetain::crossEntropy, ForgetRetain::crossEntropy);
    }
}
