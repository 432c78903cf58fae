package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.engine.Device;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that ask every model about several versions of each audit example. */
class QueriesTest {
    private static final String ONE = "forgetSets: 2";

    private static Plan asking(int queries, String... attacks) {
        return Tiny.plan(
                ONE,
                ONE + ", queries: " + queries,
                "attacks: [loss-threshold, u-lira]",
                "attacks: [" + String.join(", ", attacks) + "]",
                "worlds: 8",
                "worlds: 6");
    }

    @Test
    void askedAboutTheExamplesAloneAPlanIsWhatItWas() {
        Setting plain = new Setting(Tiny.plan());
        Setting setting = new Setting(Tiny.plan(ONE, ONE + ", queries: 1"));
        World world = setting.worlds().get(3);

        assertThat(setting.plan().digest()).isEqualTo(plain.plan().digest());
        assertThat(setting.training(world)).isEqualTo(plain.training(world));
        assertThat(setting.training(world).inputs()).doesNotContainKey("queries");
        assertThat(new Setting(Tiny.plan(ONE, ONE + ", queries: 3"))
                        .training(world)
                        .inputs())
                .containsEntry("queries", 3);
    }

    @Test
    void furtherVersionsAreStoredAndReachTheAttacksThatReadThem(@TempDir Path folder) throws IOException {
        Results results =
                Tiny.run(asking(3, "loss-threshold", "u-lira", "multi-query", "label-only"), folder.resolve("three"));
        Results one = Tiny.run(asking(1, "loss-threshold", "u-lira"), folder.resolve("one"));

        assertThat(results.methods().get(2).attacks())
                .filteredOn(attack ->
                        attack.attack().equals("multi-query") || attack.attack().equals("label-only"))
                .hasSize(10)
                .extracting(attack -> attack.access().queries())
                .containsOnly(3);
        assertThat(results.methods().get(2).attacks())
                .filteredOn(attack -> attack.attack().equals("u-lira"))
                .isEqualTo(one.methods().get(2).attacks().stream()
                        .filter(AttackResult::perExample)
                        .toList());
        assertThat(tensors(folder.resolve("one"))).containsExactlyInAnyOrder("pool", "retain", "test");
        assertThat(tensors(folder.resolve("three")))
                .containsExactlyInAnyOrder("pool", "retain", "test", "query-2.pool", "query-3.pool");
    }

    private static Iterable<String> tensors(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("signals"));
                Scope scope = Scope.open(Device.cpu())) {
            return Safetensors.read(files.findFirst().orElseThrow()).keySet();
        }
    }

    @Test
    void whatCannotBeAskedIsRefusedBeforeAnythingIsTrained() {
        assertThatThrownBy(() -> asking(0, "u-lira")).hasMessageContaining("queries must lie in [1, 10], but is 0");
        assertThatThrownBy(() -> asking(2, "{name: multi-query, combination: full-cov}"))
                .hasMessageContaining("worlds must be at least 18 for the attack multi-query with 2 queries, but is 6");
    }
}
