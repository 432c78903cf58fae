package lethe.training;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/** Falls from the peak to zero along half a cosine (Loshchilov and Hutter, 2017, without restarts). */
@Named("cosine")
@AutoService(Schedule.class)
public record CosineDecay() implements Schedule {
    @Override
    public double factor(long step, long steps, int epochs) {
        return 0.5 * (1 + Math.cos(Math.PI * step / steps));
    }
}
