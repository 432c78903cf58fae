package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.CosineDecay;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Convolution transpose (CT): turns every kernel over its diagonal, then repairs the network on the retain set. Fifth of
 * the NeurIPS 2023 challenge.
 *
 * <pre>
 *   W[o, i, h, w] ← W[o, i, w, h] in every convolution of θ_o
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y) from there
 * </pre>
 *
 * <p>Reads D_R. Batch normalisation in training mode, training augmentation, SGD with momentum. Kernels of 1×1 stay as
 * they are. Defaults are those of the competition, as given by Cadet et al.; the cosine falls with every step, not once
 * an epoch, and augmentation is that of training, where theirs has none.
 *
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("convolution-transpose")
@AutoService(UnlearningMethod.class)
public record ConvolutionTranspose(
        int epochs, double learningRate, int batch, double momentum, double weightDecay, Schedule schedule)
        implements UnlearningMethod {

    public ConvolutionTranspose {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public ConvolutionTranspose() {
        this(3, 1e-3, 64, 0.9, 5e-4, new CosineDecay());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "NeurIPS 2023 challenge, 5th; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .of(original, trial)
                .prepared(model -> transpose(model.weights()))
                .run((model, epoch) -> List.of(new Pass(
                        Batches.shuffled(batch, trial.random("retain", epoch), retain), Tuning.crossEntropy(model))));
    }

    /** Swaps the spatial axes of every kernel. */
    static void transpose(Weights weights) {
        Surgery.kernels(weights, weights.values()).forEach((name, kernel) -> {
            if (kernel.size(2) != kernel.size(3)) {
                throw new IllegalArgumentException(
                        "Kernel '" + name + "' is of shape " + Arrays.toString(kernel.shape())
                                + ", expected as many rows as columns; only such can be transposed in place");
            }
            Tensor before = kernel.copy();
            kernel.copyInPlace(before.permute(0, 1, 3, 2));
        });
    }
}
