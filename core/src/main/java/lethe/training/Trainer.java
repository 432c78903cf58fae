package lethe.training;

import java.util.List;
import lethe.data.Dataset;
import lethe.engine.Optimizer;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.models.Model;

/** Trains models from fresh weights, all by the same recipe. */
public final class Trainer {
    private final Recipe recipe;

    /** A trainer by {@code recipe}. */
    public Trainer(Recipe recipe) {
        this.recipe = recipe;
    }

    /** The recipe. */
    public Recipe recipe() {
        return recipe;
    }

    /** Trains a fresh model; the same arguments and thread count give the same bits. */
    public Model fit(Architecture architecture, Dataset data, Seed seed) {
        return fit(architecture, data, Trial.of(seed));
    }

    /** Trains a fresh model, telling progress and storing checkpoints as {@code trial} says. */
    public Model fit(Architecture architecture, Dataset data, Trial trial) {
        if (architecture instanceof SelfTaught own) {
            return own.fit(recipe, data, trial);
        }
        Model model = architecture.create(data.shape(), data.outputs(), trial.random("weights"));
        train(model, data, trial);
        return model;
    }

    /** Trains a model from the weights it has, through the whole course of the recipe. */
    void train(Model model, Dataset data, Trial trial) {
        model.precision(recipe.precision());
        Source source = new Source(data, recipe.augmentation());
        try (Optimizer optimizer = recipe.optimizer(model.weights())) {
            Objective crossEntropy =
                    batch -> model.logits(batch.inputs()).crossEntropy(batch.labels(), recipe.labelSmoothing());
            new Descent(model, optimizer, recipe.learningRate(), recipe.schedule(), trial)
                    .run(
                            recipe.epochs(),
                            epoch -> List.of(new Pass(
                                    Batches.shuffled(recipe.batch(), trial.random("epoch", epoch), source),
                                    crossEntropy)));
        }
    }
}
