package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.attacks.Snapshots;
import lethe.claims.Stratum;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.PoolExample;
import lethe.metrics.Intervals;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Roc;

/**
 * What must be true of an audit before its numbers are published, each answered by what the results hold. Public for the
 * templates alone.
 */
public final class Checklist {
    private static final double FEWEST_FALSE_POSITIVES = 10;
    private static final int FEWEST_COMPARED = 8; // fewer worlds do not show how they differ
    private static final double UNLIKE = 10; // times the variance within worlds; where nothing is left it is about one
    private static final Set<String> TWO_SIDED = Set.of("two-sided-threshold", "svc", "random-forest");

    private final Results results;
    private final Headline headline;
    private final Planned planned;

    Checklist(Results results, Headline headline, Planned planned) {
        this.results = results;
        this.headline = headline;
        this.planned = planned;
    }

    /**
     * An answered question.
     *
     * @param answer {@code yes}, {@code no} or {@code not applicable}
     * @param fact what the answer rests on
     */
    public record Item(String question, String answer, String fact) {
        static Item of(String question, boolean answer, String fact) {
            return new Item(question, answer ? "yes" : "no", fact);
        }

        static Item inapplicable(String question, String fact) {
            return new Item(question, "not applicable", fact);
        }

        /** The mark and style of the answer. */
        public String mark() {
            return answer.equals("yes") ? "✓" : answer.equals("no") ? "✗" : "–";
        }

        public String style() {
            return answer.equals("yes") ? "same" : answer.equals("no") ? "leaks" : "open";
        }
    }

    public List<Item> items() {
        return List.of(
                endpoints(),
                described(),
                negatives(),
                intervals(),
                strata(),
                population(),
                primary(),
                retained(),
                canaries(),
                snapshots());
    }

    private Item endpoints() {
        String facts = Stream.of(control("retrain", headline.floor()), control("identity", headline.ceiling()))
                .collect(Collectors.joining("; "));
        return Item.of(
                "Floor (retrain) and ceiling (identity) printed beside every number?",
                headline.floor().isPresent() && headline.ceiling().isPresent(),
                facts + ".");
    }

    private String control(String name, Optional<MethodResult> control) {
        return control.map(
                        method -> name + " has AUC " + Headline.auc(headline.attack(method, Game.PRIVACY)) + " in G2")
                .orElse(name + " was not run");
    }

    private Item described() {
        List<AttackResult> all = all();
        boolean stated = !all.isEmpty()
                && planned.known()
                && all.stream()
                        .allMatch(result -> !result.signal().isBlank()
                                && result.access().queries() > 0
                                && (!result.perExample() || result.shadowsPerClass() > 0));
        String games = all.stream()
                .map(AttackResult::game)
                .distinct()
                .sorted()
                .map(Game::code)
                .collect(Collectors.joining(", "));
        return Item.of(
                "Game, signal, access level, snapshots, density and K stated?",
                stated,
                Numbers.count(all.size(), "result") + " in games " + games
                        + " carry signal, access and K; density: "
                        + (!planned.known()
                                ? "not readable from the plan"
                                : planned.densities().isEmpty()
                                        ? "no attack estimates one"
                                        : String.join(", ", planned.densities()))
                        + ".");
    }

    private Item negatives() {
        var printed = new TreeSet<Double>();
        var refused = new TreeSet<Double>();
        boolean sound = true;
        long fewest = Long.MAX_VALUE;
        for (AttackResult result : all()) {
            for (OperatingPoint point : result.points()) {
                if (point.reportable()) {
                    printed.add(point.fpr());
                    fewest = Math.min(fewest, result.negatives());
                    // A hair below, since 0.001 · 10,000 need not be 10 in floating point.
                    sound &= point.fpr() * result.negatives() >= FEWEST_FALSE_POSITIVES - 1e-9;
                } else {
                    refused.add(point.fpr());
                }
            }
        }
        int worlds = results.design().worlds();
        boolean counted = !all().isEmpty()
                && all().stream().allMatch(result -> result.worldAucs().size() == worlds);
        String rest = counted
                ? "Every result rests on " + Numbers.count(worlds, "world") + ", not on the "
                        + Numbers.count((long) worlds * results.design().forgetSets(), "unlearned model") + " in them."
                : "Not every result holds one value for each of " + Numbers.count(worlds, "world") + ".";
        return Item.of(
                "α · negatives ≥ 10 for each TPR at FPR α? Worlds counted, not models?",
                sound && counted,
                (printed.isEmpty()
                                ? "No TPR is printed"
                                : "TPR at " + rates(printed) + " uses " + Numbers.count(fewest) + " negatives or more")
                        + (refused.isEmpty() ? "" : "; refused where there are too few: " + rates(refused)) + ". "
                        + rest);
    }

