package lethe.engine;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The origin of random choices. Seeds for different purposes are derived by name, so that an additional draw in one
 * place shifts no other, and drawing needs no state: the stream of step 7 is the same whether or not the run was
 * interrupted before.
 *
 * @param value any number
 */
public record Seed(long value) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** The seed with this value. */
    public static Seed of(long value) {
        return new Seed(value);
    }

    /** The seed for one purpose, and for one position such as an epoch and a step. */
    public Seed derive(String purpose, long... position) {
        long hash = mix(value + GOLDEN_GAMMA);
        for (byte letter : purpose.getBytes(StandardCharsets.UTF_8)) {
            hash = mix(hash ^ (letter & 0xFF)) + GOLDEN_GAMMA;
        }
        for (long index : position) {
            hash = mix(hash + GOLDEN_GAMMA ^ mix(index + GOLDEN_GAMMA));
        }
        return new Seed(hash);
    }

    /** A fresh stream of numbers from this seed. */
    public RandomGenerator random() {
        return new SplittableRandom(value);
    }

    /** The integers {@code 0 … count - 1} in random order. */
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        RandomGenerator random = random();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int held = order[i];
            order[i] = order[j];
            order[j] = held;
        }
        return order;
    }

    /** Normally distributed numbers with mean 0. */
    public Tensor normal(double standardDeviation, long... shape) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Tensor made = new Tensor(torch.zeros(shape).normal_(0, standardDeviation, generator()));
            return scope.keep(made);
        }
    }

    /** Uniformly distributed numbers in {@code [low, high)}. */
    public Tensor uniform(double low, double high, long... shape) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Tensor made = new Tensor(torch.zeros(shape).uniform_(low, high, generator()));
            return scope.keep(made);
        }
    }

    /** Streams are drawn on the processor and moved, so that a seed means the same weights on every device. */
    private GeneratorOptional generator() {
        Generator generator = torch.make_generator_cpu(value);
        return new GeneratorOptional(generator);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
