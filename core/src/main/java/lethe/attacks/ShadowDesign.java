package lethe.attacks;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.metrics.Permutation;

/**
 * Which audit examples each world trains on and which of its forget sets they are in. One design serves every target,
 * method and game.
 *
 * <p>Of {@code n} examples and {@code T} worlds, each example is a member in exactly {@code T/2} worlds and each world
 * has exactly {@code n/2} members. A world's members are partitioned into {@code F} forget sets of the deployed size
 * {@code s = n/(2F)}; its other examples are dealt evenly to the same {@code F} slots, so that each unlearned model is
 * scored on as many never-seen as forgotten examples. Assignments do not depend on which world is audited.
 *
 * <p>The membership matrix is a uniform-looking draw from those with these margins: blocks of cyclic shifts of a random
 * pattern, rows and columns permuted, then {@code 5·n·T} attempted checkerboard switches, which keep all margins.
 */
public final class ShadowDesign {
    private static final int SWITCHES_PER_CELL = 5;

    private final int examples;
    private final int worlds;
    private final int forgetSets;
    private final boolean[] member; // (n × T)
    private final short[] slot; // (T × n), the forget set of members, the scoring slot of the others
    private final int[] numbers; // of the examples in the design as it was drawn

    private ShadowDesign(int examples, int worlds, int forgetSets, boolean[] member, short[] slot, int[] numbers) {
        this.examples = examples;
        this.worlds = worlds;
        this.forgetSets = forgetSets;
        this.member = member;
        this.slot = slot;
        this.numbers = numbers;
    }

    /**
     * A random balanced design.
     *
     * @param examples size n of the audit pool, even
     * @param worlds number T of worlds, even and at least 4
     * @param forgetSets forget sets F in each world; F divides n/2
     * @param random source of every assignment
     */
    public static ShadowDesign balanced(int examples, int worlds, int forgetSets, RandomGenerator random) {
        require(
                examples >= 2 && examples % 2 == 0,
                "The audit pool must have an even number of examples, half of which" + " join each world, but has "
                        + examples + "; leave one out or add one");
        require(
                worlds >= 4 && worlds % 2 == 0,
                "Each example joins half of the worlds, so their number must be even and" + " at least 4, but is "
                        + worlds);
        require(
                forgetSets >= 1 && forgetSets <= Short.MAX_VALUE && examples / 2 % forgetSets == 0,
                "The " + examples / 2 + " audit members of a world do not divide into " + forgetSets
                        + " equal forget sets; choose a divisor of " + examples / 2);
        long[] bits = blocks(examples, worlds, random);
        switchCheckerboards(bits, examples, worlds, random);
        boolean[] member = new boolean[Math.multiplyExact(examples, worlds)];
        int words = words(worlds);
        for (int i = 0; i < examples; i++) {
            for (int w = 0; w < worlds; w++) {
                member[i * worlds + w] = (bits[i * words + (w >> 6)] >>> w & 1) != 0;
            }
        }
        return new ShadowDesign(
                examples,
                worlds,
                forgetSets,
                member,
                deal(member, examples, worlds, forgetSets, random),
                IntStream.range(0, examples).toArray());
    }

    /**
     * These worlds and after them those of another design for the same examples. Margins of both hold in both parts, and
     * so altogether.
     *
     * @throws IllegalArgumentException if the other has other numbers of examples or of forget sets
     */
    public ShadowDesign followedBy(ShadowDesign more) {
        require(
                examples == more.examples && forgetSets == more.forgetSets && Arrays.equals(numbers, more.numbers),
                "Worlds of " + examples + " examples and " + forgetSets + " forget sets can be followed by others of"
                        + " the same, but were to be by worlds of " + more.examples + " and " + more.forgetSets);
        int all = worlds + more.worlds;
        boolean[] bothMember = new boolean[Math.multiplyExact(examples, all)];
        for (int i = 0; i < examples; i++) {
            System.arraycopy(member, i * worlds, bothMember, i * all, worlds);
            System.arraycopy(more.member, i * more.worlds, bothMember, i * all + worlds, more.worlds);
        }
        short[] bothSlot = Arrays.copyOf(slot, examples * all);
        System.arraycopy(more.slot, 0, bothSlot, examples * worlds, examples * more.worlds);
        return new ShadowDesign(examples, all, forgetSets, bothMember, bothSlot, numbers);
    }

    /**
     * The same worlds with some of the examples, for an audit of these alone. Each is a member of half of the worlds as
     * before and scored by the same models; worlds and forget sets no longer have as many of them as others.
     *
     * @param chosen examples, ascending
     */
    public ShadowDesign of(int[] chosen) {
        boolean[] chosenMember = new boolean[chosen.length * worlds];
        short[] chosenSlot = new short[chosen.length * worlds];
        int[] chosenNumbers = new int[chosen.length];
        for (int k = 0; k < chosen.length; k++) {
            System.arraycopy(member, chosen[k] * worlds, chosenMember, k * worlds, worlds);
            for (int w = 0; w < worlds; w++) {
                chosenSlot[w * chosen.length + k] = slot[w * examples + chosen[k]];
            }
            chosenNumbers[k] = numbers[chosen[k]];
        }
        return new ShadowDesign(chosen.length, worlds, forgetSets, chosenMember, chosenSlot, chosenNumbers);
    }

    /** Size n of the audit pool. */
    public int examples() {
        return examples;
    }

    /** Number T of worlds. */
    public int worlds() {
        return worlds;
    }

    /** Forget sets F in each world. */
    public int forgetSets() {
        return forgetSets;
    }

