package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.WorldSignals;
import lethe.catalog.Named;
import lethe.claims.Evidence.Course;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;
import lethe.metrics.Intervals;

/**
 * Stopping rules that are naively tailored to forgetting do not make it safe.
 *
 * <p>Every method of the plan with its own budget is the rule R0. Where its epochs were recorded, two more rules need no
 * further run: R1 stops each run at the first epoch at which the mean loss of the forget set is at least that of examples
 * never seen; R3 answers queries on each example with the model of the epoch that suits it best, chosen in one half of the
 * worlds and measured in the other, which is no single model and bounds what stopping could reach. Rules that change
 * training itself are methods named {@code stopping}, whose settings {@code rule} and {@code method} say which rule and
 * which method they stop; they are compared with that method.
 *
 * <p>Vulnerability is {@code |2·AUC − 1|} of each example in the efficacy game (G1), and of those that stay in G3. Noise
 * alone makes its mean positive, so it is read against the floor. A rule that stops everyone at a threshold leaves forgotten
 * examples too alike: the spread ratio, the pooled deviation of {@code FOR^U} over that of {@code REF}, shows it.
 */
@Named("c7")
@AutoService(Claim.class)
public record NaiveStopping() implements Claim {
    static final String FORGET = "vulnerability, forget set";
    static final String WORST = "its 95th percentile";
    static final String ABOVE_FLOOR = "vulnerability above retraining";
    static final String RETAIN = "vulnerability, retained";
    static final String DAMAGE = "retained, above the plain method";
    static final String RISES = "significant rises against the plain method";
    static final String FALLS = "significant falls against the plain method";
    static final String SPREAD = "spread ratio";
    static final String STOP = "epochs until the stop, mean";
    static final String ACCURACY = "test accuracy";
    static final String SECONDS = "seconds of unlearning";

    private static final String STOPPING = "stopping";
    private static final double MATTERS = 0.02;
    private static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    @Override
    public String statement() {
        return "Naive stopping criteria, tailored to each example or not, do not make all forgotten examples safe.";
    }

    @Override
    public String rule() {
        return "Holds for a stopping rule if the mean vulnerability of the forget set stays above that after retraining,"
                + " or that of retained examples rises above that of the plain method, with a 95 % interval above 0, or"
                + " some forgotten example rises significantly against the plain method. Floor: no more vulnerable than"
                + " noise makes it. Ceiling: above the floor.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        Resampling resampling = Resampling.of(evidence);
        State floor = State.of(evidence.floor());
        List<Row> rows = new ArrayList<>();
        rows.add(row(floor, floor, floor, resampling, Answer.CONTROL));
        State ceiling = State.of(evidence.ceiling());
        rows.add(row(ceiling, ceiling, floor, resampling, Answer.CONTROL));
        List<String> notes = new ArrayList<>();
        boolean anyRule = false;
        for (Subject subject : evidence.methods()) {
            if (subject.name().equals(STOPPING)) {
                continue;
            }
            State plain = State.of(subject);
            List<WorldSignals> path = subject.signals().trajectory();
            boolean followed = path.size() > 2;
            List<Subject> stopped = evidence.methods().stream()
                    .filter(other -> stops(other, subject))
                    .toList();
            if (!followed && stopped.isEmpty()) {
                notes.add(subject.label() + " is left out: its epochs were not recorded, and no method named 'stopping'"
                        + " stops it.");
                continue;
            }
            anyRule = true;
            rows.add(row(plain, plain, floor, resampling, Answer.CONTROL));
            if (followed) {
                Course course = subject.signals().course();
                rows.add(row(global(subject, path, course), plain, floor, resampling, Answer.CANNOT_BE_TOLD));
                rows.add(perExample(subject, path, course, floor, Resampling.of(evidence, UnlearningRates.REPLICATES)));
            }
            for (Subject rule : stopped) {
                rows.add(row(State.of(rule), plain, floor, resampling, Answer.CANNOT_BE_TOLD));
            }
        }
        if (!anyRule) {
            return Finding.missing(
                    this,
                    "no stopping rule can be compared; set audit.trajectory to true for the rules R1 and R3, with a"
                            + " method of two or more epochs, or add methods named 'stopping' for the others.");
        }
        for (Subject subject : evidence.methods()) {
            if (subject.name().equals(STOPPING)
                    && evidence.methods().stream().noneMatch(other -> stops(subject, other))) {
                notes.add(subject.label() + " is left out: the plan does not have the method that it stops, '"
                        + stoppedMethod(subject) + "', by itself.");
            }
        }
        List<String> problems = new ArrayList<>();
        if (rows.get(0).statistic(FORGET).value().low() > noise(evidence.worlds())) {
            problems.add("after retraining examples are more vulnerable than noise makes them");
        }
        if (!(rows.get(1).statistic(ABOVE_FLOOR).value().low() > 0)) {
            problems.add("doing nothing is no worse than retraining");
        }
        notes.add(
                "Seconds until R1 stops are the share of the run's epochs; those of R3 are the whole run's, every model of"
                        + " which must be kept, and its test accuracy is the mean over the models that answer.");
        notes.add(String.format(
                Locale.ROOT,
                "Noise alone gives a mean vulnerability of %.3f with %d values a side. R3 is measured on half of the"
                        + " worlds, where it is more.",
                noise(evidence.worlds()),
                evidence.worlds() / 2));
        return Finding.of(this, evidence, rows, problems, notes);
    }

