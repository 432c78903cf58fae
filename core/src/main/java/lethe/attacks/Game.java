package lethe.attacks;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.metrics.Blocks;

/**
 * Who is told from whom. The positive class is always named first and never flipped, and this is the only place that
 * knows which values belong to it.
 *
 * <p>{@code IN^O} and {@code OUT^O} are values of members and others under the original model; {@code FOR^U},
 * {@code RET^U} and {@code OUT^U} those of forgotten members, remaining members and others under the unlearned one. Of
 * each example a game has T values, T/2 of each class and never two of one class from one world. In most there is one of
 * each world, positive exactly where the example is a member; where both classes are members, there are two of each world
 * that it is a member of.
 */
public enum Game {
    /** Classic membership in the original model: {@code IN^O} against {@code OUT^O}. */
    CLASSIC("G0") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return signals.original(cell);
        }

        @Override
        int models(ShadowDesign design) {
            return 1;
        }

        @Override
        int model(ShadowDesign design, int world, int example, boolean positive) {
            return 0;
        }
    },
    /**
     * Efficacy: unlearned against retrained, {@code FOR^U} against {@code OUT^R}: a retrained model that never saw an
     * example is distributed like one from which it was removed by retraining. Where no retrained models are given,
     * {@code OUT^O} stands for them; those models have learned from a few examples more.
     */
    EFFICACY("G1") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return positive ? signals.unlearned(cell) : signals.reference(cell);
        }

        @Override
        boolean negativesHaveTheirOwnModel() {
            return true;
        }
    },
    /** Privacy: forgotten against never seen, both under the unlearned model ({@code FOR^U} against {@code OUT^U}). */
    PRIVACY("G2") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return signals.unlearned(cell);
        }
    },
    /** Exposure of those who stayed: retained against never seen ({@code RET^U} against {@code OUT^U}). */
    RETAINED("G3") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return positive ? signals.retained(cell) : signals.unlearned(cell);
        }

        @Override
        int model(ShadowDesign design, int world, int example, boolean positive) {
            return positive ? design.retainedSlot(world, example) : design.slot(world, example);
        }

        @Override
        boolean observesRetained() {
            return true;
        }
    },
    /**
     * Deletion detection: forgotten against retained, both under unlearned models ({@code FOR^U} against {@code RET^U}).
     * Whoever can tell has learned who asked for deletion.
     */
    DELETION("G4") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return positive ? signals.unlearned(cell) : signals.retained(cell);
        }

        @Override
        int model(ShadowDesign design, int world, int example, boolean positive) {
            return positive ? design.slot(world, example) : design.retainedSlot(world, example);
        }

        @Override
        boolean observesRetained() {
            return true;
        }

        @Override
        Layout layout(ShadowDesign design) {
            return Layout.twoOfEachMemberWorld(design.memberMatrix(), design.worlds());
        }
    },
    /** {@link #PRIVACY} to an observer of both models: pairs {@code (φ(O), φ(U))} of the forgotten and the never seen. */
    SNAPSHOTS("G5") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return PRIVACY.value(signals, cell, positive);
        }

        @Override
        public Snapshots snapshots() {
            return Snapshots.BEFORE_AND_AFTER;
        }
    },
    /** {@link #DELETION} to an observer of both models: pairs {@code (φ(O), φ(U))} of the forgotten and the retained. */
    SNAPSHOTS_DELETION("G5d") {
        @Override
        float value(WorldSignals signals, int cell, boolean positive) {
            return DELETION.value(signals, cell, positive);
        }

        @Override
        int model(ShadowDesign design, int world, int example, boolean positive) {
            return DELETION.model(design, world, example, positive);
        }

        @Override
        boolean observesRetained() {
            return true;
        }

        @Override
        Layout layout(ShadowDesign design) {
            return DELETION.layout(design);
        }

        @Override
        public Snapshots snapshots() {
            return Snapshots.BEFORE_AND_AFTER;
        }
    };

    private static final int BLOCK = 1 << 10; // examples worth another thread

    private final String code;

    Game(String code) {
        this.code = code;
    }

    /** The short name used in tables, G0 to G5d. */
    public String code() {
        return code;
    }

    /** What the adversary must have queried to play. */
    public Snapshots snapshots() {
        return Snapshots.AFTER;
    }

    /** The value from one world, at {@code cell} = example · T + world. */
    abstract float value(WorldSignals signals, int cell, boolean positive);

    /** Whether negatives are observed under another model than positives. */
    boolean negativesHaveTheirOwnModel() {
        return false;
    }

    /** Whether a class is of members that stay, of whom there are none where each world has one forget set. */
    boolean observesRetained() {
        return false;
    }

    /** Which world each value of a row is from. */
    Layout layout(ShadowDesign design) {
        return Layout.oneOfEachWorld(design.worlds());
    }

    /** The number of models in each world. */
    int models(ShadowDesign design) {
        return design.forgetSets();
    }

    /** Which of them a value of {@code example} in {@code world} is from. */
    int model(ShadowDesign design, int world, int example, boolean positive) {
        return design.slot(world, example);
    }

    /** What the adversary sees; empty where a class is of retained members and each world has one forget set. */
    public Optional<Observations> observe(WorldSignals signals) {
        if (!signals.games().contains(this)) {
            return Optional.empty();
        }
        ShadowDesign design = signals.design();
        int worlds = design.worlds();
        Layout layout = layout(design);
        boolean[] positive = design.memberMatrix();
        WorldSignals.Room room = signals.room();
        FloatBuffer values = room.floats(positive.length);
        FloatBuffer neverSeen = negativesHaveTheirOwnModel() ? room.floats(positive.length) : values;
        FloatBuffer before = snapshots() == Snapshots.AFTER ? values : room.floats(positive.length);
        Blocks.forEach(design.examples(), BLOCK, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int c = 0; c < worlds; c++) {
                    int cell = i * worlds + c;
                    int source = i * worlds + layout.world(i, c);
                    values.put(cell, value(signals, source, positive[cell]));
                    if (neverSeen != values) {
                        neverSeen.put(cell, signals.unlearned(source));
                    }
                    if (before != values) {
                        before.put(cell, signals.original(source));
                    }
                }
            }
        });
        var context = new Observations.Context(
                this,
                layout,
                models(design),
                (i, c) -> model(design, layout.world(i, c), i, positive[i * worlds + c]),
                signals.classOf());
        List<Observations> queries = signals.furtherQueries().stream()
                .map(query -> observe(query).orElseThrow())
                .toList();
        return Optional.of(
                new Observations(context, signals.signal(), values, positive, neverSeen, before, Map.of(), queries));
    }

    /** What the adversary of several signals of one design sees: {@link Observations} of the first, which know the rest. */
    public Optional<Observations> observe(List<WorldSignals> signals) {
        return observe(signals.get(0))
                .map(first -> first.with(signals.stream()
                        .skip(1)
                        .map(each -> observe(each).orElseThrow())
                        .toList()));
    }
}
