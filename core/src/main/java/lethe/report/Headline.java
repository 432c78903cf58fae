package lethe.report;

import java.util.List;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.metrics.OperatingPoint;

/**
 * What the short tables show: which methods are the controls, which attack speaks for the audit, and at which
 * false-positive rate. The attack is the first per-example attack listed, never the one that happened to score highest,
 * so that the choice does not depend on the outcome.
 */
final class Headline {
    private static final double PREFERRED_FPR = 0.01;

    private final Results results;
    private final String attack;
    private final double fpr;

    Headline(Results results) {
        this.results = results;
        this.attack = results.methods().stream()
                .flatMap(method -> method.attacks().stream())
                .filter(AttackResult::perExample)
                .map(AttackResult::attack)
                .findFirst()
                .orElse("");
        this.fpr = chooseFpr();
    }

    private double chooseFpr() {
        List<OperatingPoint> reportable = results.methods().stream()
                .flatMap(method -> attack(method, Game.PRIVACY).stream())
                .flatMap(result -> result.points().stream())
                .filter(OperatingPoint::reportable)
                .toList();
        boolean preferred = reportable.stream().anyMatch(point -> point.fpr() == PREFERRED_FPR);
        return preferred
                ? PREFERRED_FPR
                : reportable.stream().mapToDouble(OperatingPoint::fpr).min().orElse(PREFERRED_FPR);
    }

    /** Catalogue name of the per-example attack, empty where none was run. */
    String attack() {
        return attack;
    }

    /** The false-positive rate of the short tables: 1 % where it can be reported, else the smallest that can. */
    double fpr() {
        return fpr;
    }

    static boolean isFloor(MethodResult method) {
        return method.name().equals("retrain");
    }

    static boolean isCeiling(MethodResult method) {
        return method.name().equals("identity");
    }

    static boolean isControl(MethodResult method) {
        return isFloor(method) || isCeiling(method);
    }

    static String role(MethodResult method) {
        if (isFloor(method)) {
            return "floor";
        }
        return isCeiling(method) ? "ceiling" : "";
    }

    /** Where the page tells everything about a method. */
    String anchor(MethodResult method) {
        List<String> labels =
                results.methods().stream().map(MethodResult::label).toList();
        return "method-" + (labels.indexOf(method.label()) + 1);
    }

    /** How many attacks were run, whatever they found. */
    long attacksTried() {
        return results.methods().stream()
                .flatMap(method -> method.attacks().stream())
                .map(AttackResult::attack)
                .distinct()
                .count();
    }

    Optional<MethodResult> floor() {
        return results.methods().stream().filter(Headline::isFloor).findFirst();
    }

    Optional<MethodResult> ceiling() {
        return results.methods().stream().filter(Headline::isCeiling).findFirst();
    }

    List<MethodResult> judged() {
        return results.methods().stream().filter(method -> !isControl(method)).toList();
    }

    /** The headline attack in a game, if it was played against the method. */
    Optional<AttackResult> attack(MethodResult method, Game game) {
        return method.attacks().stream()
                .filter(result -> result.perExample() && result.attack().equals(attack) && result.game() == game)
                .findFirst();
    }

    /** The population attack that the headline attack was compared with in a game, else the first one played. */
    Optional<AttackResult> population(MethodResult method, Game game) {
        Optional<String> compared = method.comparisons().stream()
                .filter(comparison ->
                        comparison.game() == game && comparison.perExample().equals(attack))
                .map(comparison -> rivals(comparison).get(0))
                .findFirst();
        return method.attacks().stream()
                .filter(result -> !result.perExample() && result.game() == game)
                .filter(result -> compared.isEmpty() || result.attack().equals(compared.get()))
                .findFirst();
    }

    /** The population attacks of a comparison, which may be another on each half of the worlds. */
    static List<String> rivals(Comparison comparison) {
        return List.of(comparison.population().split(" / "));
    }

    static Optional<OperatingPoint> point(AttackResult result, double fpr) {
        return result.points().stream().filter(point -> point.fpr() == fpr).findFirst();
    }

    /** The true-positive rate with its interval, or why it is not available. */
    static String tpr(Optional<AttackResult> result, double fpr) {
        return result.flatMap(found -> point(found, fpr)).map(Headline::tpr).orElse(Numbers.NOT_AVAILABLE);
    }

    static String tpr(OperatingPoint point) {
        return point.reportable()
                ? Numbers.percent(point.tpr())
                : Numbers.NOT_AVAILABLE + " (needs " + Numbers.count(point.negativesNeeded()) + ")";
    }

    static String auc(Optional<AttackResult> result) {
        return result.map(found -> Numbers.area(found.auc())).orElse(Numbers.NOT_AVAILABLE);
    }

    /** Unlearning time as a multiple of retraining, as in {@code 0.04×}. */
    static String timesRetrain(MethodResult method) {
        double ratio = method.accuracy().seconds().value() / method.accuracy().retrainSeconds();
        if (!Double.isFinite(ratio)) {
            return Numbers.NOT_AVAILABLE;
        }
        return ratio > 0 && ratio < 0.005 ? "<0.01×" : Numbers.fixed(ratio, 2) + "×";
    }
}
