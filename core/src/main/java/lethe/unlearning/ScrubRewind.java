package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Milestones;
import lethe.training.Schedule;
import lethe.training.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SCRUB+R: {@link Scrub}, rewound to the epoch after which the forget set was as hard as unseen examples are.
 *
 * <pre>
 *   θ_0 = θ_o, θ_e = the student after epoch e = 1 … E
 *   r = error of θ_E on {(x, y) ∈ D_V : y occurs in D_F}
 *   return θ_e with the least |error of θ_e on D_F − r|
 * </pre>
 *
 * <p>SCRUB ends with an error on D_F as high as it can get, which betrays that something was forgotten; rewinding bounds
 * it. Reads D_F, D_R and a validation set D_V. Modes, augmentation and optimizer are those of {@link Scrub}; errors are
 * measured in evaluation mode without augmentation. Defaults are those of the authors' membership experiments, for which
 * the rewinding was made.
 *
 * <p>Unlike the authors' code, which keeps no state before the first epoch, θ_o itself is returned, with a warning, where
 * it comes nearest. Among states that come equally near the last one is returned, where theirs takes the first: it has
 * forgotten as much and repaired more.
 *
 * @param alpha α, weight of following the teacher on D_R
 * @param gamma γ, weight of the true labels of D_R
 * @param temperature τ
 * @param forgetEpochs epochs that begin with a pass over D_F
 * @param epochs E, passes over D_R
 * @param learningRate peak step size
 * @param batch examples of D_R in a step
 * @param forgetBatch examples of D_F in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2302.09880">Kurmanji et al., 2023</a>
 */
@Named("scrub-rewind")
@AutoService(UnlearningMethod.class)
public record ScrubRewind(
        double alpha,
        double gamma,
        double temperature,
        int forgetEpochs,
        int epochs,
        double learningRate,
        int batch,
        int forgetBatch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubRewind.class);

    public ScrubRewind {
        Require.notNegative("alpha", alpha);
        Require.notNegative("gamma", gamma);
        Require.positive("temperature", temperature);
        Require.notNegative("forgetEpochs", forgetEpochs);
        Require.positive("forgetBatch", forgetBatch);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public ScrubRewind() {
        this(0.5, 1, 4, 3, 5, 5e-4, 32, 16, 0.9, 5e-4, new Milestones());
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, true, false, "Kurmanji et al., 2023");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return scrub().cost(forgetShare, trainingEpochs) + (epochs + 1) * forgetShare / 3; // forward passes over D_F
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset unseen = ofTheSameClasses(split.validation(), split.forget());
        try (States states = new States(original, trial)) {
            Trial watched = trial.watchedBy((stage, epoch, model) -> {
                trial.watcher().after(stage, epoch, model);
                states.keep(epoch, model);
            });
            double reference;
            try (Model last = scrub().unlearn(original, split, watched)) {
                reference = 1 - Evaluation.accuracy(last, unseen);
            }
            double[] errors = errors(states, split.forget());
            int chosen = nearest(errors, reference);
            if (chosen == 0) {
                LOG.warn(
                        "The forget error of the original, {}, is nearest to the reference {} of all epochs;"
                                + " the original is returned unchanged",
                        errors[0],
                        reference);
            } else {
                LOG.info("Rewound to epoch {} of {}, forget error {}", chosen, epochs, errors[chosen]);
            }
            return states.after(chosen);
        }
    }

    private Scrub scrub() {
        return new Scrub(
                alpha,
                gamma,
                temperature,
                forgetEpochs,
                epochs,
                learningRate,
                batch,
                forgetBatch,
                momentum,
                weightDecay,
                schedule);
    }

    /** Those validation examples whose class occurs in the forget set. */
    static Dataset ofTheSameClasses(Dataset validation, Dataset forget) {
        boolean[] occurs = new boolean[forget.classes().size()];
        IntStream.range(0, forget.size()).forEach(row -> occurs[forget.label(row)] = true);
        int[] rows = IntStream.range(0, validation.size())
                .filter(row -> occurs[validation.label(row)])
                .toArray();
        if (rows.length == 0) {
            throw new IllegalArgumentException("None of the " + validation.size()
                    + " validation examples is of a class that is to be forgotten, so there is no error to rewind to;"
                    + " give a validation set with these classes");
        }
        return validation.select(rows);
    }

    private double[] errors(States states, Dataset forget) {
        double[] errors = new double[epochs + 1];
        for (int epoch = 0; epoch <= epochs; epoch++) {
            try (Model model = states.after(epoch)) {
                errors[epoch] = 1 - Evaluation.accuracy(model, forget);
            }
        }
        return errors;
    }

    /** The index of the error nearest to the reference; of equally near ones the last. */
    static int nearest(double[] errors, double reference) {
        int best = 0;
        for (int i = 1; i < errors.length; i++) {
            if (Math.abs(errors[i] - reference) <= Math.abs(errors[best] - reference)) {
                best = i;
            }
        }
        return best;
    }

    /** The student after each epoch: in files beside the checkpoints if there are any, otherwise in memory. */
    private static final class States implements AutoCloseable {
        private final Model original;
        private final Trial trial;
        private final Map<Integer, Model> held = new HashMap<>();

        States(Model original, Trial trial) {
            this.original = original;
            this.trial = trial;
        }

        void keep(int epoch, Model model) {
            if (trial.isResumable()) {
                stage(epoch).keep(model);
            } else {
                held.put(epoch, model.copy());
            }
        }

        /** A copy of the student after an epoch, from 1; 0 is the original. */
        Model after(int epoch) {
            if (epoch == 0) {
                return original.copy();
            }
            return trial.isResumable()
                    ? stage(epoch).read(original)
                    : Objects.requireNonNull(held.get(epoch)).copy();
        }

        private Stage stage(int epoch) {
            return new Stage(trial, "epoch-" + epoch);
        }

        @Override
        public void close() {
            held.values().forEach(Model::close);
        }
    }
}
