package lethe.unlearning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * One of several parts of an execution, of which each ends in a model: once finished it is not done again, however often
 * the execution is interrupted afterwards.
 *
 * @param trial the execution
 * @param name unique within it
 */
record Stage(Trial trial, String name) {
    /** Whether an earlier sitting finished it. */
    boolean isFinished() {
        return file().filter(Files::exists).isPresent();
    }

    /**
     * The model that the stage ends in.
     *
     * @param like a model of the same form
     * @param work what has to be done unless it is finished
     */
    Model model(Model like, Supplier<Model> work) {
        return isFinished() ? read(like) : finish(work.get());
    }

    /** A model of the form of {@code like} with the weights that are kept. */
    Model read(Model like) {
        Model model = like.copy();
        try (Scope scope = Scope.open()) {
            model.weights().load(Safetensors.read(file().orElseThrow()));
            return model;
        } catch (RuntimeException damaged) {
            model.close();
            throw damaged;
        }
    }

    /** Keeps the weights of a model, if the execution is resumable. */
    void keep(Model model) {
        file().ifPresent(place -> Safetensors.write(place, model.named(), Map.of()));
    }

    private Model finish(Model model) {
        try {
            keep(model);
            return model;
        } catch (RuntimeException unwritten) {
            model.close();
            throw unwritten;
        }
    }

    private Optional<Path> file() {
        return trial.stageFile(name + ".safetensors");
    }
}
