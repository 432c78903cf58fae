package lethe.scores;

import java.util.List;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;

/**
 * What an audit of given numbers found, and what it could not look for.
 *
 * @param source where the numbers were read from
 * @param given what they are
 * @param examples number of examples
 * @param worlds number of worlds, 1 for a single model
 * @param models those that have values in each world
 * @param fprs false-positive rates of every played attack's points
 * @param played every attack in every game that the data allow, game by game
 * @param refused what the data do not allow, and why
 * @param measures numbers that are no attack
 * @param notes what a reader should know
 */
public record ScoresResults(
        String source,
        Given given,
        int examples,
        int worlds,
        List<ModelKind> models,
        List<Double> fprs,
        List<Played> played,
        List<Refused> refused,
        List<Measure> measures,
        List<String> notes) {
    public ScoresResults {
        models = List.copyOf(models);
        fprs = List.copyOf(fprs);
        played = List.copyOf(played);
        refused = List.copyOf(refused);
        measures = List.copyOf(measures);
        notes = List.copyOf(notes);
    }

    /** What an interval counts as independent. */
    public enum Basis {
        /** Examples, the one model being given. */
        EXAMPLES,
        /** Worlds alone: a mean over them. */
        WORLDS,
        /** Worlds and examples, resampled together. */
        WORLDS_AND_EXAMPLES
    }

    /**
     * One attack in one game.
     *
     * @param game G0 to G5d
     * @param sides positive against negative class in words
     * @param model the model attacked
     * @param role what its numbers are for: {@code "audited"}, {@code "floor"}, {@code "ceiling"} or {@code "control"}
     * @param attack catalogue name of the attack
     * @param perExample whether its decision is tailored to each example
     * @param inHalves whether it was taught on one half of a model's examples to judge the other
     * @param signal what it read
     * @param auc area under the curve
     * @param points true-positive rates at the reported false-positive rates
     * @param positives number of scored positives, in each world where the basis is worlds
     * @param negatives the same of negatives
     * @param basis what the intervals count
     */
    public record Played(
            String game,
            String sides,
            ModelKind model,
            String role,
            String attack,
            boolean perExample,
            boolean inHalves,
            String signal,
            Estimate auc,
            List<OperatingPoint> points,
            long positives,
            long negatives,
            Basis basis) {
        public Played {
            points = List.copyOf(points);
        }
    }

    /**
     * What was not played.
     *
     * @param games the games it concerns
     * @param attack catalogue name, or {@code "every attack"}
     * @param reason what is missing
     */
    public record Refused(List<String> games, String attack, String reason) {
        public Refused {
            games = List.copyOf(games);
        }
    }

    /**
     * A number that is no attack.
     *
     * @param name what it is
     * @param model the model it describes
     * @param value the number with its interval; unbounded where there is none
     */
    public record Measure(String name, ModelKind model, Estimate value) {}
}
