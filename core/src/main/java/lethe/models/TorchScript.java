package lethe.models;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import lethe.catalog.Named;
import lethe.engine.Module;
import lethe.engine.Scope;
import lethe.engine.ScriptModule;

/**
 * A network of your own, from a TorchScript file. In Python:
 *
 * <pre>
 *   torch.jit.script(model).save("model.pt")      # raw inputs in [0, 1] to logits, 32-bit floats
 * </pre>
 *
 * <p>The network takes raw inputs, so whatever normalisation it needs belongs into it. The file stays where it is as
 * long as models of it are used: it holds their form. {@link #stored} gives the model with the weights of the file;
 * {@link #create}, and with it retraining and shadow models, draws fresh ones as the constructors of PyTorch's layers do
 * and fails with a list of parameters for which a file does not say how.
 *
 * @param file the TorchScript file
 */
@Named("torchscript")
@AutoService(Architecture.class)
public record TorchScript(Path file) implements Architecture {
    /** {@code model.pt} in the working directory. */
    public TorchScript() {
        this(Path.of("model.pt"));
    }

    @Override
    public Module build(long[] inputShape, int classes) {
        return new ScriptModule(file, inputShape, classes);
    }

    @Override
    public boolean takesRawInputs() {
        return true;
    }

    /** The model with the weights of the file, on the current device. */
    public Model stored(long[] inputShape, int classes) {
        Model model = blank(inputShape, classes);
        try (Scope scope = Scope.open()) {
            model.weights().load(ScriptModule.stored(file));
        }
        return model;
    }

    /**
     * Writes a model of a TorchScript network, such as an unlearned one, as a TorchScript file.
     *
     * @throws IllegalArgumentException if the network came from elsewhere
     */
    public static void write(Model model, Path file) {
        if (!(model.network() instanceof ScriptModule script)) {
            throw new IllegalArgumentException(
                    "Only a model that was read from a TorchScript file can be written as one," + " but this is "
                            + model.architecture());
        }
        model.training(false);
        script.write(file);
    }
}
