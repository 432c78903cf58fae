package lethe.training;

import java.util.Optional;
import lethe.catalog.Require;
import lethe.data.Augmentation;
import lethe.data.CropFlip;
import lethe.data.NoAugmentation;
import lethe.engine.Optimizer;
import lethe.engine.Precision;
import lethe.engine.Sgd;
import lethe.engine.Weights;

/**
 * Everything that decides how a model is trained, apart from network, data and seed.
 *
 * @param epochs passes over the training set
 * @param batch examples in a step
 * @param learningRate peak learning rate η of stochastic gradient descent
 * @param momentum μ
 * @param nesterov whether the step looks ahead
 * @param weightDecay λ, coupled, on all weights
 * @param schedule course of the learning rate
 * @param labelSmoothing share of the target spread over all classes
 * @param precision number format of activations while training
 * @param augmentation random change of training inputs
 * @param adam descends by AdamW instead of by SGD, with weight decay decoupled and without momentum
 */
public record Recipe(
        int epochs,
        int batch,
        double learningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        Schedule schedule,
        double labelSmoothing,
        Precision precision,
        Augmentation augmentation,
        Optional<Adam> adam) {

    public Recipe {
        Require.positive("epochs", epochs);
        Require.positive("batch", batch);
        Require.positive("learningRate", learningRate);
        Require.that(momentum >= 0 && momentum < 1, "momentum must lie in [0, 1), but is " + momentum);
        Require.notNegative("weightDecay", weightDecay);
        Require.that(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "labelSmoothing must lie in [0, 1), but is " + labelSmoothing);
    }

    /** A recipe by stochastic gradient descent. */
    public Recipe(
            int epochs,
            int batch,
            double learningRate,
            double momentum,
            boolean nesterov,
            double weightDecay,
            Schedule schedule,
            double labelSmoothing,
            Precision precision,
            Augmentation augmentation) {
        this(
                epochs,
                batch,
                learningRate,
                momentum,
                nesterov,
                weightDecay,
                schedule,
                labelSmoothing,
                precision,
                augmentation,
                Optional.empty());
    }

    /** Short training of a small network, for shadow worlds: 12 epochs, triangle to 0.2, batch 128, no augmentation. */
    public Recipe() {
        this(12, 128, 0.2, 0.9, true, 5e-4, new Triangle(), 0, Precision.BF16, new NoAugmentation());
    }

    /** The same recipe over another number of epochs, with the whole course of the learning rate in them. */
    public Recipe lasting(int otherEpochs) {
        return new Recipe(
                otherEpochs,
                batch,
                learningRate,
                momentum,
                nesterov,
                weightDecay,
                schedule,
                labelSmoothing,
                precision,
                augmentation,
                adam);
    }

    /** What moves the weights of one model. */
    Optimizer optimizer(Weights weights) {
        return adam.<Optimizer>map(it -> it.optimizer(weights, weightDecay, Optional.empty()))
                .orElseGet(() -> new Sgd(weights, momentum, nesterov, weightDecay));
    }

    /**
     * The recipe behind the original models of AMUN (Ebrahimpour-Boroojeny et al., 2025) for ResNet-18 on CIFAR-10: 201
     * epochs at 0.1, a tenth every 40 epochs, batch 128, crop and flip; here with bfloat16 activations.
     */
    public static Recipe cifarResNet() {
        return new Recipe(201, 128, 0.1, 0.9, false, 5e-4, new StepDecay(40, 0.1), 0, Precision.BF16, new CropFlip());
    }

    /**
     * Ours for the nine-layer network on all of CIFAR-10: eight epochs, triangle to 0.4, batch 256, crop and flip. At
     * width 32 they reach 86.9 % on the test images, half as many epochs 84 %.
     */
    public static Recipe cifarFast() {
        return new Recipe(8, 256, 0.4, 0.9, true, 5e-4, new Triangle(), 0.1, Precision.BF16, new CropFlip());
    }
}
