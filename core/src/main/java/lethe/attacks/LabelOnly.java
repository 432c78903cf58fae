package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.metrics.SpecialFunctions;

/**
 * The likelihood ratio of an adversary who sees only the predicted class: of k queries of the example, c are answered
 * rightly.
 *
 * <pre>
 *   score(c) = log BB(c; k, a₊, b₊) − log BB(c; k, a₋, b₋)
 *   BB(c; k, a, b) = C(k, c) · B(a + c, b + k − c) / B(a, b),   a = ½ + right answers, b = ½ + wrong ones
 * </pre>
 *
 * <p>The beta-binomial density is what the references of a class predict after Jeffreys' prior on their rate: an example
 * that all of them answer alike is no certainty, and no normal density is fitted to bits. Queries are those of {@link
 * Observations#queries}, a single one where there is no other. The cut is 0.
 */
@Named("label-only")
@AutoService(Attack.class)
public record LabelOnly() implements Attack {
    private static final double JEFFREYS = 0.5;

    @Override
    public String source() {
        return "beta-binomial form of Carlini et al., 2022";
    }

    @Override
    public Signal signal() {
        return Signal.CORRECT;
    }

    @Override
    public boolean perExample() {
        return true;
    }

    @Override
    public int queries(Observations observations) {
        return observations.queries().size();
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        int queries = observations.queries().size();
        var row = new References.Row(observations, (i, w) -> right(observations, i, w));
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            row.enter(i);
            for (int w = 0; w < worlds; w++) {
                row.target(w);
                double asked = (double) row.k * queries;
                double right = row.value();
                double ofPositives = Math.rint(row.k * row.meanPositive);
                double ofNegatives = Math.rint(row.k * row.meanNegative);
                scores[i * worlds + w] = logBetaBinomial(right, queries, ofPositives, asked - ofPositives)
                        - logBetaBinomial(right, queries, ofNegatives, asked - ofNegatives);
            }
        }
        return new Scores(scores, new double[worlds]);
    }

    private static int right(Observations observations, int example, int column) {
        int right = 0;
        for (Observations query : observations.queries()) {
            right += query.value(example, column) > 0.5 ? 1 : 0;
        }
        return right;
    }

    /** {@code log BB(c; k, ½ + right, ½ + wrong)} without the binomial coefficient, which cancels. */
    static double logBetaBinomial(double c, int k, double right, double wrong) {
        double a = JEFFREYS + right;
        double b = JEFFREYS + wrong;
        return logBeta(a + c, b + k - c) - logBeta(a, b);
    }

    private static double logBeta(double a, double b) {
        return SpecialFunctions.logGamma(a) + SpecialFunctions.logGamma(b) - SpecialFunctions.logGamma(a + b);
    }
}
