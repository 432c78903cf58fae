package lethe.unlearning;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import lethe.catalog.Require;
import lethe.engine.NoGrad;
import lethe.engine.Optimizer;
import lethe.engine.Scope;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Descent;
import lethe.training.Objective;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * Stochastic gradient descent from the original weights, on a copy of the model in training mode; by AdamW where the
 * original was trained so. A method says what an epoch passes over.
 *
 * @param epochs how often the course is run
 * @param learningRate peak step size
 * @param momentum μ of SGD
 * @param weightDecay λ, coupled for SGD, decoupled for AdamW
 * @param schedule course of the learning rate
 */
public record Tuning(int epochs, double learningRate, double momentum, double weightDecay, Schedule schedule) {
    /** What one epoch passes over. */
    @FunctionalInterface
    public interface Course {
        /** The passes of one epoch, counted from 0, in order. */
        List<Pass> passes(Model model, int epoch);
    }

    /** Checks the settings that methods have in common. */
    public static void require(int epochs, double learningRate, int batch, double momentum, double weightDecay) {
        Require.positive("epochs", epochs);
        Require.positive("learningRate", learningRate);
        Require.positive("batch", batch);
        Require.that(momentum >= 0 && momentum < 1, "momentum must lie in [0, 1), but is " + momentum);
        Require.notNegative("weightDecay", weightDecay);
    }

    /** Mean cross-entropy of a batch. */
    public static Objective crossEntropy(Model model) {
        return batch -> model.logits(batch.inputs()).crossEntropy(batch.labels());
    }

    /** The course of the learning rate over {@code epochs} epochs from epoch {@code first} on, for one of several stages. */
    static Schedule excerpt(Schedule whole, int first, int epochs) {
        return (step, steps, stageEpochs) -> {
            long stepsPerEpoch = steps / stageEpochs;
            return whole.factor(first * stepsPerEpoch + step, epochs * stepsPerEpoch, epochs);
        };
    }

    /** Runs the course on a copy of the original. */
    public Model run(Model original, Trial trial, Course course) {
        return of(original, trial).run(course);
    }

    /** Prepares to run on a copy of the original, to be refined before {@link Session#run}. */
    public Session of(Model original, Trial trial) {
        return new Session(
                original,
                trial,
                model -> {},
                weights -> usual(trial, weights, Optional.empty()),
                model -> false,
                Map.of());
    }

    private Optimizer usual(Trial trial, Weights weights, Optional<Tensor> mask) {
        return trial.adam()
                .<Optimizer>map(adam -> adam.optimizer(weights, weightDecay, mask))
                .orElseGet(() -> new Sgd(weights, momentum, false, weightDecay, mask));
    }

    /** One run to be. Each refinement gives another session. */
    public final class Session {
        private final Model original;
        private final Trial trial;
        private final Consumer<Model> preparation;
        private final Function<Weights, Optimizer> optimizer;
        private final Predicate<Model> stopAfter;
        private final Map<String, Tensor> memory;

        private Session(
                Model original,
                Trial trial,
                Consumer<Model> preparation,
                Function<Weights, Optimizer> optimizer,
                Predicate<Model> stopAfter,
                Map<String, Tensor> memory) {
            this.original = original;
            this.trial = trial;
            this.preparation = preparation;
            this.optimizer = optimizer;
            this.stopAfter = stopAfter;
            this.memory = memory;
        }

        /** Changes the copy before the first step, without gradients; the same whenever a run is resumed. */
        public Session prepared(Consumer<Model> change) {
            return new Session(original, trial, change, optimizer, stopAfter, memory);
        }

        /** Moves no weight for which {@code mask}, a vector of length P, is 0. */
        public Session masked(Tensor mask) {
            return optimizedBy(weights -> usual(trial, weights, Optional.of(mask)));
        }

        /** Descends by another optimizer than the usual one. */
        public Session optimizedBy(Function<Weights, Optimizer> choice) {
            return new Session(original, trial, preparation, choice, stopAfter, memory);
        }

        /** Ends early: asked after every epoch, with the model in evaluation mode. */
        public Session stoppingAfter(Predicate<Model> condition) {
            return new Session(original, trial, preparation, optimizer, condition, memory);
        }

        /** Keeps what objectives change from step to step, in place, with the weights when the run is interrupted. */
        public Session remembering(Map<String, Tensor> state) {
            return new Session(original, trial, preparation, optimizer, stopAfter, state);
        }

        /**
         * Runs all epochs.
         *
         * @return a new model in evaluation mode
         * @throws lethe.training.DivergedException if the loss or the weights are no longer finite
         */
        public Model run(Course course) {
            Model model = original.copy();
            boolean finished = false;
            try {
                try (Scope scope = Scope.open();
                        NoGrad guard = NoGrad.enter()) {
                    preparation.accept(model);
                }
                try (Optimizer moving = optimizer.apply(model.weights())) {
                    new Descent(model, moving, learningRate, schedule, trial, memory)
                            .run(epochs, epoch -> course.passes(model, epoch), epoch -> stopAfter.test(model));
                }
                finished = true;
                return model;
            } finally {
                if (!finished) {
                    model.close();
                }
            }
        }
    }
}
