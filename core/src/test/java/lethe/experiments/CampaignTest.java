package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {
    private static final String METHODS = """
              - {name: finetune, epochs: 1}
              - {name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}
            """;
    private static final String MASKED =
            "  - {name: amun, epochs: 1, saliency: 0.5, search: {initialRadius: 1, stepsPerRadius: 10}}\n";
    private static final String BEFORE =
            "  - {name: amun, epochs: 1, useRetain: false, search: {initialRadius: 1, stepsPerRadius: 10}}\n";

    @Test
    void aMethodMakesTheSameModelWhetherOrNotAnotherSearchedBefore(@TempDir Path alone, @TempDir Path second) {
        Results searching = Tiny.run(Tiny.plan("worlds: 8", "worlds: 6", METHODS, MASKED), alone);
        Results sharing = Tiny.run(Tiny.plan("worlds: 8", "worlds: 6", METHODS, BEFORE + MASKED), second);

        Results.MethodResult searched = searching.methods().get(2);
        Results.MethodResult shared = sharing.methods().get(3);
        assertThat(shared.settings()).isEqualTo(searched.settings());
        assertThat(shared.deployed().modelDigest())
                .isEqualTo(searched.deployed().modelDigest());
        assertThat(shared.attacks()).isEqualTo(searched.attacks());
        assertThat(second.resolve("shared")).isEmptyDirectory();
    }
}