    private static String rates(Set<Double> fprs) {
        return fprs.stream().map(Numbers::rate).collect(Collectors.joining(", "));
    }

    private Item intervals() {
        List<AttackResult> all = all();
        long bare = all.stream()
                .filter(result -> !Double.isFinite(result.auc().low())
                        || !Double.isFinite(result.auc().high()))
                .count();
        boolean values = all.stream().allMatch(result -> !result.worldAucs().isEmpty());
        boolean drawn = planned.replicates().isPresent();
        return Item.of(
                "Intervals from the crossed bootstrap? Per-world values in the artefact?",
                !all.isEmpty() && bare == 0 && values && drawn,
                planned.replicates()
                                .map(count -> Numbers.count(count) + " replicates over worlds and examples")
                                .orElse("The number of replicates is not readable from the plan")
                        + "; " + Numbers.count(bare, "result") + " without an interval; areas of each world "
                        + (values ? "are" : "are not all") + " in results.json." + unlikeWorlds());
    }

    /** Where worlds differ by more than the scores in them, they err together as references, which no resample of scores sees. */
    private String unlikeWorlds() {
        List<String> unlike = results.methods().stream()
                .flatMap(method -> method.attacks().stream()
                        .filter(AttackResult::perExample)
                        .filter(Checklist::worldsDiffer)
                        .map(result -> result.attack() + " on " + method.label() + " in "
                                + result.game().code()))
                .toList();
        return unlike.isEmpty()
                ? ""
                : " Worlds differ so much that these intervals may be too narrow: " + String.join(", ", unlike) + ".";
    }

    private static boolean worldsDiffer(AttackResult result) {
        int worlds = result.worldAucs().size();
        if (worlds < FEWEST_COMPARED) {
            return false;
        }
        double[] areas =
                result.worldAucs().stream().mapToDouble(Double::doubleValue).toArray();
        double within = Roc.areaVariance(
                Intervals.mean(areas), result.positives() / (double) worlds, result.negatives() / (double) worlds);
        return Intervals.variance(areas) > UNLIKE * within;
    }

    private Item strata() {
        List<Stratum> selected = results.methods().stream()
                .flatMap(method -> method.strata().stream())
                .filter(Stratum::selected)
                .toList();
        String question = "Strata selected on disjoint worlds?";
        if (results.methods().stream().allMatch(method -> method.strata().isEmpty())) {
            return Item.inapplicable(
                    question, "No strata in these results: too few worlds, or written by an earlier version.");
        }
        return selected.isEmpty()
                ? Item.inapplicable(question, "No stratum was formed by signals.")
                : Item.of(
                        question,
                        true,
                        "Thirds by memorisation are formed in one half of the "
                                + Numbers.count(results.design().worlds(), "world")
                                + " and measured in the other, both ways.");
    }

