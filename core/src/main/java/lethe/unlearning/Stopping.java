package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.metrics.LogSumExp;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Progress;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * Another method in short rounds, between which a rule decides what is still to be forgotten. Examples forget at
 * different rates, so a single stopping time leaves some half forgotten and pushes others too far; these are the obvious
 * remedies, there to be examined rather than recommended.
 *
 * <pre>
 *   θ_0 = θ_o, A_1 = D_F;   θ_r = unlearn(θ_{r−1}; forget A_r, retain D_R),   A_{r+1} = rule(θ_r),   r = 1 … R
 *   φ_i = log(p_y / (1 − p_y));   τ_i = median of φ over the examples of D_V that have the class of i
 *
 *   fixed            A_r = D_F
 *   global           A_r = D_F until the mean loss on D_F is at least that on D_V, then ∅
 *   median           i leaves for good once φ_i ≤ τ_i
 *   misclassified    i leaves for good once its label has not the largest logit
 *   reweighted       ⌈n_F / 2⌉ examples drawn without replacement, with probabilities in proportion to max(0, φ_i − τ_i)
 *   hardest-first    D_F in buckets by half-life, each with R rounds of its own that end at mean φ ≤ mean τ
 *   hardest-last     likewise, in reverse
 * </pre>
 *
 * <p>Examples outside A_r are neither forgotten nor learned in round r. The half-life is the first round of {@code fixed},
 * run beforehand from θ_o and discarded, after which (φ_i − τ_i) is at most half of what it was; examples that never get
 * there are the hardest. An example whose class does not occur in D_V is measured by the median of all of D_V. The first
 * round works on all of D_F, whatever the rule.
 *
 * <p>Reads what the method reads, and a validation set D_V unless the rule is {@code fixed} or {@code misclassified}. The
 * settings of the method are those of one round: one epoch, as a rule.
 *
 * <p>Hayes et al. (2024) show that examples unlearn at different rates and that such criteria do not mend it; the rules
 * are our rendering of what they call naive criteria.
 *
 * @param method what works in each round
 * @param rule what decides between rounds
 * @param rounds R
 * @param buckets B, of the two rules that have some
 * @see <a href="https://arxiv.org/abs/2403.01218">Hayes et al., 2024</a>
 */
@Named("stopping")
@AutoService(UnlearningMethod.class)
public record Stopping(UnlearningMethod method, Rule rule, int rounds, int buckets) implements UnlearningMethod {
    /** What decides between rounds. */
    public enum Rule {
        /** All rounds on everything. */
        FIXED,
        /** Everything stops at once. */
        GLOBAL,
        /** Each example stops at the median of unseen ones of its class. */
        MEDIAN,
        /** Each example stops when it is misclassified. */
        MISCLASSIFIED,
        /** Examples are worked on in proportion to what is left to do. */
        REWEIGHTED,
        /** Slow examples have their turn first. */
        HARDEST_FIRST,
        /** Slow examples have their turn last. */
        HARDEST_LAST;

        boolean hasBuckets() {
            return this == HARDEST_FIRST || this == HARDEST_LAST;
        }

        boolean readsValidation() {
            return this != FIXED && this != MISCLASSIFIED;
        }
    }

    public Stopping {
        Require.positive("rounds", rounds);
        Require.positive("buckets", buckets);
        Require.that(
                !method.traits().exact(),
                "method must be one that goes on from where it stands, but retraining begins anew in each round");
    }

    public Stopping() {
        this(new GradientAscent(false, 1, 1e-4, 256, 0.9, 5e-4, 0, Schedule.constant()), Rule.MEDIAN, 5, 3);
    }

    @Override
    public Traits traits() {
        Traits own = method.traits();
        return new Traits(
                true,
                own.readsRetain(),
                own.readsValidation() || rule.readsValidation(),
                false,
                "after Hayes et al., 2024; " + own.source());
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        method.requireSuitable(architecture);
    }

    @Override
    public boolean suitsTexts() {
        return method.suitsTexts();
    }

