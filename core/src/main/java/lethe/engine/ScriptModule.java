package lethe.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedJitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.named_buffer_iterator;
import org.bytedeco.pytorch.named_module_iterator;
import org.bytedeco.pytorch.named_parameter_iterator;

/**
 * A network from a TorchScript file. Its parameters become windows of {@link Weights} like those of every other module,
 * so optimizers, masks and copies need not know that it is one.
 *
 * <p>It is computed in 32-bit floats whatever the type of its input. Every instance reads the file anew and shares
 * nothing with others. Tensors that are not 32-bit floats, such as the counter of batches of a batch normalisation, stay
 * as they are in the file. An operation of the script that draws random numbers, such as dropout, uses the engine's
 * global stream: such a network trains, but no seed repeats it.
 */
public final class ScriptModule extends Module {
    /** Python's name of a layer's class; the middle part appears where two instances differ in their code. */
    private static final Pattern LAYER =
            Pattern.compile("__torch__\\.torch\\.nn\\.modules\\.(?:\\w+\\.)(?:___torch_mangle_\\d+\\.)?(\\w+)");

    private final Path file;
    private final JitModule script;
    private final Map<String, Parameter> leaves = new LinkedHashMap<>();
    private final Map<String, Statistic> buffers = new LinkedHashMap<>();
    private final Map<String, long[]> bufferShapes = new LinkedHashMap<>();

