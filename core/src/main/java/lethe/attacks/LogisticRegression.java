package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Logistic regression on the signal, trained for the targets in each half of the worlds on the pooled examples of the
 * other half in the same game: the shadow-trained population attack.
 *
 * <p>Minimises {@code ½‖β‖² + C Σ log(1 + exp(−y·(β₀ + Σ_k β_k z^k)))} by Newton's method, with {@code z} the
 * standardised signal, {@code y = ±1} and {@code β₀} unpenalised. The score is the linear predictor, so 0 is the
 * calibrated threshold.
 *
 * <p>With degree 1 the score is a monotone function of the signal and ranks as the signal does. Unlike the usual baseline
 * the default adds the square, so that a forgotten example may betray itself on either side or by its spread.
 *
 * @param signal the signal
 * @param degree highest power of it, 1 or 2
 * @param c inverse strength C of the penalty
 */
@Named("logistic-regression")
@AutoService(Attack.class)
public record LogisticRegression(Signal signal, int degree, double c) implements Attack {
    private static final int MAX_STEPS = 50;
    private static final double LAST_STEP = 1e-5; // after it the error is of the order of its square
    private static final double ROUNDING = 1e-12; // of a sum of many losses

    public LogisticRegression {
        Require.within("degree", degree, 1, 2);
        Require.positive("c", c);
    }

    public LogisticRegression() {
        this(Signal.PHI, 2, 1);
    }

    @Override
    public String source() {
        return "Shokri et al., 2017, with one feature";
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        double[][] fits = new double[Halves.COUNT][];
        for (int half = 0; half < Halves.COUNT; half++) {
            PooledPairs pairs = PooledPairs.teaching(observations, half);
            double[] scale = standardisation(pairs);
            double[] beta = fit(pairs, scale[0], scale[1]);
            fits[half] = new double[] {scale[0], scale[1], beta[0], beta[1], beta[2]};
        }
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            for (int w = 0; w < worlds; w++) {
                double[] fit = fits[Halves.of(observations.world(i, w))];
                double z = (observations.value(i, w) - fit[0]) / fit[1];
                scores[i * worlds + w] = fit[2] + z * (fit[3] + z * fit[4]);
            }
        }
        return Scores.byHalves(scores, new double[worlds]);
    }

    private static double[] standardisation(PooledPairs pairs) {
        double sum = 0;
        for (int k = 0; k < pairs.size(); k++) {
            sum += pairs.value(k);
        }
        double mean = sum / pairs.size();
        double squares = 0;
        for (int k = 0; k < pairs.size(); k++) {
            squares += (pairs.value(k) - mean) * (pairs.value(k) - mean);
        }
        double deviation = Math.sqrt(squares / pairs.size());
        return new double[] {mean, deviation > 0 ? deviation : 1};
    }

    /** Newton's method; a step that raises the objective by more than rounding is halved. */
    private double[] fit(PooledPairs pairs, double mean, double deviation) {
        double[] beta = new double[3];
        var here = new Objective(pairs, mean, deviation, beta);
        for (int step = 0; step < MAX_STEPS; step++) {
            double[] move = here.newtonStep();
            double[] next = moved(beta, move, 1);
            if (Math.max(Math.abs(move[0]), Math.max(Math.abs(move[1]), Math.abs(move[2]))) < LAST_STEP) {
                return next;
            }
            var there = new Objective(pairs, mean, deviation, next);
            for (double length = 0.5; there.value > here.value * (1 + ROUNDING) && length > 1e-6; length /= 2) {
                next = moved(beta, move, length);
                there = new Objective(pairs, mean, deviation, next);
            }
            beta = next;
            here = there;
        }
        return beta;
    }

    private static double[] moved(double[] beta, double[] move, double length) {
        return new double[] {beta[0] + length * move[0], beta[1] + length * move[1], beta[2] + length * move[2]};
    }

    /** The objective at one point, with its gradient and the lower triangle of its Hessian. */
    private final class Objective {
        private final double[] gradient = new double[3];
        private final double[][] hessian = new double[3][3];
        private double value;

        Objective(PooledPairs pairs, double mean, double deviation, double[] beta) {
            for (int k = 0; k < pairs.size(); k++) {
                double z = (pairs.value(k) - mean) / deviation;
                double y = pairs.isPositive(k) ? 1 : -1;
                double margin = y * (beta[0] + z * (beta[1] + z * beta[2]));
                double e = Math.exp(-Math.abs(margin));
                double wrong = (margin > 0 ? e : 1) / (1 + e); // σ(−margin)
                value += Math.log1p(e) + Math.max(0, -margin);
                double slope = -y * wrong;
                double curvature = wrong * (1 - wrong);
                gradient[0] += slope;
                gradient[1] += slope * z;
                gradient[2] += slope * z * z;
                hessian[0][0] += curvature;
                hessian[1][0] += curvature * z;
                hessian[1][1] += curvature * z * z;
                hessian[2][1] += curvature * z * z * z;
                hessian[2][2] += curvature * z * z * z * z;
            }
            hessian[2][0] = hessian[1][1];
            value *= c;
            for (int a = 0; a < 3; a++) {
                gradient[a] *= c;
                for (int b = 0; b <= a; b++) {
                    hessian[a][b] *= c;
                }
            }
            for (int a = 1; a <= degree; a++) {
                value += 0.5 * beta[a] * beta[a];
                gradient[a] += beta[a];
                hessian[a][a] += 1;
            }
            hessian[0][0] += 1e-12 * (1 + hessian[0][0]); // keeps the factor real where every pair is separated
        }

        /** The solution of {@code H·step = −gradient} by Cholesky's factors; the powers not used stay at rest. */
        double[] newtonStep() {
            int size = degree + 1;
            double[][] factor = new double[size][size];
            double[] half = new double[size];
            for (int a = 0; a < size; a++) {
                for (int b = 0; b <= a; b++) {
                    double rest = hessian[a][b];
                    for (int k = 0; k < b; k++) {
                        rest -= factor[a][k] * factor[b][k];
                    }
                    factor[a][b] = a == b ? Math.sqrt(rest) : rest / factor[b][b];
                }
                double rest = -gradient[a];
                for (int k = 0; k < a; k++) {
                    rest -= factor[a][k] * half[k];
                }
                half[a] = rest / factor[a][a];
            }
            double[] step = new double[3];
            for (int a = size - 1; a >= 0; a--) {
                double rest = half[a];
                for (int k = a + 1; k < size; k++) {
                    rest -= factor[k][a] * step[k];
                }
                step[a] = rest / factor[a][a];
            }
            return step;
        }
    }
}
