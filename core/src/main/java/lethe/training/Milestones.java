package lethe.training;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Multiplies the learning rate by γ at some epochs.
 *
 * @param epochs numbers of finished epochs after which the rate falls
 * @param gamma γ in (0, 1]
 */
@Named("milestones")
@AutoService(Schedule.class)
public record Milestones(List<Integer> epochs, double gamma) implements Schedule {
    public Milestones {
        epochs = List.copyOf(epochs);
        epochs.forEach(epoch -> Require.positive("epochs", epoch));
        Require.that(gamma > 0 && gamma <= 1, "gamma must lie in (0, 1], but is " + gamma);
    }

    /** A tenth after 3, 5 and 9 epochs, as in the large-scale experiments of SCRUB. */
    public Milestones() {
        this(List.of(3, 5, 9), 0.1);
    }

    @Override
    public double factor(long step, long steps, int total) {
        long epoch = step * total / steps;
        return Math.pow(gamma, epochs.stream().filter(passed -> epoch >= passed).count());
    }
}
