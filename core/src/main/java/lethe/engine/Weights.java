package lethe.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a network: one flat vector of parameters, one of statistics, and where it is trained one of gradients.
 * Every parameter of the module tree is a window of these vectors, so copying a model is two copies, and a penalty, a
 * mask or a distance is one operation over the vector.
 */
public final class Weights implements AutoCloseable {
    private final Module root;
    private final Tensor values;
    private @Nullable Tensor gradient;
    private final Tensor statistics;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Module.Statistic> named = new LinkedHashMap<>();
    private final boolean scaled;
    private final boolean channelsLast;

    /**
     * Allocates the weights of {@code root} on the current device and initialises them.
     *
     * @param seed each parameter draws from a stream derived by its name
     */
    public Weights(Module root, Seed seed) {
        this(root, Optional.of(seed), true);
    }

    /** Allocates the weights of {@code root} on the current device, all 0; the caller fills them from elsewhere. */
    public static Weights blank(Module root) {
        return new Weights(root, Optional.empty(), true);
    }

    /** As the constructor, but kernels lie in the order of their shape: the slow layout, for comparison. */
    public static Weights rowMajor(Module root, Seed seed) {
        return new Weights(root, Optional.of(seed), false);
    }

    private Weights(Module root, Optional<Seed> seed, boolean channelsLast) {
        this.root = root;
        this.channelsLast = channelsLast;
        root.visitParameters("", parameters::put);
        root.visitStatistics("", named::put);
        long size = 0;
        for (Parameter parameter : parameters.values()) {
            parameter.place(size);
            size += parameter.elements();
        }
        long statisticsSize =
                named.values().stream().mapToLong(Module.Statistic::length).sum();
        this.scaled = parameters.values().stream().anyMatch(parameter -> parameter.gradientScale() != 1);
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            values = Tensor.zeros(size).retain();
            statistics = Tensor.zeros(statisticsSize).retain();
            parameters.forEach((name, parameter) -> {
                Tensor window = window(values, parameter, channelsLast);
                seed.ifPresent(origin -> window.copyInPlace(parameter.draw(origin.derive("init:" + name))));
                Tensor leaf = new Tensor(window.raw.detach().requires_grad_(parameter.isTrainable())).retain();
                parameter.bind(leaf);
            });
            long offset = 0;
            for (Module.Statistic statistic : named.values()) {
                Tensor window = statistics.narrow(0, offset, statistic.length()).retain();
                seed.ifPresent(origin -> window.copyInPlace(statistic.draw()));
                statistic.bind(window);
                offset += statistic.length();
            }
            root.bound();
        }
    }

    /** The window of a flat vector that holds one parameter. */
    private static Tensor window(Tensor flat, Parameter parameter, boolean channelsLast) {
        long[] shape = parameter.shape();
        Tensor part = flat.narrow(0, parameter.offset(), parameter.elements());
        return channelsLast && shape.length == 4
                ? part.reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                : part.reshape(shape);
    }

    /** All parameters as one vector of length P; changing it changes the network. */
    public Tensor values() {
        return values;
    }

    /** The gradients that {@link Tensor#backward} has added since {@link #clearGradient}, length P. */
    public Tensor gradient() {
        if (gradient == null) {
            gradient = placeForGradient();
        }
        return gradient;
    }

    /** Only models that are trained pay for one: it is as large as they are. */
    private Tensor placeForGradient() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Tensor all = new Tensor(torch.zeros_like(values.raw)).retain();
            parameters.values().forEach(parameter -> {
                org.bytedeco.pytorch.Tensor leaf = parameter.value().raw;
                Tensor window = window(all, parameter, channelsLast);
                Tensor before = new Tensor(leaf.grad());
                if (before.raw.defined()) {
                    window.copyInPlace(before);
                }
                leaf.mutable_grad().put(window.raw);
            });
            return all;
        }
    }

    /** All statistics as one vector, such as the running means of batch normalisation. */
    public Tensor statistics() {
        return statistics;
    }

    /** The {@link #gradient} of each parameter that may move, by name: views in the shapes of the parameters. */
    public Map<String, Tensor> gradients() {
        Map<String, Tensor> all = windows(gradient());
        parameters.forEach((name, parameter) -> {
            if (!parameter.isTrainable()) {
                all.remove(name);
            }
        });
        return all;
    }

    /** The number of parameters P. */
    public long size() {
        return values.elements();
    }

    /** Sets the gradient to zero. */
    public void clearGradient() {
        gradient().raw.zero_();
    }

    /** Takes over parameters and statistics of a network of the same architecture. */
    public void copyFrom(Weights other) {
        if (other.size() != size() || other.statistics.elements() != statistics.elements()) {
            throw new IllegalArgumentException("Weights hold " + size() + " parameters and " + statistics.elements()
                    + " statistics, the source holds " + other.size() + " and " + other.statistics.elements()
                    + "; both must come from the same architecture");
        }
        try (NoGrad guard = NoGrad.enter()) {
            values.copyInPlace(other.values);
            statistics.copyInPlace(other.statistics);
        }
    }

    /**
     * Moves every trainable parameter towards 0 by {@code threshold}, and to exactly 0 if it was nearer: the soft
     * threshold, proximal operator of the ℓ₁ norm.
     */
    public void shrink(double threshold) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Tensor amount = values.clamp(-threshold, threshold);
            values.addInPlace(trainableMask().map(amount::mul).orElse(amount), -1);
        }
    }

    /** Whether parameters and statistics are the same numbers. */
    public boolean equalTo(Weights other) {
        return values.raw.equal(other.values.raw) && statistics.raw.equal(other.statistics.raw);
    }

    /**
     * A vector that is 1 for parameters that may move and 0 for the others, or nothing if all may.
     */
    Optional<Tensor> trainableMask() {
        if (parameters.values().stream().allMatch(Parameter::isTrainable)) {
            return Optional.empty();
        }
        Tensor mask = Tensor.ones(size());
        parameters.values().forEach(parameter -> {
            if (!parameter.isTrainable()) {
                mask.narrow(0, parameter.offset(), parameter.elements()).zeroInPlace();
            }
        });
        return Optional.of(mask);
    }

    /** What each parameter's gradient is multiplied with, or nothing if it is 1 everywhere. */
    Optional<Tensor> gradientScales() {
        if (!scaled) {
            return Optional.empty();
        }
        Tensor scales = Tensor.ones(size());
        parameters.forEach((name, parameter) ->
                scales.narrow(0, parameter.offset(), parameter.elements()).mulInPlace(parameter.gradientScale()));
        return Optional.of(scales);
    }

    /** Parameters and statistics by name, as views; the layout of a weights file. */
    public Map<String, Tensor> named() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> all.put(name, parameter.value()));
        named.forEach((name, statistic) -> all.put(name, statistic.value()));
        return all;
    }

    /**
     * Takes over tensors by name.
     *
     * @throws IllegalArgumentException naming every tensor that is missing, superfluous or of another shape; nothing is
     *     changed then
     */
    public void load(Map<String, Tensor> source) {
        Map<String, Tensor> own = named();
        java.util.List<String> faults = new java.util.ArrayList<>();
        own.forEach((name, tensor) -> {
            Tensor given = source.get(name);
            if (given == null) {
                faults.add(name + " is missing");
            } else if (!java.util.Arrays.equals(given.shape(), tensor.shape())) {
                faults.add(name + " has shape " + java.util.Arrays.toString(given.shape()) + ", expected "
                        + java.util.Arrays.toString(tensor.shape()));
            }
        });
        source.keySet().stream()
                .filter(name -> !own.containsKey(name))
                .forEach(name -> faults.add(name + " belongs to no part of the model"));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("Weights do not fit the model: "
                    + String.join("; ", faults.subList(0, Math.min(5, faults.size())))
                    + (faults.size() > 5 ? "; and " + (faults.size() - 5) + " more" : "")
                    + ". Was the file written by another architecture?");
        }
        try (NoGrad guard = NoGrad.enter()) {
            own.forEach((name, tensor) -> tensor.copyInPlace(java.util.Objects.requireNonNull(source.get(name))));
        }
    }

    /**
     * What belongs to each parameter, by name, of a vector of length P such as {@link #values}: views in the shapes of the
     * parameters, in order of declaration.
     */
    public Map<String, Tensor> windows(Tensor vector) {
        if (vector.elements() != size()) {
            throw new IllegalArgumentException("Vector holds " + vector.elements()
                    + " elements, expected one for each of " + size() + " parameters");
        }
        Map<String, Tensor> windows = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> windows.put(name, window(vector, parameter, channelsLast)));
        return windows;
    }

    /**
     * How fast {@code outputs} change when the parameters move along {@code direction}: the product of their derivative
     * with a vector of length P, in the shape of the outputs. They can be differentiated again afterwards.
     */
    public Tensor derivativeAlong(Tensor outputs, Tensor direction) {
        // The gradient Jᵀu is linear in u, whatever u is; differentiating ⟨Jᵀu, v⟩ by u leaves Jv.
        Tensor u = new Tensor(torch.zeros_like(outputs.raw).requires_grad_(true));
        TensorVector moving = new TensorVector();
        List<Tensor> steps = new ArrayList<>();
        windows(direction).forEach((name, step) -> {
            org.bytedeco.pytorch.Tensor raw =
                    Objects.requireNonNull(parameters.get(name)).value().raw;
            if (raw.requires_grad()) {
                moving.push_back(raw);
                steps.add(step);
            }
        });
        TensorVector gradients = torch.grad(
                new TensorVector(outputs.raw), moving, new TensorVector(u.raw), new BoolOptional(true), true, true);
        List<Tensor> products = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            org.bytedeco.pytorch.Tensor gradient = gradients.get(i);
            if (gradient.defined()) {
                products.add(new Tensor(gradient).mul(steps.get(i)).sum().reshape(1));
            }
        }
        Tensor inner = Tensor.concat(products, 0).sum();
        return new Tensor(torch.grad(
                        new TensorVector(inner.raw),
                        new TensorVector(u.raw),
                        new TensorVector(),
                        new BoolOptional(true),
                        false,
                        false)
                .get(0));
    }

    /** The module these weights belong to. */
    public Module root() {
        return root;
    }

    @Override
    public void close() {
        parameters.values().forEach(parameter -> parameter.value().close());
        named.values().forEach(statistic -> statistic.value().close());
        root.release();
        values.close();
        if (gradient != null) {
            gradient.close();
        }
        statistics.close();
    }
}
