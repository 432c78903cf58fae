package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShadowDesignTest {
    @ParameterizedTest
    @CsvSource({"192,16,4", "48,24,1", "50,16,5", "6,4,3", "10,64,1", "130,66,13", "2,4,1"})
    void allMarginsAreExact(int examples, int worlds, int forgetSets) {
        for (int seed = 0; seed < 5; seed++) {
            ShadowDesign design = ShadowDesign.balanced(examples, worlds, forgetSets, new SplittableRandom(seed));

            assertThat(design.forgetSize() * forgetSets).isEqualTo(examples / 2);
            for (int w = 0; w < worlds; w++) {
                assertThat(design.members(w)).hasSize(examples / 2);
                int[] inSlot = new int[forgetSets];
                for (int i = 0; i < examples; i++) {
                    inSlot[design.slot(w, i)] += design.isMember(w, i) ? 0 : 1;
                    int expected = design.isMember(w, i) ? design.slot(w, i) : -1;
                    assertThat(design.forgetSetOf(w, i)).isEqualTo(expected);
                }
                assertThat(inSlot).containsOnly(design.forgetSize());
            }
            for (int i = 0; i < examples; i++) {
                int example = i;
                assertThat(IntStream.range(0, worlds).filter(w -> design.isMember(w, example)))
                        .hasSize(worlds / 2);
            }
        }
    }

    @Test
    void forgetSetsPartitionTheMembers() {
        ShadowDesign design = ShadowDesign.balanced(48, 8, 4, new SplittableRandom(1));

        for (int w = 0; w < 8; w++) {
            int world = w;
            int[] all = IntStream.range(0, 4)
                    .flatMap(f -> IntStream.of(design.forgetSet(world, f)))
                    .sorted()
                    .toArray();
            assertThat(all).containsExactly(design.members(w));
        }
    }

    /** Independent rows with fixed sums correlate by chance with deviation 1/√(T−1); cyclic shifts would show more. */
    @Test
    void rowsAreAsUnrelatedAsTheirSumsAllow() {
        ShadowDesign design = ShadowDesign.balanced(240, 24, 1, new SplittableRandom(2));
        double squares = 0;
        int pairs = 0;
        for (int i = 0; i < 240; i++) {
            for (int j = 0; j < i; j++) {
                int agreements = 0;
                for (int w = 0; w < 24; w++) {
                    agreements += design.isMember(w, i) == design.isMember(w, j) ? 1 : -1;
                }
                squares += agreements / 24.0 * (agreements / 24.0);
                pairs++;
            }
        }

        // 28,680 pairs: the deviation itself is known to about 0.001
        assertThat(Math.sqrt(squares / pairs)).isCloseTo(1 / Math.sqrt(23), within(0.004));
    }

    @Test
    void aRetainedValueComesFromAModelThatForgotOthers() {
        ShadowDesign design = ShadowDesign.balanced(60, 6, 5, new SplittableRandom(3));
        int[] used = new int[5];
        for (int w = 0; w < 6; w++) {
            for (int i : design.members(w)) {
                assertThat(design.retainedSlot(w, i)).isNotEqualTo(design.forgetSetOf(w, i));
                used[design.retainedSlot(w, i)]++;
            }
        }

        assertThat(used).doesNotContain(0);
    }

    @Test
    void equalSeedsGiveEqualDesigns() {
        ShadowDesign a = ShadowDesign.balanced(40, 8, 2, new SplittableRandom(4));
        ShadowDesign b = ShadowDesign.balanced(40, 8, 2, new SplittableRandom(4));

        assertThat(a.memberMatrix()).isEqualTo(b.memberMatrix());
        assertThat(a.forgetSet(3, 1)).isEqualTo(b.forgetSet(3, 1));
    }

    @Test
    void addedWorldsComeAfterAndLeaveTheOthersAsTheyWere() {
        ShadowDesign first = ShadowDesign.balanced(12, 4, 3, new SplittableRandom(1));
        ShadowDesign added = ShadowDesign.balanced(12, 6, 3, new SplittableRandom(2));

        ShadowDesign both = first.followedBy(added);

        assertThat(both.worlds()).isEqualTo(10);
        for (int w = 0; w < 10; w++) {
            ShadowDesign part = w < 4 ? first : added;
            for (int i = 0; i < 12; i++) {
                assertThat(both.isMember(w, i)).isEqualTo(part.isMember(w < 4 ? w : w - 4, i));
                assertThat(both.slot(w, i)).isEqualTo(part.slot(w < 4 ? w : w - 4, i));
            }
        }
        assertThatThrownBy(() -> first.followedBy(ShadowDesign.balanced(12, 4, 2, new SplittableRandom(1))))
                .hasMessageContaining("12 examples and 3 forget sets")
                .hasMessageContaining("12 and 2");
    }

    @Test
    void impossibleNumbersAreExplained() {
        var random = new SplittableRandom(0);

        assertThatThrownBy(() -> ShadowDesign.balanced(7, 8, 1, random))
                .hasMessageContaining("even number of examples");
        assertThatThrownBy(() -> ShadowDesign.balanced(8, 7, 1, random)).hasMessageContaining("even and at least 4");
        assertThatThrownBy(() -> ShadowDesign.balanced(8, 2, 1, random)).hasMessageContaining("but is 2");
        assertThatThrownBy(() -> ShadowDesign.balanced(8, 8, 3, random))
                .hasMessageContaining("do not divide into 3 equal forget sets");
    }
}
