package lethe.models;

import java.util.Map;
import java.util.function.Function;
import lethe.engine.Module;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;

/**
 * A network with weights, from raw inputs to logits.
 *
 * <p>Normalisation is part of the model, so attacks and adversarial searches work in the space of raw inputs, whatever
 * the recipe. In evaluation mode everything is computed in 32-bit floats; in training mode activations have the
 * precision of {@link #precision}. A model is in evaluation mode unless somebody trains it.
 */
public final class Model implements AutoCloseable {
    /** Inputs in [0, 1] are moved to about unit scale by constants, so that no statistic of the data leaks into them. */
    private static final double CENTRE = 0.5;

    private static final double SPREAD = 0.25;

    private final Architecture architecture;
    private final long[] inputShape;
    private final int classes;
    private final Module network;
    private final Weights weights;

    private Model(Architecture architecture, long[] inputShape, int classes, Function<Module, Weights> weights) {
        this.architecture = architecture;
        this.inputShape = inputShape.clone();
        this.classes = classes;
        this.network = architecture.build(inputShape, classes);
        this.weights = weights.apply(network);
    }

    static Model fresh(Architecture architecture, long[] inputShape, int classes, Seed seed) {
        return new Model(architecture, inputShape, classes, network -> new Weights(network, seed));
    }

    static Model blank(Architecture architecture, long[] inputShape, int classes) {
        return new Model(architecture, inputShape, classes, Weights::blank);
    }

    /**
     * Logits of raw inputs.
     *
     * @param inputs {@code (B, shape…)}, 32-bit floats; images in [0, 1], or token ids {@code (B, T)}, 64-bit integers
     * @return {@code (B, K)}, 32-bit floats; of texts {@code (B, T, V)}
     */
    public Tensor logits(Tensor inputs) {
        Tensor normalised =
                architecture.takesRawInputs() ? inputs : inputs.add(-CENTRE).mul(1 / SPREAD);
        // Token ids are no activations; the network converts what it makes of them.
        Tensor x = network.isTraining() && !normalised.isIntegers() ? normalised.to(network.activations()) : normalised;
        return network.forward(x).to(Precision.FP32);
    }

    /** Switches between training, where batch statistics are used and updated, and evaluation. */
    public void training(boolean flag) {
        network.training(flag);
    }

    /** Whether the model is in training mode. */
    public boolean isTraining() {
        return network.isTraining();
    }

    /** Sets the precision of activations in training mode. */
    public void precision(Precision chosen) {
        network.precision(chosen);
    }

    /** The precision of activations in training mode. */
    public Precision precision() {
        return network.precision();
    }

    /** A model of the same form with the same weights that shares nothing with this one, in evaluation mode. */
    public Model copy() {
        try (Scope scope = Scope.open()) {
            Model copy = blank(architecture, inputShape, classes);
            copy.weights.copyFrom(weights);
            copy.precision(precision());
            return copy;
        }
    }

    /** A model of the same form with fresh weights. */
    public Model fresh(Seed seed) {
        Model fresh = fresh(architecture, inputShape, classes, seed);
        fresh.precision(precision());
        return fresh;
    }

    /** The weights; changing them changes the model. */
    public Weights weights() {
        return weights;
    }

    /** The network that turns normalised inputs into logits. */
    public Module network() {
        return network;
    }

    /** The form of the network. */
    public Architecture architecture() {
        return architecture;
    }

    /** The shape of one input. */
    public long[] inputShape() {
        return inputShape.clone();
    }

    /** The number of classes K. */
    public int classes() {
        return classes;
    }

    /** Parameters and statistics by name, as views. */
    public Map<String, Tensor> named() {
        return weights.named();
    }

    @Override
    public void close() {
        weights.close();
    }
}