    /** At most so much: rules end rounds early. */
    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        double looks = rounds * forgetShare / 3; // a forward pass over D_F after each round
        double all = rounds * method.cost(forgetShare, trainingEpochs) + looks;
        return rule.hasBuckets()
                ? all + looks + buckets * rounds * method.cost(forgetShare / buckets, trainingEpochs)
                : all;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        int n = split.forgetRows().length;
        try (Progress progress = trial.progress().begin("round", rule.hasBuckets() ? rounds * (buckets + 1) : rounds)) {
            var run = new Run(original, split, trial.telling(progress), progress);
            if (!rule.hasBuckets()) {
                int[] all = IntStream.range(0, n).toArray();
                return run.rounds("round", original, all, true);
            }
            int[][] turns = run.turns(n);
            Model current = original;
            for (int b = 0; b < turns.length; b++) {
                Model next = run.rounds("bucket-" + b, current, turns[b], false);
                close(current, original);
                current = next;
                trial.watcher().after(0, b + 1, current);
            }
            return current;
        }
    }

    private static void close(Model model, Model original) {
        if (model != original) {
            model.close();
        }
    }

    /** One execution. */
    private final class Run {
        private final Model original;
        private final Split split;
        private final Dataset forget;
        private final Trial trial;
        private final Progress progress;

        Run(Model original, Split split, Trial trial, Progress progress) {
            this.original = original;
            this.split = split;
            this.forget = split.forget();
            this.trial = trial;
            this.progress = progress;
        }

        /**
         * Up to R rounds on part of D_F.
         *
         * @param whole positions in D_F
         * @param watched whether watchers are told of each round; those after the end show the model as it is
         */
        Model rounds(String name, Model from, int[] whole, boolean watched) {
            Model current = from;
            int[] active = whole;
            boolean finished = false;
            try {
                for (int r = 0; r < rounds; r++) {
                    if (active.length > 0) {
                        Model next = round(name, r, current, active);
                        if (current != from) {
                            current.close();
                        }
                        current = next;
                        active = rule == Rule.FIXED || r == rounds - 1 ? active : after(current, whole, active, r);
                    } else {
                        progress.skip(1);
                    }
                    if (watched) {
                        trial.watcher().after(0, r + 1, current);
                    }
                }
                finished = true;
                return current;
            } finally {
                if (!finished && current != from) {
                    current.close();
                }
            }
        }

        private Model round(String name, int r, Model current, int[] active) {
            var stage = new Stage(trial, name + "-" + r);
            boolean before = stage.isFinished();
            Model next = stage.model(original, () -> method.unlearn(current, only(active), trial.part(name, r)));
            if (before) {
                progress.skip(1);
            } else {
                progress.advance(1);
            }
            return next;
        }

        /** The split in which of D_F only some positions are still there. */
        private Split only(int[] active) {
            boolean[] stays = new boolean[forget.size()];
            Arrays.stream(active).forEach(position -> stays[position] = true);
            int[] gone = IntStream.range(0, stays.length)
                    .filter(position -> !stays[position])
                    .toArray();
            return split.request(gone, active);
        }

        /** What is to be forgotten in the next round. */
        private int[] after(Model current, int[] whole, int[] active, int r) {
            return switch (rule) {
                case FIXED -> active;
                case GLOBAL -> meanLoss(current, forget) >= meanLoss(current, split.validation()) ? new int[0] : active;
                case MEDIAN -> {
                    double[] left = left(current);
                    yield those(active, position -> left[position] > 0);
                }
                case MISCLASSIFIED -> {
                    int[] predicted = Evaluation.predictions(current, forget);
                    yield those(active, position -> predicted[position] == forget.label(position));
                }
                case REWEIGHTED -> drawn(left(current), (whole.length + 1) / 2, trial.random("reweighted", r));
                case HARDEST_FIRST, HARDEST_LAST -> {
                    double[] left = left(current);
                    double sum = Arrays.stream(whole).mapToDouble(i -> left[i]).sum();
                    yield sum > 0 ? active : new int[0];
                }
            };
        }

        /** D_F in buckets, in the order of their turns. */
        private int[][] turns(int n) {
            int[] all = IntStream.range(0, n).toArray();
            int[] halfLives = new int[n];
            Arrays.fill(halfLives, rounds + 1);
            double[] atFirst = left(original);
            Model current = original;
            for (int r = 0; r < rounds; r++) {
                Model next = round("trial", r, current, all);
                close(current, original);
                current = next;
                double[] now = left(current);
                for (int i = 0; i < n; i++) {
                    if (halfLives[i] > rounds && now[i] <= 0.5 * atFirst[i]) {
                        halfLives[i] = r + 1;
                    }
                }
            }
            close(current, original);
            int sign = rule == Rule.HARDEST_FIRST ? -1 : 1;
            int[] order = Arrays.stream(all)
                    .boxed()
                    .sorted(Comparator.comparingInt(i -> sign * halfLives[i]))
                    .mapToInt(i -> i)
                    .toArray();
            int count = Math.min(buckets, n);
            int[][] turns = new int[count][];
            for (int b = 0; b < count; b++) {
                turns[b] = Arrays.copyOfRange(order, (int) ((long) n * b / count), (int) ((long) n * (b + 1) / count));
            }
            return turns;
        }

        /** φ_i − τ_i of each forget example. */
        private double[] left(Model model) {
            Dataset unseen = split.validation();
            return excess(
                    phi(Evaluation.logits(model, forget), forget),
                    forget,
                    phi(Evaluation.logits(model, unseen), unseen),
                    unseen);
        }
    }

    private static int[] those(int[] active, IntPredicate stays) {
        return Arrays.stream(active).filter(stays).toArray();
    }

    private static double meanLoss(Model model, Dataset data) {
        return Arrays.stream(phi(Evaluation.logits(model, data), data))
                .map(phi -> phi > -30 ? Math.log1p(Math.exp(-phi)) : -phi)
                .average()
                .orElseThrow();
    }

    /** log(p_y / (1 − p_y)) of each example, from logits (n, K). */
    static double[] phi(float[] logits, Dataset data) {
        int classes = logits.length / data.size();
        double[] phi = new double[data.size()];
        double[] z = new double[classes];
        for (int i = 0; i < phi.length; i++) {
            for (int c = 0; c < classes; c++) {
                z[c] = logits[i * classes + c];
            }
            phi[i] = LogSumExp.logOdds(z, data.label(i));
        }
        return phi;
    }

    /** φ_i − τ_i. */
    static double[] excess(double[] phi, Dataset forget, double[] unseenPhi, Dataset unseen) {
        double[] medians = new double[forget.classes().size()];
        double overall = median(unseenPhi);
        for (int c = 0; c < medians.length; c++) {
            int wanted = c;
            double[] own = IntStream.range(0, unseenPhi.length)
                    .filter(i -> unseen.label(i) == wanted)
                    .mapToDouble(i -> unseenPhi[i])
                    .toArray();
            medians[c] = own.length == 0 ? overall : median(own);
        }
        double[] excess = new double[phi.length];
        Arrays.setAll(excess, i -> phi[i] - medians[forget.label(i)]);
        return excess;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
    }

    /**
     * Up to {@code count} positions with positive weight, drawn without replacement: those with the largest u^(1/w)
     * (Efraimidis and Spirakis, 2006), ascending.
     */
    static int[] drawn(double[] weights, int count, Seed seed) {
        var random = seed.random();
        double[] keys = new double[weights.length];
        for (int i = 0; i < keys.length; i++) {
            double uniform = random.nextDouble(); // drawn for all, so that weights do not shift it
            keys[i] = weights[i] > 0 ? Math.log(uniform) / weights[i] : Double.NEGATIVE_INFINITY;
        }
        return IntStream.range(0, keys.length)
                .filter(i -> weights[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -keys[i]))
                .limit(count)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
    }
}
