package lethe.report;

import java.util.List;
import java.util.Optional;
import lethe.experiments.Results;
import lethe.experiments.Results.Distance;
import lethe.experiments.Results.MethodResult;
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
            String retention,
            String score,
            String normalised,
            String split,
            String withUtility,
            String epsilon) {}

    /** A line for each method that was compared. */
    public List<Row> rows() {
        return results.methods().stream()
                .flatMap(method -> method.distance().map(distance -> row(method, distance)).stream())
                .toList();
    }

    /** On how many examples the challenge's score rests, and how many models a side. */
    public String basis() {
        return results.methods().stream()
                .flatMap(method -> method.distance().stream())
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
