package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import lethe.attacks.Game;
import lethe.attacks.WorldSignals;
import lethe.catalog.Named;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;

/**
 * Unlearning lowers the vulnerability of some forgotten examples and raises that of others.
 *
 * <p>An example's vulnerability is {@code |2·AUC − 1|} of its own signal, {@code IN^O} against {@code OUT^O} before and
 * {@code FOR^U} against {@code OUT^U} after, over the same worlds and thus with the same bias of a noisy magnitude.
 * Whoever is most vulnerable before is so partly by luck and seems to improve even if nothing happened; groups of
 * examples are therefore formed in one half of the worlds and measured in the other.
 */
@Named("c4")
@AutoService(Claim.class)
public record DeltaForget() implements Claim {
    static final String RISES = "significant rises";
    static final String FALLS = "significant falls";
    static final String OVERSHOT = "rises that overshoot";
    static final String MEAN = "mean change";
    static final String MOST_RAISED = "change, tenth raised most";
    static final String MOST_LOWERED = "change, tenth lowered most";
    static final String LEAST_VULNERABLE = "change, least vulnerable third";
    static final String MOST_VULNERABLE = "change, most vulnerable third";

    private static final double MATTERS = 0.05;
    private static final double FALSE_SHARE = 0.05;

    @Override
    public String statement() {
        return "Unlearning lowers the vulnerability of some forgotten examples and raises that of others.";
    }

    @Override
    public String rule() {
        return "Holds for a method if, at a false-discovery rate of 5 %, some forgotten examples rise and some fall, and"
                + " the tenth that rises most and the tenth that falls most, chosen in one half of the worlds, do so in"
                + " the other half with intervals that exclude 0. Floor: falls only, apart from false discoveries."
                + " Ceiling: no change at all.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        Resampling resampling = Resampling.of(evidence);
        Row floor = row(evidence.floor(), resampling, true);
        Row ceiling = row(evidence.ceiling(), resampling, true);
        List<Row> rows = new ArrayList<>(List.of(floor, ceiling));
        evidence.methods().forEach(method -> rows.add(row(method, resampling, false)));
        List<String> problems = new ArrayList<>();
        double rises = floor.statistic(RISES).value().value();
        double falls = floor.statistic(FALLS).value().value();
        if (rises > Math.ceil(FALSE_SHARE * (rises + falls))) {
            problems.add("retraining raises " + (int) rises + " and lowers " + (int) falls);
        }
        if (ceiling.statistic(RISES).value().value()
                        + ceiling.statistic(FALLS).value().value()
                > 0) {
            problems.add("doing nothing changes vulnerabilities");
        }
        return Finding.of(this, evidence, rows, problems, List.of());
    }

    private static Row row(Subject subject, Resampling resampling, boolean control) {
        WorldSignals signals = subject.signals().atTheEnd();
        ExampleAreas before = Resampling.areas(Game.CLASSIC.observe(signals).orElseThrow());
        ExampleAreas after = Resampling.areas(Game.PRIVACY.observe(signals).orElseThrow());
        Changes changes = Changes.between(before, after, resampling);
        int overshot = 0;
        double[] areas = after.areas();
        for (int i = 0; i < areas.length; i++) {
            overshot += changes.significant()[i] && changes.change()[i] > 0 && areas[i] < 0.5 ? 1 : 0;
        }
        Estimate mean = resampling
                .estimate(before.examples(), (worlds, examples) ->
                        new double[] {Resampling.mean(Changes.of(before, after, worlds), examples)})[0];
        Estimate[] groups = groups(before, after, resampling);
        Answer answer = control ? Answer.CONTROL : answer(changes, groups[0], groups[1]);
        return new Row(
                subject.label(),
                List.of(
                        Statistic.exact(RISES, changes.rises(), Form.COUNT),
                        Statistic.exact(FALLS, changes.falls(), Form.COUNT),
                        Statistic.exact(OVERSHOT, overshot, Form.COUNT),
                        new Statistic(MEAN, mean, Form.DIFFERENCE),
                        new Statistic(MOST_RAISED, groups[0], Form.DIFFERENCE),
                        new Statistic(MOST_LOWERED, groups[1], Form.DIFFERENCE),
                        new Statistic(LEAST_VULNERABLE, groups[2], Form.DIFFERENCE),
                        new Statistic(MOST_VULNERABLE, groups[3], Form.DIFFERENCE)),
                answer);
    }

    /**
     * Mean changes of groups that are formed in other worlds: the tenth that rises most, that falls most, the third that is
     * least vulnerable before, that is most.
     */
    static Estimate[] groups(ExampleAreas before, ExampleAreas after, Resampling resampling) {
        return resampling.crossFit(
                before.examples(), worlds -> Half.of(before, after, worlds), (choosing, measuring, examples) -> {
                    double[] measured = measuring.change();
                    return new double[] {
                        Resampling.meanOfExtreme(measured, choosing.change(), 0.1, true, examples),
                        Resampling.meanOfExtreme(measured, choosing.change(), 0.1, false, examples),
                        Resampling.meanOfExtreme(measured, choosing.before(), 1 / 3.0, false, examples),
                        Resampling.meanOfExtreme(measured, choosing.before(), 1 / 3.0, true, examples)
                    };
                });
    }

    /** Vulnerability before, and its change, in some worlds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Half(double[] before, double[] change) {
        static Half of(ExampleAreas before, ExampleAreas after, int[] worlds) {
            double[] vulnerable = Resampling.vulnerability(before.areas(worlds));
            return new Half(
                    vulnerable, Resampling.difference(Resampling.vulnerability(after.areas(worlds)), vulnerable));
        }
    }

    private static Answer answer(Changes changes, Estimate raised, Estimate lowered) {
        boolean both = changes.rises() > 0 && changes.falls() > 0;
        if (both && raised.low() > 0 && lowered.high() < 0) {
            return Answer.HOLDS;
        }
        boolean small = raised.high() < MATTERS || lowered.low() > -MATTERS;
        return !both && small ? Answer.DOES_NOT_HOLD : Answer.CANNOT_BE_TOLD;
    }
}
