package lethe.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import lethe.attacks.AttackResult;
import lethe.attacks.ExampleVulnerability;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.PoolExample;

/** Everything about one method. Public for the templates alone. */
public record MethodSection(
        String label,
        String anchor,
        String role,
        Page.Stamp stamp,
        String name,
        String citation,
        String link,
        List<Page.Fact> settings,
        List<Page.Fact> deployed,
        List<Page.Figure> curves,
        List<Page.Figure> confidences,
        List<Page.Figure> course,
        List<Page.Figure> vulnerability,
        List<String> rates,
        List<Attack> attacks,
        List<Picture> worst,
        List<Picture> exposed) {
    private static final int PICTURES = 8;

    /** One attack in one game. */
    public record Attack(
            String game,
            String attack,
            String scope,
            String signal,
            String auc,
            String accuracy,
            List<Endpoints.Point> points,
            String worlds,
            String counts) {}

    /** An example worth looking at. */
    public record Picture(String id, String name, String source, String alt, String change, String flags) {}

    static MethodSection of(MethodResult method, Results results, Headline headline) {
        var figures = new MethodFigures(method, results, headline);
        String source = method.source();
        int link = source.indexOf("https://");
        return new MethodSection(
                method.label(),
                headline.anchor(method),
                Headline.role(method),
                Page.Stamp.of(method.verdict()),
                method.name(),
                link < 0 ? source : source.substring(0, link).strip(),
                link < 0 ? "" : source.substring(link).split("\\s", 2)[0],
                Page.Fact.of(method.settings()),
                deployed(method),
                figures.curves(),
                figures.confidences(),
                figures.course(),
                figures.vulnerability(),
                Endpoints.fprs(method).stream().map(Numbers::rate).toList(),
                method.attacks().stream()
                        .sorted(Comparator.comparing(AttackResult::game))
                        .map(result -> attack(result, Endpoints.fprs(method)))
                        .toList(),
                pictures(results, method, ExampleVulnerability::magnitudeAfter, ExampleVulnerability::after),
                pictures(results, method, MethodSection::exposure, ExampleVulnerability::retainedAfter));
    }

    private static List<Page.Fact> deployed(MethodResult method) {
        var deployed = method.deployed();
        if (deployed.modelFile().isEmpty()) {
            return List.of();
        }
        return List.of(
                new Page.Fact("weights", deployed.modelFile()),
                new Page.Fact("SHA-256", deployed.modelDigest()),
                new Page.Fact("forget accuracy", Numbers.percent(deployed.forgetAccuracy())),
                new Page.Fact("retain accuracy", Numbers.percent(deployed.retainAccuracy())),
                new Page.Fact("test accuracy", Numbers.percent(deployed.testAccuracy())),
                new Page.Fact("unlearned in", Numbers.duration(deployed.seconds())));
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

    private static List<Picture> pictures(
            Results results,
            MethodResult method,
            ToDoubleFunction<ExampleVulnerability> badness,
            ToDoubleFunction<ExampleVulnerability> after) {
        return method.vulnerability().stream()
                .filter(one -> badness.applyAsDouble(one) > 0)
                .sorted(Comparator.comparingDouble(badness).reversed().thenComparing(ExampleVulnerability::example))
                .limit(PICTURES)
                .map(one -> {
                    PoolExample example = results.examples().get(one.example());
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
}
