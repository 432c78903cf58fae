package lethe.experiments;

import java.util.List;

/**
 * What a run would do.
 *
 * @param rows one a kind of work: the training of originals, then each method
 * @param seconds wall time of all that is to be done with the plan's workers; NaN if not measured
 * @param bytes disk that will be needed in addition
 */
public record Forecast(List<Row> rows, double seconds, long bytes) {
    public Forecast {
        rows = List.copyOf(rows);
    }

    /**
     * One kind of work.
     *
     * @param label {@code "original"} or a method's label
     * @param todo steps never done
     * @param reused steps whose results are there
     * @param stale steps whose results are there for other inputs
     * @param reason what changed, for stale steps; otherwise empty
     * @param secondsEach time of one step on one worker; NaN if not measured
     */
    public record Row(String label, int todo, int reused, int stale, String reason, double secondsEach) {}
}
