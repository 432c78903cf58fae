package lethe.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Verdict;
import lethe.metrics.OperatingPoint;

/**
 * The first screen: what somebody who answers for other people's data wants to know, in words that need no statistics.
 * Verdict words stay the fixed ones. Public for the templates alone.
 */
public final class PlainAnswer {
    private static final int NAMED = 8; // methods; more would hide the answer

    private final Results results;
    private final Headline headline;

    PlainAnswer(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** What is answered for the methods of one verdict. */
    public record Line(Page.Stamp stamp, String answer, String methods) {}

    /** A yardstick: how well the attack does against one model, in counts of a hundred. */
    public record Measure(String name, String role, String caught, String guess) {}

    public String question() {
        return "Can somebody still tell that these examples were in the training set?";
    }

    /** One line for each verdict that occurs, the worst first. */
    public List<Line> lines() {
        Map<String, List<MethodResult>> byWords = headline.judged().stream()
                .sorted(Comparator.comparingInt(method -> gravity(method.verdict())))
                .collect(Collectors.groupingBy(
                        method -> method.verdict().words(), LinkedHashMap::new, Collectors.toList()));
        return byWords.values().stream()
                .map(methods -> {
                    Verdict verdict = methods.get(0).verdict();
                    return new Line(Page.Stamp.of(verdict), answer(verdict), names(methods));
                })
                .toList();
    }

    private static int gravity(Verdict verdict) {
        if (verdict instanceof Verdict.Distinguishable) {
            return 0;
        }
        if (verdict instanceof Verdict.OverUnlearned) {
            return 1;
        }
        return verdict instanceof Verdict.Inconclusive ? 2 : 3;
    }

    private static String answer(Verdict verdict) {
        if (verdict instanceof Verdict.Distinguishable) {
            return "Yes: an attack still tells them from examples that were never there.";
        }
        if (verdict instanceof Verdict.OverUnlearned) {
            return "Yes, by overshooting: they look less familiar to the model than examples that were never there.";
        }
        if (verdict instanceof Verdict.Inconclusive) {
            return "It cannot be said: this audit is too small, or something in it failed.";
        }
        return "No better than after training again without them, as far as these attacks can see.";
    }

    private static String names(List<MethodResult> methods) {
        String named = methods.stream().limit(NAMED).map(MethodResult::label).collect(Collectors.joining(", "));
        return methods.size() <= NAMED
                ? named
                : named + " and " + Numbers.count(methods.size() - NAMED, "other method");
    }

    /** The worst case between its yardsticks; empty where no attack was made. */
    public List<Measure> measures() {
        var measures = new ArrayList<Measure>();
        headline.floor()
                .flatMap(method -> measure(method, "Trained again without them", "the floor: perfect forgetting"))
                .ifPresent(measures::add);
        worst().flatMap(method -> measure(method, "Worst case, " + method.label(), "of the methods audited"))
                .ifPresent(measures::add);
        headline.ceiling()
                .flatMap(method -> measure(method, "Nothing done", "the ceiling: no forgetting"))
                .ifPresent(measures::add);
        return measures;
    }

    /** The judged method whose forgotten examples the attack recognises best: at a low false-positive rate, then by area. */
    private Optional<MethodResult> worst() {
        Comparator<MethodResult> byRate = Comparator.comparingDouble(
                method -> point(method).map(found -> found.tpr().value()).orElse(0.0));
        return headline.judged().stream()
                .filter(method -> headline.attack(method, Game.PRIVACY).isPresent())
                .max(byRate.thenComparingDouble(method -> headline.attack(method, Game.PRIVACY)
                        .map(found -> found.auc().value())
                        .orElse(0.0)));
    }

    private Optional<OperatingPoint> point(MethodResult method) {
        return headline.attack(method, Game.PRIVACY)
                .flatMap(result -> Headline.point(result, headline.fpr()))
                .filter(OperatingPoint::reportable);
    }

    private Optional<Measure> measure(MethodResult method, String name, String role) {
        return headline.attack(method, Game.PRIVACY)
                .map(found -> new Measure(
                        name, role, Headline.tpr(Optional.of(found), headline.fpr()), Numbers.percent(found.auc())));
    }

    /** What the columns of {@link #measures} say. */
    public String caught() {
        return "Forgotten examples recognised, wrongly accusing at most " + Numbers.rate(headline.fpr())
                + " of those never there";
    }

    /** How far this carries, in a sentence. */
    public String limit() {
        long attacks = headline.attacksTried();
        return "This is a measurement, not a proof: " + Numbers.count(attacks, "attack") + " in "
                + Numbers.count(results.design().worlds(), "world")
                + " of our own, by an auditor who knows the training "
                + "population, the recipe and the method. It tells what these attacks find at this sample size; a stronger "
                + "one may find more, and copies of the data outside the model are not looked at.";
    }
}
