package lethe.attacks;

import java.nio.FloatBuffer;
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
    private static final int TOGETHER = 16; // worlds written at once, whose floats fill a cache line of each row

    private final Room room;
    private final ShadowDesign design;
    private final Signal signal;
    private final FloatBuffer original; // (n × T), as are all
    private final FloatBuffer unlearned;
    private final FloatBuffer retained; // empty with a single forget set; unused where the example is not a member
    private final FloatBuffer reference; // unused where the example is a member
    private final int[] classOf; // empty where all examples count as one class
    private final List<WorldSignals> furtherQueries;

    private WorldSignals(
            Room room,
            ShadowDesign design,
            Signal signal,
            FloatBuffer original,
            FloatBuffer unlearned,
            FloatBuffer retained,
            FloatBuffer reference,
            int[] classOf,
            List<WorldSignals> furtherQueries) {
        this.room = room;
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
                room, design, signal, original, unlearned, retained, reference, labels.clone(), furtherQueries);
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
                room, design, signal, original, unlearned, retained, reference, classOf, List.copyOf(further));
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
                room,
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

    private FloatBuffer rows(FloatBuffer values, int[] chosen) {
        int worlds = design.worlds();
        if (values.capacity() == 0) {
            return values;
        }
        FloatBuffer found = room.floats(Math.multiplyExact(chosen.length, worlds));
        for (int k = 0; k < chosen.length; k++) {
            found.put(k * worlds, values, chosen[k] * worlds, worlds);
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

    /**
     * Where tables of n × T values are kept: on the heap, or outside of it where they would fill it.
     *
     * @see FloatBuffer#allocate
     */
    @FunctionalInterface
    public interface Room {
        /** A new buffer of so many zeros. */
        FloatBuffer floats(int count);
    }

    /** Reads every model once, in world order, and keeps the values on the heap. */
    public static WorldSignals read(ShadowDesign design, Signal signal, Source source) {
        return read(design, signal, source, FloatBuffer::allocate);
    }

    /** Reads every model once, in world order. What games observe of these values is kept in {@code room} as well. */
    public static WorldSignals read(ShadowDesign design, Signal signal, Source source, Room room) {
        int n = design.examples();
        int worlds = design.worlds();
        boolean anyRetained = design.forgetSets() > 1;
        boolean[] member = design.memberMatrix();
        var original = new Columns(room, n, worlds);
        var unlearned = new Columns(room, n, worlds);
        var retained = new Columns(room, anyRetained ? n : 0, worlds);
        var reference = new Columns(room, n, worlds);
        for (int w = 0; w < worlds; w++) {
            String model = "the original model of world " + w;
            float[] values = checked(source.original(w), n, model);
            for (int i = 0; i < n; i++) {
                original.set(i, w, values[i]);
                reference.set(i, w, values[i]);
            }
            for (int f = 0; f < design.forgetSets(); f++) {
                values = checked(
                        source.unlearned(w, f), n, "the model unlearned from forget set " + f + " of world " + w);
                for (int i = 0; i < n; i++) {
                    if (design.slot(w, i) == f) {
                        unlearned.set(i, w, values[i]);
                    } else if (anyRetained && member[i * worlds + w] && design.retainedSlot(w, i) == f) {
                        retained.set(i, w, values[i]);
                    }
                }
                Optional<float[]> retrained = source.retrained(w, f);
                if (retrained.isPresent()) {
                    values = checked(
                            retrained.get(), n, "the model retrained without forget set " + f + " of world " + w);
                    for (int i = 0; i < n; i++) {
                        if (design.slot(w, i) == f) {
                            reference.set(i, w, values[i]);
                        }
                    }
                }
            }
            for (Columns table : List.of(original, unlearned, retained, reference)) {
                table.finish(w);
            }
        }
        return new WorldSignals(
                room,
                design,
                signal,
                original.table,
                unlearned.table,
                retained.table,
                reference.table,
                new int[0],
                List.of());
    }

    /** A table (n × T) that is filled world by world, but written some worlds at a time. */
    private static final class Columns {
        final FloatBuffer table;
        private final int worlds;
        private final float[] latest; // (n × TOGETHER)

        Columns(Room room, int examples, int worlds) {
            this.table = room.floats(examples * worlds);
            this.worlds = worlds;
            this.latest = new float[Math.multiplyExact(examples, TOGETHER)];
        }

        void set(int example, int world, float value) {
            latest[example * TOGETHER + world % TOGETHER] = value;
        }

        /** Says that no more values of {@code world} follow, nor of those before it. */
        void finish(int world) {
            int count = world % TOGETHER + 1;
            if (count < TOGETHER && world < worlds - 1) {
                return;
            }
            int first = world + 1 - count;
            for (int i = 0; i < latest.length / TOGETHER; i++) {
                table.put(i * worlds + first, latest, i * TOGETHER, count);
            }
            Arrays.fill(latest, 0);
        }
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

    /** Where what is derived from these values is kept. */
    Room room() {
        return room;
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
        return original.get(cell);
    }

    /** Under the unlearned model of the example's own forget set or slot. */
    float unlearned(int cell) {
        return unlearned.get(cell);
    }

    /** Of a member, under the model that forgot others. */
    float retained(int cell) {
        return retained.get(cell);
    }

    /** Of an example never seen, under a retrained model, or under the original one where there is none. */
    float reference(int cell) {
        return reference.get(cell);
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
