package lethe.attacks;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One signal of one unlearning method in every world of a design, reduced to what the games read: of each example in
 * each world its value under the original model, under the unlearned model of its own forget set or slot, and, where it
 * is a member and there are two forget sets, under one model that forgot others.
 *
 * <p>Keeping one value a world is deliberate: the models unlearned from one original are not independent, and counting
 * them all would feign more evidence than there is.
 */
public final class WorldSignals {
    private final ShadowDesign design;
    private final Signal signal;
    private final float[] original; // (n × T), as are all
    private final float[] unlearned;
    private final float[] retained; // empty with a single forget set; unused where the example is not a member
    private final float[] reference; // unused where the example is a member
    private final int[] classOf; // empty where all examples count as one class
    private final List<WorldSignals> furtherQueries;

    private WorldSignals(
            ShadowDesign design,
            Signal signal,
            float[] original,
            float[] unlearned,
            float[] retained,
            float[] reference,
            int[] classOf,
            List<WorldSignals> furtherQueries) {
        this.design = design;
        this.signal = signal;
        this.original = original;
        this.unlearned = unlearned;
        this.retained = retained;
        this.reference = reference;
        this.classOf = classOf;
        this.furtherQueries = furtherQueries;
    }

    /** The same with the label of each audit example, for attacks that treat classes apart. */
    public WorldSignals withClasses(int[] labels) {
        requireLength("labels", labels.length, design.examples());
        return new WorldSignals(
                design, signal, original, unlearned, retained, reference, labels.clone(), furtherQueries);
    }

    /** The same with the values of further versions of the examples, in the order in which every model is queried. */
    public WorldSignals withQueries(List<WorldSignals> further) {
        for (WorldSignals query : further) {
            if (query.design != design || query.signal != signal) {
                throw new IllegalArgumentException("Queries of " + signal.label()
                        + " must follow its design and be of the same signal, but one is of " + query.signal.label());
            }
        }
        return new WorldSignals(
                design, signal, original, unlearned, retained, reference, classOf, List.copyOf(further));
    }

    /**
     * The values of some of the examples.
     *
     * @param chosen examples, ascending
     * @param part what the design says about these, {@link ShadowDesign#of}; one for all signals of an audit
     */
    public WorldSignals select(int[] chosen, ShadowDesign part) {
        requireLength("chosen examples", chosen.length, part.examples());
        return new WorldSignals(
                part,
                signal,
                rows(original, chosen),
                rows(unlearned, chosen),
                rows(retained, chosen),
                rows(reference, chosen),
                classOf.length == 0
                        ? classOf
                        : Arrays.stream(chosen).map(i -> classOf[i]).toArray(),
                furtherQueries.stream().map(query -> query.select(chosen, part)).toList());
    }

    private float[] rows(float[] values, int[] chosen) {
        int worlds = design.worlds();
        float[] found = new float[values.length == 0 ? 0 : chosen.length * worlds];
        for (int k = 0; found.length > 0 && k < chosen.length; k++) {
            System.arraycopy(values, chosen[k] * worlds, found, k * worlds, worlds);
        }
        return found;
    }

    /** Where the values come from, one model at a time, so that not all have to be in memory at once. */
    public interface Source {
        /** Values of all n audit examples under the original model of {@code world}. */
        float[] original(int world);

        /** Values of all n audit examples after unlearning forget set {@code set} in {@code world}. */
        float[] unlearned(int world, int set);

        /**
         * Values of all n audit examples under the model retrained without forget set {@code set} of {@code world}, where
         * there is one. Without it, the original model stands for it, which has learned from as many examples more as the
         * forget set holds.
         */
        default Optional<float[]> retrained(int world, int set) {
            return Optional.empty();
        }
    }

    /** Reads every model once, in world order. */
    public static WorldSignals read(ShadowDesign design, Signal signal, Source source) {
        int n = design.examples();
        int worlds = design.worlds();
        boolean anyRetained = design.forgetSets() > 1;
        float[] original = new float[n * worlds];
        float[] unlearned = new float[n * worlds];
        float[] retained = new float[anyRetained ? n * worlds : 0];
        float[] reference = new float[n * worlds];
        boolean[] member = design.memberMatrix();
        for (int w = 0; w < worlds; w++) {
            String model = "the original model of world " + w;
            float[] values = checked(source.original(w), n, model);
            for (int i = 0; i < n; i++) {
                original[i * worlds + w] = values[i];
                reference[i * worlds + w] = values[i];
            }
            for (int f = 0; f < design.forgetSets(); f++) {
                values = checked(
                        source.unlearned(w, f), n, "the model unlearned from forget set " + f + " of world " + w);
                for (int i = 0; i < n; i++) {
                    if (design.slot(w, i) == f) {
                        unlearned[i * worlds + w] = values[i];
                    } else if (anyRetained && member[i * worlds + w] && design.retainedSlot(w, i) == f) {
                        retained[i * worlds + w] = values[i];
                    }
                }
                Optional<float[]> retrained = source.retrained(w, f);
                if (retrained.isPresent()) {
                    values = checked(
                            retrained.get(), n, "the model retrained without forget set " + f + " of world " + w);
                    for (int i = 0; i < n; i++) {
                        if (design.slot(w, i) == f) {
                            reference[i * worlds + w] = values[i];
                        }
                    }
                }
            }
        }
        return new WorldSignals(design, signal, original, unlearned, retained, reference, new int[0], List.of());
    }

    /**
     * The same from arrays.
     *
     * @param original (T × n)
     * @param unlearned (T × F × n)
     */
    public static WorldSignals of(ShadowDesign design, Signal signal, float[][] original, float[][][] unlearned) {
        requireLength("original models", original.length, design.worlds());
        requireLength("worlds of unlearned models", unlearned.length, design.worlds());
        for (float[][] world : unlearned) {
            requireLength("unlearned models in a world", world.length, design.forgetSets());
        }
        return read(design, signal, new Source() {
            @Override
            public float[] original(int world) {
                return original[world];
            }

            @Override
            public float[] unlearned(int world, int set) {
                return unlearned[world][set];
            }
        });
    }

    /** The design these values follow. */
    public ShadowDesign design() {
        return design;
    }

    /** The signal these values are of. */
    public Signal signal() {
        return signal;
    }

    /** The label of each example, shared with the package; empty where all count as one class. */
    int[] classOf() {
        return classOf;
    }

    /** The same of further versions of the examples. */
    List<WorldSignals> furtherQueries() {
        return furtherQueries;
    }

    /** Under the original model. */
    float original(int cell) {
        return original[cell];
    }

    /** Under the unlearned model of the example's own forget set or slot. */
    float unlearned(int cell) {
        return unlearned[cell];
    }

    /** Of a member, under the model that forgot others. */
    float retained(int cell) {
        return retained[cell];
    }

    /** Of an example never seen, under a retrained model, or under the original one where there is none. */
    float reference(int cell) {
        return reference[cell];
    }

    /** The games that this design can play. */
    public List<Game> games() {
        return Arrays.stream(Game.values())
                .filter(game -> design.forgetSets() > 1 || !game.observesRetained())
                .toList();
    }

    private static float[] checked(float[] values, int examples, String model) {
        if (values.length != examples) {
            throw new IllegalArgumentException("Under " + model + " there are " + values.length
                    + " values, but the audit pool has " + examples + " examples");
        }
        for (int i = 0; i < examples; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("Under " + model + " the signal of example " + i + " is " + values[i]
                        + "; the model has diverged or its logits overflowed");
            }
        }
        return values;
    }

    private static void requireLength(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException("There are " + found + " " + what + ", but the design has " + expected);
        }
    }
}
