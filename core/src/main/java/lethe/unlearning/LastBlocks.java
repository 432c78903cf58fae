package lethe.unlearning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Module;
import lethe.engine.NoGrad;
import lethe.engine.Parameter;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Penalty;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * The end of a network: its classifier and the k parts before it. Parts are what the network declares directly, in the
 * order from input to output: the stages of ResNet-18, the layers and residual blocks of the nine-layer network, the
 * convolutions of VGG-19 and of the all-convolutional network with their normalisation, the layers of a perceptron.
 *
 * @param k the number of parts before the classifier
 * @param frozenStatistics whether batch normalisation stays in evaluation mode here too
 * @param pull λ, strength of the pull λ/2 · ‖θ − θ_start‖² back to where fine-tuning starts
 */
record LastBlocks(int k, boolean frozenStatistics, double pull) {
    /** Checks what does not depend on the network. */
    static void require(int k, double pull) {
        Require.notNegative("k", k);
        Require.notNegative("pull", pull);
    }

    /** Fine-tunes these parts of a copy of {@code start} on the retain set. The result is not frozen anywhere. */
    Model tune(Model start, Split split, Trial trial, Tuning tuning, int batch) {
        Source retain = new Source(split.retain(), trial.augmentation());
        Penalty back = weights -> addPull(weights.gradient(), weights.values(), start);
        try (Model tuned = tuning.of(start, trial)
                .prepared(this::freezeOthers)
                .run((model, epoch) -> List.of(new Pass(
                        Batches.shuffled(batch, trial.random("retain", epoch), retain),
                        Tuning.crossEntropy(model),
                        back)))) {
            return tuned.copy();
        }
    }

    /** Adds λ · (θ − θ_start), which is 0 wherever nothing moves. */
    private void addPull(Tensor gradient, Tensor values, Model start) {
        if (pull > 0) {
            try (Scope scope = Scope.open();
                    NoGrad guard = NoGrad.enter()) {
                gradient.addInPlace(values.sub(start.weights().values()), pull);
            }
        }
    }

    /** Lets nothing but these parts move. */
    void freezeOthers(Model model) {
        List<String> moving = names(model.architecture(), model.network());
        if (!frozenStatistics) {
            model.network().children().forEach((name, part) -> {
                if (!moving.contains(name)) {
                    part.freeze();
                }
            });
            return;
        }
        List<Parameter> movable = model.network().children().entrySet().stream()
                .filter(part -> moving.contains(part.getKey()))
                .flatMap(part -> part.getValue().parameters().stream())
                .filter(Parameter::isTrainable)
                .toList();
        model.network().freeze(); // evaluation mode everywhere
        movable.forEach(parameter -> parameter.trainable(true));
    }

    /** Gives these parts, running statistics included, the weights of a fresh network. */
    void reinitialise(Model model, Seed seed) {
        List<String> moving = names(model.architecture(), model.network());
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model fresh = model.fresh(seed)) {
            Map<String, Tensor> drawn = fresh.named();
            model.named().forEach((name, tensor) -> {
                if (moving.stream().anyMatch(part -> name.startsWith(part + "."))) {
                    tensor.copyInPlace(Objects.requireNonNull(drawn.get(name), name));
                }
            });
        }
    }

    /** The names of these parts, the classifier last. */
    List<String> names(Architecture architecture, Module network) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, Module> part : network.children().entrySet()) {
            if (!part.getValue().parameters().isEmpty()) {
                parts.add(part.getKey());
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("The network of " + architecture
                    + " is of one piece, but this method moves its last parts; use another method, such as finetune");
        }
        int before = parts.size() - 1;
        if (k > before) {
            throw new IllegalArgumentException("k is " + k + ", but " + architecture + " has " + before
                    + " parts before its classifier: " + String.join(", ", parts.subList(0, before))
                    + "; choose k in [0, " + before + "]");
        }
        return parts.subList(before - k, parts.size());
    }
}
