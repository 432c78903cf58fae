package lethe.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.attacks.Snapshots;
import lethe.claims.Finding;
import lethe.experiments.Results;
import lethe.experiments.Results.Confidences;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.PoolExample;
import lethe.experiments.Verdict;
import lethe.metrics.Estimate;

/**
 * What the report says, as the templates print it: text, rows and drawings. Public only because the compiled templates
 * live in a package of their own.
 */
public final class Page {
    private static final int PICTURES = 8;
    static final int FEW_WORLDS = 10;

    private final Results results;
    private final List<Finding> findings;
    private final Headline headline;
    private final Planned planned;
    private final Map<String, String> anchors = new HashMap<>();

    /** @param findings what was found about claims, if they were examined */
    Page(Results results, List<Finding> findings) {
        this.results = results;
        this.findings = findings;
        this.headline = new Headline(results);
        this.planned = Planned.of(results);
        for (MethodResult method : results.methods()) {
            anchors.put(method.label(), "method-" + (anchors.size() + 1));
        }
    }

    /** A verdict with the mark and the style that go with its words. */
    public record Stamp(String words, String reason, String mark, String style) {
        static Stamp of(Verdict verdict) {
            if (verdict instanceof Verdict.Indistinguishable) {
                return new Stamp(verdict.words(), verdict.reason(), "≈", "same");
            }
            if (verdict instanceof Verdict.Distinguishable) {
                return new Stamp(verdict.words(), verdict.reason(), "≠", "leaks");
            }
            if (verdict instanceof Verdict.OverUnlearned) {
                return new Stamp(verdict.words(), verdict.reason(), "≪", "over");
            }
            return new Stamp(verdict.words(), verdict.reason(), "?", "open");
        }
    }

    /** The first thing read about a method. */
    public record Card(String label, String anchor, Stamp stamp, String plain, String gauge) {}

    /** A line of the table of methods. */
    public record Row(
            String label,
            String anchor,
            String role,
            Stamp stamp,
            String forget,
            String retain,
            String test,
            String gap,
            String populationAuc,
            String auc,
            String tpr,
            String seconds,
            String cost) {}

    /** A drawing with its caption. */
    public record Figure(String svg, String caption) {}

    /** The gain of the per-example attack in one game. */
    public record Gain(
            String label,
            String game,
            String perExample,
            String population,
            String auc,
            String tpr,
            String fpr,
            String reading) {}

    /** What unlearning did to those who stayed. */
    public record Retained(String label, String role, String before, String auc, String tpr, String newlyOutside) {}

    /** A true-positive rate with the false-positive rate it was really taken at. */
    public record Point(String tpr, String realised) {}

    /** One attack in one game. */
    public record Attack(
            String game,
            String attack,
            String scope,
            String signal,
            String auc,
            String accuracy,
            List<Point> points,
            String worlds,
            String counts) {}

    /** An example worth looking at. */
    public record Picture(String id, String name, String source, String alt, String change, String flags) {}

    /** A named value. */
    public record Fact(String name, String value) {}

    /** Everything about one method. */
    public record Section(
            String label,
            String anchor,
            String role,
            Stamp stamp,
            String name,
            String citation,
            String link,
            List<Fact> settings,
            List<Fact> deployed,
            List<Figure> curves,
            List<Figure> confidences,
            List<Figure> course,
            List<Figure> vulnerability,
            List<String> rates,
            List<Attack> attacks,
            List<Picture> worst,
            List<Picture> exposed) {}

    /** A term with what it means and who defined it. */
    public record Definition(String anchor, String term, String meaning, String citation, String link) {}

    public String title() {
        return results.title();
    }

    public String lead() {
        var data = results.data();
        var design = results.design();
        return "A model trained on " + Numbers.count(data.train(), "example") + " of " + data.name()
                + " was asked to forget " + Numbers.count(data.forget()) + " of them. To judge each method, "
                + Numbers.count(design.worlds(), "world") + " were trained that differ in who took part, and in each "
                + Numbers.count(design.forgetSets(), "forget set") + " of "
                + Numbers.count(design.forgetSize(), "example")
                + " was unlearned; attacks then tried to tell the forgotten from the never seen.";
    }

