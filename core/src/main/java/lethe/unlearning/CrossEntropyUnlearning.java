package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Cross-entropy unlearning (CE-U): the model learns its own answer without the true token.
 *
 * <pre>
 *   L_F(θ) = E_t[ CE( q_t, p_θ,t ) ],   q_t = softmax(z_t with z_t,y_t = −∞), a constant;     from θ_o
 * </pre>
 *
 * <p>The target follows the model, so what it knows besides stays in its relative place. Reads D_F alone. The first token
 * of an answer may be left as it is, because it seldom gives anything away and the form of an answer hangs on it.
 *
 * @param skipFirst whether the first token of each text that a loss is wanted of is left out; images have but one
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples in a step
 * @param weightDecay λ, decoupled
 * @see <a href="https://arxiv.org/abs/2503.01224">Yang, 2025</a>
 */
@Named("ce-u")
@AutoService(UnlearningMethod.class)
public record CrossEntropyUnlearning(boolean skipFirst, int epochs, double learningRate, int batch, double weightDecay)
        implements ForgetRetainMethod {
    private static final double MINUS_INFINITY = -1e9;

    public CrossEntropyUnlearning {
        new ForgetRetain(0, epochs, learningRate, batch, weightDecay);
    }

    public CrossEntropyUnlearning() {
        this(true, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, "Yang, 2025");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return frame().run(
                        original,
                        split,
                        trial,
                        (model, forget) -> loss(model.logits(forget.inputs()), forget.labels()),
                        ForgetRetain::crossEntropy);
    }

    /** L_F. */
    Tensor loss(Tensor logits, Tensor labels) {
        Tensor counted = skipFirst && labels.shape().length == 2 ? withoutFirst(labels) : labels;
        Tensor target = logits.detach().add(Likelihood.oneHot(logits, labels).mul(MINUS_INFINITY));
        return Likelihood.crossEntropy(logits, target.softmax(), counted);
    }

    /** The labels (B, T), the first wanted one of each row marked as ignored. */
    private static Tensor withoutFirst(Tensor labels) {
        Tensor wanted = Likelihood.wanted(labels);
        Tensor first = wanted.mul(wanted.cumulative(1).equalTo(Tensor.ones(1))); // 1 at the first wanted label
        Tensor kept = first.neg().add(1);
        return labels.mul(kept).add(first.mul(Tensor.IGNORED_LABEL)).toIntegers();
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(0, epochs, learningRate, batch, weightDecay);
    }
}
