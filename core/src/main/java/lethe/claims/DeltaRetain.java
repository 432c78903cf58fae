package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.WorldSignals;
import lethe.catalog.Named;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;
import lethe.metrics.Roc;
import lethe.metrics.ScoreTable;

/**
 * Unlearning may worsen the privacy of examples that stay.
 *
 * <p>An example's vulnerability when it stays is {@code |2·AUC − 1|} of {@code RET^U} against {@code OUT^U}. Exact
 * retraining changes it too, since with others gone every example weighs more; so the change from the original is compared
 * with that under retraining, and what was before drops out of the difference.
 *
 * <p>The band of noise around the worst hundredth is made of resamples around their own mean rather than of permutations:
 * a method shifts everybody's signals, so its models and retrained ones are not exchangeable even where no vulnerability
 * differs.
 *
 * <p>Whether it matters who was forgotten is asked of each example by itself: of the worlds in which it stays, half are
 * those where its nearest neighbours among the forgotten are nearest. Which these are is drawn by the design, so both
 * halves differ in that alone. Neighbours are those in what the last layer of originals that never saw an example gets of
 * it, or where these models are gone, in what they answer: a mean over worlds, for in the one original of a world near and
 * far would depend on how its training went, and so would what is measured.
 *
 * <p>A class counts as forgotten where it is at least twice as frequent in the forget set as in the training data, which
 * is so of the class of a class-wise request, and of random sets only where they are small. If there are pairs of an
 * example and a world of both kinds, those in which the example's own class was forgotten are set against the others;
 * where a class was asked for, these are different examples.
 */
@Named("c5")
@AutoService(Claim.class)
public record DeltaRetain() implements Claim {
    static final String RISES = "significant rises beyond retraining";
    static final String FALLS = "significant falls beyond retraining";
    static final String SHARE = "share that rises beyond retraining";
    static final String SINCE_BEFORE = "significant rises since the original";
    static final String CHANGED = "significant falls since the original";
    static final String MEAN = "mean change beyond retraining";
    static final String MOST_RAISED = "beyond retraining, tenth raised most";
    static final String LEAST_VULNERABLE = "beyond retraining, least memorised third";
    static final String MOST_VULNERABLE = "beyond retraining, most memorised third";
    static final String NEAR = "beyond retraining, where neighbours were forgotten";
    static final String FAR = "beyond retraining, where distant ones were";
    static final String NEARNESS = "what neighbours add";
    static final String SAME_CLASS = "beyond retraining, where their own class was forgotten";
    static final String OTHER_CLASSES = "beyond retraining, where other classes were";
    static final String CLASSMATES = "what the own class adds";
    static final String WORST = "beyond retraining, worst hundredth";
    static final String NOISE = "worst hundredth of noise alone";
    static final String TPR = "TPR beyond retraining at FPR ";

    private static final double MATTERS = 0.05;

    @Override
    public String statement() {
        return "Unlearning may worsen the privacy of training examples that stay.";
    }

    @Override
    public String rule() {
        return "Holds for a method if, at a false-discovery rate of 5 %, some retained examples become more vulnerable"
                + " than under exact retraining in the same worlds, and the tenth that rises most, chosen in one half of"
                + " the worlds, does so in the other half with an interval above 0. Floor: 0 by construction. Ceiling: no"
                + " change since the original.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        WorldSignals floor = evidence.floor().signals().atTheEnd();
        if (floor.design().forgetSets() < 2) {
            return Finding.missing(
                    this,
                    "with one forget set in each world, every audit member is forgotten and none stays; set"
                            + " audit.forgetSets to 2 or more.");
        }
        Resampling resampling = Resampling.of(evidence);
        ExampleAreas retrained = Resampling.areas(retained(floor));
        var bootstrap = new CrossedBootstrap(evidence.replicates(), evidence.seed());
        double fpr = fpr(retained(floor));
        double[] floorScores = tpr(retained(floor), bootstrap, fpr);
        Optional<Neighbours> neighbours =
                evidence.likeness().map(likeness -> Neighbours.of(likeness.read(), floor.design()));
        Optional<Classmates> classmates = evidence.classes().map(classes -> Classmates.of(classes, floor.design()));
        Strata strata = new Strata(neighbours, classmates.filter(Classmates::areOfBothKinds));
        List<Row> rows = new ArrayList<>();
        for (Subject subject : all(evidence)) {
            rows.add(row(evidence, subject, resampling, retrained, strata, bootstrap, fpr, floorScores));
        }
        List<String> problems = new ArrayList<>();
        Row ceiling = rows.get(1);
        if (ceiling.statistic(SINCE_BEFORE).value().value()
                        + ceiling.statistic(CHANGED).value().value()
                > 0) {
            problems.add("doing nothing changes the vulnerability of retained examples");
        }
        return Finding.of(
                this,
                evidence,
                rows,
                problems,
                List.of(
                        evidence.likeness()
                                .map(likeness -> "Neighbours are the " + Neighbours.NEAREST + " nearest in "
                                        + likeness.basis() + " of originals that never saw an example. Both halves of"
                                        + " the worlds are noisier than all.")
                                .orElse("Left out: distance to the forget set, which takes models of images."),
                        byClass(classmates)));
    }

