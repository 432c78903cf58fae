package lethe.training;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lethe.data.Dataset;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;

/** How long the gradient of the loss of each single example is: {@link TextScore#ofGradients}. */
final class GradientNorms {
    private GradientNorms() {}

    /**
     * One backward pass for each example, in evaluation mode. Afterwards the mode is what it was and the gradient 0.
     *
     * @return (n) of each norm
     */
    static Map<TextScore, float[]> of(Model model, Dataset data) {
        float[] mean = new float[data.size()];
        float[] whole = new float[data.size()];
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (Scope scope = Scope.open()) {
            List<Tensor> gradients = List.copyOf(model.weights().gradients().values());
            for (int row = 0; row < data.size(); row++) {
                try (Scope step = Scope.open()) {
                    double[] squares = squares(model, data, row, gradients);
                    double sum = 0;
                    double all = 0;
                    for (double square : squares) {
                        sum += Math.sqrt(square);
                        all += square;
                    }
                    mean[row] = (float) (-sum / squares.length);
                    whole[row] = (float) -Math.sqrt(all);
                }
            }
        } finally {
            model.weights().clearGradient();
            model.training(wasTraining);
        }
        Map<TextScore, float[]> norms = new EnumMap<>(TextScore.class);
        norms.put(TextScore.GRADIENT_NORM, mean);
        norms.put(TextScore.GLOBAL_GRADIENT_NORM, whole);
        return norms;
    }

    /** ‖∂ℓ/∂W‖₂² of each W. */
    private static double[] squares(Model model, Dataset data, int row, List<Tensor> gradients) {
        int[] one = {row};
        model.weights().clearGradient();
        model.logits(data.inputs(one)).crossEntropy(data.labels(one)).backward();
        float[] found = Tensor.concat(
                        gradients.stream()
                                .map(gradient -> gradient.square().sum().reshape(1))
                                .toList(),
                        0)
                .toFloats();
        double[] squares = new double[found.length];
        for (int i = 0; i < squares.length; i++) {
            squares[i] = found[i];
        }
        return squares;
    }
}
