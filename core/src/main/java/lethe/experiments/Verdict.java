package lethe.experiments;

import lethe.metrics.Estimate;

/** The outcome of an audit of one method, in fixed words. */
public sealed interface Verdict {
    /** The words printed, never varied. */
    String words();

    /** What the words rest on, one sentence with its numbers. */
    String reason();

    /** No attack separates forgotten from never-seen examples better than it does after exact retraining. */
    record Indistinguishable(String reason) implements Verdict {
        @Override
        public String words() {
            return "indistinguishable from retrained at this power";
        }
    }

    /** An attack still recognises forgotten examples, whose signals look like those of members. */
    record Distinguishable(Estimate auc, Estimate floor, String reason) implements Verdict {
        @Override
        public String words() {
            return "distinguishable";
        }
    }

    /** Forgotten examples give themselves away by looking less like members than examples never seen. */
    record OverUnlearned(Estimate auc, Estimate floor, String reason) implements Verdict {
        @Override
        public String words() {
            return "over-unlearned";
        }
    }

    /** Too few worlds or examples to tell. */
    record Inconclusive(String reason) implements Verdict {
        @Override
        public String words() {
            return "inconclusive";
        }
    }
}
