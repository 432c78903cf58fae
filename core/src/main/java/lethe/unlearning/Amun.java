package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.StepDecay;
import lethe.training.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adversarial machine unlearning (AMUN): lowers the confidence around each forget example by teaching its nearest
 * adversarial example, with the label the original model gives it.
 *
 * <pre>
 *   D_A = {(x', argmax f_θo(x')) : x' the nearest input to x that θ_o classifies otherwise, (x, y) ∈ D_F}
 *   min_θ E_{(x,y) ∈ D_R ∪ D_F ∪ D_A} CE(f_θ(x), y),   from θ_o
 * </pre>
 *
 * <p>The adversarial label is natural for θ_o, so predictions elsewhere survive; x and x' are close but labelled
 * differently, so that both can be fitted only by being less sure about x. D_A is found by {@link NearestAdversaries}.
 *
 * <p>Reads D_F, and D_R unless told to do without. All examples weigh the same, in one shuffled pass. Batch normalisation
 * in training mode; D_R and D_F are augmented, D_A is not; SGD with momentum. Rate 0.01, divided by ten after every
 * epoch, ten epochs, are the authors' example.
 *
 * <p>Unlike the paper, examples for which no adversary is found are left out of D_A, and reported; the authors' search
 * would not end.
 *
 * @param useRetain whether D_R is learned too
 * @param includeForget whether D_F is learned too, with its true labels; without it the method is the paper's Adv-Only
 * @param epochs passes over the data
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @param search how adversarial examples are found
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>
 */
@Named("amun")
@AutoService(UnlearningMethod.class)
public record Amun(
        boolean useRetain,
        boolean includeForget,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule,
        NearestAdversaries search)
        implements UnlearningMethod {
    private static final Logger LOG = LoggerFactory.getLogger(Amun.class);

    public Amun {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public Amun() {
        this(true, true, 10, 0.01, 128, 0.9, 5e-4, new StepDecay(1, 0.1), new NearestAdversaries());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Ebrahimpour-Boroojeny et al., 2025");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * ((useRetain ? 1 - forgetShare : 0) + (includeForget ? forgetShare : 0) + forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (AdversarialSet adversaries = search.search(original, split.forget(), trial)) {
            return unlearn(original, split, adversaries, trial);
        }
    }

    /**
     * Unlearns with adversarial examples found before.
     *
     * @param adversaries of {@code split.forget()}, found on {@code original} or, to transfer them, on another model
     */
    public Model unlearn(Model original, Split split, AdversarialSet adversaries, Trial trial) {
        report(adversaries);
        List<Source> sources = sources(split, adversaries, trial);
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .run(
                        original,
                        trial,
                        (model, epoch) -> List.of(new Pass(
                                Batches.shuffled(batch, trial.random("mixed", epoch), sources.toArray(Source[]::new)),
                                Tuning.crossEntropy(model))));
    }

    /** What an epoch passes over: D_R and D_F augmented, as far as they take part, and D_A as it is. */
    List<Source> sources(Split split, AdversarialSet adversaries, Trial trial) {
        adversaries.requireExamples(split.forget());
        List<Source> sources = new ArrayList<>();
        if (useRetain) {
            sources.add(new Source(split.retain(), trial.augmentation()));
        }
        if (includeForget) {
            sources.add(new Source(split.forget(), trial.augmentation()));
        }
        if (adversaries.found() > 0) {
            sources.add(Source.plain(adversaries.asDataset()));
        }
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("No adversarial example was found for any of " + adversaries.size()
                    + " forget examples, and neither D_R nor D_F is used; nothing is left to learn from");
        }
        return sources;
    }

    private static void report(AdversarialSet adversaries) {
        int failed = adversaries.count(AdversarialSet.Outcome.FAILED);
        String message = "Adversarial examples for " + adversaries.found() + " of " + adversaries.size()
                + " forget examples; " + adversaries.count(AdversarialSet.Outcome.INITIALLY_WRONG)
                + " were misclassified from the start, " + failed + " were not found and are left out";
        if (failed > 0) {
            LOG.warn(message);
        } else {
            LOG.info(message);
        }
    }
}
