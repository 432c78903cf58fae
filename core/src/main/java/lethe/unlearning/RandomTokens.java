package lethe.unlearning;

import java.util.random.RandomGenerator;
import lethe.data.Dataset;
import lethe.data.DatasetView;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** The texts of another data set, each to go on with tokens drawn at random wherever a loss is wanted. */
final class RandomTokens extends DatasetView {
    private final Seed seed;
    private final boolean excludeTrueToken;

    RandomTokens(Dataset base, Seed seed, boolean excludeTrueToken) {
        super(base);
        this.seed = seed;
        this.excludeTrueToken = excludeTrueToken;
    }

    @Override
    public String name() {
        return base.name() + " with random tokens";
    }

    @Override
    public Tensor labels(int[] rows) {
        Tensor labels = base.labels(rows); // (B, T)
        int length = Math.toIntExact(labels.size(1));
        long[] tokens = labels.toLongs();
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = seed.derive("row", rows[i]).random();
            for (int t = 0; t < length; t++) {
                int at = i * length + t;
                if (tokens[at] >= 0) {
                    tokens[at] = draw(random, tokens[at]);
                }
            }
        }
        return Tensor.of(tokens).reshape(labels.shape());
    }

    private long draw(RandomGenerator random, long trueToken) {
        if (!excludeTrueToken) {
            return random.nextInt(outputs());
        }
        long wrong = random.nextInt(outputs() - 1);
        return wrong < trueToken ? wrong : wrong + 1;
    }
}