    /** The mean of |2·AUC − 1| where nothing can be told: a half-normal's with the standard deviation of the area. */
    static double noise(int worlds) {
        double k = worlds / 2.0;
        return 2 * Math.sqrt((2 * k + 1) / (12 * k * k)) * Math.sqrt(2 / Math.PI);
    }

    // ---------------------------------------------------------------- rules that are methods

    private static boolean stops(Subject rule, Subject method) {
        return rule.name().equals(STOPPING) && stoppedMethod(rule).equals(method.name());
    }

    /** The catalogue name of the method that is stopped. */
    private static String stoppedMethod(Subject rule) {
        Object method = rule.settings().getOrDefault("method", "");
        return String.valueOf(method instanceof Map<?, ?> settings ? settings.get("name") : method);
    }

    // ---------------------------------------------------------------- states

    /**
     * What a rule leaves behind.
     *
     * @param label of its row
     * @param forget areas of the efficacy game
     * @param retained areas of the game of those who stay; empty where it cannot be played
     * @param spread the ratio of deviations
     * @param stop mean epoch of the stop, NaN if that is the end
     */
    private record State(
            String label,
            ExampleAreas forget,
            Optional<ExampleAreas> retained,
            double spread,
            double stop,
            Estimate accuracy,
            Estimate seconds) {

        static State of(Subject subject) {
            WorldSignals signals = subject.signals().atTheEnd();
            Observations efficacy = Game.EFFICACY.observe(signals).orElseThrow();
            Object rule = subject.settings().get("rule");
            String label = subject.name().equals(STOPPING) && rule != null
                    ? subject.label() + " (" + stoppedMethod(subject) + ", " + rule + ")"
                    : subject.label();
            return new State(
                    label,
                    Resampling.areas(efficacy),
                    Game.RETAINED.observe(signals).map(Resampling::areas),
                    NaiveStopping.spread(efficacy, efficacy::value),
                    Double.NaN,
                    subject.testAccuracy(),
                    subject.seconds());
        }
    }

    /** R1: each run stops where the mean loss of its forget set reaches that of examples never seen. */
    private static State global(Subject subject, List<WorldSignals> path, Course course) {
        List<Observations> privacy = observe(path, Game.PRIVACY);
        List<Observations> efficacy = observe(path, Game.EFFICACY);
        int[][] stops = stops(privacy);
        Observations end = efficacy.get(0);
        Resampling.Values stopped = (example, world) ->
                efficacy.get(stops[world][end.model(example, world)]).value(example, world);
        Optional<ExampleAreas> retained = Optional.empty();
        if (path.get(0).design().forgetSets() > 1) {
            List<Observations> stayed = observe(path, Game.RETAINED);
            Observations any = stayed.get(0);
            retained = Optional.of(Resampling.areas(
                    any,
                    (example, world) ->
                            stayed.get(stops[world][any.model(example, world)]).value(example, world)));
        }
        double mean =
                Arrays.stream(stops).flatMapToInt(Arrays::stream).average().orElse(Double.NaN);
        return new State(
                subject.label() + ", R1 stopped at equal losses",
                Resampling.areas(end, stopped),
                retained,
                spread(end, stopped),
                mean,
                perWorld(stops, (world, set, stop) -> course.testAccuracy().get(stop)[world][set]),
                perWorld(stops, course::secondsUntil));
    }

