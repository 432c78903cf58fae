package lethe.unlearning;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import lethe.catalog.Require;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Descent;
import lethe.training.Objective;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * Stochastic gradient descent from the original weights, on a copy of the model in training mode. A method says what an
 * epoch passes over.
 *
 * @param epochs how often the course is run
 * @param learningRate peak step size
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 */
record Tuning(int epochs, double learningRate, double momentum, double weightDecay, Schedule schedule) {
    /** What one epoch passes over. */
    @FunctionalInterface
    interface Course {
        List<Pass> passes(Model model, int epoch);
    }

    /** Checks the settings that methods have in common. */
    static void require(int epochs, double learningRate, int batch, double momentum, double weightDecay) {
        Require.positive("epochs", epochs);
        Require.positive("learningRate", learningRate);
        Require.positive("batch", batch);
        Require.that(momentum >= 0 && momentum < 1, "momentum must lie in [0, 1), but is " + momentum);
        Require.notNegative("weightDecay", weightDecay);
    }

    /** Mean cross-entropy of a batch. */
    static Objective crossEntropy(Model model) {
        return batch -> model.logits(batch.inputs()).crossEntropy(batch.labels());
    }

    Model run(Model original, Trial trial, Course course) {
        return run(original, trial, Optional.empty(), course, model -> false);
    }

    /**
     * Runs the course.
     *
     * @param mask vector of length P that is 0 for weights that must not move
     * @param stopAfter asked after every epoch, with the model in evaluation mode
     */
    Model run(Model original, Trial trial, Optional<Tensor> mask, Course course, Predicate<Model> stopAfter) {
        Model model = original.copy();
        boolean finished = false;
        try (Sgd optimizer = new Sgd(model.weights(), momentum, false, weightDecay, mask)) {
            new Descent(model, optimizer, learningRate, schedule, trial)
                    .run(epochs, epoch -> course.passes(model, epoch), epoch -> stopAfter.test(model));
            finished = true;
            return model;
        } finally {
            if (!finished) {
                model.close();
            }
        }
    }
}
