package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Random labels: teaches the forget set with labels drawn at random.
 *
 * <pre>
 *   min_θ E_{(x,y) ∈ D_R ∪ D_F'} CE(f_θ(x), y),   D_F' = {(x, y') : (x, y) ∈ D_F, y' uniform},   from θ_o
 * </pre>
 *
 * <p>Reads D_F, and D_R unless told to do without. Batch normalisation in training mode, training augmentation, SGD with
 * momentum. Rate and epochs are those that the AMUN and SalUn experiments share. Drawn anew every epoch, the labels pull
 * towards the uniform distribution, so forget examples can end up less confident than unseen ones.
 *
 * <p>Of a text every token that a loss is wanted of is replaced by another, each drawn by itself.
 *
 * <p>Publications differ in three choices. Unlike the code of SalUn, the default never draws the true label, draws once
 * an epoch and mixes both sets in one pass; each can be set. Labels depend on seed, epoch and example alone. With wrong
 * labels drawn once, three epochs and rate 1e-4 this is Amnesiac unlearning (Graves et al., 2021) as it is usually
 * compared with, except that those codes descend by Adam; {@link SuccessiveRandomLabel} is a setting of its own.
 *
 * @param useRetain whether D_R is learned too
 * @param excludeTrueLabel whether the true label is never drawn
 * @param redraw how often labels are drawn
 * @param order how D_F' and D_R follow each other within an epoch
 * @param epochs passes over D_F', and over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/1911.04933">Golatkar et al., 2020</a>
 */
@Named("random-label")
@AutoService(UnlearningMethod.class)
public record RandomLabel(
        boolean useRetain,
        boolean excludeTrueLabel,
        Redraw redraw,
        Order order,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    /** How often labels are drawn. */
    public enum Redraw {
        ONCE,
        EPOCH
    }

    /** How the two sets follow each other within an epoch. */
    public enum Order {
        MIXED,
        FORGET_THEN_RETAIN
    }

    public RandomLabel {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public RandomLabel() {
        this(true, true, Redraw.EPOCH, Order.MIXED, 10, 0.01, 128, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Golatkar et al., 2020; Graves et al., 2021");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (useRetain ? 1 : forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return tuning().run(original, trial, (model, epoch) -> passes(model, split, trial, epoch));
    }

    /** Moves only the weights that {@code mask}, a vector of length P, is 1 for. */
    Model unlearn(Model original, Split split, Trial trial, Tensor mask) {
        return tuning().of(original, trial).masked(mask).run((model, epoch) -> passes(model, split, trial, epoch));
    }

    private Tuning tuning() {
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule);
    }

    private List<Pass> passes(Model model, Split split, Trial trial, int epoch) {
        Source forget = new Source(relabelled(split.forget(), trial, epoch), trial.augmentation());
        if (!useRetain) {
            return List.of(pass(model, trial, "forget", epoch, forget));
        }
        Source retain = new Source(split.retain(), trial.augmentation());
        return switch (order) {
            case MIXED -> List.of(pass(model, trial, "mixed", epoch, retain, forget));
            case FORGET_THEN_RETAIN ->
                List.of(pass(model, trial, "forget", epoch, forget), pass(model, trial, "retain", epoch, retain));
        };
    }

    private Pass pass(Model model, Trial trial, String purpose, int epoch, Source... sources) {
        return new Pass(Batches.shuffled(batch, trial.random(purpose, epoch), sources), Tuning.crossEntropy(model));
    }

    private Dataset relabelled(Dataset forget, Trial trial, int epoch) {
        return forget.isText()
                ? new RandomTokens(forget, trial.random("label", redraw == Redraw.ONCE ? 0 : epoch), excludeTrueLabel)
                : new Relabelled(forget, labels(forget, trial, epoch));
    }

    /** The labels of one epoch. */
    int[] labels(Dataset forget, Trial trial, int epoch) {
        int drawn = redraw == Redraw.ONCE ? 0 : epoch;
        int[] labels = new int[forget.size()];
        for (int row = 0; row < labels.length; row++) {
            RandomGenerator random = trial.random("label", drawn, row).random();
            labels[row] = draw(random, forget.classes().size(), forget.label(row));
        }
        return labels;
    }

    private int draw(RandomGenerator random, int classes, int trueLabel) {
        if (!excludeTrueLabel) {
            return random.nextInt(classes);
        }
        int wrong = random.nextInt(classes - 1);
        return wrong < trueLabel ? wrong : wrong + 1;
    }
}
