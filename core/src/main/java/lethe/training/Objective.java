package lethe.training;

import lethe.data.Batch;
import lethe.engine.Tensor;

/** What one step makes smaller. */
@FunctionalInterface
public interface Objective {
    /** The loss of a batch, a scalar that can be differentiated. */
    Tensor loss(Batch batch);
}
