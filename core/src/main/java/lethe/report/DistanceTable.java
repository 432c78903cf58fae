package lethe.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.experiments.Results;
import lethe.experiments.Results.Distance;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.Relearning;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;

/** Distances to exact retraining that papers put in their tables, beside its own. Public for the templates alone. */
public final class DistanceTable {
    private final Results results;
    private final Headline headline;

    DistanceTable(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** One method. */
    public record Row(
            String label,
            String role,
            String forgetDivergence,
            String testDivergence,
            String forgetActivation,
            String testActivation,
            String zeroRetrain,
            String retention,
            String score,
            String normalised,
            String split,
            String withUtility,
            String epsilon) {}

    /** How soon the models of one method learned again. */
    public record Relearned(String label, String role, String steps, String unfinished, String sooner) {}

    /** Whether a method left models untrained to compare with. */
    public boolean hasZeroRetrain() {
        return distances().anyMatch(distance -> distance.zeroRetrain().isPresent());
    }

    /** A line for each method whose models were taught again what they forgot; none where the plan did not ask. */
    public List<Relearned> relearned() {
        return results.methods().stream()
                .flatMap(method -> method.distance().flatMap(Distance::relearning).stream()
                        .map(relearning -> new Relearned(
                                method.label(),
                                Headline.role(method),
                                steps(relearning),
                                Numbers.count(relearning.unfinished()) + " of " + Numbers.count(relearning.runs()),
                                Numbers.percent(relearning.sooner()))))
                .toList();
    }

    /** As in {@code 12 [9, > 50]}, where nothing is known beyond the budget. */
    static String steps(Relearning relearning) {
        Estimate steps = relearning.steps();
        String value = steps(steps.value(), relearning);
        return steps.low() == steps.high() && Double.isInfinite(steps.value())
                ? value
                : value + " [" + steps(steps.low(), relearning) + ", " + steps(steps.high(), relearning) + "]";
    }

    private static String steps(double steps, Relearning relearning) {
        return Double.isInfinite(steps) ? "> " + Numbers.count(relearning.budget()) : Numbers.count((long) steps);
    }

    private Stream<Distance> distances() {
        return results.methods().stream().flatMap(method -> method.distance().stream());
    }

    /** A line for each method that was compared. */
    public List<Row> rows() {
        return results.methods().stream()
                .flatMap(method -> method.distance().map(distance -> row(method, distance)).stream())
                .toList();
    }

    /** On how many examples the challenge's score rests, and how many models a side. */
    public String basis() {
        return distances()
                .filter(distance -> distance.quality().isPresent())
                .findFirst()
                .map(distance -> "The challenge’s score is of "
                        + Numbers.count(distance.examples().size(), "example") + " with "
                        + Numbers.count(results.design().worlds() / 2)
                        + " models a side; the challenge had 512, of one training and one forget set.")
                .orElse("The challenge’s score needs eight worlds.");
    }

    private Row row(MethodResult method, Distance distance) {
        Optional<ForgettingQuality> quality = distance.quality();
        return new Row(
                method.label(),
                Headline.role(method),
                Numbers.area(distance.forgetDivergence()),
                Numbers.area(distance.testDivergence()),
                Numbers.area(distance.forgetActivation()),
                Numbers.area(distance.testActivation()),
                distance.zeroRetrain().map(Numbers::area).orElse(Numbers.NOT_AVAILABLE),
                headline.floor()
                        .map(floor -> Numbers.percent(method.accuracy().test().value()
                                / floor.accuracy().test().value()))
                        .orElse(Numbers.NOT_AVAILABLE),
                quality.map(it -> Numbers.area(it.score())).orElse(Numbers.NOT_AVAILABLE),
                quality.map(it -> Numbers.fixed(it.normalised(), 2)).orElse(Numbers.NOT_AVAILABLE),
                quality.map(it -> Numbers.area(it.split())).orElse(Numbers.NOT_AVAILABLE),
                quality.map(it -> Numbers.area(distance.qualityWithUtility())).orElse(Numbers.NOT_AVAILABLE),
                quality.map(it -> Double.isInfinite(it.medianEpsilon()) ? "∞" : Numbers.fixed(it.medianEpsilon(), 2))
                        .orElse(Numbers.NOT_AVAILABLE));
    }
}
