package lethe.claims;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.WorldSignals;
import lethe.catalog.Named;
import lethe.claims.Evidence.Subject;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic.Form;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;
import lethe.metrics.KaplanMeier;
import lethe.metrics.Ranks;

/**
 * Examples unlearn at different rates, so that no stopping time suits all.
 *
 * <p>With A_i(t) the area of {@code FOR^U} after t epochs against {@code REF}, the price of a common stopping time is
 *
 * <pre>
 *   G = mean_i |A_i(t°) − ½| − mean_i |A_i(t*_i) − ½|,   t° = argmin_t mean_i |A_i(t) − ½|,   t*_i = argmin_t |A_i(t) − ½|
 * </pre>
 *
 * <p>Both times are chosen in one half of the worlds and both terms measured in the other, else noise alone has a price.
 *
 * <p>Rates are those of the progress u_i(t) = (mean φ_i(t) − m_i^R) / (m_i^O − m_i^R), from 1, untouched, to 0, matched in
 * mean, of examples whose gap m_i^O − m_i^R exceeds their standard deviation; the others were never memorised. The
 * half-life is the first t with u_i(t) ≤ ½; examples that never get there enter as censored.
 */
@Named("c6")
@AutoService(Claim.class)
public record UnlearningRates() implements Claim {
    static final String PRICE = "price of a common stopping time";
    static final String COMMON = "distance from chance at the common time";
    static final String OWN = "distance from chance at own times";
    static final String TIME = "common stopping time";
    static final String MEMORISED = "share memorised";
    static final String HALF_LIFE = "half-life, median";
    static final String FAST = "half-life, fastest tenth";
    static final String SLOW = "half-life, slowest tenth";
    static final String OVERSHOT = "share that overshoots";
    static final String STABILITY = "reliability of the ranking by half-life";
    static final String MEMORISATION = "rank correlation with memorisation";

    /** A replicate reads whole trajectories; so many are enough for an interval. */
    static final int REPLICATES = 200;

    private static final double MATTERS = 0.01;

    @Override
    public String statement() {
        return "Different examples unlearn at different rates; no stopping time suits all.";
    }

    @Override
    public String rule() {
        return "Holds for a method if the price of a common stopping time, cross-fitted over halves of the worlds, has a"
                + " 95 % interval above 0. Floor: not above 0. Ceiling: exactly 0.";
    }

