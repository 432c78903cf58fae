package lethe.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A made-up plan with a setting of every kind. */
public record Sketch(
        @Required String title,
        Training training,
        List<Forgetter> methods,
        Pace pace,
        List<Integer> seeds,
        List<Pace> paces,
        Map<String, Double> weights,
        Map<String, List<String>> groups,
        Path output,
        Duration patience,
        long cacheBytes,
        boolean deterministic) {
    public Sketch {
        methods = List.copyOf(methods);
        seeds = List.copyOf(seeds);
        paces = List.copyOf(paces);
        weights = Map.copyOf(weights);
        groups = Map.copyOf(groups);
        Require.that(!seeds.isEmpty(), "seeds must not be empty; one seed is one repetition");
    }

    public Sketch() {
        this(
                "untitled",
                new Training(30, 0.4, Precision.BF16),
                List.of(new Teacher()),
                new Pace.Constant(),
                List.of(1),
                List.of(),
                Map.of(),
                Map.of(),
                Path.of("out"),
                Duration.ofMinutes(10),
                1L << 33,
                false);
    }

    /** Has no defaults of its own: those of the plan hold. */
    public record Training(int epochs, double rate, Precision precision) {
        public Training {
            Require.positive("epochs", epochs);
            Require.within("rate", rate, 0, 1);
        }
    }

    /** A choice. */
    public enum Precision {
        FP32,
        BF16,
        FP32_TWICE
    }
}
