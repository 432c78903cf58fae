package lethe.experiments;

import java.util.List;

/**
 * What one model of an influence study says, one line of {@code influence.jsonl}.
 *
 * @param key content address of everything the numbers depend on
 * @param world which repetition, from 0
 * @param control whether the training set had unrelated examples in the place of look-alikes
 * @param model what kind of model, or which method with which remedy
 * @param doses number of look-alikes of each target
 * @param losses cross-entropy of each target, in nats
 * @param heldOut mean cross-entropy of the look-alikes of each target that no model learned; empty if there are none
 * @param recitals how much of each target a language model says by heart; empty of images
 * @param heldOutRecitals the same of its look-alikes that no model learned, their mean; empty if there are none
 * @param truthRatios of each target, NaN of one without wrong answers; empty if none has any
 * @param lookalikes what is said of the look-alikes in the training set
 * @param rest what is said of the other remaining examples
 * @param testAccuracy share of the test examples that are classified correctly
 * @param found look-alikes that a detector found; 0 where nothing looks for them
 * @param forgotten examples that are forgotten although nobody asked, at most
 * @param seconds time of the training or unlearning alone
 * @param failure why there are no numbers, empty if there are
 */
record InfluenceRecord(
        String key,
        int world,
        boolean control,
        String model,
        List<Integer> doses,
        List<Double> losses,
        List<Double> heldOut,
        List<Recital> recitals,
        List<Recital> heldOutRecitals,
        List<Double> truthRatios,
        Group lookalikes,
        Group rest,
        double testAccuracy,
        int found,
        int forgotten,
        double seconds,
        String failure) {

    InfluenceRecord {
        doses = List.copyOf(doses);
        losses = List.copyOf(losses);
        heldOut = List.copyOf(heldOut);
        recitals = List.copyOf(recitals);
        heldOutRecitals = List.copyOf(heldOutRecitals);
        truthRatios = List.copyOf(truthRatios);
    }

    /**
     * What a model says of some examples.
     *
     * @param size how many there are
     * @param loss mean cross-entropy, 0 if there are none
     * @param accuracy share that is classified correctly, 0 if there are none
     */
    record Group(int size, double loss, double accuracy) {
        static final Group NONE = new Group(0, 0, 0);

        /** Both together; NONE if there are none. */
        Group with(Group other) {
            int all = size + other.size;
            return all == 0
                    ? NONE
                    : new Group(
                            all,
                            (size * loss + other.size * other.loss) / all,
                            (size * accuracy + other.size * other.accuracy) / all);
        }
    }

    /** A model that there are no numbers of. */
    static InfluenceRecord failed(
            String key, int world, boolean control, String model, List<Integer> doses, String failure) {
        return new InfluenceRecord(
                key,
                world,
                control,
                model,
                doses,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Group.NONE,
                Group.NONE,
                0,
                0,
                0,
                0,
                failure);
    }

    /** The same under another label. */
    InfluenceRecord labelled(String label) {
        return new InfluenceRecord(
                key,
                world,
                control,
                label,
                doses,
                losses,
                heldOut,
                recitals,
                heldOutRecitals,
                truthRatios,
                lookalikes,
                rest,
                testAccuracy,
                found,
                forgotten,
                seconds,
                failure);
    }

    boolean failed() {
        return !failure.isEmpty();
    }
}
