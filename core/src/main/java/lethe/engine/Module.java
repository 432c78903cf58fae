package lethe.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of a network: parameters, statistics, smaller parts, and a function of one tensor.
 *
 * <p>A module declares its parameters while it is constructed; {@link Weights} then allocates and initialises the whole
 * tree at once. Names are the path of declarations joined by dots, in order of declaration.
 */
public abstract class Module {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Statistic> statistics = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private boolean training;
    private boolean frozen;
    private Precision precision = Precision.FP32;
    private @Nullable Consumer<Tensor> listener;

    /** Applies the module; the result depends on {@link #isTraining} where it has statistics. */
    public abstract Tensor forward(Tensor x);

    /**
     * Tells what this layer gets in every forward pass, until told otherwise; layers that end networks do so.
     *
     * @param ear gets the input, which belongs to the scope of the pass; {@code null} to stop
     */
    public final void listen(@Nullable Consumer<Tensor> ear) {
        listener = ear;
    }

    /** Tells who listens of an input. */
    final Tensor heard(Tensor x) {
        if (listener != null) {
            listener.accept(x);
        }
        return x;
    }

    /** Declares a learnable tensor. */
    protected final Parameter parameter(String name, Function<Seed, Tensor> initial, long... shape) {
        return parameter(name, 1, initial, shape);
    }

    /** Declares a learnable tensor whose gradient is multiplied by {@code gradientScale} before each update. */
    protected final Parameter parameter(
            String name, double gradientScale, Function<Seed, Tensor> initial, long... shape) {
        Parameter parameter = new Parameter(shape, gradientScale, initial);
        parameters.put(name, parameter);
        return parameter;
    }

    /** Declares a tensor that is stored with the weights but not learned by gradients. */
    protected final Statistic statistic(String name, float initial, long length) {
        return statistic(name, () -> Tensor.zeros(length).add(initial), length);
    }

    final Statistic statistic(String name, Supplier<Tensor> initial, long length) {
        Statistic statistic = new Statistic(initial, length);
        statistics.put(name, statistic);
        return statistic;
    }

    /** Declares a part. */
    protected final <M extends Module> M child(String name, M module) {
        children.put(name, module);
        return module;
    }

    /** Switches this module and all its parts between training and evaluation. */
    public final void training(boolean flag) {
        training = flag && !frozen;
        switched(training);
        children.values().forEach(child -> child.training(training));
    }

    /**
     * Excludes all parameters of this module and its parts from training, and leaves it in evaluation mode whatever is
     * asked, so that statistics stay too. Optimizers made afterwards move nothing here.
     */
    public final void freeze() {
        frozen = true;
        training(false);
        parameters().forEach(parameter -> parameter.trainable(false));
    }

    /** Sets the precision of activations in training mode, for this module and all its parts. */
    public final void precision(Precision chosen) {
        precision = chosen;
        children.values().forEach(child -> child.precision(chosen));
    }

    /** The precision of activations in training mode. */
    public final Precision precision() {
        return precision;
    }

    /** The precision of activations now; evaluation is always in 32-bit floats. */
    public final Precision activations() {
        return training ? precision : Precision.FP32;
    }

    /** Whether batch statistics are used and updated. */
    public final boolean isTraining() {
        return training;
    }

    /**
     * The direct parts by name, in order of declaration; the last one is nearest the output.
     */
    public final Map<String, Module> children() {
        return java.util.Collections.unmodifiableMap(children);
    }

    /** Told that this module trains now, or no longer does. */
    void switched(boolean training) {}

    /** Told that all parameters and statistics have their memory. */
    void bound() {
        children.values().forEach(Module::bound);
    }

    /** Frees native memory that belongs to no tensor of {@link Weights}. */
    void release() {
        children.values().forEach(Module::release);
    }

    /** All parameters below this module, in order of declaration. */
    public final List<Parameter> parameters() {
        List<Parameter> found = new ArrayList<>();
        visitParameters("", (name, parameter) -> found.add(parameter));
        return found;
    }

    final void visitParameters(String prefix, BiConsumer<String, Parameter> visitor) {
        parameters.forEach((name, parameter) -> visitor.accept(prefix + name, parameter));
        children.forEach((name, child) -> child.visitParameters(prefix + name + ".", visitor));
    }

    final void visitStatistics(String prefix, BiConsumer<String, Statistic> visitor) {
        statistics.forEach((name, statistic) -> visitor.accept(prefix + name, statistic));
        children.forEach((name, child) -> child.visitStatistics(prefix + name + ".", visitor));
    }

    /** A vector that belongs to the weights but is not learned by gradients, such as a running mean. */
    public static final class Statistic {
        private final Supplier<Tensor> initial;
        private final long length;
        private @org.jspecify.annotations.Nullable Tensor value;

        Statistic(Supplier<Tensor> initial, long length) {
            this.initial = initial;
            this.length = length;
        }

        /** The vector, 32-bit floats. */
        public Tensor value() {
            if (value == null) {
                throw new IllegalStateException("The module's weights are not allocated yet; build it through Weights");
            }
            return value;
        }

        Tensor draw() {
            return initial.get();
        }

        long length() {
            return length;
        }

        void bind(Tensor window) {
            this.value = window;
        }
    }
}
