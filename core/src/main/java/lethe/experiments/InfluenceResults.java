package lethe.experiments;

import java.util.List;
import java.util.Optional;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Residual;

/**
 * What an influence study found: by kind of model and group of targets, the share of influence that is left.
 *
 * @param title of the plan
 * @param planDigest of the plan
 * @param worlds repetitions that are finished
 * @param targets examples to forget
 * @param noise standard deviation over worlds of the loss of a target without influence, in nats
 * @param rows models, with look-alikes first, then of the control
 * @param frontier what is left against what it costs others and in time, where look-alikes stay, over all targets with
 *     look-alikes
 * @param courses how the share grows with the number of look-alikes
 * @param trends how the share changes with the level of the strata, where these have one, such as noise
 * @param each the targets one by one
 * @param failures what could not be measured, in words
 */
public record InfluenceResults(
        String title,
        String planDigest,
        int worlds,
        int targets,
        double noise,
        List<Row> rows,
        List<Choice> frontier,
        List<Course> courses,
        List<Trend> trends,
        List<Target> each,
        List<String> failures) {

    /** Models that learned everything. */
    public static final String ORIGINAL = "original";

    /** Models trained without the targets. */
    public static final String RETRAINED = "retrained";

    /** Models trained without the targets and their look-alikes. */
    public static final String INFLUENCE_FREE = "influence-free";

    /** Whether a kind of model claims to forget, so that it is tested against retraining; the others give the scale. */
    public static boolean isMethod(String model) {
        return !List.of(ORIGINAL, RETRAINED, INFLUENCE_FREE).contains(model);
    }

    /** The dose of a row over all targets that have look-alikes. */
    public static final int ANY = -1;

    /** The stratum of a row over targets of all strata. */
    public static final String ALL = "";

    /**
     * One kind of model on one group of targets.
     *
     * @param model the influence-free, the retrained, the original, or a method with its remedy
     * @param control whether look-alikes were replaced by unrelated examples
     * @param dose number of look-alikes k, the least of the group, or {@link #ANY}
     * @param upTo the most of the group: where numbers differ much, one goes from a power of two up to the next
     * @param stratum that the targets were drawn from, or {@link #ALL}
     * @param targets in the group
     * @param influence what targets and look-alikes taught, in nats of loss
     * @param loss share of it that is left
     * @param confidence the same in confidences exp(−loss), which no single target can dominate
     * @param heldOut the same in losses of look-alikes that no model learned; empty if there are none
     * @param gap how much more is left than after retraining, in shares of the loss
     * @param adjusted p-value of the gap, by Holm over all methods with this group and arm
     * @param area how surely such models can be told from models without influence, 0.5 for not at all
     * @param ratios likelihood ratios of such models against those without influence and against retraining, without
     *     that against themselves; empty with fewer than three worlds
     * @param writing what language models write; empty for images
     * @param collateral what else became of the models
     */
    public record Row(
            String model,
            boolean control,
            int dose,
            int upTo,
            String stratum,
            int targets,
            Estimate influence,
            Residual.Share loss,
            Residual.Share confidence,
            List<Residual.Share> heldOut,
            Estimate gap,
            double adjusted,
            Estimate area,
            List<Ratio> ratios,
            Optional<Recited> writing,
            Collateral collateral) {
        public Row {
            heldOut = List.copyOf(heldOut);
            ratios = List.copyOf(ratios);
        }

        /** How many look-alikes its targets have, in words such as {@code 4–7}. */
        public String number() {
            return dose == ANY ? "≥ 1" : upTo > dose ? dose + "–" + upTo : Integer.toString(dose);
        }

        /** Whether it is about all targets with look-alikes. */
        public boolean pooled() {
            return dose == ANY && stratum.equals(ALL);
        }
    }

    /**
     * What one model says of a target, judged by the densities of what two kinds of models say of it.
     *
     * @param against the kind that models are told from
     * @param auc how surely, all targets together; 0.5 for not at all
     * @param tpr share of models that are recognised where one in a hundred is mistaken
     * @param each Λ of each target in nats, mean over worlds; 0 is no evidence
     */
    public record Ratio(String against, Estimate auc, OperatingPoint tpr, List<Double> each) {
        public Ratio {
            each = List.copyOf(each);
        }
    }

    /**
     * Means over worlds.
     *
     * @param test accuracy on test examples
     * @param lookalikes accuracy on look-alikes in the training set, whose owners did not ask
     * @param lookalikeLoss their loss, in nats
     * @param rest accuracy on other remaining examples
     * @param thirdPartyLoss loss of look-alikes and others together, as many as are evaluated, in nats
     * @param found look-alikes that a detector found
     * @param forgotten examples that were forgotten although nobody asked, at most
     * @param seconds of training or unlearning
     */
    public record Collateral(
            Estimate test,
            double lookalikes,
            double lookalikeLoss,
            double rest,
            double thirdPartyLoss,
            double found,
            double forgotten,
            double seconds) {}

    /**
     * One kind of model among others: none is best by one number, but some are worse in everything.
     *
     * @param left share of the influence that is left; best is 0, and beyond what was taught counts like as much too little
     * @param told area by which a likelihood ratio of each target tells its models from those without influence; best is 0.5,
     *     and NaN with too few worlds to say
     * @param thirdPartyLoss of training examples that nobody asked to forget, look-alikes included, in nats
     * @param test accuracy on test examples
     * @param seconds of training or unlearning; 0 of the original, to which nothing is done
     * @param beatenBy a model that is no worse in any of the five and better in one, by these means alone; empty if there is
     *     none
     */
    public record Choice(
            String model,
            double left,
            double told,
            double thirdPartyLoss,
            double test,
            double seconds,
            String beatenBy) {}

    /**
     * How the share of the loss grows with the number of look-alikes.
     *
     * @param slope change each time 1 + k doubles
     * @param half k at which it reaches one half; −1 if it does not
     */
    public record Course(String model, boolean control, Estimate slope, double half) {}

    /**
     * How the share of the loss changes with the level of the strata, over the targets with look-alikes.
     *
     * @param slope change for each 0.1 of the level
     */
    public record Trend(String model, boolean control, Estimate slope) {}

    /**
     * How much of some texts language models say by heart, each a mean over texts and worlds, in [0, 1].
     *
     * @param extraction share of texts that are gone on with token by token, from the prompt or the first half
     * @param recall ROUGE-L recall of what is written then
     * @param memorization exact memorisation, see {@link lethe.metrics.Memorization#exact}
     * @param strength extraction strength, see {@link lethe.metrics.Memorization#extractionStrength}
     */
    public record ByHeart(Estimate extraction, Estimate recall, Estimate memorization, Estimate strength) {}

    /**
     * What language models write.
     *
     * @param targets of the targets themselves
     * @param heldOut of their look-alikes that no model learned: what is known beyond wording; empty if there are none
     * @param truth whether right answers are told from wrong ones; empty where the data has no wrong ones
     */
    public record Recited(ByHeart targets, Optional<ByHeart> heldOut, Optional<Truth> truth) {
        /** Whether truth ratios are those of another kind of model; empty of itself, or without truth ratios. */
        public Optional<Agreement> agreement(String against) {
            return truth.stream()
                    .flatMap(it -> it.agreements().stream())
                    .filter(it -> it.against().equals(against))
                    .findFirst();
        }
    }

    /**
     * Truth ratios of the targets, {@link lethe.metrics.TruthRatio#GEOMETRIC}.
     *
     * @param closeness mean min(R, 1/R), see {@link lethe.metrics.TruthRatio#closenessToOne}
     * @param questions targets that have wrong answers
     * @param agreements whether the ratios are those of models without influence and of retraining, without that with
     *     themselves
     */
    public record Truth(Estimate closeness, int questions, List<Agreement> agreements) {
        public Truth {
            agreements = List.copyOf(agreements);
        }
    }

    /**
     * Kolmogorov and Smirnov's test of the truth ratios of two models of one world; with retraining, TOFU's forget quality.
     *
     * @param against the other kind
     * @param statistic largest difference of the two distribution functions, mean over worlds
     * @param pValue twice the median over worlds, which is a p-value of all together whatever they share (Rüger, 1978)
     */
    public record Agreement(String against, double statistic, double pValue) {}

    /**
     * One target.
     *
     * @param control whether look-alikes were replaced by unrelated examples
     * @param dose number of its look-alikes
     * @param stratum that it was drawn from, or {@link #ALL}
     * @param influence what it and its look-alikes taught, in nats of loss, by Student over worlds
     * @param left of that, by kind of model
     */
    public record Target(String id, boolean control, int dose, String stratum, Estimate influence, List<Left> left) {
        public Target {
            left = List.copyOf(left);
        }
    }

    /**
     * What is left of the influence on one target.
     *
     * @param nats by which its loss is lower than without influence, by Student over worlds; a share is its quotient with
     *     the influence, where that is beyond doubt
     * @param extraction share of worlds in which it is gone on with token by token; NaN for images
     * @param truthRatio geometric mean over worlds; NaN where it has no wrong answers
     */
    public record Left(String model, Estimate nats, double extraction, double truthRatio) {}

    public InfluenceResults {
        rows = List.copyOf(rows);
        frontier = List.copyOf(frontier);
        courses = List.copyOf(courses);
        trends = List.copyOf(trends);
        each = List.copyOf(each);
        failures = List.copyOf(failures);
    }

    /** The results as JSON. */
    public String toJson() {
        return Json.pretty(this);
    }
}
