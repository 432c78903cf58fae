package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Map;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Likelihood;
import lethe.training.Trial;

/**
 * Primal-dual unlearning (PDU): flattens the logits of the forget set as far as the loss of the retain set stays below a
 * bound.
 *
 * <pre>
 *   min_θ L_F(θ)  subject to  CE(D_R) ≤ ε,     L_F(θ) = E_t[ ( max_v z_t,v − mean_v z_t,v )² ]
 *   L = L_F + λ · ( CE(D_R batch) − ε ),       λ ← max(0, λ + η · ( CE(D_R batch) − ε ))
 * </pre>
 *
 * <p>L_F is 0 where all logits are equal. The weight λ of the retain set, the dual variable, is fixed during the first
 * epochs; from then on it moves after every step, up where the retain set is known too little and down where there is
 * room. Reads D_F and D_R. A bound ε below the loss that the original has on D_R cannot be kept and lets λ grow without
 * end. Defaults are those of the TOFU experiments. Unlike the published code, which averages L_F over all positions,
 * prompts and padding included, only those count that predict what a loss is wanted of.
 *
 * @param bound ε, the largest loss per token on the retain set that is accepted
 * @param retainWeight λ at the beginning
 * @param dualRate η, how fast λ moves; 0 leaves it as it is
 * @param warmUp epochs during which λ is fixed
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @param weightDecay decoupled
 * @see <a href="https://arxiv.org/abs/2506.05314">Entesari et al., 2025</a>
 */
@Named("pdu")
@AutoService(UnlearningMethod.class)
public record PrimalDual(
        double bound,
        double retainWeight,
        double dualRate,
        int warmUp,
        int epochs,
        double learningRate,
        int batch,
        double weightDecay)
        implements ForgetRetainMethod {

    public PrimalDual {
        Require.notNegative("bound", bound);
        Require.positive("retainWeight", retainWeight);
        Require.notNegative("dualRate", dualRate);
        Require.that(warmUp >= 0, "warmUp must not be negative, but is " + warmUp);
        new ForgetRetain(1, epochs, learningRate, batch, weightDecay);
    }

    public PrimalDual() {
        this(0.3, 100, 5, 5, 10, 1e-5, 32, 0.01);
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Entesari et al., 2025");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Scope scope = Scope.open()) {
            Tensor multiplier = Tensor.of((float) retainWeight);
            return frame().run(
                            original,
                            split,
                            trial,
                            (model, forget, draw) -> loss(model.logits(forget.inputs()), forget.labels()),
                            (model, retain, epoch) -> constraint(model, retain, multiplier, epoch >= warmUp),
                            Map.of("multiplier", multiplier));
        }
    }

    /** L_F. */
    static Tensor loss(Tensor logits, Tensor labels) {
        return Likelihood.mean(logits.maxOver(-1).sub(logits.meanOver(-1)).square(), labels);
    }

    /** λ · (CE − ε); moves λ, of which the loss takes the value before. */
    private Tensor constraint(Model model, Batch retain, Tensor multiplier, boolean moves) {
        Tensor excess = ForgetRetain.crossEntropy(model, retain).add(-bound);
        double before = multiplier.item();
        if (moves) {
            try (NoGrad guard = NoGrad.enter()) {
                multiplier.copyInPlace(Tensor.of((float) after(before, excess.item())));
            }
        }
        return excess.mul(before);
    }

    /** λ after a step. */
    double after(double multiplier, double excess) {
        return Math.max(0, multiplier + dualRate * excess);
    }

    /** With λ as part of the loss on the retain set. */
    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(1, epochs, learningRate, batch, weightDecay);
    }
}
