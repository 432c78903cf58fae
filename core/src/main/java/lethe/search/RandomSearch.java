package lethe.search;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;

/**
 * Random search: every point is drawn anew, whatever was found before.
 *
 * @see <a href="https://jmlr.org/papers/v13/bergstra12a.html">Bergstra and Bengio, 2012</a>
 */
@Named("random")
@AutoService(Sampler.class)
public record RandomSearch() implements Sampler {
    @Override
    public String source() {
        return "Bergstra and Bengio, 2012";
    }

    @Override
    public List<Double> propose(List<Axis> axes, List<Tried> history, RandomGenerator random) {
        return axes.stream().map(axis -> axis.draw(random)).toList();
    }
}
