package lethe.attacks;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is told from whom. The positive class is always named first and never flipped, and this is the only place that
 * knows which values belong to it.
 *
 * <p>{@code IN^O} and {@code OUT^O} are values of members and others under the original model; {@code FOR^U},
 * {@code RET^U} and {@code OUT^U} those of forgotten members, remaining members and others under the unlearned one. In
 * each game every example supplies one value a world, which is positive exactly where it is a member.
 */
public enum Game {
    /** Classic membership in the original model: {@code IN^O} against {@code OUT^O}. */
    CLASSIC("G0") {
        @Override
        float value(WorldSignals signals, int cell, boolean member) {
            return signals.original(cell);
        }

        @Override
        int models(ShadowDesign design) {
            return 1;
        }

        @Override
        int model(ShadowDesign design, int world, int example) {
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
        float value(WorldSignals signals, int cell, boolean member) {
            return member ? signals.unlearned(cell) : signals.reference(cell);
        }

        @Override
        boolean negativesHaveTheirOwnModel() {
            return true;
        }
    },
    /** Privacy: forgotten against never seen, both under the unlearned model ({@code FOR^U} against {@code OUT^U}). */
    PRIVACY("G2") {
        @Override
        float value(WorldSignals signals, int cell, boolean member) {
            return signals.unlearned(cell);
        }
    },
    /** Exposure of those who stayed: retained against never seen ({@code RET^U} against {@code OUT^U}). */
    RETAINED("G3") {
        @Override
        float value(WorldSignals signals, int cell, boolean member) {
            return member ? signals.retained(cell) : signals.unlearned(cell);
        }

        @Override
        int model(ShadowDesign design, int world, int example) {
            return design.isMember(world, example) ? design.retainedSlot(world, example) : design.slot(world, example);
        }
    };

    private final String code;

    Game(String code) {
        this.code = code;
    }

    /** The short name used in tables, G0 to G3. */
    public String code() {
        return code;
    }

    /** The value that the cell (example, world) contributes. */
    abstract float value(WorldSignals signals, int cell, boolean member);

    /** Whether negatives are observed under another model than positives. */
    boolean negativesHaveTheirOwnModel() {
        return false;
    }

    /** The number of models in each world. */
    int models(ShadowDesign design) {
        return design.forgetSets();
    }

    /** Which of them the value of {@code example} in {@code world} is from. */
    int model(ShadowDesign design, int world, int example) {
        return design.slot(world, example);
    }

    /** What the adversary sees; empty for {@link #RETAINED} where each world has one forget set and thus none retained. */
    public Optional<Observations> observe(WorldSignals signals) {
        if (!signals.games().contains(this)) {
            return Optional.empty();
        }
        ShadowDesign design = signals.design();
        boolean[] member = design.memberMatrix();
        float[] values = new float[member.length];
        float[] neverSeen = negativesHaveTheirOwnModel() ? new float[member.length] : values;
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = value(signals, cell, member[cell]);
            if (neverSeen != values) {
                neverSeen[cell] = signals.unlearned(cell);
            }
        }
        return Optional.of(new Observations(
                this,
                signals.signal(),
                design.worlds(),
                values,
                member,
                neverSeen,
                models(design),
                (world, example) -> model(design, world, example),
                Map.of()));
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
