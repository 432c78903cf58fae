package lethe.training;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/** The peak learning rate throughout. */
@Named("constant")
@AutoService(Schedule.class)
public record ConstantRate() implements Schedule {
    @Override
    public double factor(long step, long steps, int epochs) {
        return 1;
    }
}
