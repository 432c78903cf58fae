package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boundary shrink: gives each forget example to the class on the other side of its nearest decision boundary.
 *
 * <pre>
 *   x' = ⌊255 · clamp(x + b · sign ∇_x CE(f_θo(x), y), 0, 1)⌉ / 255,   y' = argmax f_θo(x')
 *   min_θ E_{x ∈ D_F} CE(f_θ(x), y'),   from θ_o
 * </pre>
 *
 * <p>The clean image is taught, under the label of its adversary; {@link Amun} teaches the adversary. Reads D_F, and D_R
 * only if told to: each epoch then begins with a pass over it, as in the AMUN experiments. The attacked model is θ_o in
 * evaluation mode; training uses batch normalisation in training mode, training augmentation and SGD with momentum. The
 * bound and ten epochs are those of the authors, the rate is the usual one in later comparisons.
 *
 * <p>Where one step does not leave the class, y' would be y, and learning it would rehearse the example. Unlike the
 * authors' code, such examples are left out, or taught the best wrong class of x', and counted. Unlike the code of the
 * AMUN experiments, which attacks the model of each epoch, labels are found once, on θ_o. The step follows the gradient
 * of {@link NearestAdversaries}, which has the sign of that of the cross-entropy and does not vanish where the softmax
 * saturates.
 *
 * @param bound b, how far each input moves, over inputs in [0, 1]
 * @param dropFailed whether examples that keep their class are left out, rather than taught the best wrong one
 * @param useRetain whether each epoch first learns D_R
 * @param epochs passes over D_F
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2303.11570">Chen et al., 2023</a>
 */
@Named("boundary-shrink")
@AutoService(UnlearningMethod.class)
public record BoundaryShrink(
        double bound,
        boolean dropFailed,
        boolean useRetain,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {
    private static final Logger LOG = LoggerFactory.getLogger(BoundaryShrink.class);
    private static final int ATTACK_BATCH = 256;

    public BoundaryShrink {
        Require.positive("bound", bound);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public BoundaryShrink() {
        this(0.1, true, false, 10, 1e-5, 64, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Chen et al., 2023");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (useRetain ? 1 : forgetShare) + forgetShare; // the attack: forward, backward, forward
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset moved = relabelled(original, split.forget());
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .run(original, trial, (model, epoch) -> {
                    List<Pass> passes = new ArrayList<>();
                    if (useRetain) {
                        passes.add(pass(model, trial, "retain", epoch, split.retain()));
                    }
                    passes.add(pass(model, trial, "forget", epoch, moved));
                    return passes;
                });
    }

    private Pass pass(Model model, Trial trial, String purpose, int epoch, Dataset data) {
        Source source = new Source(data, trial.augmentation());
        return new Pass(Batches.shuffled(batch, trial.random(purpose, epoch), source), Tuning.crossEntropy(model));
    }

    /** The forget examples under the labels of their neighbours. */
    Dataset relabelled(Model original, Dataset forget) {
        int[][] labels = neighbours(original, forget);
        int[] crossed = IntStream.range(0, forget.size())
                .filter(row -> labels[0][row] != forget.label(row))
                .toArray();
        int failed = forget.size() - crossed.length;
        LOG.info(
                "{} of {} forget examples keep their class within {} and are {}",
                failed,
                forget.size(),
                bound,
                dropFailed ? "left out" : "taught the best wrong one");
        if (!dropFailed) {
            return new Relabelled(forget, labels[1]);
        }
        if (crossed.length == 0) {
            throw new IllegalArgumentException("None of " + failed + " forget examples leaves its class within " + bound
                    + "; raise bound, or set dropFailed to false");
        }
        return new Relabelled(
                forget.select(crossed),
                IntStream.of(crossed).map(row -> labels[0][row]).toArray());
    }

    /** By row, first the class of x', then the best wrong class of x'. */
    int[][] neighbours(Model original, Dataset forget) {
        int[][] labels = new int[2][forget.size()];
        try (Model frozen = original.copy()) {
            for (int from = 0; from < forget.size(); from += ATTACK_BATCH) {
                try (Scope step = Scope.open()) {
                    Batch some = forget.batch(IntStream.range(from, Math.min(forget.size(), from + ATTACK_BATCH))
                            .toArray());
                    Tensor wrongOnly = NearestAdversaries.excluded(some.labels().toInts(), original.classes());
                    Tensor z = frozen.logits(neighbours(frozen, some, wrongOnly));
                    System.arraycopy(z.argmax().toInts(), 0, labels[0], from, some.size());
                    System.arraycopy(z.add(wrongOnly).argmax().toInts(), 0, labels[1], from, some.size());
                }
            }
        }
        return labels;
    }

    /** x', (B, shape…). */
    private Tensor neighbours(Model frozen, Batch some, Tensor wrongOnly) {
        Tensor x = some.inputs().asVariable();
        Tensor gradient = NearestAdversaries.climb(frozen.logits(x), some.labels(), wrongOnly)
                .gradientOf(x);
        try (NoGrad guard = NoGrad.enter()) {
            Tensor moved = x.add(gradient.sign().mul(bound)).clamp(0, 1);
            return moved.mul(255).round().mul(1 / 255.0);
        }
    }
}
