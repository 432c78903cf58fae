package lethe.experiments;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Catalog;
import lethe.catalog.Digest;
import lethe.catalog.Require;
import lethe.catalog.Required;
import lethe.catalog.Settings;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ForgetSelection;
import lethe.data.Holdout;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.influence.Closure;
import lethe.influence.ClosureSelection;
import lethe.models.Architecture;
import lethe.training.Recipe;
import lethe.training.SelfTaught;
import lethe.unlearning.Identity;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;

/**
 * What is to be done: a model is trained on some data, some examples are to be forgotten by some methods, and every
 * method is audited.
 *
 * @param title one line for the report
 * @param seed the only origin of randomness
 * @param data where the examples come from
 * @param forget which of them are to be forgotten
 * @param model the network
 * @param training how it learns
 * @param methods how it forgets; retraining and doing nothing, the floor and the ceiling, are added if missing
 * @param audit how carefully forgetting is examined
 * @param execution how the work is carried out
 * @param tune how settings of methods are searched for, which a run does not do
 */
public record Plan(
        String title,
        long seed,
        @Required DataSource data,
        ForgetSelection forget,
        Architecture model,
        Recipe training,
        List<UnlearningMethod> methods,
        AuditPlan audit,
        Execution execution,
        TunePlan tune) {

    public Plan {
        Require.that(!title.isBlank(), "title must not be blank");
        methods = withFloorAndCeiling(methods);
        methods.forEach(method -> method.requireSuitable(model));
        Require.that(
                !(model instanceof SelfTaught) || audit.relearn().isEmpty(),
                "audit.relearn fine-tunes whole models, but members of " + model
                        + " must not see each other's examples; leave it out or choose another model");
        tune.check(labelled(methods));
    }

    /** A plan whose settings are searched for, if at all, in the way that is the default. */
    public Plan(
            String title,
            long seed,
            DataSource data,
            ForgetSelection forget,
            Architecture model,
            Recipe training,
            List<UnlearningMethod> methods,
            AuditPlan audit,
            Execution execution) {
        this(title, seed, data, forget, model, training, methods, audit, execution, new TunePlan());
    }

    /** Reads a plan strictly; every mistake in it is reported at once. */
    public static Plan read(Path file) {
        return Settings.read(file, defaults());
    }

    /** Reads a plan from text; {@code source} says in messages where it came from. */
    public static Plan parse(String yaml, String source) {
        return Settings.parse(yaml, source, defaults());
    }

    private static Plan defaults() {
        return new Plan(
                "Unlearning audit",
                1,
                Catalog.of(DataSource.class).get("glyphs"),
                new lethe.data.RandomFraction(),
                new lethe.models.ResNet9(),
                new Recipe(),
                List.of(),
                new AuditPlan(),
                new Execution());
    }

    private static List<UnlearningMethod> withFloorAndCeiling(List<UnlearningMethod> written) {
        List<UnlearningMethod> all = new java.util.ArrayList<>();
        all.add(written.stream().filter(Retrain.class::isInstance).findFirst().orElseGet(Retrain::new));
        all.add(written.stream().filter(Identity.class::isInstance).findFirst().orElseGet(Identity::new));
        written.stream()
                .filter(method -> !(method instanceof Retrain) && !(method instanceof Identity))
                .forEach(all::add);
        return List.copyOf(all);
    }

    /**
     * The methods under labels that are unique in this plan: the catalogue name, numbered where a method appears with
     * several settings.
     */
    public Map<String, UnlearningMethod> labelled() {
        return labelled(methods);
    }

    private static Map<String, UnlearningMethod> labelled(List<UnlearningMethod> methods) {
        Catalog<UnlearningMethod> catalog = Catalog.of(UnlearningMethod.class);
        Map<String, UnlearningMethod> labelled = new LinkedHashMap<>();
        for (UnlearningMethod method : methods) {
            String name = catalog.nameOf(method);
            String label = name;
            for (int copy = 2; labelled.containsKey(label); copy++) {
                label = name + "-" + copy;
            }
            labelled.put(label, method);
        }
        return labelled;
    }

    /** The same plan with other examples to forget. */
    public Plan forgetting(ForgetSelection selection) {
        return new Plan(title, seed, data, selection, model, training, methods, audit, execution, tune);
    }

    /** The same plan with other methods, and with no space to search them in. */
    public Plan with(List<UnlearningMethod> others) {
        return new Plan(title, seed, data, forget, model, training, others, audit, execution);
    }

    /** Loads the data, the same for everything that is done by this plan. */
    public Holdout loadData() {
        return data.load(Seed.of(seed).derive("data"));
    }

    /** Rows of the examples that are to be forgotten, ascending. */
    public int[] forgetRows(Holdout loaded) {
        return Split.of(loaded, forget, Seed.of(seed).derive("forget")).forgetRows();
    }

    /** What the plan's policy takes along with what is asked for, if it is to forget look-alikes too. */
    public Optional<Closure> takenAlong(Dataset train) {
        return forget instanceof ClosureSelection policy
                ? Optional.of(policy.closure(train, Seed.of(seed).derive("forget")))
                : Optional.empty();
    }

    /** The plan as YAML, every default filled in; reading it gives an equal plan. */
    public String toYaml() {
        return Settings.toYaml(this);
    }

    /** Digest of everything that decides the results; of the execution only threads and device do, and tuning does not. */
    public String digest() {
        Map<String, Object> deciding = Settings.toTree(new Plan(
                title,
                seed,
                data,
                forget,
                model,
                training,
                methods,
                audit,
                new Execution(1, execution.threads(), execution.device(), new Execution().checkpoint())));
        deciding.remove("tune");
        if (audit.queries() == 1 && deciding.get("audit") instanceof Map<?, ?> settings) {
            settings.remove("queries"); // plans had no such setting once, and still are the same plans
        }
        if (audit.canaries() == 0 && deciding.get("audit") instanceof Map<?, ?> settings) {
            settings.remove("canaries");
        }
        return Digest.ofSettings(deciding);
    }
}