    /**
     * Reads a file onto the current device, and tries it on one input of zeros.
     *
     * @param inputShape one input, without the batch dimension
     * @param classes the number of logits expected for each input
     * @throws IllegalArgumentException if there is no such file, it holds no TorchScript network, or the network cannot
     *     be trained here or does not turn such inputs into so many logits
     */
    public ScriptModule(Path file, long[] inputShape, int classes) {
        this.file = file;
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            script = read(file);
            parameters(script).forEach((name, raw) -> leaves.put(name, declare(name, raw)));
            if (leaves.isEmpty()) {
                throw new IllegalArgumentException("TorchScript file " + file + " has no parameters left to train; was "
                        + "it frozen? Save the module before torch.jit.freeze or optimize_for_inference");
            }
            refuseTies();
            buffers(script).forEach((name, raw) -> {
                bufferShapes.put(name, new Tensor(raw).shape());
                buffers.put(name, statistic(name, () -> initialStatistic(name), raw.numel()));
            });
            script.eval();
            tryOn(inputShape, classes);
            script.retainReference();
        }
    }

    /** Parameters and statistics as they are in a file, by the names and shapes of {@link Weights#named}. */
    public static Map<String, Tensor> stored(Path file) {
        Map<String, Tensor> stored = new LinkedHashMap<>();
        JitModule script = read(file);
        parameters(script).forEach((name, raw) -> stored.put(name, new Tensor(raw)));
        buffers(script).forEach((name, raw) -> stored.put(name, new Tensor(raw).reshape(-1)));
        return stored;
    }

    /** Writes the network with its present weights, as a TorchScript file that Python reads too. */
    public void write(Path target) {
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".tmp");
        try {
            Files.createDirectories(
                    Objects.requireNonNull(target.toAbsolutePath().getParent()));
            script.save(unfinished.toString());
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the network to " + target, e);
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        // Without its profiler, which may rewrite the network after a few calls: what a step computes must not depend
        // on
        // how many this process took before, or an interrupted training could not be repeated.
        torch.setGraphExecutorOptimize(false);
        IValue result = script.forward(new IValueVector(new IValue(x.to(Precision.FP32).raw)));
        if (!result.isTensor()) {
            throw new IllegalArgumentException("TorchScript file " + file + " returns a "
                    + result.tagKind().getString() + ", expected one tensor of logits");
        }
        return new Tensor(result.toTensor());
    }

    @Override
    void switched(boolean training) {
        script.train(training);
    }

    /** Lets the script use the windows of the flat vectors in place of the tensors it came with. */
    @Override
    void bound() {
        Map<String, JitModule> owners = owners();
        leaves.forEach(
                (name, parameter) -> owner(owners, name).setattr(attribute(name), new IValue(parameter.value().raw)));
        buffers.forEach((name, statistic) -> owner(owners, name)
                .setattr(
                        attribute(name),
                        new IValue(statistic.value().reshape(Objects.requireNonNull(bufferShapes.get(name))).raw)));
    }

    @Override
    void release() {
        script.close();
    }

    // ---------------------------------------------------------------- reading

    private static JitModule read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("There is no TorchScript file " + file.toAbsolutePath()
                    + "; save one in Python with torch.jit.script(model).save(path)");
        }
        try {
            return torch.load(
                    file.toString(), new DeviceOptional(Scope.currentDevice().raw()), false);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    file + " is not a TorchScript file (" + firstLine(e)
                            + "); expected one saved in Python with torch.jit.script(model).save(path). A state_dict or"
                            + " a pickled model holds no network that can be run here",
                    e);
        }
    }

    private Parameter declare(String name, org.bytedeco.pytorch.Tensor raw) {
        ScalarType type = raw.scalar_type().intern();
        if (type != ScalarType.Float) {
            throw new IllegalArgumentException("TorchScript file " + file + " has parameter '" + name + "' of type "
                    + type + ", expected Float; convert the module with .float() before saving it");
        }
        long[] shape = new Tensor(raw).shape();
        return parameter(name, seed -> initialParameter(name, shape, seed), shape);
    }

    /** Windows of one vector cannot overlap. */
    private void refuseTies() {
        Map<Long, String> places = new LinkedHashMap<>();
        parameters(script).forEach((name, raw) -> {
            String other = places.put(raw.data_ptr().address(), name);
            if (other != null && raw.numel() > 0) {
                throw new IllegalArgumentException(
                        "TorchScript file " + file + " shares one tensor between parameters '" + other + "' and '"
                                + name + "', which is not supported; give each its own");
            }
        });
    }

    private void tryOn(long[] inputShape, int classes) {
        long[] shape = new long[inputShape.length + 1];
        shape[0] = 1;
        System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
        long[] found;
        try {
            found = forward(Tensor.zeros(shape)).shape();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "TorchScript file " + file + " cannot take inputs of shape " + Arrays.toString(shape) + ": "
                            + firstLine(e),
                    e);
        }
        if (!Arrays.equals(found, new long[] {1, classes})) {
            throw new IllegalArgumentException("TorchScript file " + file + " turns inputs " + Arrays.toString(shape)
                    + " into " + Arrays.toString(found) + ", expected logits [1, " + classes + "] for the " + classes
                    + " classes of the data");
        }
    }

    /** The engine's complaint without the trace of the script, which comes before it. */
    private static String firstLine(RuntimeException error) {
        List<String> lines = Engine.message(error).strip().lines().toList();
        return lines.isEmpty() ? error.toString() : lines.get(lines.size() - 1).strip();
    }

    private static Map<String, org.bytedeco.pytorch.Tensor> parameters(JitModule script) {
        Map<String, org.bytedeco.pytorch.Tensor> found = new LinkedHashMap<>();
        named_parameter_iterator end = script.named_parameters().end();
        for (named_parameter_iterator it = script.named_parameters().begin(); it.notEquals(end); it.increment()) {
            NamedTensor named = it.access();
            found.put(named.name().getString(), named.value().detach());
        }
        return found;
    }

    private static Map<String, org.bytedeco.pytorch.Tensor> buffers(JitModule script) {
        Map<String, org.bytedeco.pytorch.Tensor> found = new LinkedHashMap<>();
        named_buffer_iterator end = script.named_buffers().end();
        for (named_buffer_iterator it = script.named_buffers().begin(); it.notEquals(end); it.increment()) {
            NamedTensor named = it.access();
            if (named.value().scalar_type().intern() == ScalarType.Float) {
                found.put(named.name().getString(), named.value().detach());
            }
        }
        return found;
    }

    /** The network and its parts by dotted name; the network itself is {@code ""}. */
    private Map<String, JitModule> owners() {
        Map<String, JitModule> found = new LinkedHashMap<>();
        named_module_iterator end = script.named_modules().end();
        for (named_module_iterator it = script.named_modules().begin(); it.notEquals(end); it.increment()) {
            NamedJitModule named = it.access();
            if (named.name() != null) { // as an empty name comes across
                found.put(named.name().getString(), new JitModule(named.value()));
            }
        }
        found.put("", script);
        return found;
    }

    private static JitModule owner(Map<String, JitModule> owners, String name) {
        return Objects.requireNonNull(owners.get(name.substring(0, Math.max(0, name.lastIndexOf('.')))), name);
    }

    private static String attribute(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    // ---------------------------------------------------------------- fresh weights

    /**
     * What the constructors of Python's layers draw: uniform in ±1/√fan-in for linear and convolutional layers, scale 1
     * and shift 0 for normalisation. A file does not say how anything else was initialised.
     */
    private Tensor initialParameter(String name, long[] shape, Seed seed) {
        Map<String, JitModule> owners = owners();
        JitModule owner = owner(owners, name);
        return switch (role(owner)) {
            case WEIGHTED -> {
                long[] weight = new Tensor(owner.attr("weight").toTensor()).shape();
                double fanIn = Arrays.stream(weight).skip(1).reduce(1, Math::multiplyExact);
                yield seed.uniform(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn), shape);
            }
            case NORMALISING -> attribute(name).equals("weight") ? Tensor.ones(shape) : Tensor.zeros(shape);
            case UNKNOWN ->
                throw new IllegalArgumentException("TorchScript file " + file
                        + " does not say how to draw fresh weights for " + unknown(owners)
                        + "; known are the layers Linear, Conv1d to Conv3d, BatchNorm1d to BatchNorm3d, LayerNorm and"
                        + " GroupNorm of torch.nn. The weights in the file can be used, but the network cannot be trained"
                        + " from scratch, as retraining and shadow models need");
        };
    }

    private Tensor initialStatistic(String name) {
        JitModule owner = owner(owners(), name);
        Tensor stored = new Tensor(owner.attr(attribute(name)).toTensor()).reshape(-1);
        if (role(owner) != Role.NORMALISING) {
            return stored; // a constant of the network
        }
        return attribute(name).equals("running_var") ? Tensor.ones(stored.shape()) : Tensor.zeros(stored.shape());
    }

    private String unknown(Map<String, JitModule> owners) {
        List<String> names = new ArrayList<>(leaves.keySet());
        names.removeIf(name -> role(owner(owners, name)) != Role.UNKNOWN);
        return String.join(", ", names.subList(0, Math.min(5, names.size()))) + (names.size() > 5 ? ", …" : "");
    }

    private static Role role(JitModule layer) {
        Matcher matcher = LAYER.matcher(layer.type().str().getString());
        if (!matcher.matches()) {
            return Role.UNKNOWN;
        }
        return switch (matcher.group(1)) {
            case "Linear", "Conv1d", "Conv2d", "Conv3d" -> Role.WEIGHTED;
            case "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "GroupNorm" -> Role.NORMALISING;
            default -> Role.UNKNOWN;
        };
    }

    private enum Role {
        WEIGHTED,
        NORMALISING,
        UNKNOWN
    }
}
