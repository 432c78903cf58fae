package lethe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private final Catalog<Forgetter> catalog = Catalog.of(Forgetter.class);

    @Test
    void findsEveryImplementationWithItsDefaults() {
        assertThat(catalog.names()).containsExactly("npo", "scrub");
        assertThat(catalog.all())
                .containsExactly(Map.entry("npo", new Preference()), Map.entry("scrub", new Teacher()));
        assertThat(catalog.nameOf(new Preference(1, 1, 1))).isEqualTo("npo");
        assertThat(catalog.noun()).isEqualTo("forgetter");
    }

    @Test
    void aSealedInterfaceIsTheCatalogueOfItsRecords() {
        Catalog<Pace> paces = Catalog.of(Pace.class);

        assertThat(paces.names()).containsExactly("constant", "warm-up");
        assertThat(paces.all()).containsOnlyKeys("constant");
        assertThat(paces.build("warm-up", Map.of("steps", 5))).isEqualTo(new Pace.WarmUp(5));
    }

    @Test
    void writtenSettingsLieOverTheDefaults() {
        assertThat(catalog.build("npo", Map.of("beta", 0.5))).isEqualTo(new Preference(0.5, 1e-5, 10));
        assertThat(catalog.build("npo", Map.of("epochs", "3", "learningRate", 1e-7)))
                .isEqualTo(new Preference(0.1, 1e-7, 3));
    }

    @Test
    void anUnknownNameListsTheKnownOnesAndTheNearest() {
        assertThatThrownBy(() -> catalog.get("srcub"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No forgetter 'srcub'; did you mean 'scrub'? There are npo, scrub.");
    }

    @Test
    void aRefusedSettingIsReportedInTheWordsOfTheConstructor() {
        assertThatThrownBy(() -> catalog.build("npo", Map.of("beta", -1)))
                .hasMessage("npo has a mistake:\n\nnpo: beta\n  npo: beta must be positive, but is -1");
    }

    @Test
    void theNearestWordIsOneThatCouldHaveBeenMeant() {
        List<String> known = List.of("beta", "epochs", "learningRate");

        assertThat(Nearest.to("lerning", known)).contains("learningRate");
        assertThat(Nearest.to("Learning_rate", known)).contains("learningRate");
        assertThat(Nearest.to("ephocs", known)).contains("epochs");
        assertThat(Nearest.to("momentum", known)).isEmpty();
        assertThat(Nearest.to("x", known)).isEmpty();
        assertThat(Nearest.cost("ephocs", "epochs")).isEqualTo(2); // h over o, h over c: two swaps
    }
}
