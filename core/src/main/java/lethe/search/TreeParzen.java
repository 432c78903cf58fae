package lethe.search;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Tree-structured Parzen estimator (TPE), here for spaces whose tree has no branches.
 *
 * <pre>
 *   y* = the γ-quantile of the losses found;   ℓ(x) = p(x | y &lt; y*),   g(x) = p(x | y ≥ y*)
 *   x_next = argmax ℓ(x) / g(x)   over candidates drawn from ℓ
 * </pre>
 *
 * <p>The expected improvement over y* grows with ℓ/g. Both densities are products over axes: Parzen estimators for
 * numbers, smoothed frequencies for alternatives. Until {@code startup} points are known, it is {@link RandomSearch}.
 *
 * <p>γ is that of the paper. Unlike the paper, the prior on an interval is uniform, not normal, and fewer points are drawn
 * first and fewer candidates compared, for unlearning affords a few dozens of trials.
 *
 * @param startup points drawn at random before anything is learned from them
 * @param gamma γ, the share of points that count as good; at least one does
 * @param candidates points compared for each proposal
 * @see <a href="https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization">Bergstra et al., 2011</a>
 */
@Named("tpe")
@AutoService(Sampler.class)
public record TreeParzen(int startup, double gamma, int candidates) implements Sampler {
    public TreeParzen {
        Require.positive("startup", startup);
        Require.that(gamma > 0 && gamma < 1, "gamma must lie in (0, 1), but is " + gamma);
        Require.positive("candidates", candidates);
    }

    public TreeParzen() {
        this(8, 0.15, 24);
    }

    @Override
    public String source() {
        return "Bergstra et al., 2011";
    }

    @Override
    public List<Double> propose(List<Axis> axes, List<Tried> history, RandomGenerator random) {
        if (history.size() < startup) {
            return new RandomSearch().propose(axes, history, random);
        }
        List<Tried> ranked = history.stream()
                .sorted(Comparator.comparingDouble(Tried::loss)) // stable: of equals, the earlier is better
                .toList();
        int good = (int) Math.ceil(gamma * ranked.size());
        List<Density> l = densities(axes, ranked.subList(0, good));
        List<Density> g = densities(axes, ranked.subList(good, ranked.size()));
        List<Double> best = List.of();
        double bestRatio = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < candidates; c++) {
            List<Double> candidate =
                    l.stream().map(density -> density.draw(random)).toList();
            double ratio = 0;
            for (int d = 0; d < candidate.size(); d++) {
                ratio += l.get(d).log(candidate.get(d)) - g.get(d).log(candidate.get(d));
            }
            if (ratio > bestRatio) {
                best = candidate;
                bestRatio = ratio;
            }
        }
        return best;
    }

    private static List<Density> densities(List<Axis> axes, List<Tried> points) {
        List<Density> densities = new ArrayList<>();
        for (int d = 0; d < axes.size(); d++) {
            int axis = d;
            densities.add(axes.get(d)
                    .density(points.stream()
                            .map(tried -> tried.point().get(axis))
                            .toList()));
        }
        return densities;
    }
}