    /** Examples s in each forget set; of some of the examples, as many in the mean. */
    public int forgetSize() {
        return examples / 2 / forgetSets;
    }

    /** Whether the original model of {@code world} was trained on {@code example}. */
    public boolean isMember(int world, int example) {
        check(world, example);
        return member[example * worlds + world];
    }

    /** The audit examples that {@code world} trains on, ascending. */
    public int[] members(int world) {
        check(world, 0);
        return IntStream.range(0, examples)
                .filter(i -> member[i * worlds + world])
                .toArray();
    }

    /** The examples of one forget set, ascending. */
    public int[] forgetSet(int world, int set) {
        check(world, 0);
        require(
                set >= 0 && set < forgetSets,
                "World " + world + " has forget sets 0…" + (forgetSets - 1) + ", not " + set);
        return IntStream.range(0, examples)
                .filter(i -> member[i * worlds + world] && slot[world * examples + i] == set)
                .toArray();
    }

    /** The forget set that {@code example} is in, or −1 where it is not a member. */
    public int forgetSetOf(int world, int example) {
        return isMember(world, example) ? slot[world * examples + example] : -1;
    }

    /** The forget set whose unlearned model scores {@code example}: its own, or for one never seen its slot. */
    public int slot(int world, int example) {
        check(world, example);
        return slot[world * examples + example];
    }

    /** The one forget set, not its own, whose unlearned model scores a member as retained; there must be two sets. */
    public int retainedSlot(int world, int example) {
        int own = slot(world, example);
        require(forgetSets >= 2, "With one forget set a world, every audit member is forgotten and none retained");
        int step = 1 + Scatter.below(forgetSets - 1, world, numbers[example]);
        return (own + step) % forgetSets;
    }

    /** The membership matrix (n × T), shared with the package to spare copies of millions. */
    boolean[] memberMatrix() {
        return member;
    }

    private static int words(int worlds) {
        return (worlds + 63) >> 6;
    }

    /** Rows of bits with exact margins but the structure of cyclic shifts. */
    private static long[] blocks(int n, int worlds, RandomGenerator random) {
        int words = words(worlds);
        long[] bits = new long[Math.multiplyExact(n, words)];
        int[] rows = Permutation.random(n, random);
        int full = n / worlds * worlds;
        for (int start = 0; start < full; start += worlds) {
            int[] pattern = Permutation.random(worlds, random);
            int[] columns = Permutation.random(worlds, random);
            for (int shift = 0; shift < worlds; shift++) {
                for (int k = 0; k < worlds; k++) {
                    if (pattern[k] < worlds / 2) {
                        set(bits, rows[start + shift] * words, columns[(k + shift) % worlds]);
                    }
                }
            }
        }
        // What T does not divide: each row takes the T/2 columns that lack most, ties at random.
        int[] deficit = new int[worlds];
        Arrays.fill(deficit, (n - full) / 2);
        for (int r = full; r < n; r++) {
            long[] order = new long[worlds];
            for (int w = 0; w < worlds; w++) {
                order[w] = (long) -deficit[w] << 40 | (long) random.nextInt(1 << 20) << 20 | w;
            }
            Arrays.sort(order);
            for (int k = 0; k < worlds / 2; k++) {
                int column = (int) (order[k] & 0xFFFFF);
                set(bits, rows[r] * words, column);
                deficit[column]--;
            }
        }
        return bits;
    }

    /** Swaps 10/01 into 01/10 at random pairs of rows and columns wherever they show it. */
    private static void switchCheckerboards(long[] bits, int n, int worlds, RandomGenerator random) {
        int words = words(worlds);
        long attempts = (long) SWITCHES_PER_CELL * n * worlds;
        for (long k = 0; k < attempts; k++) {
            long draw = random.nextLong();
            int i = scale(draw >>> 32, n) * words;
            int j = scale(draw & 0xFFFFFFFFL, n) * words;
            draw = random.nextLong();
            int c = scale(draw >>> 32, worlds);
            int e = scale(draw & 0xFFFFFFFFL, worlds);
            int cWord = c >> 6;
            int eWord = e >> 6;
            long ic = bits[i + cWord] >>> c & 1;
            long ie = bits[i + eWord] >>> e & 1;
            if (ic != ie && (bits[j + cWord] >>> c & 1) == ie && (bits[j + eWord] >>> e & 1) == ic) {
                bits[i + cWord] ^= 1L << c;
                bits[i + eWord] ^= 1L << e;
                bits[j + cWord] ^= 1L << c;
                bits[j + eWord] ^= 1L << e;
            }
        }
    }

    /** For each world, forget sets of its members and slots of the others, in equal numbers. */
    private static short[] deal(boolean[] member, int n, int worlds, int forgetSets, RandomGenerator random) {
        short[] slot = new short[n * worlds];
        int size = n / 2 / forgetSets;
        for (int w = 0; w < worlds; w++) {
            int in = 0;
            int out = 0;
            for (int i : Permutation.random(n, random)) {
                int position = member[i * worlds + w] ? in++ : out++;
                slot[w * n + i] = (short) (position / size);
            }
        }
        return slot;
    }

    private static void set(long[] bits, int row, int column) {
        bits[row + (column >> 6)] |= 1L << column;
    }

    /** A 32-bit draw scaled to [0, bound); its bias of at most bound/2³² is far below what switches could show. */
    private static int scale(long draw, int bound) {
        return (int) ((draw * bound) >>> 32);
    }

    private void check(int world, int example) {
        require(world >= 0 && world < worlds, "The design has worlds 0…" + (worlds - 1) + ", not " + world);
        require(example >= 0 && example < examples, "The design has examples 0…" + (examples - 1) + ", not " + example);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
