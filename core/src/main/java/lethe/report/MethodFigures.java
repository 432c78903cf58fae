package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import lethe.attacks.AttackResult;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.Confidences;
import lethe.experiments.Results.MethodResult;
import lethe.metrics.Estimate;

/** The drawings of one method. */
final class MethodFigures {
    private final MethodResult method;
    private final Results results;
    private final Headline headline;

    MethodFigures(MethodResult method, Results results, Headline headline) {
        this.method = method;
        this.results = results;
        this.headline = headline;
    }

    List<Page.Figure> curves() {
        var figures = new ArrayList<Page.Figure>();
        for (Game game : List.of(Game.PRIVACY, Game.EFFICACY)) {
            var lines = new ArrayList<RocPlot.Line>();
            headline.floor()
                    .filter(floor -> floor != method)
                    .flatMap(floor -> headline.attack(floor, game))
                    .ifPresent(found -> lines.add(new RocPlot.Line("retrained", "floor", false, found)));
            headline.population(method, game)
                    .ifPresent(found ->
                            lines.add(new RocPlot.Line("population: " + found.attack(), "other", true, found)));
            headline.attack(method, game)
                    .ifPresent(found ->
                            lines.add(new RocPlot.Line("per example: " + found.attack(), "main", true, found)));
            if (!lines.isEmpty()) {
                figures.add(new Page.Figure(
                        RocPlot.draw(
                                headline.anchor(method) + "-roc-" + game.code(),
                                method.label() + ", " + game.code() + ": " + Endpoints.question(game),
                                lines),
                        game.code() + ": " + Endpoints.question(game)));
            }
        }
        return figures;
    }

    List<Page.Figure> confidences() {
        Confidences counts = method.confidences();
        List<Integer> retrained = headline.floor()
                .filter(floor -> floor != method)
                .map(floor -> floor.confidences().forgetAfter())
                .orElse(List.of());
        double top = HistogramPlot.top(List.of(
                counts.forgetBefore(),
                counts.retainBefore(),
                counts.testBefore(),
                counts.forgetAfter(),
                counts.retainAfter(),
                counts.testAfter(),
                retrained));
        String id = headline.anchor(method) + "-confidence-";
        return List.of(
                new Page.Figure(
                        HistogramPlot.draw(
                                id + "forget",
                                method.label() + ": forget examples",
                                counts.forgetBefore(),
                                counts.forgetAfter(),
                                retrained,
                                top),
                        "Forget examples"),
                new Page.Figure(
                        HistogramPlot.draw(
                                id + "retain",
                                method.label() + ": retained examples",
                                counts.retainBefore(),
                                counts.retainAfter(),
                                List.of(),
                                top),
                        "Retained examples"),
                new Page.Figure(
                        HistogramPlot.draw(
                                id + "test",
                                method.label() + ": test examples",
                                counts.testBefore(),
                                counts.testAfter(),
                                List.of(),
                                top),
                        "Test examples"));
    }

    List<Page.Figure> course() {
        if (method.trajectory().isEmpty()) {
            return List.of();
        }
        String attack = method.accuracy().gapAttack();
        var test = new TreeMap<Integer, Estimate>();
        var area = new TreeMap<Integer, Estimate>();
        // Before the first epoch a method is where doing nothing ends; retraining starts from nothing.
        headline.ceiling().filter(ceiling -> !Headline.isFloor(method)).ifPresent(ceiling -> {
            test.put(0, ceiling.accuracy().test());
            area(ceiling, attack).ifPresent(auc -> area.put(0, auc));
        });
        method.trajectory().forEach(moment -> {
            test.put(moment.epoch(), moment.test());
            area.put(moment.epoch(), moment.auc());
        });
        Optional<MethodResult> floor = headline.floor().filter(control -> control != method);
        String id = headline.anchor(method) + "-course-";
        var figures = new ArrayList<Page.Figure>();
        figures.add(new Page.Figure(
                CoursePlot.draw(
                        id + "test",
                        method.label() + ": test accuracy by epoch",
                        "Test accuracy",
                        test,
                        floor.map(control -> control.accuracy().test())),
                "Test accuracy"));
        if (!attack.isEmpty()) {
            figures.add(new Page.Figure(
                    CoursePlot.draw(
                            id + "auc",
                            method.label() + ": area of " + attack + " by epoch",
                            "Area",
                            area,
                            floor.flatMap(control -> area(control, attack))),
                    "Area of " + attack + " in G2"));
        }
        return figures;
    }

    private static Optional<Estimate> area(MethodResult method, String attack) {
        return method.attacks().stream()
                .filter(result ->
                        result.game() == Game.PRIVACY && result.attack().equals(attack))
                .map(AttackResult::auc)
                .findFirst();
    }

    List<Page.Figure> vulnerability() {
        List<ExampleVulnerability> all = method.vulnerability();
        if (all.isEmpty()) {
            return List.of();
        }
        int pairs = all.stream().mapToInt(ExampleVulnerability::pairs).min().orElse(1);
        Estimate band = VulnerabilityPlot.nullBand(pairs);
        String id = headline.anchor(method) + "-examples-";
        double[] retrained = headline.floor()
                .filter(floor -> floor != method)
                .map(floor -> areas(floor.vulnerability(), ExampleVulnerability::after))
                .orElse(new double[0]);
        return List.of(
                new Page.Figure(
                        VulnerabilityPlot.scatter(
                                id + "forgotten",
                                method.label() + ": each example when forgotten",
                                "Area after it was forgotten",
                                dots(all, ExampleVulnerability::after),
                                band),
                        "Each example when forgotten"),
                new Page.Figure(
                        VulnerabilityPlot.scatter(
                                id + "retained",
                                method.label() + ": each example when it stays",
                                "Area after others were forgotten",
                                dots(all, ExampleVulnerability::retainedAfter),
                                band),
                        "Each example when it stays"),
                new Page.Figure(
                        VulnerabilityPlot.sorted(
                                id + "sorted",
                                method.label() + ": areas in order",
                                areas(all, ExampleVulnerability::before),
                                areas(all, ExampleVulnerability::after),
                                retrained,
                                band),
                        "Areas in ascending order"));
    }

    private List<VulnerabilityPlot.Dot> dots(
            List<ExampleVulnerability> all, ToDoubleFunction<ExampleVulnerability> after) {
        return all.stream()
                .map(one -> new VulnerabilityPlot.Dot(
                        one.before(),
                        after.applyAsDouble(one),
                        results.examples().get(one.example()).canary()))
                .toList();
    }

    private static double[] areas(List<ExampleVulnerability> all, ToDoubleFunction<ExampleVulnerability> area) {
        return all.stream().mapToDouble(area).toArray();
    }
}
