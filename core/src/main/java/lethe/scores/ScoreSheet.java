package lethe.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lethe.attacks.Signal;

/**
 * Values of examples under models, as their owner gave them: for each world what became of every example, and for each
 * of its models the signals, at four bytes each. A single model is a world of its own.
 *
 * <p>φ of a probability that was rounded to 0 or 1 is infinite. It is replaced by one just beyond the most extreme finite
 * one, which keeps the order; the number of such values is a {@link #notes note}.
 */
public final class ScoreSheet {
    private static final int MODELS = ModelKind.values().length;
    private static final byte ABSENT = -1;

    /** φ of 1 − 2⁻²⁴, the largest probability below 1 in single precision. */
    private static final double LARGEST_PHI = 24 * Math.log(2);

    private final Given given;
    private final List<String> worlds;
    private final int examples;
    private final byte[][] membership; // (T × n)
    private final Map<Signal, float[][][]> signals; // (T × models × n), NaN where absent, empty where no value is
    private final Map<Integer, float[]>[] forgottenLogits; // (T · models), by example
    private final int[] labels; // (n), −1 where unknown, empty where no label is given
    private final List<String> notes;

    private ScoreSheet(Builder builder, List<String> notes) {
        this.given = builder.given;
        this.worlds = List.copyOf(builder.worlds);
        this.examples = builder.examples;
        this.membership = builder.membership.toArray(byte[][]::new);
        this.signals = new EnumMap<>(Signal.class);
        builder.signals.forEach((signal, values) -> signals.put(signal, values.toArray(float[][][]::new)));
        this.forgottenLogits = cast(builder.forgottenLogits.toArray(Map[]::new));
        this.labels = builder.anyLabel ? Arrays.copyOf(builder.labels, examples) : new int[0];
        this.notes = List.copyOf(notes);
    }

    @SuppressWarnings("unchecked") // arrays of generic type cannot be made
    private static Map<Integer, float[]>[] cast(Map<?, ?>[] maps) {
        return (Map<Integer, float[]>[]) maps;
    }

    /** What the numbers were. */
    public Given given() {
        return given;
    }

    /** The names of the worlds. */
    public List<String> worlds() {
        return worlds;
    }

    /** The number n of examples. */
    public int examples() {
        return examples;
    }

    /** What whoever reads the results should know about the numbers. */
    public List<String> notes() {
        return notes;
    }

    /** Whether {@code model} has values in each world. */
    public boolean has(ModelKind model) {
        for (int w = 0; w < worlds.size(); w++) {
            if (values(Signal.PHI, w, model).length == 0) {
                return false;
            }
        }
        return true;
    }

