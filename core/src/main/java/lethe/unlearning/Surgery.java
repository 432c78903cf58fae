package lethe.unlearning;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.DivergedException;

/** Edits of the weights themselves, on a copy of a model. */
final class Surgery {
    private static final int KERNEL_DIMENSIONS = 4; // (C', C, h, w)

    private Surgery() {}

    /**
     * A copy of the original after {@code change}, which gets it in evaluation mode.
     *
     * @throws DivergedException if weights are not finite numbers, before or afterwards
     */
    static Model on(Model original, Consumer<Model> change) {
        DivergedException.unlessFinite(original.weights());
        Model model = original.copy();
        boolean finished = false;
        try {
            try (Scope scope = Scope.open()) {
                change.accept(model);
            }
            DivergedException.unlessFinite(model.weights());
            finished = true;
            return model;
        } finally {
            if (!finished) {
                model.close();
            }
        }
    }

    /**
     * The parts of a vector of length P that belong to the kernels of convolutions, {@code (C', C, h, w)}, in order of
     * declaration; the stem of the usual networks comes first.
     *
     * @throws IllegalArgumentException if the network has no convolution
     */
    static Map<String, Tensor> kernels(Weights weights, Tensor vector) {
        Map<String, Tensor> kernels = new LinkedHashMap<>();
        weights.windows(vector).forEach((name, window) -> {
            if (window.shape().length == KERNEL_DIMENSIONS) {
                kernels.put(name, window);
            }
        });
        if (kernels.isEmpty()) {
            throw new IllegalArgumentException(
                    "The network has no convolution, and this method forgets by editing those;"
                            + " choose a convolutional network or another method");
        }
        return kernels;
    }
}
