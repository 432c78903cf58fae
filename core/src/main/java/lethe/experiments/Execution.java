package lethe.experiments;

import java.time.Duration;
import lethe.catalog.Require;

/**
 * How a plan is executed. Workers and checkpoints change nothing that is computed; threads and device change the last
 * digits and are therefore part of every step's identity.
 *
 * @param workers models trained at the same time
 * @param threads engine threads of each worker
 * @param device cpu, cuda, cuda:N or best
 * @param checkpoint the most work that a killed process loses in each worker
 */
public record Execution(int workers, int threads, String device, Duration checkpoint) {
    public Execution {
        Require.positive("workers", workers);
        Require.positive("threads", threads);
        Require.that(
                !checkpoint.isNegative() && !checkpoint.isZero(), "checkpoint must be positive, but is " + checkpoint);
    }

    /** One worker of one thread for each core: several small models learn faster than one after the other. */
    public Execution() {
        this(Runtime.getRuntime().availableProcessors(), 1, "cpu", Duration.ofMinutes(2));
    }
}
