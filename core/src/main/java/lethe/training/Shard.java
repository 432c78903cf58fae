package lethe.training;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Digest;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.engine.Seed;
import lethe.models.Architecture;

/**
 * What one member of an {@link Ensemble} learns: some rows of a data set, in slices.
 *
 * <p>An example's shard and slice depend on its id and the seed alone, and within a slice examples are in the order of
 * their ids. So removing an example moves no other, and the order of the data set does not matter.
 */
final class Shard {
    private final int index;
    private final Seed seed;
    private final int[] rows;
    /** Slices 0 … r hold the first {@code ends[r]} rows. */
    private final int[] ends;

    private final List<String> keys;

    private Shard(int index, Seed seed, int[] rows, int[] ends, List<String> keys) {
        this.index = index;
        this.seed = seed;
        this.rows = rows;
        this.ends = ends;
        this.keys = keys;
    }

    /** What decides the weights of a member, apart from the examples. */
    private record Making(
            Architecture member, List<Long> inputShape, int classes, Recipe recipe, int slices, long seed, int shard) {}

    /** The shards of a data set. */
    static List<Shard> of(Ensemble ensemble, Recipe recipe, Dataset data, Seed seed) {
        int[] slice = new int[data.size()];
        List<List<Integer>> members = new ArrayList<>();
        for (int s = 0; s < ensemble.shards(); s++) {
            members.add(new ArrayList<>());
        }
        for (int row = 0; row < data.size(); row++) {
            RandomGenerator place = place(seed, data.id(row));
            members.get(place.nextInt(ensemble.shards())).add(row);
            slice[row] = place.nextInt(ensemble.slices());
        }
        List<Shard> shards = new ArrayList<>();
        for (int s = 0; s < ensemble.shards(); s++) {
            int[] rows = members.get(s).stream()
                    .sorted(Comparator.comparingInt((Integer row) -> slice[row]).thenComparing(data::id))
                    .mapToInt(row -> row)
                    .toArray();
            if (rows.length == 0) {
                throw new IllegalArgumentException(
                        "Shard " + (s + 1) + " of " + ensemble.shards() + " gets none of the " + data.size()
                                + " examples of '" + data.name() + "'; train an ensemble of fewer shards");
            }
            int[] ends = IntStream.range(0, ensemble.slices())
                    .map(r -> (int)
                            Arrays.stream(rows).filter(row -> slice[row] <= r).count())
                    .toArray();
            Making making = new Making(
                    ensemble.member(),
                    Arrays.stream(data.shape()).boxed().toList(),
                    data.outputs(),
                    recipe,
                    ensemble.slices(),
                    seed.value(),
                    s);
            shards.add(new Shard(s, seed.derive("shard", s), rows, ends, keys(making, seed, data, rows, ends)));
        }
        return shards;
    }

    private static RandomGenerator place(Seed seed, ExampleId id) {
        return seed.derive("place " + id).random();
    }

    /** Each key digests the one before and what the slice adds. */
    private static List<String> keys(Making making, Seed seed, Dataset data, int[] rows, int[] ends) {
        List<String> keys = new ArrayList<>();
        String before = Digest.ofSettings(making);
        int next = 0;
        for (int end : ends) {
            MessageDigest hasher = Digest.hasher();
            hasher.update(before.getBytes(StandardCharsets.UTF_8));
            for (; next < end; next++) {
                String example = data.id(rows[next]) + "\n" + data.digest(rows[next]) + "\n";
                hasher.update(example.getBytes(StandardCharsets.UTF_8));
            }
            before = Digest.hex(hasher.digest());
            keys.add(prefix(seed) + before);
        }
        return List.copyOf(keys);
    }

    /** What the keys of all shards with this origin begin with. */
    static String prefix(Seed seed) {
        return String.format("%016x-", seed.value());
    }

    /** Its number, from 0. */
    int index() {
        return index;
    }

    /** The origin of its randomness, which no other shard shares. */
    Seed seed() {
        return seed;
    }

    /** The rows of slices 0 … {@code slice}. */
    int[] rowsThrough(int slice) {
        return Arrays.copyOf(rows, ends[slice]);
    }

    /** What names the weights after each slice: a digest of everything that made them. */
    List<String> keys() {
        return keys;
    }
}
