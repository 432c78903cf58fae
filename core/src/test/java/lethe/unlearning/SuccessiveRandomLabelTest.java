package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import lethe.engine.Seed;
import lethe.training.Schedule;
import org.junit.jupiter.api.Test;

class SuccessiveRandomLabelTest {
    private static final SuccessiveRandomLabel METHOD =
            new SuccessiveRandomLabel(true, 2, 0.01, 16, 0.9, 5e-4, Schedule.constant());

    @Test
    void itIsRandomLabelsThatMayBeTrueAndChangeEveryEpoch() {
        var same = new RandomLabel(
                true,
                false,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.MIXED,
                2,
                0.01,
                16,
                0.9,
                5e-4,
                Schedule.constant());

        Toy.residual().assertSameBits(METHOD, same);
    }

    @Test
    void overTheEpochsAnExampleSeesEveryClassEquallyOften() {
        Blobs forget = Blobs.of(40, Seed.of(4), 1, 1, 1);
        Toy toy = Toy.linear();
        int[] drawn = new int[4];
        for (int epoch = 0; epoch < 100; epoch++) {
            int[] labels = METHOD.randomLabel().labels(forget, toy.trial(1), epoch);
            IntStream.range(0, 40).forEach(row -> drawn[(labels[row] - forget.label(row) + 4) % 4]++);
        }

        // 1000 of 4000 each, standard deviation 27; six of them.
        assertThat(IntStream.of(drawn)).allMatch(count -> Math.abs(count - 1000) < 165);
    }
}
