package lethe.attacks;

import java.util.Arrays;
import java.util.Optional;
import lethe.metrics.ConfidenceSequence;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.metrics.Roc;
import lethe.metrics.SpecialFunctions;
import org.jspecify.annotations.Nullable;

/**
 * An audit that looks after every world and stops when its question is answered, with valid coverage.
 *
 * <p>Areas of an audit in which each world is the target in turn share their references, so they are neither independent
 * nor final until the last world is there. Here worlds have an order, and world t is attacked with references from worlds
 * before it only. The likelihood ratio learned from the method's earlier worlds scores both the method's models of world
 * t and the exactly retrained ones; its value is the difference of the two areas within the world,
 *
 * <pre>
 *   D_t = AUC(s_t(method in world t)) − AUC(s_t(retrained in world t)),   s_t a function of worlds 1 … t − 1
 * </pre>
 *
 * <p>Worlds are trained independently, so, given the past and the design, both vectors of signals have the same
 * distribution if the method unlearns exactly: then {@code E[D_t | past] = 0}, and {@code D_t} is symmetric about 0,
 * whatever the attack, the design, and what examples or a whole world have in common. Scoring both sides with one function
 * is what makes it so; with references of their own, luck in the past would favour one of them.
 *
 * <p>The first worlds serve as references only. The attack still grows with their number, so a mean of {@code D_t} early
 * in the audit says nothing about a stronger attack later: that a method leaks is proved once and for all, that it stays
 * within a margin is said of the attack as it was.
 *
 * @see "Dawid, The prequential approach, Journal of the Royal Statistical Society A 147, 1984"
 */
public final class Prequential {
    private Prequential() {}

    /** What is known when the audit looked for the last time. */
    public enum Decision {
        /** The attack recognises what the method should have removed, by more than the margin. */
        LEAKS,
        /** Unlearning overshot: forgotten examples rank below never-seen ones, by more than the margin. */
        OVERSHOOTS,
        /** The difference lies within the margin on both sides. */
        WITHIN_MARGIN,
        /** More worlds are needed. */
        UNDECIDED
    }

    /**
     * Where an audit stands.
     *
     * @param decision what is known
     * @param worlds worlds used up to the decision, or up to now, the first ones included
     * @param advantage mean of {@code D_t} with its confidence sequence's interval
     */
    public record Standing(Decision decision, int worlds, Estimate advantage) {
        /** Whether no more worlds are needed. */
        public boolean isDecided() {
            return decision != Decision.UNDECIDED;
        }
    }

    /**
     * Areas within one world under one attack, learned from the method's worlds before it.
     *
     * @param method of the method's models
     * @param retrained of the retrained ones
     */
    public record Areas(double method, double retrained) {
        /** The value {@code D_t}. */
        public double advantage() {
            return method - retrained;
        }
    }

    /**
     * The values {@code D_t} of the worlds {@code first} to {@code arrived − 1}.
     *
     * @param method observations of the method; those of worlds from {@code arrived} on are not read
     * @param retrained the same of exact retraining, with the same design
     * @param attack its density and whether both classes have one variance
     * @param first how many worlds serve as references only, at least 2
     * @param arrived how many worlds there are so far
     */
    public static double[] advantages(
            Observations method, Observations retrained, LikelihoodRatio attack, int first, int arrived) {
        if (first < 2 || arrived > method.worlds()) {
            throw new IllegalArgumentException(
                    "Need 2 <= first and arrived <= " + method.worlds() + ", but got " + first + " and " + arrived);
        }
        if (retrained.worlds() != method.worlds() || retrained.examples() != method.examples()) {
            throw new IllegalArgumentException("The method has " + method.examples() + " examples in " + method.worlds()
                    + " worlds, retraining " + retrained.examples() + " in " + retrained.worlds());
        }
        double[] advantages = new double[Math.max(0, arrived - first)];
        for (int t = first; t < arrived; t++) {
            advantages[t - first] = areas(method, retrained, attack, t).advantage();
        }
        return advantages;
    }

    /**
     * The two areas within world {@code t}, counted from 0. Later worlds are not read.
     *
     * @param method observations of the method
     * @param retrained the same of exact retraining, with the same design
     * @param attack its density and whether both classes have one variance
     */
    public static Areas areas(Observations method, Observations retrained, LikelihoodRatio attack, int t) {
        int n = method.examples();
        var past = new Past(method, t, attack);
        double[] ofMethod = new double[n];
        double[] ofRetrained = new double[n];
        boolean[] labels = new boolean[n];
        for (int i = 0; i < n; i++) {
            labels[i] = method.isPositive(i, t);
            ofMethod[i] = past.score(i, method.value(i, t));
            ofRetrained[i] = past.score(i, retrained.value(i, t));
        }
        return new Areas(
                Roc.of(ofMethod, labels).auc(), Roc.of(ofRetrained, labels).auc());
    }

