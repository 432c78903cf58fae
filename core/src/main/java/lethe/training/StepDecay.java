package lethe.training;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Multiplies the learning rate by γ after every few epochs.
 *
 * @param every epochs between decays
 * @param gamma γ in (0, 1]
 */
@Named("step")
@AutoService(Schedule.class)
public record StepDecay(int every, double gamma) implements Schedule {
    public StepDecay {
        Require.positive("every", every);
        Require.that(gamma > 0 && gamma <= 1, "gamma must lie in (0, 1], but is " + gamma);
    }

    /** A tenth every 40 epochs, as the original models of AMUN are trained. */
    public StepDecay() {
        this(40, 0.1);
    }

    @Override
    public double factor(long step, long steps, int epochs) {
        long epoch = step * epochs / steps;
        return Math.pow(gamma, (double) (epoch / every));
    }
}
