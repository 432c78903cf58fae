package lethe.unlearning;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Adam;
import lethe.training.Batches;
import lethe.training.Likelihood;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * What most unlearning of language models has in common: a loss on the forget set weighed against one on the retain set,
 *
 * <pre>
 *   L(θ) = L_F(D_F batch) + α · L_R(D_R batch),   from θ_o
 * </pre>
 *
 * <p>An epoch is one pass over D_F; each of its batches is paired with as many examples of D_R, which is visited in
 * random order and starts over when it is exhausted. AdamW without any state of earlier training, gradients no longer
 * than 1, as in the suites that compare these methods.
 *
 * @param alpha α; 0 leaves D_R alone
 * @param epochs passes over D_F
 * @param learningRate step size
 * @param batch examples of each set in a step
 * @param weightDecay λ, decoupled
 */
record ForgetRetain(double alpha, int epochs, double learningRate, int batch, double weightDecay) {
    private static final Adam ADAM = new Adam(0.9, 0.999, 1);

    ForgetRetain {
        Tuning.require(epochs, learningRate, batch, 0, weightDecay);
        Require.notNegative("retainWeight", alpha);
    }

    /** A loss of one set, given the model that moves. */
    interface Loss {
        Tensor of(Model model, Batch batch);
    }

    /** A loss with random choices, a stream for each epoch, in which an example is met once. */
    interface DrawingLoss {
        Tensor of(Model model, Batch batch, Seed draw);
    }

    /** A loss that changes with the epochs, which count from 0. */
    interface TimedLoss {
        Tensor of(Model model, Batch batch, int epoch);
    }

    /** Mean cross-entropy over all labels of a batch. */
    static Tensor crossEntropy(Model model, Batch batch) {
        return model.logits(batch.inputs()).crossEntropy(batch.labels());
    }

    /** Mean divergence of the model from a frozen one. */
    static Loss divergenceFrom(Model reference) {
        return (model, batch) ->
                Likelihood.divergence(frozen(reference, batch), model.logits(batch.inputs()), batch.labels());
    }

    /** What a model that does not move says. */
    static Tensor frozen(Model reference, Batch batch) {
        try (NoGrad guard = NoGrad.enter()) {
            return reference.logits(batch.inputs());
        }
    }

    /** What was computed of all forget examples before, for those of one batch; {@code (B)}. */
    static Tensor of(float[] all, int[] rows) {
        float[] some = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            some[i] = all[rows[i]];
        }
        return Tensor.of(some);
    }

    boolean readsRetain() {
        return alpha > 0;
    }

    /** Training epochs: each example of D_F beside one of D_R. */
    double cost(double forgetShare) {
        return epochs * forgetShare * (readsRetain() ? 2 : 1);
    }

    /** Descends on a copy of the original. */
    Model run(Model original, Split split, Trial trial, Loss onForget, Loss onRetain) {
        return run(original, split, trial, (model, forget, draw) -> onForget.of(model, forget), onRetain);
    }

    /** Descends on a copy of the original. */
    Model run(Model original, Split split, Trial trial, DrawingLoss onForget, Loss onRetain) {
        return run(original, split, trial, onForget, (model, retain, epoch) -> onRetain.of(model, retain), Map.of());
    }

    /** Descends on a copy of the original; {@code memory} is what the losses change from step to step, in place. */
    Model run(
            Model original,
            Split split,
            Trial trial,
            DrawingLoss onForget,
            TimedLoss onRetain,
            Map<String, Tensor> memory) {
        return prepare(original, trial).remembering(memory).run((model, epoch) -> {
            Seed draw = trial.random("draw", epoch);
            return List.of(pass(split, trial, epoch, (forget, retain) -> {
                Tensor loss = onForget.of(model, forget, draw);
                return retain.size() == 0
                        ? loss
                        : loss.add(onRetain.of(model, retain, epoch).mul(alpha));
            }));
        });
    }

    private Tuning.Session prepare(Model original, Trial trial) {
        return new Tuning(epochs, learningRate, 0, weightDecay, Schedule.constant())
                .of(original, trial)
                .optimizedBy(weights -> ADAM.optimizer(weights, weightDecay, Optional.empty()));
    }

    /** One pass over D_F; the objective gets an empty second batch where D_R is left alone. */
    private Pass pass(Split split, Trial trial, int epoch, BiFunction<Batch, Batch, Tensor> objective) {
        Source forget = new Source(split.forget(), trial.augmentation());
        if (!readsRetain()) {
            return new Pass(
                    Batches.shuffled(batch, trial.random("forget", epoch), forget),
                    b -> objective.apply(b, b.part(0, 0)));
        }
        Source retain = new Source(split.retain(), trial.augmentation());
        int forgetSize = split.forget().size();
        return new Pass(Batches.paired(batch, trial.random("paired", epoch), forget, retain), b -> {
            int asked = b.countBelow(forgetSize);
            return objective.apply(b.part(0, asked), b.part(asked, b.size() - asked));
        });
    }
}
