package lethe.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.metrics.OperatingPoint;

/**
 * The second screen: what a statistician asks first. The design in a few facts, then for each game the per-example
 * attack that speaks for the audit beside a population attack, each with the operating points as they were realised.
 * Public for the templates alone.
 */
public final class Endpoints {
    static final int FEW_WORLDS = 10;

    private final Results results;
    private final Headline headline;
    private final Planned planned;

    Endpoints(Results results, Headline headline, Planned planned) {
        this.results = results;
        this.headline = headline;
        this.planned = planned;
    }

    /** One game. */
    public record Table(
            String game,
            String anchor,
            String question,
            String contrast,
            boolean open,
            List<String> rates,
            List<Row> rows) {}

    /** One attack on one method. */
    public record Row(
            String label,
            String role,
            String attack,
            String kind,
            String access,
            String auc,
            List<Point> points,
            String worlds,
            String counts) {}

    /** A true-positive rate with the false-positive rate it was really taken at. */
    public record Point(String tpr, String realised) {}

    public List<Page.Fact> design() {
        var design = results.design();
        var facts = new ArrayList<Page.Fact>();
        facts.add(new Page.Fact(
                "Primary endpoint",
                headline.attack().isEmpty()
                        ? "none: the plan has no per-example attack"
                        : "AUC of " + headline.attack()
                                + " in G2 and G1 against retrain, fixed by the order of the plan"));
        facts.add(new Page.Fact("Attacks tried", Numbers.count(headline.attacksTried())));
        facts.add(new Page.Fact(
                "Worlds",
                Numbers.count(design.worlds()) + ", each unlearning " + Numbers.count(design.forgetSets(), "forget set")
                        + " of " + Numbers.count(design.forgetSize(), "example") + " from a pool of "
                        + Numbers.count(design.pool())));
        facts.add(new Page.Fact(
                "References K",
                distinct(all().filter(AttackResult::perExample)
                                .map(result -> Integer.toString(result.shadowsPerClass())))
                        + " per example and class, the target world left out"));
        facts.add(new Page.Fact(
                "Density",
                !planned.known()
                        ? "not stated: the plan cannot be read by this version"
                        : planned.densities().isEmpty()
                                ? "no attack estimates one"
                                : String.join(", ", planned.densities())));
        facts.add(new Page.Fact("Signals", distinct(all().map(AttackResult::signal))));
        facts.add(new Page.Fact(
                "Access", distinct(all().map(result -> result.access().words()).sorted())));
        facts.add(new Page.Fact(
                "Intervals",
                "95 %, crossed bootstrap over worlds and examples"
                        + planned.replicates()
                                .map(count -> ", " + Numbers.count(count) + " replicates")
                                .orElse("")
                        + "; of a realised FPR the upper 95 % Clopper–Pearson limit"));
        return facts;
    }

    private Stream<AttackResult> all() {
        return results.methods().stream().flatMap(method -> method.attacks().stream());
    }

    private static String distinct(Stream<String> words) {
        String joined = words.distinct().collect(Collectors.joining("; "));
        return joined.isEmpty() ? "none" : joined;
    }

    /** Every game that was played, the privacy game first. */
    public List<Table> tables() {
        return Arrays.stream(Game.values())
                .sorted(Comparator.comparing((Game game) -> game != Game.PRIVACY)
                        .thenComparing(game -> game))
                .map(this::table)
                .filter(table -> !table.rows().isEmpty())
                .toList();
    }

    private Table table(Game game) {
        List<Double> fprs = results.methods().stream()
                .flatMap(method -> fprs(method).stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        var rows = new ArrayList<Row>();
        for (MethodResult method : results.methods()) {
            chosen(method, game).forEach(result -> rows.add(row(method, result, fprs)));
        }
        return new Table(
                game.code(),
                "game-" + game.code(),
                question(game),
                contrast(game),
                game == Game.PRIVACY,
                fprs.stream().map(Numbers::rate).toList(),
                rows);
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

    /** The headline attack, or where it does not play the first that does, and a population attack. */
    private List<AttackResult> chosen(MethodResult method, Game game) {
        Optional<AttackResult> perExample = headline.attack(method, game)
                .or(() -> method.attacks().stream()
                        .filter(result -> result.perExample() && result.game() == game)
                        .findFirst());
        return Stream.concat(perExample.stream(), headline.population(method, game).stream())
                .filter(Objects::nonNull)
                .toList();
    }

    private static Row row(MethodResult method, AttackResult result, List<Double> fprs) {
        return new Row(
                method.label(),
                Headline.role(method),
                result.attack(),
                kind(result),
                result.access().words(),
                Numbers.area(result.auc()),
                points(result, fprs),
                worlds(result.worldAucs()),
                Numbers.count(result.positives()) + " / " + Numbers.count(result.negatives()));
    }

    static String kind(AttackResult result) {
        return result.perExample() ? "per example, K = " + result.shadowsPerClass() : "population";
    }

    static List<Double> fprs(MethodResult method) {
        return method.attacks().stream()
                .flatMap(result -> result.points().stream())
                .map(OperatingPoint::fpr)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** A point for each rate, with the rate that was realised and its upper limit. */
    static List<Point> points(AttackResult result, List<Double> fprs) {
        return fprs.stream()
                .map(fpr -> Headline.point(result, fpr)
                        .map(point -> new Point(
                                Headline.tpr(point),
                                "FPR " + Numbers.fixed(100 * point.realisedFpr(), 2) + " % (≤ "
                                        + Numbers.fixed(100 * point.realisedFprHigh(), 2) + ")"))
                        .orElse(new Point(Numbers.NOT_AVAILABLE, "")))
                .toList();
    }

    /** Each world where there are few, else their range. */
    static String worlds(List<Double> areas) {
        if (areas.size() < FEW_WORLDS) {
            return areas.stream().map(area -> Numbers.fixed(area, 2)).collect(Collectors.joining(" "));
        }
        double low = areas.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double high = areas.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        return Numbers.fixed(low, 2) + " to " + Numbers.fixed(high, 2);
    }
}
