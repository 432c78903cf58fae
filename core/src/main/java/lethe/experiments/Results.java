package lethe.experiments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Prequential;
import lethe.claims.Stratum;
import lethe.data.TextSet;
import lethe.influence.Lookalikes;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.Residual;

/**
 * Everything a finished run found. The report, the tables and the JSON are drawn from this alone.
 *
 * @param title the plan's title
 * @param planDigest digest of the resolved plan
 * @param planYaml the resolved plan, every default filled in
 * @param environment versions, device, threads and commit, by name
 * @param data what was learned and what was to be forgotten
 * @param design the shared shadow design
 * @param methods one entry a method, retrain (the floor) first, identity (the ceiling) second
 * @param examples the audit pool, in pool order
 * @param seconds wall time spent on all steps, including those of earlier sittings
 * @param anytime what was known after every world, if the plan asked for that
 * @param lookalikes of the examples to forget among those that stay, if some were found
 * @param influence how much of what these taught is left in each method's models, if that could be measured
 */
public record Results(
        String title,
        String planDigest,
        String planYaml,
        Map<String, String> environment,
        DataSummary data,
        DesignSummary design,
        List<MethodResult> methods,
        List<PoolExample> examples,
        double seconds,
        Optional<AnytimeSummary> anytime,
        Optional<Lookalikes> lookalikes,
        Optional<InfluenceLeft> influence) {

    public Results {
        environment = Map.copyOf(environment);
        methods = List.copyOf(methods);
        examples = List.copyOf(examples);
    }

    /** Results of a plan that asked for all its worlds, without look-alikes. */
    public Results(
            String title,
            String planDigest,
            String planYaml,
            Map<String, String> environment,
            DataSummary data,
            DesignSummary design,
            List<MethodResult> methods,
            List<PoolExample> examples,
            double seconds) {
        this(
                title,
                planDigest,
                planYaml,
                environment,
                data,
                design,
                methods,
                examples,
                seconds,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The influence of examples to forget that have look-alikes, and the share of it that is left.
     *
     * @param targets such examples in the audit pool
     * @param measured those of which worlds with and without influence are known
     * @param lookalikes that stay, mean over worlds and measured targets
     * @param free label of the method whose models have no influence: it retrains without look-alikes too; empty if these
     *     are the worlds that happen to have learned neither a target nor its look-alikes
     * @param influence what targets and look-alikes taught together, in nats of loss, mean over targets
     * @param shares one entry for each method that did not diverge
     */
    public record InfluenceLeft(
            int targets,
            int measured,
            double lookalikes,
            String free,
            Estimate influence,
            List<InfluenceShare> shares) {
        public InfluenceLeft {
            shares = List.copyOf(shares);
        }
    }

    /**
     * The influence left in one method's models.
     *
     * @param label of the method
     * @param left share of the influence on losses; 0 is none, 1 all that the original has
     * @param confidence the same in confidences exp(−loss), which no single example can dominate
     * @param gap how much more is left than after retraining, in shares of the loss
     */
    public record InfluenceShare(String label, Residual.Share left, Residual.Share confidence, Estimate gap) {}

    /**
     * The data.
     *
     * @param name catalogue name of the data set
     * @param classes class names in label order
     * @param train training examples
     * @param test test examples
     * @param forget examples to forget in the deployed model
     * @param digest digest over ids, labels and contents of the training set
     */
    public record DataSummary(String name, List<String> classes, int train, int test, int forget, String digest) {
        public DataSummary {
            classes = List.copyOf(classes);
        }

        /** Whether examples are texts, which have no classes to tell apart. */
        public boolean ofTexts() {
            return classes.equals(TextSet.CLASSES);
        }
    }

    /**
     * The shared shadow design.
     *
     * @param worlds independent worlds T; of an audit that was stopped early, those that count
     * @param pool audit examples n
     * @param forgetSize examples in each forget set s
     * @param forgetSets forget sets in each world F
     * @param background training examples outside the pool in each world
     */
    public record DesignSummary(int worlds, int pool, int forgetSize, int forgetSets, int background) {}

    /**
     * An audit that was looked at after every world. If it was stopped early, there are no attacks on worlds each as the
     * target in turn, for the design is balanced over all planned worlds only.
     *
     * @param margin how large a difference of areas was tolerated
     * @param first worlds that served as references only
     * @param planned worlds of the plan
     * @param worlds worlds looked at; those done beyond them do not count
     * @param standings of every method but exact retraining
     */
    public record AnytimeSummary(double margin, int first, int planned, int worlds, List<Standing> standings) {
        public AnytimeSummary {
            standings = List.copyOf(standings);
        }

        /** Whether worlds that were planned were not needed. */
        public boolean stoppedEarly() {
            return worlds < planned;
        }
    }

    /**
     * What was known about a method when it was decided, or last.
     *
     * @param label of the method
     * @param decision what is known
     * @param worlds worlds used, the first ones included
     * @param advantage mean difference of the two areas, with an interval that holds however often one looks
     * @param auc mean area within a world, by references from the worlds before it
     * @param retrainAuc the same of exact retraining under the same attack
     * @param advantages the differences of the areas, world by world
     */
    public record Standing(
            String label,
            Prequential.Decision decision,
            int worlds,
            Estimate advantage,
            double auc,
            double retrainAuc,
            List<Double> advantages) {
        public Standing {
            advantages = List.copyOf(advantages);
        }
    }

    /**
     * One unlearning method.
     *
     * @param name catalogue name
     * @param label readable name, unique in the run
     * @param settings every hyper-parameter by name
     * @param source citation
     * @param work what it reads and how much it computes
     * @param accuracy accuracies over the worlds
     * @param trajectory accuracies after each epoch, empty unless the plan asks for them
     * @param deployed the model trained on all training data and asked to forget the user's examples
     * @param confidences histograms of the true-class probability over [0, 1] before and after, all worlds pooled
     * @param attacks every attack in every game
     * @param comparisons per-example against population attacks
     * @param vulnerability of each pool example
     * @param strata groups of pool examples; empty where there are too few worlds to form any, and in results that were
     *     written before there were strata
     * @param verdict the fixed words
     * @param canaries every attack in every game against the canaries alone; where there are some, all other numbers are of
     *     the other examples, but for {@code vulnerability}, which is each example's own
     * @param writing what the deployed model writes, if it is a language model; empty too in results of runs from before
     *     models were let write
     * @param distance to exact retraining in numbers that are no attack; empty where there is nothing to compare, and in
     *     results that were written before there was any
     */
    public record MethodResult(
            String name,
            String label,
            Map<String, Object> settings,
            String source,
            Work work,
            Accuracy accuracy,
            List<Moment> trajectory,
            Deployed deployed,
            Confidences confidences,
            List<AttackResult> attacks,
            List<Comparison> comparisons,
            List<lethe.attacks.ExampleVulnerability> vulnerability,
            List<Stratum> strata,
            Verdict verdict,
            List<AttackResult> canaries,
            Optional<Writing> writing,
            Optional<Distance> distance) {
        public MethodResult {
            settings = Map.copyOf(settings);
            trajectory = List.copyOf(trajectory);
            attacks = List.copyOf(attacks);
            comparisons = List.copyOf(comparisons);
            vulnerability = List.copyOf(vulnerability);
            strata = List.copyOf(strata);
            canaries = List.copyOf(canaries);
        }

        /** A method of a plan without canaries, whose models do not write. */
        public MethodResult(
                String name,
                String label,
                Map<String, Object> settings,
                String source,
                Work work,
                Accuracy accuracy,
                List<Moment> trajectory,
                Deployed deployed,
                Confidences confidences,
                List<AttackResult> attacks,
                List<Comparison> comparisons,
                List<lethe.attacks.ExampleVulnerability> vulnerability,
                List<Stratum> strata,
                Verdict verdict) {
            this(
                    name,
                    label,
                    settings,
                    source,
                    work,
                    accuracy,
                    trajectory,
                    deployed,
                    confidences,
                    attacks,
                    comparisons,
                    vulnerability,
                    strata,
                    verdict,
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * How far the models of a method are from retrained ones. None is an attack, and none is 0 (or 1) for retraining either:
     * the floor's own numbers are those of retrained models against others that never saw the example, of another world,
     * whose other examples differ too.
     *
     * @param forgetDivergence mean Jensen–Shannon divergence (nats) between predictions on forgotten examples, of models of
     *     the same world and forget set
     * @param testDivergence the same on test examples
     * @param forgetActivation mean Euclidean distance between these predictions, the activation distance
     * @param testActivation the same on test examples
     * @param quality the score of the NeurIPS 2023 challenge with its floor; empty below eight worlds
     * @param qualityWithUtility the score times the shares of retained and test accuracy that are left; NaN without
     * @param examples positions in the pool of the examples whose ε {@code quality} holds
     * @param zeroRetrain zero-retrain forgetting (ZRF): 1 less the mean divergence, in bits, from models of fresh weights on
     *     forgotten examples, see {@link lethe.metrics.RetrainDistance#zeroRetrainForgetting}; those of other worlds where
     *     these are the method's own. Empty unless the plan has the method {@code untrained}, and of texts
     * @param relearning how soon its models learn again what they forgot; empty unless the plan asks for it
     */
    public record Distance(
            Estimate forgetDivergence,
            Estimate testDivergence,
            Estimate forgetActivation,
            Estimate testActivation,
            Optional<ForgettingQuality> quality,
            double qualityWithUtility,
            List<Integer> examples,
            Optional<Estimate> zeroRetrain,
            Optional<Relearning> relearning) {
        public Distance {
            examples = List.copyOf(examples);
        }
    }

    /**
     * How soon models know again what they forgot, over world × forget set.
     *
     * @param steps median number of steps, infinite where it exceeds the budget
     * @param budget steps after which a model was given up
     * @param runs worlds × forget sets
     * @param unfinished those that were given up
     * @param loss mean of the losses τ that had to be reached
     * @param sooner share of runs that took fewer steps than retraining in the same world and forget set did, as many
     *     counting half
     */
    public record Relearning(Estimate steps, int budget, int runs, int unfinished, double loss, Estimate sooner) {}

    /**
     * Accuracies, fractions, as means over world × forget set with intervals over worlds.
     *
     * @param forget on the forget set (not its complement)
     * @param retain on the remaining training data
     * @param test on the test set
     * @param averageGap mean absolute difference to retrain of forget, retain and test accuracy and of the area of
     *     {@code gapAttack} in the privacy game, averaged per run first, then over runs
     * @param gapAttack the attack whose area enters the gap: RMIA where the plan lists it, as in the tables of AMUN,
     *     otherwise the first population attack; empty if no area enters
     * @param seconds time of one unlearning
     * @param retrainSeconds time of one retraining in the same worlds
     * @param runs every world × forget set, in order; empty if one of them diverged
     */
    public record Accuracy(
            Estimate forget,
            Estimate retain,
            Estimate test,
            Estimate averageGap,
            String gapAttack,
            Estimate seconds,
            double retrainSeconds,
            List<Run> runs) {
        public Accuracy {
            runs = List.copyOf(runs);
        }
    }

    /**
     * One forget set of one world.
     *
     * @param world counted from 0
     * @param set counted from 0
     * @param forget accuracy on the forget set
     * @param retain accuracy on the remaining training data
     * @param test accuracy on the test set
     * @param auc area of {@link Accuracy#gapAttack} in the privacy game, over all forget sets of the world; NaN if none
     * @param gap as {@link Accuracy#averageGap}, NaN without retraining
     */
    public record Run(int world, int set, double forget, double retain, double test, double auc, double gap) {}

    /**
     * What a method reads and how much it computes.
     *
     * @param readsForget whether it reads the forget set
     * @param readsRetain whether it reads the remaining data
     * @param exact whether its result is distributed as that of retraining
     * @param epochs expected work in training epochs of the original, without searches
     */
    public record Work(boolean readsForget, boolean readsRetain, boolean exact, double epochs) {}

    /**
     * Accuracies and area after one epoch, as means over world × forget set with intervals over worlds.
     *
     * @param epoch from 1, counted through all stages of the method; for sequential requests the number of requests served
     * @param auc area of {@link Accuracy#gapAttack} in the privacy game, over all forget sets of a world
     */
    public record Moment(int epoch, Estimate forget, Estimate retain, Estimate test, Estimate auc) {}

    /**
     * The deployed model after unlearning.
     *
     * @param modelFile path of its weights, relative to the run directory
     * @param modelDigest SHA-256 of that file
     * @param forgetAccuracy fraction
     * @param retainAccuracy fraction
     * @param testAccuracy fraction
     * @param seconds unlearning time
     */
    public record Deployed(
            String modelFile,
            String modelDigest,
            double forgetAccuracy,
            double retainAccuracy,
            double testAccuracy,
            double seconds) {}

    /**
     * Counts in equal bins of the true-class probability.
     *
     * @param forgetBefore forget examples under the original model
     * @param retainBefore retained training examples under the original model
     * @param testBefore test examples under the original model
     * @param forgetAfter forget examples under the unlearned model
     * @param retainAfter retained training examples under the unlearned model
     * @param testAfter test examples under the unlearned model
     */
    public record Confidences(
            List<Integer> forgetBefore,
            List<Integer> retainBefore,
            List<Integer> testBefore,
            List<Integer> forgetAfter,
            List<Integer> retainAfter,
            List<Integer> testAfter) {}

    /**
     * An audit example.
     *
     * @param id stable example id
     * @param label class index
     * @param picture PNG as a data URI, empty where the example is no picture
     * @param inForgetSet whether the user asked for it to be forgotten
     * @param canary whether its label was made wrong on purpose or is known to be wrong
     */
    public record PoolExample(String id, int label, String picture, boolean inForgetSet, boolean canary) {}
}
