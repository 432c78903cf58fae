package lethe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortFormTest {
    /** Something to choose from. */
    sealed interface Choice permits Share, People, Wide, All, Pair {}

    @Named("share")
    record Share(double fraction) implements Choice {
        Share() {
            this(0.5);
        }
    }

    @Named("people")
    record People(List<String> names) implements Choice {}

    @Named("wide")
    record Wide(Choice of, String how, int cap) implements Choice {
        Wide {
            Require.that(cap >= 2, "cap must be at least 2, but is " + cap);
        }

        Wide() {
            this(new Share(), "exactly", 50);
        }

        @ShortForm(value = "similarity", decides = "how")
        Wide(double similarity) {
            this(new All(), spoken(similarity), 50);
        }

        private static String spoken(double similarity) {
            Require.within("similarity", similarity, 0, 1);
            return "at " + similarity;
        }
    }

    @Named("all")
    record All() implements Choice {}

    @Named("pair")
    record Pair(int one, int other) implements Choice {}

    record Sketch(Choice choice, String title) {
        Sketch() {
            this(new All(), "t");
        }
    }

    private static Sketch read(String choice) {
        return Settings.parse("choice: " + choice + "\n", "plan.yaml", Sketch.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{share: 0.1} | {name: share, fraction: 0.1}",
                "{share: {fraction: 0.1}} | {name: share, fraction: 0.1}",
                "{share: {}} | share",
                "{people: [ann, bob]} | {name: people, names: [ann, bob]}",
                "{pair: {one: 1, other: 2}} | {name: pair, one: 1, other: 2}",
                "{all: {}} | all",
                "{wide: 0.9} | {name: wide, of: all, how: at 0.9, cap: 50}",
                "{wide: {similarity: 0.9}} | {name: wide, of: all, how: at 0.9, cap: 50}",
                "{name: wide, similarity: 0.9} | {name: wide, of: all, how: at 0.9, cap: 50}",
                "{wide: {of: {share: 0.1}, similarity: 0.9}} | {name: wide, of: {name: share, fraction: 0.1}, how: at 0.9}",
                "{wide: {cap: 3}} | {name: wide, cap: 3}"
            })
    void aShortFormMeansWhatTheLongOneDoes(String brief, String complete) {
        assertThat(read(brief)).isEqualTo(read(complete));
        assertThat(Digest.ofSettings(read(brief))).isEqualTo(Digest.ofSettings(read(complete)));
        assertThat(Settings.toYaml(read(brief))).isEqualTo(Settings.toYaml(read(complete)));
    }

    @Test
    void whatIsNotWrittenKeepsTheDefaultsThatTheLongFormHasAlways() {
        assertThat(read("wide").choice()).isEqualTo(new Wide(new Share(), "exactly", 50));
        assertThat(Settings.toTree(read("{wide: 0.9}").choice())).containsOnlyKeys("name", "of", "how", "cap");
        assertThat(Catalog.of(Choice.class).build("wide", Map.of("similarity", 0.25)))
                .isEqualTo(new Wide(0.25));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{wide: high} | 1:16 choice.wide.similarity | Expected a number, but found 'high'.",
                "{wide: } | 1:15 choice.wide.similarity | Expected a number, but found nothing.",
                "{wide: [0.9]} | 1:16 choice.wide.similarity | Expected a number, but found a list.",
                "{wide: 1.5} | 1:16 choice.wide.similarity | wide: similarity must lie in [0, 1], but is 1.5",
                "{wdie: 0.9} | 1:10 choice.wdie | No choice 'wdie'; did you mean 'wide'? There are all, pair, people, share, wide.",
                "{similarity: 0.9} | 1:9 choice.name | Missing; names of choices are all, pair, people, share, wide.",
                "{nmae: all} | 1:9 choice.name | Missing; names of choices are all, pair, people, share, wide.",
                "{wide: 0.9, cap: 3} | 1:9 choice.name | Missing; write {name: wide, …}, or {wide: {…}} with all settings in it.",
                "{wide: {similarity: 0.9, how: so}} | 1:34 choice.wide.how | Decided by 'similarity' already; write only one of the two.",
                "{wide: {similarty: 0.9}} | 1:17 choice.wide.similarty | Unknown key; did you mean 'similarity'? Allowed are name, of, how, cap, similarity.",
                "{wide: {similarity: 0.9, cap: 1}} | 1:39 choice.wide.cap | wide: cap must be at least 2, but is 1",
                "{wide: {name: share}} | 1:23 choice.wide.name | Expected 'wide', but found 'share'.",
                "{pair: 3} | 1:16 choice.pair | Expected settings {one, other}, but found '3'.",
                "{share: {fraction: x}} | 1:28 choice.share.fraction | Expected a number, but found 'x'."
            })
    void aMistakeIsSaidWhereItWasMade(String choice, String place, String message) {
        var mistakes = catchThrowableOfType(SettingsException.class, () -> read(choice));

        SettingsException.Problem problem = mistakes.problems().get(0);
        assertThat(mistakes.problems()).hasSize(1);
        assertThat(problem.line() + ":" + problem.column() + " " + problem.path())
                .isEqualTo(place);
        assertThat(problem.message()).isEqualTo(message);
    }

    @Test
    void twoMistakesAreFoundAtOnce() {
        assertThatThrownBy(() -> read("{wide: {similarity: 2, cap: 1}}")).hasMessage("""
                        plan.yaml has 2 mistakes:

                        plan.yaml:1:29: choice.wide.similarity
                            choice: {wide: {similarity: 2, cap: 1}}
                                                        ^
                          wide: similarity must lie in [0, 1], but is 2

                        plan.yaml:1:37: choice.wide.cap
                            choice: {wide: {similarity: 2, cap: 1}}
                                                                ^
                          wide: cap must be at least 2, but is 1""");
    }
}
