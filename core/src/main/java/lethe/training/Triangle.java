package lethe.training;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Rises linearly to the peak and falls linearly to nearly zero; trains small networks in few epochs (Smith, 2018).
 *
 * @param warmup share of the steps spent rising
 */
@Named("triangle")
@AutoService(Schedule.class)
public record Triangle(double warmup) implements Schedule {
    /** The step after the last would reach zero; the last one still moves. */
    public Triangle {
        Require.that(warmup > 0 && warmup < 1, "warmup must lie in (0, 1), but is " + warmup);
    }

    /** A fifth of the steps. */
    public Triangle() {
        this(0.2);
    }

    @Override
    public double factor(long step, long steps, int epochs) {
        double peak = warmup * steps;
        return step < peak ? (step + 1) / (peak + 1) : (steps - step) / (steps - peak);
    }
}