    /** Something of a run that stops after so many epochs. */
    private interface AtStop {
        double of(int world, int set, int stop);
    }

    /** The mean over runs, with an interval over worlds. */
    private static Estimate perWorld(int[][] stops, AtStop value) {
        double[] means = new double[stops.length];
        for (int w = 0; w < stops.length; w++) {
            for (int f = 0; f < stops[w].length; f++) {
                means[w] += value.of(w, f, stops[w][f]) / stops[w].length;
            }
        }
        return Intervals.ofMean(means);
    }

    private static List<Observations> observe(List<WorldSignals> path, Game game) {
        return path.stream().map(it -> game.observe(it).orElseThrow()).toList();
    }

    /** For each world and forget set the first step at which the mean forget loss is at least the mean held-out loss. */
    static int[][] stops(List<Observations> steps) {
        Observations first = steps.get(0);
        int[][] stops = new int[first.worlds()][first.models()];
        for (int w = 0; w < first.worlds(); w++) {
            Arrays.fill(stops[w], steps.size() - 1);
            for (int t = steps.size() - 1; t >= 0; t--) {
                double[] excess = new double[first.models()]; // forget sets have as many examples as held-out slots
                for (int i = 0; i < first.examples(); i++) {
                    double loss = loss(steps.get(t).value(i, w));
                    excess[first.model(i, w)] += first.isPositive(i, w) ? loss : -loss;
                }
                for (int f = 0; f < excess.length; f++) {
                    stops[w][f] = excess[f] >= 0 ? t : stops[w][f];
                }
            }
        }
        return stops;
    }

    /** −log p of the label, from φ = log(p / (1 − p)). */
    private static double loss(double phi) {
        return phi > 0 ? Math.log1p(Math.exp(-phi)) : Math.log1p(Math.exp(phi)) - phi;
    }

    /**
     * R3: each example at its own epoch, chosen in other worlds. Its test accuracy is the mean of those of the models that
     * answer, and its cost that of the whole run, for every model on the way must be had.
     */
    private static Row perExample(
            Subject subject, List<WorldSignals> path, Course course, State floor, Resampling resampling) {
        List<ExampleAreas> areas =
                observe(path, Game.EFFICACY).stream().map(Resampling::areas).toList();
        List<ExampleAreas> withFloor = new ArrayList<>(areas);
        withFloor.add(floor.forget());
        Estimate[] own = resampling.crossFit(
                floor.forget().examples(),
                worlds -> new Moments(
                        withFloor.stream()
                                .map(step -> Resampling.vulnerability(step.areas(worlds)))
                                .toList(),
                        course.testAccuracy().stream()
                                .mapToDouble(accuracy -> weighted(accuracy, worlds))
                                .toArray()),
                (choosing, measuring, examples) -> {
                    double[] smallest = new double[examples.length];
                    double[] measured = new double[examples.length];
                    double[] epoch = new double[examples.length];
                    double[] accuracy = new double[examples.length];
                    Arrays.fill(smallest, Double.POSITIVE_INFINITY);
                    Arrays.fill(measured, Double.NaN);
                    for (int t = 0; t < areas.size(); t++) {
                        for (int i = 0; i < smallest.length; i++) {
                            if (choosing.vulnerability().get(t)[i] < smallest[i]) {
                                smallest[i] = choosing.vulnerability().get(t)[i];
                                measured[i] = measuring.vulnerability().get(t)[i];
                                epoch[i] = t;
                                accuracy[i] = measuring.testAccuracy()[t];
                            }
                        }
                    }
                    double[] retrained = measuring.vulnerability().get(areas.size());
                    return new double[] {
                        Resampling.mean(measured, examples),
                        Resampling.mean(Resampling.difference(measured, retrained), examples),
                        quantile(measured),
                        Resampling.mean(epoch, examples),
                        Resampling.mean(accuracy, examples)
                    };
                });
        return new Row(
                subject.label() + ", R3 each at its own epoch",
                statistics(
                        own[0],
                        own[2].value(),
                        own[1],
                        NONE,
                        NONE,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        own[3].value(),
                        own[4],
                        subject.seconds()),
                Answer.CONTROL);
    }

