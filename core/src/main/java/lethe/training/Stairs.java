package lethe.training;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * Climbs by equal parts from epoch to epoch until the middle one, and down again; constant within an epoch. Of five epochs
 * the factors are 1/3, 2/3, 1, 2/3, 1/3.
 */
@Named("stairs")
@AutoService(Schedule.class)
public record Stairs() implements Schedule {
    @Override
    public double factor(long step, long steps, int epochs) {
        long stair = step * epochs / steps + 1;
        int top = (epochs + 1) / 2;
        return stair <= top ? stair / (double) top : (epochs + 1 - stair) / (double) (epochs + 1 - top);
    }
}