    private Item population() {
        var alike = true;
        int pairs = 0;
        for (MethodResult method : results.methods()) {
            for (Comparison comparison : method.comparisons()) {
                Optional<AttackResult> one = find(method, comparison.game(), comparison.perExample());
                for (String rival : Headline.rivals(comparison)) {
                    Optional<AttackResult> other = find(method, comparison.game(), rival);
                    alike &= one.isPresent()
                            && other.isPresent()
                            && one.get().positives() == other.get().positives()
                            && one.get().negatives() == other.get().negatives();
                }
                pairs++;
            }
        }
        List<String> twoSided = all().stream()
                .filter(result -> !result.perExample())
                .map(AttackResult::attack)
                .distinct()
                .filter(name -> TWO_SIDED.contains(name.replaceFirst(" \\(.*", "")))
                .toList();
        return Item.of(
                "Population attacks given the same arrays, and one that sees both directions?",
                pairs > 0 && alike && !twoSided.isEmpty(),
                (pairs == 0
                                ? "No population attack was compared with a per-example attack"
                                : Numbers.count(pairs, "comparison") + " on "
                                        + (alike ? "the same" : "differing numbers of") + " scored pairs")
                        + "; "
                        + (twoSided.isEmpty()
                                ? "no two-sided population attack was run (add two-sided-threshold to audit.attacks)"
                                : "two-sided: " + String.join(", ", twoSided))
                        + ".");
    }

    private static Optional<AttackResult> find(MethodResult method, Game game, String attack) {
        return method.attacks().stream()
                .filter(result -> result.game() == game && result.attack().equals(attack))
                .findFirst();
    }

    private Item primary() {
        return Item.of(
                "Primary endpoint fixed beforehand, and the number of attacks tried stated?",
                !headline.attack().isEmpty(),
                headline.attack().isEmpty()
                        ? "The plan has no per-example attack that verdicts could rest on."
                        : headline.attack() + " in G1 and G2, the first per-example attack of the plan; "
                                + Numbers.count(headline.attacksTried(), "attack") + " tried.");
    }

    private Item retained() {
        String question = "Exposure of those who stayed (G3) compared with the retrain control?";
        if (results.design().forgetSets() < 2) {
            return Item.inapplicable(
                    question, "Each world has one forget set, so that nobody stays (audit.forgetSets).");
        }
        boolean floor = headline.floor()
                .flatMap(method -> headline.attack(method, Game.RETAINED))
                .isPresent();
        long compared = headline.judged().stream()
                .filter(method -> headline.attack(method, Game.RETAINED).isPresent())
                .count();
        return Item.of(
                question,
                floor && compared > 0,
                "G3 was played against " + Numbers.count(compared) + " of "
                        + Numbers.count(headline.judged().size(), "method") + " and "
                        + (floor ? "" : "not ") + "against retrain.");
    }

    private Item canaries() {
        String question = "Canaries and natural examples reported apart?";
        long canaries = results.examples().stream().filter(PoolExample::canary).count();
        if (canaries == 0) {
            return Item.inapplicable(question, "The pool holds no canary and no known mislabel.");
        }
        boolean apart = !results.methods().isEmpty()
                && results.methods().stream()
                        .filter(method -> !method.attacks().isEmpty())
                        .allMatch(method -> !method.canaries().isEmpty()
                                || method.strata().stream().anyMatch(stratum -> !stratum.selected()));
        boolean attacked =
                results.methods().stream().anyMatch(method -> !method.canaries().isEmpty());
        return Item.of(
                question,
                apart,
                Numbers.count(canaries) + " of "
                        + Numbers.count(results.examples().size())
                        + " pool examples are canaries or known mislabels, "
                        + (!apart
                                ? "and not a stratum of their own."
                                : attacked
                                        ? "attacked by themselves; all other numbers are of natural examples."
                                        : "a stratum of their own."));
    }

    private Item snapshots() {
        String question = "Both snapshots (G5) reported, or declared out of scope?";
        String attacks = all().stream()
                .filter(result -> result.access().snapshots() == Snapshots.BEFORE_AND_AFTER)
                .map(AttackResult::attack)
                .distinct()
                .collect(Collectors.joining(", "));
        return attacks.isEmpty()
                ? Item.inapplicable(
                        question,
                        "Out of scope, as the limits say: no attack of the plan queries the model before and after"
                                + " (two-snapshots would).")
                : Item.of(question, true, "Played by " + attacks + ".");
    }

    private List<AttackResult> all() {
        var all = new ArrayList<AttackResult>();
        results.methods().forEach(method -> all.addAll(method.attacks()));
        return all;
    }
}
