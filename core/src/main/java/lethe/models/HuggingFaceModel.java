package lethe.models;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import lethe.catalog.Digest;
import lethe.catalog.Named;
import lethe.engine.Safetensors;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A language model as it is published: a folder with {@code config.json} and safetensors files, of GPT-2, GPT-NeoX
 * (Pythia), Llama (SmolLM), Mistral or Qwen2.
 *
 * <p>{@link #create} starts from the weights of the folder, whatever the seed: training such a model is fine-tuning, and
 * retraining it is fine-tuning again without the forget set. The folder stays where it is as long as models of it are
 * used: it holds their form. Weights in 16 bits are computed with in 32, and {@link #write} rounds them back.
 *
 * @param folder with the files
 */
@Named("huggingface")
@AutoService(Architecture.class)
public record HuggingFaceModel(Path folder) implements LanguageModel {
    private static final Logger LOG = LoggerFactory.getLogger(HuggingFaceModel.class);
    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    /** What tells programs how to use the weights; none of it changes with them. */
    private static final List<String> BESIDE = List.of(
            GENERATION,
            TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja");

    /** {@code model} in the working directory. */
    public HuggingFaceModel() {
        this(Path.of("model"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The vocabulary is that of the folder, which may have more ids than the tokenizer.
     *
     * @throws IllegalArgumentException if the folder is no checkpoint, its config holds something that is not understood,
     *     or its vocabulary is smaller than {@code vocabulary}
     */
    @Override
    public DecoderForm form(int vocabulary) {
        DecoderForm form = form();
        if (vocabulary > form.vocabulary()) {
            throw new IllegalArgumentException("The tokenizer of the data has " + vocabulary
                    + " ids, but the vocabulary of the model in " + folder + " is " + form.vocabulary()
                    + "; use the tokenizer that belongs to the model");
        }
        return form;
    }

    private DecoderForm form() {
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new IllegalArgumentException("There is no " + CONFIG + " in " + folder.toAbsolutePath()
                    + "; expected the folder of a model as transformers saves it");
        }
        DecoderForm form = HuggingFaceConfig.form(folder.resolve(CONFIG));
        if (form.tied() && weights(form).headDiffersFromTable()) {
            LOG.warn(
                    "The config of {} ties the head to the table of tokens, but the two differ; they are kept apart",
                    folder);
            return form.withTied(false);
        }
        return form;
    }

    private HuggingFaceWeights weights(DecoderForm form) {
        return new HuggingFaceWeights(folder, form.layout());
    }

    /** The model with the weights of the folder; nothing is drawn. */
    @Override
    public Model create(long[] inputShape, int classes, Seed seed) {
        Model model = blank(inputShape, classes);
        try {
            fill(model.named());
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public void fill(Map<String, Tensor> weights) {
        weights(form()).load(weights);
    }

    /** The model with the weights of the folder, for texts up to its context. */
    public Model read() {
        return create(new long[] {form().context()}, 1, Seed.of(0));
    }

    /** Of the config and of all weights. */
    @Override
    public Optional<String> checkpoint() {
        MessageDigest hasher = Digest.hasher();
        hasher.update(Digest.sha256(folder.resolve(CONFIG)).getBytes(StandardCharsets.UTF_8));
        for (Path file : weights(form()).files()) {
            hasher.update(Digest.sha256(file).getBytes(StandardCharsets.UTF_8));
        }
        return Optional.of(Digest.hex(hasher.digest()));
    }

    /** The file of its tokenizer, if there is one that says everything. */
    public Optional<Path> tokenizer() {
        return Optional.of(folder.resolve(TOKENIZER)).filter(Files::isRegularFile);
    }

    /** The ids that end a text; some models have several, some none. */
    public Set<Integer> endIds() {
        for (String name : List.of(GENERATION, CONFIG)) {
            if (Files.isRegularFile(folder.resolve(name))) {
                JsonNode ids = Keys.object(folder.resolve(name)).get("eos_token_id");
                if (ids != null && !ids.isNull()) {
                    Set<Integer> found = new TreeSet<>();
                    (ids.isArray() ? ids.valueStream() : Stream.of(ids)).forEach(id -> found.add(id.asInt()));
                    return found;
                }
            }
        }
        return Set.of();
    }

    /**
     * Writes a model as a folder that transformers and {@link HuggingFaceModel} read: each tensor in the type that the
     * folder it came from has, a model trained here in 32 bits; and with what lay beside the weights there. Every file
     * appears under its name when it is complete, the weights last.
     *
     * @param model of this architecture or {@link Gpt}
     * @throws IllegalArgumentException if the model is another, or the folder holds the checkpoint that it came from or
     *     one in several files
     */
    public static void write(Model model, Path folder) {
        if (Files.exists(folder.resolve(HuggingFaceWeights.INDEX))) {
            throw new IllegalArgumentException(
                    folder + " holds another model in several files; choose a folder without one");
        }
        DecoderForm form = Decoder.of(model).form();
        Map<String, Object> config;
        Map<String, Safetensors.Type> types = new LinkedHashMap<>();
        if (model.architecture() instanceof HuggingFaceModel source) {
            if (folder.toAbsolutePath()
                    .normalize()
                    .equals(source.folder.toAbsolutePath().normalize())) {
                throw new IllegalArgumentException(
                        folder + " is the folder that the model came from and holds its form; choose another");
            }
            config = source.config(form);
            Map<String, Safetensors.Type> stored = source.weights(form).types();
            model.named().keySet().forEach(name -> types.put(name, Objects.requireNonNull(stored.get(name))));
            source.copyBeside(folder);
        } else if (model.architecture() instanceof Gpt) {
            config = HuggingFaceConfig.describe(form);
        } else {
            throw new IllegalArgumentException("Only models of gpt and huggingface can be written in this format, but "
                    + "this is " + model.architecture() + "; merge adapters first");
        }
        replace(
                folder.resolve(CONFIG),
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsBytes(config));
        Safetensors.write(folder.resolve(HuggingFaceWeights.SINGLE), model.named(), types, Map.of());
    }

    /** The words of the folder, in their order, except where the files contradict them. */
    private Map<String, Object> config(DecoderForm form) {
        Map<String, Object> keys = new LinkedHashMap<>();
        Keys.object(folder.resolve(CONFIG)).properties().forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
        if (HuggingFaceConfig.form(folder.resolve(CONFIG)).tied() != form.tied()) {
            keys.put("tie_word_embeddings", form.tied());
        }
        return keys;
    }

    private void copyBeside(Path target) {
        for (String name : BESIDE) {
            if (Files.isRegularFile(folder.resolve(name))) {
                try {
                    replace(target.resolve(name), Files.readAllBytes(folder.resolve(name)));
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot read " + folder.resolve(name), e);
                }
            }
        }
    }

    /** Writes beside the file and renames, so that nobody meets half of one. */
    static void replace(Path file, byte[] content) {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            Files.write(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
