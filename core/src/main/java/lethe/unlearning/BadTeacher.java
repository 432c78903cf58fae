package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.AdamW;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Bad teaching: a student that follows an incompetent teacher on the forget set and the original model elsewhere.
 *
 * <pre>
 *   min_θ E_{x ∈ D_F ∪ D_R'} KL( T(x) ‖ S(x) ),   T = f_bad on D_F, f_θo on D_R';   from θ_o
 *   KL(T ‖ S) = mean Σ_k t_k (log t_k − log s_k),   t = softmax(z_T / τ), s = softmax(z_S / τ)
 * </pre>
 *
 * <p>f_bad has fresh weights, D_R' is a random part of D_R, drawn once. Reads D_F and D_R. Both teachers are in evaluation
 * mode, the student in training mode; training augmentation, the same inputs for teacher and student; both sets in one
 * shuffled pass; Adam. One epoch at rate 1e-4, 30 % of D_R and τ = 1 are what the authors ran.
 *
 * <p>A fresh network is nearly undecided, so forget examples can end up less confident than unseen ones. Unlike the
 * authors' code, which averages over classes too, the divergence is a mean over examples alone; Adam is indifferent to
 * the factor. Each example is shown to its own teacher only.
 *
 * @param retainFraction share of D_R that takes part, in (0, 1]
 * @param temperature τ
 * @param epochs passes over the data
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2205.08096">Chundawat et al., 2023</a>
 */
@Named("bad-teacher")
@AutoService(UnlearningMethod.class)
public record BadTeacher(
        double retainFraction, double temperature, int epochs, double learningRate, int batch, Schedule schedule)
        implements UnlearningMethod {

    public BadTeacher {
        Require.that(
                retainFraction > 0 && retainFraction <= 1,
                "retainFraction must lie in (0, 1], but is " + retainFraction);
        Require.positive("temperature", temperature);
        Tuning.require(epochs, learningRate, batch, 0, 0);
    }

    public BadTeacher() {
        this(0.3, 1, 1, 1e-4, 256, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Chundawat et al., 2023");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (forgetShare + retainFraction * (1 - forgetShare)) * 4 / 3; // a teacher's pass is a third
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset retain = part(split.retain(), trial.random("part"));
        Dataset forget = split.forget();
        try (Scope scope = Scope.open();
                Model incompetent = original.fresh(trial.random("bad"));
                Teacher good = Teacher.of(original, retain, trial.augmentation());
                Teacher bad = Teacher.of(incompetent, forget, trial.augmentation())) {
            Source[] sources = {new Source(retain, trial.augmentation()), new Source(forget, trial.augmentation())};
            return new Tuning(epochs, learningRate, 0, 0, schedule)
                    .of(original, trial)
                    .optimizedBy(weights -> new AdamW(weights, 0))
                    .run((model, epoch) -> List.of(new Pass(
                            Batches.shuffled(batch, trial.random("mixed", epoch), sources),
                            b -> loss(advice(good, bad, b, retain.size()), model.logits(b.inputs())))));
        }
    }

    /** D_R'. */
    Dataset part(Dataset retain, Seed seed) {
        int size = (int) Math.max(1, Math.round(retainFraction * retain.size()));
        int[] rows = Arrays.copyOf(seed.permutation(retain.size()), size);
        Arrays.sort(rows);
        return retain.select(rows);
    }

    /** Logits (B, K) of each example's own teacher; retain examples, rows below {@code retainSize}, come first. */
    static Tensor advice(Teacher good, Teacher bad, Batch batch, int retainSize) {
        int kept = batch.countBelow(retainSize);
        if (kept == batch.size()) {
            return good.logits(batch);
        }
        Batch part = batch.part(kept, batch.size() - kept);
        int[] rows = Arrays.stream(part.rows()).map(row -> row - retainSize).toArray();
        Tensor onForget = bad.logits(new Batch(part.inputs(), part.labels(), rows));
        return kept == 0 ? onForget : Tensor.concat(List.of(good.logits(batch.part(0, kept)), onForget), 0);
    }

    /** KL(T ‖ S). Unlike distillation, without the factor τ². */
    Tensor loss(Tensor teacher, Tensor student) {
        return Scrub.divergence(teacher, student, temperature).mul(1 / (temperature * temperature));
    }
}
