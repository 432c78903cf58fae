package lethe.training;

import lethe.data.Dataset;
import lethe.models.Architecture;
import lethe.models.Model;

/**
 * An architecture whose models learn in a way of their own, such as an ensemble whose members must not see each other's
 * examples. A {@link Trainer} leaves their training to it.
 */
public interface SelfTaught extends Architecture {
    /** Trains a fresh model; the same arguments, seed of the trial included, give the same bits. */
    Model fit(Recipe recipe, Dataset data, Trial trial);
}
