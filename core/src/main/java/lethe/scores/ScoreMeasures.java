package lethe.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import lethe.attacks.MiaEfficacy;
import lethe.attacks.OneModel;
import lethe.attacks.Signal;
import lethe.metrics.ClopperPearson;
import lethe.metrics.Divergence;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.metrics.Wasserstein;

/** Numbers of a sheet that are no attack: accuracies, distances to the retrained model, and the MIA efficacy. */
final class ScoreMeasures {
    private final ScoreSheet sheet;
    private final List<ScoresResults.Measure> measures = new ArrayList<>();

    ScoreMeasures(ScoreSheet sheet) {
        this.sheet = sheet;
    }

    List<ScoresResults.Measure> all() {
        for (ModelKind model : ModelKind.values()) {
            if (sheet.has(model)) {
                accuracies(model);
                efficacy(model);
                if (model != ModelKind.RETRAINED && sheet.has(ModelKind.RETRAINED)) {
                    distances(model);
                }
            }
        }
        return measures;
    }

    private void accuracies(ModelKind model) {
        if (sheet.given() != Given.LOGITS) {
            return;
        }
        for (Membership set : Membership.values()) {
            share("accuracy, " + set.word(), model, fewest(model, set) > 0, world -> {
                int[] examples = sheet.examples(world, set, model);
                return new long[] {
                    Arrays.stream(examples)
                            .filter(i -> sheet.value(Signal.CORRECT, i, world, model) > 0)
                            .count(),
                    examples.length
                };
            });
        }
    }

    private void efficacy(ModelKind model) {
        boolean possible = sheet.given().gives(Signal.CONFIDENCE)
                && Arrays.stream(Membership.values()).allMatch(set -> fewest(model, set) >= OneModel.FEWEST);
        share("MIA efficacy (forgotten taken for never seen)", model, possible, world -> {
            double[] forgotten = values(Signal.CONFIDENCE, world, Membership.FORGET, model);
            return new long[] {
                MiaEfficacy.takenForNeverSeen(
                        values(Signal.CONFIDENCE, world, Membership.RETAIN, model),
                        values(Signal.CONFIDENCE, world, Membership.TEST, model),
                        forgotten),
                forgotten.length
            };
        });
    }

    private void distances(ModelKind model) {
        if (fewest(model, Membership.FORGET) == 0 || fewest(ModelKind.RETRAINED, Membership.FORGET) == 0) {
            return;
        }
        String to = " to retrained, forget set";
        add(
                "Wasserstein distance of " + sheet.given().label(Signal.PHI) + to,
                model,
                world -> Wasserstein.distance(
                        values(Signal.PHI, world, Membership.FORGET, model),
                        values(Signal.PHI, world, Membership.FORGET, ModelKind.RETRAINED)));
        if (sheet.given() == Given.LOGITS && commonExamples(model)) {
            add(
                    "mean Jensen-Shannon divergence" + to,
                    model,
                    world -> overForgotten(world, model, Divergence::jensenShannon));
            add(
                    "share of other answers than the retrained model's, forget set",
                    model,
                    world -> overForgotten(world, model, (a, b) -> largest(a) == largest(b) ? 0 : 1));
        }
    }

    private boolean commonExamples(ModelKind model) {
        for (int w = 0; w < sheet.worlds().size(); w++) {
            if (sheet.examples(w, Membership.FORGET, model, ModelKind.RETRAINED).length == 0) {
                return false;
            }
        }
        return true;
    }

    private interface Distance {
        double of(double[] p, double[] q);
    }

    private double overForgotten(int world, ModelKind model, Distance distance) {
        return Arrays.stream(sheet.examples(world, Membership.FORGET, model, ModelKind.RETRAINED))
                .mapToDouble(i -> distance.of(
                        probabilities(sheet.forgottenLogits(i, world, model)),
                        probabilities(sheet.forgottenLogits(i, world, ModelKind.RETRAINED))))
                .average()
                .orElseThrow();
    }

    private static double[] probabilities(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double[] p = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(logits[c] - max);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private static int largest(double[] p) {
        int best = 0;
        for (int c = 1; c < p.length; c++) {
            best = p[c] > p[best] ? c : best;
        }
        return best;
    }

    private int fewest(ModelKind model, Membership set) {
        int fewest = Integer.MAX_VALUE;
        for (int w = 0; w < sheet.worlds().size(); w++) {
            fewest = Math.min(fewest, sheet.examples(w, set, model).length);
        }
        return fewest;
    }

    private double[] values(Signal signal, int world, Membership set, ModelKind model) {
        return Arrays.stream(sheet.examples(world, set, model))
                .mapToDouble(i -> sheet.value(signal, i, world, model))
                .toArray();
    }

    private interface Count {
        long[] successesAndTrials(int world);
    }

    /** A share of examples: within one model with its exact limits, else the mean over worlds. */
    private void share(String name, ModelKind model, boolean possible, Count count) {
        if (!possible) {
            return;
        }
        if (sheet.worlds().size() == 1) {
            long[] found = count.successesAndTrials(0);
            measures.add(new ScoresResults.Measure(name, model, ClopperPearson.of(found[0], found[1])));
        } else {
            add(name, model, world -> {
                long[] found = count.successesAndTrials(world);
                return (double) found[0] / found[1];
            });
        }
    }

    /** A number of each world; of one world it has no interval. */
    private void add(String name, ModelKind model, IntToDoubleFunction ofWorld) {
        double[] values = new double[sheet.worlds().size()];
        Arrays.setAll(values, ofWorld::applyAsDouble);
        Estimate mean = Intervals.ofMean(values);
        measures.add(new ScoresResults.Measure(name, model, mean));
    }
}