    /** What strata there are by the classes of the forget set, or why there are none. */
    private static String byClass(Optional<Classmates> classmates) {
        String forgotten = " (at least " + Classmates.CONCENTRATION
                + " times as frequent in the forget set as in the training data)";
        if (classmates.isEmpty()) {
            return "Left out: strata by the classes of the forget set, of which there are none.";
        }
        double share = classmates.get().share();
        String percent = String.format(Locale.ROOT, "%.0f %%", 100 * share);
        if (classmates.get().areOfBothKinds()) {
            return "Of the pairs of an example and a world in which it stays, its own class was forgotten" + forgotten
                    + " in " + percent + ".";
        }
        return "Left out: strata by the classes of the forget set. "
                + (share < 0.5
                        ? "Hardly any class was forgotten as such" + forgotten
                                + ": random forget sets hold all classes as the training data do."
                        : "Of nearly all who stay the own class was forgotten" + forgotten
                                + ", so that there are no others to compare with; an audit.pool larger than the forget set"
                                + " adds some.");
    }

    private static List<Subject> all(Evidence evidence) {
        List<Subject> all = new ArrayList<>(List.of(evidence.floor(), evidence.ceiling()));
        all.addAll(evidence.methods());
        return all;
    }

    private static Observations retained(WorldSignals signals) {
        return Game.RETAINED.observe(signals).orElseThrow();
    }

    /** The smallest rate that so many negatives can show. */
    private static double fpr(Observations observations) {
        long negatives = (long) observations.examples() * observations.worlds() / 2;
        return Roc.isReportable(0.01, negatives) ? 0.01 : 0.1;
    }

    /** The true-positive rate of the per-example attack, then its replicates. */
    private static double[] tpr(Observations observations, CrossedBootstrap bootstrap, double fpr) {
        int worlds = observations.worlds();
        if (worlds < new LikelihoodRatio().fewestWorlds()) {
            return new double[0];
        }
        Scores scores = new LikelihoodRatio().score(observations);
        ScoreTable table = Resampling.table(observations, scores::value);
        double[] replicated = bootstrap.replicate(table, fpr)[1];
        double[] all = new double[1 + replicated.length];
        all[0] = table.tprAtFpr(fpr);
        System.arraycopy(replicated, 0, all, 1, replicated.length);
        return all;
    }

