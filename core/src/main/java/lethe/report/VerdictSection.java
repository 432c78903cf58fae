package lethe.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** What was judged of each method, in words and between the controls. Public for the templates alone. */
public final class VerdictSection {
    private final Results results;
    private final Headline headline;

    VerdictSection(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** The first thing read about a method. */
    public record Card(String label, String anchor, Page.Stamp stamp, String plain, String gauge) {}

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
        String anchor = headline.anchor(method);
        String gauge = attack.filter(found -> !Headline.isControl(method))
                .map(found -> Gauge.draw(
                        anchor + "-gauge",
                        method.label() + " between retrained and untouched",
                        found.auc(),
                        floor,
                        ceiling))
                .orElse("");
        return new Card(method.label(), anchor, Page.Stamp.of(method.verdict()), plain(method, attack), gauge);
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
}
