package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import lethe.data.Blobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinHashTest {
    private final MinHash minHash = new MinHash();

    @Test
    void hashesAreThoseOfTheReference() {
        // Test vectors of FNV-1a, 64 bits, by its authors.
        assertThat(MinHash.fnv("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(MinHash.fnv("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(MinHash.fnv("foobar")).isEqualTo(0x85944171f73967e8L);
    }

    @Test
    void permutationsAreExactInTheFieldOfTheMersennePrime() {
        long prime = (1L << 61) - 1;
        var random = new SplittableRandom(1);
        long[] hard = {0, 1, prime - 1, prime / 2};
        for (int i = 0; i < 1000; i++) {
            long a = i < 4 ? prime - 1 : random.nextLong(1, prime);
            long x = i < 4 ? hard[i] : random.nextLong(prime);
            long b = i < 4 ? prime - 1 : random.nextLong(prime);

            BigInteger expected = BigInteger.valueOf(a)
                    .multiply(BigInteger.valueOf(x))
                    .add(BigInteger.valueOf(b))
                    .mod(BigInteger.valueOf(prime));

            assertThat(MinHash.permuted(a, x, b)).isEqualTo(expected.longValueExact());
        }
    }

    @Test
    void shinglesAreRunsOfWordsInLowerCase() {
        assertThat(MinHash.normalised("  The cat -- SAT,\n twice! ")).isEqualTo("the cat sat twice");
        assertThat(minHash.shingles("The cat sat twice."))
                .containsExactly(sorted(MinHash.fnv("the cat sat"), MinHash.fnv("cat sat twice")));
        assertThat(minHash.shingles("Cat!")).containsExactly(MinHash.fnv("cat"));
        assertThat(minHash.shingles("…")).isEmpty();
        assertThat(new MinHash(MinHash.Unit.CHARACTER, 2, 1, 1, 0.5).shingles("a b"))
                .containsExactly(sorted(MinHash.fnv("a "), MinHash.fnv(" b")));
    }

    private static long[] sorted(long... values) {
        return Arrays.stream(values).sorted().toArray();
    }

    @Test
    void theIndexIsSharedOverAll() {
        assertThat(MinHash.jaccard(new long[] {1, 2, 3}, new long[] {2, 3, 4, 5}))
                .isEqualTo(2 / 5.0);
        assertThat(MinHash.jaccard(new long[] {1}, new long[] {1})).isEqualTo(1);
        assertThat(MinHash.jaccard(new long[0], new long[0])).isZero();
    }

    @Test
    void signaturesAgreeAsOftenAsSetsOverlap() {
        // 60 of 100 shared, and 1,000 permutations: standard deviation √(0.6 · 0.4 / 1000) = 0.015.
        MinHash many = new MinHash(MinHash.Unit.WORD, 3, 250, 4, 0.5);
        long[][] permutations = many.permutations();
        long[] one = many.signature(hashed(0, 80), permutations);
        long[] other = many.signature(hashed(20, 100), permutations);

        double agreeing = 0;
        for (int i = 0; i < one.length; i++) {
            agreeing += one[i] == other[i] ? 1 : 0;
        }

        assertThat(agreeing / one.length).isEqualTo(0.6, within(0.06)); // four standard deviations
    }

    private static long[] hashed(int from, int to) {
        return LongStream.range(from, to)
                .map(i -> MinHash.fnv("shingle " + i))
                .sorted()
                .toArray();
    }

    /** 1 − (1 − s^r)^b, of pairs of texts of 100 words of which the first so many are shared. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.4, 0.6, 0.8})
    void pairsAreProposedAsTheCurveSays(double wanted) {
        MinHash unigrams = new MinHash(MinHash.Unit.WORD, 1, 8, 4, 0.05);
        int shared = (int) Math.round(200 * wanted / (1 + wanted)); // J = m / (200 − m)
        double s = shared / (200.0 - shared);
        int pairs = 400;
        int proposed = 0;
        for (int pair = 0; pair < pairs; pair++) {
            var texts = new Texts(List.of(words(pair, 0, 100, shared), words(pair, 1, 100, shared)));
            proposed += unigrams.matches(texts, new int[] {0}, Optional.empty()).size();
        }
        double expected = 1 - Math.pow(1 - Math.pow(s, 4), 8);

        // Permutations are the same for all pairs, but words are not; four binomial standard deviations.
        assertThat(proposed / (double) pairs)
                .isEqualTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / pairs) + 0.01));
    }

    private static String words(int pair, int side, int count, int shared) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append('p')
                    .append(pair)
                    .append(i < shared ? "s" : side == 0 ? "a" : "b")
                    .append(i)
                    .append(' ');
        }
        return text.toString();
    }

    @Test
    void copiesWithAFewChangesAreFoundAndStrangersAreNot() {
        String speech = "Now is the winter of our discontent made glorious summer by this sun of York and all the"
                + " clouds that lour'd upon our house in the deep bosom of the ocean buried";
        var texts = new Texts(List.of(
                speech,
                speech.replace("glorious", "golden"),
                "Once more unto the breach, dear friends, once more; or close the wall up with our English dead",
                speech.toUpperCase(java.util.Locale.ROOT)));

        List<Match> found = minHash.matches(texts, new int[] {0}, Optional.empty());

        // Of 31 runs one word spoils three: 28 shared of 34.
        assertThat(found).extracting(Match::row).containsExactlyInAnyOrder(1, 3);
        assertThat(found.stream()
                        .filter(it -> it.row() == 1)
                        .findFirst()
                        .orElseThrow()
                        .score())
                .isEqualTo(28 / 34.0);
        assertThat(found.stream()
                        .filter(it -> it.row() == 3)
                        .findFirst()
                        .orElseThrow()
                        .score())
                .isEqualTo(1);
    }

    @Test
    void imagesAreNoTexts() {
        assertThatThrownBy(() -> minHash.matches(new Blobs(4, 2, 1, 4, 1), new int[] {0}, Optional.empty()))
                .hasMessageContaining("'blobs' has none");
    }
}
