package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    @Test
    void whatIsWorseInEverythingIsBeaten() {
        double[][] costs = {{1, 5}, {2, 2}, {3, 3}, {5, 1}, {2, 2}, {1, 6}};

        // The second and the fifth are alike and beat neither each other; the last is as good in one thing and worse in
        // the other.
        assertThat(ParetoFront.beatenBy(costs)).containsExactly(-1, -1, 1, -1, -1, 0);
    }

    @Test
    void whatIsNoNumberBeatsNothing() {
        assertThat(ParetoFront.beatenBy(new double[][] {{Double.NaN, 0}, {1, 1}}))
                .containsExactly(-1, -1);
    }

    @Test
    void everyBeatenChoiceIsBeatenByOneThatIsNot() {
        var random = new SplittableRandom(1);
        double[][] costs = random.ints(300, 0, 6).asDoubleStream().boxed().toList().stream()
                .map(x -> new double[] {x, random.nextInt(6), random.nextInt(6)})
                .toArray(double[][]::new);

        int[] beatenBy = ParetoFront.beatenBy(costs);

        for (int i = 0; i < costs.length; i++) {
            int by = beatenBy[i];
            if (by >= 0) {
                assertThat(beatenBy[by]).isEqualTo(ParetoFront.NONE);
                for (int k = 0; k < 3; k++) {
                    assertThat(costs[by][k]).isLessThanOrEqualTo(costs[i][k]);
                }
                assertThat(costs[by]).isNotEqualTo(costs[i]);
            }
        }
        assertThat(beatenBy).contains(ParetoFront.NONE);
    }
}
