package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.catalog.Named;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.Estimate;

/**
 * Per-example attacks are much stronger than population attacks.
 *
 * <p>Both attack exactly the same models with the same queries. The population attack is the best of the plan's, chosen in
 * one half of the worlds and compared in the other; resamples are paired.
 */
@Named("c1")
@AutoService(Claim.class)
public record PerExampleVsPopulation() implements Claim {
    private static final double MATTERS = 0.02;
    private static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    @Override
    public String statement() {
        return "Attacks tailored to each example are much stronger than attacks that judge all examples alike.";
    }

    @Override
    public String rule() {
        return "Holds for a method if, in the efficacy (G1) or the privacy game (G2), the per-example attack gains both"
                + " area and true-positive rate over the best population attack, with 95 % intervals that exclude 0."
                + " Floor: the per-example attack is at chance. Ceiling: above chance.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        if (new Attacked(evidence.floor()).comparison(Game.PRIVACY).isEmpty()) {
            return Finding.missing(
                    this,
                    "the audit compared no per-example attack with a population attack; name one of both in"
                            + " audit.attacks, such as u-lira and loss-threshold, and run 'lethe audit' again.");
        }
        List<Row> rows = new ArrayList<>();
        rows.add(row(evidence.floor(), true));
        rows.add(row(evidence.ceiling(), true));
        evidence.methods().forEach(method -> rows.add(row(method, false)));
        List<String> problems = new ArrayList<>();
        if (!new Attacked(evidence.floor()).atChance()) {
            problems.add("the per-example attack is not at chance after retraining");
        }
        if (!new Attacked(evidence.ceiling()).aboveChance()) {
            problems.add("the per-example attack sees nothing even where nothing was done");
        }
        Comparison any = new Attacked(evidence.floor()).comparison(Game.PRIVACY).orElseThrow();
        String note = "Per-example attack: " + any.perExample()
                + ", the first of the plan. The true-positive rate is that at the smallest reported false-positive rate"
                + " that half of the worlds can show.";
        return Finding.of(this, evidence, rows, problems, List.of(note));
    }

    private static Row row(Subject subject, boolean control) {
        var attacked = new Attacked(subject);
        List<Statistic> statistics = new ArrayList<>();
        Answer answer = Answer.DOES_NOT_HOLD;
        for (Game game : List.of(Game.EFFICACY, Game.PRIVACY)) {
            Optional<Comparison> gain = attacked.comparison(game);
            Estimate area = gain.map(Comparison::deltaAuc).orElse(NONE);
            Estimate rate = gain.map(Comparison::deltaTpr).orElse(NONE);
            statistics.add(new Statistic(
                    game.code() + ": area, per example",
                    attacked.perExample(game).map(AttackResult::auc).orElse(NONE),
                    Form.NUMBER));
            statistics.add(new Statistic(game.code() + ": gain in area", area, Form.DIFFERENCE));
            statistics.add(new Statistic(
                    game.code() + ": gain in TPR"
                            + gain.map(it -> " at FPR " + percent(it.fpr())).orElse(""),
                    rate,
                    Form.DIFFERENCE));
            answer = better(answer, both(area, rate));
        }
        return new Row(subject.label(), statistics, control ? Answer.CONTROL : answer);
    }

    private static Answer both(Estimate area, Estimate rate) {
        Answer byArea = Answer.above(area, MATTERS);
        Answer byRate = Answer.above(rate, MATTERS);
        if (byArea == byRate) {
            return byArea;
        }
        return byArea == Answer.DOES_NOT_HOLD || byRate == Answer.DOES_NOT_HOLD
                ? Answer.DOES_NOT_HOLD
                : Answer.CANNOT_BE_TOLD;
    }

    private static Answer better(Answer a, Answer b) {
        return a.compareTo(b) == 0 ? a : a == Answer.DOES_NOT_HOLD ? b : b == Answer.DOES_NOT_HOLD ? a : Answer.HOLDS;
    }

    static String percent(double rate) {
        double percent = Math.round(1e4 * rate) / 100.0;
        return (percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent)) + " %";
    }
}