    /** What some worlds say of every epoch: of each example (the floor last), and of the models. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Moments(List<double[]> vulnerability, double[] testAccuracy) {}

    private static double weighted(double[][] accuracy, int[] worlds) {
        double sum = 0;
        double count = 0;
        for (int w = 0; w < worlds.length; w++) {
            for (double run : accuracy[w]) {
                sum += worlds[w] * run;
                count += worlds[w];
            }
        }
        return sum / count;
    }

    // ---------------------------------------------------------------- rows

    private static Row row(State state, State plain, State floor, Resampling resampling, Answer untold) {
        int n = floor.forget().examples();
        Estimate[] forget = resampling.estimate(n, (worlds, examples) -> {
            double[] here = Resampling.vulnerability(state.forget().areas(worlds));
            double[] there = Resampling.vulnerability(floor.forget().areas(worlds));
            return new double[] {
                Resampling.mean(here, examples), Resampling.mean(Resampling.difference(here, there), examples)
            };
        });
        Estimate[] retained = {NONE, NONE};
        if (state.retained().isPresent() && plain.retained().isPresent()) {
            ExampleAreas stayed = state.retained().get();
            ExampleAreas stayedPlain = plain.retained().get();
            retained = resampling.estimate(n, (worlds, examples) -> {
                double[] here = Resampling.vulnerability(stayed.areas(worlds));
                double[] there = Resampling.vulnerability(stayedPlain.areas(worlds));
                return new double[] {
                    Resampling.mean(here, examples), Resampling.mean(Resampling.difference(here, there), examples)
                };
            });
        }
        Changes changes = Changes.between(plain.forget(), state.forget(), resampling);
        return new Row(
                state.label(),
                statistics(
                        forget[0],
                        quantile(Resampling.vulnerability(state.forget().areas())),
                        forget[1],
                        retained[0],
                        retained[1],
                        changes.rises(),
                        changes.falls(),
                        state.spread(),
                        state.stop(),
                        state.accuracy(),
                        state.seconds()),
                untold == Answer.CONTROL ? untold : answer(forget[1], retained[1], changes.rises()));
    }

    private static Answer answer(Estimate aboveFloor, Estimate damage, int rises) {
        if (aboveFloor.low() > 0 || damage.low() > 0 || rises > 0) {
            return Answer.HOLDS;
        }
        boolean undamaged = Double.isNaN(damage.value()) || damage.high() < MATTERS;
        return aboveFloor.high() < MATTERS && undamaged ? Answer.DOES_NOT_HOLD : Answer.CANNOT_BE_TOLD;
    }

    private static List<Statistic> statistics(
            Estimate forget,
            double worst,
            Estimate aboveFloor,
            Estimate retained,
            Estimate damage,
            double rises,
            double falls,
            double spread,
            double stop,
            Estimate accuracy,
            Estimate seconds) {
        return List.of(
                new Statistic(FORGET, forget, Form.NUMBER),
                Statistic.exact(WORST, worst, Form.NUMBER),
                new Statistic(ABOVE_FLOOR, aboveFloor, Form.DIFFERENCE),
                new Statistic(RETAIN, retained, Form.NUMBER),
                new Statistic(DAMAGE, damage, Form.DIFFERENCE),
                Statistic.exact(RISES, rises, Form.COUNT),
                Statistic.exact(FALLS, falls, Form.COUNT),
                Statistic.exact(SPREAD, spread, Form.NUMBER),
                Statistic.exact(STOP, stop, Form.EPOCHS),
                new Statistic(ACCURACY, accuracy, Form.SHARE),
                new Statistic(SECONDS, seconds, Form.SECONDS));
    }

    private static double quantile(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
    }

    /** sqrt(mean variance of positives / mean variance of negatives), variances within examples. */
    static double spread(Observations observations, Resampling.Values values) {
        double[] squares = new double[2]; // {negative, positive}
        for (int i = 0; i < observations.examples(); i++) {
            double[] mean = new double[2];
            for (int w = 0; w < observations.worlds(); w++) {
                mean[observations.isPositive(i, w) ? 1 : 0] += values.value(i, w) / (observations.worlds() / 2.0);
            }
            for (int w = 0; w < observations.worlds(); w++) {
                int side = observations.isPositive(i, w) ? 1 : 0;
                double deviation = values.value(i, w) - mean[side];
                squares[side] += deviation * deviation;
            }
        }
        return Math.sqrt(squares[1] / squares[0]);
    }
}
