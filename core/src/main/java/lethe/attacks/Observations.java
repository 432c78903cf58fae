package lethe.attacks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the adversary of one game sees: of each example one labelled value a world, half of them positive.
 *
 * <p>Each world is the target in turn. Its values are scored with references from the other worlds only, the same number
 * {@code K = T/2 − 1} of both classes: from the class that the target is not in, one more world is left out. Otherwise
 * the number of references would betray the label.
 */
public final class Observations {
    private final Game game;
    private final Signal signal;
    private final int worlds;
    private final float[] values; // (n × T)
    private final boolean[] positive; // (n × T), T/2 true in each row
    private final float[] neverSeen; // (n × T), used where the example is not a member
    private final int models;
    private final ModelOf modelOf;
    private final Map<Signal, Observations> others;

    /** Which of a world's models gave a value. */
    interface ModelOf {
        int model(int world, int example);
    }

    /** Values of one model in each world. */
    Observations(Game game, Signal signal, int worlds, float[] values, boolean[] positive) {
        this(game, signal, worlds, values, positive, values, 1, (world, example) -> 0, Map.of());
    }

    Observations(
            Game game,
            Signal signal,
            int worlds,
            float[] values,
            boolean[] positive,
            float[] neverSeen,
            int models,
            ModelOf modelOf,
            Map<Signal, Observations> others) {
        this.game = game;
        this.signal = signal;
        this.worlds = worlds;
        this.values = values;
        this.positive = positive;
        this.neverSeen = neverSeen;
        this.models = models;
        this.modelOf = modelOf;
        this.others = others;
    }

    /**
     * Observations that were made elsewhere than in a {@link ShadowDesign}, for {@link Audit#play}.
     *
     * @param worlds number T of worlds, even
     * @param values (n × T) of each signal, example by example
     * @param positive (n × T), true in T/2 of each row
     * @param neverSeen (n × T) of each signal; {@link #neverSeen}
     * @throws IllegalArgumentException if a row is not balanced
     */
    public static Observations of(
            Game game, int worlds, Map<Signal, float[]> values, boolean[] positive, Map<Signal, float[]> neverSeen) {
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
        List<Observations> bySignal = values.entrySet().stream()
                .map(each -> new Observations(
                        game,
                        each.getKey(),
                        worlds,
                        each.getValue(),
                        positive,
                        neverSeen.getOrDefault(each.getKey(), each.getValue()),
                        1,
                        (world, example) -> 0,
                        Map.of()))
                .toList();
        return bySignal.get(0).with(bySignal);
    }

    /** The game observed. */
    public Game game() {
        return game;
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
        return new Observations(game, signal, worlds, values, positive, neverSeen, models, modelOf, bySignal);
    }

    /** The number n of examples. */
    public int examples() {
        return values.length / worlds;
    }

    /** The number T of worlds. */
    public int worlds() {
        return worlds;
    }

    /** References of each class for one target, {@code T/2 − 1}. */
    public int shadowsPerClass() {
        return worlds / 2 - 1;
    }

    /** The label to be guessed. */
    public boolean isPositive(int example, int world) {
        return positive[example * worlds + world];
    }

    /** The value observed. */
    public double value(int example, int world) {
        return values[example * worlds + world];
    }

    /** The number of models a world has in this game, one for each forget set or a single one. */
    public int models() {
        return models;
    }

    /** Which of its world's models gave this value, in 0…{@link #models()} − 1. */
    public int model(int example, int world) {
        return modelOf.model(world, example);
    }

    /**
     * The value of a negative example under that model of its number that the positives are under. An attack may compare
     * a target with such values of other examples: its population, which the adversary knows not to be members.
     */
    public double neverSeen(int example, int world) {
        return neverSeen[example * worlds + world];
    }

    /** Whether {@link #neverSeen} differs from {@link #value}, the negatives having a model of their own. */
    boolean negativesHaveTheirOwnModel() {
        return neverSeen != values;
    }

    /** The worlds whose values of {@code example} are positive references against the target {@code world}. */
    public int[] positiveWorlds(int example, int world) {
        return referenceWorlds(example, world, true);
    }

    /** The worlds whose values of {@code example} are negative references against the target {@code world}. */
    public int[] negativeWorlds(int example, int world) {
        return referenceWorlds(example, world, false);
    }

    /** Positive reference values of {@code example} for the target {@code world}. */
    public double[] positives(int example, int world) {
        return at(example, positiveWorlds(example, world));
    }

    /** Negative reference values of {@code example} for the target {@code world}. */
    public double[] negatives(int example, int world) {
        return at(example, negativeWorlds(example, world));
    }

    /** The same with the classes exchanged. */
    public Observations swapped() {
        boolean[] negated = new boolean[positive.length];
        for (int cell = 0; cell < negated.length; cell++) {
            negated[cell] = !positive[cell];
        }
        return new Observations(game, signal, worlds, values, negated, values, models, modelOf, others);
    }

    /** All labels (n × T), shared with the package. */
    boolean[] labels() {
        return positive;
    }

    /** The number of the world, among those of the other class, that is left out against this target. */
    int leftOut(int example, int world) {
        return Scatter.below(worlds / 2, example, world);
    }

    private int[] referenceWorlds(int example, int world, boolean wanted) {
        int[] chosen = new int[shadowsPerClass()];
        int row = example * worlds;
        int dropped = positive[row + world] == wanted ? -1 : leftOut(example, world);
        int seen = 0;
        int count = 0;
        for (int w = 0; w < worlds; w++) {
            if (w != world && positive[row + w] == wanted && seen++ != dropped) {
                chosen[count++] = w;
            }
        }
        return chosen;
    }

    private double[] at(int example, int[] chosen) {
        double[] found = new double[chosen.length];
        for (int k = 0; k < found.length; k++) {
            found[k] = values[example * worlds + chosen[k]];
        }
        return found;
    }
}