    private static Row row(
            Evidence evidence,
            Subject subject,
            Resampling resampling,
            ExampleAreas retrained,
            Strata strata,
            CrossedBootstrap bootstrap,
            double fpr,
            double[] floorTpr) {
        WorldSignals signals = subject.signals().atTheEnd();
        ExampleAreas before = Resampling.areas(Game.CLASSIC.observe(signals).orElseThrow());
        ExampleAreas after = Resampling.areas(retained(signals));
        Changes since = Changes.between(before, after, resampling);
        Changes beyond = Changes.between(retrained, after, resampling);
        double[] worst = beyond.worstHundredth(retrained, after, resampling);
        Estimate mean = resampling
                .estimate(after.examples(), (worlds, examples) ->
                        new double[] {Resampling.mean(Changes.of(retrained, after, worlds), examples)})[0];
        Estimate[] groups = resampling.crossFit(
                after.examples(),
                worlds -> new Half(before.areas(worlds), Changes.of(retrained, after, worlds)),
                (choosing, measuring, examples) -> new double[] {
                    Resampling.meanOfExtreme(measuring.change(), choosing.change(), 0.1, true, examples),
                    Resampling.meanOfExtreme(measuring.change(), choosing.memorised(), 1 / 3.0, false, examples),
                    Resampling.meanOfExtreme(measuring.change(), choosing.memorised(), 1 / 3.0, true, examples)
                });
        Estimate none = new Estimate(Double.NaN, Double.NaN, Double.NaN);
        Observations floor = retained(evidence.floor().signals().atTheEnd());
        Estimate[] byDistance = strata.neighbours()
                .map(near -> byKind(near::isNear, floor, retained(signals), resampling))
                .orElse(new Estimate[] {none, none, none});
        List<Statistic> byClass = strata.classmates()
                .map(classmates -> byKind(classmates::isSame, floor, retained(signals), resampling))
                .map(means -> List.of(
                        new Statistic(SAME_CLASS, means[0], Form.DIFFERENCE),
                        new Statistic(OTHER_CLASSES, means[1], Form.DIFFERENCE),
                        new Statistic(CLASSMATES, means[2], Form.DIFFERENCE)))
                .orElse(List.of());
        boolean control = subject == evidence.floor() || subject == evidence.ceiling();
        List<Statistic> statistics = new ArrayList<>(List.of(
                Statistic.exact(RISES, beyond.rises(), Form.COUNT),
                Statistic.exact(FALLS, beyond.falls(), Form.COUNT),
                Statistic.exact(SHARE, beyond.rises() / (double) after.examples(), Form.SHARE),
                Statistic.exact(SINCE_BEFORE, since.rises(), Form.COUNT),
                Statistic.exact(CHANGED, since.falls(), Form.COUNT),
                new Statistic(MEAN, mean, Form.DIFFERENCE),
                new Statistic(MOST_RAISED, groups[0], Form.DIFFERENCE),
                new Statistic(LEAST_VULNERABLE, groups[1], Form.DIFFERENCE),
                new Statistic(MOST_VULNERABLE, groups[2], Form.DIFFERENCE),
                new Statistic(NEAR, byDistance[0], Form.DIFFERENCE),
                new Statistic(FAR, byDistance[1], Form.DIFFERENCE),
                new Statistic(NEARNESS, byDistance[2], Form.DIFFERENCE)));
        statistics.addAll(byClass);
        statistics.addAll(List.of(
                Statistic.exact(WORST, worst[0], Form.DIFFERENCE),
                new Statistic(NOISE, new Estimate((worst[1] + worst[2]) / 2, worst[1], worst[2]), Form.DIFFERENCE),
                new Statistic(
                        TPR + Math.round(100 * fpr) + " %",
                        tprGain(tpr(retained(signals), bootstrap, fpr), floorTpr),
                        Form.DIFFERENCE)));
        return new Row(subject.label(), statistics, control ? Answer.CONTROL : answer(beyond, groups[0]));
    }

    /** By what the worlds in which an example stays are told apart; empty where they cannot be. */
    private record Strata(Optional<Neighbours> neighbours, Optional<Classmates> classmates) {}

    /** Whether a world in which an example stays is of one of two kinds. */
    private interface Kind {
        boolean holds(int example, int world);
    }

    /** Mean changes in worlds of a kind and in others, of the examples that have such, and their difference. */
    private static Estimate[] byKind(Kind kind, Observations retrained, Observations after, Resampling resampling) {
        ExampleAreas retrainedThere = areas(retrained, kind, true);
        ExampleAreas retrainedElsewhere = areas(retrained, kind, false);
        ExampleAreas there = areas(after, kind, true);
        ExampleAreas elsewhere = areas(after, kind, false);
        return resampling.estimate(after.examples(), (worlds, examples) -> {
            double changeThere = Resampling.mean(Changes.of(retrainedThere, there, worlds), examples);
            double changeElsewhere = Resampling.mean(Changes.of(retrainedElsewhere, elsewhere, worlds), examples);
            return new double[] {changeThere, changeElsewhere, changeThere - changeElsewhere};
        });
    }

    /** Of the worlds in which an example stays, those of one kind; all in which it was never seen. */
    private static ExampleAreas areas(Observations observations, Kind kind, boolean there) {
        int worlds = observations.worlds();
        boolean[] positive = Resampling.labels(observations);
        boolean[] counted = new boolean[positive.length];
        for (int cell = 0; cell < counted.length; cell++) {
            counted[cell] = !positive[cell] || kind.holds(cell / worlds, cell % worlds) == there;
        }
        return ExampleAreas.of(Resampling.cells(observations, observations::value), positive, counted, worlds);
    }

    /** Areas under the original, and the change beyond retraining, in some worlds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Half(double[] memorised, double[] change) {}

    private static Estimate tprGain(double[] method, double[] floor) {
        if (method.length == 0) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN);
        }
        double[] gain = Resampling.difference(method, floor);
        double[] replicated = new double[gain.length - 1];
        System.arraycopy(gain, 1, replicated, 0, replicated.length);
        return CrossedBootstrap.interval(gain[0], replicated);
    }

    private static Answer answer(Changes beyond, Estimate raised) {
        if (beyond.rises() > 0 && raised.low() > 0) {
            return Answer.HOLDS;
        }
        return beyond.rises() == 0 && raised.high() < MATTERS ? Answer.DOES_NOT_HOLD : Answer.CANNOT_BE_TOLD;
    }
}
