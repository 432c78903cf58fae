package lethe.training;

/** How the learning rate changes while training runs. */
public interface Schedule {
    /**
     * What the peak learning rate is multiplied with.
     *
     * @param step steps already taken, from 0
     * @param steps all steps of the training
     * @param epochs all epochs of the training
     */
    double factor(long step, long steps, int epochs);

    /** The peak learning rate throughout. */
    static Schedule constant() {
        return new ConstantRate();
    }
}
