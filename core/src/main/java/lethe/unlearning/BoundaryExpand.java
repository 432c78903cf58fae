package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lethe.catalog.Named;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Boundary expand: moves the forget set into a class of its own, then takes that class away.
 *
 * <pre>
 *   f⁺ = f with a shadow output K + 1, its row drawn as a fresh network draws it
 *   min_θ E_{x ∈ D_F} CE(f⁺_θ(x), K + 1),   from θ_o;   f_θ = the first K outputs of f⁺_θ
 * </pre>
 *
 * <p>Reads D_F only. Batch normalisation in training mode, training augmentation, SGD with momentum. Ten epochs are those
 * of the authors, the rate is the usual one in later comparisons.
 *
 * <p>The network is built once more with K + 1 classes and takes over every weight, so any architecture will do that can
 * be built for another number of classes. Unlike the code of the SalUn experiments, the result has K outputs again;
 * unlike that of the AMUN experiments, which widens the network in every epoch behind the back of its optimizer, the
 * shadow row is made once and learned.
 *
 * @param epochs passes over D_F
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2303.11570">Chen et al., 2023</a>
 */
@Named("boundary-expand")
@AutoService(UnlearningMethod.class)
public record BoundaryExpand(
        int epochs, double learningRate, int batch, double momentum, double weightDecay, Schedule schedule)
        implements UnlearningMethod {

    public BoundaryExpand {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public BoundaryExpand() {
        this(10, 1e-5, 64, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, "Chen et al., 2023");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        int[] shadow = new int[split.forget().size()];
        Arrays.fill(shadow, original.classes());
        Dataset moved = new Relabelled(split.forget(), shadow);
        Source forget = new Source(moved, trial.augmentation());
        Trial watched = trial.watchedBy((stage, epoch, model) -> {
            try (Model present = contracted(model, original)) {
                trial.watcher().after(stage, epoch, present);
            }
        });
        try (Model expanded = expanded(original, trial.random("shadow"));
                Model separated = new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                        .run(
                                expanded,
                                watched,
                                (model, epoch) -> List.of(new Pass(
                                        Batches.shuffled(batch, trial.random("forget", epoch), forget),
                                        Tuning.crossEntropy(model))))) {
            return contracted(separated, original);
        }
    }

    /** The original with one more output. */
    static Model expanded(Model original, Seed seed) {
        int classes = original.classes();
        Model expanded;
        try {
            expanded = original.architecture().create(original.inputShape(), classes + 1, seed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Boundary expansion needs a network with " + (classes + 1) + " outputs, but "
                            + original.architecture() + " cannot be built with that many; use boundary-shrink",
                    e);
        }
        expanded.precision(original.precision());
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Map<String, Tensor> wide = expanded.named();
            original.named().forEach((name, tensor) -> rows(name, wide, tensor).copyInPlace(tensor));
        }
        return expanded;
    }

    /** A model of the form of {@code original} with the weights of {@code expanded}, without its last output. */
    static Model contracted(Model expanded, Model original) {
        Model model = original.copy();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Map<String, Tensor> wide = expanded.named();
            model.named().forEach((name, tensor) -> tensor.copyInPlace(rows(name, wide, tensor)));
        }
        return model;
    }

    /** The part of the wider network's tensor that corresponds to a tensor of the original. */
    private static Tensor rows(String name, Map<String, Tensor> wide, Tensor tensor) {
        Tensor part = Objects.requireNonNull(wide.get(name), name).narrow(0, 0, tensor.size(0));
        if (!Arrays.equals(part.shape(), tensor.shape())) {
            throw new IllegalStateException("With one more class '" + name + "' has rows of shape "
                    + Arrays.toString(part.shape()) + ", expected " + Arrays.toString(tensor.shape())
                    + "; the network must differ in its last layer alone");
        }
        return part;
    }
}