    /** How many methods got which words, in the words' own order of appearance. */
    public String summary() {
        List<MethodResult> judged = headline.judged();
        if (judged.isEmpty()) {
            return "Only the controls were run; no method was judged.";
        }
        var counts = new LinkedHashMap<String, Integer>();
        judged.forEach(method -> counts.merge(method.verdict().words(), 1, Integer::sum));
        String parts = counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining("; "));
        return "Of " + Numbers.count(judged.size(), "method") + ": " + parts + ".";
    }

    /** Reasons not to trust the verdicts, empty in a sound audit. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        headline.floor()
                .ifPresentOrElse(
                        floor -> {
                            if (!(floor.verdict() instanceof Verdict.Indistinguishable)) {
                                warnings.add("The floor failed: exact retraining was judged “"
                                        + floor.verdict().words()
                                        + "”. Do not rely on the verdicts before this is explained.");
                            }
                        },
                        () -> warnings.add("No floor: retrain was not run, so there is nothing to measure against."));
        headline.ceiling()
                .ifPresentOrElse(
                        ceiling -> {
                            if (!(ceiling.verdict() instanceof Verdict.Distinguishable)) {
                                warnings.add("The ceiling failed: even the untouched model was judged “"
                                        + ceiling.verdict().words()
                                        + "”. This audit could not have noticed a method that does nothing.");
                            }
                        },
                        () -> warnings.add(
                                "No ceiling: identity was not run, so the power of the audit is not shown."));
        results.lookalikes()
                .ifPresent(found -> warnings.add(found.words() + " They were found by "
                        + String.join(" and ", found.detectors())
                        + (results.influence().isPresent()
                                ? "; no attack below looks for what they keep alive, which has a section of its own."
                                : ", and no attack below looks for what they keep alive.")));
        return warnings;
    }

    /** The first screen. */
    public PlainAnswer answer() {
        return new PlainAnswer(results, headline);
    }

    /** The second. */
    public Endpoints endpoints() {
        return new Endpoints(results, headline, planned);
    }

    public List<Checklist.Item> checklist() {
        return new Checklist(results, headline, planned).items();
    }

    public StrataTable strata() {
        return new StrataTable(results, headline);
    }

    public DistanceTable distances() {
        return new DistanceTable(results, headline);
    }

    /** Where an audit stands that is looked at after every world; empty where all were asked for. */
    public Optional<AnytimeSection> anytime() {
        return AnytimeSection.of(results);
    }

    /** What language models write; empty where the models are none. */
    public Optional<WritingSection> writing() {
        return WritingSection.of(results);
    }

    /** What look-alikes keep alive; empty where there are none. */
    public Optional<InfluenceSection> influence() {
        return InfluenceSection.of(results);
    }

    public Explorer explorer() {
        return new Explorer(results);
    }

    /** A line for each claim that was examined. */
    public List<ClaimsPage.Summary> claims() {
        return findings.stream().map(ClaimsPage.Summary::of).toList();
    }

    public List<Card> cards() {
        return results.methods().stream()
                .filter(method -> !Headline.isControl(method))
                .map(this::card)
                .toList();
    }

    public List<Card> controls() {
        return results.methods().stream()
                .filter(Headline::isControl)
                .map(this::card)
                .toList();
    }

    private Card card(MethodResult method) {
        Optional<AttackResult> attack = headline.attack(method, Game.PRIVACY);
        double floor = controlArea(headline.floor());
        double ceiling = controlArea(headline.ceiling());
        String anchor = anchor(method);
        String gauge = attack.filter(found -> !Headline.isControl(method))
                .map(found -> Gauge.draw(
                        anchor + "-gauge",
                        method.label() + " between retrained and untouched",
                        found.auc(),
                        floor,
                        ceiling))
                .orElse("");
        return new Card(method.label(), anchor, Stamp.of(method.verdict()), plain(method, attack), gauge);
    }

    private String plain(MethodResult method, Optional<AttackResult> attack) {
        String guess = attack.map(found -> Numbers.percent(found.auc().value())).orElse(Numbers.NOT_AVAILABLE);
        if (Headline.isFloor(method)) {
            return "Trained again without the forget set. The attack picks the forgotten one of a pair " + guess
                    + " of the time: no method can be asked to do better.";
        }
        if (Headline.isCeiling(method)) {
            return "The model left as it was. The attack picks the forgotten one of a pair " + guess
                    + " of the time: what an audit of this size sees when nothing is forgotten.";
        }
        return "Shown a forgotten and a never-seen example, the attack picks the forgotten one " + guess
                + " of the time. Unlearning took "
                + Numbers.duration(method.accuracy().seconds().value()) + ", " + Headline.timesRetrain(method)
                + " a retraining; test accuracy is "
                + Numbers.percent(method.accuracy().test().value())
                + headline.floor()
                        .map(floor -> ", retrained "
                                + Numbers.percent(floor.accuracy().test().value()))
                        .orElse("")
                + ".";
    }

    private double controlArea(Optional<MethodResult> control) {
        return control.flatMap(method -> headline.attack(method, Game.PRIVACY))
                .map(found -> found.auc().value())
                .orElse(Double.NaN);
    }

    /** What an honest reader must know before the numbers. */
    public List<Fact> limits() {
        int worlds = results.design().worlds();
        long attacks = headline.attacksTried();
        var limits = new ArrayList<Fact>();
        limits.add(new Fact(
                "A measurement, not a proof.",
                "It reports what these attacks could find at this sample size. A stronger attack may find more, and no "
                        + "verdict here says that a model holds nothing of an example."));
        limits.add(new Fact(
                "A worst-case auditor.",
                "The attacks know the training population, the recipe and the unlearning method, and train models of "
                        + "their own. An outsider usually knows less."));
        boolean both = results.methods().stream()
                .flatMap(method -> method.attacks().stream())
                .anyMatch(attack -> attack.access().snapshots() == Snapshots.BEFORE_AND_AFTER);
        limits.add(
                both
                        ? new Fact(
                                "One model, save in G5.",
                                "Attacks in game G5 see the models before and after unlearning, all others one of them. "
                                        + "Attacks on weights are not measured, nor are copies of the data outside the "
                                        + "model.")
                        : new Fact(
                                "After-only.",
                                "They see the model after unlearning. Whoever kept a copy from before, or could query "
                                        + "both, can learn far more (two snapshots, game G5): not measured here. Nor are "
                                        + "attacks on weights, or copies of the data outside the model."));
        limits.add(new Fact(
                Numbers.count(worlds, "world") + ".",
                "Intervals describe the variation over independent worlds and examples"
                        + (worlds < FEW_WORLDS
                                ? "; with so few worlds they are rough, and every world is shown on its own."
                                : ".")
                        + " The verdict is on the method under this recipe, of which the deployed model is one run."));
        limits.add(new Fact(
                Numbers.count(attacks, "attack") + " tried.",
                (headline.attack().isEmpty()
                                ? "No per-example attack was run"
                                : "The tables quote " + headline.attack()
                                        + ", the plan’s first per-example attack, whatever it scored")
                        + "; all others are listed below. In game G1 retrained models that never saw an example stand in "
                        + "for models from which it was removed by retraining."));
        return limits;
    }

    public String fpr() {
        return Numbers.rate(headline.fpr());
    }

    public List<Row> rows() {
        return results.methods().stream().map(this::row).toList();
    }

    private Row row(MethodResult method) {
        var accuracy = method.accuracy();
        var privacy = headline.attack(method, Game.PRIVACY);
        return new Row(
                method.label(),
                anchor(method),
                Headline.role(method),
                Stamp.of(method.verdict()),
                Numbers.percent(accuracy.forget()),
                Numbers.percent(accuracy.retain()),
                Numbers.percent(accuracy.test()),
                Numbers.percent(accuracy.averageGap()),
                Headline.auc(headline.population(method, Game.PRIVACY)),
                Headline.auc(privacy),
                Headline.tpr(privacy, headline.fpr()),
                Numbers.duration(accuracy.seconds().value()),
                Headline.timesRetrain(method));
    }

    public List<Figure> forest() {
        var figures = new ArrayList<Figure>();
        for (Game game : List.of(Game.PRIVACY, Game.EFFICACY)) {
            var rows = new ArrayList<IntervalPlot.Row>();
            for (MethodResult method : results.methods()) {
                headline.attack(method, game)
                        .ifPresent(found -> rows.add(new IntervalPlot.Row(
                                method.label(),
                                found.auc(),
                                headline.population(method, game).stream()
                                        .map(AttackResult::auc)
                                        .toList(),
                                found.worldAucs(),
                                Headline.role(method))));
            }
            if (!rows.isEmpty()) {
                String title = game.code() + ": " + question(game);
                figures.add(new Figure(
                        IntervalPlot.draw("forest-" + game.code(), title, rows), title + " " + contrast(game)));
            }
        }
        return figures;
    }

    static String question(Game game) {
        return switch (game) {
            case CLASSIC -> "was it in the original’s training data?";
            case EFFICACY -> "unlearned, or never learned?";
            case PRIVACY -> "was it ever in the data?";
            case RETAINED -> "are those who stayed exposed?";
            case DELETION -> "was its deletion requested?";
            case SNAPSHOTS -> "was it ever in the data, to an observer of both models?";
            case SNAPSHOTS_DELETION -> "was its deletion requested, to an observer of both models?";
        };
    }

    static String contrast(Game game) {
        return switch (game) {
            case CLASSIC -> "Members against non-members of the original model.";
            case EFFICACY ->
                "Forgotten examples under the unlearned model against the same examples under retrained "
                        + "models that never saw them.";
            case PRIVACY -> "Forgotten against never-seen examples, both under the unlearned model.";
            case RETAINED -> "Retained against never-seen examples, both under the unlearned model.";
            case DELETION -> "Forgotten against retained examples, both under unlearned models.";
            case SNAPSHOTS -> "Forgotten against never-seen examples, under the model before and after unlearning.";
            case SNAPSHOTS_DELETION ->
                "Forgotten against retained examples, under the model before and after unlearning.";
        };
    }

    public List<Gain> gains() {
        var gains = new ArrayList<Gain>();
        for (MethodResult method : results.methods()) {
            for (Comparison comparison : method.comparisons()) {
                gains.add(new Gain(
                        method.label(),
                        comparison.game().code(),
                        comparison.perExample(),
                        comparison.population(),
                        Numbers.difference(comparison.deltaAuc()),
                        Numbers.difference(comparison.deltaTpr()),
                        Numbers.rate(comparison.fpr()),
                        reading(comparison.deltaAuc())));
            }
        }
        return gains;
    }

    private static String reading(Estimate difference) {
        if (difference.low() > 0) {
            return "▲ per-example attack sees more";
        }
        return difference.high() < 0 ? "▼ population attack sees more" : "· interval includes zero";
    }

    public List<Retained> retained() {
        var rows = new ArrayList<Retained>();
        for (MethodResult method : results.methods()) {
            Optional<AttackResult> after = headline.attack(method, Game.RETAINED);
            if (after.isPresent()) {
                long newly = method.vulnerability().stream()
                        .filter(example -> {
                            Estimate band = VulnerabilityPlot.nullBand(example.pairs());
                            return band.excludes(example.retainedAfter()) && !band.excludes(example.before());
                        })
                        .count();
                rows.add(new Retained(
                        method.label(),
                        Headline.role(method),
                        Headline.auc(headline.attack(method, Game.CLASSIC)),
                        Headline.auc(after),
                        Headline.tpr(after, headline.fpr()),
                        Numbers.count(newly) + " of "
                                + Numbers.count(method.vulnerability().size())));
            }
        }
        return rows;
    }

    public List<Section> sections() {
        return results.methods().stream().map(this::section).toList();
    }

    private Section section(MethodResult method) {
        String source = method.source();
        int link = source.indexOf("https://");
        return new Section(
                method.label(),
                anchor(method),
                Headline.role(method),
                Stamp.of(method.verdict()),
                method.name(),
                link < 0 ? source : source.substring(0, link).strip(),
                link < 0 ? "" : source.substring(link).split("\\s", 2)[0],
                facts(method.settings()),
                deployed(method),
                curves(method),
                confidences(method),
                course(method),
                vulnerability(method),
                Endpoints.fprs(method).stream().map(Numbers::rate).toList(),
                method.attacks().stream()
                        .sorted(Comparator.comparing(AttackResult::game))
                        .map(result -> attack(result, Endpoints.fprs(method)))
                        .toList(),
                pictures(method, ExampleVulnerability::magnitudeAfter, ExampleVulnerability::after),
                pictures(method, Page::exposure, ExampleVulnerability::retainedAfter));
    }

    private static List<Fact> facts(Map<String, ?> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(entry -> new Fact(entry.getKey(), String.valueOf(entry.getValue())))
                        .toList();
    }

    private static List<Fact> deployed(MethodResult method) {
        var deployed = method.deployed();
        if (deployed.modelFile().isEmpty()) {
            return List.of();
        }
        return List.of(
                new Fact("weights", deployed.modelFile()),
                new Fact("SHA-256", deployed.modelDigest()),
                new Fact("forget accuracy", Numbers.percent(deployed.forgetAccuracy())),
                new Fact("retain accuracy", Numbers.percent(deployed.retainAccuracy())),
                new Fact("test accuracy", Numbers.percent(deployed.testAccuracy())),
                new Fact("unlearned in", Numbers.duration(deployed.seconds())));
    }

    private List<Figure> curves(MethodResult method) {
        var figures = new ArrayList<Figure>();
        for (Game game : List.of(Game.PRIVACY, Game.EFFICACY)) {
            var lines = new ArrayList<RocPlot.Line>();
            headline.floor()
                    .filter(floor -> floor != method)
                    .flatMap(floor -> headline.attack(floor, game))
                    .ifPresent(found -> lines.add(new RocPlot.Line("retrained", "floor", false, found)));
            headline.population(method, game)
                    .ifPresent(found ->
                            lines.add(new RocPlot.Line("population: " + found.attack(), "other", true, found)));
            headline.attack(method, game)
                    .ifPresent(found ->
                            lines.add(new RocPlot.Line("per example: " + found.attack(), "main", true, found)));
            if (!lines.isEmpty()) {
                figures.add(new Figure(
                        RocPlot.draw(
                                anchor(method) + "-roc-" + game.code(),
                                method.label() + ", " + game.code() + ": " + question(game),
                                lines),
                        game.code() + ": " + question(game)));
            }
        }
        return figures;
    }

    private List<Figure> confidences(MethodResult method) {
        Confidences counts = method.confidences();
        List<Integer> retrained = headline.floor()
                .filter(floor -> floor != method)
                .map(floor -> floor.confidences().forgetAfter())
                .orElse(List.of());
        double top = HistogramPlot.top(List.of(
                counts.forgetBefore(),
                counts.retainBefore(),
                counts.testBefore(),
                counts.forgetAfter(),
                counts.retainAfter(),
                counts.testAfter(),
                retrained));
        String id = anchor(method) + "-confidence-";
        return List.of(
                new Figure(
                        HistogramPlot.draw(
                                id + "forget",
                                method.label() + ": forget examples",
                                counts.forgetBefore(),
                                counts.forgetAfter(),
                                retrained,
                                top),
                        "Forget examples"),
                new Figure(
                        HistogramPlot.draw(
                                id + "retain",
                                method.label() + ": retained examples",
                                counts.retainBefore(),
                                counts.retainAfter(),
                                List.of(),
                                top),
                        "Retained examples"),
                new Figure(
                        HistogramPlot.draw(
                                id + "test",
                                method.label() + ": test examples",
                                counts.testBefore(),
                                counts.testAfter(),
                                List.of(),
                                top),
                        "Test examples"));
    }

    private List<Figure> course(MethodResult method) {
        if (method.trajectory().isEmpty()) {
            return List.of();
        }
        String attack = method.accuracy().gapAttack();
        var test = new TreeMap<Integer, Estimate>();
        var area = new TreeMap<Integer, Estimate>();
        // Before the first epoch a method is where doing nothing ends; retraining starts from nothing.
        headline.ceiling().filter(ceiling -> !Headline.isFloor(method)).ifPresent(ceiling -> {
            test.put(0, ceiling.accuracy().test());
            area(ceiling, attack).ifPresent(auc -> area.put(0, auc));
        });
        method.trajectory().forEach(moment -> {
            test.put(moment.epoch(), moment.test());
            area.put(moment.epoch(), moment.auc());
        });
        Optional<MethodResult> floor = headline.floor().filter(control -> control != method);
        String id = anchor(method) + "-course-";
        var figures = new ArrayList<Figure>();
        figures.add(new Figure(
                CoursePlot.draw(
                        id + "test",
                        method.label() + ": test accuracy by epoch",
                        "Test accuracy",
                        test,
                        floor.map(control -> control.accuracy().test())),
                "Test accuracy"));
        if (!attack.isEmpty()) {
            figures.add(new Figure(
                    CoursePlot.draw(
                            id + "auc",
                            method.label() + ": area of " + attack + " by epoch",
                            "Area",
                            area,
                            floor.flatMap(control -> area(control, attack))),
                    "Area of " + attack + " in G2"));
        }
        return figures;
    }

    private static Optional<Estimate> area(MethodResult method, String attack) {
        return method.attacks().stream()
                .filter(result ->
                        result.game() == Game.PRIVACY && result.attack().equals(attack))
                .map(AttackResult::auc)
                .findFirst();
    }

    private List<Figure> vulnerability(MethodResult method) {
        List<ExampleVulnerability> all = method.vulnerability();
        if (all.isEmpty()) {
            return List.of();
        }
        int pairs = all.stream().mapToInt(ExampleVulnerability::pairs).min().orElse(1);
        Estimate band = VulnerabilityPlot.nullBand(pairs);
        String id = anchor(method) + "-examples-";
        double[] retrained = headline.floor()
                .filter(floor -> floor != method)
                .map(floor -> areas(floor.vulnerability(), ExampleVulnerability::after))
                .orElse(new double[0]);
        return List.of(
                new Figure(
                        VulnerabilityPlot.scatter(
                                id + "forgotten",
                                method.label() + ": each example when forgotten",
                                "Area after it was forgotten",
                                dots(all, ExampleVulnerability::after),
                                band),
                        "Each example when forgotten"),
                new Figure(
                        VulnerabilityPlot.scatter(
                                id + "retained",
                                method.label() + ": each example when it stays",
                                "Area after others were forgotten",
                                dots(all, ExampleVulnerability::retainedAfter),
                                band),
                        "Each example when it stays"),
                new Figure(
                        VulnerabilityPlot.sorted(
                                id + "sorted",
                                method.label() + ": areas in order",
                                areas(all, ExampleVulnerability::before),
                                areas(all, ExampleVulnerability::after),
                                retrained,
                                band),
                        "Areas in ascending order"));
    }

    private List<VulnerabilityPlot.Dot> dots(
            List<ExampleVulnerability> all, ToDoubleFunction<ExampleVulnerability> after) {
        return all.stream()
                .map(one -> new VulnerabilityPlot.Dot(
                        one.before(), after.applyAsDouble(one), example(one).canary()))
                .toList();
    }

    private static double[] areas(List<ExampleVulnerability> all, ToDoubleFunction<ExampleVulnerability> area) {
        return all.stream().mapToDouble(area).toArray();
    }

    private static Attack attack(AttackResult result, List<Double> fprs) {
        return new Attack(
                result.game().code(),
                result.attack(),
                Endpoints.kind(result),
                result.signal() + ", sees " + result.access().words(),
                Numbers.area(result.auc()),
                Numbers.area(result.balancedAccuracy()),
                Endpoints.points(result, fprs),
                Endpoints.worlds(result.worldAucs()),
                Numbers.count(result.positives()) + " / " + Numbers.count(result.negatives()));
    }

    /** How much easier an example that stayed became to recognise. */
    private static double exposure(ExampleVulnerability example) {
        return Math.abs(2 * example.retainedAfter() - 1) - example.magnitudeBefore();
    }

    private List<Picture> pictures(
            MethodResult method,
            ToDoubleFunction<ExampleVulnerability> badness,
            ToDoubleFunction<ExampleVulnerability> after) {
        return method.vulnerability().stream()
                .filter(one -> badness.applyAsDouble(one) > 0)
                .sorted(Comparator.comparingDouble(badness).reversed().thenComparing(ExampleVulnerability::example))
                .limit(PICTURES)
                .map(one -> {
                    PoolExample example = example(one);
                    return new Picture(
                            example.id(),
                            Explorer.name(results, example),
                            Explorer.embedded(example),
                            Explorer.name(results, example) + ", example " + example.id(),
                            Numbers.fixed(one.before(), 2) + " → " + Numbers.fixed(after.applyAsDouble(one), 2),
                            Explorer.flags(example));
                })
                .toList();
    }

    private PoolExample example(ExampleVulnerability one) {
        return results.examples().get(one.example());
    }

    public List<Fact> setUp() {
        var data = results.data();
        var design = results.design();
        long canaries = results.examples().stream().filter(PoolExample::canary).count();
        return List.of(
                new Fact(
                        "Data",
                        data.name() + ": " + Numbers.count(data.train()) + " training and "
                                + Numbers.count(data.test(), "test example")
                                + (data.ofTexts()
                                        ? ""
                                        : ", " + Numbers.count(data.classes().size()) + " classes")),
                new Fact("Data digest", data.digest()),
                new Fact("To be forgotten", Numbers.count(data.forget(), "example")),
                new Fact(
                        "Shadow design",
                        Numbers.count(design.worlds(), "world") + ", each trained on half of a pool of "
                                + Numbers.count(design.pool(), "example") + " and "
                                + Numbers.count(design.background()) + " others"),
                new Fact(
                        "Forget sets",
                        Numbers.count(design.forgetSets()) + " in each world, of "
                                + Numbers.count(design.forgetSize(), "example")),
                new Fact(
                        "Canaries",
                        canaries == 0 ? "none" : Numbers.count(canaries) + " of the pool, drawn apart from the others"),
                new Fact("Intervals", "95 %, crossed bootstrap over worlds and examples"),
                new Fact("Plan digest", results.planDigest()),
                new Fact("Wall time", Numbers.duration(results.seconds())));
    }

    public List<Fact> environment() {
        return facts(results.environment());
    }

    public String plan() {
        return results.planYaml();
    }

    public List<Definition> definitions() {
        return results.data().ofTexts() ? Definitions.withTexts() : Definitions.ALL;
    }

    private String anchor(MethodResult method) {
        return anchors.getOrDefault(method.label(), "");
    }
}
