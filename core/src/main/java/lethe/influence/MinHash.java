package lethe.influence;

import com.google.auto.service.AutoService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Worded;
import lethe.engine.Seed;
import lethe.models.Model;

/**
 * Texts that share many of their shingles, the sequences of so many words or characters in a row. The score is the
 * Jaccard index of both sets of shingles, |A ∩ B| / |A ∪ B|, computed exactly; locality-sensitive hashing only proposes
 * pairs:
 *
 * <pre>
 *   h_i(x) = (a_i · x + b_i) mod (2^61 − 1),  m_i(A) = min_{x ∈ A} h_i(x),  P(m_i(A) = m_i(B)) = J(A, B)
 *   a pair is proposed if all r values of one of b bands agree:  P = 1 − (1 − J^r)^b
 * </pre>
 *
 * <p>Texts are compared in lower case, everything but letters and digits being one space. What has fewer words than a
 * shingle is one shingle. Shared words are not shared facts: paraphrases often share little, and a wrong answer in the same
 * words shares much.
 *
 * @param unit what shingles are sequences of
 * @param length how many in a row
 * @param bands b
 * @param rows r; there are b · r permutations
 * @param threshold Jaccard index from which on texts are similar
 * @see <a href="https://doi.org/10.1109/SEQUEN.1997.666900">Broder, 1997</a>
 */
@Named("minhash")
@AutoService(SimilarityDetector.class)
public record MinHash(Unit unit, int length, int bands, int rows, double threshold) implements SimilarityDetector {
    /** What shingles are sequences of. */
    public enum Unit {
        /** Words. */
        WORD,
        /** Characters, spaces included. */
        CHARACTER
    }

    private static final long PRIME = (1L << 61) - 1; // of Mersenne, so that remainders need no division
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    public MinHash {
        Require.positive("length", length);
        Require.positive("bands", bands);
        Require.positive("rows", rows);
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /** Three words, 32 bands of 4: proposes half of the pairs at an index of about 0.37, nearly all at 0.5. */
    public MinHash() {
        this(Unit.WORD, 3, 32, 4, 0.5);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        long[][] permutations = permutations();
        Map<Integer, long[]> wanted = new HashMap<>();
        Map<Long, List<Integer>> buckets = new HashMap<>();
        for (int row : asked) {
            long[] shingles = shingles(text(train, row));
            wanted.put(row, shingles);
            for (long band : bandKeys(signature(shingles, permutations))) {
                buckets.computeIfAbsent(band, key -> new ArrayList<>()).add(row);
            }
        }
        List<Match> found = new ArrayList<>();
        for (int row = 0; row < train.size(); row++) {
            if (wanted.containsKey(row)) {
                continue;
            }
            long[] shingles = shingles(text(train, row));
            Set<Integer> candidates = new HashSet<>();
            for (long band : bandKeys(signature(shingles, permutations))) {
                candidates.addAll(buckets.getOrDefault(band, List.of()));
            }
            for (int target : candidates) {
                double score = jaccard(shingles, wanted.getOrDefault(target, new long[0]));
                if (score >= least) {
                    found.add(new Match(
                            row,
                            target,
                            score,
                            String.format(
                                    Locale.ROOT,
                                    "shares %.2f of %d-%s runs",
                                    score,
                                    length,
                                    unit == Unit.WORD ? "word" : "character")));
                }
            }
        }
        return found;
    }

    private static String text(Dataset train, int row) {
        return Worded.of(train, row)
                .orElseThrow(() -> new IllegalArgumentException("minhash compares texts, but '" + train.name()
                        + "' has none; use perceptual-hash or embedding"));
    }

    /** In lower case, everything but letters and digits one space. */
    static String normalised(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    /** Hashes of the shingles, ascending, each once; empty for a text without letters and digits. */
    long[] shingles(String text) {
        String normal = normalised(text);
        if (normal.isEmpty()) {
            return new long[0];
        }
        String[] units = unit == Unit.WORD ? normal.split(" ", -1) : normal.split("");
        String joint = unit == Unit.WORD ? " " : "";
        int count = Math.max(1, units.length - length + 1);
        long[] hashes = new long[count];
        for (int start = 0; start < count; start++) {
            int end = Math.min(units.length, start + length);
            hashes[start] = fnv(String.join(joint, Arrays.asList(units).subList(start, end)));
        }
        return Arrays.stream(hashes).sorted().distinct().toArray();
    }

    /** FNV-1a in 64 bits (Fowler, Noll and Vo). */
    static long fnv(String text) {
        long hash = FNV_OFFSET;
        for (byte letter : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (letter & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    /** The Jaccard index of two ascending sequences without repetition; 0 if both are empty. */
    static double jaccard(long[] a, long[] b) {
        int shared = 0;
        for (int i = 0, j = 0; i < a.length && j < b.length; ) {
            if (a[i] == b[j]) {
                shared++;
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        int together = a.length + b.length - shared;
        return together == 0 ? 0 : shared / (double) together;
    }

    /** Pairs (a_i, b_i), the same in every process. */
    long[][] permutations() {
        RandomGenerator random = Seed.of(61).derive("permutations").random();
        long[][] drawn = new long[bands * rows][];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = new long[] {random.nextLong(1, PRIME), random.nextLong(PRIME)};
        }
        return drawn;
    }

    /** m_i of every permutation. */
    long[] signature(long[] shingles, long[][] permutations) {
        long[] least = new long[permutations.length];
        Arrays.fill(least, Long.MAX_VALUE);
        for (long shingle : shingles) {
            long x = Long.remainderUnsigned(shingle, PRIME);
            for (int i = 0; i < least.length; i++) {
                least[i] = Math.min(least[i], permuted(permutations[i][0], x, permutations[i][1]));
            }
        }
        return least;
    }

    /** (a · x + b) mod 2^61 − 1, for a, x and b below that. */
    static long permuted(long a, long x, long b) {
        long high = Math.multiplyHigh(a, x);
        long low = a * x;
        long folded = (low & PRIME) + (high << 3 | low >>> 61) + b; // 2^61 is 1; below 3 · 2^61
        folded = (folded & PRIME) + (folded >>> 61);
        return folded >= PRIME ? folded - PRIME : folded;
    }

    /** One number for each band; a text without shingles has none. */
    private long[] bandKeys(long[] signature) {
        if (signature[0] == Long.MAX_VALUE) {
            return new long[0];
        }
        long[] keys = new long[bands];
        for (int band = 0; band < bands; band++) {
            keys[band] = Seed.of(band)
                    .derive("band", Arrays.copyOfRange(signature, band * rows, (band + 1) * rows))
                    .value();
        }
        return keys;
    }
}