    /**
     * Looks after every value and stops at the first that decides. Later values do not undo a decision.
     *
     * @param advantages values {@code D_t} in the order of worlds
     * @param first how many worlds came before them
     * @param margin how large a difference of areas is tolerated
     * @param sequence a fresh one; the probability that it misses is that of a wrong decision
     */
    public static Standing decide(double[] advantages, int first, double margin, ConfidenceSequence sequence) {
        for (double advantage : advantages) {
            sequence.add(advantage);
            Estimate interval = sequence.interval();
            Decision decision = decision(interval, margin);
            if (decision != Decision.UNDECIDED) {
                return new Standing(decision, first + sequence.size(), interval);
            }
        }
        return new Standing(Decision.UNDECIDED, first + sequence.size(), sequence.interval());
    }

    private static Decision decision(Estimate interval, double margin) {
        if (interval.low() > margin) {
            return Decision.LEAKS;
        } else if (interval.high() < -margin) {
            return Decision.OVERSHOOTS;
        } else if (interval.low() >= -margin && interval.high() <= margin) {
            return Decision.WITHIN_MARGIN;
        }
        return Decision.UNDECIDED;
    }

    /** The likelihood ratio of every example, learned from the first {@code t} worlds. */
    private static final class Past {
        private final LikelihoodRatio attack;
        private final @Nullable References[] references;
        private final VariancePrior[][] priors; // {negative, positive} × number of references

        Past(Observations observations, int t, LikelihoodRatio attack) {
            this.attack = attack;
            int n = observations.examples();
            references = new References[n];
            int most = 0;
            for (int i = 0; i < n; i++) {
                Optional<References> known = references(observations, i, t);
                references[i] = known.orElse(null);
                most = Math.max(most, known.map(r -> r.k).orElse(0));
            }
            priors = new VariancePrior[2][most + 1];
            for (int label = 0; label < 2 && most > 0; label++) {
                VariancePrior fitted = prior(label);
                for (int k = 2; k <= most; k++) {
                    priors[label][k] = fitted.withDegrees(degrees(k));
                }
            }
        }

        /** The ratio; 0 for an example of which the past holds too little for a variance. */
        double score(int example, double value) {
            References r = references[example];
            return r == null
                    ? 0
                    : attack.density().logRatio(value, r, priors[1][r.k], priors[0][r.k], attack.sharedVariance());
        }

        /** The last values of each class before world t, as many of one as of the other; empty if fewer than two. */
        private static Optional<References> references(Observations observations, int example, int t) {
            double[][] values = new double[2][t];
            int[] count = new int[2];
            for (int w = t - 1; w >= 0; w--) {
                int label = observations.isPositive(example, w) ? 1 : 0;
                values[label][count[label]++] = observations.value(example, w);
            }
            int k = Math.min(count[0], count[1]);
            return k < 2
                    ? Optional.empty()
                    : Optional.of(References.of(Arrays.copyOf(values[1], k), Arrays.copyOf(values[0], k)));
        }

        private double degrees(int k) {
            return (k - 1.0) * (attack.sharedVariance() ? 2 : 1);
        }

        private double squares(References r, int label) {
            return label == 1
                    ? Density.positiveSquares(r, attack.sharedVariance())
                    : Density.negativeSquares(r, attack.sharedVariance());
        }

        /** Smyth's fit where examples have different numbers of references: each logarithm is centred by its own. */
        private VariancePrior prior(int label) {
            double squares = 0;
            double allDegrees = 0;
            int known = 0;
            for (References r : references) {
                if (r != null) {
                    squares += squares(r, label);
                    allDegrees += degrees(r.k);
                    known++;
                }
            }
            double pooled = squares / allDegrees;
            double typical = allDegrees / known;
            if (attack.density() != Density.STUDENT_SHRUNK || known < 2) {
                return VariancePrior.of(typical, pooled, Double.POSITIVE_INFINITY, pooled > 0 ? pooled : 1);
            }
            double[] logs = new double[known];
            double chance = 0;
            int at = 0;
            for (References r : references) {
                if (r != null) {
                    double half = degrees(r.k) / 2;
                    double variance = Math.max(squares(r, label) / (2 * half), VariancePrior.floor(pooled));
                    logs[at++] = Math.log(variance) - SpecialFunctions.digamma(half) + Math.log(half);
                    chance += SpecialFunctions.trigamma(half) / known;
                }
            }
            double half = typical / 2;
            return VariancePrior.fit(
                    typical,
                    pooled,
                    Intervals.mean(logs) + SpecialFunctions.digamma(half) - Math.log(half),
                    Intervals.variance(logs) - chance + SpecialFunctions.trigamma(half));
        }
    }
}
