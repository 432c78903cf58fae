package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MiaEfficacyTest {
    private final ShadowDesign design = ShadowDesign.balanced(160, 6, 2, new SplittableRandom(1));

    @Test
    void forgottenExamplesLikeTheUnseenCountAsForgotten() {
        assertThat(efficacy(0).mean().value()).isCloseTo(1, within(0.02));
        assertThat(efficacy(4).mean().value()).isCloseTo(0, within(0.02));
    }

    @Test
    void withoutAnyDifferenceItIsNowhereNearOne() {
        SyntheticWorlds.Law same = (i, member, noise) -> noise;

        assertThat(MiaEfficacy.of(SyntheticWorlds.signals(design, 2, same, same, same))
                        .mean()
                        .value())
                .isBetween(0.2, 0.8);
    }

    @Test
    void oneForgetSetLeavesNobodyToTrainOn() {
        SyntheticWorlds.Law nothing = (i, member, noise) -> noise;
        ShadowDesign single = ShadowDesign.balanced(20, 6, 1, new SplittableRandom(1));

        assertThatThrownBy(() -> MiaEfficacy.of(SyntheticWorlds.signals(single, 1, nothing, nothing, nothing)))
                .hasMessageContaining("use at least two");
    }

    /** Retained examples at 4, never seen at 0, forgotten at {@code forgotten}, with deviation 0.5. */
    private MiaEfficacy efficacy(double forgotten) {
        MiaEfficacy efficacy = MiaEfficacy.of(SyntheticWorlds.signals(
                design,
                3,
                (i, member, noise) -> noise,
                (i, member, noise) -> noise / 2 + (member ? forgotten : 0),
                (i, member, noise) -> noise / 2 + 4));
        assertThat(efficacy.worlds()).hasSize(6);
        return efficacy;
    }
}
