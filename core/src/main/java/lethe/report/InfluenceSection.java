package lethe.report;

import java.util.List;
import java.util.Optional;
import lethe.experiments.Results;
import lethe.experiments.Results.InfluenceLeft;

/** What look-alikes keep alive of the examples to forget. Public for the templates alone. */
public final class InfluenceSection {
    private final Results results;
    private final InfluenceLeft found;

    private InfluenceSection(Results results, InfluenceLeft found) {
        this.results = results;
        this.found = found;
    }

    /** Empty where no example to forget has look-alikes. */
    static Optional<InfluenceSection> of(Results results) {
        return results.influence().map(found -> new InfluenceSection(results, found));
    }

    /** One method. */
    public record Row(String label, String role, String left, String confidence, String median, String gap) {}

    /** What was measured on what. */
    public String scale() {
        String targets = Numbers.count(found.targets(), "audit example") + " to forget "
                + (found.targets() == 1 ? "has" : "have") + " look-alikes.";
        if (found.measured() == 0) {
            return targets
                    + " Every world learned them or some of their look-alikes, so that nothing is known of models"
                    + " without their influence. Add retraining without look-alikes to the methods: closure, with the"
                    + " remedy expand and the method retrain.";
        }
        return targets + " Measured on " + Numbers.count(found.measured()) + ", with "
                + Numbers.fixed(found.lookalikes(), 1) + " look-alikes left on average, against "
                + (found.free().isEmpty()
                        ? "worlds that happen to have learned neither an example nor its look-alikes; examples with many"
                                + " look-alikes have no such world."
                        : "“" + found.free() + "”, which retrains without look-alikes too.")
                + " Together they lower the loss of an example by " + Numbers.area(found.influence()) + " nats"
                + (found.influence().low() > 0 ? "." : ", which may be nothing: the shares below then say little.");
    }

    public List<Row> rows() {
        return found.shares().stream()
                .map(share -> new Row(
                        share.label(),
                        results.methods().stream()
                                .filter(method -> method.label().equals(share.label()))
                                .findFirst()
                                .map(Headline::role)
                                .orElse(""),
                        Numbers.percent(share.left().pooled()),
                        Numbers.percent(share.confidence().pooled()),
                        share.left().certain() == 0
                                ? Numbers.NOT_AVAILABLE
                                : Numbers.percent(share.left().median()) + " of "
                                        + share.left().certain(),
                        Numbers.percent(share.gap())))
                .toList();
    }
}
