package lethe.unlearning;

/** A method whose loss is one on the forget set weighed against one on the retain set, see {@link ForgetRetain}. */
interface ForgetRetainMethod extends UnlearningMethod {
    /** The settings that all such methods have. */
    ForgetRetain frame();

    @Override
    default boolean suitsTexts() {
        return true;
    }

    @Override
    default double cost(double forgetShare, int trainingEpochs) {
        return frame().cost(forgetShare);
    }
}
