package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lethe.claims.Finding;
import lethe.experiments.Results;
import lethe.experiments.Results.PoolExample;
import lethe.experiments.Verdict;

/**
 * What the report says, as the templates print it: the frame, and the sections in the order of the page. Public only
 * because the compiled templates live in a package of their own.
 */
public final class Page {
    private final Results results;
    private final List<Finding> findings;
    private final Headline headline;
    private final Planned planned;

    /** @param findings what was found about claims, if they were examined */
    Page(Results results, List<Finding> findings) {
        this.results = results;
        this.findings = findings;
        this.headline = new Headline(results);
        this.planned = Planned.of(results);
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

    /** A drawing with its caption. */
    public record Figure(String svg, String caption) {}

    /** A named value. */
    public record Fact(String name, String value) {
        static List<Fact> of(Map<String, ?> map) {
            return new TreeMap<>(map)
                    .entrySet().stream()
                            .map(entry -> new Fact(entry.getKey(), String.valueOf(entry.getValue())))
                            .toList();
        }
    }

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

    public VerdictSection verdicts() {
        return new VerdictSection(results, headline);
    }

    public List<Fact> limits() {
        return new Limits(results, headline).items();
    }

    public List<Checklist.Item> checklist() {
        return new Checklist(results, headline, planned).items();
    }

    public MethodTable methods() {
        return new MethodTable(results, headline);
    }

    public AttackSection attacks() {
        return new AttackSection(results, headline);
    }

    public RetainedTable retained() {
        return new RetainedTable(results, headline);
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

    public List<MethodSection> sections() {
        return results.methods().stream()
                .map(method -> MethodSection.of(method, results, headline))
                .toList();
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
        return Fact.of(results.environment());
    }

    public String plan() {
        return results.planYaml();
    }

    public List<Definition> definitions() {
        List<Definition> definitions =
                new ArrayList<>(results.data().ofTexts() ? Definitions.withTexts() : Definitions.ALL);
        if (distances().hasZeroRetrain()) {
            definitions.add(Definitions.ZERO_RETRAIN);
        }
        if (!distances().relearned().isEmpty()) {
            definitions.add(Definitions.RELEARNING);
        }
        return definitions;
    }
}
