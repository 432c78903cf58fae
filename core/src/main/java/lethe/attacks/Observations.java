package lethe.attacks;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the adversary of one game sees: of each example T labelled values, half of them positive, one in each column of its
 * row. In most games column {@code w} is of world {@code w}; {@link #world} says which it is of in all.
 *
 * <p>Each world is the target in turn. Its values are scored with references from the other worlds only, the same number
 * {@code K = T/2 − 1} of both classes: from the class that the target is not in, one more column is left out. Otherwise
 * the number of references would betray the label. Where a world gives an example two values, one of each class, the
 * column left out is the other of the two.
 */
public final class Observations {
    private final Context context;
    private final Signal signal;
    private final int worlds;
    private final FloatBuffer values; // (n × T)
    private final boolean[] positive; // (n × T), T/2 true in each row
    private final FloatBuffer neverSeen; // (n × T), used where the example is not a member
    private final FloatBuffer before; // (n × T), the values themselves where one model is observed
    private final Map<Signal, Observations> others;
    private final List<Observations> furtherQueries;

    /** Which of a world's models gave a value. */
    interface ModelOf {
        int model(int example, int column);
    }

    /**
     * What all signals and queries of one game share.
     *
     * @param classOf label of each example, empty where all count as one class
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Context(Game game, Layout layout, int models, ModelOf modelOf, int[] classOf) {}

    /** Values of one model in each world. */
    Observations(Game game, Signal signal, int worlds, float[] values, boolean[] positive) {
        this(game, signal, Layout.oneOfEachWorld(worlds), values, positive, values);
    }

    /** Values of one model in each world, beside those of the same examples under its original. */
    Observations(Game game, Signal signal, Layout layout, float[] values, boolean[] positive, float[] before) {
        this(game, signal, layout, FloatBuffer.wrap(values), positive, FloatBuffer.wrap(before));
    }

    private Observations(
            Game game, Signal signal, Layout layout, FloatBuffer values, boolean[] positive, FloatBuffer before) {
        this(
                new Context(game, layout, 1, (example, column) -> 0, new int[0]),
                signal,
                values,
                positive,
                values,
                before,
                Map.of(),
                List.of());
    }

    Observations(
            Context context,
            Signal signal,
            FloatBuffer values,
            boolean[] positive,
            FloatBuffer neverSeen,
            FloatBuffer before,
            Map<Signal, Observations> others,
            List<Observations> furtherQueries) {
        this.context = context;
        this.signal = signal;
        this.worlds = context.layout().worlds;
        this.values = values;
        this.positive = positive;
        this.neverSeen = neverSeen;
        this.before = before;
        this.others = others;
        this.furtherQueries = furtherQueries;
    }

    /**
     * Observations that were made elsewhere than in a {@link ShadowDesign}, for {@link Audit#play}.
     *
     * @param worlds number T of worlds, even; column w of a row is of world w
     * @param values (n × T) of each signal, example by example
     * @param positive (n × T), true in T/2 of each row
     * @param neverSeen (n × T) of each signal, {@link #neverSeen}; empty where it is the values
     * @param before (n × T) of each signal, {@link #before()}; empty where the game shows one model
     * @throws IllegalArgumentException if a row is not balanced
     */
    public static Observations of(
            Game game,
            int worlds,
            Map<Signal, float[]> values,
            boolean[] positive,
            Map<Signal, float[]> neverSeen,
            Map<Signal, float[]> before) {
        for (int row = 0; row < positive.length; row += worlds) {
            int count = 0;
            for (int w = 0; w < worlds; w++) {
                count += positive[row + w] ? 1 : 0;
            }
            if (2 * count != worlds) {
                throw new IllegalArgumentException("Example " + row / worlds + " is positive in " + count + " of "
                        + worlds + " worlds, expected half of them: unequal numbers of references betray the label");
            }
        }
        return ofCells(game, worlds, values, positive, neverSeen, before);
    }

    /**
     * Models of two kinds, one of each kind in each of S worlds, say something of the same examples. Both values of a world
     * are left out together, so that neither is scored with references that share its world.
     *
     * @param positives of the kind to be recognised, world by world, (S × n)
     * @param negatives of the other kind, laid out alike
     * @return rows of 2·S values, positive ones first, each half in the order of worlds
     */
    public static Observations paired(Signal signal, float[][] positives, float[][] negatives) {
        int worlds = positives.length;
        int examples = positives[0].length;
        float[] values = new float[examples * 2 * worlds];
        boolean[] positive = new boolean[values.length];
        for (int i = 0; i < examples; i++) {
            for (int w = 0; w < worlds; w++) {
                int cell = i * 2 * worlds + w;
                values[cell] = positives[w][i];
                positive[cell] = true;
                values[cell + worlds] = negatives[w][i];
            }
        }
        Layout layout = Layout.twoOfEachMemberWorld(positive, 2 * worlds);
        return new Observations(Game.PRIVACY, signal, layout, values, positive, values);
    }

    /** The same without the demand that rows be balanced, which attacks that judge by references rely on. */
    static Observations ofCells(
            Game game,
            int worlds,
            Map<Signal, float[]> values,
            boolean[] positive,
            Map<Signal, float[]> neverSeen,
            Map<Signal, float[]> before) {
        var context = new Context(game, Layout.oneOfEachWorld(worlds), 1, (example, column) -> 0, new int[0]);
        List<Observations> bySignal = values.keySet().stream()
                .map(signal -> {
                    // Where nothing else is given it is the values themselves, not a copy: attacks ask which it is.
                    FloatBuffer own = FloatBuffer.wrap(Objects.requireNonNull(values.get(signal)));
                    return new Observations(
                            context,
                            signal,
                            own,
                            positive,
                            Optional.ofNullable(neverSeen.get(signal))
                                    .map(FloatBuffer::wrap)
                                    .orElse(own),
                            Optional.ofNullable(before.get(signal))
                                    .map(FloatBuffer::wrap)
                                    .orElse(own),
                            Map.of(),
                            List.of());
                })
                .toList();
        return bySignal.get(0).with(bySignal);
    }

    /** The game observed. */
    public Game game() {
        return context.game();
    }

    /** The signal observed. */
    public Signal signal() {
        return signal;
    }

    /** The same game by another signal that the attack reads. */
    public Observations of(Signal other) {
        Observations found = other == signal ? this : others.get(other);
        if (found == null) {
            throw new IllegalArgumentException("The observations are of " + signal.label() + " and "
                    + others.keySet().stream().map(Signal::label).toList() + ", but not of " + other.label());
        }
        return found;
    }

    /** The same with other signals of the same game beside it. */
    Observations with(List<Observations> more) {
        Map<Signal, Observations> bySignal = new EnumMap<>(Signal.class);
        more.forEach(each -> bySignal.put(each.signal, each));
        return new Observations(context, signal, values, positive, neverSeen, before, bySignal, furtherQueries);
    }

    /** The same game and signal by each query of the examples, the examples themselves first. */
    public List<Observations> queries() {
        return Stream.concat(Stream.of(this), furtherQueries.stream()).toList();
    }

    /** The same with answers to further queries beside it. */
    Observations withQueries(List<Observations> further) {
        return new Observations(context, signal, values, positive, neverSeen, before, others, List.copyOf(further));
    }

    /**
     * The signal of the same examples under the original models, labelled and laid out alike.
     *
     * @throws IllegalStateException if the game shows one model only
     */
    public Observations before() {
        if (game().snapshots() != Snapshots.BEFORE_AND_AFTER) {
            throw new IllegalStateException(
                    "Game " + game().code() + " shows one model; only G5 and G5d show that from before unlearning too");
        }
        return withValues(before);
    }

    /** Other values (n × T) in the place of these. */
    Observations withValues(float[] replaced) {
        return withValues(FloatBuffer.wrap(replaced));
    }

    private Observations withValues(FloatBuffer replaced) {
        return new Observations(context, signal, replaced, positive, replaced, before, others, List.of());
    }

    /** The number n of examples. */
    public int examples() {
        return values.capacity() / worlds;
    }

    /** The number T of worlds. */
    public int worlds() {
        return worlds;
    }

    /** References of each class for one target, {@code T/2 − 1}. */
    public int shadowsPerClass() {
        return worlds / 2 - 1;
    }

    /** The world that the value in this column of the example's row is of. */
    public int world(int example, int column) {
        return context.layout().world(example, column);
    }

    /** The positions example · T + column of all values of {@code world}, n in number. */
    public int[] cells(int world) {
        return cells(IntStream.range(0, examples()).toArray(), world);
    }

    /** The positions of the values of {@code world} that these examples have. */
    int[] cells(int[] examples, int world) {
        return context.layout().cells(examples, world);
    }

    /** The label to be guessed. */
    public boolean isPositive(int example, int column) {
        return positive[example * worlds + column];
    }

    /** The value observed. */
    public double value(int example, int column) {
        return values.get(example * worlds + column);
    }

    /** The number of classes that examples are stratified by. */
    public int classes() {
        return 1 + Arrays.stream(context.classOf()).max().orElse(0);
    }

    /** The class of {@code example}, 0 where all count as one. */
    public int classOf(int example) {
        return context.classOf().length == 0 ? 0 : context.classOf()[example];
    }

    /** The number of models a world has in this game, one for each forget set or a single one. */
    public int models() {
        return context.models();
    }

    /** Which of its world's models gave this value, in 0…{@link #models()} − 1. */
    public int model(int example, int column) {
        return context.modelOf().model(example, column);
    }

    /**
     * The value of a negative example under that model of its number that the positives are under. An attack may compare
     * a target with such values of other examples: its population, which the adversary knows not to be members.
     */
    public double neverSeen(int example, int column) {
        return neverSeen.get(example * worlds + column);
    }

    /** Whether {@link #neverSeen} differs from {@link #value}, the negatives having a model of their own. */
    boolean negativesHaveTheirOwnModel() {
        return neverSeen != values;
    }

    /** The columns whose values of {@code example} are positive references against the target in {@code column}. */
    public int[] positiveColumns(int example, int column) {
        return referenceColumns(example, column, true);
    }

    /** The columns whose values of {@code example} are negative references against the target in {@code column}. */
    public int[] negativeColumns(int example, int column) {
        return referenceColumns(example, column, false);
    }

    /** Positive reference values of {@code example} for the target in {@code column}. */
    public double[] positives(int example, int column) {
        return at(example, positiveColumns(example, column));
    }

    /** Negative reference values of {@code example} for the target in {@code column}. */
    public double[] negatives(int example, int column) {
        return at(example, negativeColumns(example, column));
    }

    /** The same with the classes exchanged. */
    public Observations swapped() {
        boolean[] negated = new boolean[positive.length];
        for (int cell = 0; cell < negated.length; cell++) {
            negated[cell] = !positive[cell];
        }
        List<Observations> queries =
                furtherQueries.stream().map(Observations::swapped).toList();
        return new Observations(context, signal, values, negated, values, before, others, queries);
    }

    /** All labels (n × T), shared with the package. */
    boolean[] labels() {
        return positive;
    }

    /** The number of the column, among those of the other class, that is left out against this target. */
    int leftOut(int example, int column) {
        return context.layout().leftOut(example, column);
    }

    private int[] referenceColumns(int example, int column, boolean wanted) {
        int[] chosen = new int[shadowsPerClass()];
        int row = example * worlds;
        int dropped = positive[row + column] == wanted ? -1 : leftOut(example, column);
        int seen = 0;
        int count = 0;
        for (int w = 0; w < worlds; w++) {
            if (w != column && positive[row + w] == wanted && seen++ != dropped) {
                chosen[count++] = w;
            }
        }
        return chosen;
    }

    private double[] at(int example, int[] chosen) {
        double[] found = new double[chosen.length];
        for (int k = 0; k < found.length; k++) {
            found[k] = values.get(example * worlds + chosen[k]);
        }
        return found;
    }
}
