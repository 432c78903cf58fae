package lethe.attacks;

/** How many models of a world the adversary can query. */
public enum Snapshots {
    /** One model: the unlearned one, or in the classic game the original. */
    AFTER,
    /** The original model and the one unlearned from it, as of a service that is queried before and after a deletion. */
    BEFORE_AND_AFTER
}