    @Override
    public Finding examine(Evidence evidence) {
        List<Row> judged = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Subject method : evidence.methods()) {
            List<WorldSignals> path = method.signals().trajectory();
            if (path.size() > 2) {
                judged.add(row(method.label(), path, evidence, false));
            } else {
                notes.add(method.label() + " is left out: it has no epochs between the original and the end.");
            }
        }
        if (judged.isEmpty()) {
            return Finding.missing(
                    this,
                    "no unlearning was followed; set audit.trajectory to true, with a method of two or more epochs, and"
                            + " run again (trainings are kept, unlearning is repeated).");
        }
        Row floor = row(evidence.floor().label(), evidence.floor().signals().trajectory(), evidence, true);
        Row ceiling =
                row(evidence.ceiling().label(), evidence.ceiling().signals().trajectory(), evidence, true);
        List<Row> rows = new ArrayList<>(List.of(floor, ceiling));
        rows.addAll(judged);
        List<String> problems = new ArrayList<>();
        if (floor.statistic(PRICE).value().low() > 0) {
            problems.add("even retraining has a price");
        }
        if (ceiling.statistic(PRICE).value().value() != 0) {
            problems.add("doing nothing has a price");
        }
        notes.add("Epochs count through all stages of a method. Correlations take half-lives and memorisation from"
                + " different halves of the worlds, since both contain the same gap.");
        return Finding.of(this, evidence, rows, problems, notes);
    }

    private static Row row(String label, List<WorldSignals> path, Evidence evidence, boolean control) {
        Resampling resampling = Resampling.of(evidence, REPLICATES);
        List<Observations> steps =
                path.stream().map(it -> Game.EFFICACY.observe(it).orElseThrow()).toList();
        List<ExampleAreas> areas = steps.stream().map(Resampling::areas).toList();
        Estimate[] price = price(areas, resampling);
        Observations original = Game.CLASSIC.observe(path.get(0)).orElseThrow();
        Progress progress = new Progress(original, steps);
        int n = original.examples();
        int[] all = Resampling.ones(original.worlds());
        Rates rates = progress.rates(all);
        KaplanMeier halfLives = rates.halfLives();
        Estimate[] ranks = resampling.crossFit(n, progress::rates, (here, there, examples) -> new double[] {
            Ranks.spearmanBrown(correlation(here.halfLife, there.halfLife, examples)),
            correlation(here.halfLife, there.gap, examples)
        });
        return new Row(
                label,
                List.of(
                        new Statistic(PRICE, price[0], Form.DIFFERENCE),
                        new Statistic(COMMON, price[1], Form.NUMBER),
                        new Statistic(OWN, price[2], Form.NUMBER),
                        Statistic.exact(TIME, best(gaps(areas, all), Resampling.ones(n)), Form.EPOCHS),
                        Statistic.exact(MEMORISED, rates.memorised() / (double) n, Form.SHARE),
                        Statistic.exact(HALF_LIFE, halfLives.quantile(0.5), Form.EPOCHS),
                        Statistic.exact(FAST, halfLives.quantile(0.1), Form.EPOCHS),
                        Statistic.exact(SLOW, halfLives.quantile(0.9), Form.EPOCHS),
                        Statistic.exact(OVERSHOT, rates.overshoots(), Form.SHARE),
                        new Statistic(STABILITY, ranks[0], Form.NUMBER),
                        new Statistic(MEMORISATION, ranks[1], Form.NUMBER)),
                control ? Answer.CONTROL : Answer.above(price[0], MATTERS));
    }

    // ---------------------------------------------------------------- price

    /** The price, the mean distance from chance at the common time, and that at the examples' own. */
    static Estimate[] price(List<ExampleAreas> path, Resampling resampling) {
        return resampling.crossFit(
                path.get(0).examples(), worlds -> gaps(path, worlds), (chosen, measured, examples) -> {
                    int common = best(chosen, examples);
                    double[] own = new double[measured[0].length];
                    double[] shared = measured[common].clone();
                    for (int i = 0; i < own.length; i++) {
                        int time = 0;
                        for (int t = 1; t < chosen.length; t++) {
                            time = chosen[t][i] < chosen[time][i] ? t : time;
                        }
                        own[i] = measured[time][i];
                        if (Double.isNaN(chosen[0][i])) { // members or others are missing in one half
                            own[i] = Double.NaN;
                            shared[i] = Double.NaN;
                        }
                    }
                    double atCommon = Resampling.mean(shared, examples);
                    double atOwn = Resampling.mean(own, examples);
                    return new double[] {atCommon - atOwn, atCommon, atOwn};
                });
    }

    /** |A_i(t) − ½| by time and example. */
    private static double[][] gaps(List<ExampleAreas> path, int[] worlds) {
        double[][] gaps = new double[path.size()][];
        for (int t = 0; t < gaps.length; t++) {
            gaps[t] = Resampling.vulnerability(path.get(t).areas(worlds));
            for (int i = 0; i < gaps[t].length; i++) {
                gaps[t][i] /= 2;
            }
        }
        return gaps;
    }

    private static int best(double[][] gaps, int[] examples) {
        int best = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int t = 0; t < gaps.length; t++) {
            double gap = Resampling.mean(gaps[t], examples);
            if (gap < smallest) {
                smallest = gap;
                best = t;
            }
        }
        return best;
    }

    // ---------------------------------------------------------------- rates

    /**
     * Half-lives of examples.
     *
     * @param gap m_i^O − m_i^R
     * @param halfLife NaN where the example was never memorised, infinite where it is never reached
     * @param least the smallest progress ever, NaN where never memorised
     * @param last the last epoch
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Rates(double[] gap, double[] halfLife, double[] least, int last) {
        int memorised() {
            return (int) Arrays.stream(halfLife).filter(h -> !Double.isNaN(h)).count();
        }

        double overshoots() {
            return Arrays.stream(least).filter(u -> u < 0).count() / (double) memorised();
        }

        KaplanMeier halfLives() {
            double[] known =
                    Arrays.stream(halfLife).filter(h -> !Double.isNaN(h)).toArray();
            boolean[] seen = new boolean[known.length];
            for (int k = 0; k < known.length; k++) {
                seen[k] = Double.isFinite(known[k]);
                known[k] = Math.min(known[k], last);
            }
            return KaplanMeier.of(known, seen);
        }
    }

    /** Class means by example and world weight. */
    record Progress(Observations original, List<Observations> steps) {
        Rates rates(int[] weights) {
            int n = original.examples();
            double[] gap = new double[n];
            double[] halfLife = new double[n];
            double[] least = new double[n];
            for (int i = 0; i < n; i++) {
                double[] in = moments(original, i, true, weights);
                double[] reference = moments(steps.get(0), i, false, weights);
                gap[i] = in[0] - reference[0];
                halfLife[i] = Double.NaN;
                least[i] = Double.NaN;
                // Also false where a class has fewer than two values, whose moments are not numbers.
                if (gap[i] > Math.sqrt(0.5 * (in[1] + reference[1]))) {
                    halfLife[i] = Double.POSITIVE_INFINITY;
                    least[i] = 1;
                    double before = 1;
                    for (int t = 0; t < steps.size(); t++) {
                        double now = (moments(steps.get(t), i, true, weights)[0] - reference[0]) / gap[i];
                        if (halfLife[i] == Double.POSITIVE_INFINITY && now <= 0.5) {
                            halfLife[i] = t == 0 ? 0 : t - 1 + (before - 0.5) / (before - now);
                        }
                        least[i] = Math.min(least[i], now);
                        before = now;
                    }
                }
            }
            return new Rates(gap, halfLife, least, steps.size() - 1);
        }

        /** Mean and unbiased variance. */
        private static double[] moments(Observations observations, int example, boolean positive, int[] weights) {
            double sum = 0;
            double squares = 0;
            long count = 0;
            for (int w = 0; w < weights.length; w++) {
                if (weights[w] > 0 && observations.isPositive(example, w) == positive) {
                    double value = observations.value(example, w);
                    sum += weights[w] * value;
                    squares += weights[w] * value * value;
                    count += weights[w];
                }
            }
            double mean = sum / count;
            return new double[] {mean, Math.max(0, squares - count * mean * mean) / (count - 1)};
        }
    }

    /** Spearman's over the examples drawn at least once for which both are known; never reached ranks last. */
    private static double correlation(double[] a, double[] b, int[] examples) {
        double[] x = new double[a.length];
        double[] y = new double[a.length];
        int count = 0;
        for (int i = 0; i < a.length; i++) {
            if (examples[i] > 0 && !Double.isNaN(a[i]) && !Double.isNaN(b[i])) {
                x[count] = a[i];
                y[count++] = b[i];
            }
        }
        return Ranks.spearman(Arrays.copyOf(x, count), Arrays.copyOf(y, count));
    }
}
