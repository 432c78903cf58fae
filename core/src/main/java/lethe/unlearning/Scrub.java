package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Milestones;
import lethe.training.Objective;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * SCRUB: a student that leaves its teacher, the original model, on the forget set and follows it on the retain set.
 *
 * <pre>
 *   in turn   max_θ KL_τ(T ‖ S) over D_F            in the first {@code forgetEpochs} epochs
 *             min_θ α · KL_τ(T ‖ S) + γ · CE over D_R   in every epoch
 *   KL_τ(T ‖ S) = τ² · mean Σ_k t_k (log t_k − log s_k),   t = softmax(z_T / τ), s = softmax(z_S / τ)
 * </pre>
 *
 * <p>Reads D_F and D_R. The teacher is in evaluation mode, the student in training mode; training augmentation, the same
 * inputs for both; SGD whose momentum goes from one pass to the next. Defaults are those of the authors' large-scale
 * experiments.
 *
 * <p>Where the student equals the teacher, the gradient of their divergence is zero. Batch normalisation makes them
 * differ from the first step, since only the student normalises by the batch. Unlike the authors' code, which would not
 * move, a network without statistics therefore makes one pass over D_R first.
 *
 * @param alpha α, weight of following the teacher on D_R
 * @param gamma γ, weight of the true labels of D_R
 * @param temperature τ
 * @param forgetEpochs epochs that begin with a pass over D_F
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples of D_R in a step
 * @param forgetBatch examples of D_F in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2302.09880">Kurmanji et al., 2023</a>
 */
@Named("scrub")
@AutoService(UnlearningMethod.class)
public record Scrub(
        double alpha,
        double gamma,
        double temperature,
        int forgetEpochs,
        int epochs,
        double learningRate,
        int batch,
        int forgetBatch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public Scrub {
        Require.notNegative("alpha", alpha);
        Require.notNegative("gamma", gamma);
        Require.positive("temperature", temperature);
        Require.notNegative("forgetEpochs", forgetEpochs);
        Require.positive("forgetBatch", forgetBatch);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public Scrub() {
        this(0.001, 0.99, 4, 2, 3, 5e-4, 128, 32, 0.9, 5e-4, new Milestones());
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Kurmanji et al., 2023");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        double passes = epochs * (1 - forgetShare) + Math.min(epochs, forgetEpochs) * forgetShare;
        return passes * 4 / 3; // the teacher's forward pass counts a third
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset forget = split.forget();
        Dataset retain = split.retain();
        try (Scope scope = Scope.open();
                Teacher onForget = Teacher.of(original, forget, trial.augmentation());
                Teacher onRetain = Teacher.of(original, retain, trial.augmentation())) {
            return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                    .run(original, trial, (model, epoch) -> {
                        Objective leave = b -> divergence(onForget.logits(b), model.logits(b.inputs()), temperature)
                                .neg();
                        Objective follow = b -> retainLoss(onRetain.logits(b), model.logits(b.inputs()), b.labels());
                        Source forgetSource = new Source(forget, trial.augmentation());
                        Source retainSource = new Source(retain, trial.augmentation());
                        List<Pass> passes = new ArrayList<>();
                        if (epoch == 0 && forgetEpochs > 0 && equalsTeacher(model)) {
                            passes.add(new Pass(Batches.shuffled(batch, trial.random("first"), retainSource), follow));
                        }
                        if (epoch < forgetEpochs) {
                            passes.add(new Pass(
                                    Batches.shuffled(forgetBatch, trial.random("forget", epoch), forgetSource), leave));
                        }
                        passes.add(
                                new Pass(Batches.shuffled(batch, trial.random("retain", epoch), retainSource), follow));
                        return passes;
                    });
        }
    }

    /** Whether training mode computes the same as evaluation mode, so that no step changes a student like its teacher. */
    private static boolean equalsTeacher(Model student) {
        return student.weights().statistics().elements() == 0;
    }

    /** α · KL_τ(T ‖ S) + γ · CE. */
    Tensor retainLoss(Tensor teacher, Tensor student, Tensor labels) {
        return divergence(teacher, student, temperature)
                .mul(alpha)
                .add(student.crossEntropy(labels).mul(gamma));
    }

    /** KL_τ(T ‖ S) of logits (B, K), in nats; a scalar. */
    static Tensor divergence(Tensor teacher, Tensor student, double temperature) {
        Tensor logT = teacher.mul(1 / temperature).logSoftmax();
        Tensor logS = student.mul(1 / temperature).logSoftmax();
        return logT.exp().mul(logT.sub(logS)).sum().mul(temperature * temperature / teacher.size(0));
    }
}
