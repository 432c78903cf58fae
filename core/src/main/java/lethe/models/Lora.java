package lethe.models;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.NoGrad;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A language model of which only adapters of low rank are trained (LoRA): beside each linear map W of its layers runs
 *
 * <pre>
 *   y = W x + b + (α/r)·B(A x),   A (r, in) uniform in ±1/√in,  B (out, r) = 0 to begin with
 * </pre>
 *
 * <p>so that the model starts as the one beneath it, whose weights stay. The default rank and α are those of UNDIAL's
 * experiments; there is no dropout. {@link #merge} adds the product to W, and {@link #write} and {@link #read} exchange
 * adapters with PEFT.
 *
 * @param base the model beneath; with {@link Gpt} its weights are drawn, with {@link HuggingFaceModel} read
 * @param rank r
 * @param alpha α
 * @param targets names of the linear maps that have an adapter, or the ends of their names, such as {@code q_proj}; all
 *     of attention and perceptrons if there are none
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., 2022</a>
 */
@Named("lora")
@AutoService(Architecture.class)
public record Lora(Architecture base, int rank, double alpha, List<String> targets) implements LanguageModel {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    /** What PEFT puts before the name of a map. */
    private static final String PREFIX = "base_model.model.";

    private static final Set<Safetensors.Type> FLOATS =
            Set.of(Safetensors.Type.F32, Safetensors.Type.F16, Safetensors.Type.BF16);

    private static final Set<String> HARMLESS = Set.of(
            "base_model_name_or_path",
            "inference_mode",
            "lora_dropout",
            "peft_version",
            "qalora_group_size",
            "revision",
            "task_type");

    public Lora {
        Require.positive("rank", rank);
        Require.positive("alpha", alpha);
        targets = List.copyOf(targets);
        Require.that(
                base instanceof LanguageModel && !(base instanceof Lora),
                "base must be a language model without adapters, such as gpt or huggingface, but is " + base);
    }

    /** On a folder {@code model}; r 8, α 16, all linear maps. */
    public Lora() {
        this(new HuggingFaceModel(), 8, 16, List.of());
    }

    private LanguageModel language() {
        return (LanguageModel) base;
    }

    @Override
    public DecoderForm form(int vocabulary) {
        return language().form(vocabulary);
    }

    @Override
    public Decoder build(long[] inputShape, int classes) {
        Decoder decoder = language().build(inputShape, classes);
        targets.stream()
                .filter(target -> decoder.projections().keySet().stream().noneMatch(name -> ends(name, target)))
                .findFirst()
                .ifPresent(target -> {
                    throw new IllegalArgumentException("targets holds '" + target + "', but the linear maps of " + base
                            + " are " + shortNames(decoder) + ", with the layers' names before them");
                });
        decoder.adapt(
                rank,
                alpha / rank,
                name -> targets.isEmpty() || targets.stream().anyMatch(each -> ends(name, each)));
        return decoder;
    }

    private static boolean ends(String name, String target) {
        return name.equals(target) || name.endsWith("." + target);
    }

    private static Set<String> shortNames(Decoder decoder) {
        return decoder.projections().keySet().stream()
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void fill(Map<String, Tensor> weights) {
        Map<String, Tensor> beneath = new LinkedHashMap<>(weights);
        beneath.keySet().removeIf(Lora::isAdapter);
        language().fill(beneath);
    }

    @Override
    public Optional<String> checkpoint() {
        return base.checkpoint();
    }

    private static boolean isAdapter(String name) {
        return name.endsWith(".lora_A.weight") || name.endsWith(".lora_B.weight");
    }

    /**
     * A copy of {@code model} with fresh adapters beside its maps, which answers as it does until it is trained.
     *
     * @param model of the architecture {@link #base}
     */
    public Model onto(Model model, Seed seed) {
        if (!model.architecture().equals(base)) {
            throw new IllegalArgumentException(
                    "The adapters are for a model of " + base + ", but this is of " + model.architecture());
        }
        Model adapted = Model.fresh(this, model.inputShape(), model.classes(), seed);
        adapted.precision(model.precision());
        try (NoGrad guard = NoGrad.enter()) {
            Map<String, Tensor> named = adapted.named();
            model.named()
                    .forEach((name, tensor) ->
                            Objects.requireNonNull(named.get(name)).copyInPlace(tensor));
        }
        return adapted;
    }

    /**
     * The model of the architecture beneath that answers as the adapted one, W + (α/r)·BA.
     *
     * @throws IllegalArgumentException if the model has no adapters
     */
    public static Model merge(Model model) {
        Lora lora = of(model);
        Model merged = lora.base.blank(model.inputShape(), model.classes());
        merged.precision(model.precision());
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Map<String, Tensor> adapted = model.named();
            Map<String, Tensor> named = merged.named();
            named.forEach((name, tensor) -> tensor.copyInPlace(Objects.requireNonNull(adapted.get(name))));
            Decoder.of(model)
                    .projections()
                    .forEach((name, projection) -> projection
                            .update()
                            .ifPresent(update -> Objects.requireNonNull(named.get(name + ".weight"))
                                    .addInPlace(update)));
        }
        return merged;
    }

    private static Lora of(Model model) {
        if (model.architecture() instanceof Lora lora) {
            return lora;
        }
        throw new IllegalArgumentException("This takes a model with adapters, but it is of " + model.architecture());
    }

    // ---------------------------------------------------------------- files

    /** Writes the adapters of a model as PEFT does, in 32 bits; the model beneath stays where it is. */
    public static void write(Model model, Path folder) {
        Lora lora = of(model);
        Decoder decoder = Decoder.of(model);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("peft_type", "LORA");
        config.put("task_type", "CAUSAL_LM");
        if (lora.base instanceof HuggingFaceModel beneath) {
            config.put("base_model_name_or_path", beneath.folder().toString());
        }
        config.put("r", lora.rank);
        config.put("lora_alpha", lora.alpha);
        config.put("lora_dropout", 0.0);
        config.put("bias", "none");
        config.put("target_modules", lora.targets.isEmpty() ? shortNames(decoder) : lora.targets);
        config.put("fan_in_fan_out", decoder.form().layout() == Layout.GPT2);
        config.put("use_rslora", false);
        config.put("inference_mode", true);
        HuggingFaceModel.replace(
                folder.resolve(CONFIG),
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsBytes(config));
        Map<String, Tensor> adapters = new LinkedHashMap<>();
        model.named().forEach((name, tensor) -> {
            if (isAdapter(name)) {
                adapters.put(PREFIX + name, tensor);
            }
        });
        Safetensors.write(folder.resolve(WEIGHTS), adapters, Map.of());
    }

    /**
     * The model in {@code base}, with the adapters that PEFT wrote to {@code folder}.
     *
     * @throws IllegalArgumentException if the files are damaged, hold something that is not understood, or belong to
     *     another model
     */
    public static Model read(Path folder, HuggingFaceModel base) {
        DecoderForm form = base.form(1);
        Lora lora = parse(folder.resolve(CONFIG), base, new Decoder(form));
        Model model = lora.create(new long[] {form.context()}, form.vocabulary(), Seed.of(0));
        try {
            lora.load(folder.resolve(WEIGHTS), model);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Lora parse(Path file, HuggingFaceModel base, Decoder decoder) {
        Keys keys = Keys.of(file);
        if (!keys.text("peft_type", "").equals("LORA")) {
            throw keys.fault("peft_type", "expected LORA");
        }
        if (!keys.text("bias", "none").equals("none")) {
            throw keys.fault("bias", "only none is supported");
        }
        JsonNode initial = keys.node("init_lora_weights");
        if (initial.isString() && !initial.asString().equals("gaussian")) {
            throw keys.fault("init_lora_weights", "such adapters belong to a changed base, which is not there");
        }
        // How W is stored is known from the layout; PEFT itself corrects the key where it contradicts.
        keys.ignore("fan_in_fan_out");
        int rank = keys.count("r");
        double alpha = keys.number("lora_alpha");
        double scale = keys.flag("use_rslora", false) ? Math.sqrt(rank) : 1; // α/√r = (α·√r)/r
        List<String> targets = targets(keys, decoder);
        keys.refuseRest(
                HARMLESS,
                value -> (value.isBoolean() && !value.asBoolean()) || (value.isContainer() && value.isEmpty()));
        return new Lora(base, rank, alpha * scale, targets);
    }

    /** A list holds ends of names; a text is a pattern for whole names. */
    private static List<String> targets(Keys keys, Decoder decoder) {
        String key = "target_modules";
        JsonNode node = keys.node(key);
        if (node.isArray() && !node.isEmpty()) {
            return node.valueStream().map(JsonNode::asString).sorted().toList();
        }
        if (!node.isString()) {
            throw keys.fault(key, "expected a list of names or a pattern");
        }
        if (node.asString().equals("all-linear")) {
            return List.of();
        }
        try {
            Predicate<String> pattern = Pattern.compile(node.asString()).asMatchPredicate();
            List<String> matching =
                    decoder.projections().keySet().stream().filter(pattern).toList();
            if (matching.isEmpty()) {
                throw keys.fault(key, "no linear map of the model has such a name");
            }
            return matching;
        } catch (PatternSyntaxException e) {
            throw keys.fault(key, "this is no pattern: " + e.getDescription());
        }
    }

    private void load(Path file, Model model) {
        Map<String, Safetensors.Stored> stored = Safetensors.stored(file);
        Map<String, Tensor> targets = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        model.named().forEach((name, tensor) -> {
            if (isAdapter(name)) {
                targets.put(PREFIX + name, tensor);
                Safetensors.Stored given = stored.get(PREFIX + name);
                List<Long> expected = Arrays.stream(tensor.shape()).boxed().toList();
                if (given == null) {
                    faults.add(PREFIX + name + " is missing");
                } else if (!given.shape().equals(expected) || !FLOATS.contains(given.type())) {
                    faults.add(PREFIX + name + " is " + given.type() + given.shape() + ", expected floats " + expected);
                }
            }
        });
        stored.keySet().stream()
                .filter(name -> !targets.containsKey(name))
                .forEach(name -> faults.add(name + " belongs to no adapter of the model"));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(file + " does not fit " + CONFIG + " and the model in " + base + ": "
                    + String.join("; ", faults.subList(0, Math.min(5, faults.size()))));
        }
        Safetensors.readInto(file, targets);
    }
}
