package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.catalog.Named;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;
import lethe.metrics.ScoreTable;

/**
 * Commonly used attacks overestimate the protection: methods that look safe by one threshold for all examples are not safe
 * from an attack that is tailored to each.
 *
 * <p>The population attack is the one-sided threshold on φ. "Safe" is shown, not merely not refuted: the 90 % interval of
 * its area lies within {@value #BAND} of that after retraining, which is the test of equivalence at 5 %.
 */
@Named("c2")
@AutoService(Claim.class)
public record FalseSenseOfPrivacy() implements Claim {
    private static final double BAND = 0.02;
    private static final double TIMES_FLOOR = 2;

    @Override
    public String statement() {
        return "Commonly used attacks overestimate the protection that unlearning gives.";
    }

    @Override
    public String rule() {
        return "A method is safe by population if the 90 % interval of the one-sided threshold's area lies within 0.02 of"
                + " that after retraining, and unsafe by example if the lower 95 % limit of the per-example attack's"
                + " true-positive rate exceeds twice that after retraining. Holds for a method that is both in one game"
                + " (G1 or G2). Floor: the per-example attack is at chance. Ceiling: above chance.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        var floor = new Attacked(evidence.floor());
        if (floor.point(Game.PRIVACY).isEmpty()) {
            return Finding.missing(
                    this,
                    "the audit played no per-example attack; name one in audit.attacks, such as u-lira, and run 'lethe"
                            + " audit' again.");
        }
        var bootstrap = new CrossedBootstrap(evidence.replicates(), evidence.seed());
        List<Row> rows = new ArrayList<>();
        int[][] counts = new int[2][2]; // {not safe, safe} × {not unsafe, unsafe}, either game
        List<Subject> all = new ArrayList<>(List.of(evidence.floor(), evidence.ceiling()));
        all.addAll(evidence.methods());
        double[][] retrained = {
            areas(evidence.floor(), Game.EFFICACY, bootstrap), areas(evidence.floor(), Game.PRIVACY, bootstrap)
        };
        for (Subject subject : all) {
            boolean control = subject == evidence.floor() || subject == evidence.ceiling();
            Judged efficacy = judge(subject, Game.EFFICACY, bootstrap, retrained[0], floor);
            Judged privacy = judge(subject, Game.PRIVACY, bootstrap, retrained[1], floor);
            List<Statistic> statistics = new ArrayList<>(efficacy.statistics());
            statistics.addAll(privacy.statistics());
            if (!control) {
                counts[privacy.safe() ? 1 : 0][privacy.unsafe() ? 1 : 0]++;
            }
            rows.add(new Row(subject.label(), statistics, control ? Answer.CONTROL : answer(efficacy, privacy)));
        }
        List<String> problems = new ArrayList<>();
        if (!floor.atChance()) {
            problems.add("the per-example attack is not at chance after retraining");
        }
        if (!new Attacked(evidence.ceiling()).aboveChance()) {
            problems.add("the per-example attack sees nothing even where nothing was done");
        }
        String table = "Privacy game (G2), methods: safe by population and unsafe by example " + counts[1][1]
                + ", safe by both " + counts[1][0] + ", unsafe by both or not shown safe by population " + counts[0][1]
                + ", neither " + counts[0][0] + ".";
        return Finding.of(this, evidence, rows, problems, List.of(table));
    }

    /** What one game shows: whether a method is safe by population, might be, and is unsafe by example. */
    record Judged(List<Statistic> statistics, boolean safe, boolean couldBeSafe, boolean unsafe) {}

    static Answer answer(Judged efficacy, Judged privacy) {
        for (Judged game : List.of(efficacy, privacy)) {
            if (game.safe() && game.unsafe()) {
                return Answer.HOLDS;
            }
        }
        boolean open = efficacy.unsafe() && efficacy.couldBeSafe() || privacy.unsafe() && privacy.couldBeSafe();
        return open ? Answer.CANNOT_BE_TOLD : Answer.DOES_NOT_HOLD;
    }

    private static Judged judge(
            Subject subject, Game game, CrossedBootstrap bootstrap, double[] retrained, Attacked floor) {
        double[] gaps = Resampling.difference(areas(subject, game, bootstrap), retrained);
        double[] replicated = Arrays.stream(gaps, 1, gaps.length)
                .filter(gap -> !Double.isNaN(gap))
                .sorted()
                .toArray();
        double low = replicated[(int) (0.05 * replicated.length)];
        double high = replicated[(int) Math.ceil(0.95 * replicated.length) - 1];
        var attacked = new Attacked(subject);
        OperatingPoint point = attacked.point(game).orElseThrow();
        double reached = floor.point(game).orElseThrow().tpr().value();
        boolean unsafe = point.tpr().low() > TIMES_FLOOR * reached;
        return new Judged(
                List.of(
                        new Statistic(
                                game.code() + ": area of the threshold, above retraining (90 %)",
                                new Estimate(gaps[0], Math.min(low, gaps[0]), Math.max(high, gaps[0])),
                                Form.DIFFERENCE),
                        new Statistic(
                                game.code() + ": area, per example",
                                attacked.perExample(game).map(AttackResult::auc).orElseThrow(),
                                Form.NUMBER),
                        new Statistic(
                                game.code() + ": TPR at FPR " + PerExampleVsPopulation.percent(point.fpr()),
                                point.tpr(),
                                Form.SHARE)),
                low > -BAND && high < BAND,
                low < BAND && high > -BAND,
                unsafe);
    }

    /** The area of the one-sided threshold, then its replicates. */
    private static double[] areas(Subject subject, Game game, CrossedBootstrap bootstrap) {
        Observations observations = game.observe(subject.signals().atTheEnd()).orElseThrow();
        ScoreTable table = Resampling.table(observations, observations::value);
        double[] replicated = bootstrap.replicate(table)[0];
        double[] all = new double[1 + replicated.length];
        all[0] = table.auc();
        System.arraycopy(replicated, 0, all, 1, replicated.length);
        return all;
    }
}
