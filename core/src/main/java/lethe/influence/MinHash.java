package lethe.influence;

import com.google.auto.service.AutoService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int BLOCK = 10_000; // texts whose matches are collected together
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
        long[][] wanted = new long[asked.length][];
        for (int i = 0; i < asked.length; i++) {
            wanted[i] = shingles(text(train, asked[i]));
        }
        Buckets buckets = buckets(wanted, permutations);
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        List<Match> found = new ArrayList<>();
        for (int from = 0; from < train.size(); from += BLOCK) {
            IntStream.range(from, Math.min(train.size(), from + BLOCK))
                    .parallel()
                    .filter(row -> Arrays.binarySearch(sorted, row) < 0)
                    .mapToObj(row ->
                            matchesOf(row, shingles(text(train, row)), permutations, buckets, wanted, asked, least))
                    .toList()
                    .forEach(found::addAll);
        }
        return found;
    }

    /** Of one text that was not asked for. */
    private List<Match> matchesOf(
            int row,
            long[] shingles,
            long[][] permutations,
            Buckets buckets,
            long[][] wanted,
            int[] asked,
            double least) {
        List<Match> found = new ArrayList<>();
        BitSet proposed = new BitSet(); // of those asked for
        for (long band : bandKeys(signature(shingles, permutations))) {
            buckets.addTo(proposed, band);
        }
        for (int i = proposed.nextSetBit(0); i >= 0; i = proposed.nextSetBit(i + 1)) {
            double score = jaccard(shingles, wanted[i]);
            if (score >= least) {
                found.add(new Match(
                        row,
                        asked[i],
                        score,
                        String.format(
                                Locale.ROOT,
                                "shares %.2f of %d-%s runs",
                                score,
                                length,
                                unit == Unit.WORD ? "word" : "character")));
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
        return SEPARATORS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    }

    /** Hashes of the shingles, ascending, each once; empty for a text without letters and digits. */
    long[] shingles(String text) {
        String normal = normalised(text);
        if (normal.isEmpty()) {
            return new long[0];
        }
        byte[] bytes = normal.getBytes(StandardCharsets.UTF_8);
        int[] starts = new int[bytes.length + 1]; // of words or characters
        int units = 0;
        for (int at = 0; at < bytes.length; at++) {
            boolean starting = unit == Unit.WORD
                    ? at == 0 || bytes[at - 1] == ' '
                    : (bytes[at] & 0xC0) != 0x80; // the later bytes of a character in UTF-8
            if (starting) {
                starts[units++] = at;
            }
        }
        int between = unit == Unit.WORD ? 1 : 0; // bytes between two of them
        starts[units] = bytes.length + between;
        long[] hashes = new long[Math.max(1, units - length + 1)];
        for (int first = 0; first < hashes.length; first++) {
            hashes[first] = fnv(bytes, starts[first], starts[Math.min(units, first + length)] - between);
        }
        return Arrays.stream(hashes).sorted().distinct().toArray();
    }

    static long fnv(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return fnv(bytes, 0, bytes.length);
    }

    /** FNV-1a in 64 bits (Fowler, Noll and Vo). */
    private static long fnv(byte[] bytes, int from, int to) {
        long hash = FNV_OFFSET;
        for (int at = from; at < to; at++) {
            hash = (hash ^ (bytes[at] & 0xFF)) * FNV_PRIME;
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

    /** The texts asked for by their bands. */
    private Buckets buckets(long[][] wanted, long[][] permutations) {
        record Entry(long key, int text) {}
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            for (long key : bandKeys(signature(wanted[i], permutations))) {
                entries.add(new Entry(key, i));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::key));
        return new Buckets(
                entries.stream().mapToLong(Entry::key).toArray(),
                entries.stream().mapToInt(Entry::text).toArray());
    }

    /** Bands in ascending order, and beside each a text that has it. */
    private static final class Buckets {
        private final long[] keys;
        private final int[] texts;

        Buckets(long[] keys, int[] texts) {
            this.keys = keys;
            this.texts = texts;
        }

        void addTo(BitSet proposed, long key) {
            int at = Arrays.binarySearch(keys, key);
            if (at < 0) {
                return;
            }
            while (at > 0 && keys[at - 1] == key) {
                at--;
            }
            for (; at < keys.length && keys[at] == key; at++) {
                proposed.set(texts[at]);
            }
        }
    }
}