    /** Examples that are {@code wanted} in {@code world} and have a value under every one of {@code models}, ascending. */
    int[] examples(int world, Membership wanted, ModelKind... models) {
        int[] found = new int[membership[world].length];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            boolean there = membership[world][i] == wanted.ordinal();
            for (ModelKind model : models) {
                there &= has(i, world, model);
            }
            if (there) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Whether {@code example} is {@code wanted} in {@code world}. */
    boolean is(int example, int world, Membership wanted) {
        return example < membership[world].length && membership[world][example] == wanted.ordinal();
    }

    /** Whether {@code example} has a value under a model. */
    boolean has(int example, int world, ModelKind model) {
        float[] values = values(Signal.PHI, world, model);
        return example < values.length && !Float.isNaN(values[example]);
    }

    /** The signal of an example that {@link #has} one. */
    double value(Signal signal, int example, int world, ModelKind model) {
        if (given != Given.LOGITS && signal != Signal.PHI) {
            double phi = values(Signal.PHI, world, model)[example];
            double negativeLoss = phi > 0 ? -Math.log1p(Math.exp(-phi)) : phi - Math.log1p(Math.exp(phi));
            return signal == Signal.NEG_LOSS ? negativeLoss : Math.exp(negativeLoss);
        }
        return values(signal, world, model)[example];
    }

    /** The class of an example, or −1 where no label was given. */
    int label(int example) {
        return labels.length == 0 ? -1 : labels[example];
    }

    /** All logits of a forgotten example; empty unless they were given. */
    float[] forgottenLogits(int example, int world, ModelKind model) {
        return forgottenLogits[world * MODELS + model.ordinal()].getOrDefault(example, new float[0]);
    }

    private float[] values(Signal signal, int world, ModelKind model) {
        float[][][] all = signals.get(signal);
        if (all == null) {
            throw new IllegalArgumentException("The table was read for " + signals.keySet() + ", not for " + signal);
        }
        return all[world][model.ordinal()];
    }

    /** Collects values in any order. */
    static final class Builder {
        private final Given given;
        private final List<String> worlds = new ArrayList<>();
        private final List<byte[]> membership = new ArrayList<>();
        private final Map<Signal, List<float[][]>> signals = new EnumMap<>(Signal.class);
        private final List<Map<Integer, float[]>> forgottenLogits = new ArrayList<>();
        private int[] labels = new int[0];
        private boolean anyLabel;
        private int examples;
        private long values;

        /**
         * A sheet of such numbers.
         *
         * @param wanted signals to compute from logits; from other numbers only φ is kept
         */
        Builder(Given given, Set<Signal> wanted) {
            this.given = given;
            signals.put(Signal.PHI, new ArrayList<>());
            if (given == Given.LOGITS) {
                wanted.forEach(signal -> signals.put(signal, new ArrayList<>()));
            }
        }

        /** Adds a world and returns its number. */
        int world(String name) {
            worlds.add(name);
            membership.add(new byte[0]);
            signals.values().forEach(list -> list.add(new float[MODELS][0]));
            for (int m = 0; m < MODELS; m++) {
                forgottenLogits.add(new HashMap<>());
            }
            return worlds.size() - 1;
        }

        /** Adds the value of an example under a model, given as one number. */
        void add(int example, int world, ModelKind model, Membership set, double value) {
            enter(example, world, model, set);
            double phi = given.phi(value);
            if (Double.isNaN(phi) || Math.abs(value) > Float.MAX_VALUE) {
                throw new IllegalArgumentException("a finite number in the range of single precision");
            }
            put(Signal.PHI, example, world, model, (float) phi);
        }

        /** Adds the logits of an example under a model. */
        void add(int example, int world, ModelKind model, Membership set, double[] logits, int label) {
            enter(example, world, model, set);
            for (Signal signal : signals.keySet()) {
                put(signal, example, world, model, (float) signal.signal(logits, label));
            }
            if (set == Membership.FORGET) {
                float[] kept = new float[logits.length];
                for (int c = 0; c < kept.length; c++) {
                    kept[c] = (float) logits[c];
                }
                forgottenLogits.get(world * MODELS + model.ordinal()).put(example, kept);
            }
        }

        /** Says which class an example is of. */
        void label(int example, int label) {
            if (example >= labels.length) {
                int old = labels.length;
                labels = Arrays.copyOf(labels, grown(example));
                Arrays.fill(labels, old, labels.length, -1);
            }
            if (labels[example] >= 0 && labels[example] != label) {
                throw new IllegalArgumentException("one label for each example; another row of it has a different one");
            }
            labels[example] = label;
            anyLabel = true;
        }

        /** The finished sheet; the builder must not be used afterwards. */
        ScoreSheet build() {
            List<String> notes = new ArrayList<>();
            roundedProbabilities(notes);
            return new ScoreSheet(this, notes);
        }

        /**
         * The finished sheet of values that were all added as those of an unlearned model, without its being said: where
         * nothing is to be forgotten they are an original's.
         */
        ScoreSheet buildOneModel() {
            boolean forgets = false;
            for (byte[] sets : membership) {
                for (byte set : sets) {
                    forgets |= set == Membership.FORGET.ordinal();
                }
            }
            if (!forgets) {
                for (List<float[][]> ofSignal : signals.values()) {
                    for (float[][] models : ofSignal) {
                        models[ModelKind.ORIGINAL.ordinal()] = models[ModelKind.UNLEARNED.ordinal()];
                        models[ModelKind.UNLEARNED.ordinal()] = new float[0];
                    }
                }
            }
            return build();
        }

        private void enter(int example, int world, ModelKind model, Membership set) {
            byte[] sets = membership.get(world);
            if (example >= sets.length) {
                int old = sets.length;
                sets = Arrays.copyOf(sets, grown(example));
                Arrays.fill(sets, old, sets.length, ABSENT);
                membership.set(world, sets);
            }
            if (sets[example] != ABSENT && sets[example] != set.ordinal()) {
                throw new IllegalArgumentException("one set for each example of a world; another row of it says "
                        + Membership.values()[sets[example]].word());
            }
            float[] known = phi(world)[model.ordinal()];
            if (example < known.length && !Float.isNaN(known[example])) {
                throw new IllegalArgumentException("each example once under each model; it is there a second time"
                        + " under the " + model.word() + " model (several forget sets of one original are several"
                        + " tables, not rows of one)");
            }
            sets[example] = (byte) set.ordinal();
            examples = Math.max(examples, example + 1);
            values++;
        }

        private float[][] phi(int world) {
            List<float[][]> all = signals.get(Signal.PHI);
            if (all == null) {
                throw new IllegalStateException("φ is always kept");
            }
            return all.get(world);
        }

        private void put(Signal signal, int example, int world, ModelKind model, float value) {
            float[][] ofWorld =
                    signals.getOrDefault(signal, Collections.emptyList()).get(world);
            float[] values = ofWorld[model.ordinal()];
            if (example >= values.length) {
                int old = values.length;
                values = Arrays.copyOf(values, grown(example));
                Arrays.fill(values, old, values.length, Float.NaN);
                ofWorld[model.ordinal()] = values;
            }
            values[example] = value;
        }

        private static int grown(int example) {
            return Math.max(16, example + 1 + (example >> 1));
        }

        private void roundedProbabilities(List<String> notes) {
            double least = -LARGEST_PHI;
            double most = LARGEST_PHI;
            int rounded = 0;
            for (int w = 0; w < worlds.size(); w++) {
                for (float[] values : phi(w)) {
                    for (float value : values) {
                        rounded += Float.isInfinite(value) ? 1 : 0;
                        if (Float.isFinite(value)) {
                            least = Math.min(least, value);
                            most = Math.max(most, value);
                        }
                    }
                }
            }
            if (rounded == 0) {
                return;
            }
            float low = (float) (least - Math.log(2));
            float high = (float) (most + Math.log(2));
            for (int w = 0; w < worlds.size(); w++) {
                for (float[] values : phi(w)) {
                    for (int i = 0; i < values.length; i++) {
                        if (Float.isInfinite(values[i])) {
                            values[i] = values[i] > 0 ? high : low;
                        }
                    }
                }
            }
            notes.add(rounded + " of " + values + " values are of a probability rounded to 0 or 1 and tie; logits would"
                    + " tell them apart, and low false-positive rates depend on it");
        }
    }
}
