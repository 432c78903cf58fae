package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * RULI: {@link LikelihoodRatio} with kernel densities, for two objectives from one set of shadow models. Efficacy, which
 * is {@link Game#EFFICACY}, tells forgotten examples under the unlearned model from those that a model never learned;
 * privacy, {@link Game#PRIVACY}, from those never seen under the unlearned model. The other games are played alike.
 *
 * <p>Unlike the published code, whose kernels are 1 wide whatever the spread of an example's signal, they have
 * Silverman's width with a floor; densities stay in logarithms, so that a value far from all references is decided by the
 * nearest and not by 0/0; φ comes from logits and is not clipped; an example is a member in half of the worlds instead of
 * being forgotten, retained and unseen in a third each; and for efficacy a retrained model stands in where there is one,
 * the original otherwise.
 *
 * @param signal the signal φ
 * @see <a href="https://arxiv.org/abs/2506.13009">Naderloui et al., 2025</a>
 */
@Named("ruli")
@AutoService(Attack.class)
public record Ruli(Signal signal) implements Attack {
    public Ruli() {
        this(Signal.PHI);
    }

    @Override
    public String source() {
        return "Naderloui et al., 2025";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    @Override
    public int fewestWorlds() {
        return ratio().fewestWorlds();
    }

    @Override
    public Scores score(Observations observations) {
        return ratio().score(observations);
    }

    private LikelihoodRatio ratio() {
        return new LikelihoodRatio(Density.KDE, false, signal);
    }
}
